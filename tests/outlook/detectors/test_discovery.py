"""False discoveries by county, and the order in which alarms are looked at."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from gridcommons.outlook.detectors.discovery import kept, q_values, scores, trust_of, worklist


def test_the_example_of_benjamini_and_hochberg() -> None:
    """Their table of 15 comparisons: four are kept at 0.05."""
    p = np.array([0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719,
                  0.6528, 0.7590, 1.0])  # fmt: skip
    groups = np.zeros(15, int)
    assert kept(p, np.ones(15, bool), groups, 0.05).sum() == 4
    assert q_values(p, groups)[3] == pytest.approx(0.0095 * 15 / 4)


@given(st.lists(st.tuples(st.floats(0, 1), st.integers(0, 3)), min_size=1, max_size=60))
def test_every_group_is_adjusted_by_itself(rows: list[tuple[float, int]]) -> None:
    p, groups = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    ours = q_values(p, groups)
    for group in set(groups.tolist()):
        at = groups == group
        np.testing.assert_allclose(ours[at], stats.false_discovery_control(p[at]), atol=1e-12)


def test_a_method_without_a_chance_is_not_among_the_tests_and_its_alarm_stays() -> None:
    p = np.array([0.001, np.nan, 0.9, np.nan])
    groups = np.zeros(4, int)
    assert np.isnan(q_values(p, groups)[[1, 3]]).all()
    assert q_values(p, groups)[0] == pytest.approx(0.002)
    assert kept(p, np.array([True, True, True, False]), groups).tolist() == [True, True, False, False]
    assert np.isnan(q_values(p[[1]], groups[[1]])).all()


def test_of_the_kept_alarms_few_are_false_where_nothing_and_something_happens() -> None:
    rng = np.random.default_rng(12)
    shares, any_kept = [], []
    for _day in range(400):
        p = rng.random(100)
        happened = np.zeros(100, bool)
        happened[:10] = True
        p[:10] = stats.norm.sf(rng.normal(4, 1, 10))
        stays = kept(p, p < 0.025, np.zeros(100, int), 0.1)
        shares.append((stays & ~happened).sum() / max(stays.sum(), 1))
        any_kept.append(kept(p[10:], p[10:] < 0.025, np.zeros(90, int), 0.1).any())
    assert np.mean(shares) < 0.1
    assert np.mean(any_kept) < 0.15


def test_the_score_is_one_at_the_bound_and_never_endless() -> None:
    assert scores(np.array([10.0, 4, 2]), np.array([4.0, 4, 2]), np.array([10.0, 10, 2])).tolist() == [1, 0, 0]
    assert scores(np.array([3.0]), np.array([0.0]), np.array([0.0])).tolist() == [6]


def test_the_worklist_goes_by_score_and_trust_and_puts_what_is_known_last() -> None:
    counts, expected = np.array([30.0, 20, 50, 8, 9]), np.array([10.0, 10, 10, 4, 4])
    upper, q = np.full(5, 15.0), np.array([0.01, 0.02, 0.001, 0.5, 0.2])
    alarm = np.array([True, True, True, False, True])
    trust = trust_of([0, 9, 0, 0, 0], [0, 0, 0, 0, 0])
    listed = worklist(
        counts, expected, upper, q, alarm, trust=trust, known=np.array([False, False, True, False, False])
    )
    assert [one.place for one in listed] == [0, 1, 4, 2]
    assert [one.known for one in listed] == [False, False, False, True]
    assert listed[0].score == pytest.approx(4 * 0.5)
    assert listed[1].score == pytest.approx(2 * 10 / 11)
    assert (listed[3].count, listed[3].expected, listed[3].upper, listed[3].q) == (50, 10, 15, 0.001)
    assert [one.place for one in worklist(counts, expected, upper, q, alarm, most=2)] == [2, 0]


def test_feedback_of_false_alarms_lowers_a_place_and_never_to_nought() -> None:
    few, many = trust_of(0, 3), trust_of(0, 300)
    assert 0.5 > few > many > 0
    assert trust_of(0, 0) == 0.5
