"""What a detector learns once, from the steps before the first judged one: a mean, with season and trend. Pure."""

from __future__ import annotations

from typing import Final

import numpy as np

from gridcommons.outlook.detectors.bounds import Bools, Floats, Whole

NOUGHT: Final = 0.5
"""Cases that stand for none seen: the mean of an all-zero baseline is 0.5 / n, as under Jeffreys' prior."""
_TURNS: Final = 50
_DONE: Final = 1e-11
_FARTHEST: Final = 30.0
"""Bound of the linear predictor, so that no trend ever runs out of the floats."""
_APART: Final = 0.1
_SINGULAR: Final = 1e-12


def last_before(counts: Floats, first: int, baseline: int | None) -> Floats:
    """The counts with those unknown that lie more than `baseline` steps before `first`; all of them without one."""
    if baseline is None or baseline >= first:
        return counts
    near = np.arange(counts.shape[1]) >= first - baseline
    return np.where(near, counts, np.nan)


def learned_mean(counts: Floats, first: int) -> tuple[Floats, Bools, Whole]:
    """Mean of the known steps before `first` for every series, where it was nought and was lifted, and how many."""
    before = counts[:, :first]
    known = (~np.isnan(before)).sum(axis=1)
    total = np.nansum(before, axis=1)
    return np.where(total > 0, total, NOUGHT) / np.maximum(known, 1), total <= 0, known


def design(steps: int, first: int, per_year: int, harmonics: int, trend: bool) -> Floats:
    """Columns one, trend, and cosine and sine of each harmonic of the year; shape (steps, columns).

    The trend is in learned lengths from its middle, which keeps the equations well conditioned and changes no mean.
    """
    at = np.arange(steps, dtype=np.float64)
    columns = [np.ones(steps)] + ([(at - first / 2) / max(first, 1)] if trend else [])
    for one in range(1, harmonics + 1):
        angle = 2 * np.pi * one * (at + 1) / per_year
        columns += [np.cos(angle), np.sin(angle)]
    return np.stack(columns, axis=1)


def seasonal_mean(
    counts: Floats, *, first: int, per_year: int, harmonics: int = 1, trend: bool = True
) -> tuple[Floats, Bools, Whole]:
    """Expected counts of all steps by a Poisson log-linear model of the steps before `first`, series by series at once.

    Returns the mean (series, steps), where a plain mean stands in because the model has no finite answer or less than
    a year was seen, and how many steps were known. Source: iteratively reweighted least squares, Nelder and Wedderburn
    1972, J R Stat Soc A 135, 370-384; the model as in Höhle and Paul 2008.
    """
    plain, floored, known = learned_mean(counts, first)
    mean = np.repeat(plain[:, None], counts.shape[1], axis=1)
    asked = ~floored & (known >= per_year) & (first >= per_year)
    if not asked.any() or not (harmonics or trend):
        return mean, floored | (known < per_year) & bool(harmonics or trend), known
    columns = design(counts.shape[1], first, per_year, harmonics, trend)
    fitted, good = _fitted(counts[asked, :first], columns[:first])
    with np.errstate(over="ignore", invalid="ignore"):
        season = np.exp(np.clip(fitted @ columns.T, -_FARTHEST, _FARTHEST))
    chosen = np.flatnonzero(asked)[good]
    mean[chosen] = season[good]
    stood_in = np.ones(len(counts), bool)
    stood_in[chosen] = False
    return mean, stood_in, known


def _fitted(counts: Floats, columns: Floats) -> tuple[Floats, Bools]:
    """Coefficients (series, columns) and for which series they were found; those found are not turned again."""
    known = ~np.isnan(counts)
    y = np.where(known, counts, 0.0)
    pairs = (columns[:, :, None] * columns[:, None, :]).reshape(len(columns), -1)
    found, settled = np.zeros((len(y), columns.shape[1])), np.zeros(len(y), bool)
    linear, open_ = np.log(y + _APART), np.arange(len(y))
    for _turn in range(_TURNS):
        mean = np.exp(linear) * known[open_]
        right = (mean * linear + y[open_] - mean) @ columns
        new, sound = _solved((mean @ pairs).reshape(len(open_), len(right.T), -1), right)
        still = np.abs(new - found[open_]).max(axis=1) <= _DONE * (1 + np.abs(new).max(axis=1))
        found[open_], settled[open_] = new, sound & still
        open_ = open_[sound & ~still]
        if not open_.size:
            break
        linear = np.clip(found[open_] @ columns.T, -_FARTHEST, _FARTHEST)
    return found, settled


def _solved(left: Floats, right: Floats) -> tuple[Floats, Bools]:
    """Solutions of many small systems; one that is as good as singular gives noughts and False.

    Hadamard: the determinant is at most the product of the diagonal; a tiny share of it says that columns coincide.
    """
    bulk = np.prod(np.diagonal(left, axis1=1, axis2=2), axis=1)
    sound = np.isfinite(bulk) & (np.abs(np.linalg.det(left)) > _SINGULAR * bulk)
    safe = np.where(sound[:, None, None], left, np.eye(left.shape[1]))
    solved = np.linalg.solve(safe, right[:, :, None])[:, :, 0]
    return np.where(sound[:, None], solved, 0.0), sound
