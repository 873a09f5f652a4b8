"""What may be done with a case, and by whom. Pure: values in, verdict with reasons out.

The table of `transitions` says which steps there are; here stands what a row means. A no names everything that is
in the way at once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gridcommons.cases.transitions import BEFORE, START, Action, AtOffice, Transitions, packaged
from gridcommons.kit.errors import Reason, Refusal, refusal_kind, worded
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
    zh="“{action_zh}”只能由{office_zh}来做；您的单位在这件事里不是。",
    en="“{action_en}” is for {office_en}; in this case that is not your office.",
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
    zh="现在不能“{action_zh}”：{flag_zh}。",
    en="“{action_en}” is not possible here: {flag_en}.",
)
MISSING_NEED = refusal_kind(
    "case.missing",
    status=400,
    zh="请写明{need_zh}。",
    en="Please give {need_en}.",
)

_RULE = "cases.transitions"
_LEAST_TEXT = 2
_KEYS = frozenset({"office", "owner", "assists", "lead", "until", "review"})
"""Needs that are no words of somebody: an office, a number, a date."""
_OFFICES = ("office", "owner", "assists")
_AT = {
    "charge": Words("承办单位", "the office in charge"),
    "assisting": Words("协办单位", "an assisting office"),
    "raised": Words("提级后负责指定的上级机构", "the higher office that it was raised to"),
    "steering": Words("提级后负责的上级机构", "the higher office that it was raised to"),
}
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
    """What the rules need to know of a case: state, flags, who held which duty, the offices on it.

    `flags`: what holds of the case now, by the names of the table. `raised_to`: the office of the higher level.
    `before`: the state it had before it was joined with another case.
    `holders` only ever grows: a person who was handler once stays one for the rules of separation.
    """

    state: str = START
    flags: frozenset[str] = frozenset()
    holders: Mapping[str, frozenset[Holder]] = field(default_factory=dict)
    office_in_charge: str | None = None
    assisting: frozenset[str] = frozenset()
    raised_to: str | None = None
    before: str = ""

    def offices_at(self, place: AtOffice) -> frozenset[str | None]:
        """The offices that stand at a place of the case: in charge, assisting, the one it was raised to."""
        known: dict[str, frozenset[str | None]] = {
            "charge": frozenset({self.office_in_charge}), "raised": frozenset({self.raised_to}),
            "assisting": frozenset(self.assisting), "steering": frozenset({self.raised_to}),
        }  # fmt: skip
        return known[place]


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
    because = tuple(Because(reason.words(), reason.code) for reason in reasons) or (
        _granted(row, target_of(row, case), machine),
    )
    return Verdict(
        answer=Answer.NO if reasons else Answer.YES,
        subject=row.words,
        because=because,
        rule=_RULE,
        version=machine.version,
        owner=machine.owner,
        contest=_CONTEST,
    )


def _granted(row: Action, state: str, table: Transitions) -> Because:
    target = table.states[state].words
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
        if _duties_of(actor).intersection(row.by) and _flags_fit(row, case):
            found += _standing(row, case, actor, machine)
    return tuple(found)


def _flags_fit(row: Action, case: CaseFacts) -> bool:
    return (not row.flag or row.flag in case.flags) and row.unless not in case.flags


def target_of(row: Action, case: CaseFacts) -> str:
    """The state that an action leads this case to."""
    return case.state if row.stays else case.before if row.target == BEFORE else row.target


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
        state=target_of(row, case),
        holders={**case.holders, **held},
        office_in_charge=given["office"].strip() if "office" in row.needs else case.office_in_charge,
        assisting=case.assisting | ({given["assists"].strip()} if "assists" in row.needs else set()),
        before=case.state if "lead" in row.needs else case.before,
    )


def _standing(row: Action, case: CaseFacts, actor: ActorFacts, table: Transitions) -> Iterator[Reason]:
    """What stands in the way whatever is given: state, flag, duty, office in charge, separation."""
    if case.state not in row.sources:
        yield _wrong_state(row, case.state, table)
    wrong = {row.flag} - case.flags | {row.unless} & case.flags
    yield from (worded(NOT_ALLOWED_HERE, action=row.words, flag=table.flags[flag]) for flag in sorted(wrong - {""}))
    duties = _duties_of(actor).intersection(row.by)
    not_own = row.own and not any(_holds(case, duty, actor) for duty in duties)
    if not duties or not_own:
        wanted = _joined([table.duties[duty].words for duty in row.by])
        yield worded(NOT_OWN if duties else WRONG_DUTY, action=row.words, duty=wanted)
    if _is_elsewhere(row, case, actor):
        yield worded(NOT_IN_CHARGE, action=row.words, office=_AT[row.same_office])
    yield from _persons_mixed(row, case, actor, table)
    if _office_mixed(row, case, actor.office, table):
        yield Reason(SAME_OFFICE)


def _is_elsewhere(row: Action, case: CaseFacts, actor: ActorFacts) -> bool:
    """Whether a step is for an office that is not the actor's; what was not raised is steered by whoever may."""
    if not row.same_office or (row.same_office == "steering" and case.raised_to is None):
        return False
    return actor.office is None or actor.office not in case.offices_at(row.same_office)


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
        least = 1 if need in _KEYS else _LEAST_TEXT
        if len("".join(given.get(need, "").split())) < least:
            yield worded(MISSING_NEED, need=table.needs[need])
    named = {given.get(need) for need in _OFFICES if need in row.needs}
    if any("supervision" in _sides_taken(case, office, table) for office in named if office):
        yield Reason(OFFICE_ON_OTHER_SIDE)


def _wrong_state(row: Action, state: str, table: Transitions) -> Reason:
    sources = _joined([table.states[source].words for source in row.sources])
    return worded(WRONG_STATE, state=table.states[state].words, action=row.words, **{"from": sources})


def _joined(words: Sequence[Words]) -> Words:
    return Words("或".join(one.zh for one in words), " or ".join(one.en for one in words))
