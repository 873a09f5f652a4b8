"""The best windows of a scan, exactly scored: each set of areas with a duration once, or each area once."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from gridcommons.outlook.scanning.cylinders import best_by_centre, scored
from gridcommons.outlook.scanning.scores import Design
from gridcommons.outlook.scanning.sizes import ALL_ALIKE, Sizes

Floats = npt.NDArray[np.float64]

HOW_MANY: Final = 25
_CENTRES: Final = 128
_SAME: Final = 1e-12

_Found = tuple[float, int, int, int, float]
"""Minus the worth, how many areas, duration, centre, and the score: sorts as windows are listed."""


@dataclass(frozen=True)
class Window:
    """Areas (positions, the centre first) over the last `duration` steps: cases, what was expected, the score.

    worth: what it is listed by and held against chance by: its score, or what that is among windows of its size.
    """

    areas: tuple[int, ...]
    duration: int
    cases: float
    expected: float
    score: float
    worth: float

    @property
    def relative_risk(self) -> float:
        """Cases divided by what was expected."""
        return self.cases / self.expected if self.expected else float("inf")


def best_windows(
    design: Design, counts: Floats, how_many: int = HOW_MANY, sizes: Sizes = ALL_ALIKE
) -> list[Window]:  # fmt: skip
    """The windows that are worth most, best first; scores in float64, the same for any way of searching.

    counts: whole cases by lag, (areas, durations). Windows may overlap. Of equal ones that with fewer areas comes
    first, then the shorter.
    """
    best = best_by_centre(design, counts, sizes)
    order = np.argsort(-best, kind="stable")
    order = order[best[order] > -np.inf]
    kept: dict[object, _Found] = {}
    for start in range(0, order.size, _CENTRES):
        centres = order[start : start + _CENTRES]
        if len(kept) == how_many and _is_below(float(best[centres[0]]), -max(kept.values())[0]):
            break
        kept = _merged(design, kept, _best_of(design, counts, centres, how_many, sizes), how_many)
    return [_window(design, counts, found) for found in sorted(kept.values())]


def _is_below(one: float, other: float) -> bool:
    """Below by more than rounding: the search and the arrays add up in another order."""
    return one < other - abs(other) * _SAME


def _best_of(
    design: Design, counts: Floats, centres: npt.NDArray[np.intp], how_many: int, sizes: Sizes
) -> list[_Found]:  # fmt: skip
    """The windows around some centres that may be among the best.

    A set of k areas is met around k centres at most: so many times the wanted number holds as many different ones.
    """
    scores, found = scored(design, counts, centres, sizes)
    enough = min(found.size, how_many * found.shape[1])
    least = np.partition(found, found.size - enough, axis=None)[found.size - enough]
    at = np.argwhere((found >= least) & (found > -np.inf))
    return [(-float(found[n, r, d]), int(r) + 1, int(d) + 1, int(centres[n]), float(scores[n, r, d])) for n, r, d in at]


def _merged(design: Design, kept: dict[object, _Found], found: list[_Found], how_many: int) -> dict[object, _Found]:
    """The best of both, a set of areas once: the same areas around another centre are the same window."""
    best: dict[object, _Found] = {}
    for one in sorted([*kept.values(), *found]):
        if len(best) == how_many:
            break
        _worth, size, duration, centre, _score = one
        best.setdefault((duration, frozenset(design.near[centre, :size].tolist())), one)
    return best


def _window(design: Design, counts: Floats, found: _Found) -> Window:
    minus, size, duration, centre, score = found
    areas = design.near[centre, :size]
    cases, expected = (float(figures[areas, :duration].sum()) for figures in (counts, design.expected))
    return Window(tuple(areas.tolist()), duration, cases, expected, score, -minus)


def windows_apart(
    design: Design, counts: Floats, how_many: int = HOW_MANY, sizes: Sizes = ALL_ALIKE
) -> list[Window]:  # fmt: skip
    """The best window, then the best that shares no area with those before, and so on; counts as in `best_windows`.

    Around a centre the zones are nested: once an area is taken, the zones from its rank on are out. What was a
    centre's best before stays a bound of what is left, so that few centres are looked at again.
    """
    best = best_by_centre(design, counts, sizes).tolist()
    ahead = [(-value, centre) for centre, value in enumerate(best) if value > -np.inf]
    heapq.heapify(ahead)
    taken = np.zeros(design.size[0], dtype=np.bool_)
    windows: list[Window] = []
    while ahead and len(windows) < how_many:
        found = _best_left(design, counts, heapq.heappop(ahead)[1], taken, sizes)
        if found is None:
            continue
        if ahead and _is_below(-found[0], -ahead[0][0]):
            heapq.heappush(ahead, (found[0], found[3]))
            continue
        windows.append(_window(design, counts, found))
        taken[list(windows[-1].areas)] = True
    return windows


def _best_left(
    design: Design, counts: Floats, centre: int, taken: npt.NDArray[np.bool_], sizes: Sizes
) -> _Found | None:  # fmt: skip
    """The best window around a centre among the zones without a taken area."""
    hit = taken[design.near[centre]]
    ranks = int(hit.argmax()) if hit.any() else hit.size
    if not ranks:
        return None
    scores, found = (values[0, :ranks] for values in scored(design, counts, np.array([centre]), sizes))
    rank, late = divmod(int(found.argmax()), found.shape[1])
    if found[rank, late] == -np.inf:
        return None
    return (-float(found[rank, late]), rank + 1, late + 1, centre, float(scores[rank, late]))
