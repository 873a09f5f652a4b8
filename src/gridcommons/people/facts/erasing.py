"""What was erased stays erased: what goes by right is noted without its value, and whoever tells it again is not heard.

Whoever writes facts and whoever erases them wait for one another, so that nothing is read before an erasure and written
after it. Called inside deeds, whose scope and entry cover it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import product
from typing import Final
from uuid import UUID

from django.db import connection

from gridcommons.kit.clock import local_day
from gridcommons.people.facts.keys import fact_keys, fact_list
from gridcommons.people.facts.models import Erased, Fact
from gridcommons.people.facts.rules import Told
from gridcommons.people.homes.places import joined_with
from gridcommons.territory.succession import ZONE

_LOCK: Final = 0x4641_4354
_BARRED: Final = """
SELECT DISTINCT g.n
FROM unnest(%s::int[], %s::uuid[], %s::text[], %s::uuid[], %s::date[], %s::timestamptz[], %s::bool[])
    AS g(n, subject_id, key, said_in, as_of, said_at, confirmed)
JOIN facts_erased AS e ON e.subject_id = g.subject_id AND e.key = g.key AND (
    e.said_in = g.said_in OR e.said_in IS NULL AND (
        g.as_of < e.day OR g.said_at <= e.erased_at OR g.confirmed AND NOT EXISTS (
            SELECT FROM facts_fact AS f
            WHERE f.subject_id = g.subject_id AND f.key = g.key AND f.superseded_at IS NULL)))
"""
"""What is only confirmed was read from what is known: where that was erased meanwhile, it says nothing."""
_NOTED: Final = """
SELECT DISTINCT home.id, home.dwelling_id, e.key
FROM homes_household AS home JOIN facts_erased AS e ON e.subject_id = ANY(ARRAY[home.id, home.dwelling_id])
WHERE home.id = ANY(%s::uuid[])
"""
_HOMES_NOTED: Final = """
SELECT DISTINCT home.id FROM facts_erased AS e JOIN homes_household AS home
    ON e.subject_id = home.id OR e.subject_id = home.dwelling_id
WHERE %s::uuid IS NULL OR home.id > %s::uuid ORDER BY home.id LIMIT %s
"""


@dataclass(frozen=True)
class Going:
    """What goes: of which subject, under which key, the submissions that say it; `whole`: whoever else said it too."""

    subject_kind: str
    subject_id: UUID
    key: str
    said_in: frozenset[UUID]
    whole: bool


@dataclass(frozen=True)
class Noted:
    """Under which keys something of a household, or of the dwelling where it lives, was erased by right."""

    dwelling_id: UUID
    keys: frozenset[str]


def steady() -> None:
    """Let nothing be erased before the transaction under way has ended."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(%s)", [_LOCK])


def alone() -> None:
    """Let nobody write a fact before the transaction under way has ended, once those who are writing have done."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def going_of(rows: Iterable[Fact], whole: Collection[UUID], homes: Collection[UUID] = ()) -> list[Going]:
    """Facts that go, by subject and key. `whole`: subjects of which all goes that was said under a key, by whoever.

    `homes`: households of which everything goes, what is not known yet as well: a form that waits may say it.
    """
    said: defaultdict[tuple[str, UUID, str], set[UUID]] = defaultdict(set)
    for row in rows:
        said[row.subject_kind, row.subject_id, row.key] |= {row.said_in} if row.said_in else set()
    for home, key in product(homes, fact_keys().values()):
        if key.subject == "household":
            said["household", home, key.key] |= set()
    return [Going(*thing, frozenset(found), thing[1] in whole) for thing, found in sorted(said.items())]


def bury(going: Sequence[Going], at: datetime) -> None:
    """Note what goes, for as long as a form that says it may still be read."""
    day = local_day(at, ZONE)
    Erased.objects.bulk_create(
        Erased(
            subject_kind=one.subject_kind, subject_id=one.subject_id, key=one.key, said_in=said, erased_at=at, day=day,
            forget_on=day + fact_list().history,
        )
        for one in going
        for said in (*sorted(one.said_in), *([None] if one.whole else []))
    )  # fmt: skip


def noted_of(household_ids: Collection[UUID]) -> dict[UUID, Noted]:
    """What was erased of these households, as far as they are seen; those of which nothing was are left out."""
    if not household_ids:
        return {}
    keys, doors = defaultdict[UUID, set[str]](set), dict[UUID, UUID]()
    with connection.cursor() as cursor:
        cursor.execute(_NOTED, [list(household_ids)])
        for home, door, key in cursor.fetchall():
            keys[home].add(key)
            doors[home] = door
    return {home: Noted(doors[home], frozenset(found)) for home, found in keys.items()}


def homes_noted(after: UUID | None, most: int) -> list[UUID]:
    """The next homes, by their ids, of which anything is noted as erased: of the household or of where it lives."""
    with connection.cursor() as cursor:
        cursor.execute(_HOMES_NOTED, [after, after, most])
        return [row[0] for row in cursor.fetchall()]


def barred(told: Sequence[Told], chains: dict[UUID, Collection[UUID]], at: datetime) -> set[int]:
    """Which of these, by number, say what was erased; `chains`: by a submission those that it corrects."""
    doubles = joined_with({one.subject_id for one in told if one.subject_kind == "person"})
    subjects = {one.subject_id for one in told}.union(*doubles.values())
    if not Erased.objects.filter(subject_id__in=subjects).exists():
        return set()
    lines = list(_lines(told, chains, doubles, at))
    with connection.cursor() as cursor:
        cursor.execute(_BARRED, [list(column) for column in zip(*lines, strict=True)])
        return {row[0] for row in cursor.fetchall()}


def _lines(
    told: Sequence[Told], chains: dict[UUID, Collection[UUID]], doubles: Mapping[UUID, Collection[UUID]], at: datetime
) -> Iterator[tuple[object, ...]]:
    """A line for each form that a fact stands in and each row that its subject was joined with."""
    for n, one in enumerate(told):
        forms = (one.said_in, *chains.get(one.said_in, ())) if one.said_in else (None,)
        for subject in (one.subject_id, *doubles.get(one.subject_id, ())):
            for said_in in forms:
                yield n, subject, one.key, said_in, one.as_of, one.said_at or at, one.confirmed
