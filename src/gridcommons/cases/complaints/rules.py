"""Who may hear a complaint, what may be done with it next, and why. Pure: values in, reasons out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from gridcommons.cases.complaints.policy import Policy
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import Reason, Refusal, refusal_kind, refuse, worded
from gridcommons.kit.verdict import Answer, Because, Verdict
from gridcommons.kit.words import Words

NO_REVIEWER = refusal_kind(
    "complaint.no_reviewer",
    status=409,
    zh="这里还没有能够独立复核这件投诉的机构，没有任何内容被保存。{outside_zh}",
    en="No office here can review this complaint independently, and nothing was kept. {outside_en}",
)
WRONG_STATE = refusal_kind(
    "complaint.wrong_state",
    status=409,
    zh="这件投诉现在是“{state_zh}”，不能“{action_zh}”。请刷新页面查看最新情况。",
    en="This complaint is “{state_en}” now, so “{action_en}” cannot be done. Load the page again to see how it stands.",
)
LAST_INSTANCE = refusal_kind(
    "complaint.last_instance",
    status=409,
    zh="这件投诉已经过最后一级复核。{outside_zh}",
    en="The last instance has heard this complaint. {outside_en}",
)
NO_REASONS = refusal_kind(
    "complaint.no_reasons",
    status=400,
    zh="请写明理由（至少{least}个字）：没有理由的答复无效。",
    en="Give reasons of at least {least} characters: an answer without reasons is void.",
)
NO_WORDS = refusal_kind(
    "complaint.no_words",
    status=400,
    zh="请写几句话说明发生了什么。",
    en="Please say in a few words what happened.",
)
NO_SUBJECT = refusal_kind(
    "complaint.no_subject",
    status=400,
    zh="请选择要投诉的岗位、人员或单位。",
    en="Please choose the post, the person or the office that you complain about.",
)
NO_LEAVE = refusal_kind(
    "complaint.no_leave",
    status=409,
    zh="投诉人没有同意询问被投诉的单位；没有本人同意不能询问。",
    en="The complainant has not agreed that the office may be asked; without that it may not be.",
)
NOBODY_TO_ASK = refusal_kind(
    "complaint.nobody_to_ask",
    status=409,
    zh="这个单位没有与此事无关、可以答复的人；请不经询问直接复核。",
    en="Nobody at that office could answer who is not concerned by it; review it without asking.",
)
TAKEN_BACK = refusal_kind(
    "complaint.question_taken_back",
    status=409,
    zh="这个询问已经收回，不需要再回复，也没有保存任何内容。",
    en="This question was taken back: no reply is needed any more, and nothing was kept.",
)
BAD_OUTCOME = refusal_kind(
    "complaint.bad_outcome",
    status=400,
    zh="请选择复核结论。",
    en="Please choose the outcome of the review.",
)
UNKNOWN = refusal_kind(
    "complaint.unknown",
    status=404,
    zh="没有找到这件投诉。请核对查询码。",
    en="No such complaint was found. Check the code.",
)
LEAST_REASONS = 20
_KIND_BY_LEVEL = {
    "grid": "grid_staff", "microgrid": "grid_staff", "village": "village_office", "township": "township_office",
}  # fmt: skip


@dataclass(frozen=True)
class Office:
    """What the rules need of an office."""

    id: UUID
    area_code: str
    kind: str


@dataclass(frozen=True)
class Chosen:
    """The office that hears a complaint, and the number of its instance (from 1)."""

    office: Office
    instance: int


Find = Callable[[str, str], Office | None]
"""The open office of a kind at exactly an area."""


def kind_of_subject(area_code: str, office_kind: str, policy: Policy) -> str:
    """What sort of subject an office is, by its level; a reviewing office is one of its own."""
    if office_kind in {one.kind for one in policy.instances}:
        return "review_office"
    level = CHINA.level_of(area_code).key
    return _KIND_BY_LEVEL.get(level, "county_office")


def line_above(area_code: str, offices: Iterable[Office], policy: Policy) -> frozenset[UUID]:
    """The offices in command over an area: those of the line's kinds at the area itself and above it."""
    return frozenset(
        office.id for office in offices if office.kind in policy.line and area_code.startswith(office.area_code)
    )


def hearer(
    *, area_code: str, barred: frozenset[str], after: int, find: Find, policy: Policy
) -> Chosen | None:  # fmt: skip
    """The first instance after number `after` that hears such a subject and is not barred; None when none is left.

    `area_code`: of the subject. `barred`: party keys of those who must not hear it. `after`: 0 for a new complaint.
    """
    level = CHINA.level_of(area_code).key
    for number, instance in enumerate(policy.instances, start=1):
        above = CHINA.cut(area_code, instance.level)
        if number <= after or (level not in instance.hears and level != "microgrid"):
            continue
        office = find(above, instance.kind)
        if office is not None and f"office:{office.id}" not in barred:
            return Chosen(office, number)
    return None


def require_hearer(chosen: Chosen | None, policy: Policy) -> Chosen:
    """The office chosen; refuses where there is none, naming the way outside."""
    if chosen is None:
        raise Refusal((worded(NO_REVIEWER, outside=policy.outside),))
    return chosen


def next_state(*, action: str, state: str, policy: Policy) -> str:
    """The state after a step; refuses one that does not start here."""
    row = policy.actions[action]
    if state not in row.sources:
        raise Refusal((worded(WRONG_STATE, state=policy.states[state], action=row.words),))
    return row.target


def open_to(state: str, by: str, policy: Policy) -> frozenset[str]:
    """The steps that somebody (`complainant`, `reviewer`, `office`) may take from a state."""
    return frozenset(key for key, row in policy.actions.items() if row.by == by and state in row.sources)


def require_reasons(text: str) -> str:
    """Reasons of their own; refuses a bare yes or no."""
    if len("".join(text.split())) < LEAST_REASONS:
        raise refuse(NO_REASONS, least=LEAST_REASONS)
    return text


def why_hearer(office_name: Words, *, instance: int, policy: Policy, last: bool) -> Verdict:
    """Why this office hears the complaint, who never sees it, and what comes after."""
    days = policy.answer_days if instance == 1 else policy.second_days
    then = (
        policy.outside
        if last
        else Words(
            "对答复不满意的，可以请第二级复核；逾期不答复，自动转第二级。",
            "If the answer does not satisfy you, the second instance is open; silence takes it there by itself.",
        )
    )
    return Verdict(
        answer=Answer.YES,
        subject=Words(f"由{office_name.zh}独立复核", f"Reviewed independently by {office_name.en}"),
        because=(
            Because(
                Words(
                    "它不是被投诉的单位，也不受其上级指挥；参与过此事的人看不到这件投诉。",
                    "It is not the office complained about, nor under those in command of it; nobody who took part in "
                    "the matter can see the complaint.",
                ),
                policy.owner,
            ),
            Because(
                Words(f"{days}个工作日内附理由答复。", f"It answers with reasons within {days} working days."),
                Words("独立复核的答复期限", "deadlines of independent review"),
            ),
        ),
        rule="complaints.policy",
        version=policy.version,
        owner=policy.owner,
        contest=then,
    )


def missing(*, text: str, subject: bool) -> tuple[Reason, ...]:
    """What a new complaint lacks."""
    found = [] if "".join(text.split()) else [Reason(NO_WORDS)]
    return tuple(found if subject else [Reason(NO_SUBJECT), *found])
