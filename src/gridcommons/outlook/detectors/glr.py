"""Generalised likelihood ratio of Poisson counts: a rise of unknown size since an unknown step. Pure."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Final, cast

import numpy as np

from gridcommons.outlook.detectors.bounds import Bounds, Floats, judged_bounds
from gridcommons.outlook.detectors.learning import last_before, seasonal_mean

THRESHOLD: Final = 5.0
_COMPILED_FROM: Final = 20_000
"""From so many counts on, compiled code repays the second that it takes to load."""
_TURNS: Final = 60
_CLOSE: Final = 1e-14

Kernel = Callable[[Floats, Floats, float, int, Floats, Floats, Floats, Floats], None]


def glr(
    counts: Floats, *, first: int, per_year: int, threshold: float = THRESHOLD, harmonics: int = 1, trend: bool = True,
    baseline: int | None = None,
) -> Bounds:  # fmt: skip
    """Poisson GLR against a mean with season and trend, learned from the steps (or last `baseline`) before `first`.

    counts: shape (series, steps), NaN where unknown: such a step is passed over. threshold: of the statistic
    max over k of S log(S/M) - S + M, S and M the cases and the expected ones since step k, S > M; after an alarm it
    begins anew. `upper` is the count at which the statistic would reach the threshold. Source: Höhle and Paul 2008,
    Comput Stat Data Anal 52, 4357-4368. All past steps are candidates for k, exactly, yet only the vertices of the
    convex hull of (M, S) are looked at: Ward, Dilillo, Eckley, Fearnhead 2024, J Comput Graph Stat 33 (Poisson-FOCuS).
    """
    past = last_before(counts, first, baseline)
    mean, stood_in, known = seasonal_mean(past, first=first, per_year=per_year, harmonics=harmonics, trend=trend)
    upper, _statistic = statistics(counts, mean, first, threshold)
    judged = np.zeros(counts.shape, bool)
    judged[:, first:] = (known > 1)[:, None]
    flat = np.broadcast_to(stood_in[:, None], counts.shape)
    return judged_bounds(counts, mean, upper, None, judged, flat)


def statistics(counts: Floats, mean: Floats, first: int, threshold: float) -> tuple[Floats, Floats]:
    """The bound and the GLR statistic of every step from `first` on, shape (series, steps); NaN before."""
    upper, statistic = np.full(counts.shape, np.nan), np.full(counts.shape, np.nan)
    run = _compiled() if counts.size >= _COMPILED_FROM else _walk
    given, expected = np.ascontiguousarray(counts), np.ascontiguousarray(mean)
    hull = np.empty((2, counts.shape[1] + 1))
    run(given, expected, threshold, first, upper, statistic, hull[0], hull[1])
    return upper, statistic


@cache
def _compiled() -> Kernel:
    """The walk as machine code; kept on disk by numba."""
    import numba

    return cast(Kernel, numba.njit(cache=True)(_walk))


def _walk(
    counts: Floats, mean: Floats, threshold: float, first: int, upper: Floats, statistic: Floats, at_m: Floats,
    at_s: Floats,
) -> None:  # fmt: skip
    """Fill `upper` and `statistic`. A step after which the rise may have begun is a vertex of the lower convex hull of
    (M, S) with slopes above one, kept as a stack between `low` and `high`: no other step is ever the best.
    """
    for row in range(counts.shape[0]):
        low, high, m, s = 0, 0, 0.0, 0.0
        for step in range(first, counts.shape[1]):
            y = counts[row, step]
            if math.isnan(y):
                continue
            while high - low > 1 and (at_s[high - 1] - at_s[high - 2]) * (m - at_m[high - 1]) >= (
                s - at_s[high - 1]
            ) * (at_m[high - 1] - at_m[high - 2]):
                high -= 1
            at_m[high], at_s[high] = m, s
            high += 1
            while high - low > 1 and at_s[low + 1] - at_s[low] <= at_m[low + 1] - at_m[low]:
                low += 1
            m += mean[row, step]
            bound, best = math.inf, 0.0
            for vertex in range(low, high):
                span, before = m - at_m[vertex], s - at_s[vertex]
                ratio = 1 + math.sqrt(2 * threshold / span) + threshold / span
                for _turn in range(_TURNS):  # Newton from above on the convex u log u - u + 1 = threshold / span
                    moved = (ratio * math.log(ratio) - ratio + 1 - threshold / span) / math.log(ratio)
                    ratio -= moved
                    if moved <= _CLOSE * ratio:
                        break
                bound = min(bound, span * ratio - before)
                if before + y > span:
                    best = max(best, (before + y) * math.log((before + y) / span) - before - y + span)
            upper[row, step], statistic[row, step] = bound, best
            s += y
            if y > bound:
                low, high, m, s = 0, 0, 0.0, 0.0
