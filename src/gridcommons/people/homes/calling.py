"""Persons under threat gone over again: what was reported since, or in other townships, is put away as well."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from gridcommons.access.apart import each_apart
from gridcommons.access.rules import Viewer
from gridcommons.access.scope import by_key, viewing
from gridcommons.people.homes.actions import shelter
from gridcommons.people.homes.models import Person
from gridcommons.people.homes.sheltering import is_open


def shelter_all(*, by: Viewer, at: datetime) -> int:
    """Put away what leads to any of them still, and back what is left of ended shields; returns of how many persons.

    A row that was joined with another is gone over as well: its phone and what it put away are the person's too. One
    that breaks holds up no other.
    """
    with viewing(by, at):
        by_key()
        rows = list(Person.objects.filter(place_sealed__isnull=False).order_by("pk"))
        shielded = [row for row in rows if row.shielded]
        some = bool(shielded) and is_open(shielded)
        due = dict.fromkeys(row.canonical_id or row.pk for row in rows if not row.shielded or (some and is_open([row])))

    def put_away(person_id: UUID) -> Person:
        return shelter(person_id=person_id, by=by, at=at)

    return len(each_apart(due, put_away, fault="shelter.fault"))
