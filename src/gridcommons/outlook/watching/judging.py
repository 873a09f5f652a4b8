"""What stands out among series: the detectors, false discoveries held down in each county, notes on odd input. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt

from gridcommons.kit.words import Words
from gridcommons.outlook.detectors.bounds import Bounds
from gridcommons.outlook.detectors.discovery import kept, q_values, scores
from gridcommons.outlook.detectors.methods import detect
from gridcommons.outlook.detectors.series import Cadence

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.intp]
DAILY: Final = Cadence(days=1)
WEEKLY: Final = Cadence(days=7)
_MANY_GAPS: Final = 0.1
_DIGITS: Final = 6
_SHOWN: Final = 28

FLAT: Final = Words(
    "过去几周几乎没有变化，界限按最小波动计算。",
    "The weeks before hardly varied; the bound stands on the least spread.",
)
SO_FAR: Final = Words(
    "当天的数还不完整，只会增加，所以已经超过界限。",
    "The day is not over: its count can only grow, and is above the bound already.",
)

DISAGREES: Final = Words(
    "本级上报数与下级合计不一致，按本级判断；两个数见“每日上报”。",
    "Its own figure is not the sum of its parts; it is judged by its own. Both stand on the page of daily counts.",
)


@dataclass(frozen=True)
class Found:
    """An alarm: which series (a row) and step, its figures, and the least share of false ones at which it stays."""

    row: int
    at: int
    count: float
    expected: float
    upper: float
    p: float
    q: float
    excess: float
    flat: bool
    place: int


@dataclass(frozen=True)
class Judged:
    """All alarms that stay, how many fell to the control of false ones, how many counts were judged, the bounds."""

    found: tuple[Found, ...]
    dropped: int
    judged: int
    unknown: int
    bounds: Bounds


def judge(
    counts: Floats, counties: Whole, *, first: int, share: float, method: str = "default", days: Sequence[date] = (),
    options: dict[str, object] | None = None,
) -> Judged:  # fmt: skip
    """Judge the steps from `first` on of many series (series, steps), NaN where unknown.

    counties: a number for each series; of each county's alarms of a step at most `share` may be false.
    """
    cadence = DAILY if method == "default" else WEEKLY
    shown = first if method == "farrington" else max(0, first - _SHOWN)
    bounds = detect(method, counts, cadence=cadence, first=shown, days=days or None, options=options)
    found: list[Found] = []
    dropped = 0
    for at in range(first, counts.shape[1]):
        p, alarm = bounds.p[:, at], bounds.alarm[:, at]
        stays = kept(p, alarm, counties, share)
        dropped += int((alarm & ~stays).sum())
        found += _of_step(at, counts, bounds, q_values(p, counties), np.flatnonzero(stays))
    asked = counts.shape[0] * (counts.shape[1] - first)
    judged = int(bounds.judged[:, first:].sum())
    return Judged(tuple(found), dropped, judged, asked - judged, bounds)


def _of_step(at: int, counts: Floats, bounds: Bounds, q: Floats, rows: Whole) -> list[Found]:
    weight = scores(counts[rows, at], bounds.expected[rows, at], np.nan_to_num(bounds.upper[rows, at]))
    order = np.lexsort((rows, -counts[rows, at], -weight))
    return [
        Found(
            row, at, float(counts[row, at]), _rounded(bounds.expected[row, at]), _rounded(bounds.upper[row, at]),
            _rounded(bounds.p[row, at]), _rounded(q[row]), _rounded(weight[n]), bool(bounds.flat[row, at]), place,
        )
        for place, n in enumerate(order.tolist(), 1)
        for row in [int(rows[n])]
    ]  # fmt: skip


def _rounded(value: float) -> float:
    """A figure as it is kept: equal for equal input, whatever machine reckoned it; -1 where there is none."""
    return -1.0 if np.isnan(value) else float(f"{value:.{_DIGITS}g}")


def notes_of(counts: Floats, found: Found, *, is_today: bool) -> list[Words]:
    """What is odd about the input of an alarm: gaps, no spread, a day that is not over."""
    past = counts[found.row, : found.at]
    gaps = int(np.isnan(past).sum())
    notes = [gaps_words(gaps, past.size)] if gaps > _MANY_GAPS * past.size else []
    notes += [FLAT] if found.flat else []
    return [*notes, SO_FAR] if is_today else notes


def gaps_words(gaps: int, of: int) -> Words:
    """A note of unknown days."""
    return Words(
        f"此前{of}天有{gaps}天未知，未用于比较；未知不是零。",
        f"{gaps} of the {of} days before are not known and were left out; they are not nought.",
    )
