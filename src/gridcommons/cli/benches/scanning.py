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
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from gridcommons.cli.benches import LIMIT, Row, bench

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from gridcommons.outlook.scanning.events import Events
    from gridcommons.outlook.scanning.null import Null
    from gridcommons.outlook.scanning.scores import Design, Floats
    from gridcommons.outlook.scanning.sizes import Sizes

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
_OTHER_RUNS: Final = 200
_THETA: Final = 2.0
_BY_SIZE: Final = "each window held against its own size"
_PLAIN: Final = "plain maximum"
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
    from gridcommons.outlook.scanning.null import replicated, replicated_by_size
    from gridcommons.outlook.scanning.results import best_windows
    from gridcommons.outlook.scanning.sizes import sized
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
    sizing, table = _timed(lambda: replicated_by_size(design, REPLICATES, 1))
    listing, best = _timed(lambda: best_windows(design, day, sizes=sized(table)[0]))
    note = f"the same by size: {REPLICATES} replicates {sizing:.2f} s, the day {listing:.2f} s, {len(best)} windows"
    yield Row("scan", zoning + sizing + listing, LIMIT, _LIMIT_S, "s", note)
    yield Row("scan", _peak(), LIMIT, _LIMIT_GB, "GB", "peak of the process")
    brute, greatest = _brute(design, day)
    note = f"a set of data, all {design.near.size * DAYS / 1e6:.0f} million cylinders; greatest scores apart by "
    note += f"{abs(greatest - windows[0].score):.0e}, p of that quiet day {null.p(windows[0].score):.2f}"
    yield Row("scan", drawing / REPLICATES, "brute force by numba", brute, "s/set", note)
    note = f"the {NEIGHBOURS} nearest of each, ties by code"
    yield Row("scan", zoning, "SciPy kd-tree, codes in order", _kd_tree(made), "s", note)


@bench("scan-cached")
def scan_cached_rows() -> Iterable[Row]:
    """A run by day: zones and null table from the folder, the day's counts anew; plainly and by size."""
    from gridcommons.outlook.scanning import kept
    from gridcommons.outlook.scanning.zones import fingerprint

    made = province()
    _warmed(made)
    codes = [f"{n:015d}" for n in range(len(made.points))]
    with TemporaryDirectory() as name:
        folder = Path(name)
        mark = fingerprint(codes, made.points, NEIGHBOURS)
        near, _ = kept.kept_nearest(folder, mark, made.points, NEIGHBOURS, _places(made))
        design = made.design(near)
        day = _a_day(design)
        for how, draw in ((_PLAIN, kept.kept_null), (_BY_SIZE, kept.kept_by_size)):
            night, _ = _timed(partial(draw, folder, mark, design, NIGHT, 1))
            seconds, (zones_read, null_read) = _timed(partial(_by_day, made, folder, codes, day, how))
            size = sum(file.stat().st_size for file in folder.iterdir()) / 1e6
            note = f"{how}: 25 windows with p; zones read: {zones_read}, table of {NIGHT} read: {null_read}"
            yield Row("scan-cached", seconds, LIMIT, _CACHED_S, "s", f"{note}; {size:.0f} MB kept")
            yield Row("scan-cached", seconds, f"drawing {NIGHT} anew", night, "s", "the same run without the table")


def _by_day(made: Province, folder: Path, codes: list[str], day: Floats, how: str) -> tuple[bool, bool]:
    """One run by day from the folder; whether zones and table were read."""
    from gridcommons.outlook.scanning import kept
    from gridcommons.outlook.scanning.null import Null
    from gridcommons.outlook.scanning.results import best_windows
    from gridcommons.outlook.scanning.sizes import ALL_ALIKE, sized
    from gridcommons.outlook.scanning.zones import fingerprint

    mark = fingerprint(codes, made.points, NEIGHBOURS)
    zones, zones_read = kept.kept_nearest(folder, mark, made.points, NEIGHBOURS, _places(made))
    design = made.design(zones)
    if how == _BY_SIZE:
        maxima, null_read = kept.kept_by_size(folder, mark, design, NIGHT, 1)
        sizes, most = sized(maxima)
        null = Null(most)
    else:
        sizes, (null, null_read) = ALL_ALIKE, kept.kept_null(folder, mark, design, NIGHT, 1)
    for window in best_windows(design, day, sizes=sizes):
        null.p(window.worth)
    return zones_read, null_read


