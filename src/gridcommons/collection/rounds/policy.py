"""The policy of visits that come again, read from `data/rounds.toml`, with its owner."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from gridcommons.kit.shipped import Raw, shipped
from gridcommons.kit.words import Words


@dataclass(frozen=True)
class Policy:
    """Days and calls; each is explained in the file."""

    version: str
    owner: Words
    contest: Words
    least_days: int
    most_days: int
    longest: int
    calls_per_household: float
    most_calls: int
    again_days: int
    grace_days: int


def policy() -> Policy:
    """The policy as packaged."""
    return shipped("gridcommons.collection.rounds", "rounds.toml", _read)


def _read(raw: Raw) -> Policy:
    words: Any = {name: Words(**raw.pop(name)) for name in ("owner", "contest")}
    return Policy(**words, **raw)
