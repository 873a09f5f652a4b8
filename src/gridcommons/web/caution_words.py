"""Public warnings in words: how a message stands, as a pill; what it rests on; its severity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from gridcommons.kit.words import Words
from gridcommons.outlook.alerts import Severity
from gridcommons.outlook.cautions.grounds import COLOUR, WARNING
from gridcommons.outlook.cautions.queries import CautionFacts
from gridcommons.outlook.cautions.rules import STATE_WORDS, State
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


def pill_of(one: CautionFacts) -> Status:
    """How a message stands."""
    tone, icon = _TONES[one.state]
    return Status(STATE_WORDS[one.state], tone, icon)


def severity_of(one: CautionFacts) -> Words | None:
    """How severe it is, by its template."""
    return SEVERITY_WORDS[one.template.severity] if one.template else None


def ground_words(name: str) -> Words:
    """What a warning rests on."""
    return GROUND_WORDS[name.partition(":")[0]]
