"""Charter 2 asked in other words: phrases that name no barred subject and ask for one, as data with an owner. Pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from gridcommons.kit.words import Words
from gridcommons.matters.barred import Finding, barred_list
from gridcommons.matters.phrases import Span, cleaned, han, tokens

OTHERWISE: Final = Path(__file__).parents[1] / "data" / "otherwise.toml"
_GAP, _WHO = "…", "{who}"
_GAP_ZH: Final = r"[^。；！？;!?\n]{0,8}"
_GAP_EN: Final = r"(?: [a-z0-9]+){0,4}"


@dataclass(frozen=True)
class Asked:
    """How one subject is asked for: its theme in the list of barred words, and its phrases as patterns."""

    theme: str
    name: Words
    zh: re.Pattern[str]
    en: re.Pattern[str]


@dataclass(frozen=True)
class Otherwise:
    """All subjects, what lifts a hit, and the words by which a question asks for a number."""

    asked: tuple[Asked, ...]
    innocent_zh: re.Pattern[str]
    innocent_en: re.Pattern[str]
    counting_zh: tuple[str, ...]
    counting_en: re.Pattern[str]


@cache
def asked_otherwise(path: Path = OTHERWISE) -> Otherwise:
    """The phrases of a file, read once; a subject that the list of barred words does not know is an error."""
    raw = tomllib.loads(path.read_text("utf-8"))
    names = {theme.key: theme.name for theme in barred_list().themes}
    who: Mapping[str, Sequence[str]] = raw["who"]
    return Otherwise(
        tuple(
            Asked(key, names[key], _chinese(one["zh"], who["zh"]), _english(one["en"], who["en"]))
            for key, one in raw["asks"].items()
        ),
        _chinese(raw["innocent"]["zh"], ()), _english(raw["innocent"]["en"], ()),
        tuple(raw["numbers"]["zh"]), _english(raw["numbers"]["en"], ()),
    )  # fmt: skip


def asks_for(text: str) -> Finding | None:
    """The subject that a text asks for in other words, with the words; nothing for none."""
    held, plain = asked_otherwise(), cleaned(text, most=len(text))
    chinese, english = han(plain), " ".join(tokens(plain))
    lifted_zh, lifted_en = _spans(held.innocent_zh, chinese), _spans(held.innocent_en, english)
    for one in held.asked:
        for pattern, said, lifted, language in (
            (one.zh, chinese, lifted_zh, "zh"), (one.en, english, lifted_en, "en"),
        ):  # fmt: skip
            for span in _spans(pattern, said):
                if not _is_lifted(span, lifted):
                    return Finding(one.theme, said[span.start : span.end].strip(), language, one.name)
    return None


def counts(texts: Iterable[str]) -> bool:
    """Whether a question asks for a number, so that bare numbers are answers to it."""
    held = asked_otherwise()
    plain = [cleaned(text) for text in texts]
    return any(
        any(sign in text for sign in held.counting_zh) or held.counting_en.search(" ".join(tokens(text)))
        for text in plain
    )


def _is_lifted(span: Span, lifted: Iterable[Span]) -> bool:
    """A phrase that begins or ends inside an innocent word is no phrase: 您的微信什么号."""
    return any(span.start < other.end and other.start < span.end for other in lifted)


def _spans(pattern: re.Pattern[str], text: str) -> list[Span]:
    return [Span(*found.span()) for found in pattern.finditer(text)]


def _chinese(phrases: Iterable[str], who: Iterable[str]) -> re.Pattern[str]:
    """One pattern of many phrases; after whoever is asked a sign or two may stand (您平时信什么)."""
    people = f"(?:{'|'.join(sorted(map(re.escape, who), key=len, reverse=True))})[^，。；！？,;!?\n]{{0,3}}"
    return re.compile("|".join(_put(phrase.lower(), people, _GAP_ZH) for phrase in phrases))


def _english(phrases: Iterable[str], who: Iterable[str]) -> re.Pattern[str]:
    """One pattern of whole words."""
    people = f"(?:{'|'.join(who)})"
    parts = (_put(phrase, people, _GAP_EN) for phrase in phrases)
    return re.compile("|".join(rf"\b{part}\b" for part in parts))


def _put(phrase: str, people: str, gap: str) -> str:
    pieces: list[Any] = re.split(f"({re.escape(_WHO)}|{_GAP})", phrase)
    return "".join(people if one == _WHO else gap if one == _GAP else re.escape(one) for one in pieces)
