"""Windows held against their own size: classes, places and spreads by hand, and a p that says what it says."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcommons.kit.errors import Refusal
from gridcommons.outlook.scanning import kept
from gridcommons.outlook.scanning.cylinders import best_by_centre
from gridcommons.outlook.scanning.events import counts_of
from gridcommons.outlook.scanning.null import Null, draw, replicated, replicated_by_size
from gridcommons.outlook.scanning.reading import Areas, Noted
from gridcommons.outlook.scanning.results import best_windows
from gridcommons.outlook.scanning.run import Scan, Wanted, prepared
from gridcommons.outlook.scanning.scores import Design, Model, weights_of
from gridcommons.outlook.scanning.search import sizes_of_bins
from gridcommons.outlook.scanning.sizes import ALL_ALIKE, Sizes, class_of, classes_up_to, sized
from gridcommons.outlook.scanning.steps import Axis, Step
from gridcommons.outlook.scanning.study import Study
from gridcommons.outlook.scanning.zones import nearest

EULER = 0.57721566490153286


def gumbel(values: list[float]) -> tuple[float, float]:
    """Place and scale by hand: the mean is place + Euler's constant scales, the variance (pi scale)^2 / 6."""
    mean = sum(values) / len(values)
    scale = math.sqrt(6 * sum((one - mean) ** 2 for one in values) / (len(values) - 1)) / math.pi
    return mean - EULER * scale, scale


@pytest.fixture
def design() -> Design:
    """Forty areas of very different size: windows expect from a hundredth of a case to some dozens."""
    rng = np.random.default_rng(4)
    expected = np.outer(rng.lognormal(-2.5, 1.2, 40), [1.0, 0.9, 1.1, 1.0])
    return Design(Model.EB_POISSON, nearest(rng.uniform(size=(40, 2)), 15), expected)


def test_a_class_is_a_doubling_of_what_is_expected() -> None:
    expected = np.array([0.0, 1e-60, 0.0624, 0.1249, 0.125, 0.249, 0.25, 0.5, 0.99, 1.0, 1.9, 2.0, 100.0])
    assert class_of(expected).tolist() == [0, 0, 0, 0, 1, 1, 2, 3, 3, 4, 4, 5, 10]
    assert classes_up_to(100.0) == 11
    assert classes_up_to(0.0) == 1


@given(st.floats(0, 1e9))
def test_the_search_tells_the_same_class_by_its_bins(expected: float) -> None:
    short = np.array([expected], dtype=np.float32)
    own = sizes_of_bins(50)[short.view(np.int32)[0] >> 16]
    assert own == class_of(np.array([expected]))[0]
    assert sizes_of_bins(1).max() == 0


def test_places_spreads_and_what_stands_out_by_hand() -> None:
    """Twenty replicates of two classes: each is held against the other nineteen, a day against all twenty."""
    rng = np.random.default_rng(8)
    maxima = np.stack([rng.gumbel(11, 1.3, 20), rng.gumbel(7, 1.6, 20)], axis=1)
    sizes, most = sized(maxima)
    columns = [maxima[:, n].tolist() for n in (0, 1)]
    for n, column in enumerate(columns):
        assert np.allclose((sizes.place[n], sizes.scale[n]), gumbel(column), rtol=1e-12)
    for r in range(20):
        odd = []
        for column in columns:
            place, scale = gumbel(column[:r] + column[r + 1 :])
            odd.append((column[r] - place) / scale)
        assert math.isclose(most[r], max(odd), rel_tol=1e-9)
    place, scale = gumbel(columns[1])
    worth = sizes.worth(np.array([12.0, 12.0, 0.0]), np.array([0.2, 900.0, 0.2]))
    assert np.allclose(worth[:2], (12 - place) / scale)
    assert worth[2] == -np.inf
    assert ALL_ALIKE.worth(np.array([12.0]), np.array([0.2])).tolist() == [12.0]


def test_a_class_that_often_has_no_window_is_joined_to_the_next() -> None:
    rng = np.random.default_rng(2)
    whole = rng.gumbel(9, 1, (40, 2))
    seldom, late = np.zeros(40), np.zeros(40)
    seldom[:3], late[5:9] = 30.0, 2.0
    sizes, most = sized(np.column_stack([seldom, whole[:, 0], whole[:, 1], late]))
    first = gumbel(np.maximum(seldom, whole[:, 0]).tolist())
    last = gumbel(np.maximum(whole[:, 1], late).tolist())
    assert np.allclose(sizes.place, [first[0], first[0], last[0], last[0]])
    assert np.allclose(sizes.scale, [first[1], first[1], last[1], last[1]])
    assert set(np.argsort(most)[-3:]) == {0, 1, 2}


def test_nothing_that_varies_is_no_division_by_nought() -> None:
    sizes, most = sized(np.zeros((30, 4)))
    assert sizes.place.tolist() == [0.0] * 4
    assert sizes.scale.tolist() == [1.0] * 4
    assert most.tolist() == [0.0] * 30


def test_more_cases_stand_out_more_and_among_one_size_the_score_decides(design: Design) -> None:
    sizes, most = sized(replicated_by_size(design, 199, 1))
    assert (sizes.scale > 0).all()
    null = Null(most)
    quiet = np.random.default_rng(5).poisson(design.expected).astype(float)
    before = -1.0
    for more in (0, 2, 4, 8, 16):
        counts = quiet.copy()
        counts[design.near[3, :4], :2] += more
        best = best_windows(design, counts, sizes=sizes)
        assert best[0].worth >= before
        before = best[0].worth
        chances = [null.p(window.worth) for window in best]
        assert chances == sorted(chances)
        for one in best:
            for other in best:
                if class_of(np.array([one.expected])) == class_of(np.array([other.expected])):
                    assert (one.score > other.score) == (one.worth > other.worth)
    assert null.p(before) == 1 / 200


