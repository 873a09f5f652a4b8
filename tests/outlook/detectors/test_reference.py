"""The detectors against outputs of the R package surveillance 1.20.3: bounds two-sided to 1e-9, the same alarms."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from gridcommons.outlook.detectors import glr
from gridcommons.outlook.detectors.methods import detect
from gridcommons.outlook.detectors.series import Cadence

WEEKLY = Cadence(days=7)
FIRST = 208
EARS_FILES = [
    *(f"ears_{c}_alpha{a}_baseline{b}" for c in ("C1", "C2") for a in ("0.001", "0.025", "0.05") for b in (7, 14)),
    *(f"ears_C3_alpha{a}" for a in ("0.001_baseline7", "0.001_baseline14", "0.025_baseline7", "0.05_baseline7",
                                    "0.05_baseline14")),
]  # fmt: skip
LAST_FOUR = {"years_back": 2, "half_window": 4, "current": False}
BAYES = {
    "algo_bayes1_agona_209_312": {}, "algo_bayes2_agona_209_312": {"years_back": 1},
    "algo_bayes3_agona_209_312": LAST_FOUR,
    "algo_bayes_b2_w5_alpha0.01_agona": {"years_back": 2, "half_window": 5, "alpha": 0.01},
    "algo_rki1_agona_209_312": {"rule": "rki"}, "algo_rki2_agona_209_312": {"rule": "rki", "years_back": 1},
    "algo_rki3_agona_209_312": {"rule": "rki"} | LAST_FOUR,
}  # fmt: skip
ALARMS_OF_AGONA = {
    "algo_bayes1_agona_209_312": [210, 219, 232, 239, 241, 264, 283, 284, 294],
    "algo_bayes_b2_w5_alpha0.01_agona": [262, 264, 284],
    "algo_rki2_agona_209_312": [210, 257, 262, 264, 284],
}

Columns = dict[str, npt.NDArray[np.float64]]


def _read(path: Path) -> Columns:
    with path.open() as file:
        rows = list(csv.DictReader(file))
    return {name: np.array([float(row[name]) for row in rows]) for name in rows[0] if name != "date"}


@pytest.fixture
def outlook(shared: Path) -> Path:
    return shared / "outlook"


def _agona(outlook: Path) -> npt.NDArray[np.float64]:
    return _read(outlook / "salmonella_agona.csv")["observed"][None]


@pytest.mark.parametrize("name", EARS_FILES)
def test_ears_gives_the_reference_bounds_and_alarms(outlook: Path, name: str) -> None:
    counts = _read(outlook / "salmNewport_germany.csv")["observed"][None]
    wanted = _read(outlook / f"{name}_salmNewport.csv")
    found = re.fullmatch(r"ears_(C\d)_alpha([\d.]+)_baseline(\d+)", name)
    assert found
    options = {"alpha": float(found[2]), "baseline": int(found[3]), "min_sigma": 0.0}
    ours = detect(f"ears-{found[1].lower()}", counts, cadence=WEEKLY, options=options)
    assert (np.flatnonzero(ours.judged[0]) + 1).tolist() == wanted["index"].astype(int).tolist()
    np.testing.assert_allclose(ours.upper[0][ours.judged[0]], wanted["upperbound"], rtol=0, atol=1e-9)
    assert ours.alarm[0][ours.judged[0]].tolist() == (wanted["alarm"] > 0).tolist()


@pytest.mark.parametrize("transform", ["standard", "rossi", "anscombe"])
def test_cusum_gives_the_reference_limits_and_alarms(outlook: Path, transform: str) -> None:
    wanted = _read(outlook / f"algo_cusum_{transform}_k1.04_h2.26_agona.csv")
    ours = detect("cusum", _agona(outlook), cadence=WEEKLY, first=FIRST, options={"transform": transform})
    upper = ours.upper[0, FIRST:]
    if transform == "standard":  # there the reference gives the least whole count that alarms
        upper = np.maximum(0.0, np.ceil(upper))
    np.testing.assert_allclose(upper, wanted["upperbound"], rtol=0, atol=1e-9)
    assert ours.alarm[0, FIRST:].tolist() == (wanted["alarm"] > 0).tolist()


@pytest.mark.parametrize("name", BAYES)
def test_bayes_and_its_kin_give_the_reference_bounds_and_alarms(outlook: Path, name: str) -> None:
    wanted = _read(outlook / f"{name}.csv")
    ours = detect("bayes", _agona(outlook), cadence=WEEKLY, first=FIRST, options=BAYES[name])
    assert ours.upper[0, FIRST:].tolist() == wanted["upperbound"].tolist()
    assert ours.alarm[0, FIRST:].tolist() == (wanted["alarm"] > 0).tolist()
    if name in ALARMS_OF_AGONA:
        assert (np.flatnonzero(ours.alarm[0]) + 1).tolist() == ALARMS_OF_AGONA[name]


@pytest.mark.parametrize("times", [1, 80])
def test_the_likelihood_ratio_gives_the_reference_mean_statistic_and_alarms(outlook: Path, times: int) -> None:
    """Also many times over, where compiled code does it."""
    wanted = _read(outlook / "algo_glrpois_agona_cARL5.csv")
    counts = np.repeat(_agona(outlook), times, axis=0)
    ours = detect("glr", counts, cadence=WEEKLY, first=FIRST)
    np.testing.assert_allclose(ours.expected[-1, FIRST:], wanted["mu0"], rtol=0, atol=1e-9)
    assert ours.alarm[-1, FIRST:].tolist() == (wanted["alarm"] > 0).tolist()
    mean = np.nan_to_num(ours.expected, nan=1.0)
    _upper, statistic = glr.statistics(counts, mean, FIRST, glr.THRESHOLD)
    np.testing.assert_allclose(statistic[-1, FIRST:], wanted["glr"], rtol=0, atol=1e-8)


def test_the_first_bounds_of_2011_are_those_of_the_reference(outlook: Path) -> None:
    counts = _read(outlook / "salmNewport_germany.csv")["observed"][None]
    ours = detect("ears-c1", counts, cadence=WEEKLY, first=365, options={"alpha": 0.05})
    known = [3.278853594, 3.278853594, 3.436517274, 3.855616645]
    np.testing.assert_allclose(ours.upper[0, 365:369], known, rtol=0, atol=1e-9)
    assert (np.flatnonzero(ours.alarm[0, 365:417]) + 1).tolist() == [31, 35, 43, 44, 45, 46]
