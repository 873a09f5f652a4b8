"""Farrington flexible: a count against what the same season of earlier years lets expect, trend and outliers seen to.

The method of Noufaily et al. 2013, Stat Med 32, 1206-1222: quasi-Poisson regression on the steps of earlier years with
season levels and a trend that must earn its place; past outbreaks weigh less; a bound for one further count; no alarm
on a handful of cases.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from enum import IntEnum
from typing import Final

import numpy as np
from scipy import special

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.outlook.detectors import glm, thresholds
from gridcommons.outlook.detectors.comparable_weeks import WEEKS, Baseline, baseline, patterns
from gridcommons.outlook.detectors.farrington_options import Options
from gridcommons.outlook.detectors.glm import Bools, Fit, Floats, Whole

__all__ = ["Judged", "Options", "Standing", "farrington", "reweighted"]

_ROWS: Final = 512
"""Regressions that are computed together: their arrays stay in the processor's cache."""
YEARS_FOR_TREND: Final = 3
KNOWN_SHARE: Final = 2 / 3
"""A baseline, or a season of it, of which less is known says nothing."""

FEW_CASES: Final = 5
"""With fewer in the season's own weeks a limit of their mean by the normal law is none: the exact one is taken."""
MOST_TIMES: Final = 2
"""No mean's limit is above so many times the highest count of the baseline."""

NO_COUNTS = refusal_kind(
    "farrington.no_counts",
    status=400,
    zh="有负数、小数或无穷的数：Farrington方法只算个数，不知道的请留空。",
    en="There are negative, fractional or endless numbers: Farrington is for counts; leave empty what is unknown.",
)
NO_SHAPE = refusal_kind(
    "farrington.no_shape",
    status=400,
    zh="计数、日期与人口的长短不一致：{said}。",
    en="Counts, dates and population do not have the same length: {said}.",
)


class Standing(IntEnum):
    """What stands behind the figures of a step."""

    JUDGED = 0
    NOT_ASKED = 1
    SHORT = 2
    """The series does not go back far enough."""
    SPARSE = 3
    """Too little is known of the baseline, or of the season itself, or too few points for the regression."""
    UNKNOWN = 4
    """The count of the step itself, or its population, is unknown: there is a bound, but nothing to hold against it."""
    NO_CASE = 5
    """No case in the same season of any earlier year: expected 0, and the limit of cases alone decides."""
    UNSETTLED = 6
    """The regression did not come to rest."""


@dataclass(frozen=True, eq=False)
class Judged:
    """What the method says of every step; all arrays have the shape (series, steps), NaN where it says nothing.

    `expected`, `upper`, `lower`: counts. `p`: chance of a count as high or higher. `score`: (y - expected) /
    (upper - expected). `dispersion` at least 1. `slope`: of the trend per step on the log scale, NaN where none was
    kept. `error`: standard error of the log of the expected count. `raised`: the mean whose quantile the bound is
    (muan). `enough`: the last periods had cases enough. `alarm`: enough, and the count above `upper`. `standing`: a
    `Standing`.
    """

    expected: Floats
    upper: Floats
    lower: Floats
    p: Floats
    score: Floats
    dispersion: Floats
    slope: Floats
    error: Floats
    raised: Floats
    enough: Bools
    alarm: Bools
    standing: Whole

    @property
    def bounded(self) -> Bools:
        """Where there is a bound to be held to: the method could speak, and there were cases enough."""
        return np.asarray(np.isfinite(self.upper) & self.enough)

    @property
    def judged(self) -> Bools:
        """Where a known count was judged; an alarm that is False elsewhere means nothing."""
        return np.isin(self.standing, (Standing.JUDGED, Standing.NO_CASE))

    @property
    def flat(self) -> Bools:
        """Where no case of the same season stands behind the bound, so that a rule stands in for it."""
        return np.asarray(self.standing == Standing.NO_CASE)

    def shown(self, figures: Floats) -> Floats:
        """Expected or upper figures where they bind, NaN elsewhere."""
        return np.where(self.bounded, figures, np.nan)


