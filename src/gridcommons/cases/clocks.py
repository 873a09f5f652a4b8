"""The clock of a case: what of its limit is used, what is left, when it is due. Pure: steps and a calendar in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from gridcommons.cases.transitions import Transitions, packaged
from gridcommons.kit.calendar import WorkingCalendar
from gridcommons.kit.clock import require_aware, require_order
from gridcommons.kit.span import ClockKind, Span


@dataclass(frozen=True)
class Step:
    """A step that was taken: the state it led to and when (aware)."""

    state: str
    at: datetime


@dataclass(frozen=True)
class ClockState:
    """The clock of a case: minutes used and left (negative when late), whether late, when due (None: no clock yet).

    On a day off it is late from the first moment after its deadline, though no minute is over.
    `due_at` is reckoned as if the clock ran on from where it last ran: a stand moves it when the clock runs again.
    """

    used_minutes: int
    left_minutes: int
    overdue: bool
    due_at: datetime | None


def due_at(start: datetime, calendar: WorkingCalendar, due: Span, *, clock: ClockKind = "working") -> datetime:
    """The deadline in UTC of a limit that starts at `start` and never stands still."""
    return due.due(calendar, start, clock=clock)


def minutes_left(due: datetime, calendar: WorkingCalendar, *, now: datetime, clock: ClockKind = "working") -> int:
    """Minutes of the clock from `now` to a deadline, negative when it is past."""
    sign, first, last = (1, now, due) if now <= due else (-1, due, now)
    return sign * (passed(calendar, first, last, clock) // timedelta(minutes=1))


def clock_of(
    steps: Sequence[Step],
    calendar: WorkingCalendar,
    due: Span,
    *,
    now: datetime,
    clock: ClockKind = "working",
    extra: int = 0,
    table: Transitions | None = None,
) -> ClockState:
    """The clock of a case from its steps in order; nothing resets it, a reopened case goes on with what was used.

    `extra`: minutes of the same clock granted on top of the limit.
    Refuses steps that run backwards (`clock.backwards`) and years without a calendar. A `now` before the last step,
    as by two servers' clocks, counts as that step's moment.
    """
    limit = timedelta(minutes=due.total_minutes(calendar, clock=clock) + extra)
    used, spent_at = timedelta(), None
    last: tuple[datetime, datetime] | None = None
    for since, until in _running(steps, now, table or packaged()):
        length = passed(calendar, since, until, clock)
        if spent_at is None and used + length >= limit:
            spent_at = later(calendar, since, limit - used, clock)
        used, last = used + length, (since, until)
    due_moment = spent_at or (last and later(calendar, last[1], limit - used, clock))
    minute = timedelta(minutes=1)
    return ClockState(
        used_minutes=used // minute,
        left_minutes=-((used - limit) // minute),
        overdue=spent_at is not None and last is not None and last[1] > spent_at,
        due_at=due_moment,
    )


def _running(steps: Sequence[Step], now: datetime, table: Transitions) -> Iterator[tuple[datetime, datetime]]:
    """The stretches in which the clock runs, the last one until `now`; refuses steps that run backwards."""
    moments = [require_aware(step.at) for step in steps]
    ends = [*moments[1:], max([require_aware(now), *moments[-1:]])]
    for step, since, until in zip(steps, moments, ends, strict=False):
        require_order(since, until)
        if table.states[step.state].clock == "runs":
            yield since, until


def passed(calendar: WorkingCalendar, since: datetime, until: datetime, clock: ClockKind) -> timedelta:
    """How long the clock ran between two moments."""
    return calendar.worked(since, until) if clock == "working" else until - since


def later(calendar: WorkingCalendar, start: datetime, length: timedelta, clock: ClockKind) -> datetime:
    """The moment by which the clock has run so long since `start`."""
    return calendar.after(start, length) if clock == "working" else start + length
