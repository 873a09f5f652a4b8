"""The space-time scan of a province of 61,000 grids: beside brute force, from kept tables, and whether it finds.

The synthetic province: towns of equal numbers of grids, each town's grids around its centre, grids of 1,059 residents
by median that vary by grid (sd of the log .3) and by town (sd .5). What is expected is known, 300 cases a day.
"""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from gridcommons.cli.benches import LIMIT, Row, bench

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from gridcommons.outlook.scanning.events import Events
    from gridcommons.outlook.scanning.scores import Design, Floats

GRIDS: Final = 61_000
TOWNS: Final = 1_387
NEIGHBOURS: Final = 200
DAYS: Final = 14
A_DAY: Final = 300.0
REPLICATES: Final = 99
NIGHT: Final = 999
_SIDE: Final = 300_000.0
_LIMIT_S, _LIMIT_GB, _CACHED_S = 15.0, 1.0, 1.0
_ALPHA, _POINTS, _FOUND = 0.05, 2.0, 90.0
_RUNS: Final = 100
_QUIET_RUNS: Final = 2_000
_CLUSTERS: Final = ((200, 14, 3.0), (20, 5, 20.0))
_SIZE: Final = "GRIDCOMMONS_BENCH_GRIDS"


@dataclass(frozen=True)
class Province:
    """Places in metres, (grids, 2); residents of each grid."""

    points: Floats
    residents: Floats

    def design(self, near: npt.NDArray[np.int32]) -> Design:
        """Expectation-based: 300 cases a day in proportion to residents, less where the province is smaller."""
        import numpy as np

        from gridcommons.outlook.scanning.scores import Design, Model

        each_day = A_DAY * len(self.points) / GRIDS * self.residents / self.residents.sum()
        return Design(Model.EB_POISSON, near, np.repeat(each_day[:, None], DAYS, axis=1))


def province(seed: int = 1) -> Province:
    """The synthetic province, in the order in which it is searched."""
    import numpy as np

    from gridcommons.outlook.scanning.zones import along

    grids = int(os.environ.get(_SIZE, "") or GRIDS)
    rng = np.random.default_rng(seed)
    towns = rng.uniform(0, _SIDE, (TOWNS, 2))
    town = np.arange(grids) % TOWNS
    points = towns[town] + rng.normal(0, 2_500, (grids, 2))
    residents = 1_059 * np.exp(rng.normal(0, 0.5, TOWNS)[town] + rng.normal(0, 0.3, grids))
    order = along(points)
    return Province(points[order], residents[order])


@bench("scan")
def scan_rows() -> Iterable[Row]:
    """Zones, 99 replicates and the windows of a day, from nothing; beside brute force over every cylinder."""
    from gridcommons.outlook.scanning.null import replicated
    from gridcommons.outlook.scanning.results import best_windows
    from gridcommons.outlook.scanning.zones import nearest

    made = province()
    compiling, _ = _timed(lambda: _warmed(made))
    zoning, near = _timed(lambda: nearest(made.points, NEIGHBOURS))
    design = made.design(near)
    day = _a_day(design)
    drawing, null = _timed(lambda: replicated(design, REPLICATES, 1))
    looking, windows = _timed(lambda: best_windows(design, day))
    note = f"zones {zoning:.2f} s, {REPLICATES} replicates {drawing:.2f} s, the day {looking:.2f} s"
    yield Row(
        "scan", zoning + drawing + looking, LIMIT, _LIMIT_S, "s", f"{note}; loading machine code {compiling:.1f} s"
    )
    yield Row("scan", _peak(), LIMIT, _LIMIT_GB, "GB", "peak of the process")
    brute, greatest = _brute(design, day)
    note = f"a set of data, all {design.near.size * DAYS / 1e6:.0f} million cylinders; greatest scores apart by "
    note += f"{abs(greatest - windows[0].score):.0e}, p of that quiet day {null.p(windows[0].score):.2f}"
    yield Row("scan", drawing / REPLICATES, "brute force by numba", brute, "s/set", note)
    note = f"the {NEIGHBOURS} nearest of each, ties by code"
    yield Row("scan", zoning, "SciPy kd-tree, codes in order", _kd_tree(made), "s", note)


