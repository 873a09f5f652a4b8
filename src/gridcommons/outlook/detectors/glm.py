"""Quasi-Poisson regression of many series at once: a level for each season, and a common trend. Pure.

The model is log mu = level + slope * x + offset. Its normal equations have the shape of an analysis of covariance:
given the slope, each level stands alone. So a step needs sums over the levels and no matrix is inverted, and a
thousand series cost little more than one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]

TOLERANCE: Final = 1e-8
"""Change of the deviance, as a share of it, at which the iteration ends. It is part of the method: iterating on moves
the dispersion in the sixth digit, and the bounds would no longer be those that others compute."""
MOST_STEPS: Final = 25
_START: Final = 0.1
_ROUNDING: Final = 4 * float(np.finfo(float).eps)
"""Of counts in millions the deviance is known no better than this share of what it is the difference of."""
_FEWEST_FREE: Final = 1


@dataclass(frozen=True, eq=False)
class Design:
    """What all rows of a regression share: `x` (points), the trend's variable; `level` (points), whole numbers.

    The points stand in the order of their levels, so that sums over a level are sums over neighbours.
    """

    x: Floats
    level: Whole

    @property
    def starts(self) -> Whole:
        """Where each level that occurs begins."""
        return np.flatnonzero(np.diff(self.level, prepend=-1))


@dataclass(frozen=True, eq=False)
class Fit:
    """Fitted regressions, one a row.

    `levels` (rows, levels), `slope` (rows): coefficients on the log scale; slope 0 without a trend. `mean`,
    `leverage` (rows, points). `dispersion`: Pearson's, `relative`: mean square of (y - mu) / mu under the prior
    weights; both over the degrees of freedom `free`. `level_variance`: of the first level's coefficient,
    `slope_variance`: both without dispersion. `converged`: the iteration came to its end.
    """

    levels: Floats
    slope: Floats
    mean: Floats
    leverage: Floats
    dispersion: Floats
    relative: Floats
    free: Whole
    level_variance: Floats
    slope_variance: Floats
    converged: Bools


@dataclass(eq=False)
class _Sums:
    """The sums over points that a step of the iteration needs, by level; of the slope only with a trend."""

    weight: Floats
    first: Floats
    second: Floats

    @property
    def centre(self) -> Floats:
        return _ratio(self.first, self.weight)


def fit(y: Floats, prior: Floats, design: Design, *, trend: bool, offset: Floats | None = None) -> Fit:
    """Fit each row by iteratively reweighted least squares until the deviance rests.

    y: (rows, points), counts; any finite number where `prior` is 0. prior: (rows, points), weights, 0 for a point
    that is not known. offset: (rows, points) on the log scale. A row that does not come to rest in 25 steps, or has no
    finite answer, is not `converged`. A level without a known point has no coefficient (NaN).
    Source: McCullagh and Nelder 1989, Generalized Linear Models, 2.5 and 9.2.
    """
    shift = np.zeros_like(y) if offset is None else offset
    done = _Working(y, prior, shift, design, trend)
    with np.errstate(all="ignore"):
        done.iterate()
        return done.fitted()


class _Working:
    """The iteration: rows leave it one by one as they come to rest, each exactly at its own step."""

    def __init__(self, y: Floats, prior: Floats, shift: Floats, design: Design, trend: bool) -> None:
        self.y, self.prior, self.shift, self.x, self.trend = y, prior, shift, design.x, trend
        self.starts = design.starts
        self.sizes = np.diff(self.starts, append=len(design.level))
        rows, levels = len(y), len(self.starts)
        self.coefficients, self.slope = np.full((rows, levels), np.nan), np.zeros(rows)
        self.mean, self.weight = y + _START, prior * (y + _START)
        self.converged = np.zeros(rows, dtype=bool)

    def iterate(self) -> None:
        left, (y, prior, shift, mean) = np.arange(len(self.y)), (self.y, self.prior, self.shift, self.mean)
        full, linear = _saturated(y, prior), np.log(mean)
        before = full + _unexplained(y, prior, linear, mean)
        for step in range(1, MOST_STEPS + 1):
            weight = prior * mean
            levels, slope = self._solved(weight, linear - shift + (y - mean) / mean)
            linear = self._linear(levels, slope, shift)
            mean = np.exp(linear)
            now = full + _unexplained(y, prior, linear, mean)
            rest = np.abs(now - before) < TOLERANCE * (np.abs(now) + _START) + _ROUNDING * np.abs(full)
            going = ~rest & np.isfinite(now) & (step < MOST_STEPS)
            ends = ~going
            if ends.any():
                at = left[ends]
                self.converged[at], self.coefficients[at], self.slope[at] = rest[ends], levels[ends], slope[ends]
                self.mean[at], self.weight[at] = mean[ends], weight[ends]
                left, y, prior, shift, full = left[going], y[going], prior[going], shift[going], full[going]
                mean, linear, now = mean[going], linear[going], now[going]
            if not left.size:
                return
            before = now

    def _linear(self, levels: Floats, slope: Floats, shift: Floats) -> Floats:
        linear = self._spread_out(levels) + shift
        if self.trend:
            linear += slope[:, None] * self.x
        return np.asarray(linear)

    def _by_level(self, values: Floats) -> Floats:
        return np.asarray(np.add.reduceat(values, self.starts, axis=1))

    def _spread_out(self, by_level: Floats) -> Floats:
        return np.repeat(by_level, self.sizes, axis=1)

    def _sums(self, weight: Floats) -> _Sums:
        by_level = self._by_level(weight)
        if not self.trend:
            return _Sums(by_level, by_level, by_level)
        moved = weight * self.x
        return _Sums(by_level, self._by_level(moved), (moved * self.x).sum(axis=1))

    def _solved(self, weight: Floats, response: Floats) -> tuple[Floats, Floats]:
        """Levels and slope of a weighted least-squares step."""
        sums, pulled = self._sums(weight), weight * response
        by_level = self._by_level(pulled)
        if not self.trend:
            return _ratio(by_level, sums.weight), np.zeros(len(weight))
        slope = ((pulled * self.x).sum(axis=1) - (sums.centre * by_level).sum(axis=1)) / _spread(sums)
        return _ratio(by_level - slope[:, None] * sums.first, sums.weight), slope

    def fitted(self) -> Fit:
        """Everything else, with the weights of each row's last step."""
        sums, known = self._sums(self.weight), self.prior > 0
        present = self._by_level(known.astype(np.float64)) > 0
        free = known.sum(axis=1) - present.sum(axis=1) - int(self.trend)
        apart = ((self.y - self.mean) / self.mean) ** 2
        share = np.where(free >= _FEWEST_FREE, free, np.nan)
        spread = _spread(sums) if self.trend else np.full(len(free), np.inf)
        about = (self.x - self._spread_out(sums.centre)) if self.trend else np.zeros_like(self.mean)
        leverage = self.weight * (self._spread_out(_ratio(1.0, sums.weight)) + about**2 / spread[:, None])
        return Fit(
            np.where(present, self.coefficients, np.nan), self.slope, self.mean, leverage,
            (self.weight * apart).sum(axis=1) / share, (self.prior * apart).sum(axis=1) / share, free,
            1 / sums.weight[:, 0] + (sums.centre[:, 0] ** 2 / spread if self.trend else 0.0), 1 / spread,
            self.converged & np.isfinite(self.slope),
        )  # fmt: skip


