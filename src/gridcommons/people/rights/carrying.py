"""What an account of a resident carries: the key of its person, and of the children it is guardian of.

And what lies where its person lies, who moves or whose home is put into its right grid: logins, guardians, requests.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Now, TruncDate

from gridcommons.access.identify import carries_keys
from gridcommons.access.rules import Scope
from gridcommons.access.scope import over_all_areas, scoped
from gridcommons.people.homes.moving import moves_along
from gridcommons.people.homes.places import one_person
from gridcommons.people.homes.regridding import Regridded, goes_along
from gridcommons.people.homes.sheltering import knows_accounts
from gridcommons.people.rights import held, sheltered
from gridcommons.people.rights.models import Guardian, PrivateLogin, Request
from gridcommons.people.rights.registry import desk_of
from gridcommons.people.rights.telling import lies_elsewhere

__all__ = ["held", "keys_of", "sheltered"]


@carries_keys
def keys_of(user_id: UUID) -> frozenset[str]:
    """The keys of the persons that an account may act for today: its own and its children's, all rows of each."""
    with scoped(Scope(parties=(f"user:{user_id}",))):
        logins = PrivateLogin.objects.filter(user_id=user_id, ended_at__isnull=True)
        persons = set(logins.values_list("person_id", flat=True))
    if not persons:
        return frozenset()
    own = [f"person:{one}" for one in sorted(one_person(persons))]
    with scoped(Scope(parties=tuple(own))):
        rows = Guardian.objects.filter(guardian_id__in=[key.removeprefix("person:") for key in own])
        children = set(rows.filter(until__gt=TruncDate(Now())).values_list("child_id", flat=True))
    return frozenset({*own, *(f"person:{one}" for one in one_person(children))})


@knows_accounts
def accounts_of(person_ids: Collection[UUID]) -> list[str]:
    """The accounts of persons, whichever row they were made for; called inside the deeds of the shield."""
    rows = sorted(one_person(person_ids))
    logins = PrivateLogin.objects.filter(person_id__in=rows, ended_at__isnull=True, user_id__isnull=False)
    return [f"user:{one}" for one in logins.values_list("user_id", flat=True)]


def went_along(home: Regridded) -> None:
    """The desk of the new grid serves these people from now on; what lies nowhere, under a shield, stays so."""
    _lie_in(home.people, home.after)


def moved_along(person_id: UUID, area_code: str) -> None:
    """The desk of the new home answers what they asked at the old one, and sees their login and guardians."""
    with over_all_areas():
        _lie_in(one_person([person_id]), area_code)


def _lie_in(people: Collection[UUID], area_code: str) -> None:
    asked = Request.objects.filter(person_id__in=list(people))
    for rows in (
        PrivateLogin.objects.filter(person_id__in=list(people)), Guardian.objects.filter(child_id__in=list(people)),
    ):  # fmt: skip
        rows.exclude(area_code="").update(area_code=area_code)
    going = list(asked.exclude(pk__in=_with_forms(asked)).exclude(area_code__in=["", area_code]))
    asked.filter(pk__in=[row.pk for row in going]).update(area_code=area_code)
    lies_elsewhere(asked.filter(pk__in=[row.pk for row in going]).order_by("made_at", "id"))


def _with_forms(asked: QuerySet[Request]) -> list[UUID]:
    """What was asked of a thing that stays where it lies, as its desk alone can take it back."""
    return [key for key, thing in asked.values_list("pk", "thing") if desk_of(thing)]


goes_along("rights", went_along)
moves_along("rights", moved_along)
