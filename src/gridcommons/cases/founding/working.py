"""The job of moving in: sheets that wait are checked, and carried out as their officer, beside the pages.

One at a time, the one asked for first; what a killed job had under way is begun anew, and what stands already is left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from time import monotonic
from typing import Final
from uuid import UUID

from gridcommons.access.alone import alone
from gridcommons.access.identify import viewer_of
from gridcommons.access.rules import Viewer
from gridcommons.access.scope import on_day
from gridcommons.cases.founding import refusals as say
from gridcommons.cases.founding.actions import begin, end, keep_check, reach
from gridcommons.cases.founding.checked import NOTHING, checked_of
from gridcommons.cases.founding.errorsheet import error_book, error_csv
from gridcommons.cases.founding.models import UNDER_WAY, MoveIn
from gridcommons.cases.founding.plan import Plan, understand
from gridcommons.cases.founding.queries import opened_sheets
from gridcommons.cases.founding.taking import take
from gridcommons.kit.errors import Refusal, refuse
from gridcommons.kit.words import Words

_LOCK: Final = 0x6D6F7665
_OFTEN: Final = 1.0
"""Seconds between two notes of how far it is: each is a line of the ledger."""
Now = Callable[[], datetime]


def work_next(*, by: Viewer, now: Now) -> int:
    """Check or carry out what was asked for first; returns how many were taken up."""
    with alone(_LOCK) as free:
        row = _first() if free else None
        if row is None:
            return 0
        with _unless_overtaken(), on_day(now()):
            try:
                row = begin(move_id=row.pk, turn=row.turn, by=by, at=now())
                (_carry if row.stage == "carrying" else _check)(row, by, now)
            except Refusal as refusal:
                if refusal.code == say.OVERTAKEN:
                    raise
                end(move_id=row.pk, turn=row.turn, refused=refusal.words(), by=by, at=now())
        return 1


@contextmanager
def _unless_overtaken() -> Iterator[None]:
    """What the officer changed meanwhile is not for this run: it is taken up anew as it is now."""
    try:
        yield
    except Refusal as refusal:
        if refusal.code != say.OVERTAKEN:
            raise


def _first() -> MoveIn | None:
    return MoveIn.objects.filter(stage__in=UNDER_WAY).order_by("asked_at", "id").first()


def _officer(row: MoveIn) -> Viewer:
    """Whoever asked for it, with the grants that they hold now: nothing is carried out by rights of yesterday."""
    return viewer_of(UUID(row.by_key.removeprefix("user:")))


def _planned(row: MoveIn, now: Now) -> Plan:
    sent = opened_sheets(viewer=_officer(row), at=now())
    if not sent:
        raise refuse(say.NOTHING_SENT)
    return understand(sent, county=row.county_code, at=now())


def _check(row: MoveIn, by: Viewer, now: Now) -> None:
    plan = _planned(row, now)
    found = bool(plan.findings.found)
    keep_check(
        move_id=row.pk, turn=row.turn, checked=checked_of(plan), book=error_book(plan) if found else b"",
        lines=error_csv(plan).encode() if found else b"", by=by, at=now(),
    )  # fmt: skip


def _carry(row: MoveIn, by: Viewer, now: Now) -> None:
    """Hold the sheets against what stands by now, and do what is left, step by step."""
    plan, officer = _planned(row, now), _officer(row)
    if not plan.is_sound:
        raise refuse(say.CHANGED_SINCE, count=f"{len(plan.findings.faults):,}")
    told, noted = NOTHING, monotonic() - _OFTEN

    def tell(doing: Words, done: int, total: int) -> None:
        nonlocal told, noted
        if _officer(row) != officer:
            raise refuse(say.RIGHTS_CHANGED)
        if doing == told and monotonic() - noted < _OFTEN:  # a new kind of sheet is told at once: it may take long
            _require_wanted(row)
            return
        reach(move_id=row.pk, turn=row.turn, doing=doing, done=done, total=total, by=by, at=now())
        told, noted = doing, monotonic()

    take(plan, by=officer, at=now(), progress=tell)
    end(move_id=row.pk, turn=row.turn, by=by, at=now())


def _require_wanted(row: MoveIn) -> None:
    """Refuse to go on with what its officer has stopped."""
    if not MoveIn.objects.filter(pk=row.pk, turn=row.turn, stage="carrying").exists():
        raise refuse(say.OVERTAKEN)
