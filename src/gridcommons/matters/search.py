"""Finding the matter that a resident's own words mean.

Each list entry (matter, vitality, negative) is a small document. A keyword that stands whole in the text counts by its
length and rarity; single words (English) and pairs of characters (Chinese) that are shared count a little, by rarity.
No learning, no log of what was asked: the same words give the same answer, and the keywords are in the public files.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gridcommons.matters.phrases import character_spans, cleaned, han, han_runs, token_spans, tokens

PHRASE_WEIGHT: Final = 1.0
"""Of a keyword standing whole in the text."""
NAME_WEIGHT: Final = 0.35
"""Of a shared word or pair of characters in name or keywords."""
DESCRIPTION_WEIGHT: Final = 0.08
"""Of one that stands only in the description."""
OTHER_LANGUAGE: Final = 0.6
"""What a hit in the language not asked for still counts when a text mixes both."""
FURTHER_PHRASES: Final = 0.25
"""What a second, third ... keyword adds, so that many short ones do not beat the one that says it all."""

NEAR_BEST: Final = 0.45
"""The part of the best score from which a further entry is worth showing beside it."""
LEAST_SHOWN: Final = 0.9
"""The score below which words are shared by chance."""

_SHORTEST_STEM: Final = 3
_ENDINGS: Final = (("ies", "y"), ("ing", ""), ("ed", ""), ("s", ""))


@dataclass(frozen=True)
class Document:
    """What can be found: its key, its keywords by language, name and description."""

    key: str
    keywords_zh: tuple[str, ...]
    keywords_en: tuple[str, ...]
    name_zh: str
    name_en: str
    description_zh: str = ""
    description_en: str = ""


@dataclass(frozen=True)
class Hit:
    """A document found, its score (bigger is better, only for ordering), and the keywords met whole."""

    key: str
    score: float
    matched: tuple[str, ...]


@dataclass(frozen=True)
class _Entry:
    """One document in one language: its phrases as word sequences, its words and the words of its description."""

    key: str
    phrases: Mapping[str, tuple[str, ...]]
    words: frozenset[str]
    further: frozenset[str]


@dataclass(frozen=True)
class Index:
    """Documents ready to be searched in both languages, with the rarity of each word or pair of characters."""

    zh: tuple[_Entry, ...]
    en: tuple[_Entry, ...]
    rarity_zh: Mapping[str, float]
    rarity_en: Mapping[str, float]

    def find(self, text: str, language: str) -> list[Hit]:
        """Documents that share something with the text, best first; equal ones in the order of the catalogue."""
        plain = cleaned(text)
        words, characters = [stem(word) for word in tokens(plain)], han(plain)
        mixed = bool(words) and bool(han_runs(characters))
        chinese = language.lower().startswith("zh")
        zh = self._chinese(characters, OTHER_LANGUAGE if mixed and not chinese else 1.0)
        en = self._english(words, OTHER_LANGUAGE if mixed and chinese else 1.0)
        pairs = zip(zh, en, strict=True)
        hits = [Hit(a.key, a.score + b.score, a.matched + b.matched) for a, b in pairs if a.score + b.score > 0]
        return sorted(hits, key=lambda hit: -hit.score)

    def _chinese(self, text: str, weight: float) -> list[Hit]:
        pairs = _pairs(text)
        return [_score(entry, _met_in_characters(entry, text), pairs, self.rarity_zh, weight) for entry in self.zh]

    def _english(self, words: Sequence[str], weight: float) -> list[Hit]:
        shared = frozenset(words) - _STOP
        return [_score(entry, _met_in_words(entry, words), shared, self.rarity_en, weight) for entry in self.en]


def worth_showing(hits: Sequence[Hit]) -> list[Hit]:
    """The hits that a person should see: what only shares a word by chance beside the right one is left out."""
    best = max((hit.score for hit in hits), default=0.0)
    return [hit for hit in hits if hit.score >= max(LEAST_SHOWN, NEAR_BEST * best)]


def build_index(documents: Iterable[Document]) -> Index:
    """Make documents searchable; the work is done once per catalogue."""
    listed = list(documents)
    zh, en = tuple(_chinese_entry(item) for item in listed), tuple(_english_entry(item) for item in listed)
    return Index(zh=zh, en=en, rarity_zh=_rarity(zh), rarity_en=_rarity(en))


def stem(word: str) -> str:
    """An English word without its common endings (lamps, parked, dropping, batteries -> lamp, park, drop, battery)."""
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM and not word.endswith("ss"):
            return _tidied(word.removesuffix(ending) + instead)
    return _tidied(word)


def _tidied(word: str) -> str:
    """One letter for a doubled last one, and no silent e, so that `dropped`, `dumping` and `charge` meet their kin."""
    if len(word) <= _SHORTEST_STEM:
        return word
    doubled = word[-1] == word[-2] and word[-1] not in "elsz"
    return word[:-1] if doubled else word.removesuffix("e")


_STOP_WORDS: Final = (
    "a an and are at be been by can could did do does for from had has have he her him his how i if in is it its me my "
    "no not of off on or our out over she so some that the their them there they this to under up us very was we were "
    "what when where which who will with would you your please want need new all day days week weeks"
)
_STOP: Final = frozenset(stem(word) for word in _STOP_WORDS.split())


def _score(
    entry: _Entry, met: Mapping[str, float], shared: frozenset[str], rarity: Mapping[str, float], weight: float
) -> Hit:
    """Whole keywords first, then shared words, then words of the description."""
    best = sorted(met.values(), reverse=True)
    whole = PHRASE_WEIGHT * (best[0] + FURTHER_PHRASES * sum(best[1:])) if best else 0.0
    near = NAME_WEIGHT * sum(rarity.get(word, 0.0) for word in shared & entry.words)
    far = DESCRIPTION_WEIGHT * sum(rarity.get(word, 0.0) for word in shared & entry.further)
    return Hit(entry.key, weight * (whole + near + far), tuple(met))


def _met_in_characters(entry: _Entry, text: str) -> dict[str, float]:
    """Chinese keywords that stand in the text, each worth more the longer it is."""
    return {phrase: 2.0 * (len(phrase) - 1) for phrase in entry.phrases if character_spans(phrase, text)}


def _met_in_words(entry: _Entry, words: Sequence[str]) -> dict[str, float]:
    """English keywords whose words follow one another in the text, or all stand in it (worth a little less)."""
    met = {}
    for phrase, parts in entry.phrases.items():
        if token_spans(parts, words):
            met[phrase] = 2.0 * len(parts)
        elif len(parts) > 1 and set(parts) - _STOP <= set(words) and len(set(parts) - _STOP) > 1:
            met[phrase] = 1.7 * len(parts)
    return met


def _chinese_entry(item: Document) -> _Entry:
    phrases = {han(cleaned(word)): () for word in item.keywords_zh}
    words = _pairs(" ".join((item.name_zh, *item.keywords_zh)))
    return _Entry(item.key, phrases, words, _pairs(item.description_zh) - words)


def _english_entry(item: Document) -> _Entry:
    phrases = {word: tuple(stem(part) for part in tokens(cleaned(word))) for word in item.keywords_en}
    words = _stems(" ".join((item.name_en, *item.keywords_en)))
    return _Entry(item.key, phrases, words, _stems(item.description_en) - words)


def _pairs(text: str) -> frozenset[str]:
    """All pairs of neighbouring Chinese characters."""
    return frozenset(run[at : at + 2] for run in han_runs(text) for at in range(len(run) - 1))


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in tokens(cleaned(text))) - _STOP


def _rarity(entries: Sequence[_Entry]) -> dict[str, float]:
    """The logarithm of how few documents a word names: log((1 + n) / (1 + documents with it))."""
    counts = Counter(word for entry in entries for word in entry.words | entry.further)
    return {word: math.log((1 + len(entries)) / (1 + count)) for word, count in counts.items()}
