"""One family of refusals: a word code, and a sentence that a resident understands."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from gridcommons.kit.dates import day_text
from gridcommons.kit.words import Words

_DAY: Final = re.compile(r"(\d{4}-\d\d-\d\d)( \d\d:\d\d)?", re.ASCII)


@dataclass(frozen=True)
class Reason:
    """One thing that stands in the way, named by a code and its facts."""

    code: str
    facts: tuple[tuple[str, str], ...] = ()

    def words(self) -> Words:
        """The sentence of this reason in both languages, facts filled in."""
        zh, en = sentence_of(self.code)
        facts = [{key: _dated(text, tongue) for key, text in self.facts} for tongue in ("zh", "en")]
        return Words(zh=zh.format_map(facts[0]), en=en.format_map(facts[1]))


def _dated(text: str, tongue: str) -> str:
    """A fact that is a day, or a day with its minute, as people read it, the year said; any other as it stands."""
    found = _DAY.fullmatch(text)
    try:
        day = date.fromisoformat(found[1]) if found else None
    except ValueError:
        return text
    return f"{day_text(day, tongue, this_year=0)}{found[2] or ''}" if found and day else text


@dataclass(frozen=True)
class RefusalKind:
    """A kind of refusal: HTTP status and the two sentences."""

    code: str
    status: int
    zh: str
    en: str


_KINDS: Final[dict[str, RefusalKind]] = {}


def refusal_kind(code: str, *, status: int, zh: str, en: str) -> str:
    """Register a refusal code once, with its status and sentences; a second registration is an error."""
    if code in _KINDS:
        raise ValueError(f"refusal code {code!r} is registered twice")
    _KINDS[code] = RefusalKind(code=code, status=status, zh=zh, en=en)
    return code


def refusal_kinds() -> dict[str, RefusalKind]:
    """All registered kinds by code (a copy)."""
    return dict(_KINDS)


def sentence_of(code: str) -> tuple[str, str]:
    """The Chinese and the English sentence of a code."""
    kind = _KINDS[code]
    return kind.zh, kind.en


@dataclass
class Refusal(Exception):
    """The program declines; `reasons` names everything that is missing, not only the first thing."""

    reasons: tuple[Reason, ...] = field(default_factory=tuple)

    def __str__(self) -> str:
        """The English sentences: filled in when they are read, since most refusals are only asked for their codes."""
        return "; ".join(reason.words().en for reason in self.reasons)

    @property
    def code(self) -> str:
        """The code of the first reason."""
        return self.reasons[0].code

    @property
    def status(self) -> int:
        """The HTTP status of the first reason."""
        return _KINDS[self.code].status

    def words(self) -> Words:
        """All sentences, joined, in both languages."""
        parts = [reason.words() for reason in self.reasons]
        return Words(zh="".join(part.zh for part in parts), en=" ".join(part.en for part in parts))


def refuse(code: str, /, **facts: object) -> Refusal:
    """A refusal with one reason: `raise refuse("area.unknown", code="3399")`."""
    return Refusal((Reason(code, tuple((key, str(value)) for key, value in facts.items())),))


def require_none(reasons: tuple[Reason, ...]) -> None:
    """Refuses with everything that is in the way, if anything is."""
    if reasons:
        raise Refusal(reasons)


def worded(code: str, /, **facts: object) -> Reason:
    """A reason with facts, of which words stand as `{name_zh}` and `{name_en}` in the sentence of each language."""
    told: list[tuple[str, str]] = []
    for name, fact in facts.items():
        words = fact.as_dict() if isinstance(fact, Words) else {}
        told += [(f"{name}_{tongue}", text) for tongue, text in words.items()] or [(name, str(fact))]
    return Reason(code, tuple(told))


def code_of(error: Exception) -> str:
    """What logs and rows call an error: a refusal by its code, any other by its kind, for its text may hold data."""
    return error.code if isinstance(error, Refusal) else type(error).__name__
