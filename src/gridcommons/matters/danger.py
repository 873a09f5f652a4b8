"""Danger to life in a person's own words: what to call first. Pure; the words are a public file with an owner.

The numbers are national (110 police, 119 fire and rescue, 120 ambulance, 12356 psychological line). Nothing of what
was asked is kept. An entry of this list admits and refuses nothing: it only stands before the answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from gridcommons.kit.errors import Refusal
from gridcommons.kit.words import Words
from gridcommons.matters.phrases import Span, character_spans, cleaned, han, token_spans, tokens, uncovered
from gridcommons.matters.reading import Entry, Faults, Table, read_entries, read_table

FILE: Final = Path(__file__).parent / "data" / "danger.toml"
BETWEEN: Final = 2
"""Words that may stand between the two of a pair: "hits his old mother"."""

LINES: Final[dict[str, Words]] = {
    "110": Words(zh="公安报警", en="Police"),
    "119": Words(zh="消防救援", en="Fire and rescue"),
    "120": Words(zh="医疗急救", en="Ambulance"),
    "12356": Words(zh="心理援助热线", en="Psychological line"),
}
"""What answers at each number."""


@dataclass(frozen=True)
class Danger:
    """One kind of danger: what to do, the numbers in order, and the words that tell it.

    `near_en`: a word of the first list followed by one of the second. `alone_en`: words that are the whole question.
    """

    key: str
    name: Words
    say: Words
    numbers: tuple[str, ...]
    words_zh: tuple[str, ...]
    words_en: tuple[tuple[str, ...], ...]
    innocent_zh: tuple[str, ...] = ()
    innocent_en: tuple[tuple[str, ...], ...] = ()
    near_en: tuple[frozenset[str], ...] = ()
    alone_en: frozenset[str] = frozenset()

    @property
    def lines(self) -> tuple[tuple[str, Words], ...]:
        """Each number with who answers there."""
        return tuple((number, LINES[number]) for number in self.numbers)


@dataclass(frozen=True)
class Dangers:
    """The whole list and who answers for it."""

    owner: Words
    listed: tuple[Danger, ...]

    def told_by(self, text: str) -> tuple[Danger, ...]:
        """The dangers that a text tells of, in the order of the list."""
        plain = cleaned(text)
        chinese, english = han(plain), tokens(plain)
        return tuple(one for one in self.listed if _in_chinese(one, chinese) or _in_english(one, english))


def _in_chinese(danger: Danger, text: str) -> bool:
    met = [span for word in danger.words_zh for span in character_spans(word, text)]
    return bool(uncovered(met, [span for word in danger.innocent_zh for span in character_spans(word, text)]))


def _in_english(danger: Danger, words: Sequence[str]) -> bool:
    if len(words) == 1 and words[0] in danger.alone_en:
        return True
    met = [*_spans(danger.words_en, words), *_pairs(danger.near_en, words)]
    return bool(uncovered(met, _spans(danger.innocent_en, words)))


def _spans(phrases: Iterable[tuple[str, ...]], words: Sequence[str]) -> list[Span]:
    return [span for phrase in phrases for span in token_spans(phrase, words)]


def _pairs(near: Sequence[frozenset[str]], words: Sequence[str]) -> list[Span]:
    """Where a word of the second list follows one of the first closely."""
    if not near:
        return []
    first, second = near
    return [
        Span(at, to + 1)
        for at, word in enumerate(words)
        if word in first
        for to in range(at + 1, min(at + BETWEEN + 2, len(words)))
        if words[to] in second
    ]


@cache
def shipped_dangers() -> Dangers:
    """The list that comes with the program, read once."""
    return load_dangers(FILE)


def load_dangers(path: Path) -> Dangers:
    """Read the list; one refusal names every fault in it."""
    faults = Faults()
    raw = read_table(path, faults)
    owner = Entry(path.name, raw, faults).table("list").words("owner")
    listed = read_entries(raw, "danger", path.name, faults, _danger)
    if faults.found:
        raise Refusal(tuple(faults.found))
    return Dangers(owner, tuple(listed))


def _danger(entry: Entry) -> Danger:
    raw = entry.raw
    return Danger(
        key=entry.text("key"),
        name=entry.words("name"),
        say=entry.words("say"),
        numbers=_numbers(entry),
        words_zh=tuple(han(cleaned(word)) for word in entry.phrases("words", "zh")),
        words_en=_apart(entry.phrases("words", "en")),
        innocent_zh=tuple(_optional(raw, "innocent", "zh")),
        innocent_en=_apart(_optional(raw, "innocent", "en")),
        near_en=tuple(frozenset(side) for side in _optional(raw, "near", "en")),
        alone_en=frozenset(_optional(raw, "alone", "en")),
    )


def _numbers(entry: Entry) -> tuple[str, ...]:
    """The numbers, each one of those known; an unknown one could send somebody to nobody."""
    listed = entry.raw.get("numbers") or [None]
    return tuple(
        Entry(entry.where, {"numbers": number}, entry.faults).one_of("numbers", tuple(LINES)) for number in listed
    )


def _apart(phrases: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(tokens(cleaned(phrase))) for phrase in phrases)


def _optional(raw: Table, item: str, language: str) -> list[Any]:
    return list(raw.get(item, {}).get(language, ()))
