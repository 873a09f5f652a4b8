"""Farrington flexible as one of the methods of `methods`: its options by name, its figures as `Bounds`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from gridcommons.outlook.detectors.bounds import Bounds, Floats
from gridcommons.outlook.detectors.comparable_weeks import WEEKS
from gridcommons.outlook.detectors.farrington import Options, farrington

_PLAIN: Final = Options()


def by_farrington(
    counts: Floats, *, first: int, per_year: int, days: Sequence[date] | None = None, alpha: float = _PLAIN.alpha,
    years_back: int = _PLAIN.years_back, half_window: int = _PLAIN.half_window,
    season_levels: int = _PLAIN.season_levels, weights_threshold: float = _PLAIN.weights_threshold,
    exclude_weeks: int = _PLAIN.left_out, trend_threshold: float = _PLAIN.trend_threshold,
    limit: tuple[int, int] = (_PLAIN.cases, _PLAIN.periods), power: float = _PLAIN.power, bound: str = _PLAIN.bound,
) -> Bounds:  # fmt: skip
    """`farrington` from a step on. exclude_weeks: in weeks whatever the step; limit: cases and periods.

    `judged` where the method could speak of a known count; where fewer cases than the limit came in the last periods
    there is no bound and no alarm, though the step is judged. Refuses (`farrington.option`).
    """
    options = Options(
        years_back=years_back, half_window=half_window, season_levels=season_levels,
        weights_threshold=weights_threshold, left_out=round(exclude_weeks * per_year / WEEKS),
        trend_threshold=trend_threshold, cases=limit[0], periods=limit[1], power=power, bound=bound, alpha=alpha,
    )  # fmt: skip
    steps = range(first, counts.shape[1])
    said = farrington(counts, days=days, per_year=per_year, options=options, steps=steps)
    return Bounds(said.shown(said.expected), said.shown(said.upper), said.p, said.alarm, said.judged, said.flat)
