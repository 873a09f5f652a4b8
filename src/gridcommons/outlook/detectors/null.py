"""False alarms measured where nothing happens: simulated counts without any outbreak. Pure; the draws come as a seed.

The nominal alpha of a detector holds for counts of its own model. Real ones are skewed, overdispersed and follow the
week, so what an office will see is measured, with an interval.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from scipy import stats

from gridcommons.kit.shipped import shipped
from gridcommons.kit.words import Words
from gridcommons.outlook.detectors.bounds import Bounds, Floats

_WEEK: Final = 7
_YEAR: Final = 364
_LEVEL: Final = 0.95


@dataclass(frozen=True)
class Scenario:
    """Counts of a time without outbreaks: mean a day, size of the negative binomial (None: Poisson), week and year."""

    key: str
    mean: float
    size: float | None = None
    week: tuple[float, ...] = (1.0,) * _WEEK
    year: float = 0.0


@dataclass(frozen=True)
class Scenarios:
    """The scenarios that ship with the program."""

    version: str
    owner: Words
    by_key: Mapping[str, Scenario]


@dataclass(frozen=True)
class Rate:
    """A measured share of false alarms, its 95 % interval over series, and on how many judged days it rests."""

    rate: float
    lower: float
    upper: float
    judged: int


def scenarios() -> Scenarios:
    """The scenarios of `null.toml`."""
    return shipped("gridcommons.outlook.detectors", "null.toml", _read)


def _read(raw: dict[str, Any]) -> Scenarios:
    made = [Scenario(**{**row, "week": tuple(row.get("week", (1.0,) * _WEEK))}) for row in raw["scenarios"]]
    for one in made:
        if one.mean <= 0 or len(one.week) != _WEEK or min(one.week) <= 0 or (one.size is not None and one.size <= 0):
            raise ValueError(f"{one.key}: mean, size or week?")
    if len({one.key for one in made}) < len(made):
        raise ValueError("a key stands twice")
    return Scenarios(raw["version"], Words(raw["owner_zh"], raw["owner_en"]), {one.key: one for one in made})


def simulated(scenario: Scenario, series: int, days: int, *, seed: int) -> Floats:
    """Counts (series, days) that follow a scenario and in which nothing happens."""
    rng = np.random.default_rng(seed)
    at = np.arange(days)
    week = np.array(scenario.week)[at % _WEEK] / np.mean(scenario.week)
    mean = scenario.mean * week * np.exp(scenario.year * np.sin(2 * np.pi * at / _YEAR))
    level = np.broadcast_to(mean, (series, days))
    if scenario.size is not None:
        level = level * rng.gamma(scenario.size, 1 / scenario.size, (series, days))
    return rng.poisson(level).astype(np.float64)


def false_alarms(judge: Callable[[Floats], Bounds], counts: Floats) -> Rate:
    """The share of judged days with an alarm, where none is due.

    Alarms of one series hang together, so that the interval (95 %, by t) is taken over the shares of whole series.
    """
    bounds = judge(counts)
    judged = bounds.judged.sum(axis=1)
    seen = judged > 0
    shares = bounds.alarm[seen].sum(axis=1) / judged[seen]
    if shares.size < 2:  # noqa: PLR2004 - one series has no spread
        return Rate(float(shares.mean()) if shares.size else np.nan, 0.0, 1.0, int(judged.sum()))
    rate = float(bounds.alarm.sum() / judged.sum())
    reach = float(stats.t.isf((1 - _LEVEL) / 2, shares.size - 1) * shares.std(ddof=1) / np.sqrt(shares.size))
    none = 1 - (1 - _LEVEL) ** (1 / int(judged.sum()))  # no alarm at all is no proof that there never is one
    return Rate(rate, max(0.0, rate - reach), min(1.0, rate + reach if rate else none), int(judged.sum()))
