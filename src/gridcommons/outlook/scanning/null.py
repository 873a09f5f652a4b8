"""The greatest score where nothing happens: Monte Carlo by the model, the tail beyond it, tables kept between runs."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from gridcommons.outlook.scanning.cylinders import maxima, maxima_by_size
from gridcommons.outlook.scanning.events import Events, events_of
from gridcommons.outlook.scanning.scores import CONDITIONAL, Design, Model

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
Cells = tuple[Whole, Whole, Whole, Floats]
"""Set, area, lag and cases of drawn cells."""

_BATCH: Final = 250
"""Sets searched at once: their counts fit the processor's own memory."""
_EULER: Final = 0.57721566490153286


@dataclass(frozen=True)
class Null:
    """Greatest scores of replicates, (replicates,) float64; `stopped`: broken off after enough exceedances."""

    maxima: Floats
    stopped: bool = False

    def p(self, score: float) -> float:
        """(1 + replicates that reach the score) / (replicates + 1). Dwass (1957), Barnard (1963).

        Where the drawing was stopped by the score itself, its exceedances over replicates (Besag, Clifford 1991) are
        fewer by one in both: the value given is never the smaller one.
        """
        return float((1 + (self.maxima >= score).sum()) / (self.maxima.size + 1))

    def tail(self, score: float) -> float:
        """P(maximum >= score) by a Gumbel distribution with the maxima's mean and variance.

        For p below what replicates can tell: Abrams, Kulldorff and Kleinman (2010). NaN under 20 replicates.
        """
        enough = 20
        if self.maxima.size < enough:
            return math.nan
        scale = float(self.maxima.std(ddof=1)) * math.sqrt(6) / math.pi
        place = float(self.maxima.mean()) - _EULER * scale
        if scale == 0:
            return 1.0 if score <= place else 0.0
        return -math.expm1(-math.exp(-(score - place) / scale))


@dataclass(frozen=True)
class Margins:
    """What the permutation scan holds fast: area and step of each case, (cases,) int64; the steps of the study."""

    area: Whole
    step: Whole
    steps: int


def margins_of(counts: Floats) -> Margins:
    """The margins of whole counts in time order, (areas, steps)."""
    area, step = np.nonzero(counts)
    times = counts[area, step].astype(np.int64)
    return Margins(np.repeat(area, times), np.repeat(step, times), counts.shape[1])


def replicated(
    design: Design, replicates: int, seed: int, *, margins: Margins | None = None,
    observed: float | None = None, stop: int | None = None,
) -> Null:  # fmt: skip
    """The null distribution by `replicates` sets drawn under the design's model.

    margins: needed for the permutation scan. stop: end early once so many maxima reach `observed`; what is unremarkable
    is known to be so soon. The same seed gives the same maxima, also as a part of more replicates.
    """
    found: list[Floats] = []
    reached = 0
    for number, size in enumerate(_batches(replicates, stop)):
        rng = np.random.default_rng([seed, number])
        found.append(maxima(design, draw(design, size, rng, margins)))
        reached += int((found[-1] >= observed).sum()) if observed is not None else 0
        if stop is not None and observed is not None and reached >= stop:
            return _cut(np.concatenate(found), observed, stop, replicates)
    return Null(np.concatenate(found) if found else np.empty(0))


def replicated_by_size(design: Design, replicates: int, seed: int, *, margins: Margins | None = None) -> Floats:
    """The greatest scores of each size class in sets drawn as for `replicated`: (replicates, classes)."""
    return np.concatenate([
        maxima_by_size(design, draw(design, size, np.random.default_rng([seed, number]), margins))
        for number, size in enumerate(_batches(replicates, None))
    ])  # fmt: skip


def _batches(replicates: int, stop: int | None) -> Iterator[int]:
    """Sizes of batches; small ones first where the drawing may stop."""
    size = _BATCH if stop is None else min(_BATCH, 4 * stop)
    while replicates > 0:
        yield min(size, replicates)
        replicates -= size
        size = min(_BATCH, 2 * size)


def _cut(maxima_found: Floats, observed: float, stop: int, replicates: int) -> Null:
    """As if drawn one by one: what came after the deciding exceedance does not count."""
    at = int(np.flatnonzero(maxima_found >= observed)[stop - 1]) + 1
    return Null(maxima_found[:at], stopped=at < replicates)


def draw(design: Design, sets: int, rng: np.random.Generator, margins: Margins | None = None) -> Events:
    """So many sets in which nothing happens.

    Expectation-based: independent counts, negative binomial where the design has a theta, else Poisson.
    Population-based: all cases of the study fall on areas and steps by their shares. Permutation: the steps of the
    cases are shuffled among them.
    """
    if design.model is Model.PERMUTATION:
        if margins is None:
            raise ValueError("the permutation scan needs the margins of its counts")
        cells = _shuffled(margins, design.size[2], sets, rng)
    elif design.model in CONDITIONAL:
        cells = _spread(design, sets, rng)
    elif design.theta is not None and math.isfinite(design.theta):
        cells = _clustered(design, sets, rng)
    else:
        cells = _poisson(design, sets, rng)
    areas, _k, steps = design.size
    return events_of(*cells, sets=sets, areas=areas, steps=steps)


def _cells(rates: Floats, number: int, rng: np.random.Generator) -> tuple[Whole, Whole]:
    """Area and lag of so many independent draws in proportion to rates, (areas, steps)."""
    heaped = np.cumsum(rates.ravel())
    at = np.searchsorted(heaped, rng.random(number) * heaped[-1], side="right")
    area, lag = np.divmod(np.minimum(at, heaped.size - 1), rates.shape[1])
    return area, lag


def _poisson(design: Design, sets: int, rng: np.random.Generator) -> Cells:
    sizes = rng.poisson(design.expected.sum(), sets)
    area, lag = _cells(design.expected, int(sizes.sum()), rng)
    return np.repeat(np.arange(sets), sizes), area, lag, np.ones(area.size)


def _clustered(design: Design, sets: int, rng: np.random.Generator) -> Cells:
    """A negative binomial is a Poisson number of clusters, their sizes a logarithmic series. Quenouille (1949)."""
    theta = float(design.theta or 0)
    rates = theta * np.log1p(design.expected / theta)
    sizes = rng.poisson(rates.sum(), sets)
    area, lag = _cells(rates, int(sizes.sum()), rng)
    mean = design.expected[area, lag]
    return np.repeat(np.arange(sets), sizes), area, lag, rng.logseries(mean / (mean + theta)).astype(np.float64)


def _spread(design: Design, sets: int, rng: np.random.Generator) -> Cells:
    share = min(1.0, float(design.expected.sum()) / design.total) if design.total else 0.0
    sizes = rng.binomial(int(design.total), share, sets)
    area, lag = _cells(design.expected, int(sizes.sum()), rng)
    return np.repeat(np.arange(sets), sizes), area, lag, np.ones(area.size)


def _shuffled(margins: Margins, durations: int, sets: int, rng: np.random.Generator) -> Cells:
    lags = margins.steps - 1 - np.stack([rng.permutation(margins.step) for _ in range(sets)])
    of, which = np.nonzero(lags < durations)
    return of, margins.area[which], lags[of, which], np.ones(of.size)
