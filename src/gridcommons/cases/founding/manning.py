"""Staff and posts as the sheets ask for them: offices found, sides kept apart, doubles and rings told. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from gridcommons.access.joining.rules import manager_faults
from gridcommons.access.roles import ROLES
from gridcommons.access.rules import LOCAL_LEVEL
from gridcommons.cases.cells import even
from gridcommons.cases.findings import Findings
from gridcommons.cases.former import Status
from gridcommons.cases.founding import objections
from gridcommons.cases.founding.items import MemberItem, OfficeItem, PostItem
from gridcommons.cases.founding.rows import Row
from gridcommons.cases.founding.standing import Standing
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import Reason, refuse, worded
from gridcommons.kit.words import Words

_NEAR: Final = 0.6
_A_YEAR: Final = timedelta(days=366)
_BY_OFFICE: Final = "handler"
Grant = tuple[str, str, str]


@dataclass(frozen=True)
class Place:
    """An office that staff may serve: its key, area, side and name."""

    key: str
    area: str
    side: str
    name: str


def places_of(offices: Iterable[OfficeItem], standing: Standing) -> dict[str, Place]:
    """Offices by the one form of their name, and by their key; those of the sheet go before those that stand."""
    found: dict[str, Place] = {}
    for held in standing.offices.values():
        place = Place(held.key, held.area_code, held.side, held.name_zh)
        found |= {even(held.name_zh): place, even(held.key): place}
    for item in offices:
        place = Place(item.key, item.area, item.side, item.name_zh)
        found |= {even(item.name_zh): place, even(item.key): place}
    return found


def staff_asked(
    rows: Sequence[Row], places: Mapping[str, Place], areas: frozenset[str], standing: Standing, findings: Findings
) -> list[MemberItem]:
    """The accounts of the sheet with their grants; whoever has two roles stands in two rows."""
    by_login: dict[str, list[tuple[Row, Grant]]] = {}
    for row in rows:
        grant = _grant_of(row, places, areas, standing, findings)
        if grant is not None:
            by_login.setdefault(row.text("login"), []).append((row, grant))
    _tell_doubles(by_login, findings)
    _tell_managers(rows, by_login, standing, findings)
    return [_member(login, held, standing, findings) for login, held in by_login.items()]


def _grant_of(
    row: Row, places: Mapping[str, Place], areas: frozenset[str], standing: Standing, findings: Findings
) -> Grant | None:
    role, office = ROLES[row.text("role")], row.text("office")
    if not office:
        row.fault(findings, "office", worded(objections.OFFICE_NEEDED, role=role.name))
        return None
    place = places.get(even(office))
    if place is None:
        row.fault(findings, "office", _unknown_office(office, places))
        return None
    if role.side and role.side != place.side:
        reason = worded(objections.WRONG_SIDE, role=role.name)
        row.fault(findings, "role", Reason(reason.code, (*reason.facts, ("office", place.name))))
        return None
    area = row.text("area") or place.area
    reason_of_area = _against_area(area, role.name, role.key, areas, standing.county)
    if reason_of_area is not None:
        row.fault(findings, "area" if row.text("area") else "office", reason_of_area)
        return None
    return role.key, area, place.key


def _unknown_office(name: str, places: Mapping[str, Place]) -> Reason:
    near = difflib.get_close_matches(even(name), list(places), n=1, cutoff=_NEAR)
    if near:
        return refuse(objections.UNKNOWN_OFFICE_NEAR, name=name[:60], near=places[near[0]].name).reasons[0]
    return refuse(objections.UNKNOWN_OFFICE, name=name[:60]).reasons[0]


def _against_area(area: str, role_name: Words, role: str, areas: frozenset[str], county: str) -> Reason | None:
    if not area.startswith(county):
        return refuse(objections.OUTSIDE, code=area, county=county).reasons[0]
    if area not in areas:
        return refuse(objections.UNKNOWN_AREA, code=area).reasons[0]
    if role != _BY_OFFICE and not CHINA.depth_at_least(area, LOCAL_LEVEL):
        reason = worded(objections.AREA_TOO_HIGH, role=role_name)
        return Reason(reason.code, (*reason.facts, ("code", area)))
    return None


def _tell_doubles(by_login: Mapping[str, list[tuple[Row, Grant]]], findings: Findings) -> None:
    """One login with two names, a row that stands twice; the same name and office under two logins is asked about."""
    people: dict[tuple[str, str], Row] = {}
    for held in by_login.values():
        first = held[0][0]
        seen: dict[Grant, Row] = {}
        for row, grant in held:
            if row.text("name") != first.text("name"):
                facts = {"login": row.text("login"), "row": first.number}
                row.fault(findings, "login", refuse(objections.LOGIN_TWO_NAMES, **facts).reasons[0])
            elif grant in seen:
                row.fault(findings, "login", refuse(objections.DOUBLED, row=seen[grant].number).reasons[0])
            seen.setdefault(grant, row)
        person = (first.text("name"), held[0][1][2])
        if person in people:
            reason = refuse(objections.LOOKS_DOUBLED, row=people[person].number).reasons[0]
            findings.add(first.spot("name"), reason, "note", first.found.kind.field("name").heading, first.text("name"))
        people.setdefault(person, first)


def _tell_managers(rows: Sequence[Row], by_login: Mapping[str, object], standing: Standing, findings: Findings) -> None:
    managers = {row.text("login"): row.text("manager") for row in rows if row.text("manager")}
    wrong = manager_faults(managers, standing.managers)
    for row in rows:
        login, manager = row.text("login"), row.text("manager")
        if login in wrong and manager:
            row.fault(findings, "manager", wrong[login])
        elif manager and manager not in by_login and manager not in standing.accounts:
            row.fault(findings, "manager", refuse(objections.UNKNOWN_MANAGER, login=manager).reasons[0])


def _member(login: str, held: list[tuple[Row, Grant]], standing: Standing, findings: Findings) -> MemberItem:
    first = held[0][0]
    grants = tuple(dict.fromkeys(grant for _row, grant in held))
    name = first.text("name")
    manager = next((row.text("manager") for row, _grant in held if row.text("manager")), "")
    email = next((row.text("email") for row, _grant in held if row.text("email")), "")
    there = standing.accounts.get(login)
    if there is None:
        return MemberItem(login, name, grants, manager, email, "new", grants, bool(manager))
    if not there.is_active:
        first.fault(findings, "login", refuse(objections.LOGIN_LEFT, login=login).reasons[0])
    elif there.name != name:
        first.fault(findings, "login", refuse(objections.LOGIN_TAKEN, login=login, standing=there.name).reasons[0])
    missing = tuple(grant for grant in grants if grant not in there.grants)
    other_manager = bool(manager) and manager != there.manager
    status: Status = "changed" if missing or other_manager else "same"
    return MemberItem(login, name, grants, manager, email, status, missing, other_manager)


@dataclass
class _Posts:
    """Posts under way: heads by grid, and posts by person and grid, those that stand included."""

    heads: dict[str, str]
    held: dict[tuple[str, str], str]
    standing: dict[tuple[str, str], str]


def posts_asked(
    rows: Sequence[Row], staff: Iterable[MemberItem], levels: Mapping[str, str], standing: Standing, findings: Findings
) -> list[PostItem]:
    """The posts of the sheet. `levels`: the level of every area that is known, by code."""
    names = {login: one.name for login, one in standing.accounts.items()} | {one.login: one.name for one in staff}
    there = {(one.login, one.grid): one.post for one in standing.posts}
    ways = _Posts({one.grid: one.login for one in standing.posts if one.post == "head"}, {}, there)
    asked = []
    for row in rows:
        reasons = list(_against_post(row, names, levels, ways))
        for key, reason in reasons:
            row.fault(findings, key, reason)
        if not reasons:
            asked.append(_post(row, names, ways, standing.today))
            if row["since"] and row["since"] - standing.today > _A_YEAR:
                findings.add(
                    row.spot("since"), refuse(objections.FAR_AHEAD, day=row["since"].isoformat()).reasons[0], "note"
                )
    return asked


def _against_post(
    row: Row, names: Mapping[str, str], levels: Mapping[str, str], ways: _Posts
) -> Iterator[tuple[str, Reason]]:
    login, grid, post = row.text("login"), row.text("grid"), row.text("post")
    if login not in names:
        yield "login", refuse(objections.UNKNOWN_LOGIN, login=login).reasons[0]
    if grid not in levels:
        yield "grid", refuse(objections.UNKNOWN_AREA, code=grid).reasons[0]
    elif levels[grid] != "grid":
        yield "grid", refuse(objections.NOT_A_GRID, code=grid).reasons[0]
    elif post == "head" and ways.heads.get(grid, login) != login:
        head = ways.heads[grid]
        yield "post", refuse(objections.TWO_HEADS, grid=grid, who=names.get(head, head)).reasons[0]
    elif (login, grid) in ways.held or ways.standing.get((login, grid), post) != post:
        where = ways.held.get((login, grid)) or ways.standing.get((login, grid), "")
        yield "grid", refuse(objections.POST_TWICE, login=login, grid=grid, where=where).reasons[0]


def _post(row: Row, names: Mapping[str, str], ways: _Posts, today: date) -> PostItem:
    login, grid, post = row.text("login"), row.text("grid"), row.text("post")
    ways.held[login, grid] = post
    if post == "head":
        ways.heads[grid] = login
    status: Status = "same" if (login, grid) in ways.standing else "new"
    return PostItem(
        login, names[login], grid, post, row.text("employment"), row.text("phone"), row["since"] or today, status
    )
