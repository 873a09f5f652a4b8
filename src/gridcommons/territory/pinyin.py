"""Sort keys for Chinese names: the reading in pinyin, with a table of places that the dictionary misreads."""

from __future__ import annotations

import csv
import re
from functools import cache, lru_cache
from importlib.resources import files
from io import StringIO


def sort_key(name: str) -> str:
    """The reading of a name in lower-case pinyin without tones; signs without a reading stay as they are."""
    readings = _place_readings()
    parts = _place_pattern().split(name)
    return " ".join(readings.get(part) or _read(part) for part in parts if part)


@cache
def _place_readings() -> dict[str, str]:
    text = (files("gridcommons.territory") / "data" / "place_readings.csv").read_text(encoding="utf-8")
    return {row["text"]: row["reading"] for row in csv.DictReader(StringIO(text))}


@cache
def _place_pattern() -> re.Pattern[str]:
    longest_first = sorted(_place_readings(), key=len, reverse=True)
    return re.compile("(" + "|".join(map(re.escape, longest_first)) + ")")


@lru_cache(maxsize=1 << 15)
def _read(text: str) -> str:
    """Sign by sign where each has one reading only; else by the dictionary of phrases, which is slower."""
    signs = [_only_reading(sign) for sign in text]
    if all(signs):
        return " ".join(signs)
    from pypinyin import lazy_pinyin  # its dictionary takes 0.3 s to load

    return " ".join(lazy_pinyin(text)).lower()


@cache
def _only_reading(sign: str) -> str:
    from pypinyin import Style, pinyin

    readings = set(pinyin(sign, heteronym=True, style=Style.NORMAL)[0])
    return readings.pop().lower() if len(readings) == 1 else ""
