"""A month as a city of Hubei published it (Tianmen, December 2016), laid into October 2026 as life lines.

1,054 accepted, 996 filed, 972 due, 911 closed, 737 of them on time; 95.68 % of what was filed from patrol, 4.32 % from
the public; 97.5 % events, 2.5 % components. The persons are synthetic.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from gridcommons.access.identify import program
from gridcommons.access.queries import office_at
from gridcommons.access.scope import viewing
from gridcommons.cases.casting import file_by, handle_by
from gridcommons.cases.measuring.counting import post_terms
from gridcommons.cases.models import ENDED, Case, Step
from gridcommons.kit.ids import uuid7
from gridcommons.matters.queries import current
from gridcommons.outlook.indicators.terms import term_of
from gridcommons.outlook.periods import ZONE
from town import AT, COUNTY, GRID, TOWNSHIP

MONTH = term_of("2026-10")
ACCEPTED, FILED, DUE, CLOSED, ON_TIME, PUBLIC, COMPONENTS = 1054, 996, 972, 911, 737, 43, 25
STAFF = 6
_JOB = program("measuring")
_HOUR = timedelta(hours=1)
Went = tuple[str, str, datetime, str, str, str]
"""Action, state, moment, by whom, in which duty, to which kind of office."""


@dataclass(frozen=True)
class Line:
    """One case to be laid in: its matter, source, place and steps after the report."""

    matter: str
    channel: str
    area: str
    steps: tuple[Went, ...]


def day(number: int, hour: int = 9, month: int = 10) -> datetime:
    """A local moment of the month."""
    return datetime(2026, month, number, hour, tzinfo=ZONE)


def person(duty: str, number: int) -> str:
    """The key of one of the staff of a duty."""
    return f"user:{duty}-{number % STAFF}"


def walked(number: int, start: datetime, *ways: tuple[str, str, timedelta]) -> tuple[Went, ...]:
    """Steps (action, state, after the report), each by one of the staff of its duty."""
    duties = {
        "report": "finder", "file": "filer", "void": "filer", "merge": "filer", "dispatch": "dispatcher",
        "park": "dispatcher", "unpark": "dispatcher", "grant_extension": "dispatcher", "close": "verifier",
        "rework": "verifier", "reopen": "reporter",
    }  # fmt: skip
    return tuple(
        (action, state, start + after, person(duties.get(action, "handler"), number), duties.get(action, "handler"),
         "urban_management" if action == "dispatch" else "")
        for action, state, after in ways
    )  # fmt: skip


TO_HANDLING = (
    ("report", "reported", timedelta()), ("file", "filed", _HOUR / 2), ("dispatch", "dispatched", _HOUR),
    ("accept", "handling", _HOUR * 1.2),
)  # fmt: skip


def done(after: timedelta, checked: timedelta = _HOUR) -> tuple[tuple[str, str, timedelta], ...]:
    """Fed back so long after the report, and checked and closed an hour later."""
    return (("feed_back", "handled", after), ("close", "closed", after + checked))


def tianmen() -> Iterator[Line]:
    """The cases of the month."""
    for number in range(ACCEPTED):
        matter = "street_lamps" if number < COMPONENTS else "parking_traffic"
        channel = "page" if number < PUBLIC else "worker"
        start = day(12) if number < DUE else day(30, 15)
        if number < ON_TIME:
            ways = (*TO_HANDLING, *done(2 * _HOUR))
        elif number < CLOSED:
            ways = (*TO_HANDLING, *done(timedelta(days=16)))
        elif number < FILED:
            ways = TO_HANDLING
        else:
            ways = (("report", "reported", timedelta()), ("void", "void", _HOUR))
        yield Line(matter, channel, GRID, walked(number, start, *ways))


def lay(lines: Iterator[Line] | list[Line]) -> list[Case]:
    """Write cases with their life lines into the tables, as they stand after a month's work."""
    catalogue = current()
    offices = {kind: office_at(COUNTY, kind).id for kind in ("urban_management", "housing_construction")}
    desks = {"filer": office_at(TOWNSHIP, "supervision").id, "dispatcher": office_at(TOWNSHIP, "command").id}
    desks |= {"verifier": desks["filer"], "finder": desks["filer"], "handler": offices["urban_management"]}
    cases, steps = [], []
    for number, line in enumerate(lines):
        case = _case(number, line, catalogue, desks["filer"], offices)
        cases.append(case)
        before = ""
        for action, state, at, by, duty, kind in line.steps:
            steps.append(
                Step(
                    case=case, action=action, duty=duty, from_state=before, to_state=state, at=at, by_key=by,
                    by_name="", office_id=desks.get(duty), to_office_id=offices[kind] if kind else None,
                )
            )  # fmt: skip
            before = state
    with viewing(_JOB, AT, deed="case.report"):
        Case.objects.bulk_create(cases)
        Step.objects.bulk_create(steps, batch_size=2_000)
    return cases


def _case(number: int, line: Line, catalogue: object, desk: UUID, offices: dict[str, UUID]) -> Case:
    matter = catalogue.get(line.matter)  # type: ignore[attr-defined]
    start, state, last = line.steps[0][2], line.steps[-1][1], line.steps[-1][2]
    filed = next((at for action, _s, at, *_ in line.steps if action == "file"), None)
    back = [at for action, _s, at, *_ in line.steps if action == "feed_back"]
    kind = next((kind for *_more, kind in line.steps if kind), "")
    said = f"{line.matter}-{line.area}-{start}-{number}"
    return Case(
        id=uuid7(), number=f"T{number:06}-{hashlib.sha256(said.encode()).hexdigest()[:8]}",
        track_digest=hashlib.sha256(said.encode()).digest(), matter_key=matter.key,
        edition=catalogue.version, area_code=line.area, state=state, channel=line.channel,  # type: ignore[attr-defined]
        language="zh-hans", public=matter.public, text="测试", parties=[], supervision_office_id=desk,
        handler_office_id=offices.get(kind), reported_at=start, file_by=file_by(matter, start), filed_at=filed,
        due_at=handle_by(matter, filed) if filed else None, handled_at=back[-1] if back else None,
        ended_at=last if state in ENDED else None, changed_at=last,
        extra_minutes=2_400 if any(s[0] == "grant_extension" for s in line.steps) else 0,
        **({"review_date": AT.date(), "owner_office_id": desk} if state == "parked" else {}),
    )  # fmt: skip


def count(*terms: str, at: datetime = AT) -> list[str]:
    """Measure and post periods, the month of the example by default."""
    return post_terms([term_of(key) for key in terms or (MONTH.key,)], by=_JOB, at=at)
