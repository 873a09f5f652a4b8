"""Looks that phones made offline, noted by the ids that the phones gave them: each goes on record once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from django.db import connection

_KEEP: Final = """
INSERT INTO devices_devicelook (id, key_id, day) SELECT * FROM unnest(%s::uuid[], %s::uuid[], %s::date[])
ON CONFLICT DO NOTHING RETURNING id
"""


def note_looks(each: Sequence[tuple[UUID, UUID, date]]) -> set[UUID]:
    """Note that these are on record (look, key, day); returns those that were not, also where others note the same in
    this moment."""
    columns = [[one[n] for one in each] for n in range(3)]
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, columns)
        return {row[0] for row in cursor.fetchall()}
