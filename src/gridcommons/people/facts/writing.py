"""Many facts at once: checked and sealed one by one, written in two statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import connection

from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import refuse
from gridcommons.kit.ids import uuid7
from gridcommons.people.crypto import Context, open_sealed, seal
from gridcommons.people.facts.keys import FactKey, fact_list
from gridcommons.people.facts.rules import OWN, Told, checked
from gridcommons.people.homes.places import seen
from gridcommons.people.homes.rules import NO_HOUSEHOLD, NO_PERSON
from gridcommons.people.homes.writing import insert
from gridcommons.people.keys import fact_keys_folder
from gridcommons.territory.succession import ZONE

_PURPOSE: Final = "fact"
_OVERTAKE: Final = """
UPDATE facts_fact AS f SET superseded_at = %s, forget_on = least(f.forget_on, %s)
FROM unnest(%s::uuid[], %s::text[], %s::date[]) AS n(subject_id, key, as_of) CROSS JOIN LATERAL (
    SELECT o.id FROM facts_fact AS o
    WHERE o.subject_id = n.subject_id AND o.key = n.key AND o.superseded_at IS NULL AND o.as_of <= n.as_of LIMIT 1
) AS old
WHERE f.id = old.id
"""  # the limit keeps the planner from reading every fact in force: each is found by its key
_STANDS: Final = (
    "CASE WHEN g._last AND NOT EXISTS (SELECT 1 FROM facts_fact AS f WHERE f.subject_id = g.subject_id "
    "AND f.key = g.key AND f.superseded_at IS NULL) THEN NULL ELSE g.made_at END"
)


_OBJECTED: Final = (
    f"g.source <> '{OWN}' AND coalesce((SELECT f.held_back FROM facts_fact AS f WHERE f.subject_id = g.subject_id "  # noqa: S608 - a constant
    "AND f.key = g.key ORDER BY f.made_at DESC, f.id DESC LIMIT 1), false)"
)
"""What somebody objects to stays held back whoever says it anew, until they themselves say it otherwise."""


@dataclass(frozen=True)
class _Line:
    """A fact to be written."""

    id: UUID
    told: Told
    key: FactKey
    value: str


def write_all(told: Sequence[Told], *, by: str, purpose: str, at: datetime) -> int:
    """Write facts about subjects that the viewer sees; the newest of each subject and key is in force afterwards.

    What is older than what is known stays as history: a phone may bring its day late.
    """
    today = local_day(at, ZONE)
    lines = [_Line(uuid7(), one, *checked(one, today)) for one in told]
    if not lines:
        return 0
    _require_seen(told)
    last = {(line.told.subject_id, line.key.key): line for line in sorted(lines, key=lambda line: line.told.as_of)}
    _overtake(list(last.values()), at)
    newest = {line.id for line in last.values()}
    return _insert(lines, [line.id in newest for line in lines], by=by, purpose=purpose, at=at)


def _require_seen(told: Sequence[Told]) -> None:
    for kind in {one.subject_kind for one in told}:
        wanted = {one.subject_id for one in told if one.subject_kind == kind}
        if wanted - seen(kind, wanted):
            raise refuse(NO_PERSON if kind == "person" else NO_HOUSEHOLD)


def _overtake(lines: Sequence[_Line], at: datetime) -> None:
    forget = local_day(at, ZONE) + fact_list().history
    columns = [line.told.subject_id for line in lines], [line.key.key for line in lines], _days(lines)
    with connection.cursor() as cursor:
        cursor.execute(_OVERTAKE, [at, forget, *columns])


def _days(lines: Sequence[_Line]) -> list[date]:
    return [line.told.as_of for line in lines]


def _insert(lines: Sequence[_Line], last: Sequence[bool], *, by: str, purpose: str, at: datetime) -> int:
    ring = fact_keys_folder().ring() if any(line.key.sealed for line in lines) else None
    expires = [line.told.as_of + line.key.fresh for line in lines]
    sealed = [
        seal(line.value, keyring=ring, context=_context(line.id)) if ring is not None and line.key.sealed else None
        for line in lines
    ]
    return insert("facts_fact", {
        "id": ("uuid", [line.id for line in lines]), "subject_id": ("uuid", [line.told.subject_id for line in lines]),
        "subject_kind": ("text", [line.key.subject for line in lines]),
        "key": ("text", [line.key.key for line in lines]),
        "value": ("text", ["" if line.key.sealed else line.value for line in lines]),
        "value_sealed": ("bytea", sealed), "source": ("text", [line.told.source for line in lines]),
        "given_by": ("text", [line.told.given_by for line in lines]), "as_of": ("date", _days(lines)),
        "expires": ("date", expires), "_last": ("bool", last),
        "forget_on": ("date", [day + line.key.kept for day, line in zip(expires, lines, strict=True)]),
        "purpose": ("text", [purpose] * len(lines)), "made_by": ("text", [by] * len(lines)),
        "made_at": ("timestamptz", [at] * len(lines)),
    }, {"superseded_at": _STANDS, "held_back": _OBJECTED})  # fmt: skip


def _context(fact_id: UUID) -> Context:
    return Context(_PURPOSE, f"{fact_id}:value")


def value_of(fact_id: UUID, value: str, sealed: bytes | memoryview | None) -> str:
    """The value of a fact, opened where it lies sealed."""
    return open_sealed(bytes(sealed), keyring=fact_keys_folder().ring(), context=_context(fact_id)) if sealed else value