@bench("scan-truth")
def scan_truth_rows() -> Iterable[Row]:
    """What is found of injected clusters at p <= .05, and how often there is an alarm where there is nothing."""
    import numpy as np

    from gridcommons.outlook.scanning.cylinders import maxima_by_size
    from gridcommons.outlook.scanning.null import draw
    from gridcommons.outlook.scanning.zones import nearest

    made = province()
    design = made.design(nearest(made.points, NEIGHBOURS))
    held = _held(design, 2 * NIGHT + 1)
    quiet = maxima_by_size(design, draw(design, _QUIET_RUNS, np.random.default_rng(2)))
    for how, alarms in held.alarms(quiet).items():
        note = f"{how}: {_QUIET_RUNS:,} sets in which nothing happens, nominal {100 * _ALPHA:.0f} %"
        yield Row("scan-truth", alarms, LIMIT, 100 * _ALPHA + _POINTS, "% alarms", note)
    for cluster in _CLUSTERS:
        yield from _truth(made, design, held, A_DAY, Injected(cluster, _RUNS), Injected(cluster, _OTHER_RUNS, True))
    twice = replace(design, expected=design.expected * 2)
    held = _held(twice, NIGHT)
    for cluster in _CLUSTERS:
        yield from _truth(made, twice, held, 2 * A_DAY, Injected(cluster, _RUNS))
    yield from _varied(made, design)


def _varied(made: Province, design: Design) -> Iterable[Row]:
    """The model of the office's scans: counts that vary more than a Poisson's, scored by the negative binomial."""
    from gridcommons.outlook.scanning.scores import Model, weights_of

    weight = weights_of(design.expected, _THETA)
    varied = replace(design, model=Model.EB_NEGBIN, weight=weight, theta=_THETA)
    held = _held(varied, NIGHT)
    for cluster in _CLUSTERS:
        injected = Injected(cluster, _RUNS)
        found = {how: _found(made, varied, *way, injected) for how, way in held.ways.items()}
        note = f"{_told(cluster, A_DAY)}; negative binomial, theta {_THETA:g}, {_RUNS} runs"
        yield Row("scan-truth", found[_BY_SIZE], _PLAIN, found[_PLAIN], "% found", note, more_is_better=True)


@dataclass(frozen=True)
class Injected:
    """A cluster (grids, days, relative risk) in so many runs; `other`: not those that the target is held to."""

    cluster: tuple[int, int, float]
    runs: int
    other: bool = False

    def days(self, made: Province, design: Design) -> Iterable[tuple[npt.NDArray[np.int32], Floats]]:
        """The cluster's grids and the counts by lag, (grids, durations) float64, of each run."""
        import numpy as np

        grids, days, risk = self.cluster
        rng = np.random.default_rng([grids, days, 2026] if self.other else [grids, days])
        for _ in range(self.runs):
            # An outbreak begins with a person: its centre is the grid of a resident drawn from all.
            centre = rng.choice(len(made.residents), p=made.residents / made.residents.sum())
            inside = design.near[centre, :grids]
            mean = design.expected.copy()
            mean[inside, :days] *= risk
            if design.theta is not None:
                mean *= rng.gamma(design.theta, 1 / design.theta, mean.shape)
            yield inside, rng.poisson(mean).astype(np.float64)