@pytest.mark.parametrize(("replicates", "theta"), [(99, None), (999, None), (999, 1.5)])
def test_a_quiet_day_is_an_alarm_as_often_as_it_says(design: Design, replicates: int, theta: float | None) -> None:
    """1,500 days on which nothing happens: p is spread evenly, within four standard errors of days and table."""
    design = replace(design, theta=theta)
    sizes, most = sized(replicated_by_size(design, replicates, 1))
    null, days = Null(most), 1_500
    drawn = counts_of(draw(design, days, np.random.default_rng(2)), 0, days, design.size[2])
    found = np.array([null.p(float(best_by_centre(design, day, sizes).max())) for day in drawn])
    for nominal in (0.05, 0.1, 0.25, 0.5, 0.75):
        error = math.sqrt(nominal * (1 - nominal) * (1 / days + 1 / replicates))
        assert abs((found <= nominal).mean() - nominal) <= 4 * error, nominal


def test_a_table_by_size_is_kept_beside_the_plain_one_and_neither_is_read_for_the_other(
    design: Design, tmp_path: Path
) -> None:
    kept.kept_null(tmp_path, "here", design, 60, 1)
    first, read = kept.kept_by_size(tmp_path, "here", design, 60, 1)
    assert not read
    assert first.shape == (60, classes_up_to(float(design.expected.sum())))
    again, read = kept.kept_by_size(tmp_path, "here", design, 50, 9)
    assert read
    assert np.array_equal(first, again)
    plain, read = kept.kept_null(tmp_path, "here", design, 60, 9)
    assert read
    assert np.array_equal(plain.maxima, replicated(design, 60, 1).maxima)
    assert np.allclose(first.max(axis=1), plain.maxima, rtol=1e-12)
    assert len(list(tmp_path.iterdir())) == 2
    assert not kept.kept_by_size(tmp_path, "here", design, 61, 1)[1]
    assert not kept.kept_by_size(tmp_path, "there", design, 60, 1)[1]


def test_a_table_of_another_first_size_is_made_anew(
    design: Design, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.kept_by_size(tmp_path, "here", design, 60, 1)
    monkeypatch.setattr(kept, "_BY_SIZE", ("by size", -3))
    assert not kept.kept_by_size(tmp_path, "here", design, 60, 1)[1]


def ready(folder: Path | None, *, more: float = 0.0) -> Scan:
    """A small study as the office has it: negative binomial, a week, a rise in some areas."""
    rng = np.random.default_rng(3)
    expected = np.repeat(rng.lognormal(-1.5, 1, 30)[:, None], 21, axis=1)
    counts = rng.poisson(expected).astype(float)
    counts[4:7, -3:] += more
    areas = Areas(tuple(f"a{n:02}" for n in range(30)), rng.uniform(0, 9_000, 30), np.zeros(30))
    study = Study(areas, Axis(date(2026, 11, 1), 21, Step.DAY), counts, None, expected)
    return prepared(study, Wanted(Model.EB_NEGBIN, 8, 7, theta=2.0, degrees=False, kept=folder), Noted())


def test_a_scan_by_size_is_the_same_from_a_kept_folder(tmp_path: Path) -> None:
    plain, null = ready(None, more=6).by_size(199, 1)
    for _again in (1, 2):
        scan = ready(tmp_path, more=6)
        sizes, same = scan.by_size(199, 1)
        assert np.array_equal(sizes.place, plain.place)
        assert np.array_equal(same.maxima, null.maxima)
    for apart in (False, True):
        best = scan.windows(apart=apart, sizes=sizes)[0]
        assert null.p(best.worth) == 1 / 200
    assert isinstance(sizes, Sizes)
    with pytest.raises(Refusal, match="19"):
        scan.by_size(18, 1)


def test_a_rise_over_many_small_areas_is_not_hidden_by_single_cases_elsewhere() -> None:
    """A county of 500 grids by the office's model: thirty of them with four times the cases of a week, in twenty runs.

    The score grows as one over the root of what is expected: a case in a grid that hardly expects one outdoes them all.
    """
    rng = np.random.default_rng(6)
    expected = np.repeat(rng.lognormal(-4.2, 0.8, 500)[:, None], 7, axis=1)
    near = nearest(rng.uniform(size=(500, 2)), 60)
    design = Design(Model.EB_NEGBIN, near, expected, weights_of(expected, 2.0), theta=2.0)
    maxima = replicated_by_size(design, 299, 1)
    sizes, most = sized(maxima)
    found = {"plain": 0, "by size": 0}
    for _run in range(20):
        inside = near[rng.integers(500), :30]
        mean = expected.copy()
        mean[inside] *= 4
        counts = rng.poisson(mean * rng.gamma(2.0, 1 / 2.0, mean.shape)).astype(float)
        for how, held, null in (("plain", ALL_ALIKE, maxima.max(axis=1)), ("by size", sizes, most)):
            best = best_windows(design, counts, 1, held)[0]
            there = len(np.intersect1d(best.areas, inside)) >= 10
            found[how] += there and Null(null).p(best.worth) <= 0.05
    assert found["plain"] <= 2
    assert found["by size"] >= 14
