"""Which of what was said is in force: the newest by day, then a person's own word, then by when it was said.

What a form said before it was corrected is withdrawn: it stays as history, and what it overtook is in force again.
Called inside deeds, whose scope and entry cover it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import DateField, Value
from django.db.models.functions import Least

from gridcommons.kit.clock import local_day
from gridcommons.people.facts.keys import fact_keys, fact_list
from gridcommons.people.facts.models import Fact
from gridcommons.people.facts.rules import OWN
from gridcommons.territory.succession import ZONE

Thing = tuple[UUID, str]
"""What is spoken of: a subject and a key."""
Precedence = tuple[date, bool, datetime]
_RESTORE: Final = f"""
UPDATE facts_fact AS f SET superseded_at = NULL, forget_on = best.forget_on, held_back = f.held_back OR best.held_back,
    objectors = ARRAY(SELECT DISTINCT unnest(f.objectors || best.objectors) ORDER BY 1)
FROM (
    SELECT DISTINCT ON (f.subject_id, f.key) f.id, f.expires + g.kept AS forget_on, still.objectors,
        g.held_back AND (f.source <> '{OWN}' OR still.objectors <> '{{}}') AS held_back
    FROM facts_fact AS f
    JOIN unnest(%s::uuid[], %s::text[], %s::int[], %s::bool[], %s::text[]) AS g(subject_id, key, kept, held_back, by)
        ON f.subject_id = g.subject_id AND f.key = g.key
    CROSS JOIN LATERAL (
        SELECT array_remove(string_to_array(g.by, ' '), CASE WHEN f.source = '{OWN}' THEN f.given_by::text END)
            ::varchar[] AS objectors
    ) AS still
    WHERE f.withdrawn_at IS NULL
    ORDER BY f.subject_id, f.key, f.as_of DESC, f.source = '{OWN}' DESC, f.said_at DESC, f.id DESC
) AS best WHERE f.id = best.id AND f.superseded_at IS NOT NULL
"""  # noqa: S608 - constants
"""What somebody says themselves is held back by the objections of others, not by their own."""


@dataclass(frozen=True)
class Known:
    """What is known of a thing. `fact_id`, `precedence`: of what is in force.

    `held_back`: somebody objects to it; `objectors`: who, by their keys.
    """

    fact_id: UUID | None
    precedence: Precedence | None
    held_back: bool
    objectors: tuple[str, ...] = ()


def known_of(things: Collection[Thing]) -> dict[Thing, Known]:
    """What is known of these things, read once for all that is told of them."""
    rows = Fact.objects.filter(subject_id__in={thing[0] for thing in things}, key__in={thing[1] for thing in things})
    found: dict[Thing, Known] = {}
    for row in rows.order_by("made_at", "id").values_list(
        "subject_id", "key", "id", "as_of", "source", "said_at", "superseded_at", "held_back", "objectors"
    ):
        subject_id, key, fact_id, as_of, source, said_at, superseded_at, held_back, objectors = row
        former = found.get((subject_id, key))
        if superseded_at is None:
            found[subject_id, key] = Known(fact_id, (as_of, source == OWN, said_at), held_back, tuple(objectors))
        elif former is None or former.fact_id is None:  # the last word on an objection: what is in force, or was last
            found[subject_id, key] = Known(None, None, held_back, tuple(objectors))
    return found


def overtake(fact_ids: Collection[UUID], at: datetime) -> None:
    """End the force of these."""
    if fact_ids:
        forget = local_day(at, ZONE) + fact_list().history
        rows = Fact.objects.filter(pk__in=fact_ids, superseded_at__isnull=True)
        rows.update(superseded_at=at, forget_on=Least("forget_on", Value(forget, DateField())))


def said_before(forms: Collection[UUID]) -> Sequence[Fact]:
    """What forms said when they were read before, and says so still."""
    return list(Fact.objects.filter(said_in__in=list(forms), withdrawn_at__isnull=True))


def say_something(chains: Mapping[UUID, Collection[UUID]]) -> bool:
    """Whether any of these forms, or of those that they correct, said something that still counts."""
    forms = {one for form, former in chains.items() for one in (form, *former)}
    return bool(forms) and Fact.objects.filter(said_in__in=forms, withdrawn_at__isnull=True).exists()


def withdraw(rows: Iterable[Fact], at: datetime) -> None:
    """These were taken back: what they overtook is in force again, held back if they were."""
    gone = list(rows)
    if not gone:
        return
    forget = local_day(at, ZONE) + fact_list().history
    for row in gone:
        row.forget_on = min(row.forget_on, forget)
        row.withdrawn_at = at
    ruled = [row for row in gone if row.superseded_at is None]
    for row in ruled:
        row.superseded_at = at
    Fact.objects.bulk_update(gone, ["withdrawn_at", "superseded_at", "forget_on"])
    kept = [fact_keys()[row.key].kept.days if row.key in fact_keys() else 0 for row in ruled]
    columns = (
        [row.subject_id for row in ruled], [row.key for row in ruled], kept, [row.held_back for row in ruled],
        [" ".join(row.objectors) for row in ruled],
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_RESTORE, list(columns))


def take_back(form: UUID, at: datetime) -> set[tuple[str, UUID]]:
    """Withdraw all that a form said and says still, for it counts for nothing; returns of whom, by kind and id."""
    said = said_before([form])
    withdraw(said, at)
    return {(row.subject_kind, row.subject_id) for row in said}
