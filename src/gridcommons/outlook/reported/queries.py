"""Reads of the room: what is known of counts that were handed in, by area and day, and the hand-ins themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

import numpy as np
import numpy.typing as npt
from django.db.models import Min, Q

from gridcommons.access.queries import display_names
from gridcommons.access.rules import NO_DEED, Viewer
from gridcommons.access.scope import lying_in
from gridcommons.kit.errors import refuse
from gridcommons.kit.lineage import in_force
from gridcommons.kit.words import Words
from gridcommons.outlook.periods import each_day
from gridcommons.outlook.reported.actions import HANDS_IN
from gridcommons.outlook.reported.checking import UNKNOWN_HAND_IN
from gridcommons.outlook.reported.listing import ReportedCount, listing
from gridcommons.outlook.reported.models import Figure, HandIn
from gridcommons.outlook.reported.rules import (
    Floats,
    by_day,
    corrected_words,
    disagreement_words,
    disagreements,
    divided_words,
    fall_words,
    first_of,
    gap_words,
    undated_words,
)
from gridcommons.outlook.reported.standing import Stood, stood
from gridcommons.territory.queries import AreaFacts, children, names_of

PAGE: Final = 30
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Known:
    """Daily counts (codes, days) as they are known, NaN where they are not; `imported` None where it never was told.

    `as_of`: the day on which the figure was handed in, NaT where there is none. `notes`: corrections, totals that
    disagree with their parts, gaps.
    """

    codes: tuple[str, ...]
    days: tuple[date, ...]
    counts: Floats
    imported: Floats | None
    as_of: npt.NDArray[np.datetime64]
    notes: tuple[Words, ...]


def known(indicator: str, codes: Sequence[str], first: date, last: date, at: datetime | None = None) -> Known:
    """What is known of areas of today over days first..last; `at`: what was known at that moment.

    A correction and a withdrawal count from their own moment on. Refuses (`reported.unknown`) an unknown indicator.
    """
    one, asked = listing().get(indicator), tuple(dict.fromkeys(codes))
    parts = _parts_of(asked, last)
    rows = tuple(dict.fromkeys([*asked, *(part for below in parts.values() for part in below)]))
    held = stood(indicator, rows, first - _DAY if one.running else first, last, at)
    names = names_of(rows)
    notes: list[Words] = []
    if one.running:
        held, notes = _differences(held, rows[: len(asked)], names, first)
    days = tuple(each_day((first, last)))
    notes += [disagreement_words(names[off.code].name, off) for off in disagreements(held.counts, rows, days, parts)]
    own = slice(0, len(asked))
    notes = [*first_of(notes), *_plain_notes(held, asked, names, own)]
    imported = None if np.isnan(held.imported[own]).all() else held.imported[own]
    return Known(asked, days, held.counts[own], imported, held.as_of[own], tuple(notes))


def whole_since(
    indicator: str, code: str, parts: Sequence[str], first: date, last: date, at: datetime
) -> dict[date, datetime]:
    """Since when the count of an area is whole, by day: by its own figure, or by those of all its parts.

    By the first hand-in of each, whatever was corrected or withdrawn later: so it never moves.
    """
    lineage = in_force()
    raws = {one: (lineage.sources(one) | {one}) if lineage else frozenset({one}) for one in (code, *parts)}
    rows = Figure.objects.filter(
        indicator=indicator, day__range=(first, last), as_of__lte=at, area_code__in=frozenset().union(*raws.values())
    )
    came: dict[date, dict[str, datetime]] = {}
    for raw, day, moment in rows.values_list("area_code", "day").annotate(first=Min("as_of")):
        came.setdefault(day, {})[raw] = moment
    found: dict[date, datetime] = {}
    for day, of in came.items():
        each = {one: max(of[raw] for raw in held) for one, mine in raws.items() if (held := mine & of.keys())}
        whole = [each[code]] if code in each else []
        whole += [max(each[one] for one in parts)] if parts and each.keys() >= set(parts) else []
        found |= {day: min(whole)} if whole else {}
    return found


def _parts_of(codes: Sequence[str], day: date) -> Mapping[str, tuple[str, ...]]:
    """The areas directly below each of these that are no grids and no villages: none hand figures in."""
    found = {}
    for code in codes:
        below = [one.code for one in children(code, day) if one.level in _LEVELS] if len(code) <= _WIDEST else []
        if below:
            found[code] = tuple(below)
    return found


_LEVELS: Final = frozenset({"city", "county", "township"})
_WIDEST: Final = 6
"""Digits of the code of a county, the lowest area that has parts which hand figures in."""


def _differences(
    held: Stood, asked: Sequence[str], names: Mapping[str, AreaFacts], first: date
) -> tuple[Stood, list[Words]]:
    """Days from running totals, with notes of those asked for."""
    counts, falls, undated = by_day(held.counts)
    imported, _falls, _undated = by_day(held.imported)
    as_of = np.where(np.isnan(counts), np.datetime64("NaT"), held.as_of[:, 1:])
    notes = [
        fall_words(names[asked[one.row]].name, first + one.at * _DAY, one.by) for one in falls if one.row < len(asked)
    ]
    notes += [
        undated_words(names[asked[one.row]].name, first + one.at * _DAY, one.days, one.count)
        for one in undated
        if one.row < len(asked)
    ]
    return replace(held, counts=counts, imported=imported, as_of=as_of), notes


def _plain_notes(held: Stood, asked: Sequence[str], names: Mapping[str, AreaFacts], own: slice) -> list[Words]:
    notes = [divided_words(names[code].name) for code in asked if code in held.divided and code in names]
    notes += [corrected_words(held.corrected)] if held.corrected else []
    counts = held.counts[own][_due(held.counts[own], asked)]
    lacking = int(np.isnan(counts).sum())
    return [*notes, gap_words(lacking, counts.size)] if lacking else notes


def _due(counts: Floats, asked: Sequence[str]) -> npt.NDArray[np.bool_]:
    """The areas that hand in: all but those that gave nothing and whose parts, asked for beside them, do so instead."""
    by_parts = [any(other != code and other.startswith(code) for other in asked) for code in asked]
    return ~(np.isnan(counts).all(axis=1) & np.array(by_parts, bool))


@dataclass(frozen=True)
class HandInFacts:
    """A hand-in in a list."""

    id: UUID
    indicator: ReportedCount
    area_code: str
    name: str
    reason: str
    fresh: int
    changed: int
    same: int
    first: date
    last: date
    at: datetime
    by: str
    withdrawn_at: datetime | None
    withdrawn_by: str
    withdrawn_why: str


def areas_of(viewer: Viewer, at: datetime) -> list[str]:
    """The areas, by today's codes, for which a viewer hands counts in, the widest first; refuses whoever has none."""
    held = _handed_by(viewer, at)
    if not held:
        raise refuse(NO_DEED)
    return sorted(held, key=lambda code: (len(code), code))


