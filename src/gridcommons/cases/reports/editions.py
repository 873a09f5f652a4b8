"""What the job does: reports that are due are made, late data make a corrected edition, what fails is noted."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, cast
from uuid import UUID

import structlog

from gridcommons.access.rules import Viewer
from gridcommons.access.scope import on_day
from gridcommons.cases.reports.actions import keep_edition, lapse_report, note_failure
from gridcommons.cases.reports.making import make
from gridcommons.cases.reports.queries import Running, kept_files, running
from gridcommons.cases.reports.rules import due_terms, may_be_corrected
from gridcommons.kit.errors import Refusal
from gridcommons.kit.lineage import in_force
from gridcommons.outlook.indicators.queries import is_counted
from gridcommons.outlook.indicators.terms import Kind, Term, term_of
from gridcommons.territory.reorganising.queries import last_switch

NOT_COUNTED: Final = "not_counted"
_PATIENCE: Final = timedelta(hours=3)
"""So long after its hour a report waits for the count of its period before that is a failure."""
_log = structlog.get_logger()


def make_due(*, house: str, synthetic: bool, by: Viewer, at: datetime) -> int:
    """Make every report that is due, and correct those whose figures changed; returns how many editions were kept."""
    with on_day(at):
        return sum(_made_of(one, house, synthetic=synthetic, by=by, at=at) for one in running())


def _made_of(one: Running, house: str, *, synthetic: bool, by: Viewer, at: datetime) -> int:
    """What is due of one schedule, of its area as it is called today; with an area that is no more it ends."""
    area = in_force().follow(one.area_code)
    if not area:
        lapse_report(schedule_id=one.id, by=by, at=at)
        return 0
    since = last_switch() if area != one.area_code else None
    one = replace(one, area_code=area)
    kept = 0
    due = due_terms(cast(Kind, one.kind), hour=one.hour, since=one.made_at, at=at, made=one.made)
    for term in (*due, *_again(one.made, at)):
        if not _is_to_be_moved(term, since):
            kept += _guarded(one, term, house, synthetic=synthetic, by=by, at=at)
    return kept


def _is_to_be_moved(term: Term, since: datetime | None) -> bool:
    """Whether a period's counts still stand under the codes of before: it is counted anew within a night."""
    return since is not None and is_counted(term) and not is_counted(term, since)


def false_files() -> tuple[int, list[UUID]]:
    """How many editions are kept, and those whose bytes no longer have the hash that was written down."""
    kept, false = 0, []
    for key, sha256, data in kept_files():
        kept += 1
        if hashlib.sha256(data).hexdigest() != sha256:
            false.append(key)
    return kept, false


def _again(made: Iterable[str], at: datetime) -> list[Term]:
    """The periods made already whose figures may still change by late data."""
    return [term for term in map(term_of, made) if may_be_corrected(term, at)]


def _guarded(one: Running, term: Term, house: str, *, synthetic: bool, by: Viewer, at: datetime) -> int:
    """One report; what goes wrong with it is noted and holds up no other."""
    if not is_counted(term):
        if term.key not in one.made and at >= term.ends + timedelta(hours=one.hour) + _PATIENCE:
            note_failure(schedule_id=one.id, term=term.key, reason=NOT_COUNTED, by=by, at=at)
        return 0
    try:
        return _made(one, term, house, synthetic=synthetic, by=by, at=at)
    except Refusal as refusal:
        reason = refusal.code
    except Exception as error:  # noqa: BLE001 - one report that cannot be made must not hold up the others
        reason = type(error).__name__
    _log.error("report.failed", reason=reason)
    note_failure(schedule_id=one.id, term=term.key, reason=reason, by=by, at=at)
    return 0


def _made(one: Running, term: Term, house: str, *, synthetic: bool, by: Viewer, at: datetime) -> int:
    made = make(
        area_code=one.area_code, term=term, indicators=one.indicators, form=one.form, language=one.language, at=at,
        synthetic=synthetic,
    )  # fmt: skip
    if made.content == one.contents.get(term.key):
        return 0
    return len(
        keep_edition(schedule_id=one.id, term=term.key, made=made, sha256=made.sha256, house=house, by=by, at=at)
    )
