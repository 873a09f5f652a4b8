"""What forms say that was erased by right before they are read: whether they are asked, or held, or were corrected.

What a phone showed as known and nobody confirmed says nothing, and is a copy of what was known when the phone was last
told: it goes as soon as anything of its key was erased. Called inside deeds that let nothing be erased meanwhile.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gridcommons.collection import telling
from gridcommons.collection.intake import Understood, household_chosen, said_of
from gridcommons.people.facts.erasing import Noted, noted_of


@dataclass(frozen=True)
class Gone:
    """What goes out of a form about a household: answers by their keys, and of other keys what a phone only showed."""

    home: UUID
    said: frozenset[str]
    shown: frozenset[str]


def gone_from(
    found: Sequence[Understood], taken: Mapping[UUID, Collection[str]], at: datetime
) -> dict[UUID, Gone]:  # fmt: skip
    """By submission what goes out of it; nothing of homes of which nothing was erased.

    `taken`: of submissions that were asked, the keys that were refused since they had been erased.
    """
    homes = _homes(found)
    noted = noted_of(set(homes.values()))
    concerned = [one for one in found if one.submission_id in homes and homes[one.submission_id] in noted]
    unasked = [one for one in concerned if one.submission_id not in taken]
    over = _over(unasked, homes, noted, at) | {pk: set(keys) for pk, keys in taken.items()}
    gone = {}
    for one in concerned:
        home, said = homes[one.submission_id], over.get(one.submission_id, set())
        keys = noted[home].keys.intersection(one.version.fact_keys)
        gone[one.submission_id] = Gone(home, frozenset(said), keys - said)
    return {pk: one for pk, one in gone.items() if one.said or one.shown}


def _homes(found: Sequence[Understood]) -> dict[UUID, UUID]:
    chosen = ((one.submission_id, household_chosen(one.at, one.version.questions)) for one in found)
    return {pk: home for pk, home in chosen if home is not None}


def _over(
    unasked: Sequence[Understood], homes: Mapping[UUID, UUID], noted: Mapping[UUID, Noted], at: datetime
) -> dict[UUID, set[str]]:  # fmt: skip
    """By submission the keys of what those say that nobody asks, as far as it was erased."""
    told = [
        fact
        for one in unasked
        for fact in said_of(one, homes[one.submission_id], noted[homes[one.submission_id]].dwelling_id)
    ]
    over: dict[UUID, set[str]] = {}
    for said_in, key in telling.erased(told=told, chains={one.submission_id: one.former for one in unasked}, at=at):
        over.setdefault(said_in, set()).add(key)
    return over
