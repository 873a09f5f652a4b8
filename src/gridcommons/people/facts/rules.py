"""Rules of facts: what a value may be, when it is fresh, what is refused. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.errors import Refusal, refusal_kind, refuse, worded
from gridcommons.kit.words import Words
from gridcommons.people.facts.keys import FactKey, fact_keys

OWN: Final = "resident"
SOURCES: Final = ("form", "visit", OWN, "office", "system")
_LONGEST: Final = 500
_FORM_WORDS: Final = {
    "text": ("文字，不能留空", "some words, not left empty"),
    "integer": ("{least}到{most}之间的整数", "a whole number from {least} to {most}"),
    "decimal": ("{least}到{most}之间的数", "a number from {least} to {most}"),
    "date": ("日期，写成年-月-日，如2026-03-31这样", "a day, written year-month-day, like 2026-03-31"),
    "select_one": ("其中一项（{choices}）", "one of these ({choices})"),
    "select_multiple": ("其中一项或几项（{choices}）", "one or more of these ({choices})"),
}

NO_KEY = refusal_kind(
    "facts.no_key",
    status=422,
    zh="“{key}”不在可记录的清单上，不能记录。",
    en="“{key}” is not on the list of what may be known, so it cannot be kept.",
)
OTHER_SUBJECT = refusal_kind(
    "facts.other_subject",
    status=422,
    zh="“{key}”不是关于{subject}的。",
    en="“{key}” is not said of a {subject}.",
)
WRONG_VALUE = refusal_kind(
    "facts.wrong_value",
    status=422,
    zh="{name_zh}：应为{form_zh}。",
    en="{name_en}: {form_en}.",
)
# Raised no more; forms that were held by it keep it as their reason.
BAD_VALUE = refusal_kind(
    "facts.bad_value",
    status=422,
    zh="“{key}”的值不对，应为{type}。",
    en="The value of “{key}” is not right: it should be of the type {type}.",
)
BAD_SOURCE = refusal_kind(
    "facts.bad_source",
    status=422,
    zh="没有“{source}”这种来源。",
    en="There is no source “{source}”.",
)
LATER = refusal_kind(
    "facts.later",
    status=422,
    zh="“{key}”的日期晚于今天，请核对设备的日期。",
    en="The day of “{key}” lies after today; check the date of the device.",
)
AHEAD = refusal_kind(
    "facts.ahead",
    status=422,
    zh="{name_zh}：不能晚于今天。",
    en="{name_en}: it cannot lie after today.",
)
NO_FACT = refusal_kind(
    "facts.no_fact",
    status=404,
    zh="没有这条信息，或者已经删除。",
    en="There is no such fact, or it was deleted.",
)


@dataclass(frozen=True)
class Told:
    """One thing that was told: of whom, under which key, what, by which way, as of which day.

    `given_by`: the key of the person who said it (`person:<id>`), empty where nobody is known; to nobody else is the
    value shown back. `said_in`: the submission it stands in; `said_at`: when that came, now where nothing is said.
    `confirmed`: it was shown as known, and is still so.
    """

    subject_kind: str
    subject_id: UUID
    key: str
    value: str | int | float | date
    source: str
    as_of: date
    given_by: str = ""
    said_in: UUID | None = None
    said_at: datetime | None = None
    confirmed: bool = False


@dataclass(frozen=True)
class Written:
    """What came of what was told: how many facts are new, and what was left out since it had been erased."""

    number: int
    barred: tuple[Told, ...] = ()


def known_key(key: str) -> FactKey:
    """A key of the list; refuses others."""
    found = fact_keys().get(key)
    if found is None:
        raise refuse(NO_KEY, key=key[:60])
    return found


def checked(told: Told, today: date) -> tuple[FactKey, str]:
    """The key and the value in its one form as text; refuses what does not fit."""
    key = known_key(told.key)
    if told.subject_kind != key.subject:
        raise refuse(OTHER_SUBJECT, key=key.key, subject=told.subject_kind[:20])
    if told.source not in SOURCES:
        raise refuse(BAD_SOURCE, source=told.source[:20])
    if told.as_of > today:
        raise refuse(LATER, key=key.key)
    said = value_text(key, told.value)
    if key.past and date.fromisoformat(said) > today:
        raise Refusal((worded(AHEAD, name=_headed(key.words)),))
    return key, said


def value_text(key: FactKey, value: str | int | float | date) -> str:
    """A value as it is kept: a whole number, a decimal, a day, names of choices in the order of the list, or text."""
    said = clean_text(value.isoformat() if isinstance(value, date) else str(value), limit=_LONGEST)
    try:
        found = _FORMS[key.type](said, key)
    except ValueError:
        found = ""
    if not found:
        raise Refusal((worded(WRONG_VALUE, name=_headed(key.words), form=form_of(key)),))
    return found


def form_of(key: FactKey) -> Words:
    """In which form a fact is told, in words: a number with its range, a day, or the choices of its list."""
    zh, en = _FORM_WORDS[key.type]
    least, most = key.limits or ("", "")
    listed = [words for _name, words in key.choices]
    facts = {"least": least, "most": most}
    zh_list, en_list = "、".join(one.zh for one in listed), ", ".join(one.en for one in listed)
    return Words(zh.format(**facts, choices=zh_list), en.format(**facts, choices=en_list))


def _headed(words: Words) -> Words:
    """Words as they begin a sentence."""
    return Words(words.zh, words.en[:1].upper() + words.en[1:])


def _number(said: str, key: FactKey) -> str:
    """A number within the limits of its key; the signs that only programs write between digits are none."""
    found = int(said) if key.type == "integer" else float(said)
    least, most = key.limits or (found, found)
    if "_" in said or not least <= found <= most:
        raise ValueError(said)
    return repr(found)


def _choices(said: str, key: FactKey) -> str:
    names = [name for name, _words in key.choices]
    wanted = said.split()
    if not wanted or set(wanted) - set(names) or (key.type == "select_one" and len(wanted) > 1):
        raise ValueError(said)
    return " ".join(name for name in names if name in wanted)


_FORMS: Final[dict[str, Callable[[str, FactKey], str]]] = {
    "text": lambda said, _key: said,
    "integer": _number,
    "decimal": _number,
    "date": lambda said, _key: date.fromisoformat(said).isoformat(),
    "select_one": _choices,
    "select_multiple": _choices,
}
