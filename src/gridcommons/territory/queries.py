"""Reads of territory: public facts about areas, no person in any of them."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from operator import or_
from typing import Final

import numpy as np
import shapely
from django.db.models import Count, F, Func, Max, Min, Q, QuerySet, TextField, Value
from django.db.models.functions import Left, Length

from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import refuse
from gridcommons.kit.lineage import in_force
from gridcommons.kit.words import Words
from gridcommons.territory.cells import simplify_for_map
from gridcommons.territory.drawn import ground_mark
from gridcommons.territory.locating import Locator
from gridcommons.territory.models import Area, Boundary
from gridcommons.territory.rules import NO_GRIDS, AreaLife, require_area, require_inside, require_position, valid_on


@dataclass(frozen=True)
class AreaFacts:
    """What pages need of an area."""

    code: str
    level: str
    parent_code: str
    name_zh: str
    name_en: str
    households: int | None
    residents: int | None
    lon: float | None
    lat: float | None

    @property
    def name(self) -> Words:
        """Its name in both languages; the Chinese one where there is no other."""
        return Words(self.name_zh, self.name_en or self.name_zh)


_FACTS: Final = [one.name for one in fields(AreaFacts)]


def _facts(area: Area) -> AreaFacts:
    return AreaFacts(*(getattr(area, name) for name in _FACTS))


def area_on(code: str, day: date) -> AreaFacts:
    """The area of a code as it holds on a day; refuses an unknown or retired code."""
    found = Area.objects.filter(pk=code).first()
    life = AreaLife(found.code, found.valid_from, found.valid_to, tuple(found.replaced_by)) if found else None
    require_area(code, life, day)
    assert found is not None
    return _facts(found)


def names_of(codes: Iterable[str]) -> dict[str, AreaFacts]:
    """Areas by code, retired ones included: a record keeps the code it was made under."""
    return {area.code: _facts(area) for area in Area.objects.filter(code__in=set(codes))}


def known_codes(codes: Iterable[str]) -> set[str]:
    """Which of these codes stand for an area, retired ones included."""
    return set(Area.objects.filter(code__in=set(codes)).values_list("code", flat=True))


def ends_of(codes: Iterable[str]) -> dict[str, date]:
    """The first day without each of these areas; those that stand are left out."""
    rows = Area.objects.filter(code__in=set(codes), valid_to__isnull=False)
    return {code: end for code, end in rows.values_list("code", "valid_to") if end is not None}


@dataclass(frozen=True)
class AreaPlace:
    """That an area is known, and where it went: the one area that took its place, empty where there is none."""

    moved_to: str = ""


def places_of(codes: Iterable[str]) -> dict[str, AreaPlace]:
    """Which of these codes stand for an area, and what took its place where it was retired for one other."""
    rows = Area.objects.filter(code__in=set(codes)).values_list("code", "valid_to", "replaced_by")
    return {
        code: AreaPlace(after[0] if ended is not None and len(after) == 1 and after[0] != code else "")
        for code, ended, after in rows
    }


def parents_held(codes: Iterable[str]) -> set[str]:
    """Which of these areas have areas below them."""
    return set(Area.objects.filter(parent_code__in=set(codes)).values_list("parent_code", flat=True))


def outlined(codes: Iterable[str]) -> set[str]:
    """Which of these areas have an outline."""
    return set(Boundary.objects.filter(area_id__in=set(codes)).values_list("area_id", flat=True))


def trail(code: str) -> list[AreaFacts]:
    """The areas above and the area itself, from the top down; missing levels are left out."""
    known = names_of([*CHINA.ancestors(code), code])
    return [known[c] for c in sorted(known, key=len)]


def children(code: str, day: date) -> list[AreaFacts]:
    """The areas directly below that hold on a day, by their sort key; the top level for an empty code."""
    rows = Area.objects.filter(parent_code=code, valid_from__lte=day).exclude(valid_to__lte=day)
    return [AreaFacts(*row) for row in rows.order_by("sort_key", "code").values_list(*_FACTS)]


@dataclass(frozen=True)
class Around:
    """An area among others: those above with itself (`way`, from the top down), below, and beside it with itself."""

    area: AreaFacts
    way: tuple[AreaFacts, ...]
    parts: tuple[AreaFacts, ...]
    beside: tuple[AreaFacts, ...]


def around(code: str, day: date) -> Around:
    """What `area_on`, `trail` and `children` say of an area and its parent, in one reading; refuses like the first."""
    above = CHINA.ancestors(code)
    parent = above[-1] if above else ""
    rows = Area.objects.filter(Q(code__in=[*above, code]) | Q(parent_code__in=[parent, code]))
    facts, lives = dict[str, AreaFacts](), dict[str, AreaLife]()
    for row in rows.order_by("sort_key", "code").values_list(*_FACTS, "valid_from", "valid_to", "replaced_by"):
        one = facts[row[0]] = AreaFacts(*row[:-3])
        lives[one.code] = AreaLife(one.code, row[-3], row[-2], tuple(row[-1]))
    require_area(code, lives.get(code), day)
    stands = [one for key, one in facts.items() if valid_on(lives[key], day)]
    here = facts[code]
    return Around(
        area=here, way=tuple(facts[key] for key in (*above, code) if key in facts),
        parts=tuple(one for one in stands if one.parent_code == code),
        beside=tuple(
            [one for one in stands if one.parent_code == parent]
            if here.parent_code == parent
            else children(here.parent_code, day)
        ),
    )  # fmt: skip


def below(code: str, level: str) -> list[AreaFacts]:
    """All areas of a level below a code that stand today, by code."""
    rows = Area.objects.filter(_stands(), level=level, code__startswith=code)
    return [_facts(area) for area in rows.order_by("code")]


def _stands(prefix: str = "") -> Q:
    """Areas that exist on the day under way; where no area was ever reorganised, those without an end."""
    day, ended = in_force().day, f"{prefix}valid_to"
    if day is None:
        return Q(**{f"{ended}__isnull": True})
    return Q(**{f"{prefix}valid_from__lte": day}) & (Q(**{f"{ended}__isnull": True}) | Q(**{f"{ended}__gt": day}))


def all_under(code: str) -> dict[str, AreaFacts]:
    """Every area below a code, the area itself and those above it, by code; retired ones included."""
    rows = Area.objects.filter(Q(code__startswith=code) | Q(code__in=CHINA.ancestors(code)))
    return {area.code: _facts(area) for area in rows}


def grids_by_part(code: str, parts: Sequence[str], day: date, edition: str = "") -> dict[str, int]:
    """How many grids hold on a day in each part of an area (parts without any are absent), and under `code` in all.

    `edition`: of the maps, where it was read for this request already.
    """
    width = max((len(part) for part in parts), default=len(code))
    found: Counter[str] = Counter()
    for start, n in _grids(code, width, day, edition or ground_mark()):
        home = next((part for part in parts if start.startswith(part)), "")
        found.update(dict.fromkeys({home, code} - {""}, n))
    return dict(found)


@functools.lru_cache(maxsize=512)
def _grids(code: str, width: int, day: date, _mark: str) -> tuple[tuple[str, int], ...]:
    """How many grids hold on a day by the start of their codes: of a province that takes longer than its figures."""
    rows = Area.objects.filter(level="grid", code__startswith=code, valid_from__lte=day).exclude(valid_to__lte=day)
    counts = rows.annotate(start=Left("code", width)).values_list("start").annotate(n=Count("code"))
    return tuple(counts.order_by("start"))


def count_areas() -> dict[str, int]:
    """How many areas of each level are loaded."""
    rows = Area.objects.values_list("level").annotate(n=Count("code"))
    return dict(rows)


def _standing() -> QuerySet[Boundary]:
    """Outlines of the grids that stand: a retired one takes nothing in any more."""
    return Boundary.objects.filter(_stands("area__"), area__level="grid")


def grid_locator() -> Locator:
    """The locator over all grids with an outline, built once per edition of the boundaries."""
    return _locator(ground_mark())


@functools.lru_cache(maxsize=1)
def _locator(_mark: str) -> Locator:
    rows = _standing().values_list("area_id", "shape")
    pairs = [(code, shapely.from_wkb(bytes(shape))) for code, shape in rows]
    return Locator([code for code, _shape in pairs], [shape for _code, shape in pairs])


def grid_at(lon: float | None, lat: float | None) -> str:
    """The grid of a position in degrees; refuses missing, impossible and outside positions, saying what is near."""
    lon_, lat_ = require_position(lon, lat)
    locator = grid_locator()
    if not locator.polygons:
        raise refuse(NO_GRIDS)
    code = str(locator.locate(np.array([lon_]), np.array([lat_]))[0])
    if code:
        return code
    nearest, metres = locator.nearest(lon_, lat_)
    known = names_of([nearest]).get(nearest)
    name = known.name if known else Words(nearest, nearest)
    return require_inside("", nearest=name, metres=metres)


def shapes_of(codes: Iterable[str]) -> dict[str, shapely.Geometry]:
    """Outlines by code."""
    rows = Boundary.objects.filter(area_id__in=set(codes)).values_list("area_id", "shape")
    return {code: shapely.from_wkb(bytes(shape)) for code, shape in rows}


@dataclass(frozen=True)
class OutlineFacts:
    """Where the outline of an area comes from."""

    source: str
    synthetic: bool
    drawn_at: datetime


def outline_facts(code: str) -> OutlineFacts | None:
    """Where the outline of an area comes from; None where it has none."""
    row = Boundary.objects.filter(area_id=code).values_list("source", "synthetic", "drawn_at").first()
    return OutlineFacts(*row) if row else None


def is_synthetic(codes: Iterable[str]) -> bool:
    """Whether any of these outlines is drawn rather than surveyed."""
    return Boundary.objects.filter(area_id__in=set(codes), synthetic=True).exists()


def synthetic_of(codes: Iterable[str]) -> set[str]:
    """Which of these areas have an outline that is drawn rather than surveyed."""
    rows = Boundary.objects.filter(area_id__in=set(codes), synthetic=True)
    return set(rows.values_list("area_id", flat=True))


def map_of(codes: Iterable[str]) -> Mapping[str, object]:
    """Outlines for a map as GeoJSON, simplified together so that neighbours still touch."""
    shapes = shapes_of(codes)
    if not shapes:
        return {"type": "FeatureCollection", "features": []}
    names, drawn = names_of(shapes), synthetic_of(shapes)
    simple = simplify_for_map(shapes)
    features = [
        {
            "type": "Feature",
            "properties": {
                "code": code,
                "name_zh": names[code].name_zh,
                "name_en": names[code].name_en,
                "synthetic": code in drawn,
            },
            "geometry": shapely.geometry.mapping(shapely.set_precision(simple[code], 1e-5, mode="pointwise")),
        }
        for code in sorted(simple)
    ]
    return {"type": "FeatureCollection", "synthetic": bool(drawn), "features": features}


def served() -> AreaFacts | None:
    """The smallest area that holds every grid: what this house serves; None before there are grids."""
    ends = Area.objects.filter(_stands(), level="grid").aggregate(first=Min("code"), last=Max("code"))
    if not ends["first"]:
        return None
    shared = [area for area in trail(ends["first"])[:-1] if ends["last"].startswith(area.code)]
    return shared[-1] if shared else None


def named(words: str, *, under: str, levels: Iterable[str], limit: int = 20) -> list[AreaFacts]:
    """Areas below a code whose Chinese or English name holds these words, the highest level first."""
    holds = Q(name_zh__icontains=words) | Q(name_en__icontains=words)
    rows = Area.objects.filter(holds, _stands(), code__startswith=under, level__in=list(levels))
    return [_facts(area) for area in sorted(rows[: limit * 5], key=lambda a: (len(a.code), a.sort_key, a.code))][:limit]


def called(words: str, *, under: str, limit: int = 20) -> list[AreaFacts]:
    """Areas below a code by Chinese or English name, by reading in pinyin its initials, or by code; biggest first."""
    even = "".join(words.lower().replace("'", "").split())
    fits = Q(name_zh__icontains=words) | Q(name_en__icontains=words)
    if even.isascii() and even.isalpha() and len(even) > 1:
        fits |= Q(reading__startswith=even) | Q(initials__startswith=even)
    if even.isascii() and even.isdigit() and len(even) >= CHINA.width("county"):
        fits |= Q(code__startswith=even)
    rows = Area.objects.annotate(
        reading=Func(F("sort_key"), Value(" "), Value(""), function="replace", output_field=TextField()),
        initials=Func(
            F("sort_key"), Value(r"(\S)\S*\s*"), Value(r"\1"), Value("g"), function="regexp_replace",
            output_field=TextField(),
        ),
    )  # fmt: skip
    found = rows.filter(fits, code__startswith=under, valid_to__isnull=True)
    return [_facts(area) for area in found.order_by(Length("code"), "sort_key", "code")[:limit]]


def outlined_below(code: str, level: str = "") -> list[str]:
    """Areas below a code that have outlines, by code: of `level`, else of the first level that has any.

    The area itself where nothing below it is drawn and no level is named.
    """
    drawn = Boundary.objects.filter(_stands("area__")).order_by("area_id")
    for lower in CHINA.levels:
        if lower.width <= len(code) or level not in {"", lower.key}:
            continue
        found = list(drawn.filter(area__level=lower.key, area__code__startswith=code).values_list("area_id", flat=True))
        if found or level:
            return found
    return [] if level else list(drawn.filter(area_id=code).values_list("area_id", flat=True))


def maps_edition() -> str:
    """A mark that changes whenever an outline of any level is drawn anew or stands no longer."""
    return ground_mark()


def lives_of(codes: Iterable[str]) -> dict[str, tuple[date, date | None]]:
    """The first day of each of these areas, and the first day without it; None for those that stand."""
    rows = Area.objects.filter(code__in=set(codes)).values_list("code", "valid_from", "valid_to")
    return {code: (begins, ends) for code, begins, ends in rows}


def turning_days(prefixes: Iterable[str], level: str, first: date, last: date) -> list[date]:
    """The days of first..last on which areas of a level below any of these codes began or ended."""
    rows = Area.objects.filter(_below_any(prefixes), level=level)
    began = rows.filter(valid_from__range=(first, last)).values_list("valid_from", flat=True)
    ended = rows.filter(valid_to__range=(first, last)).values_list("valid_to", flat=True)
    return sorted({day for day in (*began, *ended) if day is not None})


def _below_any(prefixes: Iterable[str]) -> Q:
    return functools.reduce(or_, (Q(code__startswith=one) for one in prefixes), Q(pk__in=()))
