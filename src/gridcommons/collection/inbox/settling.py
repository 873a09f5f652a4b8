"""That many submissions were understood, and what they say, written in two statements. Called inside a deed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection

from gridcommons.collection.inbox.understanding import Meant

_ANSWERS: Final = """
INSERT INTO inbox_answered (submission_id, "values")
SELECT g.id, g.said::jsonb FROM unnest(%s::uuid[], %s::text[]) AS g(id, said)
ON CONFLICT (submission_id) DO UPDATE SET "values" = excluded."values"
"""
_STATES: Final = """
UPDATE inbox_submission AS s
SET state = 'understood', reasons = '[]', settled_at = coalesce(s.settled_at, %s), notes = g.notes::text[],
    case_id = g.case_id, told = g.told, held_at = NULL, pressed_at = NULL
FROM unnest(%s::uuid[], %s::text[], %s::uuid[], %s::int[]) AS g(id, notes, case_id, told)
WHERE s.id = g.id AND s.id = ANY(%s::uuid[])
"""


def settle(done: Sequence[Meant], at: datetime) -> tuple[UUID, ...]:
    """Keep the answers of each beside it and set it as understood; returns which they are."""
    if not done:
        return ()
    ids = [one.row.pk for one in done]
    notes = ["{" + ",".join(sorted(set(one.caused.notes))) + "}" for one in done]
    with connection.cursor() as cursor:
        kept = [one for one in done if not one.waits]
        values = [json.dumps(one.values, ensure_ascii=False) for one in kept]
        cursor.execute(_ANSWERS, [[one.row.pk for one in kept], values])
        cases, told = [one.caused.case_id for one in done], [one.caused.told for one in done]
        cursor.execute(_STATES, [at, ids, notes, cases, told, ids])
    return tuple(ids)
