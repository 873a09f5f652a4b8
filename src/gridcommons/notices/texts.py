"""The texts of notices: data with an owner, checked when they are read; local wording is held to the same rules."""

from __future__ import annotations

import hashlib
import re
import string
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from gridcommons.kit.errors import Reason, Refusal, refusal_kind, refuse
from gridcommons.kit.words import Words

LONGEST: Final = 500
_FILES: Final = ("cases.toml", "house.toml", "rooms.toml")
_HAN: Final = re.compile("[\u4e00-\u9fff]")
_MARKUP: Final = re.compile(r"<\s*/?\s*[A-Za-z!]|&#?\w{1,10};")
_LINK: Final = re.compile(
    r"(?:[a-z][a-z0-9+.-]*:)?//|(?<![a-z])www\.|\b[\w-]+\.(?:com|cn|net|org|gov|top|xyz|info|io|cc)\b", re.I
)
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\u200b\u202a-\u202e\u2066-\u2069]")

BAD_TEXTS = refusal_kind(
    "notices.bad_texts",
    status=500,
    zh="通知文本文件有误：{what}。请改正后重启。",
    en="The file of notice texts is wrong: {what}. Correct it and start again.",
)
NO_TEXT = refusal_kind(
    "notices.no_text",
    status=404,
    zh="没有名为“{key}”的通知文本。",
    en="There is no notice text called “{key}”.",
)
EMPTY_WORDING = refusal_kind(
    "notices.wording_empty",
    status=400,
    zh="两种语言都要写：缺少{language_zh}。",
    en="Both languages are needed: the {language_en} one is missing.",
)
LONG_WORDING = refusal_kind(
    "notices.wording_long",
    status=400,
    zh="文本太长：最多{most}个字。",
    en="The text is too long: {most} signs at most.",
)
FOREIGN_BLANK = refusal_kind(
    "notices.wording_blank",
    status=400,
    zh="不能填写“{blank}”：这条通知只能用{known}。",
    en="“{blank}” cannot be filled in: this notice has only {known}.",
)
BAD_BRACES = refusal_kind(
    "notices.wording_braces",
    status=400,
    zh="花括号不成对，或括号里不只是名称。",
    en="A brace has no partner, or holds more than a name.",
)
MARKUP = refusal_kind(
    "notices.wording_markup",
    status=400,
    zh="只能写普通文字，不能写网页代码或看不见的字符。",
    en="Plain words only: no markup and no invisible signs.",
)
FOREIGN_LINK = refusal_kind(
    "notices.wording_link",
    status=400,
    zh="不能写网址：链接只由平台自己加上，且只通向本平台。",
    en="No addresses: the program adds its own links, and they lead to this house alone.",
)
NOT_CHINESE = refusal_kind(
    "notices.wording_chinese",
    status=400,
    zh="中文文本里没有汉字。",
    en="The Chinese text holds no Chinese.",
)
_LANGUAGES: Final = {"zh": Words("中文", "Chinese"), "en": Words("英文", "English")}


@dataclass(frozen=True)
class Text:
    """One text: who reads it, which facts it may fill in, its words. `version` names these very words.

    `deed`: of an office, only the posts that may do this are told; empty: every post of the office.
    """

    key: str
    to: str
    name: Words
    facts: tuple[str, ...]
    words: Words
    owner: Words
    version: str
    deed: str = ""


@dataclass(frozen=True)
class Texts:
    """All texts of the program, and sample facts for each blank."""

    by_key: Mapping[str, Text]
    samples: Mapping[str, Words]

    def get(self, key: str) -> Text:
        """The text of a key; refuses an unknown one."""
        if key not in self.by_key:
            raise refuse(NO_TEXT, key=key[:60])
        return self.by_key[key]


def version_of(key: str, area_code: str, words: Words) -> str:
    """The version of words for a key at a place: 16 hexadecimal digits."""
    said = "\0".join((key, area_code, words.zh, words.en))
    return hashlib.sha256(said.encode()).hexdigest()[:16]


@cache
def packaged_texts() -> Texts:
    """The texts that came with the program."""
    folder = files("gridcommons.notices").joinpath("data/texts")
    return parse_texts(folder.joinpath(name).read_text(encoding="utf-8") for name in _FILES)