@bench("scan-cached")
def scan_cached_rows() -> Iterable[Row]:
    """A run by day: zones and null table from the folder, the day's counts anew."""
    from gridcommons.outlook.scanning import kept
    from gridcommons.outlook.scanning.results import best_windows
    from gridcommons.outlook.scanning.zones import fingerprint

    made = province()
    _warmed(made)
    ranks = _places(made)
    codes = [f"{n:015d}" for n in range(len(made.points))]
    with TemporaryDirectory() as name:
        folder = Path(name)
        mark = fingerprint(codes, made.points, NEIGHBOURS)
        near, _ = kept.kept_nearest(folder, mark, made.points, NEIGHBOURS, ranks)
        night, _ = _timed(lambda: kept.kept_null(folder, mark, made.design(near), NIGHT, 1))
        day = _a_day(made.design(near))

        def run() -> tuple[bool, bool, float]:
            again = fingerprint(codes, made.points, NEIGHBOURS)
            zones, zones_read = kept.kept_nearest(folder, again, made.points, NEIGHBOURS, ranks)
            design = made.design(zones)
            null, null_read = kept.kept_null(folder, again, design, NIGHT, 1)
            return zones_read, null_read, null.p(best_windows(design, day)[0].score)

        seconds, (zones_read, null_read, _p) = _timed(run)
        size = sum(file.stat().st_size for file in folder.iterdir()) / 1e6
    note = f"25 windows with p; zones read: {zones_read}, table of {NIGHT} read: {null_read}; {size:.0f} MB kept"
    yield Row("scan-cached", seconds, LIMIT, _CACHED_S, "s", note)
    yield Row("scan-cached", seconds, f"drawing {NIGHT} anew", night, "s", "the same run without the table")


@bench("scan-truth")
def scan_truth_rows() -> Iterable[Row]:
    """What is found of injected clusters at p <= .05, and how often there is an alarm where there is nothing."""
    import numpy as np

    from gridcommons.outlook.scanning.cylinders import maxima
    from gridcommons.outlook.scanning.null import draw, replicated
    from gridcommons.outlook.scanning.zones import nearest

    made = province()
    design = made.design(nearest(made.points, NEIGHBOURS))
    null = replicated(design, 2 * NIGHT + 1, 1)
    quiet = maxima(design, draw(design, _QUIET_RUNS, np.random.default_rng(2)))
    alarms = 100 * float(np.mean([null.p(one) <= _ALPHA for one in quiet]))
    note = f"{_QUIET_RUNS:,} sets in which nothing happens, nominal {100 * _ALPHA:.0f} %"
    yield Row("scan-truth", alarms, LIMIT, 100 * _ALPHA + _POINTS, "% alarms", note)
    for a_day in (A_DAY, 2 * A_DAY):
        scale = a_day / A_DAY
        scaled = replace(design, expected=design.expected * scale)
        table = null if scale == 1 else replicated(scaled, NIGHT, 1)
        for grids, days, risk in _CLUSTERS:
            found, placed = _found(made, scaled, table.p, (grids, days, risk))
            note = f"{grids} grids x {days} days, relative risk {risk:g}, {a_day:.0f} cases a day"
            note += f"; the best window lies there, whatever its p: {placed:.0f} %"
            yield Row("scan-truth", found, LIMIT, _FOUND, "% found", note, more_is_better=True)
            possible = _possible(made, scaled, (grids, days, risk))
            note = "the most powerful test of the same level (Neyman and Pearson, 1933): told size, days and risk"
            yield Row("scan-truth", found, "best possible test", possible, "% found", note, more_is_better=True)


def _found(
    made: Province, design: Design, p_of: Callable[[float], float], cluster: tuple[int, int, float]
) -> tuple[float, float]:
    """Per cent of runs whose best window shares a grid with the cluster and has p <= .05; and whatever its p."""
    import numpy as np

    from gridcommons.outlook.scanning.results import best_windows

    found = placed = 0
    for inside, counts in _injected(made, design, cluster):
        best = best_windows(design, counts, 1)[0]
        there = bool(np.isin(best.areas, inside).any())
        placed += there
        found += there and p_of(best.score) <= _ALPHA
    return 100 * found / _RUNS, 100 * placed / _RUNS


