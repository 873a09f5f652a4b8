"""What may be done with a case, by whom, and how its clock stands. Pure: values in, verdict with reasons out.

The table of `transitions` says which steps there are; here stands what a row means. A no names everything that is
in the way at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from gridcommons.cases.transitions import START, Action, Transitions, packaged
from gridcommons.kit.calendar import WorkingCalendar
from gridcommons.kit.clock import require_aware, require_order
from gridcommons.kit.errors import Reason, Refusal, refusal_kind, worded
from gridcommons.kit.span import ClockKind, Span
from gridcommons.kit.verdict import Answer, Because, Verdict
from gridcommons.kit.words import Words

WRONG_STATE = refusal_kind(
    "case.wrong_state",
    status=409,
    zh="这件事现在是“{state_zh}”，不能“{action_zh}”；要先到“{from_zh}”。",
    en="This case is “{state_en}” now, so “{action_en}” cannot be done; it would have to be “{from_en}” first.",
)
WRONG_DUTY = refusal_kind(
    "case.wrong_duty",
    status=403,
    zh="“{action_zh}”只能由{duty_zh}来做。",
    en="“{action_en}” can only be done by: {duty_en}.",
)
NOT_OWN = refusal_kind(
    "case.not_own",
    status=403,
    zh="“{action_zh}”只能由这件事的{duty_zh}本人来做。",
    en="“{action_en}” can only be done by this very case's {duty_en}.",
)
NOT_IN_CHARGE = refusal_kind(
    "case.not_in_charge",
    status=403,
    zh="“{action_zh}”只能由承办单位来做；这件事没有派给您的单位。",
    en="“{action_en}” is for the office in charge; this case was not sent to your office.",
)
SAME_PERSON = refusal_kind(
    "case.same_person",
    status=403,
    zh="您在这件事里已是{held_zh}，同一人不能又当{duty_zh}；请交给另一位同事。",
    en="You are already the {held_en} of this case, and one person cannot be its {duty_en} as well; "
    "leave it to a colleague.",
)
SAME_OFFICE = refusal_kind(
    "case.same_office",
    status=403,
    zh="监督与处置必须是不同的单位；您的单位在这件事里已在另一方，请交给别的单位。",
    en="Supervision and handling must be different offices; your office already stands on the other side of this case, "
    "so another office must do it.",
)
OFFICE_ON_OTHER_SIDE = refusal_kind(
    "case.office_on_other_side",
    status=409,
    zh="不能派给这个单位：它在这件事里已负责监督。请选另一个单位。",
    en="This office cannot be given the case: it already supervises it. Choose another office.",
)
NOT_ALLOWED_HERE = refusal_kind(
    "case.not_allowed_here",
    status=409,
    zh="这类事项不能“{action_zh}”，请走正常流程。",
    en="Matters of this kind do not allow “{action_en}”; take the normal way.",
)
MISSING_NEED = refusal_kind(
    "case.missing",
    status=400,
    zh="请写明{need_zh}。",
    en="Please give {need_en}.",
)

_RULE = "cases.transitions"
_LEAST_TEXT = 2
_CONTEST = Words(
    "如有异议，请向监督中心提出，由未参与此事的人复核。",
    "If this seems wrong, tell the supervision centre; somebody who took no part looks at it again.",
)


@dataclass(frozen=True)
class Holder:
    """A person who did something in a case, and the office they did it for (None: as a resident)."""

    person: str
    office: str | None


@dataclass(frozen=True)
class CaseFacts:
    """What the rules need to know of a case: state, flags of its matter, who held which duty, office in charge.

    `holders` only ever grows: a person who was handler once stays one for the rules of separation.
    """

    state: str = START
    flags: frozenset[str] = frozenset()
    holders: Mapping[str, frozenset[Holder]] = field(default_factory=dict)
    office_in_charge: str | None = None


@dataclass(frozen=True)
class ActorFacts:
    """Who wants to act: person, office (None for a resident), duties their grants allow for this case's area.

    `is_reporter` is no grant: the caller has seen proof (login or tracking code) that they reported this very case, or
    they are reporting it now.
    """

    person: str
    office: str | None
    duties: frozenset[str]
    is_reporter: bool = False


def may_act(
    *,
    action: str,
    case: CaseFacts,
    actor: ActorFacts,
    given: Mapping[str, str],
    table: Transitions | None = None,
) -> Verdict:
    """Whether an actor may take a step with what they give (`reason`, `office`, ...), naming all that is missing."""
    machine = table or packaged()
    reasons = obstacles(action=action, case=case, actor=actor, given=given, table=machine)
    row = machine.action(action)
    because = tuple(Because(reason.words(), reason.code) for reason in reasons) or (_granted(row, machine),)
    return Verdict(
        answer=Answer.NO if reasons else Answer.YES,
        subject=row.words,
        because=because,
        rule=_RULE,
        version=machine.version,
        owner=machine.owner,
        contest=_CONTEST,
    )


def _granted(row: Action, table: Transitions) -> Because:
    target = table.states[row.target].words
    return Because(Words(f"这一步之后：{target.zh}。", f"After this step: {target.en}."), f"{_RULE}/{row.key}")


def obstacles(
    *,
    action: str,
    case: CaseFacts,
    actor: ActorFacts,
    given: Mapping[str, str],
    table: Transitions | None = None,
) -> tuple[Reason, ...]:
    """Everything that stands in the way of a step, an empty tuple if nothing does."""
    machine = table or packaged()
    row = machine.action(action)
    return (*_standing(row, case, actor, machine), *_given(row, case, given, machine))


def check(
    *,
    action: str,
    case: CaseFacts,
    actor: ActorFacts,
    given: Mapping[str, str],
    table: Transitions | None = None,
) -> None:
    """As `may_act`, but raises one refusal with all reasons."""
    if reasons := obstacles(action=action, case=case, actor=actor, given=given, table=table):
        raise Refusal(reasons)


def open_actions(*, case: CaseFacts, actor: ActorFacts, table: Transitions | None = None) -> list[Action]:
    """The steps this actor could take now if they give what each needs: the buttons of a page."""
    machine = table or packaged()
    return [row for row in machine.actions_from(case.state) if not list(_standing(row, case, actor, machine))]


def bars(*, case: CaseFacts, actor: ActorFacts, table: Transitions | None = None) -> tuple[Reason, ...]:
    """What bars an actor from the steps open now that their own duties are for: what a page says that offers none."""
    machine = table or packaged()
    found: list[Reason] = []
    for row in machine.actions_from(case.state):
        if _duties_of(actor).intersection(row.by) and (not row.flag or row.flag in case.flags):
            found += _standing(row, case, actor, machine)
    return tuple(found)


def next_state(*, action: str, state: str, table: Transitions | None = None) -> str:
    """The state after a step; refuses (`case.wrong_state`) a step that does not start here."""
    machine = table or packaged()
    row = machine.action(action)
    if state not in row.sources:
        raise Refusal((_wrong_state(row, state, machine),))
    return row.target


def after(
    *,
    action: str,
    case: CaseFacts,
    actor: ActorFacts,
    given: Mapping[str, str],
    table: Transitions | None = None,
) -> CaseFacts:
    """The case after a step: new state, the actor's duties recorded, the office in charge; refuses as `check`."""
    machine = table or packaged()
    check(action=action, case=case, actor=actor, given=given, table=machine)
    row = machine.action(action)
    me = frozenset({Holder(actor.person, actor.office)})
    duties = {*row.holds, *({"reporter"} & _duties_of(actor))}
    held = {duty: case.holders.get(duty, frozenset()) | me for duty in duties}
    return replace(
        case,
        state=row.target,
        holders={**case.holders, **held},
        office_in_charge=given["office"].strip() if "office" in row.needs else case.office_in_charge,
    )


