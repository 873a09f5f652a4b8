"""Public warnings in words: how a message stands, as a pill; what it rests on, what it is about, how it is marked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gridcommons.kit.words import Words
from gridcommons.outlook.alerts import Certainty, Response, Severity, Urgency
from gridcommons.outlook.categories import Category
from gridcommons.outlook.cautions.grounds import COLOUR, WARNING
from gridcommons.outlook.cautions.queries import CautionFacts
from gridcommons.outlook.cautions.rules import STATE_WORDS, State
from gridcommons.outlook.cautions.templates import Template
from gridcommons.web.pieces import Status

_TONES: Final[Mapping[State, tuple[str, str]]] = {
    State.WAITING: ("now", "clock"), State.DROPPED: ("plain", "circle-x"),
    State.DECLINED: ("plain", "circle-x"), State.IN_FORCE: ("late", "alert-triangle"),
    State.EXPIRED: ("done", "history"), State.UPDATED: ("plain", "history"), State.CANCELLED: ("done", "circle-check"),
}  # fmt: skip
KIND_WORDS: Final[Mapping[str, Words]] = {
    "Alert": Words("新预警", "new warning"), "Update": Words("更新", "update"), "Cancel": Words("解除", "calling off"),
}  # fmt: skip
GROUND_WORDS: Final[Mapping[str, Words]] = {
    COLOUR: Words("已签字的颜色", "a signed colour"), WARNING: Words("判断属实的异常", "an alarm judged true"),
    "": Words("具名负责人的判断", "the word of a named officer"),
}  # fmt: skip
SEVERITY_WORDS: Final[Mapping[Severity, Words]] = {
    Severity.EXTREME: Words("特别严重", "extreme"), Severity.SEVERE: Words("严重", "severe"),
    Severity.MODERATE: Words("较重", "moderate"), Severity.MINOR: Words("一般", "minor"),
    Severity.UNKNOWN: Words("未知", "unknown"),
}  # fmt: skip
URGENCY_WORDS: Final[Mapping[Urgency, Words]] = {
    Urgency.IMMEDIATE: Words("立即", "at once"), Urgency.EXPECTED: Words("尽快", "soon"),
    Urgency.FUTURE: Words("近期", "in the near future"), Urgency.PAST: Words("已过去", "past"),
    Urgency.UNKNOWN: Words("未知", "unknown"),
}  # fmt: skip
CERTAINTY_WORDS: Final[Mapping[Certainty, Words]] = {
    Certainty.OBSERVED: Words("已发生", "observed"), Certainty.LIKELY: Words("很可能", "likely"),
    Certainty.POSSIBLE: Words("可能", "possible"), Certainty.UNLIKELY: Words("不太可能", "unlikely"),
    Certainty.UNKNOWN: Words("未知", "unknown"),
}  # fmt: skip
RESPONSE_WORDS: Final[Mapping[Response, Words]] = {
    Response.SHELTER: Words("就地躲避", "take shelter"), Response.EVACUATE: Words("撤离", "leave the place"),
    Response.PREPARE: Words("做好准备", "prepare"), Response.EXECUTE: Words("按要求做", "do as is said"),
    Response.AVOID: Words("避开", "avoid it"), Response.MONITOR: Words("留意消息", "look out for news"),
    Response.ALL_CLEAR: Words("已解除", "all clear"), Response.NONE: Words("不需行动", "nothing"),
}  # fmt: skip
CATEGORY_WORDS: Final[Mapping[Category, Words]] = {
    Category.HEALTH: Words("卫生健康", "health"), Category.SAFETY: Words("公共安全隐患", "safety, hazards"),
    Category.FIRE: Words("火灾", "fire"), Category.MET: Words("气象", "weather"),
    Category.GEO: Words("地质（滑坡、地震等）", "ground: landslide, earthquake"),
    Category.ENV: Words("生态环境", "environment and nuisance"),
    Category.INFRA: Words("水电气等设施", "water, power, gas, networks"),
    Category.TRANSPORT: Words("交通", "roads and transport"), Category.RESCUE: Words("搜救", "search and rescue"),
    Category.CBRNE: Words("危险化学品、核生化", "chemical, biological, nuclear, explosive"),
    Category.OTHER: Words("其他", "other"),
}  # fmt: skip


def pill_of(one: CautionFacts) -> Status:
    """How a message stands."""
    tone, icon = _TONES[one.state]
    return Status(STATE_WORDS[one.state], tone, icon)


def severity_of(one: CautionFacts) -> Words | None:
    """How severe it is, by its template."""
    return SEVERITY_WORDS[one.template.severity] if one.template else None


def category_words(one: CautionFacts) -> Words:
    """What it is about."""
    return CATEGORY_WORDS[one.category]


def marked_words(template: Template, *, ends: bool = False) -> list[tuple[Words, Words]]:
    """How a message is marked for machines by its template: how soon, how bad, how sure, what to do; or its end."""
    urgency, response = (Urgency.PAST, Response.ALL_CLEAR) if ends else (template.urgency, template.response)
    return [
        (Words("紧急程度", "urgency"), URGENCY_WORDS[urgency]),
        (Words("严重程度", "severity"), SEVERITY_WORDS[template.severity]),
        (Words("确定程度", "certainty"), CERTAINTY_WORDS[template.certainty]),
        (Words("应对", "what to do"), RESPONSE_WORDS[response]),
    ]


def ground_words(name: str) -> Words:
    """What a warning rests on."""
    return GROUND_WORDS[name.partition(":")[0]]
