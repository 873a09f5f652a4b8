"""Charter 2 as a check on names: no field, label, question, column or list about who a person is by birth or belief.

The words are data (`data/barred.toml`), in Chinese, pinyin and English, with the innocent phrases that lift a hit
("race condition", 施工会议). English is matched by whole words after taking snake_case and camelCase apart, so
`trace` is not `race`; Chinese is matched by characters. The check is for names that the program would ask, store or
compute by; a resident's own words are never refused for mentioning a subject.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Final

from gridcommons.kit.errors import Reason, Refusal, refusal_kind
from gridcommons.kit.words import Words
from gridcommons.matters.phrases import Span, apart_spans, character_spans, cleaned, han, token_spans, tokens, uncovered

WORD_LIST: Final = Path(__file__).parent / "data" / "barred.toml"

BARRED_NAME = refusal_kind(
    "matter.barred_name",
    status=422,
    zh="“{name}”涉及“{theme_zh}”（{word}），章程第2条不允许收集，请删除这一项。",
    en="“{name}” is about {theme_en} ({word}); charter 2 does not let it be asked or kept. Remove it.",
)
OPAQUE_NAME = refusal_kind(
    "matter.opaque_name",
    status=422,
    zh="“{name}”看不出含义，请改成说明内容的名称。",
    en="“{name}” does not say what it holds; give it a name that does.",
)

Phrase = tuple[str, ...]

_OPAQUE_WORD = (
    "field|attr|attribute|col|column|var|variable|flag|code|tag|type|extra|misc|other|reserved|spare|ext|custom|data|val|value|param|"
    "item|option|label|mark|class|group|cat|category|list|key|prop|property|question"
)
_SERIAL = r"[\W_]*(?:[0-9]{1,4}|(?<![a-z])[a-z]|[一二三四五六七八九十])"
_OPAQUE: Final = re.compile(
    rf"(?:{_OPAQUE_WORD}){_SERIAL}|[a-z][\W_]*[0-9]{{1,4}}|(?:reserved|spare|misc|unnamed)(?:{_SERIAL})?"
    rf"|(?:备用|预留|扩展|保留(?=字段|项))(?:字段|项)?(?:{_SERIAL})?|(?:字段|属性|标签|标识|代码|类别|其他项){_SERIAL}"
)


@dataclass(frozen=True)
class Theme:
    """A barred subject: its phrases taken apart; `only_in` names the contexts where it is barred (none: everywhere)."""

    key: str
    name: Words
    zh: tuple[str, ...]
    en: tuple[tuple[str, ...], ...]
    pinyin: tuple[tuple[str, ...], ...]
    only_in: frozenset[str]


@dataclass(frozen=True)
class WordList:
    """All themes, and the innocent phrases that lift a hit."""

    themes: tuple[Theme, ...]
    innocent_zh: tuple[str, ...]
    innocent_en: tuple[tuple[str, ...], ...]

    @cached_property
    def openings(self) -> Mapping[str, set[Phrase]]:
        """The phrases by each word that one of them can begin with in a text: most texts hold none of these words."""
        found: defaultdict[str, set[Phrase]] = defaultdict(set)
        for theme in self.themes:
            for phrase in filter(None, (*theme.en, *theme.pinyin)):
                found[phrase[0]].add(phrase)
                found["".join(phrase)].add(phrase)
            for phrase in filter(None, theme.pinyin):  # which is also written syllable by syllable
                whole = "".join(phrase)
                for end in range(1, len(whole)):
                    found[whole[:end]].add(phrase)
        return found

    def within(self, words: Iterable[str]) -> set[Phrase]:
        """The phrases that can stand in a text of these words."""
        return {phrase for word in set(words) for phrase in self.openings.get(word, ())}


@dataclass(frozen=True)
class Finding:
    """A barred word met in a text: the theme's key, its name, the word as listed, and its language (zh, en, pinyin)."""

    theme: str
    word: str
    language: str
    name: Words