def _ratio(over: Floats | float, under: Floats) -> Floats:
    """A quotient, 0 where there is nothing to divide by: a level without a known point must not spoil the others."""
    return np.asarray(np.where(under > 0, over / np.where(under > 0, under, 1.0), 0.0))


def _spread(sums: _Sums) -> Floats:
    """Weighted sum of squares of x about the centres of the levels."""
    return np.asarray(sums.second - (sums.centre * sums.first).sum(axis=1))


def _saturated(y: Floats, prior: Floats) -> Floats:
    """The part of the Poisson deviance of each row that no fit changes."""
    return np.asarray(2 * (prior * (y * np.log(np.where(y > 0, y, 1.0)) - y)).sum(axis=1))


def _unexplained(y: Floats, prior: Floats, linear: Floats, mean: Floats) -> Floats:
    """The other part."""
    return np.asarray(2 * (prior * (mean - y * linear)).sum(axis=1))


def anscombe(y: Floats, fitted: Fit) -> Floats:
    """Standardised Anscombe residuals of counts (rows, points) about their fitted means.

    1.5 (y^(2/3) - mu^(2/3)) / (mu^(1/6) sqrt(phi (1 - h))), phi at least 1.
    Source: Farrington et al. 1996, J R Stat Soc A 159, 547-563, section 3.4.
    """
    with np.errstate(all="ignore"):
        root = np.sqrt(fitted.mean)
        sixth = np.cbrt(root)
        scale = np.maximum(fitted.dispersion, 1.0)[:, None] * np.maximum(1 - fitted.leverage, np.finfo(float).tiny)
        return np.asarray(1.5 * (np.cbrt(y) ** 2 / sixth - root) / np.sqrt(scale))
