"""Which households are meant: all, or those of whose home something is known to be so. Pure.

What is known of one person never chooses. What a household is as a whole does, where service needs it: how many live
there, how many of them are children or above 65. Whoever is chosen may decline (charter 13).

Asked the same by campaigns and by visits that come again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from gridcommons.kit.errors import Reason, Refusal, refusal_kind, worded
from gridcommons.kit.words import Words
from gridcommons.matters.barred import check_names
from gridcommons.matters.catalogue import Catalogue
from gridcommons.matters.matter import Matter
from gridcommons.matters.rules import judge_report
from gridcommons.people.facts.keys import FactKey

OPERATORS: Final = ("is", "at_least")
BAD_CHOICE = refusal_kind(
    "campaign.bad_choice",
    status=422,
    zh="不能按“{key}”选择住户：只能按住户或住房的、用于服务的已知情况选择，不能按某一个人的情况。",
    en="Households cannot be chosen by “{key}”: only by what is known of homes for service, never by what is known of "
    "one person.",
)
BAD_VALUE = refusal_kind(
    "campaign.bad_value",
    status=400,
    zh="“{name_zh}”没有这个取值，请从列表中选择。",
    en="“{name_en}” has no such value; choose one of its list.",
)


@dataclass(frozen=True)
class Choice:
    """Which households are meant: all (no key), or those of whose home or household a fact is so."""

    key: str = ""
    operator: str = "is"
    value: str = ""


ALL: Final = Choice()


def admitted(matter_key: str, catalogue: Catalogue, today: date) -> tuple[Matter | None, list[Reason]]:
    """The matter that calls at households stand on, or why there is none (charter 1)."""
    try:
        judged = judge_report(catalogue=catalogue, on=today, matter_key=matter_key)
    except Refusal as refusal:
        return None, list(refusal.reasons)
    return judged.matter, [] if judged.refusal is None else [judged.refusal]


def is_choosable(key: FactKey) -> bool:
    """Whether households may be meant by a fact: of homes, not sealed, for service, with values that can be named."""
    open_to_all = key.subject != "person" and not key.sealed and "service" in key.purposes
    return open_to_all and key.type in {"select_one", "integer"}


def against_choice(choice: Choice, keys: Mapping[str, FactKey]) -> list[Reason]:
    """What stands against meaning only some households: a barred trait, a fact that is none or of persons."""
    if not choice.key:
        return []
    try:
        check_names([choice.key, choice.value])
    except Refusal as refusal:
        return list(refusal.reasons)
    key = keys.get(choice.key)
    if key is None or not is_choosable(key):
        return [Reason(BAD_CHOICE, (("key", choice.key[:60]),))]
    if not _is_value(choice, key):
        return [worded(BAD_VALUE, name=key.words)]
    return []


def _is_value(choice: Choice, key: FactKey) -> bool:
    if key.choices:
        return choice.operator == "is" and choice.value in {name for name, _words in key.choices}
    return choice.operator in OPERATORS and _is_number(choice.value)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= len("999999")


def chosen_words(choice: Choice, keys: Mapping[str, FactKey]) -> Words:
    """Which households are meant, in words."""
    key = keys.get(choice.key)
    if key is None:
        return Words("范围内全部住户", "all households of the area")
    value = key.choice(choice.value)
    if choice.operator == "at_least":
        return Words(f"{key.words.zh}不少于{value.zh}的住户", f"households with {key.words.en}: {value.en} or more")
    return Words(f"{key.words.zh}为“{value.zh}”的住户", f"households with {key.words.en}: {value.en}")


def meets(choice: Choice, value: str) -> bool:
    """Whether what is known of a household is what the choice means; what is not known is not meant."""
    if not choice.key:
        return True
    if choice.operator == "at_least":
        return _is_number(value) and int(value) >= int(choice.value)
    return value == choice.value
