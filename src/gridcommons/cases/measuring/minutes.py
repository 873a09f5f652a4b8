"""The declared standard times of recording, read from data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from gridcommons.cases.transitions import packaged
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.shipped import Raw, shipped_text, understood
from gridcommons.kit.words import Words

UNSOUND = refusal_kind(
    "measuring.minutes_unsound",
    status=400,
    zh="标准录入用时文件有误：{what}。请改正后重新发布。",
    en="The file of standard recording times is unsound: {what}. Correct it and publish it again.",
)


@dataclass(frozen=True)
class Minutes:
    """Minutes of recording by step, with the edition and who answers for it."""

    version: str
    owner: Words
    recording: Mapping[str, int]


@cache
def minutes() -> Minutes:
    """The times that ship with the program."""
    return parse_minutes(shipped_text("gridcommons.cases.measuring", "minutes.toml"))


def parse_minutes(text: str) -> Minutes:
    """Standard times from TOML text; refuses (`measuring.minutes_unsound`) what cannot be read or names no step."""
    found = understood(text, _read, UNSOUND)
    strange = [key for key, n in found.recording.items() if key not in packaged().actions or not 0 < n <= _MOST]
    if strange:
        raise refuse(UNSOUND, what=", ".join(strange))
    return found


def _read(raw: Raw) -> Minutes:
    return Minutes(raw["version"], Words(raw["owner_zh"], raw["owner_en"]), dict(raw["recording"]))


_MOST = 60
