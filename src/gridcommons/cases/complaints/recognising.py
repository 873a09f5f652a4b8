"""Whether words are a complaint about staff, so that its own way can be offered. Pure; the words are a file.

Nothing of what was read is kept, and nothing is refused: a person decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from gridcommons.kit.shipped import Raw, shipped
from gridcommons.matters.phrases import Span, character_spans, cleaned, han, token_spans, tokens, uncovered

Phrase = TypeVar("Phrase")
Text = TypeVar("Text")


@dataclass(frozen=True)
class Tongue:
    """The lists of one language, each phrase as that language finds it."""

    persons: tuple[Any, ...]
    wrongs: tuple[Any, ...]
    whole: tuple[Any, ...]
    innocent: tuple[Any, ...]
    between: int


def _lists() -> tuple[Tongue, Tongue]:
    return shipped("gridcommons.cases.complaints", "recognition.toml", _tongues)


def _tongues(raw: Raw) -> tuple[Tongue, Tongue]:
    return _tongue(raw, "zh", lambda word: han(cleaned(word))), _tongue(raw, "en", lambda word: tokens(cleaned(word)))


def _tongue(raw: dict[str, Any], language: str, shape: Callable[[str], Any]) -> Tongue:
    persons, wrongs, whole, innocent = (
        tuple(map(shape, raw[name][language])) for name in ("persons", "wrongs", "whole", "innocent")
    )
    return Tongue(persons, wrongs, whole, innocent, raw["between"][language])


def is_about_staff(text: str) -> bool:
    """Whether a text complains about a member of staff or an office, in Chinese or English."""
    plain = cleaned(text)
    chinese, english = _lists()
    return _told(chinese, han(plain), character_spans) or _told(english, tokens(plain), token_spans)


def _told(lists: Tongue, text: Text, find: Callable[[Phrase, Text], list[Span]]) -> bool:
    def spans(phrases: Iterable[Phrase]) -> list[Span]:
        return [span for phrase in phrases for span in find(phrase, text)]

    innocent = spans(lists.innocent)
    if uncovered(spans(lists.whole), innocent):
        return True
    return _near(uncovered(spans(lists.persons), innocent), uncovered(spans(lists.wrongs), innocent), lists.between)


def _near(persons: Sequence[Span], wrongs: Sequence[Span], between: int) -> bool:
    """Whether a wrong stands within reach of a person, before or after."""
    return any(
        max(one.start - other.end, other.start - one.end) <= between for one in persons for other in wrongs
    )  # fmt: skip
