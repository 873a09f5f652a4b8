"""What a deed of this room writes: the readings of a day, and how areas stand after them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from gridcommons.kit.clock import local_day
from gridcommons.outlook.painting.inputs import Asked, coloured_areas, gathered
from gridcommons.outlook.painting.keeping import rules_of_row
from gridcommons.outlook.painting.models import Decision, Reading, SchemeInForce, Stood
from gridcommons.outlook.painting.reading import Before, Read, read_day
from gridcommons.outlook.painting.rules import Standing, State, read_on
from gridcommons.outlook.periods import ZONE
from gridcommons.territory.queries import AreaFacts

STANDING: Final = tuple(one.name for one in fields(Standing))


def standing_of(row: Stood | None) -> Standing:
    """How an area stands, from its last row."""
    if row is None:
        return Standing()
    held = {name: getattr(row, name) for name in STANDING}
    return Standing(**{**held, "state": State(row.state)})


def last_stood(row: SchemeInForce, codes: Iterable[str] | None = None) -> dict[str, Stood]:
    """The last row of each area."""
    rows = Stood.objects.filter(in_force=row).select_related("decision")
    rows = rows if codes is None else rows.filter(area_code__in=list(codes))
    return {one.area_code: one for one in rows.order_by("area_code", "-at", "-id").distinct("area_code")}


def last_read(row: SchemeInForce, codes: Iterable[str] | None = None, *, before: date | None = None,
              on: date | None = None) -> dict[str, Reading]:  # fmt: skip
    """The last reading of each area: of all days, of the days before one, or of one day."""
    rows = Reading.objects.filter(in_force=row)
    rows = rows if codes is None else rows.filter(area_code__in=list(codes))
    rows = rows if before is None else rows.filter(day__lt=before)
    rows = rows if on is None else rows.filter(day=on)
    found = rows.order_by("area_code", "-day", "-revision").distinct("area_code")
    return {one.area_code: one for one in found}


def end_of(day: date) -> datetime:
    """The end of a local day."""
    return datetime.combine(day + timedelta(1), time(), tzinfo=ZONE)


@dataclass(frozen=True)
class Day:
    """What is to be read: a day, of which areas (all where none are named), as known when, and why once more."""

    day: date
    at: datetime
    known_at: datetime
    areas: Sequence[AreaFacts] | None = None
    why: str = ""


def write_day(row: SchemeInForce, wanted: Day) -> list[Reading]:
    """Read a day and keep what is not kept already; returns the rows that were added."""
    scheme = rules_of_row(row)
    areas = coloured_areas(row.area_code, row.level) if wanted.areas is None else wanted.areas
    if not areas:
        return []
    codes = [one.code for one in areas]
    given = gathered(areas, Asked(row.indicator, row.given, scheme.asked), wanted.day, wanted.known_at)
    before = {
        code: Before(one.held, one.run, one.as_of)
        for code, one in last_read(row, codes, before=wanted.day).items()
    }  # fmt: skip
    held = last_read(row, codes, on=wanted.day)
    notes = [one.as_dict() for one in given.notes]
    made = [
        _row(row, one, wanted, held.get(one.area_code), notes)
        for one in read_day(scheme, given, before)
        if one.area_code not in held or not one.is_like(held[one.area_code])
    ]
    return Reading.objects.bulk_create(made, batch_size=500)


def _row(row: SchemeInForce, one: Read, wanted: Day, held: Reading | None, notes: list[dict[str, str]]) -> Reading:
    return Reading(
        in_force=row, area_code=one.area_code, day=wanted.day, revision=held.revision + 1 if held else 0,
        level=one.level, held=one.held, run=one.run, rule=one.rule, step=one.step, hatched=one.hatched,
        facts=one.facts, inputs=one.inputs, because=list(one.because), notes=notes, as_of=one.as_of,
        review_on=one.review_on, known_at=wanted.known_at, made_at=wanted.at, why=wanted.why,
    )  # fmt: skip


def stand_on(row: SchemeInForce, day: date, at: datetime, codes: Iterable[str] | None = None) -> list[Stood]:
    """Bring every area to how it stands on a day after its last reading; returns what was added."""
    scheme, read = rules_of_row(row), last_read(row, codes)
    stood = last_stood(row, read)
    made = []
    for code, reading in read.items():
        was = stood.get(code)
        now = read_on(scheme, standing_of(was), reading.level, day)
        if was is None or now != standing_of(was):
            made.append(_stood(now, reading, day, at, was.decision if was and _goes_on(now) else None))
    return Stood.objects.bulk_create(made, batch_size=500)


def _goes_on(now: Standing) -> bool:
    """Whether an officer's word is still part of how an area stands."""
    return bool(now.signed or now.refused)


def _stood(now: Standing, reading: Reading, day: date, at: datetime, decision: Decision | None) -> Stood:
    facts: Mapping[str, object] = dict(zip(STANDING, astuple(now), strict=True))
    return Stood(
        in_force_id=reading.in_force_id, area_code=reading.area_code, at=at, day=day, reading=reading,
        decision=decision, **facts,
    )  # fmt: skip


def decide(now: Standing, reading: Reading, decision: Decision, at: datetime) -> Stood:
    """Keep a decision and how the area stands by it."""
    decision.save(force_insert=True)
    made = _stood(now, reading, local_day(at, ZONE), at, decision)
    made.save(force_insert=True)
    return made


def scheme_at(in_force_id: UUID) -> SchemeInForce:
    """A scheme in force, locked: two runs do not write the same day at once."""
    return SchemeInForce.objects.select_for_update().get(pk=in_force_id)
