"""The home of whoever asks what is held of them, for parts that hold something of homes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.people.homes import places
from gridcommons.people.homes.models import Household, Residence
from gridcommons.people.homes.rules import CONSENT
from gridcommons.territory.succession import area_now


def home_of(person_id: UUID, day: date) -> tuple[UUID, str] | None:
    """The household where a person lives on a day and the grid where it lies; None where the viewer sees none.

    Called inside the looks and deeds of `people.rights`, whose scope and entry cover it.
    """
    lives = Residence.objects.filter(places.living(day), person_id=person_id).exclude(kind="moved").first()
    home = Household.objects.filter(pk=lives.household_id).first() if lives else None
    return (home.pk, area_now(home.area_code, home.pk)) if home else None


def filed_where(person_id: UUID) -> str:
    """The code under which the home is filed where a person lives; empty where there is none. Called inside deeds."""
    stays = Residence.objects.filter(person_id=person_id, days__upper_inf=True).exclude(kind="moved")
    return stays.values_list("household__area_code", flat=True).first() or ""


def homes_of(person_ids: Collection[UUID]) -> list[tuple[UUID, date, date | None]]:
    """The households where these rows of one person live and lived, each from and until when.

    Called inside the looks of `people.rights`, of keys that the viewer holds.
    """
    with scoped(Scope(pattern="^")):
        rows = Residence.objects.filter(person_id__in=list(person_ids)).exclude(kind="moved").order_by("days")
        return [(row.household_id, row.days.lower, row.days.upper) for row in rows]


def still_around(person_ids: Collection[UUID], subject_id: UUID, day: date) -> set[UUID]:
    """Which of these are the person meant, or live in the household or dwelling meant on a day; ids alone."""
    with scoped(Scope(pattern="^")):
        return {one for one in person_ids if subject_id in places.around_person(places.head_of(one), day)}


@dataclass(frozen=True)
class Agreed:
    """Whether somebody agreed to be registered as a newcomer: since when it stands, when and how they agreed.

    `how`: by their own page, or by the code on the slip; empty while it waits.
    """

    since: date
    at: datetime | None
    how: str


def agreed_by(person_ids: Collection[UUID]) -> tuple[Agreed, ...]:
    """The registrations of a person that stand by their consent alone. Called inside what is held of them."""
    rows = Residence.objects.filter(person_id__in=list(person_ids), kind=CONSENT).order_by("days")
    return tuple(Agreed(row.days.lower, row.consent_at, row.consent_how) for row in rows)


def left_empty_by(person_ids: Collection[UUID], day: date) -> set[UUID]:
    """The households where these rows of one person live and nobody else does, whom the viewer sees or not."""
    with scoped(Scope(pattern="^")):
        lives = Residence.objects.filter(places.living(day)).exclude(kind="moved")
        homes = set(lives.filter(person_id__in=list(person_ids)).values_list("household_id", flat=True))
        others = lives.filter(household_id__in=homes).exclude(person_id__in=list(person_ids))
        return homes - set(others.values_list("household_id", flat=True))