def farrington(
    counts: Floats, *, days: Sequence[date] | None = None, per_year: int = WEEKS, options: Options | None = None,
    steps: Sequence[int] | None = None, population: Floats | None = None,
) -> Judged:  # fmt: skip
    """Judge steps of many series.

    counts: (series, steps), cases per step, NaN where unknown (left out of every baseline, not judged). days: the date
    of each step; with them a year back is the same date, to the nearest step, else `per_year` steps. steps: which to
    judge, all without it. population: (series, steps), persons at risk; the regression is then of rates, and a step
    whose population is unknown or 0 is unknown. Refuses `farrington.option`, `farrington.no_counts`,
    `farrington.no_shape`.
    """
    chosen = options or Options()
    chosen.check(per_year)
    given = np.asarray(counts, dtype=np.float64)
    _require_counts(given, days, population)
    wanted = range(given.shape[1]) if steps is None else steps
    found = _nothing(given.shape, _enough(given, chosen))
    by_pattern, short = patterns(
        wanted, days, years=chosen.years_back, per_year=per_year, half_window=chosen.half_window
    )
    found.standing[:, short] = Standing.SHORT
    for pattern, places in by_pattern.items():
        past = baseline(pattern, half_window=chosen.half_window, levels=chosen.season_levels, left_out=chosen.left_out)
        _judge_pattern(found, given, _at_risk(population), past, np.asarray(places), chosen)
    return _settled(found, given)


def _require_counts(counts: Floats, days: Sequence[date] | None, population: Floats | None) -> None:
    if counts.ndim != 2:  # noqa: PLR2004 - series and steps
        raise refuse(NO_SHAPE, said=f"{counts.ndim}D")
    if days is not None and len(days) != counts.shape[1]:
        raise refuse(NO_SHAPE, said=f"{counts.shape[1]} / {len(days)}")
    if population is not None and np.shape(population) != counts.shape:
        raise refuse(NO_SHAPE, said=f"{counts.shape} / {np.shape(population)}")
    known = counts[~np.isnan(counts)]
    if np.any((known < 0) | (known != np.floor(known)) | np.isinf(known)):
        raise refuse(NO_COUNTS)


def _at_risk(population: Floats | None) -> Floats | None:
    """The population, NaN where there is none."""
    if population is None:
        return None
    risk = np.asarray(population, dtype=np.float64)
    return np.where(np.isfinite(risk) & (risk > 0), risk, np.nan)


def _enough(counts: Floats, options: Options) -> Bools:
    """Whether the last periods, the judged one among them, had cases enough; unknown steps add none."""
    total = np.cumsum(np.nan_to_num(counts), axis=1)
    total[:, options.periods :] -= total[:, : -options.periods].copy()
    return np.asarray(total >= options.cases)


def _nothing(shape: tuple[int, ...], enough: Bools) -> Judged:
    empty = {one.name: np.full(shape, np.nan) for one in fields(Judged)}
    return Judged(**{
        **empty, "enough": enough, "alarm": np.zeros(shape, dtype=bool),
        "standing": np.full(shape, int(Standing.NOT_ASKED), dtype=np.int64),
    })  # fmt: skip


def _judge_pattern(
    found: Judged, counts: Floats, risk: Floats | None, past: Baseline, places: Whole, options: Options
) -> None:
    """Judge the steps that share a pattern, in blocks of rows (series by steps)."""
    rows = np.indices((len(counts), len(places))).reshape(2, -1)
    for begin in range(0, rows.shape[1], _ROWS):
        series, at = rows[0, begin : begin + _ROWS], places[rows[1, begin : begin + _ROWS]]
        where = series[:, None], at[:, None] + past.places
        y = counts[where]
        exposure = np.ones(y.shape) if risk is None else risk[where] / risk[series, at][:, None]
        said = _judge_rows(counts[series, at], y, exposure, past, options)
        for name, values in said.items():
            getattr(found, name)[series, at] = values


