"""Hiding small cells over six levels, 61,000 grids and 30 days, with the attacker, beside a limit and another way."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from gridcommons.cli.benches import LIMIT, Row, bench
from gridcommons.cli.benches.visits import COUNTIES, grid_codes

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from gridcommons.kit.counted import Table
    from gridcommons.kit.disclosing import Release

    Counts = npt.NDArray[np.int64]

DAYS: Final = 30
_SECONDS: Final = 30.0
_ABOVE: Final = (12, 9, 6, 4, 2)


@bench("disclose")
def disclose_rows() -> Iterable[Row]:
    """Making the table, marking and attacking it; how much is hidden beside what must be and beside whole families."""
    import numpy as np

    from gridcommons.kit.counted import table_of
    from gridcommons.kit.disclosing import least_hidden, release
    from gridcommons.kit.subtracting import attack, learned

    codes, counts = province(DAYS)
    began = time.perf_counter()
    table = table_of(codes, counts, np.ones(counts.shape, np.bool_))
    shown = release(table)
    marking = time.perf_counter() - began
    known = attack(table, shown)
    seconds = time.perf_counter() - began
    found = int(learned(table, shown, known).sum())
    of = f"{len(codes):,} areas of six levels x {DAYS} days and their sums"
    yield Row("disclose", seconds, LIMIT, _SECONDS, "s", f"{of}; marking {marking:.2f} s, attacking the rest")
    yield Row(
        "disclose", found, LIMIT, 0.0, "cells learned", "exact bounds of every cell by a reader who knows the way"
    )
    hidden, least = int((shown.marks != 0)[~table.is_rest].sum()), least_hidden(table)
    share = f"{hidden / counts.size:.2%} of the cells hidden"
    yield Row("disclose", hidden, "lower bound", least, "cells", f"{share}; no method hides fewer than the bound")
    yield Row(
        "disclose", hidden, "whole families", _whole_families(table, shown), "cells", "all siblings of a small one"
    )


def province(days: int, seed: int = 1) -> tuple[list[str], Counts]:
    """Synthetic counts of a province's areas: grids differ (gamma), days scatter (Poisson), a third of a case a day."""
    import numpy as np

    grids = [code for number in range(COUNTIES) for code in grid_codes(number)]
    rng = np.random.default_rng(seed)
    low = rng.poisson(rng.gamma(0.5, 0.6, (len(grids), 1)), (len(grids), days))
    codes, counts = list(grids), [low]
    for width in _ABOVE:
        names, first = np.unique(np.array([code[:width] for code in grids]), return_index=True)
        codes += names.tolist()
        counts.append(np.add.reduceat(low, first, axis=0))
    return codes, np.concatenate(counts)


def _whole_families(table: Table, shown: Release) -> int:
    """How many cells are hidden where a small one takes all its siblings along."""

    hidden = table.seen & (table.values > 0) & (table.values < shown.threshold)
    for level in table.levels:
        any_small = level.add(hidden) > 0
        hidden[level.children] |= level.spread(any_small)
    return int(hidden[~table.is_rest].sum())
