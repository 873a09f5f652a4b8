"""Reads of facts: what is known of households, by whom it may be read and for what."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Max

from gridcommons.access.deeds import look
from gridcommons.access.finer import general
from gridcommons.access.rules import Viewer
from gridcommons.kit.clock import local_day
from gridcommons.people.facts.keys import fact_keys
from gridcommons.people.facts.models import Erased, Fact
from gridcommons.people.facts.writing import value_of
from gridcommons.people.homes.places import Around, around
from gridcommons.people.homes.rules import person_key
from gridcommons.territory.succession import ZONE


@dataclass(frozen=True)
class Known:
    """One thing that is known of a household, its dwelling or one of its people."""

    id: UUID
    household_id: UUID
    subject_kind: str
    subject_id: UUID
    key: str
    value: str
    source: str
    as_of: date
    expires: date

    def is_fresh(self, day: date) -> bool:
        """Whether it need not be asked again on a day."""
        return day <= self.expires


@dataclass(frozen=True)
class KnownOf:
    """What is known of the households asked for, and whom that shows.

    `changes`: of each household when something was last told, taken back, objected to or erased.
    """

    facts: tuple[Known, ...]
    people: tuple[UUID, ...]
    day: date
    changes: Mapping[UUID, datetime] = field(default_factory=dict)

    def fresh(self) -> dict[tuple[UUID, str], Known]:
        """What is fresh of households and dwellings, by household and key."""
        return {(one.household_id, one.key): one for one in self.facts if one.is_fresh(self.day)}


def _shown(result: KnownOf, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    homes = dict.fromkeys(f"household:{one.household_id}" for one in result.facts)
    return (*homes, *map(person_key, result.people))


@look("look.facts", subjects=_shown)
def known(
    *, household_ids: Collection[UUID], keys: Collection[str] = (), viewer: Viewer, at: datetime,
    purpose: str = "register",
) -> KnownOf:  # fmt: skip
    """What is known of households that the viewer sees, for a purpose that the keys allow; objections are kept to.

    `keys`: all that the purpose allows, where none are named. Stale facts come too, and say so.
    """
    whole = general(purpose, "look.facts")
    allowed = [key.key for key in fact_keys().values() if whole in key.purposes and (not keys or key.key in keys)]
    homes = around(household_ids, local_day(at, ZONE))
    rows = Fact.objects.filter(
        subject_id__in=list(homes.subjects), key__in=allowed, superseded_at__isnull=True, held_back=False
    )
    facts = tuple(_known(row, homes) for row in rows.order_by("key", "subject_id"))
    people = homes.people_of({one.household_id for one in facts})
    return KnownOf(facts, people, local_day(at, ZONE), _changes(homes))


def _changes(homes: Around) -> dict[UUID, datetime]:
    """Of households and their doors alone: what is told of a person who lives there is not told of the home.

    Nor would it be the same again once the person is shielded, and whoever reads both would know of it.
    """
    own = [one for one in homes.subjects if one not in homes.people]
    found: dict[UUID, datetime] = {}
    for table in (Fact, Erased):
        rows = table.objects.filter(subject_id__in=own).order_by().values_list("subject_id")
        for subject, changed in rows.annotate(last=Max("changed_at")):
            home = homes.subjects[subject]
            found[home] = max(changed, found.get(home, changed))
    return found


def _known(row: Fact, homes: Around) -> Known:
    return Known(
        row.pk, homes.subjects[row.subject_id], row.subject_kind, row.subject_id, row.key,
        value_of(row.pk, row.value, row.value_sealed), row.source, row.as_of, row.expires,
    )  # fmt: skip
