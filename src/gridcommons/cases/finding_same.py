"""Known cases that are perhaps about the same thing as a report: among those a viewer may see, or among public ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Protocol
from uuid import UUID

from django.db.models import Q

from gridcommons.access.scope import lying_in
from gridcommons.cases.likeness import Described, Likeness, like
from gridcommons.cases.limits import limits
from gridcommons.cases.models import Case, PublicCase
from gridcommons.cases.pages import OPEN_STATES
from gridcommons.kit.codes import CHINA
from gridcommons.kit.verdict import Verdict
from gridcommons.matters.catalogue import Catalogue
from gridcommons.matters.matter import Matter
from gridcommons.matters.queries import current
from gridcommons.territory.succession import things_in

_MOST: Final = 400
_DEGREE: Final = 100_000
"""Metres of a degree of latitude, rounded down, so that the box holds the circle; longitude is widened below."""
_OPEN: Final = (*OPEN_STATES, "parked")


@dataclass(frozen=True)
class Spot:
    """Where a new report lies and what it is about. `area_code`: its grid, else the village that was named."""

    matter_key: str
    text: str
    area_code: str
    lon: float | None = None
    lat: float | None = None


@dataclass(frozen=True)
class Same:
    """A known case that is perhaps the same, with how like it is and why. `id` None: seen from the public row."""

    id: UUID | None
    number: str
    matter: Matter
    text: str
    area_code: str
    state: str
    reported_at: datetime
    lon: float | None
    lat: float | None
    likeness: Likeness
    verdict: Verdict


class Row(Protocol):
    """What is read here of a case or of its public row."""

    number: str
    matter_key: str
    area_code: str
    text: str
    state: str
    lon: float | None
    lat: float | None
    reported_at: datetime


def same_among_cases(spot: Spot, *, but: UUID | None = None) -> tuple[Same, ...]:
    """Open cases of the township that may be the same, the likest first, as far as the scope in force reaches."""
    catalogue = current()
    matter = catalogue.get(spot.matter_key)
    rows = Case.objects.filter(_box(spot, matter.near.staff), state__in=_OPEN)
    rows = things_in(rows, [CHINA.cut(spot.area_code, "township")])
    rows = rows.exclude(pk=but) if but is not None else rows
    newest = {row.number: row for row in rows.order_by("-reported_at", "id")[:_MOST]}
    found = _likest(spot, newest.values(), matter.near.staff, catalogue)
    return tuple(replace(one, id=newest[one.number].id) for one in found)


def same_in_public(spot: Spot) -> tuple[Same, ...]:
    """Public open cases of the county that may be the same as what somebody is about to report."""
    catalogue = current()
    matter = catalogue.get(spot.matter_key)
    if not matter.public:
        return ()
    rows = PublicCase.objects.filter(_box(spot, matter.near.public), state__in=_OPEN)
    rows = rows.filter(lying_in("area_code", [CHINA.cut(spot.area_code, "county")]))
    newest = {row.number: row for row in rows.order_by("-reported_at", "number")[:_MOST]}
    return _likest(spot, newest.values(), matter.near.public, catalogue)


def _box(spot: Spot, metres: int) -> Q:
    """What may lie near enough: in a box around the point, or without a point."""
    if spot.lon is None or spot.lat is None:
        return Q()
    high = metres / _DEGREE
    wide = 2 * high  # to 60 degrees of latitude
    inside = Q(lat__range=(spot.lat - high, spot.lat + high), lon__range=(spot.lon - wide, spot.lon + wide))
    return inside | Q(lat__isnull=True)


def _likest(spot: Spot, rows: Iterable[Row], radius: int, catalogue: Catalogue) -> tuple[Same, ...]:
    rule = limits()
    new = _described(spot, catalogue.get(spot.matter_key))
    found: list[Same] = []
    for row in rows:
        if row.matter_key not in catalogue:
            continue
        matter = catalogue.get(row.matter_key)
        known = Spot(row.matter_key, row.text, row.area_code, row.lon, row.lat)
        likeness = like(new, _described(known, matter), radius=radius, weights=rule.likeness)
        if likeness is not None:
            found.append(_same(row, matter, likeness, likeness.verdict(rule)))
    return tuple(sorted(found, key=lambda one: (-one.likeness.score, one.number))[: rule.likeness.shown])


def _described(spot: Spot, matter: Matter) -> Described:
    return Described(
        spot.matter_key, matter.group.key, spot.area_code, spot.text, spot.lon, spot.lat, frozenset(matter.related)
    )


def _same(row: Row, matter: Matter, likeness: Likeness, verdict: Verdict) -> Same:
    return Same(
        None, row.number, matter, row.text, row.area_code, row.state, row.reported_at, row.lon, row.lat, likeness,
        verdict,
    )  # fmt: skip
