"""Rates of small areas, steadied by other areas, and how sure it is that a rate lies above a cut. Pure, on arrays.

Empirical Bayes after Marshall, Mapping disease and mortality rates using empirical Bayes estimators (Appl Stat 1991);
the gamma posterior after Clayton and Kaldor (Biometrics 1987); the map of probabilities after Choynowski (JASA 1959).
Arrays carry the areas in their last axis: shape (areas,) or (days, areas). Rates are cases a person, not per 100,000.
An area without people has no rate: NaN, and it steadies nobody.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import gammaincc, gammaincinv, pdtr

from gridcommons.kit.errors import refusal_kind, refuse

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.intp]

FEWEST_NEIGHBOURS: Final = 3
"""Below so many neighbours the spread among them says nothing, and the whole is taken instead."""
_JEFFREYS: Final = 0.5

BAD_COUNTS = refusal_kind(
    "smoothing.bad_counts",
    status=400,
    zh="病例数与人口须为不小于0的数，不得缺失。",
    en="Counts and populations are numbers not below 0, none missing.",
)
NOBODY = refusal_kind(
    "smoothing.nobody",
    status=400,
    zh="人口为0却有病例，无法计算发生率：第{places}个区域。",
    en="There are cases but no people, so there is no rate: area no. {places}.",
)


@dataclass(frozen=True)
class Smoothed:
    """Raw and steadied rates, shape of the counts; `mean` and `variance` of the prior, one for all or one by area.

    `borrowed`: whether the prior is that of the area's own neighbours. `lent`: the people of the other
    areas that the prior rests on; 0 where these are fewer than two, which tell no spread.
    """

    raw: Floats
    smoothed: Floats
    mean: Floats
    variance: Floats
    borrowed: npt.NDArray[np.bool_]
    lent: Floats


def checked(count: npt.ArrayLike, population: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Counts and people as arrays of one shape; refuses (`BAD_COUNTS`, `NOBODY`) what has no rate."""
    n, x = np.broadcast_arrays(np.asarray(count, dtype=np.float64), np.asarray(population, dtype=np.float64))
    if not (np.isfinite(n).all() and np.isfinite(x).all() and (n >= 0).all() and (x >= 0).all()):
        raise refuse(BAD_COUNTS)
    if (nobody := (n > 0) & (x == 0)).any():
        places = sorted(set((np.nonzero(nobody)[-1] + 1).tolist()))
        raise refuse(NOBODY, places=", ".join(map(str, places[:10])))
    return n, x


def _over(above: Floats, below: Floats, otherwise: float = 0.0) -> Floats:
    """A quotient, and what it is where nothing stands below."""
    shape = np.broadcast_shapes(np.shape(above), np.shape(below))
    found: Floats = np.divide(above, below, out=np.full(shape, otherwise), where=np.broadcast_to(below, shape) > 0)
    return found


def _prior(n: Floats, x: Floats) -> tuple[Floats, Floats]:
    """Mean and variance of the rates among areas by moments (Marshall 1991, section 3); last axis kept as one."""
    whole, people = n.sum(axis=-1, keepdims=True), x.sum(axis=-1, keepdims=True)
    mean = _over(whole, people)
    spread = _over((x * (_over(n, x) - mean) ** 2).sum(axis=-1, keepdims=True), people)
    areas = (x > 0).sum(axis=-1, keepdims=True)
    return mean, np.maximum(0.0, spread - _over(mean * areas, people))


def marshall(count: npt.ArrayLike, population: npt.ArrayLike) -> Smoothed:
    """Global empirical Bayes: b + a / (a + b/x) (r - b), with b the mean rate and a the variance of rates by moments.

    With a = 0 every rate is b. Refuses (`BAD_COUNTS`, `NOBODY`) missing or negative figures and cases without people.
    """
    n, x = checked(count, population)
    mean, variance = _prior(n, x)
    enough = (x > 0).sum(axis=-1, keepdims=True) >= FEWEST_NEIGHBOURS
    lent = np.where(enough, x.sum(axis=-1, keepdims=True) - x, 0.0)
    return _towards(n, x, mean, variance, np.zeros(n.shape, dtype=bool), lent)


def _towards(
    n: Floats, x: Floats, mean: Floats, variance: Floats, borrowed: npt.NDArray[np.bool_], lent: Floats
) -> Smoothed:
    raw = _over(n, x, np.nan)
    weight = _over(variance * x, variance * x + mean)
    return Smoothed(raw, mean + weight * (raw - mean), mean, variance, borrowed, lent)


