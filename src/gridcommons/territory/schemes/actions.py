"""Writes of schemes: an edition loaded, an area of a scheme tied to one of the house."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import shapely

from gridcommons.access.deeds import deed
from gridcommons.access.rules import Place, Viewer
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.territory.models import Area
from gridcommons.territory.schemes.models import ForeignArea, ForeignScheme, Tie
from gridcommons.territory.schemes.reading import Edition
from gridcommons.territory.schemes.tying import Proposal, by_overlap

_BATCH: Final = 2_000
NO_TIE = refusal_kind(
    "schemes.no_tie",
    status=404,
    zh="没有找到这条对应，或其本级区划不存在。",
    en="There is no such tie, or its area of the house does not exist.",
)
TIED_ALREADY = refusal_kind(
    "schemes.tied_already",
    status=409,
    zh="“{area}”在这套编码里已经对应“{code}”；请先取消那一条。",
    en="“{area}” stands for “{code}” of this scheme already; take that back first.",
)
OLDER = refusal_kind(
    "schemes.older_edition",
    status=409,
    zh="已载入的内容自{standing}起有效，比这一版（{given}）新。请核对日期。",
    en="What is loaded holds from {standing}, later than this edition ({given}). Check the day.",
)


@dataclass(frozen=True)
class Loaded:
    """What an edition changed."""

    added: int
    changed: int
    retired: int
    same: int
    proposed: int


@deed("schemes.load", keeps=("since", "whole"))
def load_edition(
    *, edition: Edition, since: date, whole: bool, by: Viewer, at: datetime, purpose: str = "administration"
) -> Loaded:  # fmt: skip
    """Load areas of a scheme as they hold from a day on; `whole`: what the edition lacks ends on that day."""
    scheme = edition.scheme
    facts = {
        "name_zh": scheme.name_zh, "name_en": scheme.name_en, "issuer_zh": scheme.issuer_zh,
        "issuer_en": scheme.issuer_en, "described": scheme.described(),
    }  # fmt: skip
    kept, _new = ForeignScheme.objects.get_or_create(
        key=scheme.key, defaults={**facts, "loaded_at": at, "source": edition.source}
    )
    standing = {row.code: row for row in ForeignArea.objects.filter(scheme_id=scheme.key, valid_to__isnull=True)}
    wanted = [_row(edition, area, since) for area in edition.areas]
    fresh = [row for row in wanted if row.code not in standing]
    turned = [row for row in wanted if row.code in standing and _facts(row) != _facts(standing[row.code])]
    gone = [standing[code] for code in standing.keys() - {row.code for row in wanted}] if whole else []
    _end([*(standing[row.code] for row in turned), *gone], since)
    ForeignArea.objects.bulk_create(
        [*fresh, *turned], batch_size=_BATCH, update_conflicts=True, unique_fields=["scheme", "code", "valid_from"],
        update_fields=["level", "parent_code", "name", "name_en", "valid_to", "shape", "mended", "lon", "lat"],
    )  # fmt: skip
    if fresh or turned or gone or kept.described != facts["described"]:
        ForeignScheme.objects.filter(pk=scheme.key).update(**facts, loaded_at=at, source=edition.source)
    proposed = _propose(edition, {row.code for row in (*fresh, *turned)})
    return Loaded(len(fresh), len(turned), len(gone), len(wanted) - len(fresh) - len(turned), proposed)


def _row(edition: Edition, area: Any, since: date) -> ForeignArea:
    given, shape = area.given, edition.outlines.get(area.given.code)
    point = shapely.point_on_surface(shape) if shape is not None else None
    return ForeignArea(
        scheme_id=edition.scheme.key, code=given.code, level=area.level, parent_code=area.parent, name=given.name,
        name_en=given.name_en, valid_from=since, shape=b"" if shape is None else shapely.to_wkb(shape),
        mended=given.code in edition.mended, lon=None if point is None else point.x,
        lat=None if point is None else point.y,
    )  # fmt: skip


def _facts(row: ForeignArea) -> tuple[object, ...]:
    return (row.level, row.parent_code, row.name, row.name_en, bytes(row.shape))


def _end(rows: Iterable[ForeignArea], since: date) -> None:
    """End rows on a day; one that began on this very day was a mistake of the same edition and is written over."""
    ending = list(rows)
    late = max((row.valid_from for row in ending), default=since)
    if late > since:
        raise refuse(OLDER, standing=late, given=since)
    ForeignArea.objects.filter(pk__in=[row.pk for row in ending]).update(valid_to=since)


def _propose(edition: Edition, codes: set[str]) -> int:
    """Propose ties for areas that came or changed: the one that the file names, else the largest overlap."""
    named = {a.given.code: a.given.stands_for for a in edition.areas if a.given.code in codes and a.given.stands_for}
    known = set(Area.objects.filter(code__in=set(named.values())).values_list("code", flat=True))
    found = [Proposal(code, area, "column", None) for code, area in named.items() if area in known]
    shapes = {code: shape for code, shape in edition.outlines.items() if code in codes - {one.code for one in found}}
    found += by_overlap(shapes)
    before = Tie.objects.filter(scheme_id=edition.scheme.key).count()
    Tie.objects.bulk_create(
        [
            Tie(scheme_id=edition.scheme.key, code=one.code, area_code=one.area_code, way=one.way, share=one.share)
            for one in found
        ],
        batch_size=_BATCH, ignore_conflicts=True,
    )  # fmt: skip
    return Tie.objects.filter(scheme_id=edition.scheme.key).count() - before


def _of_tie(facts: Mapping[str, Any]) -> Place:
    code = Tie.objects.filter(pk=facts["tie_id"]).values_list("area_code", flat=True).first()
    if code is None:
        raise refuse(NO_TIE)
    return Place(code)


@deed("schemes.confirm_tie", on=_of_tie)
def confirm_tie(*, tie_id: UUID, by: Viewer, at: datetime, purpose: str = "administration") -> Tie:
    """A person of the area's office says that the two are one and the same place."""
    tie = Tie.objects.select_for_update().get(pk=tie_id)
    other = Tie.objects.filter(scheme_id=tie.scheme_id, area_code=tie.area_code).exclude(confirmed_by="")
    taken = other.exclude(pk=tie.pk).first()
    if taken is not None:
        raise refuse(TIED_ALREADY, area=tie.area_code, code=taken.code)
    if not tie.confirmed_by:
        tie.confirmed_by, tie.confirmed_at = by.key, at
        tie.save()
    return tie


@deed("schemes.remove_tie", on=_of_tie)
def remove_tie(*, tie_id: UUID, by: Viewer, at: datetime, purpose: str = "administration") -> Tie:
    """Take a confirmation back: the tie is a proposal again."""
    tie = Tie.objects.select_for_update().get(pk=tie_id)
    tie.confirmed_by, tie.confirmed_at = "", None
    tie.save()
    return tie
