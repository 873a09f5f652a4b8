"""Those who follow a case when areas are reorganised: they and their contacts lie where the case lies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.db.models import Q

import gridcommons.cases.carrying  # noqa: F401 - cases have their places first
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.cases.hotline.models import Follower
from gridcommons.kit.lineage import holding
from gridcommons.people.following import lie_along
from gridcommons.territory.reorganising.touching import Carried, Moving, carries
from gridcommons.territory.succession import along, codes_held, place, placed_in

_ALL: Final = Scope(pattern="^")


@carries
def carried(moving: Moving) -> Iterator[Carried]:
    """Place the followers of cases in areas that are divided, and their contacts, once the cases have their places."""
    if moving.divided:
        with holding(lambda: moving.after):
            _place_along(moving)
    yield from ()


def _place_along(moving: Moving) -> None:
    with scoped(_ALL):
        near = Q(area_code__in=moving.divided) | Q(pk__in=placed_in(moving.divided))
        rows = list(Follower.objects.filter(near).values_list("pk", "contact_id", "case_id", "case__area_code"))
        cases = codes_held({case: code for _follower, _contact, case, code in rows})
        going = along(Follower.objects.all(), {follower: cases[case] for follower, _contact, case, _code in rows})
    place(going, moving.at)
    lie_along({contact: cases[case] for _follower, contact, case, _code in rows if contact is not None}, moving.at)
