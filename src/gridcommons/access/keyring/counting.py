"""The calls of a key: counted by the minute for its limit, and the day kept on which it was last used."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from math import ceil
from typing import Final
from uuid import UUID

from django.db import connection

from gridcommons.access.keyring.rules import TOO_FAST
from gridcommons.kit.errors import refuse

_MINUTE: Final = timedelta(minutes=1)
_OVER: Final = "DELETE FROM keyring_keyrate WHERE minute < %s OR (minute <> %s AND key_id = %s)"
_ONE_MORE: Final = (
    "INSERT INTO keyring_keyrate (key_id, minute, calls) VALUES (%s, %s, 1) "
    "ON CONFLICT (key_id) DO UPDATE SET minute = excluded.minute, "
    "calls = CASE WHEN keyring_keyrate.minute = excluded.minute THEN keyring_keyrate.calls + 1 ELSE 1 END "
    "RETURNING calls"
)
_USED: Final = (
    "INSERT INTO keyring_keyuse (key_id, day) VALUES (%s, %s) "
    "ON CONFLICT (key_id) DO UPDATE SET day = excluded.day WHERE keyring_keyuse.day < excluded.day"
)


def count_call(key_id: UUID, per_minute: int, at: datetime, day: date) -> None:
    """Count one call of a key; refuses one more than its limit in a minute (0: none). Refused calls count too."""
    minute = at.replace(second=0, microsecond=0)
    with connection.cursor() as cursor:
        cursor.execute(_USED, [key_id, day])
        if not per_minute:
            return
        cursor.execute(_OVER, [minute - _MINUTE, minute, key_id])
        cursor.execute(_ONE_MORE, [key_id, minute])
        (calls,) = cursor.fetchone()
    if calls > per_minute:
        raise refuse(TOO_FAST, most=per_minute, seconds=ceil((minute + _MINUTE - at).total_seconds()))
