"""How much a window's cases exceed what is expected: the likelihood ratios of the scan statistics.

c cases against an expectation e; a window with c <= e scores 0, for only more than expected is looked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int32]


class Model(StrEnum):
    """What is held to be known, and how counts vary when nothing happens."""

    EB_POISSON = "eb-poisson"
    PB_POISSON = "pb-poisson"
    EB_NEGBIN = "eb-negbin"
    PERMUTATION = "permutation"


CONDITIONAL: Final = frozenset({Model.PB_POISSON, Model.PERMUTATION})
"""Models that take the number of all cases as given: a cluster is one only beside the rest."""


@dataclass(frozen=True)
class Design:
    """What is scanned: zones, expectations and the score.

    near: (areas, k) int32, the area itself first. expected: (areas, durations) float64, by lag: column 0 is the last
    step. weight: what one case counts, of the same shape, None for 1 (see `weights_of`). total: all cases of the study,
    for conditional models. theta: size of the negative binomial that counts are drawn from where nothing happens.
    """

    model: Model
    near: Places
    expected: Floats
    weight: Floats | None = None
    total: float = 0.0
    theta: float | None = None

    @property
    def size(self) -> tuple[int, int, int]:
        """Areas, neighbours, durations."""
        return (self.expected.shape[0], self.near.shape[1], self.expected.shape[1])

    @property
    def counted(self) -> Floats:
        """The expectation in what cases count: (areas, durations) float64."""
        return self.expected if self.weight is None else self.expected * self.weight


def eb_poisson(c: Floats, e: Floats) -> Floats:
    """Expectation-based Poisson: c ln(c/e) + e - c. Neill, Moore, Sabhnani and Daniel (2005)."""
    ratio = _logs(c, e)
    return np.where(c > e, c * ratio + e - c, 0.0)


def conditional_poisson(c: Floats, e: Floats, total: float) -> Floats:
    """Population-based Poisson: c ln(c/e) + (N - c) ln((N - c)/(N - e)). Kulldorff (1997, 2001).

    total: all cases N; the expectations of all areas and steps add up to N. The space-time permutation scan has the
    same score with expectations from the margins: Kulldorff, Heffernan, Hartman, Assuncao and Mostashari (2005).
    """
    outside = _logs(total - c, total - e)
    return np.where(c > e, c * _logs(c, e) + (total - c) * outside, 0.0)


def eb_negbin(c: Floats, e: Floats) -> Floats:
    """Score test under the negative binomial: (c - e)/sqrt(e), both in weights. Tango, Takahashi, Kohriyama (2011)."""
    over = np.sqrt(e, where=e > 0, out=np.ones(e.shape))
    return np.where(c > e, (c - e) / over, 0.0)


def weights_of(expected: Floats, theta: float) -> Floats:
    """What a case counts under the negative binomial of size theta: 1/(1 + mu/theta), mu one area's at one step.

    The variance of a count is mu + mu^2/theta; where much is expected a case says less.
    """
    return 1 / (1 + expected / theta)


def score(design: Design, c: Floats, e: Floats) -> Floats:
    """The score by the design's model; c and e float64 of any one shape, counted in the design's weights."""
    if design.model is Model.EB_NEGBIN:
        return eb_negbin(c, e)
    if design.model in CONDITIONAL:
        return conditional_poisson(c, e, design.total)
    return eb_poisson(c, e)


def _logs(c: Floats, e: Floats) -> Floats:
    """ln(c/e), 0 where either is not above 0: 0 ln 0 is 0."""
    known = (c > 0) & (e > 0)
    ratio = np.divide(c, e, where=known, out=np.ones(np.broadcast_shapes(c.shape, e.shape)))
    return np.log(ratio)
