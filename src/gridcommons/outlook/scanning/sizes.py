"""Windows held against their own size, so that what the smallest do by chance does not hide the wide ones.

The greatest score of all windows where nothing happens is nearly always that of a tiny one: there are most of them, and
they differ most from one another. Held against it, a wide window has to score more than any wide window ever does by
chance. So windows are told apart by what they expect, a class for each doubling, each class is held against its own
greatest scores, and what stands out most in any class is held against what stands out most where nothing happens.
After Walther (2010) and Rivera and Walther (2013); why this way and not theirs: decision record 39.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from gridcommons.kit.errors import refusal_kind, refuse

Floats = npt.NDArray[np.float64]

FEWEST: Final = 19
"""With fewer replicates no p could be .05, and no spread of a class is known."""
TOO_FEW = refusal_kind(
    "scan.size_replicates",
    status=400,
    zh="按窗口大小评判至少需要{fewest}次模拟（--replicates）。",
    en="Windows are held against their own size with {fewest} replicates at least (--replicates).",
)
FIRST: Final = -4
"""Class 0 holds all windows that expect less than 2^-3 = 1/8 of a case, class 1 those below 1/4, and so on."""
_OFTEN: Final = 0.95
_EULER: Final = 0.57721566490153286


def class_of(expected: Floats) -> npt.NDArray[np.int64]:
    """The size class of windows by what they expect, in the precision of the search, which tells it by the bits."""
    short = expected.astype(np.float32)
    _part, power = np.frexp(short)
    return np.where(short > 0, np.maximum(power - 1 - FIRST, 0), 0).astype(np.int64)


def classes_up_to(greatest: float) -> int:
    """How many classes there are where no window expects more."""
    return int(class_of(np.array([greatest]))[0]) + 1


@dataclass(frozen=True)
class Sizes:
    """Where the greatest scores of each class lie by chance and how far they spread: place and scale, (classes,)."""

    place: Floats
    scale: Floats

    def worth(self, score: Floats, expected: Floats) -> Floats:
        """How far scores stand out among windows of their size, in spreads; -inf where nothing is above expectation.

        score, expected: of any one shape. Greater windows than there is a class for count to the last one.
        """
        own = np.minimum(class_of(expected), self.place.size - 1)
        return np.where(score > 0, (score - self.place[own]) / self.scale[own], -np.inf)

    def most(self, maxima: Floats) -> Floats:
        """What stands out most in sets of data by the greatest scores of each class, (sets, classes): (sets,)."""
        worth: Floats = np.where(maxima > 0, (maxima - self.place) / self.scale, -np.inf).max(axis=1)
        return worth


ALL_ALIKE: Final = Sizes(np.zeros(1), np.ones(1))
"""The plain scan: a window is worth its score, whatever its size."""


def require_enough(replicates: int) -> None:
    """Refuse fewer replicates than tell a class's spread."""
    if replicates < FEWEST:
        raise refuse(TOO_FEW, fewest=FEWEST)


def sized(maxima: Floats) -> tuple[Sizes, Floats]:
    """Place and scale of each class, and what stood out most in each replicate: (replicates,).

    maxima: the greatest scores of each class, (replicates, classes). A class in which replicates often have no window
    at all is joined to the next. A replicate is held against the others, as a day is held against all of them: held
    against itself too, it would look less odd than a day does.
    """
    joined = _joined(maxima)
    best = np.stack([np.maximum.reduce(maxima[:, group], axis=1) for group in joined], axis=1)
    place, scale = _gumbel(best.mean(axis=0), best.var(axis=0, ddof=1))
    wide = [group.stop - group.start for group in joined]
    others, spread = _of_others(best)
    return Sizes(np.repeat(place, wide), np.repeat(scale, wide)), ((best - others) / spread).max(axis=1)


def _joined(maxima: Floats) -> list[slice]:
    """Classes next to one another as far as it takes for a score in nearly every replicate; the rest to the last."""
    groups: list[slice] = []
    first, classes = 0, maxima.shape[1]
    for last in range(1, classes + 1):
        if (maxima[:, first:last].max(axis=1) > 0).mean() >= _OFTEN:
            groups.append(slice(first, last))
            first = last
    if not groups:
        return [slice(0, classes)]
    return [*groups[:-1], slice(groups[-1].start, classes)]


def _of_others(best: Floats) -> tuple[Floats, Floats]:
    """Place and scale of each class by all replicates but one, for each of them: (replicates, classes)."""
    others = len(best) - 1
    mean = (best.sum(axis=0) - best) / others
    squared = ((best - best.mean(axis=0)) ** 2).sum(axis=0) - (best - best.mean(axis=0)) ** 2
    return _gumbel(mean, np.maximum(squared - others * (mean - best.mean(axis=0)) ** 2, 0.0) / (others - 1))


def _gumbel(mean: Floats, variance: Floats) -> tuple[Floats, Floats]:
    """Place and scale of the Gumbel distribution with this mean and variance; scale 1 where nothing varies."""
    scale = np.sqrt(variance) * (math.sqrt(6) / math.pi)
    return mean - _EULER * scale, np.where(scale > 0, scale, 1.0)
