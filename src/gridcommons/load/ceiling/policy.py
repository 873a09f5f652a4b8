"""The policy of the ceiling, read from `load/data/ceiling.toml`, with its owner."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from gridcommons.kit.words import Words

CEILING: Final = Path(__file__).parents[1] / "data" / "ceiling.toml"


@dataclass(frozen=True)
class CeilingPolicy:
    """Shares, minutes of a week by employment, shares of posts, what is expected until it is counted."""

    version: str
    owner: Words
    contest: Words
    share: float
    least_workers: int
    week_minutes: Mapping[str, int]
    post_share: Mapping[str, float]
    grid_households: int
    expected: int
    counted_days: int


@cache
def ceiling_policy(path: Path = CEILING) -> CeilingPolicy:
    """The policy of a file, read once."""
    raw = tomllib.loads(path.read_text("utf-8"))
    return CeilingPolicy(
        version=raw["version"],
        owner=Words(**raw["owner"]),
        contest=Words(**raw["contest"]),
        share=raw["share"],
        least_workers=raw["least_workers"],
        week_minutes=raw["week_minutes"],
        post_share=raw["post_share"],
        grid_households=raw["grid"]["households"],
        expected=raw["expected"]["default"],
        counted_days=raw["expected"]["counted_days"],
    )
