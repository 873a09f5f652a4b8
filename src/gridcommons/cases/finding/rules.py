"""What somebody asks for: words, phrases, what must not be there; where they stand in a text. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import UUID

from gridcommons.kit.errors import refusal_kind

TOO_SHORT = refusal_kind(
    "finding.too_short",
    status=400,
    zh="请至少输入两个相连的字（如“隐患”）；单个字太常见，可以和另一个词一起用。",
    en="Give at least two signs in a row; a single one is too common, but may stand beside a word.",
)
MOST_WORDS: Final = 8
LONGEST: Final = 200
"""Signs of a search; what goes beyond is cut off."""
_SEPARATORS: Final = re.compile(r"[][\s,;:!?\"'(){}<>|~^*`$%&=\\、。“”‘’《》〈〉【】「」『』…—·]+")
"""As `finding_plain` in the database has them: a blank in a word or phrase stands for any of them."""
_QUOTED: Final = re.compile(r"(?:(?<=\s)|^)([-–]?)[\"“”「『]([^\"“”「」『』]*)[\"“”」』]|(\S+)")
_CODE: Final = re.compile(r"[2-9A-HJ-NP-Z]{4}(-[2-9A-HJ-NP-Z]{4}){2}")
_SNIPPET, _BEFORE = 90, 24
_OFTEN: Final = 3


@dataclass(frozen=True)
class Word:
    """A word or phrase in its plain form; `absent`: what must not be there."""

    text: str
    absent: bool = False

    @property
    def is_pair(self) -> bool:
        """Whether two signs stand in a row, by which cases can be told apart."""
        return any(len(run) > 1 for run in self.text.split(" "))


@dataclass(frozen=True)
class Asked:
    """The words of a search, all of which a case must hold."""

    words: tuple[Word, ...] = ()

    @property
    def present(self) -> tuple[Word, ...]:
        """What must be there."""
        return tuple(word for word in self.words if not word.absent)

    @property
    def is_findable(self) -> bool:
        """Whether at least one word that must be there has two signs in a row."""
        return any(word.is_pair for word in self.present)


@dataclass(frozen=True)
class Mark:
    """A place in the order of cases, newest first: what comes after it is older."""

    at: datetime
    case_id: UUID


@dataclass(frozen=True)
class Wish:
    """What is searched for: words and filters; empty parts do not filter."""

    asked: Asked = field(default_factory=Asked)
    states: tuple[str, ...] = ()
    matter_key: str = ""
    area_code: str = ""
    office_id: UUID | None = None
    first: datetime | None = None
    last: datetime | None = None


def plain(text: str) -> str:
    """Words in their one form: full width as half width, small letters, marks and line ends as one blank."""
    return _SEPARATORS.sub(" ", without_controls(unicodedata.normalize("NFKC", text).lower())).strip()


def without_controls(text: str) -> str:
    """A text with a blank for every sign that is none: what steers a device, and halves of signs."""
    return "".join(" " if unicodedata.category(sign) in {"Cc", "Cs"} else sign for sign in text)


def parse(text: str) -> Asked:
    """Several words are all meant, quotes hold a phrase together, a minus before a word keeps it out."""
    found: dict[Word, None] = {}
    for sign, phrase, word in _QUOTED.findall(_half(text[:LONGEST])):
        absent = bool(sign) or (len(word) > 1 and word[0] in "-–")
        one = Word(plain(phrase or word.lstrip("-–" if absent else "")), absent)
        if one.text.strip("-–. "):
            found[one] = None
    return Asked(tuple(found)[:MOST_WORDS])


def _half(text: str) -> str:
    """Full-width quotes, minus and blanks as they are typed on a Chinese keyboard, in their common form."""
    return without_controls(text).replace("\u3000", " ").replace("－", "-").replace("＂", '"')


def is_reporters_code(text: str) -> bool:
    """Whether somebody typed the shape of a tracking code, which opens nothing here."""
    return _CODE.fullmatch(text.strip().upper()) is not None


def spans(text: str, words: Iterable[Word]) -> list[tuple[int, int]]:
    """Where the words stand in a text, as starts and ends of its own signs, in order and without overlaps."""
    even, homes = _mapped(text)
    hits: list[tuple[int, int]] = []
    for word in words:
        if word.absent:
            continue
        pattern = _SEPARATORS.pattern.join(re.escape(part) for part in word.text.split(" ") if part)
        hits += [(homes[m.start()], homes[m.end() - 1] + 1) for m in re.finditer(pattern, even) if m.end() > m.start()]
    return _joined(hits)


def _mapped(text: str) -> tuple[str, list[int]]:
    """The even form of a text, sign by sign, and for each of its signs the place it comes from."""
    parts = [unicodedata.normalize("NFKC", sign).lower() for sign in text]
    return "".join(parts), [at for at, part in enumerate(parts) for _ in part]


def _joined(hits: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    out: list[tuple[int, int]] = []
    for start, end in sorted(hits):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out


@dataclass(frozen=True)
class Piece:
    """A piece of a snippet; `hit`: one of the words that were asked for."""

    text: str
    hit: bool


def snippet(text: str, words: Sequence[Word]) -> tuple[Piece, ...]:
    """The part of a text around the first hit, with all hits in it set apart; its beginning where nothing is hit."""
    text = " ".join(text.split())
    hits = spans(text, words)
    start = max(0, hits[0][0] - _BEFORE) if hits and hits[0][1] > _SNIPPET else 0
    end = min(len(text), start + _SNIPPET)
    pieces, at = [Piece("…", hit=False)] if start else [], start
    for left, right in hits:
        if left >= end:
            break
        if left > at:
            pieces.append(Piece(text[at:left], hit=False))
        pieces.append(Piece(text[left : min(right, end)], hit=True))
        at = right
    if at < end:
        pieces.append(Piece(text[at:end], hit=False))
    return (*pieces, *([Piece("…", hit=False)] if end < len(text) else []))


def score(text: str, words: Sequence[Word]) -> float:
    """How well a text fits: each word by how often it stands there, three times at most, more near the beginning."""
    total = 0.0
    for word in words:
        hits = spans(text, [word])
        if hits:
            total += min(len(hits), _OFTEN) + 1 / (1 + hits[0][0] / _BEFORE)
    return total
