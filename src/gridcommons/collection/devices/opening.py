"""Whether a phone's key still opens the door, asked so that no withdrawal comes between that and what rests on it.

One piece for every door of a key. A withdrawal and the closing of an account write the rows that are asked here; they
wait for whoever holds them, and whoever asks waits for them: what a key brought or was given is committed before the
withdrawal is, or is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Final
from uuid import UUID

from django.db import connection, transaction

from gridcommons.collection.devices.rules import BAD_KEY
from gridcommons.kit.errors import refuse

KEPT_OPEN: Final = """
SELECT opening.id, opening.user_id FROM devices_devicekey AS opening JOIN access_user AS holder
    ON holder.id = opening.user_id
WHERE opening.id = ANY({keys}) AND opening.withdrawn_at IS NULL AND holder.is_active
FOR SHARE SKIP LOCKED
"""
"""Which keys are valid and stay so until the transaction ends, asked inside the statement that writes what they
brought. One whose withdrawal is being written is left out: a group of many phones waits for nobody, the view does."""
KEPT_SERVING: Final = """
SELECT serving.user_id, serving.included FROM access_grant AS serving
WHERE serving.user_id = ANY(ARRAY(SELECT user_id FROM open)) AND serving.included && {areas}
    AND serving.role = ANY({roles}) AND serving.revoked_at IS NULL
FOR SHARE SKIP LOCKED
"""
"""Which grants of those who hold the keys `open` stand and do so until the transaction ends, asked there too. One that
is being revoked is left out, as a key is. `{areas}`: by the codes that were granted; `{roles}`: of those who send."""
_OPENING: Final = """
SELECT opening.id FROM devices_devicekey AS opening JOIN access_user AS holder ON holder.id = opening.user_id
WHERE opening.id = ANY(%s::uuid[]) AND opening.withdrawn_at IS NULL AND holder.is_active
ORDER BY opening.id FOR SHARE
"""
"""Shared, so that calls of one phone do not wait for one another; in one order, so that no two wait in a ring."""


def opening(key_ids: Iterable[UUID]) -> set[UUID]:
    """Which of these keys are valid, and their accounts open: they stay so until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_OPENING, [list(set(key_ids))])
        return {row[0] for row in cursor.fetchall()}


def require_open(key_id: UUID | None) -> None:
    """Refuse what comes by a key that was withdrawn, or its account closed, since the call began; none is no phone."""
    if key_id and not opening({key_id}):
        raise refuse(BAD_KEY)


@contextmanager
def while_open(key_id: UUID) -> Iterator[None]:
    """Read for a phone as long as its key opens the door: what it is given was all read before a withdrawal."""
    with transaction.atomic():
        require_open(key_id)
        yield
