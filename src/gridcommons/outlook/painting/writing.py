"""What a deed of this room writes: the readings of a day, and how areas stand after them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Max

from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.lineage import in_force
from gridcommons.outlook.colours.scheme import Scheme, scheme_named
from gridcommons.outlook.painting.following import areas_of, begun_at, newest_read, newest_stood
from gridcommons.outlook.painting.inputs import Asked, gathered
from gridcommons.outlook.painting.models import Decision, Reading, SchemeInForce, Stood
from gridcommons.outlook.painting.reading import Before, Read, read_day
from gridcommons.outlook.painting.rules import Standing, State, read_on
from gridcommons.outlook.periods import ZONE
from gridcommons.territory.queries import AreaFacts

STANDING: Final = tuple(one.name for one in fields(Standing))
OTHER_VERSION = refusal_kind(
    "colour.other_version",
    status=409,
    zh="生效的是方案“{scheme}”的{version}版，程序里现在是{found}版。请由两人把新版本投入使用后再上色。",
    en="Version {version} of the scheme “{scheme}” is in force, and the program ships {found}. Have two officers put "
    "the new one in force; until then nothing is coloured.",
)


def scheme_of_row(row: SchemeInForce) -> Scheme:
    """The scheme that a row puts in force; refuses where the program holds another version of it."""
    scheme = scheme_named(row.scheme)
    if scheme.version != row.version:
        raise refuse(OTHER_VERSION, scheme=row.scheme, version=row.version, found=scheme.version)
    return scheme


def standing_of(row: Stood | None) -> Standing:
    """How an area stands, from its last row."""
    if row is None:
        return Standing()
    held = {name: getattr(row, name) for name in STANDING}
    return Standing(**{**held, "state": State(row.state)})


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
    scheme = scheme_of_row(row)
    areas = areas_of(row, wanted.at) if wanted.areas is None else wanted.areas
    if not areas:
        return []
    codes = [one.code for one in areas]
    given = gathered(areas, Asked(row.indicator, row.given, scheme.asked), wanted.day, wanted.known_at)
    before = begun_at(row, scheme, codes) | {
        code: Before(one.held, one.run, one.as_of)
        for code, one in last_read(row, codes, before=wanted.day).items()
    }  # fmt: skip
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
    """Bring every area to how it stands on a day after its last reading; returns what was added."""
    scheme, read = scheme_of_row(row), last_read(row, codes)
    stood = last_stood(row, read)
    made = []
    for code, reading in read.items():
        was = stood.get(code)
        now = read_on(scheme, standing_of(was), reading.level, day)
        if was is None or now != standing_of(was):
            made.append(_stood(code, now, reading, day, at, was.decision if was and _goes_on(now) else None))
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