@cache
def barred_list(path: Path = WORD_LIST) -> WordList:
    """The word list of a file, read once."""
    with path.open("rb") as file:
        raw = tomllib.load(file)
    return WordList(
        themes=tuple(_theme(entry) for entry in raw["theme"]),
        innocent_zh=tuple(raw["innocent"]["zh"]),
        innocent_en=_phrases(raw["innocent"]["en"]),
    )


def barred_words(text: str, *, context: str = "", words: WordList | None = None) -> list[Finding]:
    """The barred words of a name, label or column title, in the order of the list.

    `context` adds themes barred only there: `division` adds income and wealth (dividing grids by them is refused).
    An empty list means that charter 2 has no objection.
    """
    listed = words or barred_list()
    plain = cleaned(text, most=len(text))  # nothing hides behind a long name
    english, chinese = tokens(plain), han(plain)
    themes = [theme for theme in listed.themes if not theme.only_in or context in theme.only_in]
    possible = listed.within(english)
    met = [hit for theme in themes for hit in (*_chinese(theme, chinese), *_english(theme, english, possible))]
    if not met:
        return []
    lifted_en = [span for phrase in listed.innocent_en for span in token_spans(phrase, english)]
    lifted_zh = [span for phrase in listed.innocent_zh for span in character_spans(phrase, chinese)]
    return [found for found, spans in met if uncovered(spans, lifted_zh if found.language == "zh" else lifted_en)]


def opaque_name(name: str) -> bool:
    """Whether a name says nothing of what it holds (`field_7`, `attr3`, 备用2): charter 2 refuses such codes too."""
    return _OPAQUE.fullmatch(cleaned(name).strip().lower()) is not None


def check_names(names: Iterable[str], *, context: str = "", opaque: bool = True) -> None:
    """Refuse, in one refusal, every name that charter 2 bars or (if `opaque`) that says nothing.

    Raises `Refusal` with codes `matter.barred_name` and `matter.opaque_name`.
    """
    reasons = [reason for name in names for reason in _objections(name, context, opaque)]
    if reasons:
        raise Refusal(tuple(reasons))


def _objections(name: str, context: str, opaque: bool) -> list[Reason]:
    """What stands against one name."""
    shown = cleaned(name)[:60]
    against = [
        Reason(
            BARRED_NAME,
            (("name", shown), ("theme_zh", found.name.zh), ("theme_en", found.name.en), ("word", found.word)),
        )
        for found in barred_words(name, context=context)[:1]
    ]
    if opaque and opaque_name(name):
        against.append(Reason(OPAQUE_NAME, (("name", shown),)))
    return against


def _chinese(theme: Theme, text: str) -> list[tuple[Finding, list[Span]]]:
    return [
        (Finding(theme.key, word, "zh", theme.name), character_spans(word, text)) for word in theme.zh if word in text
    ]


def _english(theme: Theme, words: list[str], possible: set[Phrase]) -> list[tuple[Finding, list[Span]]]:
    return [
        (Finding(theme.key, " ".join(phrase), language, theme.name), spans)
        for language, phrases in (("en", theme.en), ("pinyin", theme.pinyin))
        if not possible.isdisjoint(phrases)
        for phrase in phrases
        if phrase in possible and (spans := [*token_spans(phrase, words), *_apart(phrase, words, language)])
    ]


def _apart(phrase: tuple[str, ...], words: list[str], language: str) -> list[Span]:
    """Pinyin is also written syllable by syllable."""
    return apart_spans(phrase, words) if language == "pinyin" else []


def _theme(entry: dict[str, object]) -> Theme:
    name = entry["name"]
    if not isinstance(name, dict):
        raise TypeError("a theme's name needs zh and en")
    return Theme(
        key=str(entry["key"]),
        name=Words(zh=name["zh"], en=name["en"]),
        zh=tuple(cleaned(word).lower() for word in _texts(entry["zh"])),
        en=_phrases(entry["en"]),
        pinyin=_phrases(entry["pinyin"]),
        only_in=frozenset(_texts(entry.get("only_in", []))),
    )


def _texts(value: object) -> list[str]:
    if not isinstance(value, list):
        raise TypeError("a list of words was expected")
    return [str(item) for item in value]


def _phrases(value: object) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(tokens(cleaned(phrase))) for phrase in _texts(value))
