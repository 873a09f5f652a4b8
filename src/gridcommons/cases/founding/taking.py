"""Carrying a plan out, deed by deed. What stands already is left, so a run that broke goes on where it stopped."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final, TypeVar
from uuid import UUID

from gridcommons.access.actions import NewMember, NewOffice, add_staff, amend_office, grant, open_offices
from gridcommons.access.joining.actions import set_managers
from gridcommons.access.queries import account_ids, grant_ids, office_ids
from gridcommons.access.roles import ROLES
from gridcommons.access.rules import GrantFacts, Viewer
from gridcommons.cases.codes import ZONE
from gridcommons.cases.founding.actions import carry_cases, lay_calendar
from gridcommons.cases.founding.items import AreaItem, MemberItem, OfficeItem, PostItem
from gridcommons.cases.founding.plan import Plan
from gridcommons.cases.founding.sheets import kind_of
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA
from gridcommons.kit.words import Words
from gridcommons.matters.actions import publish, switch_matter
from gridcommons.matters.adapting import adapted
from gridcommons.matters.queries import is_in_force
from gridcommons.territory.actions import NewArea, load_areas, set_figures
from gridcommons.territory.rules import Figures
from gridcommons.workforce.actions import Duty, Recruit, assign, enlist
from gridcommons.workforce.queries import worker_ids

Progress = Callable[[Words, int, int], None]
ISSUER: Final = "county office"
REASON: Final = "gridcommons start"
_BATCH: Final = 500
_CASES: Final = 100
_PEOPLE: Final = 200
"""Staff and posts a step: some seconds, so that a bar moves and a stop is heard."""
_GRID_ROLES: Final = ("grid_worker", "handler")
_MENTOR: Final = "mentor"
T = TypeVar("T")
Step = Callable[[], object]


@dataclass(frozen=True)
class _Taking:
    """Who carries out which plan when."""

    plan: Plan
    by: Viewer
    at: datetime

    @property
    def county(self) -> str:
        return self.plan.county


def take(plan: Plan, *, by: Viewer, at: datetime, progress: Progress | None = None) -> int:
    """Carry a sound plan out; `progress` hears of each step before it is done. Returns how many deeds were done."""
    steps = list(_steps(_Taking(plan, by, at)))
    for done, (words, step) in enumerate(steps):
        if progress is not None:
            progress(words, done, len(steps))
        step()
    if progress is not None:
        progress(Words("完成", "done"), len(steps), len(steps))
    return len(steps)


def _steps(run: _Taking) -> Iterator[tuple[Words, Step]]:
    """All that is to be done, in the order in which a county is built."""
    for key, steps in (
        ("areas", _areas(run)), ("matters", _edition(run)), ("offices", _offices(run)), ("staff", _staff(run)),
        ("posts", _posts(run)), ("matters", _switches(run)), ("calendar", _calendar(run)), ("cases", _cases(run)),
    ):  # fmt: skip
        for step in steps:
            yield kind_of(key).name, step


def _pieces(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _areas(run: _Taking) -> Iterator[Step]:
    new = [one for one in run.plan.asked.areas if one.status == "new"]
    for piece in _pieces(new, _BATCH):
        yield partial(
            load_areas, areas=[_new_area(one) for one in piece], issuer=ISSUER, valid_from=local_day(run.at, ZONE),
            by=run.by, at=run.at,
        )  # fmt: skip
    changed = {
        one.code: Figures(one.households or 0, one.residents or 0)
        for one in run.plan.asked.areas
        if one.status == "changed"
    }
    if changed:
        yield partial(set_figures, figures=changed, source=REASON, by=run.by, at=run.at)


def _new_area(one: AreaItem) -> NewArea:
    return NewArea(
        one.code, one.level, one.name, one.parent, one.sort_key, households=one.households, residents=one.residents
    )


def _edition(run: _Taking) -> Iterator[Step]:
    catalogue = adapted(run.plan.asked.changes)
    if not is_in_force(catalogue):
        yield partial(publish, catalogue=catalogue, by=run.by, at=run.at)


def _offices(run: _Taking) -> Iterator[Step]:
    groups: defaultdict[str, list[NewOffice]] = defaultdict(list)
    for one in run.plan.asked.offices:
        if one.status == "new":
            groups[_home(one.area)].append(
                NewOffice(one.key, one.area, one.kind, one.side, one.name_zh, one.name_en, one.phone)
            )
    for area, offices in groups.items():
        yield partial(open_offices, area_code=area, offices=offices, by=run.by, at=run.at)
    for one in run.plan.asked.offices:
        if one.status == "changed":
            yield partial(_amend, run, one)


def _amend(run: _Taking, one: OfficeItem) -> None:
    office_id = office_ids([one.key])[one.key]
    amend_office(office_id=office_id, name_zh=one.name_zh, name_en=one.name_en, phone=one.phone, by=run.by, at=run.at)


def _home(area: str) -> str:
    """The township that an area lies in, else the area itself: deeds are done for one place at a time."""
    return CHINA.cut(area, "township")


def _staff(run: _Taking) -> Iterator[Step]:
    groups: defaultdict[str, list[MemberItem]] = defaultdict(list)
    for one in run.plan.asked.staff:
        if one.status == "new":
            homes = {_home(area) for _role, area, _office in one.grants}
            groups[homes.pop() if len(homes) == 1 else run.county].append(one)
    for area, members in groups.items():
        for piece in _pieces(members, _PEOPLE):
            yield partial(_add, run, area, piece)
    for one in run.plan.asked.staff:
        if one.status == "changed" and one.missing:
            yield partial(_give, run, one)
    managers = {one.login: one.manager for one in run.plan.asked.staff if one.manager_is_new}
    if managers:
        yield partial(set_managers, area_code=run.county, managers=managers, by=run.by, at=run.at)


def _add(run: _Taking, area: str, members: Sequence[MemberItem]) -> None:
    offices = office_ids(office for one in members for _role, _area, office in one.grants)
    new = [
        NewMember(one.login, one.name, tuple(_grant(run, held, offices) for held in one.grants), email=one.email)
        for one in members
    ]
    add_staff(area_code=area, members=new, reason=REASON, by=run.by, at=run.at)


def _grant(run: _Taking, held: tuple[str, str, str], offices: dict[str, UUID]) -> GrantFacts:
    role, area, office = held
    return GrantFacts(
        role=role, included=(area,), excluded=(), purposes=ROLES[role].purposes, valid_from=run.at, valid_to=None,
        office_id=offices[office],
    )  # fmt: skip


def _give(run: _Taking, one: MemberItem) -> None:
    offices = office_ids(office for _role, _area, office in one.missing)
    to = account_ids([one.login])[one.login]
    for held in one.missing:
        grant(to=to, wanted=_grant(run, held, offices), reason=REASON, by=run.by, at=run.at)


def _posts(run: _Taking) -> Iterator[Step]:
    new = [one for one in run.plan.asked.posts if one.status == "new"]
    groups: defaultdict[str, list[PostItem]] = defaultdict(list)
    for one in new:
        groups[_home(one.grid)].append(one)
    for posts in groups.values():
        for piece in _pieces(posts, _PEOPLE):
            yield partial(_put, run, piece)


def _put(run: _Taking, posts: Sequence[PostItem]) -> None:
    """New workers are enlisted with their posts; who is a worker already gets the new post alone."""
    users = account_ids(one.login for one in posts)
    grants = {user: held for role in reversed(_GRID_ROLES) for user, held in grant_ids(users.values(), role).items()}
    workers = worker_ids(users.values())
    for one in posts:
        user = users[one.login]
        grant_id = None if one.post == _MENTOR else grants.get(user)
        if user in workers:
            assign(
                worker_id=workers[user], grid_code=one.grid, post=one.post, since=one.since, grant_id=grant_id,
                by=run.by, at=run.at,
            )  # fmt: skip
            continue
        recruit = Recruit(one.name, one.employment, (Duty(one.grid, one.post, grant_id),), user, one.phone)
        enlist(area_code=run.county, recruits=[recruit], since=one.since, by=run.by, at=run.at)
        workers |= worker_ids([user])


def _switches(run: _Taking) -> Iterator[Step]:
    for one in run.plan.asked.switches:
        if one.status != "same":
            yield partial(
                switch_matter, matter_key=one.matter, area_code=one.area, is_on=one.is_on, since=one.since,
                reason=one.reason, by=run.by, at=run.at,
            )  # fmt: skip


def _calendar(run: _Taking) -> Iterator[Step]:
    asked = run.plan.asked.calendar
    if asked is not None and asked.status != "same":
        digest = hashlib.sha256(asked.text.encode()).hexdigest()
        yield partial(lay_calendar, county_code=run.county, text=asked.text, digest=digest, by=run.by, at=run.at)


def _cases(run: _Taking) -> Iterator[Step]:
    new = [one for one in run.plan.asked.cases if one.status == "new"]
    for piece in _pieces(new, _CASES):
        yield partial(carry_cases, county_code=run.county, cases=piece, by=run.by, at=run.at)
