"""The picture of a what-if: bands of two scenarios side by side on one scale, as SVG; and its tables. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from gridcommons.kit.words import Words
from gridcommons.outlook.simulation import QUANTILES, Bands, Floats

WIDTH, HEIGHT = 420, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 8, 10, 24
_TICKS: Final = 4
_MIDDLE: Final = QUANTILES.index(0.5)
MEASURES: Final = {
    "found": Words("每天发现的病例", "cases found a day"),
    "infected": Words("每天新感染（含未发现）", "infections a day, found or not"),
    "in_care": Words("当天需要照护的人", "people in need of care on the day"),
}
HEADS: Final = (
    Words("情景", "scenario"), Words("区域代码", "area"), Words("区域", "name"), Words("天", "day"),
    Words("指标", "measure"), *(Words(f"{100 * q:g}%分位", f"quantile {100 * q:g} %") for q in QUANTILES),
)  # fmt: skip


@dataclass(frozen=True)
class Panel:
    """One scenario's bands of one measure, as paths in a box; `ticks`: numbers on the left with their height."""

    outer: str
    inner: str
    middle: str
    ticks: tuple[tuple[str, float], ...]
    days: tuple[tuple[str, float], ...]
    says: Words


@dataclass(frozen=True)
class Line:
    """An area in the table: over all days, by scenario, the middle and the band of nine in ten."""

    name: Words | str
    cells: tuple[str, ...]


def panels(scenarios: Sequence[Bands], measure: str) -> list[Panel]:
    """A panel for each scenario; the scale is one, or the eye would compare what cannot be compared."""
    tops = [float(getattr(one, measure)[-1, -1].max()) for one in scenarios]
    top = _round_up(max(*tops, 1.0))
    return [_panel(getattr(one, measure)[:, -1], top) for one in scenarios]


def _round_up(value: float) -> float:
    """The least round number from a value on that four ticks divide into whole numbers."""
    step = 10.0 ** max(np.floor(np.log10(value)) - 1, 0)
    return float(next(step * n for n in (4, 8, 12, 20, 40, 60, 80, 120, 200) if step * n >= value))


def _panel(bands: Floats, top: float) -> Panel:
    days = bands.shape[1]
    across = _LEFT + np.arange(days) * (WIDTH - _LEFT - _RIGHT) / max(days - 1, 1)
    down = HEIGHT - _BOTTOM - bands / top * (HEIGHT - _TOP - _BOTTOM)
    peak = int(bands[_MIDDLE].argmax())
    low, middle, high = (f"{round(float(bands[n, peak])):,}" for n in (0, _MIDDLE, -1))
    return Panel(
        outer=_band(across, down[0], down[-1]), inner=_band(across, down[1], down[-2]),
        middle=_line(across, down[_MIDDLE]),
        ticks=tuple(
            (f"{top * n / _TICKS:,.6g}", HEIGHT - _BOTTOM - n / _TICKS * (HEIGHT - _TOP - _BOTTOM))
            for n in range(_TICKS + 1)
        ),
        days=tuple((f"{day}", float(across[day])) for day in _marks(days)),
        says=Words(
            f"最高在第{peak}天：中位数{middle}，九成结果在{low}到{high}之间",
            f"highest on day {peak}: median {middle}, nine in ten runs between {low} and {high}",
        ),
    )  # fmt: skip


def _marks(days: int) -> range:
    return range(0, days, 7 if days <= 42 else 14 if days <= 98 else 28)  # noqa: PLR2004 - weeks, fortnights, months


def _line(across: Floats, down: Floats) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in zip(across, down, strict=True))


def _band(across: Floats, low: Floats, high: Floats) -> str:
    return f"{_line(across, high)}L{_line(across[::-1], low[::-1])[1:]}Z"


def lines(scenarios: Sequence[Bands], names: Sequence[Words | str], whole: Words) -> list[Line]:
    """By area: cases found over all days and the most in care on one day, by scenario; all areas last."""
    held = [*(one.found_total for one in scenarios), *(one.care_peak for one in scenarios)]
    return [Line(name, tuple(_spoken(one[:, place]) for one in held)) for place, name in enumerate([*names, whole])]


def _spoken(quantiles: Floats) -> str:
    low, middle, high = (round(float(quantiles[n])) for n in (0, _MIDDLE, -1))
    return f"{middle:,} ({low:,}–{high:,})"


def csv_rows(
    scenarios: Sequence[Bands], keys: Sequence[str], areas: Sequence[tuple[str, str]], tongue: str
) -> Iterator[tuple[str | int | float, ...]]:
    """Every quantile of every measure by scenario, area and day; the last area of the arrays is all together."""
    for key, bands in zip(keys, scenarios, strict=True):
        for measure, words in MEASURES.items():
            held = getattr(bands, measure)
            for place, (code, name) in enumerate(areas):
                for day in range(held.shape[2]):
                    figures = (round(float(one), 1) for one in held[:, place, day])
                    yield key.upper(), code, name, day, words.in_language(tongue), *figures
