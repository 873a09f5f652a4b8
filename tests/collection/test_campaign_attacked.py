"""Charter 4 and 12 for campaigns: an attacker opens every page of every level, on many days, and subtracts.

He learns nothing about a day that fewer than five workers made, and of 1 to 4 households no more than a mark says: four
numbers or more stay possible.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from hypothesis import example, given, settings
from hypothesis import strategies as st

from gridcommons.collection.campaigns.disclosing import (
    OUTCOMES,
    Counted,
    Coverage,
    areas_by_day,
    coverages,
    in_fives,
    outcomes,
    span_of,
)
from gridcommons.collection.few_workers import FEWEST, told_by_day
from gridcommons.kit.disclosure import THRESHOLD, Mark, Shown
from kit.test_disclosure import Range, subtract

TOWN = "331123001"
VILLAGES = [f"{TOWN}{n:03d}" for n in range(1, 5)]
GRIDS = [f"{village}{n:03d}" for village in VILLAGES for n in range(1, 4)]
VISITORS = st.lists(st.tuples(st.sampled_from(GRIDS), st.sampled_from(GRIDS)), max_size=45)
"""Workers, each with the one or two grids they visited, in this order."""


def by_grid(visitors: list[tuple[str, str]]) -> dict[str, int]:
    """As `visitors_by_grid` counts them: each in the grid of their first visit."""
    found: dict[str, int] = defaultdict(int)
    for first, _other in visitors:
        found[first] += 1
    return found


def leftovers(told: set[str]) -> list[set[str]]:
    """What subtraction gives at its finest: of each area told, the grids that lie in no smaller area told."""
    found = []
    for area in told:
        inside = [one for one in told if one != area and one.startswith(area)]
        found.append({g for g in GRIDS if g.startswith(area) and not any(g.startswith(one) for one in inside)})
    return [grids for grids in found if grids]


def assert_many(told: set[str], visitors: list[tuple[str, str]]) -> None:
    for grids in leftovers(told):
        workers = [pair for pair in visitors if grids.intersection(pair)]
        assert len(workers) >= FEWEST, (sorted(told), sorted(grids))


@settings(max_examples=400)
@given(VISITORS, st.sets(st.sampled_from([TOWN, *VILLAGES, *GRIDS])))
@example([(GRIDS[0], GRIDS[0])] * 5 + [(GRIDS[3], GRIDS[3])], set())
@example([(GRIDS[0], GRIDS[0])] * 5 + [(GRIDS[3], GRIDS[3])], {VILLAGES[0]})
def test_no_difference_of_areas_tells_a_day_of_fewer_than_five_workers(
    visitors: list[tuple[str, str]], before: set[str]
) -> None:
    assert_many(told_by_day(TOWN, by_grid(visitors), GRIDS, told=before), visitors)
    areas = areas_by_day(TOWN, by_grid(visitors), GRIDS, told=before)
    assert_many(areas, visitors)
    assert not areas.intersection(GRIDS), "a grid is seen by quarters, however many visit it"


@settings(max_examples=200)
@given(VISITORS, VISITORS)
@example(
    [*[(GRIDS[0], GRIDS[0])] * 2, *[(GRIDS[3], GRIDS[3])] * 3, *[(GRIDS[6], GRIDS[6])] * 5], [(GRIDS[3], GRIDS[3])] * 5
)
def test_what_is_told_once_stays_told_as_more_workers_visit(
    before: list[tuple[str, str]], more: list[tuple[str, str]]
) -> None:
    """Whatever was told yesterday is told today, so that the two pages together tell what today's tells."""
    first = told_by_day(TOWN, by_grid(before), GRIDS)
    second = told_by_day(TOWN, by_grid(before + more), GRIDS, told=first)
    assert first <= second
    assert_many(second, before + more)


# --- Households -----------------------------------------------------------------------------------------------------

HOUSEHOLDS = st.integers(0, 60) | st.integers(300, 400)
ANSWERED = st.integers(0, 7) | st.integers(0, 400)
LEFT = st.booleans()
GRID = st.tuples(HOUSEHOLDS, ANSWERED, LEFT, st.booleans()).map(
    lambda one: Counted(one[0], max(0, one[0] - one[1]) if one[2] else min(one[0], one[1]), by_day=one[3])
)
TREE = st.dictionaries(st.sampled_from("abcd"), st.dictionaries(st.sampled_from("pqrs"), GRID, min_size=1), min_size=1)


