"""What became of codes: single answers, whole scopes and their patterns say the same, whatever happened before."""

from __future__ import annotations

import random
import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridcommons.kit.errors import Refusal
from gridcommons.kit.lineage import NOTHING, Lineage, Succession, holding, in_force

D1, D2, D3 = date(2027, 1, 1), date(2028, 1, 1), date(2029, 1, 1)
T, U, W = "331123001", "331124005", "331125009"
MOVED = Succession(T, U, D1)


def split(*shares: tuple[str, float], old: str = T, since: date = D1) -> list[Succession]:
    """`old` divided, the first successor the primary."""
    return [Succession(old, new, since, share, n == 0, False) for n, (new, share) in enumerate(shares)]


def test_without_a_pair_every_code_is_its_own() -> None:
    assert (NOTHING.current(T), NOTHING.follow(T), NOTHING.spread(T)) == (T, T, (T,))
    assert NOTHING.reach((T,), ()).pattern == f"^(?:{T})"
    assert not NOTHING
    assert in_force() is NOTHING


def test_what_is_below_moves_along_with_its_tail() -> None:
    held = Lineage([MOVED])
    assert held.current(f"{T}008001") == f"{U}008001"
    assert held.follow(f"{T}008") == f"{U}008"
    assert held.origins(f"{U}008") == (f"{T}008", f"{U}008")


def test_moves_form_chains() -> None:
    held = Lineage([MOVED, Succession(U, W, D2)])
    assert held.current(f"{T}008001") == f"{W}008001"
    assert held.origins(W) == (T, U, W)


def test_the_longest_prefix_decides() -> None:
    held = Lineage([Succession(f"{T}008", f"{W}108", D1), Succession(T, U, D2)])
    assert held.current(f"{T}008001") == f"{W}108001"
    assert held.current(f"{T}009001") == f"{U}009001"


def test_a_divided_area_goes_to_its_primary_and_its_grants_end() -> None:
    held = Lineage(split((U, 0.6), (W, 0.4)))
    assert (held.current(T), held.follow(T), held.spread(T)) == (U, "", (U, W))
    assert held.current(f"{T}999") == U
    assert held.shares(T) == ((U, 0.6), (W, 0.4))


def test_an_area_that_kept_its_code_keeps_its_grants_and_what_stayed() -> None:
    held = Lineage([*split((T, 0.8), (U, 0.2)), Succession(f"{T}009", f"{U}001", D1)])
    assert held.follow(T) == T
    assert held.current(f"{T}008") == f"{T}008"
    assert held.current(f"{T}009002") == f"{U}001002"
    assert held.reach((T,)).pattern == f"^(?:{T}(?!009))"
    assert held.reach((U,)).pattern == f"^(?:{T}009|{U})"


def test_shares_run_through_several_divisions() -> None:
    held = Lineage([*split((U, 0.5), (W, 0.5)), *split(("331126001", 0.5), ("331126002", 0.5), old=W, since=D2)])
    assert held.shares(T) == ((U, 0.5), ("331126001", 0.25), ("331126002", 0.25))


def test_a_kept_code_may_be_divided_again() -> None:
    held = Lineage([*split((T, 0.8), (U, 0.2)), *split((T, 0.5), (W, 0.5), since=D2)])
    assert held.spread(T) == (T, W)


def test_what_stayed_under_its_code_goes_along_when_an_area_above_moves() -> None:
    grid, part = f"{T}008001", f"{T}009006"
    held = Lineage([*split((grid, 0.6), (part, 0.4), old=grid), Succession(T, U, D2)])
    assert (held.current(grid), held.follow(grid)) == (f"{U}008001", f"{U}008001")
    assert held.shares(grid) == ((f"{U}008001", 0.6), (f"{U}009006", 0.4))
    assert held.covers(grid, (U,))
    assert (held.divided_on(grid), held.divided) == (D1, {grid})


def test_what_was_placed_in_a_part_stays_to_be_placed_when_the_rest_is_gathered_in() -> None:
    held = Lineage([*split((T, 0.8), (U, 0.2)), Succession(T, W, D2, whole=False)])
    assert (held.current(T), held.divided, held.divided_on(T)) == (W, {T}, D1)
    assert held.ever(T) == {U, W}
    assert T in held.reach((U,)).divided


def test_moved_out_is_left_out_and_moved_in_is_taken_in() -> None:
    held = Lineage([MOVED])
    assert held.reach(("331123",)).pattern == f"^(?:331123(?!{T[6:]}))"
    assert held.reach(("331124",)).pattern == f"^(?:{T}|331124)"
    assert held.reach((T,)).included == (U,)
    assert held.covers(T, ("331124",))
    assert not held.covers(T, ("331123",))


