"""Households of whom something is known, counted by grid: numbers for those who plan visits. No household comes out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db import connection

from gridcommons.kit.lineage import in_force
from gridcommons.territory.succession import held_sql

_KNOWN: Final = f"""
SELECT {held_sql(thing="home.id", code="home.area_code")}, count(*) FROM homes_household AS home JOIN facts_fact AS fact
    ON fact.subject_id = CASE WHEN %(kind)s = 'dwelling' THEN home.dwelling_id ELSE home.id END
WHERE home.area_code = ANY(%(codes)s) AND home.until IS NULL AND fact.key = %(key)s AND fact.superseded_at IS NULL
  AND NOT fact.held_back AND fact.expires >= %(day)s
  AND CASE WHEN %(at_least)s THEN fact.value ~ '^[0-9]{{1,9}}$' AND fact.value::bigint >= %(number)s
           ELSE fact.value = %(value)s END
GROUP BY 1
"""  # noqa: S608 - a constant
_FRESH: Final = """
SELECT DISTINCT home.area_code FROM (
    SELECT subject_id FROM facts_fact WHERE id >= %(since)s AND key = %(key)s
    UNION SELECT subject_id FROM facts_erased WHERE id >= %(since)s AND key = %(key)s
) AS told JOIN homes_household AS home
    ON told.subject_id = CASE WHEN %(kind)s = 'dwelling' THEN home.dwelling_id ELSE home.id END
"""


def grids_told_anew(key: str, since: UUID) -> list[str]:
    """The grids, by the codes that rows carry, in which something of a key was told or erased after an id's moment."""
    with connection.cursor() as cursor:
        cursor.execute(_FRESH, {"kind": key.partition(".")[0], "key": key, "since": since})
        return sorted(row[0] for row in cursor.fetchall())


def homes_with(codes: Sequence[str], key: str, value: str, *, day: date, at_least: bool = False) -> dict[str, int]:
    """How many households of each grid are known to be so on a day, within the scope of whoever counts.

    `at_least`: of a number, whether it is that much or more. What somebody objects to, or what is stale, counts not.
    """
    facts: dict[str, Any] = {
        "codes": list(codes), "kind": key.partition(".")[0], "key": key, "value": value, "day": day,
        "at_least": at_least, "number": int(value) if at_least else 0, "divided": sorted(in_force().divided),
    }  # fmt: skip
    found: Counter[str] = Counter()
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, facts)
        for code, n in cursor.fetchall():
            found[in_force().current(code)] += n
    return dict(found)
