"""What may leave as open data: areas of counties and towns, and texts without numbers of persons or places. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from gridcommons.kit.codes import CHINA, Scheme
from gridcommons.kit.errors import refusal_kind, refuse

OPEN_LEVELS: Final = ("province", "city", "county", "township")
"""Levels whose areas are named outside; villages and grids stay inside."""
_LONG: Final = re.compile(r"(?<!\d)\d(?:[ -]?\d){9,}")
_DAY: Final = re.compile(r"(?<!\d)\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d)?(?!\d)", re.ASCII)
_UNSAYABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")

TOO_FINE = refusal_kind(
    "publish.too_fine", status=409,
    zh="“{code}”太细：公开的只到乡镇（街道）。",
    en="“{code}” is too fine: towns are the smallest areas that are published.",
)  # fmt: skip
NAMES_SOMETHING = refusal_kind(
    "publish.long_number", status=409,
    zh="文字里有一长串数字（“{number}”）：可能是电话、证件或网格代码，不能公开。",
    en="The text holds a long number (“{number}”), a phone, paper or grid code perhaps: it cannot be published.",
)  # fmt: skip
UNSAYABLE = refusal_kind(
    "publish.control_sign", status=400,
    zh="文字里有不能写进文件的控制符。", en="The text holds a control sign that no file can carry.",
)  # fmt: skip


def require_open(codes: Iterable[str], scheme: Scheme = CHINA) -> None:
    """Refuse an area finer than a town, and a code of no level."""
    for code in codes:
        if scheme.level_of(code).key not in OPEN_LEVELS:
            raise refuse(TOO_FINE, code=code)


def require_harmless(texts: Iterable[str]) -> None:
    """Refuse texts with control signs, or with ten digits or more, blanks and hyphens between them not counted.

    Days with their hour (`2026-11-02 08:00`) are no such number.
    """
    for text in texts:
        if _UNSAYABLE.search(text):
            raise refuse(UNSAYABLE)
        found = _LONG.search(_DAY.sub("·", text))
        if found:
            raise refuse(NAMES_SOMETHING, number=f"{found[0][:3]}…")
