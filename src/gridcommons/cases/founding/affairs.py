"""Matters, open cases and the calendar as the sheets ask for them, checked by the rules of each. Pure."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from typing import Any, Final

from gridcommons.cases.cells import even
from gridcommons.cases.codes import ZONE
from gridcommons.cases.findings import Findings
from gridcommons.cases.former import NO_SUPERVISION, CaseItem, Status, kept_as
from gridcommons.cases.founding import objections
from gridcommons.cases.founding.calendar_file import calendar_text
from gridcommons.cases.founding.items import CalendarItem, SwitchItem
from gridcommons.cases.founding.manning import Place
from gridcommons.cases.founding.rows import Row
from gridcommons.cases.founding.standing import Standing
from gridcommons.kit.calendar import WorkingCalendar, parse_calendar
from gridcommons.kit.codes import CHINA, within
from gridcommons.kit.errors import Reason, Refusal, refuse, worded
from gridcommons.kit.masking import mask
from gridcommons.kit.words import Words
from gridcommons.matters.adapting import adapted
from gridcommons.matters.catalogue import shipped_catalogue
from gridcommons.matters.switching import in_force, off_at

_SWITCHED_AT: Final = ("county", "township")
_ITEMS: Final = (("handle", "handle_within"), ("file", "file_within"), ("owner", "owner"), ("routes", "routes"))
_MASKED: Final = "phone"
_SUPERVISION: Final = ":supervision"

# --- Matters --------------------------------------------------------------------------------------------------------


def changes_asked(rows: Sequence[Row], standing: Standing, findings: Findings) -> dict[str, dict[str, Any]]:
    """What the county changes of the list's matters, on top of what it changed before; each row that fits is kept."""
    asked: dict[str, dict[str, Any]] = {key: dict(change) for key, change in standing.changes.items()}
    for row in rows:
        change = {item: _plain(row[key]) for key, item in _ITEMS if row[key] not in (None, "", ())}
        if not change:
            continue
        tried = {**asked, row.text("matter"): {**asked.get(row.text("matter"), {}), **change}}
        try:
            adapted(tried)
        except Refusal as refusal:
            key = next(key for key, item in _ITEMS if item in change)
            row.fault(findings, key, worded(objections.NOT_IN_LIST, why=refusal.words()))
        else:
            asked = tried
    return asked


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def switches_asked(
    rows: Sequence[Row], areas: frozenset[str], standing: Standing, findings: Findings
) -> list[SwitchItem]:
    """The matters that are switched on or off; what is on without a decision needs none."""
    asked = []
    for row in rows:
        area, on, since = row.text("area") or standing.county, row.text("on"), row["since"] or standing.today
        if not on:
            continue
        reasons = list(_against_switch(row, area, on == "no", areas, standing))
        for key, reason in reasons:
            row.fault(findings, key, reason)
        if not reasons:
            asked.append(_switch(row, area, on == "yes", since, standing))
    return asked


def _against_switch(
    row: Row, area: str, is_off: bool, areas: frozenset[str], standing: Standing
) -> Iterator[tuple[str, Reason]]:
    if not area.startswith(standing.county):
        yield "area", refuse(objections.OUTSIDE, code=area, county=standing.county).reasons[0]
    elif area not in areas:
        yield "area", refuse(objections.UNKNOWN_AREA, code=area).reasons[0]
    elif CHINA.level_of(area).key not in _SWITCHED_AT:
        yield "area", refuse(objections.SWITCH_LEVEL, code=area).reasons[0]
    if is_off and not row.text("reason"):
        yield "reason", refuse(objections.REASON_NEEDED).reasons[0]
    since = row["since"]
    if since and since < standing.today and not _stands(row, area, not is_off, since, standing):
        yield "since", refuse(objections.DAY_PAST, day=since).reasons[0]


def _stands(row: Row, area: str, is_on: bool, since: date | None, standing: Standing) -> bool:
    """Whether it was decided so already: with the same day where one is named, else whatever the day."""
    key = row.text("matter")
    if since is not None:
        return any(
            (o.matter_key, o.area_code, o.is_on, o.since) == (key, area, is_on, since) for o in standing.switches
        )
    last = [o for o in standing.switches if (o.matter_key, o.area_code) == (key, area)]
    held = in_force(standing.switches, key, area, standing.today)
    return last[-1].is_on == is_on if last else (held.is_on if held else True) == is_on