def _handed_by(viewer: Viewer, at: datetime) -> set[str]:
    return {
        code
        for role, grant in viewer.roles_at(at)
        if grant is not None and HANDS_IN in role.deeds
        for code in grant.areas_now
    }


def hands_in_for(code: str, *, viewer: Viewer, at: datetime) -> bool:
    """Whether a viewer hands counts in for an area, and so reads those of it as they are."""
    return any(code.startswith(area) for area in _handed_by(viewer, at))


def hand_ins(*, viewer: Viewer, at: datetime, first: int = 0, indicator: str = "") -> tuple[list[HandInFacts], int]:
    """The hand-ins for the viewer's areas, the latest first, and how many there are."""
    rows = HandIn.objects.filter(lying_in("area_code", areas_of(viewer, at))).order_by("-handed_at", "-pk")
    rows = rows.filter(indicator=indicator) if indicator else rows
    page = list(rows[first : first + PAGE])
    names = display_names([row.handed_by for row in page] + [row.withdrawn_by for row in page])
    return [_facts(row, names) for row in page], rows.count()


def _facts(row: HandIn, names: Mapping[str, str]) -> HandInFacts:
    return HandInFacts(
        row.pk, listing().get(row.indicator), in_force().current(row.area_code), row.name, row.reason, row.fresh,
        row.changed, row.same, row.first, row.last, row.handed_at, names.get(row.handed_by, row.handed_by),
        row.withdrawn_at, names.get(row.withdrawn_by, row.withdrawn_by), row.withdrawn_why,
    )  # fmt: skip


@dataclass(frozen=True)
class FigureFacts:
    """One figure of a hand-in, and what stood before it where it corrects that."""

    area: AreaFacts
    day: date
    count: int
    imported: int | None
    was: tuple[int, int | None] | None


def hand_in(*, hand_in_id: UUID, viewer: Viewer, at: datetime, first: int = 0) -> tuple[HandInFacts, list[FigureFacts]]:
    """One hand-in with a page of its figures; refuses one that is not of the viewer's areas like one that is none."""
    row = HandIn.objects.filter(pk=hand_in_id).first()
    if row is None or not in_force().covers(row.area_code, tuple(areas_of(viewer, at))):
        raise refuse(UNKNOWN_HAND_IN)
    figures = list(Figure.objects.filter(hand_in=row).order_by("area_code", "day")[first : first + PAGE])
    areas, before = names_of(figure.area_code for figure in figures), _stood_before(row, figures)
    told = [
        FigureFacts(areas[one.area_code], one.day, one.count, one.imported, before.get((one.area_code, one.day)))
        for one in figures
    ]
    return _facts(row, display_names([row.handed_by, row.withdrawn_by])), told


def _stood_before(row: HandIn, figures: Sequence[Figure]) -> dict[tuple[str, date], tuple[int, int | None]]:
    """What stood of these areas and days when a hand-in came: handed in before, and not withdrawn by then."""
    if not figures:
        return {}
    days = [one.day for one in figures]
    earlier = Figure.objects.filter(
        Q(hand_in__withdrawn_at__isnull=True) | Q(hand_in__withdrawn_at__gt=row.handed_at), indicator=row.indicator,
        area_code__in={one.area_code for one in figures}, day__range=(min(days), max(days)),
        pk__lt=min(one.pk for one in figures),
    ).order_by("as_of", "pk")  # fmt: skip
    return {
        (code, day): (count, imported)
        for code, day, count, imported in earlier.values_list("area_code", "day", "count", "imported")
    }


def last_handed(indicator: str, codes: Sequence[str]) -> date | None:
    """The last day of which any of these areas handed a figure in that stands."""
    lineage = in_force()
    wanted = {raw for code in codes for raw in (lineage.sources(code) if lineage else (code,))}
    rows = Figure.objects.filter(indicator=indicator, area_code__in=wanted, hand_in__withdrawn_at__isnull=True)
    found: date | None = rows.order_by("-day").values_list("day", flat=True).first()
    return found


def handed_under(indicator: str, code: str, first: date, last: date, at: datetime) -> frozenset[str]:
    """The areas of today within one, of which figures of these days stood at a moment."""
    rows = Figure.objects.filter(
        indicator=indicator, area_code__startswith=code, day__range=(first, last), as_of__lte=at,
        hand_in__withdrawn_at__isnull=True,
    )  # fmt: skip
    return frozenset(in_force().current(raw) for raw in rows.values_list("area_code", flat=True).distinct())