def test_moved_out_and_back_in_below_nests() -> None:
    held = Lineage([Succession(f"{T}008", "331123777008", D1), Succession(T, U, D2)])
    pattern = held.reach(("331123",)).pattern
    seen = [code for code in (T, f"{T}008001", f"{T}009", f"{U}009") if re.match(pattern, code)]
    assert seen == [f"{T}008001"]


def test_an_excluded_area_stays_out_wherever_its_parts_went() -> None:
    held = Lineage(split((f"{U}001", 0.5), (f"{U}002", 0.5), old=f"{U}000"))
    assert [held.covers(f"{U}{n}", (U,), (f"{U}000",)) for n in ("000", "001", "002", "003")] == [False] * 3 + [True]


def test_a_ring_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        Lineage([Succession(T, U, D1), Succession(U, W, D2), Succession(W, T, D3)])
    assert refused.value.code == "area.ring"


@pytest.mark.parametrize(
    "pairs", [split((U, 0.5), (W, 0.4)), [Succession(T, U, D1, 0.5, True, False), Succession(T, W, D1, 0.5, True)]]
)
def test_shares_that_do_not_add_up_are_refused(pairs: list[Succession]) -> None:
    with pytest.raises(Refusal) as refused:
        Lineage(pairs)
    assert refused.value.code == "area.shares"


def test_what_holds_is_fetched_once_and_given_back() -> None:
    asked = []

    def load() -> Lineage:
        asked.append(1)
        return Lineage([MOVED])

    with holding(load):
        assert not asked
        assert in_force().covers(f"{T}001", (U,))
        assert in_force().covers(f"{T}001", ("331124",))
    assert (len(asked), in_force()) == (1, NOTHING)


def history(seed: int) -> tuple[Lineage, list[str]]:
    """A made-up past over a small tree, and every code that ever was."""
    chance = random.Random(seed)
    living = {a + b + c for a in "12" for b in ("", "1", "2") for c in (("", "1", "2") if b else ("",))}
    ever, pairs, serial = set(living), [], 0
    for year in range(chance.randint(1, 6)):
        day = date(2027 + year, 1, 1)
        old = chance.choice(sorted(code for code in living if len(code) > 1))
        parents = [code for code in living if len(code) == len(old) - 1 and not old.startswith(code)] or [old[:-1]]
        news = []
        for _ in range(chance.choice([1, 1, 2])):
            serial += 1
            news.append(chance.choice(parents) + "abcdefghijkl"[serial])
        below = {code for code in living if code.startswith(old)}
        if len(news) == 1:
            pairs.append(Succession(old, news[0], day))
            living = (living - below) | {news[0] + code[len(old) :] for code in below}
        else:
            keep = chance.random() < 0.3
            first = old if keep else news[0]
            pairs += split((first, 0.7), (news[1], 0.3), old=old, since=day)
            moved = {}
            for place, child in enumerate(sorted(below - {old})):
                into = news[1] if keep or place % 2 else news[0]
                if not (keep and place % 2):
                    moved[child] = into + child[len(old) :]
            pairs += [Succession(child, to, day) for child, to in moved.items() if child not in {first}]
            living = (living - below) | set(moved.values()) | {first, news[1]}
            living |= {code for code in below if keep and code not in moved}
        ever |= living
    return Lineage(pairs), sorted(ever)


@settings(max_examples=60)
@given(seed=st.integers(0, 10**6), picks=st.lists(st.integers(0, 10**6), min_size=1, max_size=4))
def test_pattern_and_single_answers_agree_whatever_happened(seed: int, picks: list[int]) -> None:
    held, ever = history(seed)
    chosen = [ever[pick % len(ever)] for pick in picks]
    included, excluded = tuple(chosen[:2]), tuple(chosen[2:])
    reach = held.reach(included, excluded)
    for code in (*ever, *(f"{code}x" for code in ever)):
        matches = bool(reach.pattern) and re.match(reach.pattern, code) is not None
        assert matches == held.covers(code, included, excluded), (code, reach.pattern)


@settings(max_examples=40)
@given(seed=st.integers(0, 10**6))
def test_the_longest_turning_prefix_says_where_a_code_leads(seed: int) -> None:
    held, ever = history(seed)
    for code in ever:
        prefix = next((prefix for prefix in held.turning if code.startswith(prefix)), "")
        keeps = held.current(f"{prefix}~") == f"{held.current(prefix)}~"
        assert held.current(code) == held.current(prefix) + (code[len(prefix) :] if keeps else "")
        assert sum(share for _code, share in held.shares(code)) == pytest.approx(1.0)
