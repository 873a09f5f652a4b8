"""Work that only one process may do at a time: a lock of the database session, which ends with the process.

So what stands as being done while its lock is free was cut off, and is begun anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def alone(lock: int) -> Iterator[bool]:
    """Whether no other process holds this lock now; none gets it while this runs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", (lock,))
        row = cursor.fetchone()
    free = bool(row and row[0])
    try:
        yield free
    finally:
        if free:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", (lock,))
