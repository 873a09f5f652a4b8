"""Functions of whole numbers that are dear to compute and asked again and again: each answer is found once. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from gridcommons.outlook.detectors.bounds import Floats, Whole

_LARGEST: Final = 4_000_000
"""Entries of a table that is kept; where the numbers are larger, equal ones are only gathered."""
_WORD: Final = 2.0**62


class Lookup:
    """A function of whole numbers from nought up, called once for each combination that occurs."""

    def __init__(self, function: Callable[..., Floats]) -> None:
        self._function = function
        self._table: Floats | None = None

    def __call__(self, *columns: Whole) -> Floats:
        """The values, for columns of equal length."""
        if not columns[0].size:
            return np.empty(0)
        table = self._table_for([int(column.max()) + 1 for column in columns])
        if table is None:
            return self._gathered(columns)
        key = np.ravel_multi_index(columns, table.shape)
        flat = table.reshape(-1)
        values = flat[key]
        missing = np.isnan(values)
        if missing.any():
            fresh = np.unique(key[missing])
            flat[fresh] = self._function(*np.unravel_index(fresh, table.shape))
            values[missing] = flat[key[missing]]
        return values

    def _gathered(self, columns: tuple[Whole, ...]) -> Floats:
        """Equal combinations are called once and not kept."""
        spans = [int(column.max()) + 1 for column in columns]
        if np.prod([float(span) for span in spans]) >= _WORD:
            return self._function(*columns)
        keys, back = np.unique(np.ravel_multi_index(columns, spans), return_inverse=True)
        return self._function(*np.unravel_index(keys, spans))[back]

    def _table_for(self, spans: list[int]) -> Floats | None:
        """A table that reaches so far, what is known already kept; None where it would be too large."""
        held = self._table
        if held is not None and all(span <= room for span, room in zip(spans, held.shape, strict=True)):
            return held
        rooms = [1 << (span - 1).bit_length() for span in spans]
        if held is not None:
            rooms = [max(pair) for pair in zip(rooms, held.shape, strict=True)]
        if np.prod([float(room) for room in rooms]) > _LARGEST:
            return None
        grown = np.full(rooms, np.nan)
        if held is not None:
            grown[tuple(slice(room) for room in held.shape)] = held
        self._table = grown
        return grown
