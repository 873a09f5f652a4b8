"""Names that a plan gives: what is wrong with one, and with a title. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator
from typing import Final

from gridcommons.kit.errors import Reason, Refusal, worded
from gridcommons.kit.words import Words
from gridcommons.territory.reorganising.refusals import (
    NAME_CONTROL,
    NAME_LONG,
    NAME_MISSING,
    NAME_SIGN,
    TITLE_SIGN,
)

LONGEST_NAME: Final = 100


def name_faults(name: str, area: Words, known: Collection[str]) -> Iterator[Reason]:
    """What is wrong with the name of an area; `known`: names that stand already, whatever signs they hold."""
    if not name:
        yield worded(NAME_MISSING, area=area)
    elif len(name) > LONGEST_NAME:
        yield worded(NAME_LONG, area=area, length=len(name), most=LONGEST_NAME)
    elif _strange(name):
        yield worded(NAME_CONTROL, area=area)
    elif (sign := _odd_sign(name)) and name not in known:
        yield worded(NAME_SIGN, area=area, sign=sign)


def _strange(name: str) -> bool:
    return any(unicodedata.category(sign) == "Cc" for sign in name)


_SIGNS: Final = frozenset(" ·・（）()-—、'’№#/.")
_LETTERS: Final = frozenset({"L", "M", "N"})
"""Letters of any script with their marks, and digits."""


def _odd_sign(name: str) -> str:
    """The first sign that no official name has, empty where there is none; signs of private use stand for letters."""
    return next((sign for sign in name if sign not in _SIGNS and not _is_letter(sign)), "")


def _is_letter(sign: str) -> bool:
    kind = unicodedata.category(sign)
    return kind[0] in _LETTERS or kind in {"Co", "Zs"}


def require_plain_title(title: str) -> None:
    """Refuse a title that a spreadsheet would take for a formula."""
    if title[:1] in set("=+-@"):
        raise Refusal((worded(TITLE_SIGN, sign=title[0]),))