def whole_of(parts: Mapping[str, Counted], *, by_day: bool = True) -> Counted:
    return Counted(
        sum(one.households for one in parts.values()), sum(one.reached for one in parts.values()), by_day=by_day
    )


def known_of(one: Coverage, counted: Counted) -> Range:
    return Range(*span_of(one, counted.households))


@settings(max_examples=600, deadline=None)
@given(TREE, st.booleans())
@example({"a": {"p": Counted(40, 2, by_day=True)}, "b": {"p": Counted(40, 16, by_day=True)}}, False)
@example({"a": {"p": Counted(50, 48, by_day=True), "q": Counted(50, 2, by_day=True)}}, False)
@example(
    {"a": {"p": Counted(), "q": Counted(), "r": Counted(1, 1), "s": Counted(25, 24)}, "b": {"p": Counted(21, 5)}}, False
)
def test_no_small_number_of_households_comes_out(tree: dict[str, dict[str, Counted]], few_meant: bool) -> None:
    villages = {key: whole_of(grids) for key, grids in tree.items()}
    town = whole_of(villages)
    top, table = coverages([(town, villages)], [], few_meant=few_meant)
    pages = {
        key: coverages([(town, villages), (villages[key], grids)], [key], few_meant=few_meant)
        for key, grids in tree.items()
    }
    assert all(own == table[key] for key, (own, _grids) in pages.items()), "the same on every page"
    whole, parts = known_of(top, town), {key: known_of(one, villages[key]) for key, one in table.items()}
    grids = {
        key: {name: known_of(one, tree[key][name]) for name, one in below.items()}
        for key, (_own, below) in pages.items()
    }
    learning = True
    while learning:
        learning = subtract(whole, list(parts.values()))
        for key, below in grids.items():
            learning |= subtract(parts[key], list(below.values()))
    cells = [(town, whole), *((villages[key], parts[key]) for key in tree)]
    cells += [(tree[key][name], grids[key][name]) for key in tree for name in tree[key]]
    for counted, known in cells:
        assert known.low <= counted.reached <= known.high
        if counted.households >= THRESHOLD and (0 < counted.reached < THRESHOLD or 0 < counted.open < THRESHOLD):
            assert known.high - known.low >= THRESHOLD - 2, (counted, known)


@given(st.integers(0, 1_000), st.integers(1, THRESHOLD - 1))
def test_two_readings_do_not_tell_a_few_that_came_between(before: int, more: int) -> None:
    """What grew by a few looks as if it had not grown, or as if it had grown by up to nine."""
    grown = in_fives(before + more, 10_000) - in_fives(before, 10_000)
    assert grown in {0, THRESHOLD}


DAY = st.fixed_dictionaries({name: st.integers(0, 7) | st.integers(0, 90) for name in OUTCOMES})


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.sampled_from("abcde"), DAY, min_size=1))
def test_outcomes_of_a_day_are_not_told_by_subtraction(parts: dict[str, dict[str, int]]) -> None:
    whole = {name: sum(one[name] for one in parts.values()) for name in OUTCOMES}
    top = outcomes([(whole, parts)], [])
    own = {key: outcomes([(whole, parts), (one, {})], [key]) for key, one in parts.items()}
    for name in OUTCOMES:
        known = {key: _range(shown[name]) for key, shown in own.items()}
        total = _range(top[name])
        while subtract(total, list(known.values())):
            pass
        for key, one in parts.items():
            if 0 < one[name] < THRESHOLD:
                assert not own[key][name].is_exact
                assert known[key].low <= 1
                assert known[key].high >= THRESHOLD - 1
    for shown in (top, *own.values()):
        assert shown["done"].is_exact == shown["declined"].is_exact, "who answered is known: one gives the other"


def _range(shown: Shown) -> Range:
    if shown.value is not None:
        return Range(shown.value, shown.value + THRESHOLD - 1 if shown.value else 0)
    return Range(1, THRESHOLD - 1) if shown.mark is Mark.FEW else Range(0, 10**6)
