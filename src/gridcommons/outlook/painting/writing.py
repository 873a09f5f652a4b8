"""What a deed of this room writes: the readings of a day, and how areas stand after them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Max

from gridcommons.kit.clock import local_day
from gridcommons.kit.lineage import in_force
from gridcommons.outlook.painting.ageing import STANDING, standing_of
from gridcommons.outlook.painting.following import areas_of, begun_at, newest_read, newest_stood
from gridcommons.outlook.painting.former import carried_over, lasts, standing_from
from gridcommons.outlook.painting.inputs import Asked, gathered
from gridcommons.outlook.painting.keeping import rules_of_row
from gridcommons.outlook.painting.models import Decision, Reading, SchemeInForce, Stood
from gridcommons.outlook.painting.reading import Before, Read, read_day
from gridcommons.outlook.painting.rules import Standing, read_on
from gridcommons.outlook.periods import ZONE
from gridcommons.territory.queries import AreaFacts


def last_stood(row: SchemeInForce, codes: Iterable[str] | None = None) -> dict[str, Stood]:
    """The last row of each area, under whichever code it stands; none of an area before it was divided or merged."""
    rows = Stood.objects.select_related("decision")
    if not in_force():
        own = rows.filter(in_force=row)
        own = own if codes is None else own.filter(area_code__in=list(codes))
        return {one.area_code: one for one in own.order_by("area_code", "-at", "-id").distinct("area_code")}
    return newest_stood(row, rows, _codes_of(row, codes))


def last_read(row: SchemeInForce, codes: Iterable[str] | None = None, *, before: date | None = None,
              on: date | None = None) -> dict[str, Reading]:  # fmt: skip
    """The last reading of each area: of all days, of the days before one, or of one day. As `last_stood`."""
    rows = Reading.objects.all()
    rows = rows if before is None else rows.filter(day__lt=before)
    rows = rows if on is None else rows.filter(day=on)
    if not in_force():
        own = rows.filter(in_force=row)
        own = own if codes is None else own.filter(area_code__in=list(codes))
        found = own.order_by("area_code", "-day", "-revision").distinct("area_code")
        return {one.area_code: one for one in found}
    return newest_read(row, rows, _codes_of(row, codes))


def _codes_of(row: SchemeInForce, codes: Iterable[str] | None) -> list[str]:
    return [one.code for one in areas_of(row)] if codes is None else list(codes)


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
    areas = areas_of(row, wanted.at) if wanted.areas is None else wanted.areas
    if not areas:
        return []
    codes = [one.code for one in areas]
    given = gathered(areas, Asked(row.indicator, row.given, scheme.asked), wanted.day, wanted.known_at)
    own = last_read(row, codes, before=wanted.day)
    # What the former scheme read since a border was drawn is nearer than how the area began by it.
    before = begun_at(row, scheme, codes)
    before |= carried_over(scheme, row, [code for code in codes if code not in own], wanted.day)
    before |= {code: Before(one.held, one.run, one.as_of) for code, one in own.items()}
    held = {code: one for code, one in last_read(row, codes, on=wanted.day).items() if one.in_force_id == row.pk}
    ever = _revisions(row, codes, wanted.day)
    notes = [one.as_dict() for one in given.notes]
    made = [
        _row(row, one, wanted, ever.get(one.area_code, 0), notes)
        for one in read_day(scheme, given, before)
        if one.area_code not in held or not one.is_like(held[one.area_code])
    ]
    return Reading.objects.bulk_create(made, batch_size=500)


def _revisions(row: SchemeInForce, codes: Iterable[str], day: date) -> dict[str, int]:
    """How often areas were read for a day under their codes of today, before they were divided or merged as well."""
    rows = Reading.objects.filter(in_force=row, area_code__in=codes, day=day).order_by()
    return dict(rows.values_list("area_code").annotate(next=Max("revision") + 1))


def _row(row: SchemeInForce, one: Read, wanted: Day, revision: int, notes: list[dict[str, str]]) -> Reading:
    return Reading(
        in_force=row, area_code=one.area_code, day=wanted.day, revision=revision,
        level=one.level, held=one.held, run=one.run, rule=one.rule, step=one.step, hatched=one.hatched,
        facts=one.facts, inputs=one.inputs, because=list(one.because), notes=notes, as_of=one.as_of,
        review_on=one.review_on, known_at=wanted.known_at, made_at=wanted.at, why=wanted.why,
    )  # fmt: skip


def stand_on(row: SchemeInForce, day: date, at: datetime, codes: Iterable[str] | None = None) -> list[Stood]:
    """Bring every area to how it stands on a day after its last reading; returns what was added.

    One that another scheme coloured before goes on from how it stood then.
    """
    scheme, read = rules_of_row(row), last_read(row, codes)
    before, made = lasts(row, read), []
    for code, reading in read.items():
        last = before.get(code)
        was = last.stood if last is not None and last.row.pk == row.pk else None
        came = standing_from(scheme, row, last)
        now = read_on(scheme, came, reading.level, day)
        if was is None or now != standing_of(was):
            word = last.stood.decision if last is not None and came != Standing() and _goes_on(now) else None
            made.append(_stood(code, now, reading, day, at, word))
    return Stood.objects.bulk_create(made, batch_size=500)


def _goes_on(now: Standing) -> bool:
    """Whether an officer's word is still part of how an area stands."""
    return bool(now.signed or now.refused)


def _stood(
    code: str, now: Standing, reading: Reading, day: date, at: datetime, decision: Decision | None
) -> Stood:  # fmt: skip
    facts: Mapping[str, object] = dict(zip(STANDING, astuple(now), strict=True))
    return Stood(
        in_force_id=reading.in_force_id, area_code=code, at=at, day=day, reading=reading,
        decision=decision, **facts,
    )  # fmt: skip


def decide(now: Standing, reading: Reading, decision: Decision, at: datetime) -> Stood:
    """Keep a decision and how the area stands by it."""
    decision.save(force_insert=True)
    made = _stood(decision.area_code, now, reading, local_day(at, ZONE), at, decision)
    made.save(force_insert=True)
    return made


def scheme_at(in_force_id: UUID) -> SchemeInForce:
    """A scheme in force, locked: two runs do not write the same day at once."""
    return SchemeInForce.objects.select_for_update().get(pk=in_force_id)
