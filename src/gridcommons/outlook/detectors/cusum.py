"""CUSUM of counts that were made nearly normal: small rises that last. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Literal, get_args

import numpy as np

from gridcommons.outlook.detectors.bounds import FEWEST, Bounds, Floats, judged_bounds
from gridcommons.outlook.detectors.learning import last_before, learned_mean

Transform = Literal["standard", "rossi", "anscombe"]
TRANSFORMS: Final[tuple[str, ...]] = get_args(Transform)
K: Final = 1.04
H: Final = 2.26


def cusum(
    counts: Floats, *, first: int, transform: str = "standard", k: float = K, h: float = H, baseline: int | None = None
) -> Bounds:
    """One-sided CUSUM, S = max(0, S + x - k), alarm while S > h; it is not set back after an alarm.

    counts: shape (series, steps), NaN where unknown: there S stays as it is. first: the steps before it, or the last
    `baseline` of them, give the mean m; it is the first that is judged. x: standard (y - m)/sqrt m; Anscombe
    1.5 (y^(2/3) - m^(2/3)) over m^(1/6); Rossi (y - 3m + 2 sqrt(ym))/(2 sqrt m). `upper` is the count at which S would
    reach h; below nought where S is so high that even no case leaves it above. A mean of nought is taken as 0.5 / n.
    Source: Rossi, Lampugnani, Marchi 1999, Stat Med 18, 2111-2122; k and h as in Höhle 2007, Comput Stat 22, 571-582.
    """
    mean, floored, known = learned_mean(last_before(counts, first, baseline), first)
    scaled, count_at = _FORWARD[transform], _BACK[transform]
    x = scaled(counts, mean[:, None])
    upper, state = np.full(counts.shape, np.nan), np.zeros(len(counts))
    for step in range(first, counts.shape[1]):
        upper[:, step] = count_at(h + k - state, mean)
        moved = np.maximum(0.0, state + x[:, step] - k)
        state = np.where(np.isnan(moved), state, moved)
    judged = np.zeros(counts.shape, bool)
    judged[:, first:] = (known >= FEWEST)[:, None]
    expected = np.broadcast_to(mean[:, None], counts.shape)
    flat = np.broadcast_to(floored[:, None], counts.shape)
    return judged_bounds(counts, expected, upper, None, judged, flat)


def _standard(y: Floats, m: Floats) -> Floats:
    x: Floats = (y - m) / np.sqrt(m)
    return x


def _rossi(y: Floats, m: Floats) -> Floats:
    x: Floats = (y - 3 * m + 2 * np.sqrt(y * m)) / (2 * np.sqrt(m))
    return x


def _anscombe(y: Floats, m: Floats) -> Floats:
    x: Floats = 1.5 * (np.cbrt(y) ** 2 - np.cbrt(m) ** 2) / np.power(m, 1 / 6)
    return x


def _standard_back(x: Floats, m: Floats) -> Floats:
    count: Floats = m + np.sqrt(m) * x
    return count


def _rossi_back(x: Floats, m: Floats) -> Floats:
    """Solves u^2 + 2 u sqrt m = 3m + 2x sqrt m for u = sqrt y; the sign goes on below nought."""
    root = np.sqrt(np.maximum(0.0, 4 * m + 2 * np.sqrt(m) * x)) - np.sqrt(m)
    count: Floats = np.sign(root) * root**2
    return count


def _anscombe_back(x: Floats, m: Floats) -> Floats:
    root = np.cbrt(m) ** 2 + x * np.power(m, 1 / 6) / 1.5
    return np.sign(root) * np.abs(root) ** 1.5


Way = Callable[[Floats, Floats], Floats]
_FORWARD: Final[dict[str, Way]] = {"standard": _standard, "rossi": _rossi, "anscombe": _anscombe}
_BACK: Final[dict[str, Way]] = {"standard": _standard_back, "rossi": _rossi_back, "anscombe": _anscombe_back}
