"""The clock of the step at hand: what was promised, how much of it is used, by when. Values in, pieces out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from gridcommons.cases.casting import clock_kind, file_by, span_of
from gridcommons.cases.queries import CasePage, QueueRow
from gridcommons.cases.transitions import packaged
from gridcommons.kit.calendar import WorkingCalendar
from gridcommons.kit.words import Words
from gridcommons.matters.matter import CALENDAR_DAY_MINUTES, Matter
from gridcommons.matters.matter import Clock as Kind
from gridcommons.web.pieces import Clock, Promise, Stretch

_FILE: Final = Words("立案时限", "Time to file")
_HANDLE: Final = Words("办理时限", "Time to handle")
_WAITS: Final = Words("等待核查", "waits for the check")
_MINUTE: Final = timedelta(minutes=1)


def promise_of(matter: Matter, *, filing: bool = False) -> Promise:
    """What a matter promises for its handling, or for its filing."""
    limit, working = matter.deadline, matter.deadline.clock is Kind.WORKING
    per_day = WorkingCalendar.load().minutes_per_day if working else CALENDAR_DAY_MINUTES
    length = limit.file_words() if filing else limit.handle_words()
    return Promise(_FILE if filing else _HANDLE, length, per_day, working)


def row_clock(row: QueueRow, at: datetime) -> Clock | None:
    """The clock of a queue row; none while it does not run."""
    if row.state == "reported":
        return _filing(row.matter, row.reported_at, at)
    if row.left_minutes is None:
        return None
    used = max(0, row.limit_minutes - row.left_minutes)
    return Clock(row.limit_minutes, (Stretch("used", used),), row.due_at, promise=promise_of(row.matter))


def page_clock(page: CasePage, at: datetime) -> Clock | None:
    """The clock of a case page: of the filing before it is filed. It stands while the result waits for its check."""
    if page.state == "reported":
        return _filing(page.matter, page.reported_at, at)
    if page.due_at is None:
        return None
    state, used = packaged().states[page.state], Stretch("used", page.clock.used_minutes)
    limit, promise = max(0, page.clock.used_minutes + page.clock.left_minutes), promise_of(page.matter)
    if state.clock == "runs" or state.end:
        return Clock(limit, (used,), page.due_at, running=not state.end, promise=promise)
    stands = Stretch("parked", minutes_between(page.matter, page.steps[-1].at, at), _WAITS)
    return Clock(limit, (used, stands), page.due_at, promise=promise)


def _filing(matter: Matter, since: datetime, at: datetime) -> Clock | None:
    limit, due = matter.deadline, file_by(matter, since)
    if due is None:
        return None
    span = span_of(limit.file_minutes, limit.clock)
    whole = span.total_minutes(WorkingCalendar.load(), clock=clock_kind(limit.clock))
    used = Stretch("used", minutes_between(matter, since, at))
    return Clock(whole, (used,), due, promise=promise_of(matter, filing=True))


def minutes_between(matter: Matter, since: datetime, until: datetime) -> int:
    """Minutes of the matter's own clock between two moments; none where a clock stood before the other."""
    last = max(until, since)
    if matter.deadline.clock is Kind.WORKING:
        return WorkingCalendar.load().minutes_between(since, last)
    return (last - since) // _MINUTE
