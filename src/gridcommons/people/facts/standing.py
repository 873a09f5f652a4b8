"""Which of what was said is in force: the newest by day, then a person's own word, then by when it was said.

What a form said before it was corrected is withdrawn: it stays as history, and what it overtook is in force again.
Called inside deeds, whose scope and entry cover it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import connection

from gridcommons.kit.clock import local_day
from gridcommons.people.facts.keys import fact_keys, fact_list
from gridcommons.people.facts.models import Fact
from gridcommons.people.facts.rules import OWN
from gridcommons.territory.succession import ZONE

Thing = tuple[UUID, str]
"""What is spoken of: a subject and a key."""
Precedence = tuple[date, bool, datetime]
_PRECEDENCE: Final = f"(f.as_of, f.source = '{OWN}', f.said_at)"
_OVERTAKE: Final = f"""
UPDATE facts_fact AS f SET superseded_at = %s, forget_on = least(f.forget_on, %s)
FROM unnest(%s::uuid[], %s::text[], %s::date[], %s::bool[], %s::timestamptz[])
    AS n(subject_id, key, as_of, own, said_at)
WHERE f.subject_id = n.subject_id AND f.key = n.key AND f.superseded_at IS NULL
  AND {_PRECEDENCE} <= (n.as_of, n.own, n.said_at)
"""  # noqa: S608 - constants
_RESTORE: Final = f"""
UPDATE facts_fact AS f SET superseded_at = NULL, forget_on = best.forget_on, held_back = f.held_back OR best.held_back
FROM (
    SELECT DISTINCT ON (f.subject_id, f.key) f.id, f.expires + g.kept AS forget_on,
        g.held_back AND f.source <> '{OWN}' AS held_back
    FROM facts_fact AS f
    JOIN unnest(%s::uuid[], %s::text[], %s::int[], %s::bool[]) AS g(subject_id, key, kept, held_back)
        ON f.subject_id = g.subject_id AND f.key = g.key
    WHERE f.withdrawn_at IS NULL
    ORDER BY f.subject_id, f.key, f.as_of DESC, f.source = '{OWN}' DESC, f.said_at DESC, f.id DESC
) AS best WHERE f.id = best.id AND f.superseded_at IS NOT NULL
"""  # noqa: S608 - constants


def overtake(newest: Mapping[Thing, Precedence], at: datetime) -> None:
    """End the force of what is older than the newest that is told now."""
    forget = local_day(at, ZONE) + fact_list().history
    columns = list(zip(*(((*thing, *precedence)) for thing, precedence in newest.items()), strict=True))
    with connection.cursor() as cursor:
        cursor.execute(_OVERTAKE, [at, forget, *map(list, columns)])


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
    columns = [row.subject_id for row in ruled], [row.key for row in ruled], kept, [row.held_back for row in ruled]
    with connection.cursor() as cursor:
        cursor.execute(_RESTORE, list(columns))
