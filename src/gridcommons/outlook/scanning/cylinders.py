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


def best_by_centre(design: Design, counts: Floats) -> Floats:
    """The greatest score around each centre: (areas,) float64. counts: whole cases by lag, (areas, durations)."""
    areas, k, durations = design.size
    if areas * k * durations <= _FEW:
        step = max(1, _AT_ONCE // (k * durations))
        parts = [np.arange(n, min(n + step, areas)) for n in range(0, areas, step)]
        return np.concatenate([score(design, *around(design, counts, part)).max(axis=(1, 2)) for part in parts])
    from gridcommons.outlook.scanning import search

    best = np.zeros(areas)
    events = _Machine(design, events_of_counts(counts))
    _in_parts(areas, lambda first, last: _call(search.best_around, *events.single, first, last, best))
    return best


def maxima(design: Design, events: Events) -> Floats:
    """The greatest score of each set: (sets,) float64; exact on the array way, to a millionth in machine code."""
    areas, k, durations = design.size
    if areas * k * durations * events.sets <= _FEW:
        return _maxima_by_arrays(design, events)
    return maxima_by_search(design, events)


def _maxima_by_arrays(design: Design, events: Events) -> Floats:
    areas, k, durations = design.size
    e = design.counted.cumsum(axis=1)[design.near].cumsum(axis=1)
    best = np.zeros(events.sets)
    step = max(1, _AT_ONCE // (areas * k * durations))
    for first in range(0, events.sets, step):
        last = min(first + step, events.sets)
        counts = counts_of(events, first, last, durations)
        counts = counts if design.weight is None else counts * design.weight
        c = counts.cumsum(axis=2)[:, design.near].cumsum(axis=2)
        best[first:last] = score(design, c, e).max(axis=(1, 2, 3))
    return best


def maxima_by_search(design: Design, events: Events) -> Floats:
    """The same by the search in machine code, on as many threads as there are processors."""
    from gridcommons.outlook.scanning import search

    areas = design.size[0]
    machine = _Machine(design, events)
    seeded = np.zeros(events.sets)
    _call(search.maxima, *machine.several, 0, areas, _SEED_STRIDE, seeded)
    found = [seeded]

    def part(first: int, last: int) -> None:
        best = seeded.copy()
        _call(search.maxima, *machine.several, first, last, 1, best)
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
