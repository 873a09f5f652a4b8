"""Reads of merging: rows of a grid that may be one person, two of them side by side, what was joined with a row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from gridcommons.access.deeds import look
from gridcommons.access.rules import Place, Viewer
from gridcommons.kit.clock import local_day
from gridcommons.people.homes import places
from gridcommons.people.homes.doubles import traits_near, traits_of
from gridcommons.people.homes.rules import person_key
from gridcommons.people.homes.traits import Trait
from gridcommons.people.merging.models import Join
from gridcommons.people.merging.rules import Likeness, contradict, doubles, likeness
from gridcommons.territory.succession import ZONE


@dataclass(frozen=True)
class Pair:
    """Two rows side by side: both as they stand, how they are alike, whether they say that they are two persons."""

    one: Trait
    other: Trait
    alike: Likeness | None
    are_two: bool


@dataclass(frozen=True)
class Joined:
    """A join of a person's row: when, by whom, why; whether it was undone."""

    id: UUID
    gone_id: UUID
    reason: str
    made_at: datetime
    made_by: str


def _in_area(facts: Mapping[str, Any]) -> Place:
    return Place(facts["area_code"], personal=True)


def _of_pairs(result: tuple[Likeness, ...], _facts: Mapping[str, Any]) -> tuple[str, ...]:
    ids = [person_key(one.person_id) for pair in result for one in (pair.one, pair.other)]
    return tuple(dict.fromkeys(ids))


@look("look.doubles", on=_in_area, subjects=_of_pairs)
def doubles_in(
    *, area_code: str, viewer: Viewer, at: datetime, purpose: str = "register"
) -> tuple[Likeness, ...]:  # fmt: skip
    """Rows of a grid that may stand for one person, with each other or with a row elsewhere that the viewer sees."""
    return tuple(doubles(traits_near(area_code, local_day(at, ZONE))))


def _of_first(facts: Mapping[str, Any]) -> Place:
    return places.of_person({"person_id": facts["one_id"]})


def _of_two(result: Pair, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (person_key(result.one.person_id), person_key(result.other.person_id))


@look("look.double_pair", on=_of_first, subjects=_of_two)
def pair(*, one_id: UUID, other_id: UUID, viewer: Viewer, at: datetime, purpose: str = "register") -> Pair:
    """Two persons side by side; both have to be the viewer's to see."""
    one, other = traits_of([one_id, other_id], local_day(at, ZONE))
    return Pair(one, other, likeness(one, other), contradict(one, other))


def _of_person(_result: tuple[Joined, ...], facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (person_key(facts["person_id"]),)


@look("look.joins", on=places.of_person, subjects=_of_person)
def joins_of(*, person_id: UUID, viewer: Viewer, at: datetime, purpose: str = "register") -> tuple[Joined, ...]:
    """The rows that were joined with a person's, the latest first: what can be undone."""
    rows = Join.objects.filter(kept_id=person_id, undone_at__isnull=True).order_by("-made_at")
    return tuple(Joined(row.pk, row.gone_id, row.reason, row.made_at, row.made_by) for row in rows)
