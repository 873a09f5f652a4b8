"""The clock of the step at hand: what was promised, how much of it is used, by when. Values in, pieces out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from gridcommons.cases.casting import clock_kind, span_of
from gridcommons.cases.clocks import minutes_left
from gridcommons.cases.queries import CasePage, QueueRow
from gridcommons.cases.transitions import packaged
from gridcommons.kit.calendar import WorkingCalendar
from gridcommons.kit.words import Words
from gridcommons.matters.matter import CALENDAR_DAY_MINUTES, Matter
from gridcommons.matters.matter import Clock as Kind
from gridcommons.web.pieces import Clock, Promise, Stretch

_FILE: Final = Words("立案时限", "Time to file")
_HANDLE: Final = Words("办理时限", "Time to handle")
_STANDS: Final = {
    "handled": Words("等待核查", "waits for the check"),
    "parked": Words("挂账", "parked"),
    "merged": Words("已并入另一件", "joined with another case"),
}
_MINUTE: Final = timedelta(minutes=1)


def promise_of(matter: Matter, *, filing: bool = False, extra: int = 0) -> Promise:
    """What a matter promises for its handling, or for its filing; `extra`: minutes granted on top of it."""
    limit, working = matter.deadline, matter.deadline.clock is Kind.WORKING
    per_day = WorkingCalendar.load().minutes_per_day if working else CALENDAR_DAY_MINUTES
    length = limit.file_words() if filing else limit.handle_words()
    if extra:
        length = Words(f"{length.zh}加延期", f"{length.en} and the time granted")
    return Promise(_FILE if filing else _HANDLE, length, per_day, working)


def row_clock(row: QueueRow, at: datetime) -> Clock | None:
    """The clock of a queue row; none while it does not run."""
    if row.state == "reported":
        return _filing(row.matter, row.file_by, at)
    if row.left_minutes is None:
        return None
    used = max(0, row.limit_minutes - row.left_minutes)
    promise = promise_of(row.matter)
    return Clock(row.limit_minutes, (Stretch("used", used),), row.due_at, promise=promise, passed=row.is_late)


def page_clock(page: CasePage, at: datetime) -> Clock | None:
    """The clock of a case page: of the filing before it is filed. It stands while the result waits for its check."""
    if page.state == "reported":
        return _filing(page.matter, page.file_by, at)
    if page.due_at is None:
        return None
    state, used = packaged().states[page.state], Stretch("used", page.clock.used_minutes)
    limit = max(0, page.clock.used_minutes + page.clock.left_minutes)
    promise = promise_of(page.matter, extra=1 if page.apart.first_due_at else 0)
    *stood, now = stands_of(page, page.ended_at or at) or [Stretch("parked", 0)]
    past = [one for one in stood if one.minutes]
    if state.clock == "stands" and not state.end:
        return Clock(limit, (*past, used, now), page.due_at, promise=promise, passed=page.clock.overdue)
    last = [now] if now.minutes else []
    runs = not state.end
    return Clock(
        limit, (*past, *last, used), page.due_at, running=runs, promise=promise, passed=runs and page.clock.overdue
    )  # fmt: skip


def stands_of(page: CasePage, until: datetime) -> list[Stretch]:
    """The stretches in which the clock stood, in order, with why; steps that leave the state make no new one."""
    states = packaged().states
    found: list[Stretch] = []
    ends = [*(step.at for step in page.steps[1:]), until]
    before = ""
    for step, end in zip(page.steps, ends, strict=True):
        if states[step.to_state].clock != "stands" or states[step.to_state].end:
            before = ""
            continue
        minutes = minutes_between(page.matter, step.at, max(end, step.at))
        if before == step.to_state:
            minutes += found.pop().minutes
        found.append(Stretch("parked", minutes, _STANDS.get(step.to_state, "")))
        before = step.to_state
    return found


def _filing(matter: Matter, due: datetime | None, at: datetime) -> Clock | None:
    if due is None:
        return None
    limit, calendar = matter.deadline, WorkingCalendar.load()
    kind = clock_kind(limit.clock)
    whole = span_of(limit.file_minutes, limit.clock).total_minutes(calendar, clock=kind)
    used = Stretch("used", max(0, whole - minutes_left(due, calendar, now=at, clock=kind)))
    return Clock(whole, (used,), due, promise=promise_of(matter, filing=True), passed=at > due)


def minutes_between(matter: Matter, since: datetime, until: datetime) -> int:
    """Minutes of the matter's own clock between two moments; none where a clock stood before the other."""
    last = max(until, since)
    if matter.deadline.clock is Kind.WORKING:
        return WorkingCalendar.load().minutes_between(since, last)
    return (last - since) // _MINUTE
