"""What is expected in each area at each step. Arrays in time order, (areas, steps) float64; scans turn them round."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def population_based(population: Floats, cases: float) -> Floats:
    """Share of the population within the step, times all cases divided by the number of steps.

    population: (areas, steps), each step's sum above 0. The sum over areas and steps is `cases`. This reading of
    Kulldorff (1997) is the one that the reference values of New Mexico follow: a cluster is one against the whole time.
    """
    within: Floats = population / population.sum(axis=0) * (cases / population.shape[1])
    return within


def from_population(counts: Floats, population: Floats, durations: int) -> tuple[Floats, bool]:
    """The rate of the steps before the longest window, times the population of each step; whether there were such.

    Without cases before the window the rate of all steps stands in: what is expected then holds the cluster itself, so
    that it shows less.
    """
    before = slice(0, max(0, counts.shape[1] - durations))
    known = bool(counts[:, before].sum() > 0 and population[:, before].sum() > 0)
    whole = before if known else slice(None)
    under = population[:, whole].sum()
    rate = counts[:, whole].sum() / under if under > 0 else 0.0
    return population * rate, known


def from_history(counts: Floats, durations: int) -> Floats:
    """Each area's own level before the longest window, drawn towards the mean of all areas: (areas, steps).

    The empirical Bayes estimate with equal exposure, Marshall (1991): b + a/(a + b)(r - b), a the variance between
    areas beyond chance. An area that had no case is so not expected to have none. Needs steps and cases before the
    window.
    """
    before = counts[:, : counts.shape[1] - durations]
    level = before.mean(axis=1)
    mean = level.mean()
    chance = mean / before.shape[1]
    between = max(0.0, float(level.var()) - chance)
    drawn = mean + between / (between + chance) * (level - mean)
    return np.repeat(drawn[:, None], counts.shape[1], axis=1)


def from_margins(counts: Floats) -> Floats:
    """Cases of the area times cases of the step, divided by all cases: nothing but the two margins is known.

    Kulldorff, Heffernan, Hartman, Assuncao and Mostashari (2005), the space-time permutation scan.
    """
    total = counts.sum()
    return np.outer(counts.sum(axis=1), counts.sum(axis=0)) / total if total else np.zeros(counts.shape)


def overdispersion(counts: Floats, expected: Floats) -> float:
    """The score test of Dean and Lawless (1989): above 2.33, counts vary more than a Poisson's at 1 %."""
    spread = math.sqrt(2 * float((expected**2).sum()))
    return float(((counts - expected) ** 2 - counts).sum()) / spread if spread > 0 else 0.0


def theta_of(counts: Floats, expected: Floats) -> float:
    """The size of the negative binomial by moments, variance mu + mu^2/theta: infinite where counts vary no more."""
    beyond = float(((counts - expected) ** 2 - counts).sum())
    squared = float((expected**2).sum())
    return squared / beyond if beyond > 0 and squared > 0 else math.inf
