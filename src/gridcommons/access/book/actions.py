"""Writes of the books: sealed entries counted, marks told, checks asked for and answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from gridcommons.access.book.counting import DAYS, MARKS, MONTHS
from gridcommons.access.book.models import Check, Mark, ReadSoFar
from gridcommons.access.book.rules import BUSY, MOST_WAITING, require_range
from gridcommons.access.deeds import deed
from gridcommons.access.models import Checkpoint
from gridcommons.access.rules import Viewer
from gridcommons.kit.errors import refuse

STRETCH: Final = 20_000
"""How many entries one run counts: a late start catches up over several."""


def _nothing(_result: Any, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return ()


@deed("ledger.count", subjects=_nothing)
def count_entries(*, zone: str, by: Viewer, at: datetime, purpose: str = "operation") -> int:
    """Count the sealed entries that were not counted yet, by day, place and kind; returns how many."""
    row, _made = ReadSoFar.objects.select_for_update().get_or_create(id=1, defaults={"size": 0})
    sealed = Checkpoint.objects.order_by("-size").values_list("size", flat=True).first() or 0
    last = min(sealed, row.size + STRETCH)
    if last <= row.size:
        return 0
    stretch: dict[str, str | int] = {"first": row.size, "last": last, "zone": zone}
    with connection.cursor() as cursor:
        for statement in (DAYS, MONTHS, MARKS):
            cursor.execute(statement, stretch)
    done, row.size = last - row.size, last
    row.save(update_fields=["size"])
    return done


@deed("ledger.told", subjects=_nothing)
def marks_told(*, marks: Sequence[int], by: Viewer, at: datetime, purpose: str = "operation") -> int:
    """Note that those concerned by marked readings were told; returns of how many."""
    return Mark.objects.filter(pk__in=marks, told_at__isnull=True).update(told_at=at)


@deed("ledger.ask_check", keeps=("first", "last"))
def ask_check(*, first: int, last: int, kind: str, by: Viewer, at: datetime, purpose: str = "audit") -> Check:
    """Have a stretch of the ledger verified, or one entry proved (`kind` check or proof), by a job."""
    sealed = Checkpoint.objects.order_by("-size").values_list("size", flat=True).first() or 0
    require_range(first, last, sealed)
    if Check.objects.filter(state="waiting").count() >= MOST_WAITING:
        raise refuse(BUSY, most=MOST_WAITING)
    return Check.objects.create(kind=kind, first=first, last=last, asked_at=at)


@deed("ledger.checked", keeps=("check_id",))
def checked(
    *, check_id: UUID, result: Mapping[str, Any], failed: bool = False, by: Viewer, at: datetime,
    purpose: str = "operation",
) -> Check:  # fmt: skip
    """Write down what a check found."""
    row = Check.objects.select_for_update().get(pk=check_id)
    row.state, row.finished_at, row.result = "failed" if failed else "done", at, dict(result)
    row.save(update_fields=["state", "finished_at", "result"])
    return row
