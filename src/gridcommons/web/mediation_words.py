"""Mediation in words: subjects, states, what each side said, who promised what. Values in, words out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from gridcommons.access.queries import display_names
from gridcommons.cases.mediation.policy import policy
from gridcommons.cases.mediation.queries import Page, SideView
from gridcommons.kit.verdict import Answer, Because, Verdict
from gridcommons.kit.words import Words
from gridcommons.web.pieces import Status

_TONES: Final[Mapping[str, tuple[str, str]]] = {
    "requested": ("now", "inbox"), "invited": ("now", "mail"), "talking": ("now", "messages"),
    "passing": ("parked", "send"), "agreed": ("done", "writing"), "closed": ("plain", "circle-check"),
}  # fmt: skip
LETTERS: Final[Mapping[str, Words]] = {
    "a": Words("甲方", "First party"), "b": Words("乙方", "Second party"), "both": Words("双方", "Both"),
}  # fmt: skip
TOLD_BY: Final[Mapping[str, Words]] = {**LETTERS, "mediator": Words("调解员", "the mediator")}
_CONSENT: Final[Mapping[str, Words]] = {
    "": Words("还没有表示", "has not said yet"), "given": Words("同意调解", "consents"),
    "refused": Words("不愿意调解", "does not want it"), "withdrawn": Words("已退出", "has left"),
}  # fmt: skip
_HOW: Final[Mapping[str, Words]] = {
    "code": Words("本人凭查询码", "by their own code"),
    "paper": Words("书面，有第二人在场", "on paper, a second person present"),
}  # fmt: skip
_ANEW: Final = Words("凭调解员换发的查询码", "by a code that the mediator made anew")


def status_of(state: str, outcome: str = "") -> Status:
    """A state as a pill; once ended, how."""
    tone, icon = _TONES[state]
    words = policy().outcomes[outcome] if outcome and state == "closed" else policy().states[state]
    return Status(words, tone, icon)


def _how(side: SideView, how: str, at: datetime | None) -> Words:
    """How a side said something; a code that its mediator had replaced before is not called its own."""
    anew = how == "code" and side.replaced_at is not None and at is not None and at >= side.replaced_at
    return _ANEW if anew else _HOW[how]


def consent_words(side: SideView) -> Words:
    """What a side said about taking part, and how it said so."""
    said = _CONSENT[side.consent]
    if not side.consent_how:
        return said
    how = _how(side, side.consent_how, side.consent_at)
    return Words(f"{said.zh}（{how.zh}）", f"{said.en} ({how.en})")


def agreed_words(side: SideView) -> Words:
    """Whether a side agreed to the text as it stands."""
    if not side.has_agreed:
        return Words("还没有同意文本", "has not agreed to the text")
    how = _how(side, side.agreed_how, side.agreed_at)
    return Words(f"同意文本（{how.zh}）", f"agrees to the text ({how.en})")


def why(mediator: Words) -> Verdict:
    """What mediation is, why this mediator, and what stays open."""
    return Verdict(
        answer=Answer.YES,
        subject=Words(f"由{mediator.zh}调解", f"Mediated by {mediator.en}"),
        because=(
            Because(
                Words(
                    "自愿、免费、保密；双方都同意才开始，任何一方随时可以退出，不影响去法院。",
                    "Voluntary, free and confidential: it begins when both consent, either may leave at any time, and "
                    "the court stays open.",
                ),
                Words("《人民调解法》", "People's Mediation Law"),
            ),
            Because(
                Words(
                    "调解员声明与双方和争议没有利害关系；办理过双方事项的人看不到。",
                    "The mediator declared to have no interest in it; nobody who handled a case of yours can see it.",
                ),
                policy().owner,
            ),
        ),
        rule="mediation.policy",
        version=policy().version,
        owner=policy().owner,
        contest=Words(
            "不放心这位调解员的，可以请求更换，不需要说明理由。",
            "If you do not trust this mediator, ask for another; no reason is needed.",
        ),
    )


def subject_words(page: Page) -> Words:
    """The kind of dispute."""
    return policy().subjects[page.subject]


def mediator_words(page: Page) -> Words:
    """Who mediates, by name and office: parties must be able to object; the office alone before somebody took it on."""
    office = Words(page.office.name_zh, page.office.name_en) if page.office else Words("调解组织", "mediation office")
    name = display_names([page.mediator]).get(page.mediator, "")
    return Words(f"{name}（{office.zh}）", f"{name} ({office.en})") if name else office


def shown(page: Page) -> dict[str, Any]:
    """What a page of a mediation shows, for whoever reads it."""
    return {
        "page": page, "status": status_of(page.state, page.outcome), "subject": subject_words(page),
        "sides": [(side, LETTERS[side.letter], consent_words(side), agreed_words(side)) for side in page.sides],
        "promises": [(one, LETTERS[one.who], TOLD_BY.get(one.told_by, "")) for one in page.promises],
    }  # fmt: skip
