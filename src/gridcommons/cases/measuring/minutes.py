"""The declared standard times of recording, read from data."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from gridcommons.cases.transitions import packaged
from gridcommons.kit.errors import refusal_kind, refuse
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
    return parse_minutes(files("gridcommons.cases.measuring").joinpath("data/minutes.toml").read_text(encoding="utf-8"))


def parse_minutes(text: str) -> Minutes:
    """Standard times from TOML text; refuses (`measuring.minutes_unsound`) what cannot be read or names no step."""
    try:
        raw = tomllib.loads(text)
        found = Minutes(raw["version"], Words(raw["owner_zh"], raw["owner_en"]), dict(raw["recording"]))
    except KeyError as missing:
        raise refuse(UNSOUND, what=f"{missing.args[0]}?") from missing
    except (ValueError, TypeError) as fault:
        raise refuse(UNSOUND, what=fault) from fault
    strange = [key for key, n in found.recording.items() if key not in packaged().actions or not 0 < n <= _MOST]
    if strange:
        raise refuse(UNSOUND, what=", ".join(strange))
    return found


_MOST = 60
