"""Where facts go: to `people.facts`, which keeps them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from gridcommons.access.rules import Viewer
from gridcommons.kit.clock import local_day
from gridcommons.people.facts.actions import record
from gridcommons.people.facts.erasing import barred
from gridcommons.people.facts.rules import Told as Fact
from gridcommons.people.facts.rules import checked
from gridcommons.people.facts.standing import say_something
from gridcommons.territory.succession import ZONE


@dataclass(frozen=True)
class Told:
    """One fact as somebody gave it, of a household or its dwelling. `said_in`: the submission it stands in.

    `subject_id`: of the one that the key is about. `given_by`: who filled the form in. `said_at`: when it came.
    `confirmed`: shown, still right.
    """

    subject_kind: str
    subject_id: UUID
    key: str
    value: str
    said_in: UUID
    as_of: date
    given_by: str
    said_at: datetime
    confirmed: bool = False


def tell(
    *, told: Sequence[Told], chains: Mapping[UUID, Collection[UUID]], by: Viewer, at: datetime, purpose: str
) -> tuple[tuple[UUID, str], ...]:
    """Hand facts on; returns what was not taken since it had been erased, by submission and key.

    Who of the household said it is not known: its value is shown back to nobody. `chains`: submissions that were read
    before or correct others, with those that they correct: what they no longer say is taken back.
    """
    if not told and not say_something(chains):
        return ()
    forms = dict.fromkeys((one.said_in for one in told), ()) | dict(chains)
    done = record(told=[_fact(one) for one in told], chains=forms, by=by, at=at, purpose=purpose)
    return tuple((one.said_in, one.key) for one in done.barred if one.said_in)


def erased(
    *, told: Sequence[Told], chains: Mapping[UUID, Collection[UUID]], at: datetime
) -> set[tuple[UUID, str]]:  # fmt: skip
    """What of this was erased by right, by submission and key, of forms that are not asked for it."""
    over = barred([_fact(one) for one in told], dict(chains), at) if told else set()
    return {(told[n].said_in, told[n].key) for n in over}


def require_fit(told: Sequence[Told], at: datetime) -> None:
    """Refuse what the part that keeps facts would refuse, before many are handed on at once."""
    today = local_day(at, ZONE)
    for one in told:
        checked(_fact(one), today)


def _fact(one: Told) -> Fact:
    return Fact(
        one.subject_kind, one.subject_id, one.key, one.value, "form", one.as_of, said_in=one.said_in,
        said_at=one.said_at, confirmed=one.confirmed,
    )  # fmt: skip
