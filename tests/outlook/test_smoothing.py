"""Steadied rates beside the reference files, hand-computed values, and what must hold of any map."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridcommons.kit.errors import Refusal
from gridcommons.outlook.smoothing import local_marshall, marshall, neighbourhoods, posterior, probability_map

COUNTS = st.lists(st.integers(0, 300), min_size=3, max_size=9)


def _columns(path: Path) -> dict[str, np.ndarray[tuple[int], np.dtype[np.float64]]]:
    rows = list(csv.DictReader(path.open(encoding="utf-8")))
    return {name: np.array([float(row[name]) for row in rows]) for name in rows[0] if name != "county"}


def test_global_rates_are_the_reference_two_sided(shared: Path) -> None:
    wanted = _columns(shared / "outlook" / "nm_EBest_global_1973_1991.csv")
    ours = marshall(wanted["count"], wanted["population"])
    assert np.allclose(ours.raw, wanted["raw"], rtol=1e-9, atol=0)
    assert np.abs(ours.smoothed / wanted["eb"] - 1).max() < 1e-9
    assert np.abs(ours.smoothed - wanted["eb"]).max() < 1e-15
    assert (ours.variance[0], ours.mean[0]) == pytest.approx((4.561577e-11, 4.586365e-05), rel=1e-6)
    assert ours.smoothed[0] == pytest.approx(4.98404e-05, rel=1e-6)
    assert not ours.borrowed.any()


def test_the_map_of_probabilities_is_the_reference_two_sided(shared: Path) -> None:
    held = _columns(shared / "outlook" / "nm_EBest_global_1973_1991.csv")
    wanted = _columns(shared / "outlook" / "nm_probmap.csv")
    ours = probability_map(held["count"], held["population"])
    assert np.abs(ours.expected / wanted["expCount"] - 1).max() < 1e-9
    assert np.allclose(ours.relative_risk, wanted["relRisk"], rtol=1e-9, atol=0)
    assert np.abs(ours.probability - wanted["pmap"]).max() < 1e-9


def test_the_posterior_has_marshalls_mean(shared: Path) -> None:
    held = _columns(shared / "outlook" / "nm_EBest_global_1973_1991.csv")
    ours = posterior(held["count"], held["population"])
    assert np.abs(ours.shape / ours.exposure / held["eb"] - 1).max() < 1e-9
    assert np.allclose(ours.above(ours.quantile(0.3)[0])[0], 0.7)


def test_without_spread_among_areas_all_have_the_common_rate() -> None:
    ours = marshall([10, 20, 30], [1000, 2000, 3000])
    assert list(ours.variance) == [0]
    assert np.allclose(ours.smoothed, 0.01)
    known = posterior([10, 20, 30], [1000, 2000, 3000])
    assert np.allclose([known.shape, known.exposure], [[60] * 3, [6000] * 3]), "all that is known of one rate"
    assert 0 < known.above(0.01)[0] < 1


def test_hand_computed_spread() -> None:
    ours = marshall([4, 0, 8], [100, 100, 200])
    # b = .03; s² = (100·.0001 + 100·.0009 + 200·.0001) / 400 = .0003; a = .0003 - .03 / (400/3) = .000075
    assert ours.variance[0] == pytest.approx(0.000075)
    assert ours.smoothed[0] == pytest.approx(0.03 + 0.000075 / (0.000075 + 0.0003) * 0.01)


def test_nobody_and_no_case_and_one_area() -> None:
    ours = marshall([0, 5, 5], [0, 1000, 1000])
    assert np.isnan([ours.raw[0], ours.smoothed[0]]).all()
    assert np.allclose(ours.smoothed[1:], 0.005)
    none = marshall([0, 0, 0], [100, 200, 300])
    assert not none.smoothed.any()
    assert marshall([3], [8000]).smoothed[0] == pytest.approx(3 / 8000)
    alone = posterior([3], [8000])
    assert (alone.shape[0], alone.exposure[0]) == (3.5, 8000)
    assert alone.above(25e-5)[0] == pytest.approx(0.7798, abs=1e-4)
    assert np.isnan(probability_map([0, 0], [0, 10]).raw[0])
    assert list(probability_map([0, 0], [0, 10]).probability) == [1, 1]


def test_a_hot_neighbourhood_is_not_steadied_by_the_far_away() -> None:
    count, people = np.array([30, 25, 35, 28, 0, 1, 0, 1]), np.full(8, 1000)
    pairs = [(a, b) for group in (range(4), range(4, 8)) for a in group for b in group if a < b]
    ours = local_marshall(count, people, pairs)
    assert ours.borrowed.all()
    assert np.allclose(ours.mean[:4], count[:4].sum() / 4000)
    assert np.allclose(ours.mean[4:], count[4:].sum() / 4000)
    few = local_marshall(count, people, [*pairs, (0, 7)][:-1][:3])
    assert list(few.borrowed) == [True, *[False] * 7], "one area has three neighbours, the others fewer"
    assert np.allclose(few.smoothed[1:], marshall(count, people).smoothed[1:])


def test_every_area_beside_every_other_is_the_whole() -> None:
    count, people = [4, 0, 8, 9], [100, 100, 200, 50]
    every = [(a, b) for a in range(4) for b in range(4)]
    assert np.allclose(local_marshall(count, people, every).smoothed, marshall(count, people).smoothed, rtol=1e-12)
    whose, who = neighbourhoods([(0, 1), (1, 0), (0, 1)], 3)
    assert list(zip(whose.tolist(), who.tolist(), strict=True)) == [(0, 0), (0, 1), (1, 0), (1, 1), (2, 2)]


@pytest.mark.parametrize(("count", "people"), [([-1, 2], [9, 9]), ([1, 2], [9, -9]), ([1, float("nan")], [9, 9])])
def test_figures_that_cannot_be_are_refused(count: list[float], people: list[float]) -> None:
    for work in (marshall, posterior, probability_map):
        with pytest.raises(Refusal, match="not below 0"):
            work(count, people)


def test_cases_without_people_are_refused_by_their_place() -> None:
    with pytest.raises(Refusal, match=r"area no\. 2, 3"):
        marshall([0, 1, 2], [0, 0, 0])


@settings(max_examples=60, deadline=None)
@given(COUNTS, st.data())
def test_a_steadied_rate_lies_between_its_own_and_the_common_one(count: list[int], data: st.DataObject) -> None:
    people = data.draw(st.lists(st.integers(1, 50_000), min_size=len(count), max_size=len(count)))
    ours = marshall(count, people)
    low, high = np.minimum(ours.raw, ours.mean), np.maximum(ours.raw, ours.mean)
    assert (low - 1e-12 <= ours.smoothed).all()
    assert (ours.smoothed <= high + 1e-12).all()
    known = posterior(count, people)
    assert (np.diff([known.above(cut) for cut in (0.0, 1e-4, 1e-2, 1.0)], axis=0) <= 1e-12).all()
    assert (known.quantile(0.1) <= known.quantile(0.9)).all()
    both = marshall([count, count[::-1]], [people, people[::-1]])
    assert np.allclose(both.smoothed[0], ours.smoothed)
    assert np.allclose(both.smoothed[1][::-1], ours.smoothed)


@settings(max_examples=60, deadline=None)
@given(COUNTS, st.integers(1, 40))
def test_more_cases_are_never_less_sure_above_a_cut(count: list[int], more: int) -> None:
    people = [10_000] * len(count)
    before, after = posterior(count, people), posterior([count[0] + more, *count[1:]], people)
    assert after.shape[0] / after.exposure[0] >= before.shape[0] / before.exposure[0] - 1e-12