def _standing(row: Action, case: CaseFacts, actor: ActorFacts, table: Transitions) -> Iterator[Reason]:
    """What stands in the way whatever is given: state, flag, duty, office in charge, separation."""
    if case.state not in row.sources:
        yield _wrong_state(row, case.state, table)
    if row.flag and row.flag not in case.flags:
        yield worded(NOT_ALLOWED_HERE, action=row.words)
    duties = _duties_of(actor).intersection(row.by)
    wanted = _joined([table.duties[duty].words for duty in row.by])
    if not duties:
        yield worded(WRONG_DUTY, action=row.words, duty=wanted)
    elif row.own and not any(_holds(case, duty, actor) for duty in duties):
        yield worded(NOT_OWN, action=row.words, duty=wanted)
    if row.same_office and (actor.office is None or actor.office != case.office_in_charge):
        yield worded(NOT_IN_CHARGE, action=row.words)
    yield from _persons_mixed(row, case, actor, table)
    if _office_mixed(row, case, actor.office, table):
        yield Reason(SAME_OFFICE)


def _duties_of(actor: ActorFacts) -> frozenset[str]:
    """The duties an actor can take; being the reporter comes from the case alone, never from a grant."""
    return (actor.duties - {"reporter"}) | ({"reporter"} if actor.is_reporter else frozenset())