def _injected(
    made: Province, design: Design, cluster: tuple[int, int, float]
) -> Iterable[tuple[npt.NDArray[np.int32], Floats]]:
    """Runs with a cluster: its grids, and counts by lag, (grids, durations) float64."""
    import numpy as np

    grids, days, risk = cluster
    rng = np.random.default_rng([grids, days])
    for _ in range(_RUNS):
        # An outbreak begins with a person: its centre is the grid of a resident drawn from all.
        centre = rng.choice(len(made.residents), p=made.residents / made.residents.sum())
        inside = design.near[centre, :grids]
        mean = design.expected.copy()
        mean[inside, :days] *= risk
        yield inside, rng.poisson(mean).astype(np.float64)


def _possible(made: Province, design: Design, cluster: tuple[int, int, float]) -> float:
    """Per cent of the same runs that the likelihood ratio finds, averaged over where a cluster may lie.

    It is told what no scan knows: how many grids, how many days, which risk. No test of its level finds more.
    """
    import numpy as np

    grids, days, risk = cluster
    zone = design.near[:, :grids]
    expected = design.expected[:, :days].sum(axis=1)[zone].sum(axis=1)
    at = made.residents / made.residents.sum()

    def ratio(counts: Floats) -> float:
        cases = counts[:, :days].sum(axis=1)[zone].sum(axis=1)
        return float(at @ np.exp(cases * np.log(risk) - (risk - 1) * expected))

    rng = np.random.default_rng(4)
    quiet = [ratio(rng.poisson(design.expected).astype(np.float64)) for _ in range(NIGHT)]
    limit = np.quantile(quiet, 1 - _ALPHA)
    return 100 * float(np.mean([ratio(counts) > limit for _inside, counts in _injected(made, design, cluster)]))


def _a_day(design: Design) -> Floats:
    import numpy as np

    return np.random.default_rng(3).poisson(design.expected).astype(np.float64)


def _places(made: Province) -> Any:
    import numpy as np

    return np.arange(len(made.points))


def _warmed(made: Province) -> None:
    """Machine code is compiled once for an installation and kept; here it is loaded, and not measured as work."""
    import numpy as np

    from gridcommons.outlook.scanning.cylinders import best_by_centre, maxima_by_search
    from gridcommons.outlook.scanning.null import draw
    from gridcommons.outlook.scanning.zones import nearest

    few = Province(made.points[:400], made.residents[:400])
    design = few.design(nearest(few.points, NEIGHBOURS))
    events: Events = draw(design, 2, np.random.default_rng(1))
    maxima_by_search(design, events)
    best_by_centre(design, _a_day(design))


def _kd_tree(made: Province) -> float:
    from scipy.spatial import cKDTree

    return _timed(lambda: cKDTree(made.points).query(made.points, NEIGHBOURS, workers=-1))[0]


def _brute(design: Design, counts: Floats) -> tuple[float, float]:
    """The peer: seconds for every cylinder of one set, plainly, compiled and on two threads, and the greatest score."""
    import numba
    import numpy as np

    def plainly(near: Any, c: Any, e: Any) -> Any:
        best = np.zeros(near.shape[0])
        for centre in numba.prange(near.shape[0]):
            for d in range(c.shape[1]):
                cases = expected = 0.0
                for rank in range(near.shape[1]):
                    cases += c[near[centre, rank], d]
                    expected += e[near[centre, rank], d]
                    if cases > expected:
                        found = cases * np.log(cases / expected) + expected - cases
                        best[centre] = max(best[centre], found)
        return best

    compiled = numba.njit(parallel=True)(plainly)
    c, e = counts.cumsum(axis=1), design.expected.cumsum(axis=1)
    compiled(design.near[:4], c, e)
    seconds, best = _timed(lambda: compiled(design.near, c, e))
    return seconds, float(best.max())


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    result = work()
    return time.perf_counter() - began, result
