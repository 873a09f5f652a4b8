"""An equally spaced series, and what is refused or taken as unknown."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcommons.kit.errors import Refusal
from gridcommons.outlook.detectors.series import Cadence, cadence_of, series_of, within_life

D = date(2026, 1, 5)


def _every(days: int, counts: list[object]) -> list[tuple[object, object]]:
    return [(D + timedelta(days=days * n), count) for n, count in enumerate(counts)]


@pytest.mark.parametrize(
    ("dates", "cadence", "per_year"),
    [
        (["2026-01-05", "2026-01-06", "2026-01-07"], Cadence(days=1), 364),
        (["2026-01-05", "2026-01-12", "2026-01-19"], Cadence(days=7), 52),
        (["2026-01-31", "2026-02-28", "2026-03-31"], Cadence(months=1), 12),
        (["2026-01-15", "2026-04-15", "2026-07-15"], Cadence(months=3), 4),
        (["2024-02-29", "2025-02-28", "2026-02-28"], Cadence(months=12), 1),
        (["2016-01-01", "2026-01-01"], Cadence(months=120), 1),
        (["2026-01-05", "2026-02-02", "2026-03-02"], Cadence(days=28), 13),
    ],
)
def test_the_step_is_seen_in_the_dates(dates: list[str], cadence: Cadence, per_year: int) -> None:
    series = series_of((text, 1) for text in dates)
    assert series.cadence == cadence
    assert cadence.per_year == per_year
    assert [day.isoformat() for day in series.dates] == dates


def test_a_missing_day_and_an_empty_count_are_unknown_and_never_nought() -> None:
    rows = _every(1, [3, "", None, float("nan"), 4, 2.0, "0"])
    series = series_of([*rows[:5], *rows[6:]])
    assert [None if np.isnan(c) else int(c) for c in series.counts] == [3, None, None, None, 4, None, 0]
    assert series.unknown == tuple(D + timedelta(days=n) for n in (1, 2, 3, 5))
    monthly = series_of([("2026-01-31", 1), ("2026-02-28", 2), ("2026-04-30", 4), ("2026-05-31", 5)])
    assert [day.isoformat() for day in monthly.unknown] == ["2026-03-31"]


def test_order_does_not_count_and_moments_are_days() -> None:
    rows = _every(7, [1, 2, 3])
    assert series_of(reversed(rows)).counts.tolist() == [1, 2, 3]
    assert series_of((datetime(day.year, day.month, day.day), count) for day, count in rows).dates[0] == D  # noqa: DTZ001 - a day
    assert series_of(rows).at(D + timedelta(days=8)) == 2


REFUSED = {
    "negative": ([(D, 1), (D + timedelta(1), -1)], "detect.no_count", "“-1” of"),
    "fractional": ([(D, 1), (D + timedelta(1), "1.5")], "detect.no_count", "“1.5”"),
    "a word": ([(D, 1), (D + timedelta(1), "many")], "detect.no_count", "“many”"),
    "endless": ([(D, float("inf")), (D + timedelta(1), 1)], "detect.no_count", "“inf”"),
    "twice": ([(D, 1), (D, 1), (D + timedelta(1), 2)], "detect.day_twice", "1 dates"),
    "no date": ([("05/01/2026", 1), (D, 1)], "detect.no_date", "05/01/2026"),
    "a stray date": ([*_every(7, [1] * 9), (D + timedelta(15), 1)], "detect.uneven", "Tue 20 Jan 2026"),
    "one row": ([(D, 1)], "detect.too_short", "1 rows"),
    "no rows": ([], "detect.too_short", "0 rows"),
}  # fmt: skip


@pytest.mark.parametrize("how", REFUSED)
def test_what_nobody_can_know_is_refused(how: str) -> None:
    rows, code, words = REFUSED[how]
    with pytest.raises(Refusal) as refused:
        series_of(rows)
    assert refused.value.code == code
    assert words in refused.value.words().en


def test_one_date_off_the_step_is_named() -> None:
    days = [D + timedelta(days=7 * n) for n in range(10)]
    days[4] += timedelta(days=1)
    with pytest.raises(Refusal, match="Tue 3 Feb 2026"):
        cadence_of(days)


@given(st.sampled_from([1, 7, 14, 28]), st.lists(st.one_of(st.none(), st.integers(0, 500)), min_size=2, max_size=60))
def test_any_even_series_comes_back_as_it_was(days: int, counts: list[int | None]) -> None:
    series = series_of(_every(days, list(counts)))
    assert series.cadence == Cadence(days=days)
    assert [None if np.isnan(c) else int(c) for c in series.counts] == counts


def test_an_area_is_unknown_outside_its_time() -> None:
    counts = np.arange(8.0).reshape(2, 4)
    alive = within_life(counts, [0, 2], [3, 4])
    assert np.isnan(alive).tolist() == [[False, False, False, True], [True, True, False, False]]
    assert alive[0, 0] == 0
