"""The options of `gridcommons detect` that only Farrington has, as they are written and as the method takes them."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Annotated, Final

import typer

from gridcommons.kit.errors import refusal_kind, refuse

_LIMIT: Final = re.compile(r"(\d{1,9}):(\d{1,6})", re.ASCII)
_POWERS: Final = (Fraction(2, 3), Fraction(1, 2), Fraction(1))
_NEAR: Final = Fraction(1, 1000)
"""0.667 is meant as 2/3."""

SeasonLevels = Annotated[
    int | None, typer.Option("--season-levels", help="farrington: seasons of a year, 10 use all its weeks; 1.")
]
WeightsThreshold = Annotated[
    float | None, typer.Option("--weights-threshold", help="farrington: residuals above it weigh less; 2.58.")
]
ExcludeWeeks = Annotated[
    int | None, typer.Option("--exclude-weeks", help="farrington: weeks before the judged one left out; 26.")
]
TrendThreshold = Annotated[
    float | None,
    typer.Option("--trend-threshold", help="farrington: a trend with a smaller p is kept, 0 for none; 0.05."),
]
Limit = Annotated[
    str | None,
    typer.Option("--limit", help="farrington: CASES:PERIODS, fewer cases in so many steps alarm never; 5:4."),
]
Power = Annotated[str | None, typer.Option("--power", help="farrington, delta: 2/3, 1/2 or 1; 2/3.")]
Bound = Annotated[str | None, typer.Option("--bound", help="farrington: delta, muan or nbPlugin; delta.")]

BAD_LIMIT = refusal_kind(
    "detect.farrington_limit",
    status=400,
    zh="--limit 写作“例数:期数”，如 5:4；“{text}”不是。",
    en="--limit is CASES:PERIODS such as 5:4; “{text}” is not.",
)
BAD_POWER = refusal_kind(
    "detect.farrington_power",
    status=400,
    zh="--power 是 2/3、1/2 或 1；“{text}”不是。",
    en="--power is 2/3, 1/2 or 1; “{text}” is not.",
)


def limit_of(text: str) -> tuple[int, int]:
    """Cases and periods of `CASES:PERIODS`; refuses `detect.farrington_limit`."""
    found = _LIMIT.fullmatch(text.strip())
    if not found:
        raise refuse(BAD_LIMIT, text=text[:40])
    return int(found[1]), int(found[2])


def power_of(text: str) -> float:
    """2/3, 1/2 or 1, as a fraction or a decimal; refuses `detect.farrington_power`."""
    try:
        given = Fraction(text.strip())
    except (ValueError, ZeroDivisionError):
        raise refuse(BAD_POWER, text=text[:40]) from None
    for power in _POWERS:
        if abs(given - power) <= _NEAR:
            return float(power)
    raise refuse(BAD_POWER, text=text[:40])
