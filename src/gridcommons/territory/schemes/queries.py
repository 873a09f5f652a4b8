"""Reads of schemes: public facts about areas by other issuers' codes, no person in any of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

import shapely
from django.db.models import Count, Q, QuerySet

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.words import Words
from gridcommons.territory.queries import shapes_of
from gridcommons.territory.schemes.models import ForeignArea, ForeignScheme, Tie
from gridcommons.territory.schemes.rules import SchemeFacts, scheme_of

PAGE: Final = 50
_MOST_SHOWN: Final = 400
UNKNOWN = refusal_kind(
    "schemes.not_loaded",
    status=404,
    zh="没有载入编码体系“{key}”，或其中没有这个区域。",
    en="No scheme “{key}” is loaded, or it has no such area.",
)


@dataclass(frozen=True)
class LoadedScheme:
    """A scheme that is loaded, how many areas stand at each level, and how many are tied."""

    facts: SchemeFacts
    source: str
    loaded_at: datetime
    counts: Mapping[str, int]
    confirmed: int
    proposed: int

    @property
    def total(self) -> int:
        """How many of its areas stand."""
        return sum(self.counts.values())


@dataclass(frozen=True)
class TieFacts:
    """What an area of a scheme stands for in the house, or may."""

    id: UUID
    area_code: str
    way: str
    share: float | None
    confirmed_by: str
    confirmed_at: datetime | None


@dataclass(frozen=True)
class SchemeArea:
    """An area of a scheme as pages need it."""

    id: UUID
    code: str
    level: str
    parent_code: str
    name: str
    name_en: str
    valid_from: date
    valid_to: date | None
    mended: bool
    has_outline: bool
    below: int = 0
    tie: TieFacts | None = None

    @property
    def words(self) -> Words:
        """Its name for both languages: as the issuer gives it, with the English one where there is one."""
        return Words(self.name, self.name_en or self.name)


def loaded_schemes() -> list[LoadedScheme]:
    """The schemes that are loaded, by key."""
    return [_loaded(row) for row in ForeignScheme.objects.order_by("key")]


def loaded_scheme(key: str) -> LoadedScheme:
    """One of them; refuses one that is not loaded."""
    row = ForeignScheme.objects.filter(pk=key).first()
    if row is None:
        raise refuse(UNKNOWN, key=key[:40])
    return _loaded(row)


def _loaded(row: ForeignScheme) -> LoadedScheme:
    counts = dict(_standing(row.key).values_list("level").annotate(n=Count("id")))
    ties = Tie.objects.filter(scheme_id=row.key).aggregate(
        confirmed=Count("id", filter=~Q(confirmed_by="")), proposed=Count("id", filter=Q(confirmed_by=""))
    )
    facts = scheme_of(row.described, row.key)
    return LoadedScheme(facts, row.source, row.loaded_at, counts, ties["confirmed"], ties["proposed"])


def _standing(key: str) -> QuerySet[ForeignArea]:
    return ForeignArea.objects.filter(scheme_id=key, valid_to__isnull=True)


def levels_held(key: str) -> dict[str, str]:
    """The levels of the codes of a scheme that stand."""
    return dict(_standing(key).values_list("code", "level"))


def areas_of(
    key: str, *, level: str = "", under: str | None = None, words: str = "", tied: str = "", first: int = 0,
    most: int | None = PAGE,
) -> tuple[list[SchemeArea], int]:  # fmt: skip
    """Standing areas of a scheme by code, a page of them, and how many there are.

    `under`: directly below a code, "" for the top. `tied`: "confirmed", "proposed" or "none".
    """
    rows = _standing(key)
    rows = rows.filter(level=level) if level else rows
    rows = rows.filter(parent_code=under) if under is not None and not words else rows
    if words:
        rows = rows.filter(Q(code__startswith=words) | Q(name__icontains=words) | Q(name_en__icontains=words))
    ties = Tie.objects.filter(scheme_id=key)
    if tied in {"confirmed", "proposed"}:
        held = ties.exclude(confirmed_by="") if tied == "confirmed" else ties.filter(confirmed_by="")
        rows = rows.filter(code__in=held.values("code"))
    elif tied == "none":
        rows = rows.exclude(code__in=ties.values("code"))
    total, last = rows.count(), None if most is None else first + most
    page = list(rows.order_by("code").defer("shape")[first:last])
    return list(_facts(key, page)), total


def _facts(key: str, page: Iterable[ForeignArea]) -> Iterator[SchemeArea]:
    rows = list(page)
    codes = [row.code for row in rows]
    below = dict(_standing(key).filter(parent_code__in=codes).values_list("parent_code").annotate(n=Count("id")))
    ties = {tie.code: _tie(tie) for tie in Tie.objects.filter(scheme_id=key, code__in=codes)}
    for row in rows:
        yield SchemeArea(
            row.pk, row.code, row.level, row.parent_code, row.name, row.name_en, row.valid_from, row.valid_to,
            row.mended, row.lon is not None, below.get(row.code, 0), ties.get(row.code),
        )  # fmt: skip


def _tie(tie: Tie) -> TieFacts:
    return TieFacts(tie.pk, tie.area_code, tie.way, tie.share, tie.confirmed_by, tie.confirmed_at)


def area_of(key: str, code: str) -> tuple[SchemeArea, list[SchemeArea]]:
    """One area of a scheme as it stands or stood last, and the areas above it from the top down."""
    row = ForeignArea.objects.filter(scheme_id=key, code=code).order_by("-valid_from").defer("shape").first()
    if row is None:
        raise refuse(UNKNOWN, key=f"{key[:40]} {code[:40]}")
    above: list[ForeignArea] = []
    at = row
    while at.parent_code and len(above) <= len(scheme_of(row.scheme.described, key).levels):
        upper = _standing(key).filter(code=at.parent_code).defer("shape").first()
        if upper is None:
            break
        above.insert(0, upper)
        at = upper
    found = list(_facts(key, [row, *above]))
    return found[0], found[1:]


def turns_of(key: str, code: str) -> list[tuple[str, date, date | None]]:
    """The names and dates that a code had in a scheme, oldest first."""
    rows = ForeignArea.objects.filter(scheme_id=key, code=code).order_by("valid_from")
    return list(rows.values_list("name", "valid_from", "valid_to"))


def scheme_shapes(key: str, codes: Iterable[str] = (), *, level: str = "") -> dict[str, shapely.Geometry]:
    """Outlines of standing areas of a scheme by code: of these codes, or of a whole level."""
    rows = _standing(key).exclude(shape=b"")
    rows = rows.filter(level=level) if level else rows.filter(code__in=set(codes))
    return {code: shapely.from_wkb(bytes(shape)) for code, shape in rows.values_list("code", "shape")}


def outlines_near(key: str, area: SchemeArea) -> dict[str, shapely.Geometry]:
    """The outline of an area and of those beside it, for a map; of the area alone where it has many beside it."""
    beside = _standing(key).filter(parent_code=area.parent_code, level=area.level)
    codes = list(beside.values_list("code", flat=True)[: _MOST_SHOWN + 1])
    return scheme_shapes(key, [area.code] if len(codes) > _MOST_SHOWN else [area.code, *codes])


def house_outline(code: str) -> shapely.Geometry | None:
    """The outline of an area of the house."""
    return shapes_of([code]).get(code)


def second_codes(key: str, codes: Iterable[str]) -> dict[str, str]:
    """The codes of a scheme for areas of the house, of confirmed ties only; refuses a scheme that is not loaded."""
    loaded_scheme(key)
    rows = Tie.objects.filter(scheme_id=key, area_code__in=set(codes)).exclude(confirmed_by="")
    return dict(rows.values_list("area_code", "code"))


def ties_for(code: str) -> list[tuple[str, str, bool]]:
    """What an area of the house is called in other schemes: scheme, code, whether it was confirmed."""
    rows = Tie.objects.filter(area_code=code).order_by("scheme_id", "code")
    return [(scheme, other, bool(by)) for scheme, other, by in rows.values_list("scheme_id", "code", "confirmed_by")]