def _switch(row: Row, area: str, is_on: bool, since: date, standing: Standing) -> SwitchItem:
    status: Status = "same" if _stands(row, area, is_on, row["since"], standing) else "new"
    return SwitchItem(row.text("matter"), area, is_on, since, row.text("reason"), status)


# --- Cases ----------------------------------------------------------------------------------------------------------


def digest_of(county: str, number: str) -> bytes:
    """By what a former case is known again: its county and number, hashed; the mark sets it apart from older ones."""
    return hashlib.sha256(f"{county}\nnumber\n{_one_form(number)}".encode()).digest()


def older_digest_of(county: str, number: str) -> bytes:
    """By what cases carried before are known: without brackets and signs, so that two numbers may share it."""
    return hashlib.sha256(f"{county}\n{even(number)}".encode()).digest()


def is_carried(county: str, number: str, carried: Mapping[bytes, str]) -> bool:
    """Whether a case stands here already. `carried`: by digest, the number as it is kept, empty where none is read.

    The older digest counts where the number kept with the case is this one, or is not there to tell them apart.
    """
    if digest_of(county, number) in carried:
        return True
    kept = carried.get(older_digest_of(county, number))
    return kept is not None and _one_form(kept) in {"", _one_form(kept_as(number))}


def _one_form(number: str) -> str:
    """A number in its one form: brackets and signs stay, for they tell [2025]12 from [2026]12."""
    return unicodedata.normalize("NFKC", number).strip().casefold()


def cases_asked(
    rows: Sequence[Row], places: Mapping[str, Place], areas: frozenset[str], standing: Standing, findings: Findings
) -> list[CaseItem]:
    """The open cases of the sheet; closed ones are told to stay where they are."""
    seen: dict[str, Row] = {}
    watched = {place.area for place in places.values() if place.key.endswith(_SUPERVISION)}
    asked: list[CaseItem] = []
    for row in rows:
        number = _one_form(row.text("number"))
        reasons = list(_against_case(row, places, areas, standing))
        if number in seen:
            facts = {"number": row.text("number"), "row": seen[number].number}
            reasons.append(("number", refuse(objections.NUMBER_TWICE, **facts).reasons[0]))
        seen.setdefault(number, row)
        for key, reason in reasons:
            row.fault(findings, key, reason)
        if reasons:
            continue
        if row["closed"] is not None:
            findings.add(row.spot("closed"), refuse(objections.CLOSED_LEFT).reasons[0], "note")
            continue
        _tell_phone(row, findings)
        item = _case(row, places, standing)
        if item.status == "new":
            _tell_unread(row, watched, findings)
            _tell_off(row, standing, findings)
        asked.append(item)
    return asked


def _tell_unread(row: Row, watched: set[str], findings: Findings) -> None:
    """A township without a supervision office would read none of its cases: told at the first of them."""
    township = CHINA.cut(row.text("area"), "township")
    if township not in watched:
        row.fault(findings, "area", refuse(NO_SUPERVISION, area=row.text("area")).reasons[0])
        watched.add(township)


def _tell_off(row: Row, standing: Standing, findings: Findings) -> None:
    """A matter that is switched off there: what was reported before goes on, as the cases that stand here do."""
    key, area, reported = row.text("matter"), row.text("area"), row["reported"].date()
    late = off_at(standing.switches, key, area, reported)
    off = late or off_at(standing.switches, key, area, standing.today)
    if off is None:
        return
    reason = worded(objections.CASE_SWITCHED_OFF if late else objections.CASE_OUTLIVES, name=_name_of(key))
    reason = Reason(reason.code, (*reason.facts, ("since", off.since.isoformat())))
    if late:
        row.fault(findings, "matter", reason)
    else:
        field = row.found.kind.field("matter")
        findings.add(row.spot("matter"), reason, "note", field.heading, _name_of(key).zh)


def _name_of(key: str) -> Words:
    return shipped_catalogue().get(key).name