def neighbourhoods(pairs: npt.ArrayLike, areas: int) -> tuple[Numbers, Numbers]:
    """Each area with itself and its neighbours: two arrays (whose neighbourhood, who lies in it), no pair twice.

    `pairs`: shape (m, 2), numbers of areas that touch, in either order.
    """
    held = np.asarray(pairs, dtype=np.intp).reshape(-1, 2)
    itself = np.arange(areas)
    keys = np.concatenate([held @ [areas, 1], held[:, ::-1] @ [areas, 1], itself * areas + itself])
    whose, who = np.divmod(np.unique(keys), areas)
    return whose, who


def local_marshall(count: npt.ArrayLike, population: npt.ArrayLike, pairs: npt.ArrayLike) -> Smoothed:
    """Local empirical Bayes (Marshall 1991, section 4): the prior of an area is that of itself and its neighbours.

    `count`, `population`: shape (areas,); `pairs`: see `neighbourhoods`. An area with fewer than 3 neighbours that have
    people, and a neighbourhood without a case, take the prior of the whole. Refuses as `marshall`.
    """
    n, x = checked(count, population)
    whole = marshall(n, x)
    whose, who = neighbourhoods(pairs, n.size)

    def added(values: Floats) -> Floats:
        return np.bincount(whose, weights=values[who], minlength=n.size).astype(np.float64)

    cases, people, areas = added(n), added(x), added((x > 0).astype(np.float64))
    mean = _over(cases, people)
    apart = np.bincount(whose, weights=x[who] * (_over(n, x)[who] - mean[whose]) ** 2, minlength=n.size).astype(float)
    variance = np.maximum(0.0, _over(apart, people) - _over(mean * areas, people))
    borrowed = (areas - (x > 0) >= FEWEST_NEIGHBOURS) & (cases > 0)
    mean, variance = np.where(borrowed, mean, whole.mean), np.where(borrowed, variance, whole.variance)
    return _towards(n, x, mean, variance, borrowed, np.where(borrowed, people - x, whole.lent))


@dataclass(frozen=True)
class Posterior:
    """Gamma posterior of each rate: shape and exposure (persons), shape of the counts."""

    shape: Floats
    exposure: Floats

    def above(self, cut: float) -> Floats:
        """The probability that the rate is above a cut (cases a person)."""
        found: Floats = gammaincc(self.shape, cut * self.exposure)
        return found

    def quantile(self, probability: float) -> Floats:
        """A quantile of the rate."""
        found: Floats = _over(gammaincinv(self.shape, probability), self.exposure, np.nan)
        return found


def posterior(count: npt.ArrayLike, population: npt.ArrayLike, prior: Smoothed | None = None) -> Posterior:
    """The posterior of each area's rate with Marshall's prior as a gamma (mean b, variance a): its mean is Marshall's.

    `prior`: of the whole unless given. What is borrowed is never more than the other areas together know: with a = 0 an
    area has their common rate, known as well as all their people let it be, and not with certainty. Fewer than three
    areas with people, or no case at all, lend nothing: then Jeffreys' prior, half a case and nobody.
    Refuses as `marshall`.
    """
    n, x = checked(count, population)
    by = prior or marshall(n, x)
    borrowed = np.where(by.mean > 0, np.minimum(_over(by.mean, by.variance, np.inf), by.lent), 0.0)
    shape = n + np.where(borrowed > 0, by.mean * borrowed, _JEFFREYS)
    return Posterior(shape, x + borrowed)


@dataclass(frozen=True)
class ProbabilityMap:
    """Expected cases at the common rate, the ratio in per cent, the Poisson probability of so few cases or fewer."""

    raw: Floats
    expected: Floats
    relative_risk: Floats
    probability: Floats


def probability_map(count: npt.ArrayLike, population: npt.ArrayLike) -> ProbabilityMap:
    """Choynowski 1959: how unusual each count is if all areas had one rate. Refuses as `marshall`."""
    n, x = checked(count, population)
    expected = x * _over(n.sum(axis=-1, keepdims=True), x.sum(axis=-1, keepdims=True))
    probability = np.where(expected > 0, pdtr(np.floor(n), np.maximum(expected, np.finfo(float).tiny)), 1.0)
    return ProbabilityMap(_over(n, x, np.nan), expected, 100 * _over(n, expected, np.nan), probability)
