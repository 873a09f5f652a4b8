"""The home of whoever asks what is held of them, for parts that hold something of homes."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from gridcommons.people.homes import places
from gridcommons.people.homes.models import Household, Residence
from gridcommons.territory.succession import area_now


def home_of(person_id: UUID, day: date) -> tuple[UUID, str] | None:
    """The household where a person lives on a day and the grid where it lies; None where the viewer sees none.

    Called inside the looks and deeds of `people.rights`, whose scope and entry cover it.
    """
    lives = Residence.objects.filter(places.living(day), person_id=person_id).exclude(kind="moved").first()
    home = Household.objects.filter(pk=lives.household_id).first() if lives else None
    return (home.pk, area_now(home.area_code, home.pk)) if home else None
