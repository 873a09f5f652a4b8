"""Small counts stay hidden from an attacker who adds and subtracts every figure of a tree of tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gridcommons.kit.disclosure import FEW, THRESHOLD, WITHHELD, Mark, Shown, alone, descend, exact, suppress

MANY = 10**9
COUNTS = st.one_of(st.integers(0, 12), st.integers(0, 400))
TABLES = st.dictionaries(st.sampled_from("abcdefgh"), COUNTS, min_size=1)


@dataclass
class Range:
    """What an attacker knows of one figure."""

    low: int
    high: int

    def narrow(self, low: int, high: int) -> bool:
        before = (self.low, self.high)
        self.low, self.high = max(self.low, low), min(self.high, high)
        assert self.low <= self.high, "the attacker's sums do not add up: the figures shown contradict each other"
        return before != (self.low, self.high)


def promised(shown: Shown, *, in_open_table: bool) -> Range:
    """What a mark can stand for; a covering cell in a table with figures is known to be the threshold or more."""
    if shown.mark is Mark.EXACT:
        assert shown.value is not None
        return Range(shown.value, shown.value)
    if shown.mark is Mark.FEW:
        return Range(1, THRESHOLD - 1)
    return Range(THRESHOLD if in_open_table else 0, MANY)


def table_ranges(shown: Mapping[str, Shown]) -> dict[str, Range]:
    is_open = any(one.mark is not Mark.WITHHELD for one in shown.values())
    return {key: promised(one, in_open_table=is_open) for key, one in shown.items()}


def subtract(total: Range, parts: list[Range]) -> bool:
    """Narrow a sum and its parts by each other, once; true while something is learned."""
    learned = total.narrow(sum(p.low for p in parts), sum(p.high for p in parts))
    for part in parts:
        others_low, others_high = sum(p.low for p in parts) - part.low, sum(p.high for p in parts) - part.high
        learned |= part.narrow(total.low - others_high, total.high - others_low)
    return learned


def assert_hidden(shown: Shown, known: Range) -> None:
    if shown.mark is Mark.FEW:
        assert (known.low, known.high) == (1, THRESHOLD - 1)


@given(TABLES)
@example({"a": 1, "b": 5})
@example({"a": 1, "b": 8})
@example({"a": 1, "b": 1, "c": 1, "d": 1, "e": 1})
@example({"a": 4, "b": 4, "c": 0})
def test_subtraction_from_the_total_over_the_siblings_gives_nothing(children: dict[str, int]) -> None:
    total = sum(children.values())
    shown = suppress(children, total)
    top = alone(total)
    whole, parts = promised(top, in_open_table=True), table_ranges(shown)
    while subtract(whole, list(parts.values())):
        pass
    for key, one in shown.items():
        assert_hidden(one, parts[key])
    assert_hidden(top, whole)


@given(TABLES)
def test_what_is_shown_is_true(children: dict[str, int]) -> None:
    for key, shown in suppress(children, sum(children.values())).items():
        if shown.mark is Mark.EXACT:
            assert shown.value == children[key]
        if shown.mark is Mark.FEW:
            assert 0 < children[key] < THRESHOLD
        assert 0 < children[key] < THRESHOLD or shown.mark is not Mark.FEW


@settings(max_examples=300)
@given(st.dictionaries(st.sampled_from("abcde"), TABLES, min_size=1))
@example({"a": {"a": 7}, "b": {"a": 3}, "c": {"a": 90}})
@example({"a": {"a": 1, "b": 1, "c": 1, "d": 1, "e": 1, "f": 1, "g": 1, "h": 1}, "b": {"a": 2}})
def test_one_level_down_gives_nothing_back(tree: dict[str, dict[str, int]]) -> None:
    """The attacker opens the page of the whole and of every child, and subtracts along all of them."""
    sums = {key: sum(below.values()) for key, below in tree.items()}
    total = sum(sums.values())
    top, table = descend([(sums, total)], [])
    whole, parts = promised(top, in_open_table=True), table_ranges(table)
    pages = {key: descend([(sums, total), (below, sums[key])], [key]) for key, below in tree.items()}
    assert all(own == table[key] for key, (own, _below) in pages.items())
    lower = {key: table_ranges(below) for key, (_own, below) in pages.items()}
    learning = True
    while learning:
        learning = subtract(whole, list(parts.values()))
        for key, below in lower.items():
            learning |= subtract(parts[key], list(below.values()))
    for key, (own, below) in pages.items():
        assert_hidden(own, parts[key])
        for name, one in below.items():
            assert_hidden(one, lower[key][name])


# --- What lies in no child: cases of a village whose grid nobody knows -----------------------------------------------

RESTS = st.integers(0, 12)


def rest_range(own: Shown, below: Mapping[str, Shown], rest: int) -> Range:
    """What an attacker knows of it: all where the whole and all beside it is told, else nothing, for no mark stands."""
    told = own.is_exact and all(one.is_exact for one in below.values())
    return Range(rest, rest) if told else Range(0, MANY)


def assert_rest_hidden(rest: int, known: Range) -> None:
    if 0 < rest < THRESHOLD:
        assert known.low <= 1
        assert known.high >= THRESHOLD - 1


@given(TABLES, RESTS)
@example({"a": 30, "b": 20}, 2)
@example({"a": 0, "b": 0}, 6)
@example({"a": 4, "b": 5}, 1)
@example({"a": 0, "b": 7}, 4)
@example({"a": 2, "b": 20}, 9)
def test_what_lies_in_no_child_is_not_to_be_had_from_the_whole_and_the_others(
    children: dict[str, int], rest: int
) -> None:
    total = sum(children.values()) + rest
    shown, top = suppress(children, total), alone(total)
    whole, parts, left = promised(top, in_open_table=True), table_ranges(shown), rest_range(top, shown, rest)
    while subtract(whole, [*parts.values(), left]):
        pass
    for key, one in shown.items():
        assert_hidden(one, parts[key])
    assert_hidden(top, whole)
    assert_rest_hidden(rest, left)


@settings(max_examples=300)
@given(st.dictionaries(st.sampled_from("abcde"), st.tuples(TABLES, RESTS), min_size=1), RESTS)
@example({"a": ({"a": 30, "b": 20}, 2)}, 0)
@example({"a": ({"a": 30, "b": 20}, 2), "b": ({"a": 9}, 3)}, 1)
@example({"a": ({"a": 0}, 9), "b": ({"a": 1}, 0)}, 0)
def test_what_lies_in_no_child_is_not_to_be_had_one_level_down_either(
    tree: dict[str, tuple[dict[str, int], int]], rest: int
) -> None:
    """The attacker opens the page of the whole and of every child; at each level some lies in none of those below."""
    sums = {key: sum(below.values()) + own for key, (below, own) in tree.items()}
    total = sum(sums.values()) + rest
    top, table = descend([(sums, total)], [])
    whole, parts, left = promised(top, in_open_table=True), table_ranges(table), rest_range(top, table, rest)
    pages = {key: descend([(sums, total), (below, sums[key])], [key]) for key, (below, _own) in tree.items()}
    lower = {key: table_ranges(below) for key, (_shown, below) in pages.items()}
    lefts = {key: rest_range(*pages[key], own) for key, (_below, own) in tree.items()}
    learning = True
    while learning:
        learning = subtract(whole, [*parts.values(), left])
        for key, below in lower.items():
            learning |= subtract(parts[key], [*below.values(), lefts[key]])
    assert_hidden(top, whole)
    assert_rest_hidden(rest, left)
    for key, (own, shown) in pages.items():
        assert own == table[key]
        assert_hidden(own, parts[key])
        assert_rest_hidden(tree[key][1], lefts[key])
        for name, one in shown.items():
            assert_hidden(one, lower[key][name])


def test_the_table_of_the_manual() -> None:
    assert suppress({"a": 2, "b": 6, "c": 90, "d": 0}, 98) == {"a": FEW, "b": WITHHELD, "c": WITHHELD, "d": exact(0)}
    assert suppress({"a": 2, "b": 20, "c": 90}, 112) == {"a": FEW, "b": WITHHELD, "c": exact(90)}
    assert suppress({"a": 30, "b": 20}, 52) == {"a": exact(30), "b": WITHHELD}
    assert suppress({"a": 30, "b": 20}, 57) == {"a": exact(30), "b": exact(20)}
    assert suppress({"a": 12, "b": 0}, 12) == {"a": exact(12), "b": exact(0)}
    assert suppress({"a": 3, "b": 0}, 3) == {"a": WITHHELD, "b": WITHHELD}
    assert suppress({"a": 0}, 0) == {"a": exact(0)}
    assert (alone(0), alone(4), alone(5)) == (exact(0), FEW, exact(5))


def test_a_hidden_figure_carries_no_value() -> None:
    with pytest.raises(ValueError, match="exactly when"):
        Shown(Mark.FEW, 3)
    with pytest.raises(ValueError, match="not more"):
        suppress({"a": 3}, 2)
    with pytest.raises(ValueError, match="not negative"):
        alone(-1)


def test_what_lies_in_no_child_covers_nothing() -> None:
    shown = suppress({"a": 2, "b": 0}, 50)
    assert shown == {"a": WITHHELD, "b": WITHHELD}
