"""The best cylinders: a zone and the last d steps. By arrays where there are few, else by machine code."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from gridcommons.outlook.scanning.events import Events, counts_of, events_of_counts
from gridcommons.outlook.scanning.scores import CONDITIONAL, Design, Floats, Model, score
from gridcommons.outlook.scanning.sizes import ALL_ALIKE, Sizes, class_of, classes_up_to

_FEW: Final = 10_000_000
"""Cylinders times sets up to which arrays are quicker than starting the compiler's products."""
_AT_ONCE: Final = 4_000_000
_SEED_STRIDE: Final = 61
"""Every so-manyth centre is looked at first: what is found there lets nearly all else be put aside."""

Whole = npt.NDArray[np.int64]


def around(design: Design, counts: Floats, centres: Whole) -> tuple[Floats, Floats]:
    """Cases and expectations of all cylinders around some centres: each (centres, neighbours, durations) float64.

    counts: whole cases by lag, (areas, durations). Both are counted in the design's weights.
    """
    near = design.near[centres]
    cases, expected = counts[near], design.expected[near]
    if design.weight is not None:
        weight = design.weight[near]
        cases, expected = cases * weight, expected * weight
    return cases.cumsum(axis=2).cumsum(axis=1), expected.cumsum(axis=2).cumsum(axis=1)


def best_by_centre(design: Design, counts: Floats, sizes: Sizes = ALL_ALIKE) -> Floats:
    """The greatest worth around each centre: (areas,) float64, -inf where nothing is above what is expected.

    counts: whole cases by lag, (areas, durations). A window is worth its score, or what that is among its size.
    """
    areas, k, durations = design.size
    if areas * k * durations <= _FEW:
        step = max(1, _AT_ONCE // (k * durations))
        parts = [np.arange(n, min(n + step, areas)) for n in range(0, areas, step)]
        return np.concatenate([scored(design, counts, part, sizes)[1].max(axis=(1, 2)) for part in parts])
    from gridcommons.outlook.scanning import search

    best = np.zeros(areas)
    events = _Machine(design, events_of_counts(counts))
    own: Any = (search.sizes_of_bins(sizes.place.size), sizes.place, sizes.scale)
    _in_parts(areas, lambda first, last: _call(search.best_around, *events.single, *own, first, last, best))
    return best


def scored(design: Design, counts: Floats, centres: Whole, sizes: Sizes) -> tuple[Floats, Floats]:
    """The scores of all cylinders around some centres, and what they are worth: as `around`."""
    cases, expected = around(design, counts, centres)
    scores = score(design, cases, expected)
    return scores, sizes.worth(np.where(_closed(cases, sizes.place.size), scores, 0.0), expected)


def _closed(cases: Floats, sizes: int) -> npt.NDArray[np.bool_]:
    """Whether the outermost area of each window, (..., neighbours, durations), has a case in it.

    One more area without a case lowers the score, and so no window is missed without it. But it may lift the window
    into the next size, where the same cases would count as more: no way of being seen that one has not earned.
    """
    if sizes == 1:
        return np.ones(cases.shape, dtype=np.bool_)
    return np.diff(cases, axis=-2, prepend=0) > 0


def maxima(design: Design, events: Events) -> Floats:
    """The greatest score of each set: (sets,) float64; exact on the array way, to a millionth in machine code."""
    return _maxima(design, events, 1)[:, 0]


def maxima_by_size(design: Design, events: Events) -> Floats:
    """The greatest score of each set in each size class: (sets, classes) float64, 0 where there is none."""
    return _maxima(design, events, classes_up_to(float(design.counted.sum())))


def _maxima(design: Design, events: Events, sizes: int) -> Floats:
    areas, k, durations = design.size
    if areas * k * durations * events.sets <= _FEW:
        return _maxima_by_arrays(design, events, sizes)
    return maxima_by_machine(design, events, sizes)


def _maxima_by_arrays(design: Design, events: Events, sizes: int) -> Floats:
    areas, k, durations = design.size
    e = design.counted.cumsum(axis=1)[design.near].cumsum(axis=1)
    own = np.minimum(class_of(e), sizes - 1)
    best = np.zeros((events.sets, sizes))
    step = max(1, _AT_ONCE // (areas * k * durations))
    for first in range(0, events.sets, step):
        last = min(first + step, events.sets)
        counts = counts_of(events, first, last, durations)
        counts = counts if design.weight is None else counts * design.weight
        c = counts.cumsum(axis=2)[:, design.near].cumsum(axis=2)
        found = np.where(_closed(c, sizes), score(design, c, e), 0.0)
        for size in np.unique(own).tolist():
            best[first:last, size] = found[:, own == size].max(axis=1)
    return best


def maxima_by_search(design: Design, events: Events) -> Floats:
    """As `maxima`, by the search in machine code for any number of sets."""
    return maxima_by_machine(design, events, 1)[:, 0]


def maxima_by_machine(design: Design, events: Events, sizes: int) -> Floats:
    """The greatest scores of so many sizes, (sets, sizes) float64, on as many threads as there are processors."""
    from gridcommons.outlook.scanning import search

    areas = design.size[0]
    machine = _Machine(design, events)
    several: Any = (*machine.several, search.sizes_of_bins(sizes))
    seeded = np.zeros((events.sets, sizes))
    _call(search.maxima, *several, 0, areas, _SEED_STRIDE, seeded)
    found = [seeded]

    def part(first: int, last: int) -> None:
        best = seeded.copy()
        _call(search.maxima, *several, first, last, 1, best)
        found.append(best)

    _in_parts(areas, part)
    result: Floats = np.max(found, axis=0)
    return result


class _Machine:
    """Arrays as the search takes them."""

    def __init__(self, design: Design, events: Events) -> None:
        from gridcommons.outlook.scanning import search

        _areas, _k, durations = design.size
        wide = -(-durations // search.LANES) * search.LANES
        expected = np.zeros((design.expected.shape[0], wide))
        np.cumsum(design.counted, axis=1, out=expected[:, :durations])
        count = events.count
        if design.weight is not None:
            count = count * design.weight[events.area, events.lag]
        most = int(np.bincount(events.of, weights=events.count, minlength=1).max(initial=0))
        edges = search.edges_up_to(float(expected[:, durations - 1].sum()))
        kind = _kind(design.model)
        cells: Any = (design.near, expected, durations, events.start)
        self.several: Any = (*cells, events.of, events.lag, count.astype(np.float32), kind, design.total, most, edges)
        self.single: Any = (*cells, events.lag, count.astype(np.float64), kind, design.total)


def _call(compiled: Callable[..., Any], *arguments: Any) -> None:
    """Call machine code, whose types are not told arguments that are packed together."""
    compiled(*arguments)


def _kind(model: Model) -> int:
    from gridcommons.outlook.scanning import search

    if model is Model.EB_NEGBIN:
        return search.NEGBIN
    return search.CONDITIONAL if model in CONDITIONAL else search.POISSON


def _in_parts(areas: int, work: Callable[[int, int], object]) -> None:
    """Do the work on equal parts of the centres at once; the search lets go of the interpreter while it runs."""
    threads = os.cpu_count() or 1
    bounds = [areas * n // threads for n in range(threads + 1)]
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, bounds[:-1], bounds[1:]))
