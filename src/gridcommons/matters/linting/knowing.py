"""What is known already: facts by their keys, and which questions of a form ask for one of them again."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Final

from gridcommons.kit.words import Words
from gridcommons.matters.linting.policy import POLICY
from gridcommons.matters.linting.question import Question
from gridcommons.matters.phrases import cleaned, han, han_runs, token_spans, tokens

_SHORTEST_HAN: Final = 2
_FILLERS: Final = frozenset({
    "a", "an", "and", "are", "at", "do", "does", "for", "has", "have", "in", "is", "it", "of", "on", "or", "the",
    "there", "to", "what", "which", "who", "you", "your",
})  # fmt: skip


@dataclass(frozen=True)
class KnownFact:
    """A fact that may be known of a subject: its key (`household.size`), its name, further words that ask for it."""

    key: str
    name: Words
    words: tuple[str, ...] = field(default=())

    @property
    def is_of_a_person(self) -> bool:
        """Whether it is about a single person. A form is about a home: it can neither show nor keep such a fact."""
        return self.key.startswith("person.")


Known = Mapping[str, KnownFact]


@cache
def asked_as() -> Mapping[str, tuple[str, ...]]:
    """The words by which forms ask for a fact, by its key (`data/linting.toml`)."""
    raw = tomllib.loads(POLICY.read_text("utf-8"))
    return {entry["fact"]: tuple(entry["words"]) for entry in raw["asked_as"]}


def known_by_key(facts: Iterable[KnownFact]) -> dict[str, KnownFact]:
    """Facts by key, each with the words by which forms ask for it."""
    return {one.key: KnownFact(one.key, one.name, (*one.words, *asked_as().get(one.key, ()))) for one in facts}


def fact_asked(question: Question, known: Known) -> str:
    """The key of the known fact that a question asks for: by its fact column, its name, or what it says; else empty."""
    if question.fact in known:
        return question.fact
    if not question.is_asked:
        return ""
    return next((key for key, fact in known.items() if _names(question, key) or _says(question, fact)), "")


def asks_again(questions: Iterable[Question], known: Known) -> list[tuple[Question, str]]:
    """Questions that ask for what is known without saying so in the fact column, each with the fact's key."""
    found = ((question, fact_asked(question, known)) for question in questions)
    return [(question, key) for question, key in found if key and question.fact != key]


def _names(question: Question, key: str) -> bool:
    """Whether a question is named as the fact: `household_size` for household.size, however it is spelt."""
    return tokens(cleaned(question.name)) == tokens(cleaned(key))


def _says(question: Question, fact: KnownFact) -> bool:
    said = [*question.labels.values(), *question.hint.values()]
    phrases = [phrase for phrase in (fact.name.zh, fact.name.en, *fact.words) if phrase.strip()]
    return any(_holds(text, phrase) for text in said for phrase in phrases)


@lru_cache(4_096)
def _taken_apart(text: str) -> tuple[str, str, tuple[str, ...]]:
    """The Chinese characters of a text, the text as they are sought in it, its English words; each fact asks again."""
    plain = cleaned(text)
    return "".join(han_runs(plain)), han(plain), tuple(word for word in tokens(plain) if word not in _FILLERS)


def _holds(text: str, phrase: str) -> bool:
    """Whether a text says a phrase: its Chinese characters together, its English words (two at least) together."""
    _signs, plain, said = _taken_apart(text)
    signs, _plain, words = _taken_apart(phrase)
    if signs:
        return len(signs) >= _SHORTEST_HAN and signs in plain
    return len(words) > 1 and bool(token_spans(words, said))
