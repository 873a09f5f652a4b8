"""The county's limits for cases that are not simple, read from data: how long, how often, how near."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.shipped import shipped_text, understood
from gridcommons.kit.span import Span, parse_span
from gridcommons.kit.words import Words

UNSOUND = refusal_kind(
    "case.limits_unsound",
    status=400,
    zh="事项办理限制文件有误：{what}。请改正后重新发布。",
    en="The file of limits for cases is unsound: {what}. Correct it and publish it again.",
)
LEVELS = ("township", "county", "city", "province")
# Why a case went a level up, as its life line keeps it.
LATE = Words("办理期限已过。", "The time for handling it has run out.")
UNFILED = Words("受理期限已过，尚未立案。", "The time for filing it has run out.")
MOVED = Words("区划调整后，不再由原上级管辖。", "Its place no longer lies under the level that had it.")
SENT_BACK = Words("多次被退回。", "It was sent back repeatedly.")


@dataclass(frozen=True)
class Escalation:
    """When a case goes a level up: so long after its deadline, or sent back so often; and to which kinds of office."""

    after_late: Span
    returns: int
    next_level_after: Span
    offices: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Asking:
    """The question whether it is still in order: asked so long after the end, open for so long."""

    after: timedelta
    answer_within: timedelta
    not_older_than: timedelta


@dataclass(frozen=True)
class Weights:
    """What likeness is made of: the least score that counts, and the weight of each thing; the three sum to one."""

    least: float
    near: float
    matter: float
    words: float
    same_group: float
    same_grid: float
    same_village: float
    shown: int


@dataclass(frozen=True)
class Limits:
    """All limits of one edition."""

    version: str
    owner: Words
    extension: timedelta
    parking: timedelta
    escalation: Escalation
    reopening: timedelta
    asking: Asking
    likeness: Weights


@cache
def limits() -> Limits:
    """The limits that ship with the program."""
    return parse_limits(shipped_text("gridcommons.cases", "limits.toml"))


def parse_limits(text: str) -> Limits:
    """Limits from TOML text; refuses (`case.limits_unsound`) what cannot be read or makes no sense."""
    found = understood(text, _read, UNSOUND)
    weights = found.likeness
    if abs(weights.near + weights.matter + weights.words - 1) > 1e-9:  # noqa: PLR2004
        raise refuse(UNSOUND, what="near + matter + words != 1")
    if found.asking.after >= found.reopening + found.asking.answer_within:
        raise refuse(UNSOUND, what="asking.after_days")
    return found


def _read(raw: dict[str, Any]) -> Limits:
    up, asking = raw["escalation"], raw["asking"]
    return Limits(
        version=raw["version"],
        owner=Words(zh=raw["owner_zh"], en=raw["owner_en"]),
        extension=_days(raw["extension"]["most_days"]),
        parking=_days(raw["parking"]["most_days"]),
        escalation=Escalation(
            parse_span(up["after_late"]), _positive(up["returns"]), parse_span(up["next_level_after"]),
            {level: tuple(up[level]) for level in LEVELS},
        ),
        reopening=_days(raw["reopening"]["within_days"]),
        asking=Asking(*(_days(asking[key]) for key in ("after_days", "answer_within_days", "not_older_than_days"))),
        likeness=Weights(**{**raw["likeness"], "shown": _positive(raw["likeness"]["shown"])}),
    )  # fmt: skip


def _days(number: object) -> timedelta:
    return timedelta(days=_positive(number))


def _positive(number: object) -> int:
    if type(number) is not int or number < 1:
        raise ValueError(f"{number}?")
    return number
