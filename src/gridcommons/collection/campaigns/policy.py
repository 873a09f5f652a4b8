"""The policy of campaigns, read from `data/campaigns.toml`, with its owner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gridcommons.kit.shipped import Raw, shipped
from gridcommons.kit.words import Words


@dataclass(frozen=True)
class Policy:
    """Days, calls and lists; each is explained in the file."""

    version: str
    owner: Words
    contest: Words
    notice_days: int
    most_days: int
    most_ahead: int
    most_calls: int
    calls_per_household: float
    again_days: int
    say_days: int
    reasons: Mapping[str, Words]
    subjects: Mapping[str, Words]


def policy() -> Policy:
    """The policy as packaged."""
    return shipped("gridcommons.collection.campaigns", "campaigns.toml", _read)


def _read(raw: Raw) -> Policy:
    lists: Any = {name: {key: Words(*said) for key, said in raw.pop(name).items()} for name in ("reasons", "subjects")}
    words: Any = {name: Words(**raw.pop(name)) for name in ("owner", "contest")}
    return Policy(**words, **lists, **raw)
