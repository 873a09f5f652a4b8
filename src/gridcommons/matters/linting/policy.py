"""What the linter holds a form against, read from `data/linting.toml`: limits, seconds, words, with their owner."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from gridcommons.kit.words import Words
from gridcommons.matters.phrases import Span, apart_spans, character_spans, cleaned, han, token_spans, tokens, uncovered

POLICY: Final = Path(__file__).parents[1] / "data" / "linting.toml"


@dataclass(frozen=True)
class Phrases:
    """Phrases to look for in a text, and innocent ones that lift a hit."""

    zh: tuple[str, ...]
    en: tuple[tuple[str, ...], ...]
    pinyin: tuple[tuple[str, ...], ...]
    innocent_zh: tuple[str, ...] = ()
    innocent_en: tuple[tuple[str, ...], ...] = ()

    def met(self, text: str) -> str:
        """The first phrase that a text holds; empty for none."""
        plain = cleaned(text)
        words, signs = tokens(plain), han(plain)
        lifted_zh = _all(character_spans(phrase, signs) for phrase in self.innocent_zh)
        lifted_en = _all(token_spans(phrase, words) for phrase in self.innocent_en)
        found = [one for one in self.zh if uncovered(character_spans(one, signs), lifted_zh)]
        found += [" ".join(one) for one in self.en if uncovered(token_spans(one, words), lifted_en)]
        found += [" ".join(one) for one in self.pinyin if token_spans(one, words) or apart_spans(one, words)]
        return found[0] if found else ""


@dataclass(frozen=True)
class Policy:
    """Limits and words of the linter; `seconds` by kind of question."""

    version: str
    owner: Words
    most_questions: int
    most_minutes: int
    most_text: int
    seconds: Mapping[str, float]
    proof_kinds: frozenset[str]
    told_kinds: frozenset[str]
    captures: frozenset[str]
    proof: Phrases
    naming_kinds: frozenset[str]
    naming: Phrases


@cache
def linting_policy(path: Path = POLICY) -> Policy:
    """The policy of a file, read once."""
    raw = tomllib.loads(path.read_text("utf-8"))
    proof, persons = raw["proof"], raw["persons"]
    return Policy(
        version=raw["version"],
        owner=Words(**raw["owner"]),
        most_questions=raw["most_questions"],
        most_minutes=raw["most_minutes"],
        most_text=raw["most_text"],
        seconds=raw["seconds"],
        proof_kinds=frozenset(proof["barred"]),
        told_kinds=frozenset(proof["told"]),
        captures=frozenset(proof["capture"]),
        proof=_phrases(proof),
        naming_kinds=frozenset(persons["kinds"]),
        naming=_phrases(persons),
    )


def _phrases(raw: Mapping[str, Any]) -> Phrases:
    innocent = raw.get("innocent", {})
    return Phrases(
        zh=tuple(raw["zh"]), en=_taken_apart(raw["en"]), pinyin=_taken_apart(raw["pinyin"]),
        innocent_zh=tuple(innocent.get("zh", ())), innocent_en=_taken_apart(innocent.get("en", ())),
    )  # fmt: skip


def _taken_apart(phrases: list[str]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(tokens(cleaned(phrase))) for phrase in phrases)


def _all(found: Any) -> list[Span]:
    return [span for spans in found for span in spans]
