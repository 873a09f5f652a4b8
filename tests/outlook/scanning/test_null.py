"""The null distribution: what is drawn has the model's moments, p by counting and by tail, kept tables."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from gridcommons.outlook.scanning import kept
from gridcommons.outlook.scanning.events import counts_of
from gridcommons.outlook.scanning.null import Null, draw, margins_of, replicated
from gridcommons.outlook.scanning.scores import Design, Model
from gridcommons.outlook.scanning.zones import nearest

AREAS, STEPS, SETS = 12, 3, 4000


@pytest.fixture
def design() -> Design:
    rng = np.random.default_rng(4)
    return Design(Model.EB_POISSON, nearest(rng.uniform(size=(AREAS, 2)), 5), rng.uniform(0.2, 3, (AREAS, STEPS)))


def drawn(design: Design, counts: np.ndarray | None = None) -> np.ndarray:
    margins = None if counts is None else margins_of(counts)
    return counts_of(draw(design, SETS, np.random.default_rng(1), margins), 0, SETS, STEPS)


def test_poisson_counts_have_mean_and_variance_of_what_is_expected(design: Design) -> None:
    counts = drawn(design)
    close = 5 * np.sqrt(design.expected / SETS)
    assert (np.abs(counts.mean(axis=0) - design.expected) < close).all()
    assert np.allclose(counts.var(axis=0), design.expected, rtol=0.2)


def test_overdispersed_counts_have_the_variance_of_their_theta(design: Design) -> None:
    counts = drawn(replace(design, theta=1.5))
    variance = design.expected + design.expected**2 / 1.5
    assert (np.abs(counts.mean(axis=0) - design.expected) < 5 * np.sqrt(variance / SETS)).all()
    assert np.allclose(counts.var(axis=0), variance, rtol=0.25)
    none = (1.5 / (1.5 + design.expected)) ** 1.5
    assert np.allclose((counts == 0).mean(axis=0), none, atol=0.04)


def test_all_cases_of_the_study_are_spread_by_their_shares(design: Design) -> None:
    total = 2 * design.expected.sum()
    counts = drawn(replace(design, model=Model.PB_POISSON, total=float(round(total))))
    assert np.allclose(counts.mean(axis=0), design.expected * round(total) / total, atol=0.15)
    sizes = counts.sum(axis=(1, 2))
    assert abs(sizes.var() - round(total) / 4) < round(total) / 20


def test_permuted_cases_keep_both_margins(design: Design) -> None:
    counts = np.random.default_rng(7).poisson(1.0, (AREAS, STEPS)).astype(float)
    sets = drawn(replace(design, model=Model.PERMUTATION, total=counts.sum()), counts)
    assert (sets.sum(axis=2) == counts.sum(axis=1)).all()
    assert (sets.sum(axis=1) == counts.sum(axis=0)[::-1]).all()
    with pytest.raises(ValueError, match="margins"):
        draw(replace(design, model=Model.PERMUTATION), 1, np.random.default_rng(1))


def test_p_counts_the_observed_among_the_replicates() -> None:
    null = Null(np.array([1.0, 2.0, 3.0, 4.0]))
    assert [null.p(score) for score in (0.5, 3.0, 3.5, 9.0)] == [1.0, 0.6, 0.4, 0.2]
    assert Null(np.empty(0)).p(3.0) == 1.0


def test_the_fitted_tail_is_the_gumbels() -> None:
    rng = np.random.default_rng(3)
    null = Null(rng.gumbel(12, 1.5, 200_000))
    for score in (12.0, 18.0, 24.0):
        exact = -math.expm1(-math.exp(-(score - 12) / 1.5))
        assert math.isclose(null.tail(score), exact, rel_tol=0.05)
    assert math.isnan(Null(np.ones(5)).tail(1.0))
    assert Null(np.ones(50)).tail(2.0) == 0.0
    assert Null(np.ones(50)).tail(1.0) == 1.0


def test_the_same_seed_gives_the_same_maxima_and_fewer_are_a_part_of_more(design: Design) -> None:
    one, again, more = (replicated(design, n, 5).maxima for n in (250, 250, 400))
    assert np.array_equal(one, again)
    assert np.array_equal(one, more[:250])
    assert not np.array_equal(one, replicated(design, 250, 6).maxima)


def test_the_drawing_stops_at_the_fifth_that_reaches_the_observed(design: Design) -> None:
    whole = replicated(design, 999, 5)
    low = float(np.median(whole.maxima))
    stopped = replicated(design, 999, 5, observed=low, stop=5)
    assert stopped.stopped
    assert (stopped.maxima >= low).sum() == 5
    assert stopped.maxima[-1] >= low
    assert 0.2 < stopped.p(low) <= 1
    never = replicated(design, 99, 5, observed=1e9, stop=5)
    assert not never.stopped
    assert never.p(1e9) == 0.01


def test_a_quiet_day_is_an_alarm_as_often_as_it_says(design: Design) -> None:
    """2,000 sets in which nothing happens: nominal 5 %, at most 2 points more, nor far less."""
    null = replicated(design, 1999, 1)
    alarms = np.mean([null.p(one) <= 0.05 for one in replicated(design, 2000, 2).maxima])
    assert 0.03 <= alarms <= 0.07


def test_a_kept_table_is_read_for_what_it_was_made_for_and_nothing_else(design: Design, tmp_path: Path) -> None:
    first, read = kept.kept_null(tmp_path, "here", design, 60, 1)
    assert not read
    again, read = kept.kept_null(tmp_path, "here", design, 50, 9)
    assert read
    assert np.array_equal(first.maxima, again.maxima)
    nearly = replace(design, expected=design.expected * 1.04)
    assert kept.kept_null(tmp_path, "here", nearly, 60, 1)[1]
    skewed = design.expected.copy()
    skewed[0] *= 12
    others = [
        ("there", design, 60), ("here", design, 61), ("here", replace(design, expected=design.expected * 2), 60),
        ("here", replace(design, theta=2.0), 60), ("here", replace(design, near=design.near[:, :4]), 60),
        ("here", replace(design, expected=skewed * design.expected.sum() / skewed.sum()), 60),
    ]  # fmt: skip
    for n, (geography, other, replicates) in enumerate(others):
        folder = tmp_path / str(n)
        kept.kept_null(folder, "here", design, 60, 1)
        assert not kept.kept_null(folder, geography, other, replicates, 1)[1], n


@pytest.mark.parametrize("at", [10, 400, -200])
def test_a_table_that_was_changed_is_drawn_anew(design: Design, tmp_path: Path, at: int) -> None:
    kept.kept_null(tmp_path, "here", design, 60, 1)
    (file,) = tmp_path.iterdir()
    content = bytearray(file.read_bytes())
    content[at] ^= 0xFF
    file.write_bytes(content)
    null, read = kept.kept_null(tmp_path, "here", design, 60, 1)
    assert null.maxima.size == 60
    assert not read or np.array_equal(null.maxima, replicated(design, 60, 1).maxima)
    assert kept.kept_null(tmp_path, "here", design, 60, 1)[1]


def test_zones_are_kept_for_one_geography(tmp_path: Path) -> None:
    points = np.random.default_rng(1).uniform(size=(40, 2))
    ranks = np.arange(40)
    near, read = kept.kept_nearest(tmp_path, "a" * 64, points, 7, ranks)
    assert not read
    again, read = kept.kept_nearest(tmp_path, "a" * 64, points, 7, ranks)
    assert read
    assert np.array_equal(near, again)
    assert not kept.kept_nearest(tmp_path, "b" * 64, points, 7, ranks)[1]
    (tmp_path / f"zones-{'a' * 24}.npz").write_bytes(b"no such file")
    assert not kept.kept_nearest(tmp_path, "a" * 64, points, 7, ranks)[1]
