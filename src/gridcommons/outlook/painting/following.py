"""Colours of areas that were reorganised: which areas a scheme colours today, and where their former rows stand.

A row keeps the code that it was made under. An area that was renamed, re-coded or moved is the same area: how it stood,
who signed and what was read of it goes on. One that was divided or merged is another: nothing that was read before
holds for it, and it begins at the highest level by the rules of those that it came of.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Max, Q, QuerySet

from gridcommons.kit.codes import CHINA
from gridcommons.kit.lineage import holding, in_force
from gridcommons.outlook.colours.scheme import Scheme
from gridcommons.outlook.painting.inputs import coloured_areas
from gridcommons.outlook.painting.keeping import scheme_of_row
from gridcommons.outlook.painting.models import Reading, SchemeInForce, Stood
from gridcommons.outlook.painting.reading import Before
from gridcommons.territory.queries import AreaFacts, below, lives_of, names_of
from gridcommons.territory.reorganising.queries import Remade, remade
from gridcommons.territory.succession import lineage_on

# --- Which areas a scheme colours ---------------------------------------------------------------------------------


def holding_at(at: datetime) -> Q:
    """Schemes that hold at a moment."""
    return Q(holds_from__lte=at) & (Q(ended_at__isnull=True) | Q(ended_at__gt=at))


def roots_of(row: SchemeInForce) -> tuple[str, ...]:
    """The areas of today that a scheme was put in force for: one, or what became of one that was divided or merged."""
    lineage = in_force()
    now = lineage.follow(row.area_code)
    return (now,) if now else lineage.spread(row.area_code)


def areas_of(row: SchemeInForce, at: datetime | None = None) -> list[AreaFacts]:
    """The areas that a scheme colours today, by code. `at`: by the schemes that held then, else by those in force.

    All of its level in its area. Of an area that ended, what came of it; and what left the area for one where no scheme
    holds for that level: it goes on under the one that it stood under until another is put in force there.
    """
    lineage = in_force()
    if not lineage:
        return coloured_areas(row.area_code, row.level)
    whole = lineage.follow(row.area_code)
    if whole:
        own, left = coloured_areas(whole, row.level), _left(row, (whole,))
    else:
        parts = [one for root in roots_of(row) for one in coloured_areas(root, row.level)]
        own, left = [], [one for one in parts if _came_of(one.code, row.area_code)] + _left(row, roots_of(row))
    covered = _covered(row, at) if left else ()
    found = {one.code: one for one in (*own, *(one for one in left if not one.code.startswith(covered)))}
    return [found[code] for code in sorted(found)]


def _left(row: SchemeInForce, roots: tuple[str, ...]) -> list[AreaFacts]:
    """The areas that stood under a scheme, or under it as it was in force before, and lie elsewhere now."""
    lineage = in_force()
    same = Q(in_force__area_code__in={row.area_code, *lineage.origins(row.area_code)}, in_force__level=row.level)
    rows = Stood.objects.filter(same, in_force__scheme=row.scheme)
    stood = rows.order_by().values_list("area_code", flat=True).distinct()
    nows = {now for raw in stood if (now := lineage.follow(raw)) and not now.startswith(roots)}
    standing = {code for code, (_begins, ends) in lives_of(nows).items() if ends is None or ends > _today()}
    return [one for one in names_of(standing).values() if one.level == row.level]


def _today() -> date:
    return in_force().day or date.max


def _came_of(code: str, area: str) -> bool:
    """Whether an area came of one that ended: it lay there by a former code, or is a part of what lay there."""
    lineage = in_force()
    before = tuple(lineage.sources(area))
    parted = (raw for raw in (area, *lineage.divided) if raw.startswith(before))
    return any(raw.startswith(before) for raw in lineage.sources(code)) or any(
        code in lineage.ever(raw) for raw in parted
    )


def _covered(row: SchemeInForce, at: datetime | None) -> tuple[str, ...]:
    """The areas of other schemes that hold for the same level."""
    hold = holding_at(at) if at else Q(confirmed_at__isnull=False, ended_at__isnull=True)
    others = SchemeInForce.objects.filter(hold, level=row.level).exclude(pk=row.pk)
    return tuple(now for one in others if (now := in_force().follow(one.area_code)))


def shared_out(code: str, at: datetime, levels: Iterable[str] = ()) -> list[tuple[SchemeInForce, list[AreaFacts]]]:
    """What each scheme that holds colours within an area, no area twice: the nearest from above first."""
    rows = SchemeInForce.objects.filter(holding_at(at))
    held = list(rows.filter(level__in=levels) if levels else rows)
    way = [*CHINA.ancestors(code), code]
    roots = {row.pk: roots_of(row) for row in held}
    away = _away(code, held)
    near = [row for row in held if row.pk in away or any(one in way or one.startswith(code) for one in roots[row.pk])]
    found: list[tuple[SchemeInForce, list[AreaFacts]]] = []
    taken: set[str] = set()
    for row in sorted(near, key=lambda row: _nearness(row, roots[row.pk], way)):
        fresh = [one for one in areas_of(row, at) if one.code.startswith(code) and one.code not in taken]
        taken |= {one.code for one in fresh}
        found += [(row, fresh)] if fresh else []
    return found


def near_by(code: str) -> Q:
    """Rows that name an area by `area_code`, one above it or one below it, whichever code these had."""
    above = {raw for one in CHINA.ancestors(code) for raw in once(one)}
    return reduce(or_, (Q(area_code__startswith=raw) for raw in once(code)), Q(area_code__in=above))


def _nearness(row: SchemeInForce, roots: tuple[str, ...], way: Sequence[str]) -> tuple[object, ...]:
    whole = in_force().follow(row.area_code)
    return (not whole, not set(roots) & set(way), -max(map(len, roots), default=0), row.area_code)


def _away(code: str, rows: Sequence[SchemeInForce]) -> set[UUID]:
    """The schemes of other areas under which stood what lies in this one today."""
    lineage = in_force()
    if not lineage:
        return set()
    parts = [
        one.code for level in {row.level for row in rows} for one in (*below(code, level), *names_of([code]).values())
    ]
    raws = {raw for part in parts for raw in lineage.origins(part) if raw != part}
    stood = Stood.objects.filter(in_force__in=rows, area_code__in=raws) if raws else Stood.objects.none()
    return set(stood.order_by().values_list("in_force_id", flat=True).distinct())


# --- Under which codes its rows stand -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Thread:
    """Where the rows of an area stand. `remade`: since when it is the ground that it is; what was before is not its.

    `beside`: another scheme in force of the same rules that it was under elsewhere, and when that last read it.
    """

    codes: frozenset[str]
    remade: Remade | None = None
    beside: UUID | None = None
    beside_at: datetime | None = None

    def holds(self, made: datetime) -> bool:
        """Whether what was written at a moment is of the area as it is."""
        return self.remade is None or made > self.remade.at


def threads(row: SchemeInForce, codes: Iterable[str]) -> dict[str, Thread]:
    """The threads of areas of today under a scheme."""
    lineage, asked = in_force(), list(codes)
    if not lineage:
        return {code: Thread(frozenset({code})) for code in asked}
    known, changed = {code: frozenset({code, *lineage.origins(code)}) for code in asked}, remade(asked)
    beside = _beside(row, {code: raws - {code} for code, raws in known.items() if len(raws) > 1})
    return {code: Thread(raws, changed.get(code), *beside.get(code, (None, None))) for code, raws in known.items()}


def _beside(row: SchemeInForce, known: Mapping[str, frozenset[str]]) -> dict[str, tuple[UUID, datetime]]:
    """By area the scheme of the same rules that read it last elsewhere, while this one held already, and when."""
    if not known or row.holds_from is None:
        return {}
    raws = {raw: code for code, several in known.items() for raw in several}
    of = {"in_force__scheme": row.scheme, "in_force__version": row.version, "in_force__level": row.level}
    rows = Reading.objects.filter(area_code__in=raws, made_at__gte=row.holds_from, **of).exclude(in_force=row)
    found: dict[str, tuple[UUID, datetime]] = {}
    read = rows.order_by().values_list("in_force", "in_force__area_code", "area_code").annotate(last=Max("made_at"))
    for scheme_id, area, raw, last in read:
        code = raws[raw]
        inside = any(code.startswith(root) for root in in_force().spread(area))
        if not inside and (code not in found or found[code][1] < last):
            found[code] = (scheme_id, last)
    return found


def newest_stood(row: SchemeInForce, rows: QuerySet[Stood], codes: Iterable[str]) -> dict[str, Stood]:
    """The last of these rows of each area. What it was under elsewhere goes on until this scheme says another."""
    found = threads(row, codes)
    of = rows.filter(_among(row, found)).order_by("in_force", "area_code", "-at", "-id")
    last = list(of.distinct("in_force", "area_code"))
    kept = {}
    for code, thread in found.items():
        mine = [one for one in last if one.area_code in thread.codes and thread.holds(one.at)]
        own = max((one for one in mine if one.in_force_id == row.pk), key=lambda one: (one.at, one.pk), default=None)
        if thread.beside_at is not None and (own is None or own.at < thread.beside_at):
            beside = (one for one in mine if one.in_force_id == thread.beside and one.area_code != code)
            own = max(beside, key=lambda one: (one.at, one.pk), default=own)
        if own is not None:
            kept[code] = own
    return kept


def newest_read(row: SchemeInForce, rows: QuerySet[Reading], codes: Iterable[str]) -> dict[str, Reading]:
    """The last of these readings of each area, its own scheme's before another's of the same day."""
    found = threads(row, codes)
    of = rows.filter(_among(row, found)).order_by("in_force", "area_code", "-day", "-revision")
    last = list(of.distinct("in_force", "area_code"))
    kept = {}
    for code, thread in found.items():
        mine = [one for one in last if one.area_code in thread.codes and thread.holds(one.made_at)]
        mine = [one for one in mine if one.in_force_id in {row.pk, thread.beside}]
        if mine:
            kept[code] = max(mine, key=lambda one: (one.day, one.in_force_id == row.pk, one.made_at, one.revision))
    return kept


def first_read(row: SchemeInForce, code: str) -> date | None:
    """The first day on which a scheme read an area as it is; None where it did not."""
    thread = threads(row, [code])[code]
    rows = Reading.objects.filter(in_force=row, area_code__in=thread.codes)
    rows = rows.filter(made_at__gt=thread.remade.at) if thread.remade else rows
    found: date | None = rows.order_by("day").values_list("day", flat=True).first()
    return found


def _among(row: SchemeInForce, found: Mapping[str, Thread]) -> Q:
    schemes = {row.pk, *(one.beside for one in found.values() if one.beside)}
    return Q(in_force__in=schemes, area_code__in={raw for one in found.values() for raw in one.codes})


def begun_at(row: SchemeInForce, scheme: Scheme, codes: Iterable[str]) -> dict[str, Before]:
    """How areas that were divided or merged begin: at the highest level by the rules of those that they came of.

    A lower one needs the days of the rule, as everywhere: nothing turns greener because a border was drawn.
    """
    lineage, places = in_force(), [one.key for one in scheme.levels]
    found = {}
    for code, one in remade(codes).items():
        read = [_last_of(row, lineage.sources(old), one.at) for old in one.olds]
        known = [reading for reading in read if reading is not None and _means(scheme, reading)]
        if known:
            days = [reading.as_of for reading in known if reading.as_of is not None]
            held = max((reading.held for reading in known), key=places.index)
            found[code] = Before(held, 0, max(days, default=None))
    return found


def _last_of(row: SchemeInForce, codes: Iterable[str], at: datetime) -> Reading | None:
    """The last reading of an area of before, by any version of the scheme."""
    rows = Reading.objects.filter(area_code__in=codes, made_at__lte=at, in_force__scheme=row.scheme)
    return rows.select_related("in_force").order_by("-day", "-made_at", "-revision").first()


def _means(scheme: Scheme, reading: Reading) -> bool:
    """Whether the level that a reading held means the same in a scheme: by key and colour."""
    of = {one.key: one.colour for one in scheme_of_row(reading.in_force).levels}
    return any(one.key == reading.held and one.colour == of.get(one.key) for one in scheme.levels)


# --- Days gone by -------------------------------------------------------------------------------------------------


@contextmanager
def as_of(day: date) -> Iterator[None]:
    """Let the lineage of a day gone by hold; under that of nothing, nothing changes."""
    held = in_force()
    if held and held.day is not None and day < held.day:
        with holding(lambda: lineage_on(day)):
            yield
    else:
        yield


def places_then(code: str, day: date) -> tuple[str, ...]:
    """The codes that an area of today had on a day: its own of then, or those of the areas that it came of."""
    lineage = in_force()
    if not lineage or lineage.day is None or day >= lineage.day:
        return (code,)
    lives = lives_of(once(code))
    held = {raw for raw, (begins, ends) in lives.items() if begins <= day and (ends is None or day < ends)}
    return tuple(sorted(held)) or (code,)


def once(code: str) -> frozenset[str]:
    """All codes by which an area, or one that it came of, was ever known."""
    lineage = in_force()
    return lineage.sources(code) | {raw for raw in lineage.divided if code in lineage.ever(raw)}
