"""How words are found in a text: whole words in English, stretches of characters in Chinese."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MOST_CHARACTERS = 4_000
"""A report is read up to here; a longer one is a mistake or an attack."""

_INVISIBLE = re.compile("[\u00ad\u034f\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")
_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_APOSTROPHE = re.compile("['\u2019]")
_HAN = "\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HAN_RUN = re.compile(f"[{_HAN}]+")
_GAP_IN_HAN = re.compile(f"(?<=[{_HAN}])[\\s_·・.\\-]+(?=[{_HAN}])")


@dataclass(frozen=True)
class Span:
    """Where a phrase stands: from `start` up to, not including, `end` (tokens or characters)."""

    start: int
    end: int

    def within(self, other: Span) -> bool:
        """Whether the other span covers this one."""
        return other.start <= self.start and self.end <= other.end


def cleaned(text: str, most: int = MOST_CHARACTERS) -> str:
    """One spelling per sign: wide letters, ligatures and accents folded, invisible signs dropped, cut to length."""
    folded = unicodedata.normalize("NFKD", _INVISIBLE.sub("", text[:most]))
    return "".join(sign for sign in folded if not unicodedata.combining(sign))


def tokens(text: str) -> list[str]:
    """English words and numbers of a cleaned text in lower case; snake_case and camelCase are taken apart."""
    return [word.lower() for word in _WORD.findall(_APOSTROPHE.sub("", text))]


def han(text: str) -> str:
    """The cleaned text for Chinese search: lower case, and no blanks, dashes or underscores between characters."""
    return _GAP_IN_HAN.sub("", text).lower()


def han_runs(text: str) -> list[str]:
    """The unbroken stretches of Chinese characters."""
    return _HAN_RUN.findall(text)


def token_spans(phrase: Sequence[str], words: Sequence[str]) -> list[Span]:
    """Where the words of a phrase follow one another, or stand written together as one word."""
    sought, size = list(phrase), len(phrase)
    if not sought:
        return []
    found = [Span(at, at + size) for at in _places(sought[0], words) if list(words[at : at + size]) == sought]
    if size > 1:
        found += [Span(at, at + 1) for at in _places("".join(sought), words)]
    return found


def apart_spans(phrase: Sequence[str], words: Sequence[str]) -> list[Span]:
    """Where a phrase stands with its syllables written apart, as `min_zu` for minzu."""
    sought = "".join(phrase)
    starts = (at for at, word in enumerate(words) if sought.startswith(word) and word != sought)
    return [span for at in starts if (span := _grown(sought, words, at)) is not None]


def _grown(sought: str, words: Sequence[str], start: int) -> Span | None:
    """The words from `start` on that together spell what is sought."""
    spelt, end = "", start
    while end < len(words) and sought.startswith(spelt + words[end]):
        spelt, end = spelt + words[end], end + 1
    return Span(start, end) if spelt == sought else None


def _places(word: str, words: Sequence[str]) -> list[int]:
    """Where a word stands; most phrases share no word with a text, so absence is found first."""
    return [at for at, other in enumerate(words) if other == word] if word in words else []


def character_spans(phrase: str, text: str) -> list[Span]:
    """Where a Chinese phrase stands in a text, overlaps included."""
    found, at = [], text.find(phrase)
    while at >= 0:
        found.append(Span(at, at + len(phrase)))
        at = text.find(phrase, at + 1)
    return found


def uncovered(spans: Iterable[Span], covers: Sequence[Span]) -> list[Span]:
    """The spans that no covering span holds entirely."""
    return [span for span in spans if not any(span.within(cover) for cover in covers)]
