"""Farrington flexible over the townships of a province: beside the limit, and beside one regression after the other."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from gridcommons.cli.benches import LIMIT, Row, bench

if TYPE_CHECKING:
    from gridcommons.outlook.detectors.comparable_weeks import Baseline
    from gridcommons.outlook.detectors.farrington import Options
    from gridcommons.outlook.detectors.glm import Floats

TOWNS: Final = 1_387
WEEKS: Final = 312
DAYS: Final = [date(2020, 1, 6) + timedelta(weeks=n) for n in range(WEEKS)]
SOME: Final = 60
"""Townships that the peer is given: it costs the same for each."""
_LIMIT, _POINT, _STEPS = 5.0, 1.0, 25
_PEER: Final = "a regression at a time, numpy"


@bench("farrington")
def farrington_rows() -> Iterable[Row]:
    """A week of all townships with ten season levels, and with one, in processor time of one thread."""
    from gridcommons.outlook.detectors.farrington import Options, farrington

    counts = towns(TOWNS)
    for options in (Options(season_levels=10, trend_threshold=1), Options()):
        seconds, said = _timed(partial(farrington, counts, days=DAYS, steps=[WEEKS - 1], options=options))
        unsaid = int((~said.judged[:, -1]).sum())
        note = f"{TOWNS:,} townships x 1 week, {options.season_levels} season levels; not judged: {unsaid}"
        yield Row("farrington", seconds, LIMIT, _LIMIT, "s", note)
        yield Row("farrington", seconds / TOWNS * 1e3, LIMIT, _POINT, "ms a point", f"{options.season_levels} levels")
        yield _beside_the_peer(counts[:SOME], seconds / TOWNS, said.upper[:SOME, -1], options)


def towns(many: int) -> Floats:
    """Synthetic weekly counts (townships, weeks): most small, seasonal, overdispersed, some with an old outbreak."""
    import numpy as np

    rng = np.random.default_rng(5)
    season = 1 + 0.4 * np.sin(np.arange(WEEKS) * 2 * np.pi / 52.18)
    mean = np.exp(rng.normal(0.7, 1.0, (many, 1))) * season * rng.gamma(4, 0.25, (many, WEEKS))
    counts = rng.poisson(mean).astype(np.float64)
    ill = np.flatnonzero(rng.random(many) < 1 / 5)
    counts[ill, rng.integers(0, WEEKS - 52, ill.size)] += 25
    return np.asarray(counts)


def _beside_the_peer(counts: Floats, ours: float, upper: Floats, options: Options) -> Row:
    """The same bounds by a dense regression for each township, and how far apart they are."""
    import numpy as np

    from gridcommons.outlook.detectors.comparable_weeks import WEEKS as PER_YEAR
    from gridcommons.outlook.detectors.comparable_weeks import baseline, patterns

    half = options.half_window
    found, _short = patterns([WEEKS - 1], DAYS, years=options.years_back, per_year=PER_YEAR, half_window=half)
    past = baseline(next(iter(found)), half_window=half, levels=options.season_levels, left_out=options.left_out)
    seconds, theirs = _timed(lambda: np.array([_plain(one, past, options) for one in counts]))
    apart = np.abs(theirs - upper)[np.isfinite(theirs) & (upper > 0)].max()
    note = f"{len(counts)} townships, bounds at most {apart:.1g} apart; the R package needs 6 to 15 ms a point"
    return Row("farrington", ours * 1e3, _PEER, seconds / len(counts) * 1e3, "ms a point", note)


def _plain(counts: Floats, past: Baseline, options: Options) -> float:
    """The delta bound of one township, written as the papers have it."""
    import numpy as np
    from scipy import special

    y, x = counts[WEEKS - 1 + past.places], past.places.astype(float)
    seasons = [(past.levels == one).astype(float) for one in range(1, options.season_levels)]
    for trend in ([x], []):
        design = np.column_stack([np.ones(y.size), *trend, *seasons])
        beta, mean, phi, inverse, scale = _regressed(design, y, np.ones(y.size))
        leverage = np.einsum("ij,jk,ik->i", design, inverse, design) * mean
        residual = 1.5 * (y ** (2 / 3) - mean ** (2 / 3)) / (mean ** (1 / 6) * np.sqrt(phi * (1 - leverage)))
        weight = np.where(residual > options.weights_threshold, np.abs(residual) ** -2.0, 1.0)
        beta, mean, phi, inverse, scale = _regressed(design, y, weight * y.size / weight.sum())
        expected = float(np.exp(beta[0]))
        if not trend:
            break
        t = abs(beta[1]) / np.sqrt(scale * inverse[1, 1])
        chance = 2 * special.stdtr(y.size - design.shape[1], -t)
        if chance < options.trend_threshold and expected <= y.max():
            break
    sd = np.sqrt(phi * expected + scale * inverse[0, 0] * expected**2)
    z = special.ndtri(1 - options.alpha)
    return float(expected * (1 + options.power * z * sd / expected) ** (1 / options.power))


def _regressed(design: Floats, y: Floats, prior: Floats) -> tuple[Floats, Floats, float, Floats, float]:
    """Coefficients, means, dispersion, inverse information and mean square of relative residuals."""
    import numpy as np

    mean = y + 0.1
    linear, before = np.log(mean), np.inf
    for _step in range(_STEPS):
        root = np.sqrt(prior * mean)
        weighted = design * root[:, None]
        beta = np.linalg.lstsq(weighted, root * (linear + (y - mean) / mean), rcond=None)[0]
        linear = design @ beta
        mean = np.exp(linear)
        with np.errstate(divide="ignore", invalid="ignore"):
            deviance = 2 * (prior * (np.where(y > 0, y * np.log(y / mean), 0.0) - y + mean)).sum()
        if abs(deviance - before) < 1e-8 * (abs(deviance) + 0.1):
            break
        before = deviance
    relative = prior * ((y - mean) / mean) ** 2
    free = y.size - design.shape[1]
    dispersion = max(1.0, float((root**2 * (y / mean - 1) ** 2).sum() / free))
    inverse = np.asarray(np.linalg.inv(weighted.T @ weighted), dtype=np.float64)
    return np.asarray(beta, dtype=np.float64), mean, dispersion, inverse, float(relative.sum() / free)


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of the processor, and what came of it."""
    began = time.process_time()
    result = work()
    return time.process_time() - began, result
