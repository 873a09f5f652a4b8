"""What may be released, from the room's data: kinds of reports, counts handed in, the week's households."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from gridcommons.kit.words import Words
from gridcommons.outlook.reported.listing import listing as handed_in

_FILE: Final = Path(__file__).parent / "data" / "releases.toml"


@dataclass(frozen=True)
class Listed:
    """The list. `kinds`: the matters of each kind; `names`: of measures.

    `listed`: the kinds whose cases stand one by one in the public list.
    """

    version: str
    owner: Words
    licence: str
    lag: int
    again: int
    kinds: Mapping[str, frozenset[str]]
    whole: str
    handed: tuple[str, ...]
    weekly: str
    names: Mapping[str, Words]
    listed: frozenset[str]

    @property
    def listed_matters(self) -> frozenset[str]:
        """The matters whose cases stand one by one in the public list."""
        return frozenset().union(*(self.kinds[key] for key in self.listed))


@cache
def releasable() -> Listed:
    """The list as it is shipped; refuses (ValueError) a running total, whose days subtraction would give."""
    with _FILE.open("rb") as file:
        held = tomllib.load(file)
    handed = tuple(one["key"] for one in held["handed"])
    running = [key for key in handed if handed_in().get(key).running]
    if running:
        raise ValueError(f"running totals are not released: {running}")
    lines: list[dict[str, Any]] = [*held["kinds"], held["all"], *held["handed"], held["weekly"]]
    return Listed(
        held["version"], Words(*held["owner"]), held["licence"], held["lag"], held["again"],
        {one["key"]: frozenset(one["matters"]) for one in held["kinds"]}, held["all"]["key"], handed,
        held["weekly"]["key"], {one["key"]: Words(*one["name"]) for one in lines},
        frozenset(one["key"] for one in held["kinds"] if one["listed"]),
    )  # fmt: skip
