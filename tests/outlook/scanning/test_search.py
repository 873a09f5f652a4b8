"""The search in machine code finds what plain arrays find, for every model, and so do results at any size."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gridcommons.outlook.scanning import cylinders
from gridcommons.outlook.scanning.events import counts_of, events_of, events_of_counts
from gridcommons.outlook.scanning.null import draw, margins_of
from gridcommons.outlook.scanning.results import best_windows, windows_apart
from gridcommons.outlook.scanning.scores import Design, Floats, Model, score, weights_of
from gridcommons.outlook.scanning.sizes import Sizes, class_of, classes_up_to
from gridcommons.outlook.scanning.zones import nearest

SLOW_START = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def made(model: Model, seed: int, areas: int, k: int, durations: int, mean: float) -> tuple[Design, Floats]:
    """A design over random places, and counts by lag."""
    rng = np.random.default_rng(seed)
    near = nearest(rng.uniform(0, 10, (areas, 2)), k)
    expected = np.outer(rng.lognormal(0, 1, areas), rng.uniform(0.5, 1.5, durations))
    expected *= mean * areas / expected.sum()
    counts = rng.poisson(expected * np.where(rng.random((areas, 1)) < 0.1, 4, 1)).astype(np.float64)
    if model is Model.EB_NEGBIN:
        return Design(model, near, expected, weights_of(expected, 2.0), theta=2.0), counts
    if model is Model.EB_POISSON:
        return Design(model, near, expected), counts
    total = max(1.0, counts.sum()) * 1.5
    return Design(model, near, expected * (total / expected.sum() * 0.7), total=total), counts


@SLOW_START
@given(
    model=st.sampled_from(list(Model)), seed=st.integers(0, 10**6), areas=st.integers(1, 60), k=st.integers(1, 20),
    durations=st.sampled_from([1, 3, 14, 17]), mean=st.sampled_from([0.01, 0.3, 5.0]),
)  # fmt: skip
@example(model=Model.EB_NEGBIN, seed=5, areas=1, k=1, durations=1, mean=5.0).via("a score of 0 told as 3e-8")
def test_the_search_finds_each_sets_greatest_score(
    model: Model, seed: int, areas: int, k: int, durations: int, mean: float
) -> None:
    design, counts = made(model, seed, areas, k, durations, mean)
    rng = np.random.default_rng(seed)
    sets = 7
    events = draw(design, sets, rng, margins_of(counts[:, ::-1]))
    arrays, machine = cylinders.maxima(design, events), cylinders.maxima_by_search(design, events)
    if model is Model.EB_NEGBIN:  # counts bear weights, which the machine code holds in single precision
        assert np.allclose(arrays, machine, rtol=1e-5, atol=1e-6)
    else:
        assert np.allclose(arrays, machine, rtol=1e-12, atol=1e-9)


@SLOW_START
@given(model=st.sampled_from(list(Model)), seed=st.integers(0, 10**6), durations=st.sampled_from([1, 5, 16]))
def test_the_best_of_each_centre_is_the_same_both_ways(model: Model, seed: int, durations: int) -> None:
    design, counts = made(model, seed, 50, 12, durations, 0.4)
    arrays = cylinders.best_by_centre(design, counts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cylinders, "_FEW", 0)
        machine = cylinders.best_by_centre(design, counts)
        ours = best_windows(design, counts)
    assert np.allclose(arrays, machine, rtol=1e-10, atol=1e-12)
    assert [w.score for w in ours] == [w.score for w in best_windows(design, counts)]


@SLOW_START
@given(seed=st.integers(0, 10**6), how_many=st.integers(1, 40))
def test_no_window_is_better_than_those_told(seed: int, how_many: int) -> None:
    """Against every cylinder, each set of areas with a duration once."""
    design, counts = made(Model.EB_POISSON, seed, 40, 10, 4, 0.5)
    c, e = cylinders.around(design, counts, np.arange(40))
    values = score(design, c, e)
    all_of_them: dict[object, float] = {}
    for centre, rank, d in np.argwhere(values > 0):
        all_of_them[frozenset(design.near[centre, : rank + 1].tolist()), int(d)] = values[centre, rank, d]
    told = [w.score for w in best_windows(design, counts, how_many)]
    assert np.allclose(told, sorted(all_of_them.values(), reverse=True)[:how_many], rtol=1e-9)


@SLOW_START
@given(seed=st.integers(0, 10**6))
def test_windows_apart_are_chosen_greedily(seed: int) -> None:
    design, counts = made(Model.EB_POISSON, seed, 40, 10, 4, 0.5)
    c, e = cylinders.around(design, counts, np.arange(40))
    values = score(design, c, e)
    taken = np.zeros(40, dtype=bool)
    best = []
    while True:
        free = np.logical_and.accumulate(~taken[design.near], axis=1)
        left = np.where(free[:, :, None], values, 0)
        if left.max() <= 0 or len(best) == 25:
            break
        centre, rank, _d = np.unravel_index(left.argmax(), left.shape)
        best.append(left.max())
        taken[design.near[centre, : rank + 1]] = True
    told = windows_apart(design, counts)
    assert np.allclose([w.score for w in told], best, rtol=1e-9)


def some_sizes(design: Design, seed: int) -> Sizes:
    """Places and scales as different from class to class as they can be."""
    rng = np.random.default_rng(seed)
    classes = classes_up_to(float(design.counted.sum()))
    return Sizes(rng.uniform(0, 5, classes), rng.uniform(0.5, 2, classes))


def every_worth(design: Design, counts: Floats, sizes: Sizes) -> Floats:
    """By hand: windows that end with an area that has a case, by how far they stand out among their size."""
    c, e = cylinders.around(design, counts, np.arange(design.size[0]))
    scores = score(design, c, e)
    own = np.minimum(class_of(e), sizes.place.size - 1)
    closed = np.concatenate([c[:, :1] > 0, c[:, 1:] > c[:, :-1]], axis=1)
    return np.where(closed & (scores > 0), (scores - sizes.place[own]) / sizes.scale[own], -np.inf)


@SLOW_START
@given(
    model=st.sampled_from(list(Model)), seed=st.integers(0, 10**6), areas=st.integers(1, 60), k=st.integers(1, 20),
    durations=st.sampled_from([1, 3, 14, 17]), mean=st.sampled_from([0.01, 0.3, 5.0]),
)  # fmt: skip
@example(model=Model.EB_NEGBIN, seed=5, areas=1, k=1, durations=1, mean=5.0).via("a score of 0 told as 3e-8")
def test_the_search_finds_each_sets_greatest_score_of_each_size(
    model: Model, seed: int, areas: int, k: int, durations: int, mean: float
) -> None:
    design, counts = made(model, seed, areas, k, durations, mean)
    events = draw(design, 5, np.random.default_rng(seed), margins_of(counts[:, ::-1]))
    arrays = cylinders.maxima_by_size(design, events)
    machine = cylinders.maxima_by_machine(design, events, arrays.shape[1])
    assert np.allclose(arrays, machine, rtol=1e-5, atol=1e-6 if model is Model.EB_NEGBIN else 1e-9)
    assert np.allclose(arrays.max(axis=1), cylinders.maxima(design, events), rtol=1e-12)
    hand = np.zeros(arrays.shape)
    for n, one in enumerate(counts_of(events, 0, 5, durations)):
        c, e = cylinders.around(design, one, np.arange(areas))
        closed = np.diff(c, axis=1, prepend=0) > 0
        for size in range(arrays.shape[1]):
            hand[n, size] = np.where(closed & (class_of(e) == size), score(design, c, e), 0).max()
    assert np.allclose(arrays, hand, rtol=1e-9)


@SLOW_START
@given(model=st.sampled_from(list(Model)), seed=st.integers(0, 10**6), durations=st.sampled_from([1, 5, 16]))
def test_what_stands_out_among_its_size_is_the_same_both_ways(model: Model, seed: int, durations: int) -> None:
    design, counts = made(model, seed, 50, 12, durations, 0.4)
    sizes = some_sizes(design, seed)
    arrays = cylinders.best_by_centre(design, counts, sizes)
    assert np.allclose(arrays, every_worth(design, counts, sizes).max(axis=(1, 2)), rtol=1e-9)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cylinders, "_FEW", 0)
        machine = cylinders.best_by_centre(design, counts, sizes)
        ours = best_windows(design, counts, sizes=sizes)
    assert np.allclose(arrays, machine, rtol=1e-9, atol=1e-9)
    assert [w.worth for w in ours] == [w.worth for w in best_windows(design, counts, sizes=sizes)]


@SLOW_START
@given(seed=st.integers(0, 10**6), how_many=st.integers(1, 40))
def test_no_window_stands_out_more_than_those_told(seed: int, how_many: int) -> None:
    """Against every cylinder, together and apart; beside its worth a window keeps its score."""
    design, counts = made(Model.EB_POISSON, seed, 40, 10, 4, 0.5)
    sizes = some_sizes(design, seed)
    worths = every_worth(design, counts, sizes)
    all_of_them = {
        (frozenset(design.near[centre, : rank + 1].tolist()), int(d)): worths[centre, rank, d]
        for centre, rank, d in np.argwhere(worths > -np.inf)
    }
    told = best_windows(design, counts, how_many, sizes)
    assert np.allclose([w.worth for w in told], sorted(all_of_them.values(), reverse=True)[:how_many], rtol=1e-9)
    for window in told:
        c, e = np.array([window.cases]), np.array([window.expected])
        assert np.isclose(window.score, score(design, c, e)[0], rtol=1e-9)
        assert np.isclose(window.worth, sizes.worth(score(design, c, e), e)[0], rtol=1e-7)
    taken = np.zeros(40, dtype=bool)
    for window in windows_apart(design, counts, how_many, sizes):
        free = np.logical_and.accumulate(~taken[design.near], axis=1)
        assert np.isclose(window.worth, np.where(free[:, :, None], worths, -np.inf).max(), rtol=1e-9)
        assert not taken[list(window.areas)].any()
        taken[list(window.areas)] = True


def test_one_area_and_one_step_have_one_window() -> None:
    design = Design(Model.EB_POISSON, np.zeros((1, 1), dtype=np.int32), np.array([[2.0]]))
    (window,) = best_windows(design, np.array([[5.0]]))
    assert (window.areas, window.duration, window.cases) == ((0,), 1, 5.0)
    assert abs(window.score - (5 * np.log(2.5) - 3)) <= 1e-12
    assert best_windows(design, np.array([[2.0]])) == []


def test_nothing_counted_is_no_window_and_a_greatest_score_of_nought() -> None:
    design, counts = made(Model.EB_POISSON, 1, 30, 5, 3, 0.5)
    nothing = np.zeros_like(counts)
    assert best_windows(design, nothing) == []
    assert windows_apart(design, nothing) == []
    assert cylinders.maxima_by_search(design, events_of_counts(nothing)).tolist() == [0.0]


def test_cells_given_twice_are_added_up_and_come_back() -> None:
    of, area, lag = np.array([0, 1, 1, 0]), np.array([2, 0, 0, 2]), np.array([1, 0, 0, 1])
    events = events_of(of, area, lag, np.array([1.0, 2, 3, 4]), sets=2, areas=3, steps=2)
    back = counts_of(events, 0, 2, 2)
    assert back[0, 2, 1] == 5
    assert back[1, 0, 0] == 5
    assert back.sum() == 10