@dataclass(frozen=True)
class Held:
    """What a day is held against: the greatest score of all windows, and what stands out most among its size."""

    plain: Null
    sizes: Sizes
    by_size: Null

    @property
    def ways(self) -> dict[str, tuple[Sizes, Null]]:
        """Both, by their names."""
        from gridcommons.outlook.scanning.sizes import ALL_ALIKE

        return {_BY_SIZE: (self.sizes, self.by_size), _PLAIN: (ALL_ALIKE, self.plain)}

    def alarms(self, maxima: Floats) -> dict[str, float]:
        """Per cent of sets with p <= .05, by the greatest scores of each size, (sets, classes)."""
        found = {_BY_SIZE: (self.sizes.most(maxima), self.by_size), _PLAIN: (maxima.max(axis=1), self.plain)}
        return {how: 100 * _mean(null.p(one) <= _ALPHA for one in worths) for how, (worths, null) in found.items()}


def _held(design: Design, replicates: int) -> Held:
    from gridcommons.outlook.scanning.null import Null, replicated_by_size
    from gridcommons.outlook.scanning.sizes import sized

    maxima = replicated_by_size(design, replicates, 1)
    sizes, most = sized(maxima)
    return Held(Null(maxima.max(axis=1)), sizes, Null(most))


def _truth(made: Province, design: Design, held: Held, a_day: float, *several: Injected) -> Iterable[Row]:
    """What is found by size of one cluster, beside the plain scan and the best that is possible, in the same runs."""
    is_found = _told_all(made, design, several[0].cluster)
    for injected in several:
        note = f"{_told(injected.cluster, a_day)}, {injected.runs} {'other ' if injected.other else ''}runs"
        found = {how: _found(made, design, *way, injected) for how, way in held.ways.items()}
        ours = found[_BY_SIZE]
        yield Row("scan-truth", ours, LIMIT, _FOUND, "% found", f"{note}; {_BY_SIZE}", more_is_better=True)
        yield Row("scan-truth", ours, _PLAIN, found[_PLAIN], "% found", note, more_is_better=True)
        note += "; the most powerful test of the same level (Neyman and Pearson, 1933): told size, days and risk"
        possible = 100 * _mean(is_found(counts) for _inside, counts in injected.days(made, design))
        yield Row("scan-truth", ours, "best possible test", possible, "% found", note, more_is_better=True)


def _told(cluster: tuple[int, int, float], a_day: float) -> str:
    grids, days, risk = cluster
    return f"{grids} grids x {days} days, relative risk {risk:g}, {a_day:.0f} cases a day"


def _found(made: Province, design: Design, sizes: Sizes, null: Null, injected: Injected) -> float:
    """Per cent of runs whose best window shares a grid with the cluster and has p <= .05."""
    import numpy as np

    from gridcommons.outlook.scanning.results import best_windows

    def is_found(inside: npt.NDArray[np.int32], counts: Floats) -> bool:
        best = best_windows(design, counts, 1, sizes)[0]
        return null.p(best.worth) <= _ALPHA and bool(np.isin(best.areas, inside).any())

    return 100 * _mean(is_found(*day) for day in injected.days(made, design))


def _told_all(made: Province, design: Design, cluster: tuple[int, int, float]) -> Callable[[Floats], bool]:
    """The most powerful test of the level: the likelihood ratio averaged over where a cluster may lie.

    It is told what no scan knows: how many grids, how many days, which risk. No test of its level finds more.
    """
    import numpy as np
    from scipy.sparse import csr_array

    grids, days, risk = cluster
    areas = len(made.points)
    ends = np.arange(areas + 1) * grids
    zones = csr_array((np.ones(ends[-1]), design.near[:, :grids].ravel(), ends), shape=(areas, areas)).tocsc()
    expected = zones @ design.expected[:, :days].sum(axis=1)
    at = made.residents / made.residents.sum()

    def ratio(counts: Floats) -> float:
        cases = counts[:, :days].sum(axis=1)
        some = np.flatnonzero(cases)
        return float(at @ np.exp(zones[:, some] @ cases[some] * np.log(risk) - (risk - 1) * expected))

    rng = np.random.default_rng(4)
    quiet = [ratio(rng.poisson(design.expected).astype(np.float64)) for _ in range(NIGHT)]
    limit = float(np.quantile(quiet, 1 - _ALPHA))
    return lambda counts: ratio(counts) > limit


def _mean(found: Iterable[bool]) -> float:
    told = list(found)
    return sum(told) / len(told)


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
