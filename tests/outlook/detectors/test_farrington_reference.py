"""Farrington, flexible and classic, beside the figures of the reference: all files, all columns, from both sides."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from gridcommons.outlook.detectors.farrington import Judged, Options, farrington
from gridcommons.outlook.detectors.glm import Floats
from gridcommons.outlook.detectors.thresholds import exceedance

Rows = list[dict[str, str]]

CLOSE = 1e-9
"""A thousand times finer than the 1e-6 that is asked; the files have twelve digits."""
NEWPORT = [(bound, seasons) for bound in ("delta", "muan", "nbPlugin") for seasons in (1, 10)]
Z_99 = 2.3263478740408408


def _rows(path: Path) -> Rows:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def _column(rows: Rows, name: str) -> Floats:
    return np.array([float("nan") if row[name] == "NA" else float(row[name]) for row in rows])


def _weeks(first: date, many: int) -> list[date]:
    return [first + timedelta(weeks=n) for n in range(many)]


def _newport(shared: Path, bound: str, seasons: int) -> tuple[Rows, Judged, list[int]]:
    given = _rows(shared / "outlook" / "salmNewport_germany.csv")
    rows = _rows(shared / "outlook" / f"farringtonFlexible_salmNewport2011_{bound}_periods{seasons}_alpha0.01.csv")
    options = Options(years_back=4, season_levels=seasons, trend_threshold=1, bound=bound)
    at = [int(row["index"]) - 1 for row in rows]
    days = [date.fromisoformat(row["date"]) for row in given]
    return rows, farrington(_column(given, "observed")[None], days=days, steps=at, options=options), at


def _agona(shared: Path) -> tuple[Rows, Judged, list[int]]:
    counts = _column(_rows(shared / "outlook" / "salmonella_agona.csv"), "observed")
    rows = _rows(shared / "outlook" / "farringtonFlexible_agona_default_nbPlugin_alpha0.1.csv")
    at = [int(row["index"]) - 1 for row in rows]
    days = _weeks(date(1990, 1, 1), len(counts))
    return rows, farrington(counts[None], days=days, steps=at, options=Options(bound="nbPlugin", alpha=0.1)), at


def _same(ours: Floats, theirs: Floats) -> None:
    """Equal within the tolerance from both sides, and missing at the same places."""
    assert (np.isnan(ours) == np.isnan(theirs)).all()
    np.testing.assert_allclose(ours, theirs, rtol=CLOSE, atol=CLOSE)


def _compare(rows: Rows, said: Judged, at: list[int]) -> None:
    bounded = said.bounded[0, at]
    _same(np.where(bounded, said.upper[0, at], np.nan), _column(rows, "upperbound"))
    _same(np.where(bounded, said.expected[0, at], np.nan), _column(rows, "expected"))
    _same(said.dispersion[0, at], _column(rows, "phi"))
    _same(said.slope[0, at], _column(rows, "trend_coef"))
    assert (~np.isnan(said.slope[0, at]) == (_column(rows, "trend") == 1)).all()
    assert (said.alarm[0, at] == (_column(rows, "alarm") == 1)).all()
    p = _column(rows, "pvalue")
    np.testing.assert_allclose(said.p[0, at], p, rtol=CLOSE, atol=0)


@pytest.mark.parametrize(("bound", "seasons"), NEWPORT)
def test_newport_2011_has_the_bounds_and_alarms_of_the_reference(shared: Path, bound: str, seasons: int) -> None:
    rows, said, at = _newport(shared, bound, seasons)
    assert len(rows) == 52
    _compare(rows, said, at)


@pytest.mark.parametrize(("bound", "seasons"), NEWPORT)
def test_its_scores_are_those_of_the_reference_measured_from_the_reference_s_centre(
    shared: Path, bound: str, seasons: int
) -> None:
    """Its quantile bounds put log(mean) into the score where the mean belongs; ours is from the mean."""
    rows, said, at = _newport(shared, bound, seasons)
    expected = said.expected[0, at]
    y, upper = _column(rows, "observed"), said.upper[0, at]
    _same(exceedance(y, expected if bound == "delta" else np.log(expected), upper), _column(rows, "score"))
    if bound == "delta":
        _same(said.score[0, at], _column(rows, "score"))


@pytest.mark.parametrize("seasons", [1, 10])
def test_its_raised_means_are_those_of_the_reference(shared: Path, seasons: int) -> None:
    for bound in ("muan", "nbPlugin"):
        rows, said, at = _newport(shared, bound, seasons)
        _same(said.raised[0, at], _column(rows, "mu0"))
    rows, said, at = _newport(shared, "delta", seasons)
    mean, error = said.expected[0, at], said.error[0, at]
    np.testing.assert_allclose(np.exp(mean + Z_99 * error * mean), _column(rows, "mu0"), rtol=CLOSE)


def test_agona_with_defaults_has_the_bounds_and_alarms_of_the_reference(shared: Path) -> None:
    rows, said, at = _agona(shared)
    assert len(rows) == 49
    _compare(rows, said, at)


def test_classic_farrington_has_the_bounds_and_alarms_of_the_reference(shared: Path) -> None:
    counts = _column(_rows(shared / "outlook" / "salmonella_agona.csv"), "observed")
    rows = _rows(shared / "outlook" / "algo_farrington_agona_282_312.csv")
    at = [int(row["index"]) - 1 for row in rows]
    said = farrington(counts[None], steps=at, options=Options.classic(years_back=4))
    _same(said.upper[0, at], _column(rows, "upperbound"))
    assert (said.alarm[0, at] == (_column(rows, "alarm") == 1)).all()
    assert [n + 1 for n in at if said.alarm[0, n]] == [284, 285, 288, 289]


ALARMS = {
    ("delta", 1): {410: 7.6652, 411: 6.7725, 412: 5.7793, 416: 4.3563},
    ("delta", 10): {409: 7.2974, 410: 7.2669, 411: 6.8318, 412: 6.2271, 416: 4.6531, 417: 4.7531},
    ("nbPlugin", 1): {410: 7, 411: 7, 412: 5, 416: 4},
    ("nbPlugin", 10): {409: 7, 410: 7, 411: 7, 412: 6, 416: 5},
    ("muan", 1): {410: 9, 411: 8, 412: 7, 416: 7},
    ("muan", 10): {410: 9, 411: 8, 412: 7, 416: 6},
}


@pytest.mark.parametrize(("bound", "seasons"), NEWPORT)
def test_the_alarms_of_the_outbreak_of_2011_are_the_published_ones(shared: Path, bound: str, seasons: int) -> None:
    _, said, at = _newport(shared, bound, seasons)
    found = {n + 1: said.upper[0, n] for n in at if said.alarm[0, n]}
    assert found == pytest.approx(ALARMS[bound, seasons], abs=5e-5)
