"""The deeds of cases that are not simple, each once, for the diary of article 14."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from cases.higher import JOB, closed, end, filed, handling, hours, raise_town, reported
from gridcommons.cases import actions as cases
from town import AT, COUNTY, Town

Do = Callable[..., Any]
LATE, REVIEW = AT + timedelta(days=10), date(2026, 12, 1)
MONTH_LATER = AT + timedelta(days=28, hours=3)


def of_not_simple(town: Town, do: Do) -> None:
    """More time, parking, joining, the question, a level up, several offices, and what is nobody's."""
    wide = raise_town(town)
    for chapter in (_more_time, _parking, _joining, _asking, _raising, _several, _checking):
        chapter(wide, do)


def _more_time(town: Town, do: Do) -> None:
    for answer in ("grant", "refuse"):
        case = handling(town).case_id
        wanted: dict[str, Any] = {"case_id": case, "until": date(2026, 11, 12), "by": town.handler, "at": AT + hours(2)}
        do("case.ask_extension", lambda wanted=wanted: cases.ask_extension(reason="灯杆要定做", **wanted))
        then: dict[str, Any] = {"case_id": case, "by": town.dispatcher, "at": AT + hours(3)}
        if answer == "grant":
            do("case.grant_extension", lambda then=then: cases.grant_extension(**then))
        else:
            do("case.refuse_extension", lambda then=then: cases.refuse_extension(reason="来得及", **then))


def _parking(town: Town, do: Do) -> None:
    case = handling(town).case_id
    owner: dict[str, Any] = {"owner_area": COUNTY, "owner_kind": "urban_management", "reason": "等管线迁改"}
    facts: dict[str, Any] = {"case_id": case, "by": town.dispatcher, **owner}
    do("case.park", lambda: cases.park(review=REVIEW, at=LATE, **facts))
    do("case.unpark", lambda: cases.unpark(case_id=case, by=town.dispatcher, at=LATE + hours(1)))
    again = handling(town).case_id
    cases.park(review=REVIEW, at=LATE, **(facts | {"case_id": again}))
    do("case.review", lambda: cases.end_parking(case_id=again, by=JOB, at=AT + timedelta(days=30)))


def _joining(town: Town, do: Do) -> None:
    lead, twice = handling(town), reported(town, AT + hours(2))
    facts: dict[str, Any] = {"case_id": twice.case_id, "by": town.supervisor}
    do("case.merge", lambda: cases.merge(lead=lead.number, at=AT + hours(3), **facts))
    do("case.unmerge", lambda: cases.unmerge(reason="不是一处", at=AT + hours(4), **facts))
    cases.merge(lead=lead.number, at=AT + hours(5), **facts)
    end(town, lead, AT + hours(6))
    do("case.follow_lead", lambda: cases.follow_lead(case_id=twice.case_id, by=JOB, at=AT + hours(8)))


def _asking(town: Town, do: Do) -> None:
    for answer in ("fine", "wrong"):
        case = closed(town, by="resident").case_id
        do("case.ask_still", lambda case=case: cases.ask_still(case_id=case, by=JOB, at=MONTH_LATER))
        then: dict[str, Any] = {"case_id": case, "by": town.resident, "at": MONTH_LATER + hours(1)}
        if answer == "fine":
            do("case.still_fine", lambda then=then: cases.still_fine(**then))
        else:
            do("case.still_wrong", lambda then=then: cases.still_wrong(reason="又坏了", **then))


def _raising(town: Town, do: Do) -> None:
    case = handling(town).case_id
    do("case.raise", lambda: cases.raise_case(case_id=case, by=JOB, at=LATE))
    late = reported(town).case_id
    do("case.press", lambda: cases.press_filing(case_id=late, by=JOB, at=LATE))
    to: dict[str, Any] = {"case_id": case, "to_area": COUNTY, "to_kind": "urban_management"}
    do("case.appoint", lambda: cases.appoint(by=town.coordinator, at=LATE + hours(1), **to))
    asking: dict[str, Any] = {"case_id": case, "reason": "灯杆属供电公司", "by": town.handler, "at": LATE + hours(2)}
    do("case.ask_level", lambda: cases.ask_level(**asking))


def _several(town: Town, do: Do) -> None:
    case = handling(town).case_id
    part: dict[str, Any] = {"to_area": COUNTY, "to_kind": "water_utility", "part": "先停水"}
    do("case.involve", lambda: cases.involve(case_id=case, by=town.dispatcher, at=AT + hours(1), **part))
    did: dict[str, Any] = {"case_id": case, "evidence": "已停水", "by": town.water, "at": AT + hours(2)}
    do("case.contribute", lambda: cases.contribute(**did))
    nobodys = filed(town).case_id
    why: dict[str, Any] = {"reason": "三家都说不归", "by": town.dispatcher, "at": AT + hours(1)}
    do("case.entrust", lambda: cases.entrust(case_id=nobodys, **why))
    cases.accept(case_id=nobodys, by=town.official, at=AT + hours(2))
    named: dict[str, Any] = {"body": "县供电公司", "by": town.official, "at": AT + hours(3)}
    do("case.name_body", lambda: cases.name_body(case_id=nobodys, **named))


def _checking(town: Town, do: Do) -> None:
    case = handling(town).case_id
    cases.feed_back(case_id=case, evidence="灯泡已更换", by=town.handler, at=AT + hours(1))
    tried: dict[str, Any] = {"case_id": case, "check": "门锁着", "by": town.worker, "at": AT + hours(2)}
    do("case.attempt", lambda: cases.attempt(**tried))
    do("case.late_check", lambda: cases.late_check(case_id=case, note="后来看过", by=JOB, at=AT + hours(3)))