def _judge_rows(
    now: Floats, past_counts: Floats, exposed: Floats, past: Baseline, options: Options
) -> dict[str, Floats]:
    """What is said of rows: `now` the counts to judge; `past_counts` (rows, points), `exposed`: people over today's."""
    known = ~np.isnan(past_counts) & np.isfinite(exposed)
    y, exposure = np.where(known, past_counts, 0.0), np.where(known, exposed, 0.0)
    own = past.levels == 0
    cases = y[:, own].sum(axis=1)
    standing = np.where(cases > 0, int(Standing.JUDGED), int(Standing.NO_CASE))
    standing[np.minimum(known[:, own].mean(axis=1), known.mean(axis=1)) < KNOWN_SHARE] = Standing.SPARSE
    said = _fitted(y, exposure, past, options, standing == Standing.JUDGED)
    standing = np.where(standing == Standing.JUDGED, said.pop("standing"), standing)
    empty = standing == Standing.NO_CASE
    said["expected"][empty], said["dispersion"][empty], said["error"][empty] = 0.0, 1.0, 0.0
    with np.errstate(all="ignore"):
        exact = thresholds.exact_limit(cases, exposure[:, own].sum(axis=1), alpha=options.alpha)
    highest = np.maximum(exact, MOST_TIMES * _most(y, exposure))
    highest = np.where(cases < FEW_CASES, np.fmin(exact * said["dispersion"], highest), highest)
    bound = _threshold(now, said, options, exact, highest)
    return said | {
        "upper": bound.upper, "lower": bound.lower, "p": bound.p, "raised": bound.mean, "standing": standing,
    }  # fmt: skip


def _most(y: Floats, exposure: Floats) -> Floats:
    """The highest count of each row's baseline, for today's population."""
    return np.asarray(np.where(exposure > 0, y / np.where(exposure > 0, exposure, 1.0), 0.0).max(axis=1, initial=0))


def _threshold(
    now: Floats, said: dict[str, Floats], options: Options, exact: Floats, highest: Floats
) -> thresholds.Threshold:
    """The bounds. exact: limit of the season's mean from its cases alone; highest: that no mean's limit exceeds."""
    mean, error, dispersion = said["expected"], said["error"], said["dispersion"]
    if options.bound == "delta":
        with np.errstate(all="ignore"):
            most = np.maximum(highest - mean, 0) / special.ndtri(1 - options.alpha)
            held = np.where(np.isnan(mean), np.nan, np.fmin(error * mean, most))
        return thresholds.delta(now, mean, held, dispersion, alpha=options.alpha, power=options.power)
    if options.bound == "muan":
        seen = np.where(mean > 0, mean, np.where(mean == 0, exact, np.nan))
        return thresholds.uncertain(now, seen, error, dispersion, alpha=options.alpha, highest=highest)
    return thresholds.plugged_in(now, mean, dispersion, alpha=options.alpha)


def _fitted(y: Floats, exposure: Floats, past: Baseline, options: Options, asked: Bools) -> dict[str, Floats]:
    """Expected count, dispersion, error, slope and standing of the asked rows; NaN of the others."""
    said = {name: np.full(len(y), np.nan) for name in ("expected", "dispersion", "error", "slope")}
    said["standing"] = np.full(len(y), int(Standing.SPARSE), dtype=np.int64)
    left = np.flatnonzero(asked)
    for trend in (True, False) if options.trend_threshold > 0 and options.years_back >= YEARS_FOR_TREND else (False,):
        part = exposure[left]
        prior, offset = (part > 0).astype(np.float64), np.log(np.where(part > 0, part, 1.0))
        fitted = reweighted(y[left], prior, past, options.weights_threshold, trend=trend, offset=offset)
        holds = _trend_holds(fitted, _most(y[left], part), options) if trend else np.ones(len(left), dtype=bool)
        _take(said, left[holds], fitted, holds, options, trend=trend)
        left = left[~holds]
        if not left.size:
            break
    return said


