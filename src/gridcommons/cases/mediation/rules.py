"""What may be done in a mediation, when it opens and when it is agreed. Pure: values in, reasons out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from gridcommons.cases.mediation.policy import Policy
from gridcommons.kit.errors import Reason, Refusal, refusal_kind, refuse, worded
from gridcommons.kit.words import Words

UNKNOWN = refusal_kind(
    "mediation.unknown",
    status=404,
    zh="没有找到这件调解。请核对查询码；一次性邀请码只能用一次。",
    en="No such mediation was found. Check the code; an invitation can be used once only.",
)
REPLACED = refusal_kind(
    "mediation.replaced",
    status=410,
    zh="这个查询码已于{day_zh}由调解员换成新码，达成协议前凭它表示的同意不再算数。不是您要求更换的，请向{owner_zh}反映。",
    en="The mediator replaced this code by a new one on {day_en}; consent given with it before an agreement no longer "
    "counts. If you did not ask for that, tell the {owner_en}.",
)
NO_OFFICE = refusal_kind(
    "mediation.no_office",
    status=409,
    zh="这里还没有可以承接的调解组织，没有任何内容被保存。请到村（社区）或乡镇的人民调解委员会，或拨打12348。",
    en="No mediation office here can take this on, and nothing was kept. Turn to the mediation committee of your "
    "village or township, or call 12348.",
)
WRONG_STATE = refusal_kind(
    "mediation.wrong_state",
    status=409,
    zh="这件调解现在是“{state_zh}”，不能“{action_zh}”。请刷新页面查看最新情况。",
    en="This mediation is “{state_en}” now, so “{action_en}” cannot be done. Load the page again to see how it stands.",
)
NOT_DECLARED = refusal_kind(
    "mediation.not_declared",
    status=400,
    zh="请先声明：与双方和争议没有利害关系，也没有办理过双方的事项。有的请不要承接。",
    en="First declare that you have no interest in the dispute or either party and handled no case of theirs. "
    "If you have, do not take it on.",
)
WHERE_TO_MEET = refusal_kind(
    "mediation.where_to_meet",
    status=400,
    zh="请写明会商的地点；电话里谈的写“电话”。",
    en="Say where the meeting is; for one by telephone write “by telephone”.",
)
NOT_THEN = refusal_kind(
    "mediation.not_then",
    status=400,
    zh="会商时间要在本次调解开始（{since}）之后、一年之内。请核对日期。",
    en="A meeting is after this mediation began ({since}) and within a year from now. Check the date.",
)
NO_SUBJECT = refusal_kind(
    "mediation.no_subject",
    status=400,
    zh="请选择纠纷的种类。",
    en="Please choose what kind of dispute it is.",
)
NO_PLACE = refusal_kind(
    "mediation.no_place",
    status=400,
    zh="请选择所在的村、社区。",
    en="Please choose the village or community.",
)
NO_NAME = refusal_kind(
    "mediation.no_name",
    status=400,
    zh="请写明双方怎么称呼。",
    en="Please say how each of the two parties is called.",
)
NOT_TOLD = refusal_kind(
    "mediation.not_told",
    status=400,
    zh="请先告知双方并征得同意：调解是自愿的，不愿意的按原流程办理。",
    en="First tell both parties and ask them: mediation is voluntary, and without their will the case goes its way.",
)
WRONG_MATTER = refusal_kind(
    "mediation.wrong_matter",
    status=409,
    zh="这类事项不能转调解。",
    en="Cases of this matter cannot be handed to mediation.",
)
NO_WITNESS = refusal_kind(
    "mediation.no_witness",
    status=400,
    zh="请写明签字时谁在场：没有第二人在场的书面同意不作数。",
    en="Say who was present at the signing: consent on paper counts only in the presence of a second person.",
)
NO_TEXT = refusal_kind(
    "mediation.no_text",
    status=400,
    zh="请写明协议内容，每项约定要有日期。",
    en="Please write the agreement; every promise in it needs a date.",
)
OTHER_VERSION = refusal_kind(
    "mediation.other_version",
    status=409,
    zh="协议文本已经改过，请先看新的文本再决定。",
    en="The text of the agreement was changed; read the new one before you decide.",
)
BAD_OUTCOME = refusal_kind(
    "mediation.bad_outcome",
    status=400,
    zh="请选择与情况相符的结果。",
    en="Choose an outcome that fits how things stand.",
)

LETTERS: Final = ("a", "b")
ACTIONS: Final[Mapping[str, tuple[Words, frozenset[str]]]] = {
    "take_on": (Words("承接", "take on"), frozenset({"requested", "agreed"})),
    "step_back": (Words("回避", "stand back"), frozenset({"invited", "talking"})),
    "invite": (Words("发邀请码", "invite"), frozenset({"invited", "talking", "agreed"})),
    "consent": (Words("同意或不同意", "consent or decline"), frozenset({"requested", "invited", "talking"})),
    "object": (Words("请求更换调解员", "ask for another mediator"), frozenset({"invited", "talking"})),
    "meet": (Words("约定见面", "set a meeting"), frozenset({"invited", "talking"})),
    "draft": (Words("起草协议", "draft the agreement"), frozenset({"talking"})),
    "agree": (Words("同意协议", "agree"), frozenset({"talking"})),
    "perform": (Words("记录履行", "record what was kept"), frozenset({"agreed"})),
    "close": (Words("结束", "end"), frozenset({"requested", "invited", "talking", "agreed"})),
}
"""Each step and the states in which it may be taken."""
_OUTCOMES_OF: Final[Mapping[str, frozenset[str]]] = {
    "agreed": frozenset({"performed", "not_performed"}),
    "talking": frozenset({"no_agreement", "withdrawn"}),
    "invited": frozenset({"no_consent"}),
}


@dataclass(frozen=True)
class Promised:
    """One line of an agreement: by when, who (`a`, `b` or `both`), what."""

    due: date
    who: str
    what: str


def require_open(action: str, state: str, policy: Policy) -> None:
    """Refuse a step that may not be taken in a state."""
    words, states = ACTIONS[action]
    if state not in states:
        raise Refusal((worded(WRONG_STATE, state=policy.states[state], action=words),))


def after_consent(consents: Sequence[str]) -> tuple[str, str]:
    """State and outcome by what both parties said: it opens when both consent, it ends when one does not."""
    if "withdrawn" in consents:
        return "closed", "withdrawn"
    if "refused" in consents:
        return "closed", "no_consent"
    return ("talking", "") if all(one == "given" for one in consents) else ("invited", "")


def all_agreed(versions: Iterable[int | None], current: int) -> bool:
    """Whether both parties agreed to the text as it stands now."""
    return all(version == current for version in versions)


def require_agreement(text: str, promises: Sequence[Promised]) -> None:
    """Refuse an agreement without words, or a promise that names nothing or nobody."""
    if not text.strip() or any(not one.what.strip() or one.who not in {*LETTERS, "both"} for one in promises):
        raise refuse(NO_TEXT)


def outcomes_open(state: str) -> frozenset[str]:
    """The outcomes with which a mediator may end a mediation in a state."""
    return _OUTCOMES_OF.get(state, frozenset())


def missing(*, subject: bool, place: bool, names: bool) -> tuple[Reason, ...]:
    """What a new mediation lacks, all of it."""
    return tuple(
        Reason(code) for code, there in ((NO_SUBJECT, subject), (NO_PLACE, place), (NO_NAME, names)) if not there
    )
