"""Files of layers taken up by the job: the oldest under way, alone, and again where a reading was cut off.

Whoever reads holds a lock of the database session: it ends with the process, so that what stands as being read while
the lock is free was cut off and is begun anew.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from gridcommons.access.alone import alone
from gridcommons.access.rules import Viewer
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import Refusal, refuse
from gridcommons.territory.outlines import refusals as say
from gridcommons.territory.outlines.actions import fail, keep, reach
from gridcommons.territory.outlines.models import UNDER_WAY, Sent
from gridcommons.territory.outlines.preparing import Prepared, prepare
from gridcommons.territory.outlines.storing import read, remove, stored_before
from gridcommons.territory.succession import ZONE

_LOCK: Final = 0x6C617965
_GRACE: Final = timedelta(days=1)
"""So old is a file before it counts as left behind: no transaction is open for so long."""
Now = Callable[[], datetime]


def read_next(*, by: Viewer, now: Now) -> int:
    """Read the file that waits longest and keep it as a draft, or its refusal; returns how many were read."""
    with alone(_LOCK) as free:
        row = Sent.objects.filter(stage__in=UNDER_WAY).order_by("handed_in_at", "id").first() if free else None
        if row is None:
            return 0
        try:
            reach(sent_id=row.pk, stage="reading", by=by, at=now())
            keep(sent_id=row.pk, prepared=_prepared(row, by, now), by=by, at=now())
        except Refusal as refusal:
            if refusal.code == say.NOT_UNDER_WAY:
                return 0  # somebody gave it up meanwhile
            fail(sent_id=row.pk, refused=refusal.words().as_dict(), by=by, at=now())
        return 1


def _prepared(row: Sent, by: Viewer, now: Now) -> Prepared:
    def tell(done: int, _total: int) -> None:
        if not done:
            reach(sent_id=row.pk, stage="mending", by=by, at=now())

    try:
        raw = read(row.path)
    except FileNotFoundError as error:
        raise refuse(say.FILE_GONE) from error
    return prepare(
        raw, name=row.name, declared=row.system, code_field=row.code_field, day=local_day(now(), ZONE),
        under=row.area_code, tell=tell,
    )  # fmt: skip


def sweep(*, at: datetime) -> int:
    """Remove the files older than a day that no row under way names; returns how many."""
    named = set(Sent.objects.filter(stage__in=UNDER_WAY).values_list("path", flat=True))
    left = [path for path in stored_before(at - _GRACE) if path not in named]
    for path in left:
        remove(path)
    return len(left)
