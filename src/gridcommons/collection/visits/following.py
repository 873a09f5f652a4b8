"""Visits, and what households said of them, when areas are divided: they lie where their household lies.

So one way of reckoning holds for all: what a worker sees as due, what a campaign counts, what the wall lets through.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet

import gridcommons.people.homes.carrying  # noqa: F401 - households have their places first
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.visits.models import Visit, VisitWish
from gridcommons.kit.lineage import holding
from gridcommons.people.homes.places import held_codes
from gridcommons.territory.reorganising.touching import Carried, Moving, carries
from gridcommons.territory.succession import along, place, placed_in

_ALL: Final = Scope(pattern="^")
M = TypeVar("M", bound=Model)


@carries
def carried(moving: Moving) -> Iterator[Carried]:
    """Place visits and wishes of divided areas, once the households have their places; nothing is told."""
    if moving.divided:
        with holding(lambda: moving.after):
            _place_along(Visit.objects.filter(household_id__isnull=False), moving)
            _place_along(VisitWish.objects.all(), moving)
    yield from ()


def _place_along(rows: QuerySet[M, M], moving: Moving) -> None:
    with scoped(_ALL):
        near = rows.filter(Q(area_code__in=moving.divided) | Q(pk__in=placed_in(moving.divided)))
        homes: dict[UUID, UUID] = dict(near.values_list("pk", "household_id"))
        held = held_codes(set(homes.values()))
        going = along(rows, {row: held[home] for row, home in homes.items() if home in held})
    place(going, moving.at)