def reweighted(
    y: Floats, prior: Floats, past: Baseline, threshold: float, *, trend: bool, offset: Floats | None = None
) -> Fit:
    """Fit, weigh points down whose standardised Anscombe residual exceeds the threshold by its inverse square, refit.

    y, prior: (rows, points), prior 0 for unknown points. The weights keep the number of points as their sum. Rows
    without such a point keep the first fit, of which the second would be a copy.
    Source: Farrington et al. 1996, section 3.4; the threshold 2.58 of Noufaily et al. 2013.
    """
    first = glm.fit(y, prior, past.design, trend=trend, offset=offset)
    residual = glm.anscombe(y, first)
    far = (residual > threshold) & (prior > 0)
    again = np.flatnonzero(far.any(axis=1))
    if not again.size:
        return first
    weight = prior[again] * np.where(far[again], np.where(far[again], residual[again], 1.0) ** -2, 1.0)
    weight *= (prior[again].sum(axis=1) / weight.sum(axis=1))[:, None]
    part = None if offset is None else offset[again]
    second = glm.fit(y[again], weight, past.design, trend=trend, offset=part)
    for one in fields(Fit):
        getattr(first, one.name)[again] = getattr(second, one.name)
    return first


def _scale(fitted: Fit, options: Options) -> Floats:
    """By what variances are multiplied: the dispersion, or the reference's mean square of relative residuals."""
    return np.maximum(fitted.dispersion, 1.0) if options.pearson_error else fitted.relative


def _trend_holds(fitted: Fit, most: Floats, options: Options) -> Bools:
    """A trend is kept where it is significant and does not lead above what the baseline has seen.

    Source: Farrington et al. 1996, section 3.2: three years at least, p below the threshold, expected count not above
    the highest of the baseline.
    """
    with np.errstate(all="ignore"):
        t = np.abs(fitted.slope) / np.sqrt(_scale(fitted, options) * fitted.slope_variance)
        p = 2 * special.stdtr(np.maximum(fitted.free, 1), -t)
        return np.asarray(fitted.converged & (p < options.trend_threshold) & (np.exp(fitted.levels[:, 0]) <= most))


def _take(said: dict[str, Floats], rows: Whole, fitted: Fit, kept: Bools, options: Options, *, trend: bool) -> None:
    """Put down what the kept rows of a fit say."""
    with np.errstate(all="ignore"):
        said["expected"][rows] = np.exp(fitted.levels[kept, 0])
        said["dispersion"][rows] = np.maximum(fitted.dispersion[kept], 1.0)
        said["error"][rows] = np.sqrt(_scale(fitted, options)[kept] * fitted.level_variance[kept])
    if trend:
        said["slope"][rows] = fitted.slope[kept]
    usable = fitted.converged[kept] & np.isfinite(said["dispersion"][rows])
    sparse = np.where(fitted.free[kept] < 1, int(Standing.SPARSE), int(Standing.UNSETTLED))
    said["standing"][rows] = np.where(usable, int(Standing.JUDGED), sparse)
    for name in ("expected", "dispersion", "error", "slope"):
        said[name][rows[~usable]] = np.nan


def _settled(found: Judged, counts: Floats) -> Judged:
    """Scores and alarms, and the steps whose own count is unknown."""
    with np.errstate(invalid="ignore"):
        found.alarm[:] = found.enough & (counts > found.upper)
        found.score[:] = thresholds.exceedance(counts, found.expected, found.upper)
    unknown = np.isnan(counts) & (found.standing != Standing.NOT_ASKED) & (found.standing != Standing.SHORT)
    found.standing[unknown] = Standing.UNKNOWN
    return found
