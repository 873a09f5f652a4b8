"""What the demo county assumes: weights of villages, sizes of offices, kinds of employment; from `data/county.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from gridcommons.rehearsal.mapping import DATA

STREET: Final = "0"
TOWN: Final = "1"
LAST_COMMUNITY: Final = 199


@dataclass(frozen=True)
class Expected:
    """How often a form is filled in, in a year for 1,000 households, and why it is wanted."""

    per_year: int
    why: str


@dataclass(frozen=True)
class Declared:
    """The declared assumptions; `staff` gives the least and the most accounts of a kind of office.

    `spread`: standard deviation of the logarithm of a village's share around its kind's weight.
    """

    weights: Mapping[str, float]
    spread: float
    staff: Mapping[str, tuple[int, int]]
    second_full_time: float
    second_part_time: float
    employment: Mapping[str, Mapping[str, float]]
    forms: Mapping[str, Expected]

    def weight(self, village: str) -> float:
        """A village's share of the county's households, as a ratio, from the bands of its twelve-digit code."""
        town = {STREET: "street", TOWN: "town"}.get(village[6], "other")
        run = "community" if int(village[9:]) <= LAST_COMMUNITY else "village"
        return self.weights[f"{town}_{run}"]


@cache
def declared() -> Declared:
    """The assumptions that the package declares."""
    raw = tomllib.loads((DATA / "county.toml").read_text(encoding="utf-8"))
    return Declared(
        weights=raw["weights"],
        spread=raw["spread"]["villages"],
        staff={kind: (least, most) for kind, (least, most) in raw["staff"].items()},
        second_full_time=raw["grid"]["second_full_time"],
        second_part_time=raw["grid"]["second_part_time"],
        employment=raw["employment"],
        forms={key: Expected(*both) for key, both in raw["forms"].items()},
    )