def _against_case(
    row: Row, places: Mapping[str, Place], areas: frozenset[str], standing: Standing
) -> Iterator[tuple[str, Reason]]:
    area = row.text("area")
    if not area.startswith(standing.county):
        yield "area", refuse(objections.OUTSIDE, code=area, county=standing.county).reasons[0]
    elif area not in areas:
        yield "area", refuse(objections.UNKNOWN_AREA, code=area).reasons[0]
    elif not CHINA.depth_at_least(area, "township"):
        yield "area", refuse(objections.CASE_TOO_HIGH, code=area).reasons[0]
    for key in ("reported", "closed"):
        if row[key] is not None and _aware(row[key]) > standing.now:
            yield key, refuse(objections.FUTURE, at=f"{row[key]:%Y-%m-%d %H:%M}").reasons[0]
    if row["closed"] is not None and _before(row["closed"], row["reported"]):
        facts = {"closed": f"{row['closed']:%Y-%m-%d %H:%M}", "reported": f"{row['reported']:%Y-%m-%d %H:%M}"}
        yield "closed", refuse(objections.CLOSED_FIRST, **facts).reasons[0]
    office = row.text("office")
    place = places.get(even(office)) if office else None
    if office and place is None:
        yield "office", refuse(objections.UNKNOWN_OFFICE, name=office[:60]).reasons[0]
    elif place and (place.side != "command" or not within(area, (place.area,))):
        yield "office", refuse(objections.NOT_HANDLING, name=place.name).reasons[0]


def _before(closed: datetime, reported: datetime) -> bool:
    """Whether it ended before it began; days without a time are compared as days."""
    if time() in {closed.time(), reported.time()}:
        return closed.date() < reported.date()
    return closed < reported


def _aware(at: datetime) -> datetime:
    return at.replace(tzinfo=ZONE)


def _tell_phone(row: Row, findings: Findings) -> None:
    """A telephone among the words would be read by everybody who works on the case."""
    if any(found.kind == _MASKED for found in mask(row.text("text")).findings):
        heading = row.found.kind.field("text").heading
        findings.add(row.spot("text"), refuse(objections.PHONE_IN_TEXT).reasons[0], "note", heading)


def _case(row: Row, places: Mapping[str, Place], standing: Standing) -> CaseItem:
    number, office = row.text("number"), row.text("office")
    status: Status = "same" if digest_of(standing.county, number) in standing.carried else "new"
    return CaseItem(
        number, row.text("matter"), row.text("area"), row.text("text"), row.text("address"), _aware(row["reported"]),
        places[even(office)].key if office else "", row.text("person"), row.text("phone"), status,
    )  # fmt: skip


# --- Calendar -------------------------------------------------------------------------------------------------------


def calendar_asked(rows: Sequence[Row], standing: Standing, findings: Findings) -> CalendarItem | None:
    """The county's own calendar: the packaged one with its own days and hours; None where no sheet asks for one."""
    if not rows:
        return None
    days: dict[date, tuple[str, str]] = {}
    hours: list[tuple[str, str]] = []
    seen: dict[date, Row] = {}
    for row in rows:
        for key, reason in _against_day(row, seen):
            row.fault(findings, key, reason)
        if row.text("what") == "hours" and row["hours"]:
            hours.append(row["hours"])
        elif row["day"] is not None:
            seen.setdefault(row["day"], row)
            days[row["day"]] = (row.text("what"), row.text("name"))
    if findings.faults and any(one.spot.sheet == rows[0].found.table.sheet for one in findings.faults):
        return None
    return _calendar(days, tuple(hours), rows[0], standing, findings)


def _calendar(
    days: Mapping[date, tuple[str, str]], hours: tuple[tuple[str, str], ...], row: Row, standing: Standing,
    findings: Findings,
) -> CalendarItem | None:  # fmt: skip
    text = calendar_text(days, hours)
    try:
        parse_calendar(text)
    except Refusal:
        row.fault(findings, "hours", refuse(objections.HOURS_WRONG).reasons[0])
        return None
    status: Status = "same" if text == standing.calendar else "changed" if standing.calendar else "new"
    return CalendarItem(days, hours, text, status)


def _against_day(row: Row, seen: Mapping[date, Row]) -> Iterable[tuple[str, Reason]]:
    if row.text("what") == "hours":
        if not row["hours"]:
            yield "hours", refuse(objections.HOURS_NEEDED).reasons[0]
        return
    day = row["day"]
    if day is None:
        yield "day", refuse(objections.DAY_NEEDED).reasons[0]
    elif day in seen:
        yield "day", refuse(objections.DAY_TWICE, row=seen[day].number).reasons[0]
    elif day.year not in WorkingCalendar.packaged().years:
        yield "day", refuse(objections.YEAR_MISSING, year=day.year).reasons[0]
