"""From rows to the plain values of the rules: what a case is, who acts on it and for which office."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from gridcommons.access.roles import ROLES
from gridcommons.access.rules import GrantFacts, Viewer
from gridcommons.cases.clocks import ClockState, clock_of
from gridcommons.cases.clocks import Step as ClockStep
from gridcommons.cases.limits import limits
from gridcommons.cases.models import Case, Part, Step
from gridcommons.cases.rules import ActorFacts, CaseFacts, Holder, obstacles
from gridcommons.cases.transitions import PROGRAM, packaged
from gridcommons.kit.calendar import MISSING, WorkingCalendar
from gridcommons.kit.errors import Refusal
from gridcommons.kit.span import ClockKind, Span
from gridcommons.matters.matter import WORKING_DAY_MINUTES, Clock, Matter

SETTLE_FLAG = "settle_on_the_spot"


def facts_of(case: Case, steps: Sequence[Step], matter: Matter, at: datetime, parts: Iterable[Part] = ()) -> CaseFacts:
    """The case as the rules see it at a moment. `parts`: those of its assisting offices."""
    machine = packaged()
    holders: dict[str, set[Holder]] = {}
    for step in steps:
        duties = set(machine.action(step.action).holds) | ({"reporter"} if step.duty == "reporter" else set())
        for duty in duties:
            holders.setdefault(duty, set()).add(Holder(step.by_key, str(step.office_id) if step.office_id else None))
    joined = [step.from_state for step in steps if step.action == "merge"]
    return CaseFacts(
        state=case.state,
        flags=frozenset(_flags(case, steps, matter, at)),
        holders={duty: frozenset(who) for duty, who in holders.items()},
        office_in_charge=str(case.handler_office_id) if case.handler_office_id else None,
        assisting=frozenset(str(part.office_id) for part in parts),
        raised_to=str(case.raised_office_id) if case.raised_office_id else None,
        before=joined[-1] if joined else "",
    )


def _flags(case: Case, steps: Sequence[Step], matter: Matter, at: datetime) -> Iterator[str]:
    """What holds of the case now, by the names of the table."""
    known, ended, raised = limits(), case.ended_at, case.raised_office_id is not None
    in_time = case.due_at is not None and at <= case.due_at
    since_end = {step.action for step in steps if ended is not None and step.at >= ended}
    asked_until = case.asked_at + known.asking.answer_within if case.asked_at else None
    holds = {
        SETTLE_FLAG: matter.settle_on_spot,
        "may_extend": case.extension == "" and in_time,
        "extension_asked": case.extension == "asked",
        "limit_spent": case.extension == "granted" or (case.due_at is not None and not in_time),
        "raised": raised,
        "level_decides": raised,
        "appointed": case.appointed,
        "bound": case.appointed or case.ownerless,
        "entrusted": case.ownerless,
        "unnamed": case.ownerless and not case.body,
        "lead_ended": case.state == "merged" and ended is not None and "agree" not in since_end,
        "in_time": ended is not None and at <= ended + known.reopening,
        "asked": asked_until is not None and at <= asked_until and case.answer == "",
    }
    yield from (flag for flag, is_so in holds.items() if is_so)


def person_of(viewer: Viewer) -> str:
    """The key of the person acting: their account, or the tracking code that an anonymous reporter holds."""
    tracks = sorted(key for key in viewer.parties if key.startswith("track:"))
    return viewer.key if viewer.user_id or not tracks else tracks[0]


def is_reporter(case_parties: Iterable[str], viewer: Viewer) -> bool:
    """Whether the viewer proves to have reported this case: by account or by tracking code."""
    own = set(viewer.parties) | ({viewer.key} if viewer.user_id else set())
    return bool(own & set(case_parties))


def candidates(viewer: Viewer, area_code: str, case_parties: Iterable[str], at: datetime) -> list[GrantFacts]:
    """The viewer's grants in force that reach this case: by area at township or below, or by their office."""
    parties = set(case_parties)
    return [
        grant
        for grant in viewer.grants
        if grant.holds_at(at)
        and (
            (ROLES[grant.role].by_area and grant.is_local and grant.covers(area_code))
            or f"office:{grant.office_id}" in parties
        )
    ]


def actors(viewer: Viewer, area_code: str, parties: Iterable[str], at: datetime) -> list[ActorFacts]:
    """The viewer as each of the persons in office they may act as here, and as the reporter if they are."""
    if viewer.everywhere:
        return [ActorFacts(viewer.key, None, frozenset({PROGRAM}))]
    mine = is_reporter(parties, viewer)
    person = person_of(viewer)
    held = [
        ActorFacts(person, str(grant.office_id) if grant.office_id else None, ROLES[grant.role].duties, mine)
        for grant in candidates(viewer, area_code, parties, at)
    ]
    return held or [ActorFacts(person, None, frozenset(), mine)]


def best_actor(action: str, case: CaseFacts, who: list[ActorFacts], given: dict[str, str]) -> ActorFacts:
    """The one of the viewer's offices that may take the step; else the one with the fewest obstacles."""
    return min(who, key=lambda actor: len(obstacles(action=action, case=case, actor=actor, given=given)))


def span_of(minutes: int, clock: Clock) -> Span:
    """A catalogue's minutes as a span: whole working days stay days, whatever a day's office hours are."""
    if clock is Clock.WORKING:
        return Span(days=minutes // WORKING_DAY_MINUTES, minutes=minutes % WORKING_DAY_MINUTES)
    return Span(minutes=minutes)


def clock_kind(clock: Clock) -> ClockKind:
    """The calendar's word for the catalogue's clock."""
    return "working" if clock is Clock.WORKING else "calendar"


def clock_steps(steps: Iterable[Step]) -> list[ClockStep]:
    """The steps as the clock reads them."""
    return [ClockStep(step.to_state, step.at) for step in steps]


def clock_at(case: Case, steps: Iterable[Step], matter: Matter, now: datetime) -> ClockState:
    """The clock of a case at a moment, with what was granted on top of its limit."""
    limit = matter.deadline
    return clock_of(
        clock_steps(steps), WorkingCalendar.load(), span_of(limit.handle_minutes, limit.clock), now=now,
        clock=clock_kind(limit.clock), extra=case.extra_minutes,
    )  # fmt: skip


def file_by(matter: Matter, reported_at: datetime) -> datetime | None:
    """By when a report of this matter has to be filed (UTC); None where the calendar ends before."""
    limit = matter.deadline
    span = span_of(limit.file_minutes, limit.clock)
    return _due(span, reported_at, limit.clock)


def handle_by(matter: Matter, filed_at: datetime) -> datetime | None:
    """By when a case of this matter filed at that moment has to be handled, nothing parked; None as for filing."""
    limit = matter.deadline
    return _due(span_of(limit.handle_minutes, limit.clock), filed_at, limit.clock)


def _due(span: Span, since: datetime, clock: Clock) -> datetime | None:
    try:
        return span.due(WorkingCalendar.load(), since, clock=clock_kind(clock))
    except Refusal as refusal:
        if refusal.code != MISSING:
            raise
        return None
