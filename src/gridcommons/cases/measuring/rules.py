"""What a case comes to in a period: its life line up to the period's end, measured. Pure.

A case is due in the period into which its deadline falls. It is told apart by rounds: from filing to the check that
closed it, and anew from every reopening, which makes it due once more. What stands parked, void or joined with another
at the end of the period is not due in it. What a former system did, before the case came here, counts as filed and
due, but no limit of time and no mean is reckoned from its moments.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from gridcommons.cases.clocks import Step as ClockStep
from gridcommons.cases.clocks import clock_of, passed
from gridcommons.cases.former import FORMER
from gridcommons.kit.calendar import WorkingCalendar
from gridcommons.kit.span import ClockKind, Span
from gridcommons.outlook.indicators.formulas import Formulas
from gridcommons.outlook.indicators.tally import Mark

_MINUTE: Final = timedelta(minutes=1)
_AGAIN: Final = frozenset({"reopen", "still_wrong"})
_SENDS: Final = frozenset({"dispatch", "appoint", "entrust"})
_WAITS: Final = frozenset({"filed", "returned", "reopened", "review"})
_APART: Final = frozenset({"parked", "merged", "void"})
_DECIDES: Final = frozenset({"file", "void", "merge", "settle"})
_HANDLES: Final = frozenset({"accept", "send_back", "pass_on", "feed_back", "ask_extension", "ask_level", "name_body"})
_NOBODY: Final = ("reporter", "program")


@dataclass(frozen=True)
class Did:
    """One step: what, into which state, when, by whom (a key), for which office, to which office, in which duty."""

    action: str
    state: str
    at: datetime
    by: str = ""
    office: str = ""
    to_office: str = ""
    duty: str = ""

    @property
    def former(self) -> bool:
        """Whether a former system did it, at a moment that is not known here."""
        return self.by.startswith(FORMER)

    @property
    def hands(self) -> frozenset[str]:
        """The person whose work it was; nobody for the program, a reporter and a former system."""
        return frozenset() if self.former or not self.by or self.duty in _NOBODY else frozenset({self.by})


@dataclass(frozen=True)
class Life:
    """A case as it is measured: its source, its matter's class, minutes and limit, and its steps in order.

    `extra`: minutes granted on top of the limit. `desk`: the supervision office that it was reported to.
    """

    source: str
    order: bool
    component: bool
    minutes: int
    clock: ClockKind
    limit: Span
    extra: int
    file_by: datetime | None
    desk: str
    steps: tuple[Did, ...]


@dataclass(frozen=True)
class Frame:
    """By what a life is measured: the period up to now, calendar, formulas and standard times."""

    starts: datetime
    until: datetime
    calendar: WorkingCalendar
    formulas: Formulas
    recording: Mapping[str, int]

    def holds(self, moment: datetime | None) -> bool:
        """Whether a moment lies in the period."""
        return moment is not None and self.starts <= moment < self.until


def measured(life: Life, frame: Frame) -> Iterator[Mark]:
    """All marks of a case in a period, from what had happened by its end."""
    steps = tuple(step for step in life.steps if step.at < frame.until)
    if not steps:
        return
    yield from _taken_in(life, steps, frame)
    yield from _verified(life, steps, frame)
    yield from _dispatched(steps, frame)
    yield from _checked(life, steps, frame)
    for one in _rounds(steps):
        yield from _due(life, steps, one, frame)
        yield from _closed(steps, one, frame)
    yield from _minutes(life, steps, frame)


def _taken_in(life: Life, steps: tuple[Did, ...], frame: Frame) -> Iterator[Mark]:
    """The report and the filing."""
    if frame.holds(steps[0].at):
        yield Mark("accepted", office=life.desk)
    place = next((i for i, step in enumerate(steps) if step.action == "file"), None)
    if place is None or not frame.holds(steps[place].at):
        return
    filed, last = steps[place], steps[-1].state
    yield Mark("filed", office=filed.office, hands=filed.hands)
    said = {
        f"filed_{life.source}": bool(life.source), "filed_components": life.component, "filed_parked": last == "parked",
        "filed_void": last in {"void", "merged"},
    }  # fmt: skip
    yield from (Mark(measure, office=filed.office) for measure, is_so in said.items() if is_so)
    if not filed.former and life.file_by is not None:
        yield Mark("filed_timed", office=filed.office, hands=filed.hands)
        took = frame.calendar.worked(steps[0].at, filed.at) // _MINUTE
        yield Mark("acceptance_minutes", took, filed.office)
        if filed.at <= life.file_by:
            yield Mark("filed_on_time", office=filed.office)


def _verified(life: Life, steps: tuple[Did, ...], frame: Frame) -> Iterator[Mark]:
    """Whether it was decided about the report by the limit for filing."""
    decided = next((step for step in steps if step.action in _DECIDES), None)
    if not frame.holds(life.file_by) or (decided is not None and decided.former):
        return
    yield Mark("to_verify", office=life.desk, hands=decided.hands if decided else frozenset())
    if decided is not None and life.file_by is not None and decided.at <= life.file_by:
        yield Mark("verified_on_time", office=life.desk)


def _dispatched(steps: tuple[Did, ...], frame: Frame) -> Iterator[Mark]:
    """Every time that the case waited for the dispatcher: whether it was sent on in time, and to the right office."""
    for place, step in enumerate(steps):
        before = steps[place - 1].state if place else ""
        if step.former or step.state not in _WAITS or step.state == before:
            continue
        by = frame.formulas.dispatch_within.due(frame.calendar, step.at)
        if not frame.holds(by):
            continue
        onward = [one for one in steps[place + 1 :] if one.state != step.state]
        sent = onward[0] if onward else None
        if sent is not None and sent.action not in _SENDS and sent.at <= by:
            continue  # joined or parked before: nothing was to be dispatched any more
        yield from _sent(sent, onward[1:], by)


def _sent(sent: Did | None, after: list[Did], by: datetime) -> Iterator[Mark]:
    went = sent is not None and sent.action in _SENDS
    office, hands = (sent.office, sent.hands) if sent is not None and went else ("", frozenset[str]())
    yield Mark("to_dispatch", office=office, hands=hands)
    if sent is None or not went:
        return
    yield Mark("dispatched", office=office)
    if sent.at <= by:
        yield Mark("dispatched_on_time", office=office)
    if next((one.action for one in after if one.action in {"send_back", "feed_back"}), "") == "send_back":
        yield Mark("dispatched_back", office=office)


def _checked(life: Life, steps: tuple[Did, ...], frame: Frame) -> Iterator[Mark]:
    """Every feedback that waits for a check: whether it was checked in time, and what the check said."""
    for place, step in enumerate(steps):
        if step.action != "feed_back":
            continue
        check = next((one for one in steps[place + 1 :] if one.action in {"close", "rework"}), None)
        if frame.holds(by := frame.formulas.check_within.due(frame.calendar, step.at)):
            yield Mark("to_check", office=life.desk, hands=check.hands if check else frozenset())
            if check is not None and check.at <= by:
                yield Mark("checked_on_time", office=life.desk)
        if check is not None and frame.holds(check.at):
            yield Mark("checked", office=step.office, hands=step.hands)
            if check.action == "rework":
                yield Mark("reworked", office=step.office)


@dataclass(frozen=True)
class Round:
    """A stretch of a life line: from filing or a reopening to the closing or as far as it came; places of its steps."""

    first: int
    last: int
    closed: bool


def _rounds(steps: tuple[Did, ...]) -> list[Round]:
    found: list[Round] = []
    first: int | None = None
    for place, step in enumerate(steps):
        if (step.action == "file" and first is None) or step.action in _AGAIN:
            first = place
        if step.action == "close" and first is not None:
            found.append(Round(first, place, closed=True))
            first = None
    return found if first is None else [*found, Round(first, len(steps) - 1, closed=False)]


def _due(life: Life, steps: tuple[Did, ...], one: Round, frame: Frame) -> Iterator[Mark]:
    """Whether a round's deadline falls into the period, and what had become of it by the period's end."""
    end = steps[one.last].state
    done = steps[one.first : one.last + 1]
    by = _deadline(life, steps[: one.last + 1], frame)
    if by is None or (not one.closed and end in _APART):
        return
    by = max(by, _since(done))
    if not frame.holds(by):
        return
    office, hands = _in_charge(steps[: one.last + 1]), _hands(done)
    yield Mark("due", office=office, hands=hands)
    back = next((step for step in reversed(done) if step.action == "feed_back"), None)
    ready = back is not None and (one.closed or end == "handled")
    in_time = ready and back is not None and back.at <= by
    said = {
        "handled": ready, "handled_on_time": in_time, "closed": one.closed, "closed_on_time": one.closed and in_time,
        "extended": any(step.action == "grant_extension" for step in done),
    }  # fmt: skip
    yield from (Mark(measure, office=office) for measure, is_so in said.items() if is_so)


def _deadline(life: Life, steps: tuple[Did, ...], frame: Frame) -> datetime | None:
    """When the last round of these steps was due, by the clock that stands while parked and while it is checked."""
    granted = any(step.action == "grant_extension" for step in steps)
    clock = clock_of(
        [ClockStep(step.state, step.at) for step in steps], frame.calendar, life.limit,
        now=max(frame.until, steps[-1].at), clock=life.clock, extra=life.extra if granted else 0,
    )  # fmt: skip
    return clock.due_at


def _since(done: tuple[Did, ...]) -> datetime:
    """From when on a round can be due: its first step, or the last end of a parking or joining in it.

    A limit that was spent before is not given anew: what is taken up again with nothing left is due at once.
    """
    ends = [step.at for before, step in pairwise(done) if before.state in _APART and step.state not in _APART]
    return max([done[0].at, *ends])


def _in_charge(steps: tuple[Did, ...]) -> str:
    """The office that had the case last."""
    return next((step.to_office for step in reversed(steps) if step.action in _SENDS), "")


def _hands(steps: tuple[Did, ...]) -> frozenset[str]:
    return frozenset().union(*(step.hands for step in steps if step.action in _HANDLES))


def _closed(steps: tuple[Did, ...], one: Round, frame: Frame) -> Iterator[Mark]:
    """How long a round took that was closed in the period."""
    start, end = steps[one.first], steps[one.last]
    back = next((i for i in range(one.last, one.first, -1) if steps[i].action == "feed_back"), None)
    if not one.closed or not frame.holds(end.at) or start.former or back is None:
        return
    worked, span = _without_parking(steps[one.first : back + 1], frame)
    office = _in_charge(steps[: one.last + 1])
    yield Mark("closed_timed", office=office, hands=_hands(steps[one.first : one.last + 1]))
    yield Mark("handling_minutes", worked, office)
    yield Mark("handling_span_minutes", span, office)


def _without_parking(steps: tuple[Did, ...], frame: Frame) -> tuple[int, int]:
    """Minutes from the first step to the last, working and by the calendar, save those parked or joined."""
    worked = span = timedelta()
    for step, after in pairwise(steps):
        if step.state not in {"parked", "merged"}:
            worked += passed(frame.calendar, step.at, after.at, "working")
            span += after.at - step.at
    return worked // _MINUTE, span // _MINUTE


def _minutes(life: Life, steps: tuple[Did, ...], frame: Frame) -> Iterator[Mark]:
    """Declared minutes: of the matter once, and of recording by step."""
    sort = "order" if life.order else "convenience"
    work = next((step for step in steps if step.action in {"file", "settle"}), None)
    if work is not None and frame.holds(work.at):
        yield Mark(f"minutes_{sort}", life.minutes, work.office)
        yield Mark("minutes", 1, work.office, work.hands)
    for step in steps:
        took = frame.recording.get(step.action, 0)
        if took and step.hands and frame.holds(step.at):
            yield Mark(f"recording_{sort}", took, step.office)
            yield Mark("recording", 1, step.office, step.hands)
