"""Detectors over all towns of a province and their indicators, beside a plain loop by pandas; and false alarms."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from gridcommons.cli.benches import LIMIT, Row, bench

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

TOWNS: Final = 1_387
INDICATORS: Final = 10
DAYS: Final = 365
SHARE: Final = 40
"""The peer is given every so many-th series: what it takes for one does not depend on how many there are."""
_LIMIT: Final = 2.0
_ALL: Final = ("ears-c1", "ears-c2", "ears-c3", "ears-t", "cusum", "glr", "bayes")
_NULL_SERIES, _NULL_DAYS, _FROM = 150, 400, 60
_CENT: Final = 100


def town_counts(series: int, days: int = DAYS, seed: int = 3) -> Floats:
    """Synthetic counts (series, days): few where few live, many in some, more on weekdays, some with gaps."""
    import numpy as np

    rng = np.random.default_rng(seed)
    level = np.exp(rng.normal(0.0, 1.3, (series, 1)))
    week = np.array([1.3, 1.2, 1.1, 1.1, 1.1, 0.7, 0.5])[np.arange(days) % 7]
    counts: Floats = rng.poisson(level * week * rng.gamma(8.0, 1 / 8.0, (series, days))).astype(np.float64)
    counts[rng.random(counts.shape) < 0.001] = np.nan  # noqa: PLR2004 - a day in a thousand is missing
    return counts


@bench("detect")
def detect_rows() -> Iterable[Row]:
    """The daily default and every method over a year of everything, the peer, in processor time; and false alarms."""
    from gridcommons.outlook.detectors.methods import detect
    from gridcommons.outlook.detectors.series import Cadence

    counts, daily = town_counts(TOWNS * INDICATORS), Cadence(days=1)
    for name in _ALL:
        detect(name, counts[:60], cadence=daily)  # compiled code and tables are loaded once a start, not once a day
    ours, bounds = _timed(lambda: detect("default", counts, cadence=daily))
    size = f"{TOWNS:,} towns x {INDICATORS} indicators x {DAYS} days"
    note = f"the daily default, bounds, chances and alarms; {size}, {int(bounds.alarm.sum()):,} alarms"
    yield Row("detect", ours, LIMIT, _LIMIT, "s", note)
    for name in _ALL:
        took, bounds = _timed(partial(detect, name, counts, cadence=daily))
        yield Row(f"detect-{name}", took, LIMIT, _LIMIT, "s", f"{int(bounds.judged.sum()):,} judged")
    yield _beside_the_peer(counts)
    yield from _false_alarms()


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds of the processor, one thread, and what came of it."""
    began = time.process_time()
    result = work()
    return time.process_time() - began, result


def _beside_the_peer(counts: Floats) -> Row:
    """C1 by ours and by the usual loop over series with a rolling mean of pandas; R is not installed here."""
    import numpy as np

    from gridcommons.outlook.detectors.ears import c1

    whole = np.nan_to_num(counts)
    some = whole[::SHARE]
    ours, bounds = _timed(lambda: [c1(whole[at : at + 256]).upper for at in range(0, len(whole), 256)])
    took, theirs = _timed(lambda: np.array([_rolled(one) for one in some]))
    apart = np.nanmax(np.abs(np.concatenate(bounds)[::SHARE] - theirs))
    note = (
        f"EARS C1, all series; the peer on every {SHARE}th, scaled up; bounds apart by at most {apart:.1e}; no R here"
    )
    return Row("detect-loop", ours, "pandas rolling", took * len(whole) / len(some), "s", note)


def _rolled(counts: Floats) -> Floats:
    """C1 of one series as it is usually written."""
    import pandas as pd
    from scipy import stats

    past = pd.Series(counts).shift(1).rolling(7)
    bound: Floats = (past.mean() + stats.norm.isf(0.001) * past.std()).to_numpy()
    return bound


def _false_alarms() -> Iterator[Row]:
    """False alarms of the default in every scenario where nothing happens, beside the nominal ones."""
    from gridcommons.outlook.detectors.ears import ALPHA_T
    from gridcommons.outlook.detectors.methods import detect
    from gridcommons.outlook.detectors.null import false_alarms, scenarios, simulated
    from gridcommons.outlook.detectors.series import Cadence

    for key, scenario in scenarios().by_key.items():
        counts = simulated(scenario, _NULL_SERIES, _NULL_DAYS, seed=5)
        rate = false_alarms(lambda c: detect("default", c, cadence=Cadence(days=1), first=_FROM), counts)
        note = f"{key}: 95 % interval {_CENT * rate.lower:.2f}-{_CENT * rate.upper:.2f}, {rate.judged:,} days"
        yield Row("detect-false-alarms", _CENT * rate.rate, "nominal", _CENT * ALPHA_T, "% of days", note)
