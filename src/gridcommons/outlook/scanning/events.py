"""Cases of many sets of data at once, in the order in which the search meets them: by area, then by set."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Events:
    """Cells with cases: those of area i lie at start[i] up to start[i + 1].

    start: (areas + 1,) int64. of: the set, int32. lag: steps before the last, int32. count: float64.
    """

    start: Whole
    of: npt.NDArray[np.int32]
    lag: npt.NDArray[np.int32]
    count: Floats
    sets: int

    @property
    def area(self) -> Whole:
        """The area of each cell."""
        return np.repeat(np.arange(self.start.size - 1), np.diff(self.start))


def events_of(of: Whole, area: Whole, lag: Whole, count: Floats, *, sets: int, areas: int, steps: int) -> Events:
    """Cells put in order, several cases of one cell added up. All four: shape (cells,)."""
    key = (area * sets + of) * steps + lag
    kept, where = np.unique(key, return_inverse=True)
    added = np.bincount(where, weights=count, minlength=kept.size).astype(np.float64)
    cell, late = np.divmod(kept, steps)
    place, which = np.divmod(cell, sets)
    start = np.searchsorted(place, np.arange(areas + 1)).astype(np.int64)
    return Events(start, which.astype(np.int32), late.astype(np.int32), added, sets)


def events_of_counts(counts: Floats) -> Events:
    """One set given as counts by lag: (areas, steps)."""
    area, lag = np.nonzero(counts)
    none = np.zeros(area.size, dtype=np.int64)
    return events_of(none, area, lag, counts[area, lag], sets=1, areas=counts.shape[0], steps=counts.shape[1])


def counts_of(events: Events, first: int, last: int, steps: int) -> Floats:
    """Sets first up to last as counts by lag: (last - first, areas, steps) float64."""
    counts = np.zeros((last - first, events.start.size - 1, steps))
    some = (events.of >= first) & (events.of < last)
    counts[events.of[some] - first, events.area[some], events.lag[some]] = events.count[some]
    return counts