def _holds(case: CaseFacts, duty: str, actor: ActorFacts) -> bool:
    return any(holder.person == actor.person for holder in case.holders.get(duty, ()))


def _persons_mixed(row: Action, case: CaseFacts, actor: ActorFacts, table: Transitions) -> Iterator[Reason]:
    """Duties that this step would give to a person who holds their opposite on this case."""
    for apart in table.persons_apart:
        if row.key in apart.excepted:
            continue
        for duty in row.holds:
            held = apart.other(duty)
            if held and (_holds(case, held, actor) or (held == "reporter" and actor.is_reporter)):
                yield worded(SAME_PERSON, held=table.duties[held].words, duty=table.duties[duty].words)


def _office_mixed(row: Action, case: CaseFacts, office: str | None, table: Transitions) -> bool:
    """Whether this step would put an office on both sides of a case. Residents act for no office."""
    taken = _sides_taken(case, office, table)
    new = {table.duties[duty].side for duty in row.holds}
    return office is not None and any(
        apart.other(side) in taken for apart in table.offices_apart if row.key not in apart.excepted for side in new
    )


def _sides_taken(case: CaseFacts, office: str | None, table: Transitions) -> set[str]:
    return {
        table.duties[duty].side
        for duty, holders in case.holders.items()
        if any(holder.office == office for holder in holders)
    }


def _given(row: Action, case: CaseFacts, given: Mapping[str, str], table: Transitions) -> Iterator[Reason]:
    """What is missing from, or wrong with, what the actor gives."""
    for need in row.needs:
        least = 1 if need == "office" else _LEAST_TEXT
        if len("".join(given.get(need, "").split())) < least:
            yield worded(MISSING_NEED, need=table.needs[need])
    if "office" in row.needs and "supervision" in _sides_taken(case, given.get("office"), table):
        yield Reason(OFFICE_ON_OTHER_SIDE)


def _wrong_state(row: Action, state: str, table: Transitions) -> Reason:
    sources = _joined([table.states[source].words for source in row.sources])
    return worded(WRONG_STATE, state=table.states[state].words, action=row.words, **{"from": sources})


def _joined(words: Sequence[Words]) -> Words:
    return Words("或".join(one.zh for one in words), " or ".join(one.en for one in words))


@dataclass(frozen=True)
class Step:
    """A step that was taken: the state it led to and when (aware)."""

    state: str
    at: datetime


@dataclass(frozen=True)
class ClockState:
    """The clock of a case: minutes used and left (negative when late), whether late, when due (None: no clock yet).

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
    return sign * (_passed(calendar, first, last, clock) // timedelta(minutes=1))


def clock_of(
    steps: Sequence[Step],
    calendar: WorkingCalendar,
    due: Span,
    *,
    now: datetime,
    clock: ClockKind = "working",
    table: Transitions | None = None,
) -> ClockState:
    """The clock of a case from its steps in order; nothing resets it, a reopened case goes on with what was used.

    Refuses steps that run backwards (`clock.backwards`) and years without a calendar. A `now` before the last step,
    as by two servers' clocks, counts as that step's moment.
    """
    limit = timedelta(minutes=due.total_minutes(calendar, clock=clock))
    used, spent_at = timedelta(), None
    last: tuple[datetime, datetime] | None = None
    for since, until in _running(steps, now, table or packaged()):
        length = _passed(calendar, since, until, clock)
        if spent_at is None and used + length >= limit:
            spent_at = _later(calendar, since, limit - used, clock)
        used, last = used + length, (since, until)
    due_moment = spent_at or (last and _later(calendar, last[1], limit - used, clock))
    minute = timedelta(minutes=1)
    return ClockState(
        used_minutes=used // minute,
        left_minutes=-((used - limit) // minute),
        overdue=used > limit,
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


def _passed(calendar: WorkingCalendar, since: datetime, until: datetime, clock: ClockKind) -> timedelta:
    return calendar.worked(since, until) if clock == "working" else until - since


def _later(calendar: WorkingCalendar, start: datetime, length: timedelta, clock: ClockKind) -> datetime:
    return calendar.after(start, length) if clock == "working" else start + length
