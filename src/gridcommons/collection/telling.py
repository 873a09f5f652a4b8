"""Where facts go: to `people.facts`, which keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from gridcommons.access.rules import Viewer
from gridcommons.kit.clock import local_day
from gridcommons.people.facts.actions import record
from gridcommons.people.facts.rules import Told as Fact
from gridcommons.people.facts.rules import checked
from gridcommons.territory.succession import ZONE


@dataclass(frozen=True)
class Told:
    """One fact as somebody gave it, of a household or its dwelling. `source`: the submission it stands in.

    `subject_id`: of the one that the key is about. `given_by`: who filled the form in. `confirmed`: shown, still right.
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
    """Hand facts on; returns how many. Who of the household said it is not known: its value is shown back to nobody."""
    if not told:
        return 0
    return record(told=[_fact(one) for one in told], by=by, at=at, purpose=purpose)


def require_fit(told: Sequence[Told], at: datetime) -> None:
    """Refuse what the part that keeps facts would refuse, before many are handed on at once."""
    today = local_day(at, ZONE)
    for one in told:
        checked(_fact(one), today)


def _fact(one: Told) -> Fact:
    return Fact(one.subject_kind, one.subject_id, one.key, one.value, "form", one.as_of)
