"""Visits, and what households said of them, when areas are divided or a home is put right: they lie where it lies.

So one way of reckoning holds for all: what a worker sees as due, what a campaign counts, what the wall lets through.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Model, Q, QuerySet

import gridcommons.people.homes.carrying  # noqa: F401 - households have their places first
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.visits.models import Visit, VisitWish
from gridcommons.kit.lineage import holding, in_force
from gridcommons.people.facts.erasing import alone
from gridcommons.people.homes.places import held_codes
from gridcommons.people.homes.regridding import Regridded, forget_parts, goes_along
from gridcommons.territory.reorganising.touching import Carried, Moving, carries
from gridcommons.territory.succession import along, place, placed_in

_ALL: Final = Scope(pattern="^")
_COUNTED: Final = "coalesce(nullif(counted_in, ''), area_code)"
_WITH_HOME: Final = f"""
UPDATE visits_visit
SET area_code = %(after)s, counted_in = CASE WHEN {_COUNTED} = %(after)s THEN '' ELSE {_COUNTED} END
WHERE household_id = ANY(%(homes)s) AND area_code = ANY(%(codes)s) RETURNING id
"""  # noqa: S608 - a constant
"""By the codes that visits of the former grid carry: an index answers, where none leads from a home to its visits."""
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


def went_along(home: Regridded) -> None:
    """Visits and wishes of homes that are put into their right grid; where a visit was counted, it stays counted."""
    codes = sorted(in_force().sources(home.before) | in_force().divided | {home.before})
    homes = list(home.households)
    with connection.cursor() as cursor:
        cursor.execute(_WITH_HOME, {"after": home.after, "homes": homes, "codes": codes})
        visits = [row[0] for row in cursor.fetchall()]
    wishes = VisitWish.objects.filter(household_id__in=homes)
    forget_parts((*visits, *wishes.values_list("pk", flat=True)), home.after)
    wishes.update(area_code=home.after)


goes_along("visits", went_along, hold=alone)
