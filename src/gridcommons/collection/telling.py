"""Where facts go: to `people.facts`, which keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from gridcommons.access.rules import Viewer
from gridcommons.people.facts.actions import record
from gridcommons.people.facts.rules import Told as Fact
from gridcommons.people.homes.queries import household_place

_HOUSEHOLD: Final = "household"
_DWELLING: Final = "dwelling"


@dataclass(frozen=True)
class Told:
    """One fact as somebody gave it, of a household or its dwelling. `source`: the submission it stands in.

    `subject_id`: the household. `given_by`: who filled the form in. `confirmed`: shown and still right.
    """

    subject_kind: str
    subject_id: UUID
    key: str
    value: str
    source: str
    as_of: date
    given_by: str
    confirmed: bool = False


def tell(*, told: Sequence[Told], by: Viewer, at: datetime, purpose: str) -> int:
    """Hand facts on; returns how many were taken.

    Who of the household said it is not known, so that its value is shown back to nobody. Of single persons a form about
    a household says nothing: it does not know of whom.
    """
    facts = [
        Fact(one.subject_kind, subject, one.key, one.value, "form", one.as_of)
        for one in told
        if (subject := _subject(one, by, at, purpose)) is not None
    ]
    if facts:
        record(told=facts, by=by, at=at, purpose=purpose)
    return len(facts)


def _subject(one: Told, by: Viewer, at: datetime, purpose: str) -> UUID | None:
    if one.subject_kind == _DWELLING:
        return household_place(household_id=one.subject_id, viewer=by, at=at, purpose=purpose).dwelling_id
    return one.subject_id if one.subject_kind == _HOUSEHOLD else None