def parse_texts(contents: Iterable[str]) -> Texts:
    """Texts from TOML files; refuses unknown blanks, a missing language, a key given twice, a blank unsampled."""
    found: dict[str, Text] = {}
    samples: dict[str, Words] = {}
    try:
        for content in contents:
            raw = tomllib.loads(content)
            owner = Words(raw["owner"]["zh"], raw["owner"]["en"])
            samples |= {key: Words(one["zh"], one["en"]) for key, one in raw.get("samples", {}).items()}
            for key, one in raw.get("texts", {}).items():
                if key in found:
                    raise ValueError(f"{key} is given twice")
                found[key] = _text(key, one, owner)
    except (KeyError, TypeError, ValueError) as error:
        raise refuse(BAD_TEXTS, what=f"{type(error).__name__}: {error}"[:200]) from None
    lacking = sorted({blank for text in found.values() for blank in text.facts} - samples.keys())
    if lacking:
        raise refuse(BAD_TEXTS, what=f"no sample of {', '.join(lacking)}")
    return Texts(found, samples)


def _text(key: str, raw: Mapping[str, Any], owner: Words) -> Text:
    words, name = Words(raw["zh"], raw["en"]), Words(raw["name"]["zh"], raw["name"]["en"])
    if raw["to"] not in {"reporter", "office"}:
        raise ValueError(f"{key} is read by nobody: {raw['to']}")
    facts = tuple(raw["facts"])
    wrong = wording_faults(words, facts)
    if wrong:
        raise ValueError(f"{key}: {Refusal(wrong)}")
    return Text(key, raw["to"], name, facts, words, owner, version_of(key, "", words), str(raw.get("deed", "")))


def wording_faults(words: Words, facts: Iterable[str]) -> tuple[Reason, ...]:
    """Everything that is wrong with a wording; empty where it may be used."""
    allowed = set(facts)
    found = [reason for tongue, text in words.as_dict().items() for reason in _faults(tongue, text, allowed)]
    if words.zh.strip() and not _HAN.search(words.zh):
        found.append(Reason(NOT_CHINESE))
    return tuple(dict.fromkeys(found))


def _faults(tongue: str, text: str, allowed: set[str]) -> Iterable[Reason]:
    if not text.strip():
        language = _LANGUAGES[tongue]
        yield Reason(EMPTY_WORDING, (("language_zh", language.zh), ("language_en", language.en)))
    if len(text) > LONGEST:
        yield Reason(LONG_WORDING, (("most", str(LONGEST)),))
    if _MARKUP.search(text) or _CONTROL.search(text):
        yield Reason(MARKUP)
    if _LINK.search(text):
        yield Reason(FOREIGN_LINK)
    try:
        blanks = list(string.Formatter().parse(text))
    except ValueError:
        yield Reason(BAD_BRACES)
        return
    for _said, name, spec, conversion in blanks:
        if name is None:
            continue
        if not name.isidentifier() or spec or conversion:
            yield Reason(BAD_BRACES)
        elif name not in allowed:
            known = ", ".join(f"{{{one}}}" for one in sorted(allowed)) or "–"
            yield Reason(FOREIGN_BLANK, (("blank", name[:40]), ("known", known)))


def fill(words: Words, facts: Mapping[str, str], language: str) -> str:
    """The sentence of a wording in a language; facts may carry `_zh` and `_en` variants, and one missing is a dash."""
    suffix = "_zh" if language.startswith("zh") else "_en"
    filled = _Facts({name.removesuffix(suffix): value for name, value in facts.items() if not _other(name, suffix)})
    return words.in_language(language).format_map(filled)


class _Facts(dict[str, str]):
    """Facts of a notice; what an older notice did not keep is a dash, never an error in somebody's inbox."""

    def __missing__(self, _key: str) -> str:
        return "–"


def _other(name: str, suffix: str) -> bool:
    return name.endswith(("_zh", "_en")) and not name.endswith(suffix)


def text_of(key: str, facts: Mapping[str, str], language: str) -> str:
    """The sentence of a packaged text with its facts filled in."""
    return fill(packaged_texts().get(key).words, facts, language)


def house_text(key: str, language: str, **facts: str) -> str:
    """One of the house's own texts (`house.<key>`) in a language."""
    return text_of(f"house.{key}", facts, language)


def sample_of(text: Text, language: str, words: Words | None = None) -> str:
    """A text, or another wording of it, with sample facts."""
    samples = packaged_texts().samples
    facts = {blank: samples[blank].in_language(language) for blank in text.facts}
    return fill(words or text.words, facts, language)
