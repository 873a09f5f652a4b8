"""Nothing hidden is learned, by anybody: tried by enumerating, by integer programming and by interval reasoning."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import LinearConstraint, milp

from gridcommons.kit.counted import Table, table_of
from gridcommons.kit.disclosing import EXACT, FEW, WITHHELD, Release, least_hidden, release
from gridcommons.kit.subtracting import MANY, attack, learned

TREES = ("", "a", "ab", "abc", "aabb", "AB", "AaBb", "AaaBbb", "ABC")
"""Shapes: a capital letter is an area of the second level, small letters after it lie in it; `a` alone is a leaf."""
Cells = NDArray[np.int64]


def codes_of(shape: str) -> list[str]:
    """`AaBb` -> 1, 1A, 1A0, 1B, 1B0."""
    codes, above = ["1"], "1"
    for at, sign in enumerate(shape):
        if sign.isupper():
            above = f"1{sign}"
        codes.append(above if sign.isupper() else f"{above}{at}")
    return codes


def filled(codes: list[str], leaves: Cells) -> Cells:
    """Counts of all areas from those of the undivided ones, which are taken from `leaves` in turn."""
    counts = np.zeros((len(codes), leaves.shape[1]), np.int64)
    for at in sorted(range(len(codes)), key=lambda n: -len(codes[n])):
        below = [n for n, c in enumerate(codes) if len(c) == len(codes[at]) + 1 and c.startswith(codes[at])]
        counts[at] = counts[below].sum(axis=0) if below else leaves[at]
    return counts


@st.composite
def tables(draw: st.DrawFn, most_days: int = 3, odd: bool = False) -> tuple[Table, int]:
    """Small tables of one to three levels; `odd`: with gaps, and wholes that are more than their parts."""
    codes = codes_of(draw(st.sampled_from(TREES)))
    days = draw(st.integers(1, most_days))
    count = st.one_of(st.just(0), st.integers(0, 6), st.integers(0, 40))
    rows = draw(st.lists(st.lists(count, min_size=days, max_size=days), min_size=len(codes), max_size=len(codes)))
    counts = filled(codes, np.array(rows, np.int64))
    seen = np.ones(counts.shape, np.bool_)
    if odd:
        counts[0] += draw(st.integers(0, 4))
        seen = np.array(draw(st.lists(st.booleans(), min_size=seen.size, max_size=seen.size))).reshape(seen.shape)
    return table_of(codes, counts, seen), draw(st.sampled_from([3, 5, 10]))


def equations(table: Table, shown: Release) -> list[tuple[dict[tuple[int, int], int], int, int]]:
    """All that a reader knows to hold: coefficients by cell, the least and the most of the sum."""
    days = range(table.values.shape[1])
    found = []
    for level in table.levels:
        for n, parent in enumerate(level.parents):
            end = level.first[n + 1] if n + 1 < level.first.size else level.children.stop - level.children.start
            children = range(level.children.start + int(level.first[n]), level.children.start + int(end))
            found += [({(int(parent), d): -1} | {(c, d): 1 for c in children}, 0, 0) for d in days]
    for at, mark in enumerate(shown.sum_marks):
        if mark != WITHHELD and table.seen[at].any() and not table.is_rest[at]:
            least, most = (shown.sums[at],) * 2 if mark == EXACT else (1, shown.threshold - 1)
            found.append(({(at, d): 1 for d in days if table.seen[at, d]}, int(least), int(most)))
    return found


def ranges(table: Table, shown: Release) -> tuple[Cells, Cells]:
    """What each mark says by itself to one who knows the method."""
    low, high = table.values.copy(), table.values.copy()
    few, other = shown.marks == FEW, shown.marks == WITHHELD
    low[few], high[few] = 1, shown.threshold - 1
    low[other] = np.where(table.has_parts[:, None], 1, shown.threshold).repeat(low.shape[1], axis=1)[other]
    low[other & ~table.seen] = 0
    high[other] = 10_000
    return low, high


def promised(table: Table, shown: Release, at: tuple[int, int], low: int, high: int) -> bool:
    if shown.marks[at] == FEW:
        return low <= 1 and high >= shown.threshold - 1
    return high - low >= shown.threshold - 2


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(tables(most_days=2, odd=True))
def test_integer_programming_over_cells_and_sums_learns_nothing(given_table: tuple[Table, int]) -> None:
    """The strongest reader of the file there can be: exact bounds of every cell by branch and bound."""
    table, threshold = given_table
    shown = release(table, threshold)
    low, high = ranges(table, shown)
    size = low.size
    rows = equations(table, shown)
    matrix = np.zeros((len(rows), size))
    for n, (cells, _least, _most) in enumerate(rows):
        for (row, day), sign in cells.items():
            matrix[n, row * low.shape[1] + day] = sign
    limits = LinearConstraint(matrix, [r[1] for r in rows], [r[2] for r in rows]) if rows else ()
    known = attack(table, shown)
    for flat in np.flatnonzero(((shown.marks != EXACT) & table.seen).ravel()):
        at = (int(flat) // low.shape[1], int(flat) % low.shape[1])
        goal = np.zeros(size)
        goal[flat] = 1
        ends = []
        for sign in (1, -1):
            box = (low.ravel(), high.ravel())
            answer = milp(sign * goal, constraints=limits, bounds=box, integrality=np.ones(size))
            assert answer.success
            ends.append(round(sign * answer.fun))
        assert promised(table, shown, at, ends[0], ends[1])
        assert known.low[at] == ends[0], "interval reasoning is exact on a forest"
        assert known.high[at] == ends[1] or known.high[at] > MANY // 2


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from(["a", "ab", "abc", "AaBb"]),
    st.lists(st.integers(0, 4), min_size=10, max_size=10), st.integers(1, 2),
)  # fmt: skip
@example("ab", [0, 0, 2, 2, 1, 1, 0, 0, 0, 0], 2)
def test_every_filling_that_fits_is_tried(shape: str, drawn: list[int], days: int) -> None:
    """Threshold 3, all counts up to 6: a hidden cell still takes two numbers at least, FEW both 1 and 2."""
    codes = codes_of(shape)
    table = table_of(codes, counts := filled(codes, np.array(drawn).reshape(5, 2)[: len(codes), :days]), counts >= 0)
    shown = release(table, 3)
    low, high = ranges(table, shown)
    leaves = [at for at in range(len(codes)) if not table.has_parts[at]]
    free = [(at, d) for at in leaves for d in range(days) if shown.marks[at, d] != EXACT]
    hidden = [(int(at), int(day)) for at, day in np.argwhere(shown.marks != EXACT)]
    possible: dict[tuple[int, int], set[int]] = {}
    rows = equations(table, shown)
    for numbers in product(range(1, 7), repeat=len(free)):
        world = table.values.copy()
        for cell, number in zip(free, numbers, strict=True):
            world[cell] = number
        by_code = {code: world[at] for at, code in enumerate(table.codes)}
        world = np.array([_whole(code, by_code) for code in table.codes])
        fits = np.all((world >= low) & (world <= high)) and all(
            least <= sum(sign * world[cell] for cell, sign in cells.items()) <= most for cells, least, most in rows
        )
        if fits:
            for cell in hidden:
                possible.setdefault(cell, set()).add(int(world[cell]))
    for cell in hidden:
        assert len(possible[cell]) > 1
        assert shown.marks[cell] != FEW or possible[cell] == {1, 2}


def _whole(code: str, leaves: dict[str, Cells]) -> Cells:
    below = [c for c in leaves if c.startswith(code) and not any(o != c and o.startswith(c) for o in leaves)]
    return np.asarray(sum(leaves[c] for c in below))


@settings(max_examples=400, deadline=None)
@given(tables(odd=True), st.booleans())
def test_interval_reasoning_learns_nothing_and_what_is_shown_is_true(made: tuple[Table, int], insider: bool) -> None:
    table, threshold = made
    shown = release(table, threshold)
    assert not learned(table, shown, attack(table, shown, insider=insider)).any()
    assert not shown.unkept.any()
    small = table.seen & (table.values > 0) & (table.values < threshold)
    assert (shown.marks[small] != EXACT).all()
    assert small[shown.marks == FEW].all()
    assert ((table.values > 0) | ~table.seen)[shown.marks != EXACT].all(), "a zero is always shown"
    assert (~small | (shown.sum_marks != EXACT)[:, None] | (shown.sums >= threshold)[:, None]).all()


def one_day(**counts: int) -> Release:
    codes = list(counts)
    return release(table_of(codes, np.array([[n] for n in counts.values()]), np.ones((len(codes), 1), np.bool_)))


def told(shown: Release) -> str:
    return "".join("nFx"[mark] for mark in shown.marks[:, 0])


def test_the_tables_of_the_manual() -> None:
    assert told(one_day(t=98, ta=2, tb=6, tc=90, td=0)) == "nFnxn", "90 covers: 6 could not fall far enough"
    assert told(one_day(t=12, ta=12, tb=0)) == "nnn"
    assert told(one_day(t=3, ta=3, tb=0)) == "FFn", "part and whole say the same"
    assert told(one_day(t=3, ta=2, tb=1)) == "xFF", "two parts say that the whole is 2 at least"
    assert told(one_day(t=5, ta=4, tb=1)) == "nFF", "each may still be 1 to 4"
    assert told(one_day(t=7, ta=2, tb=5)) == "xFn", "no part is large enough: the whole covers"
    assert told(one_day(t=2, ta=0)) == "Fn" + "F", "the rest, 2, is a small cell that nobody publishes"


def test_primary_marks_alone_give_cells_away() -> None:
    """The attacker is real: it takes apart what a mere threshold leaves."""
    table = table_of(["t", "ta", "tb", "tc"], np.array([[20], [3], [8], [9]]), np.ones((4, 1), np.bool_))
    good = release(table)
    bare = Release(5, np.array([[EXACT], [FEW], [EXACT], [EXACT]], np.uint8), good.down, good.sums, good.sum_marks,
                   good.unkept)  # fmt: skip
    known = attack(table, bare)
    assert (known.low[1, 0], known.high[1, 0]) == (3, 3)
    assert learned(table, bare, known).sum() == 1


def test_a_sum_over_days_is_kept_back_where_it_would_tell_a_day() -> None:
    days = np.array([[30, 30, 30], [2, 8, 8], [28, 22, 22]])
    shown = release(table_of(["t", "ta", "tb"], days, np.ones(days.shape, np.bool_)))
    assert shown.sum_marks.tolist() == [EXACT, WITHHELD, WITHHELD]
    loud = Release(5, shown.marks, shown.down, shown.sums, np.zeros(3, np.uint8), shown.unkept)
    table = table_of(["t", "ta", "tb"], days, np.ones(days.shape, np.bool_))
    assert learned(table, loud, attack(table, loud)).sum() == 2
    assert not learned(table, loud, attack(table, loud, with_sums=False)).any()


def test_sums_that_bind_days_which_hang_together_otherwise_are_not_told() -> None:
    """Both rows together would pin cells that each alone leaves open: only the first is told."""
    days = np.array([[40, 40], [2, 3], [3, 2], [35, 35]])
    table = table_of(["t", "ta", "tb", "tc"], days, np.ones(days.shape, np.bool_))
    shown = release(table, 5)
    assert shown.marks[:, 0].tolist() == [EXACT, FEW, FEW, EXACT]
    assert sorted(shown.sum_marks.tolist()) == [EXACT, EXACT, EXACT, WITHHELD]


@pytest.mark.parametrize(("counts", "kept"), [([1, 2, 6], True), ([3, 1, 8], True), ([3, 6, 0], False)])
def test_a_file_that_contradicts_itself_is_kept_as_far_as_can_be_and_the_rest_named(
    counts: list[int], kept: bool
) -> None:
    """The reader is taken to know by how much the parts are more than the whole."""
    table = table_of(["t", "ta", "tb"], np.array(counts)[:, None], np.ones((3, 1), np.bool_))
    assert table.apart[0, 0]
    shown = release(table)
    assert shown.unkept.any() != kept
    assert learned(table, shown, attack(table, shown)).any() != kept


def test_hidden_cells_stay_near_the_lower_bound() -> None:
    rng = np.random.default_rng(4)
    codes = [f"1{a}{b}" for a in "abcdefgh" for b in "ijklmnop"]
    low = rng.poisson(rng.gamma(1, 4, (64, 1)), (64, 30))
    all_codes = ["1", *(f"1{a}" for a in "abcdefgh"), *codes]
    counts = np.concatenate([low.sum(axis=0)[None], low.reshape(8, 8, 30).sum(axis=1), low])
    table = table_of(all_codes, counts, np.ones(counts.shape, np.bool_))
    shown = release(table)
    hidden = int((shown.marks != EXACT).sum())
    assert least_hidden(table) <= hidden < 1.2 * least_hidden(table)


def test_what_is_no_table_is_refused() -> None:
    seen = np.ones((1, 1), np.bool_)
    with pytest.raises(ValueError, match="not negative"):
        table_of(["1"], np.array([[-1]]), seen)
    with pytest.raises(ValueError, match="of its own"):
        table_of(["1", "1"], np.ones((2, 1), np.int64), np.ones((2, 1), np.bool_))
    with pytest.raises(ValueError, match="areas by days"):
        table_of(["1"], np.ones((2, 1), np.int64), seen)
    with pytest.raises(ValueError, match="said to be one"):
        release(table_of(["1"], np.ones((1, 1), np.int64), seen), 2)
