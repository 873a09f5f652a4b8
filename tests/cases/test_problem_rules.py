"""Patterns of recurring cases: what proposes a problem and what never does, as specification tables."""

from __future__ import annotations

import random
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridcommons.cases.problems.moves import MOVES, STATES, require
from gridcommons.cases.problems.patterns import packaged, read_patterns
from gridcommons.cases.problems.rules import CaseFact, Where, find, helped, is_held_back, metres_between
from gridcommons.kit.errors import Refusal
from gridcommons.kit.shipped import shipped_text
from town import AT, GRID, NEXT_GRID, TOWNSHIP, VILLAGE

LON, LAT = 119.27, 28.59
METRE = 1 / 111_320


def case(
    n: int = 0, *, matter: str = "roads", area: str = GRID, north: float = 0.0, days: float = 1, **more: object
) -> CaseFact:
    made = CaseFact(
        uuid.UUID(int=n + 1), f"N{n}", matter, area, AT - timedelta(days=days), LON, LAT + north * METRE,
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def found(cases: Sequence[CaseFact], at: datetime = AT) -> list[tuple[str, int, str]]:
    return [(one.pattern.key, len(one.cases), one.where.area_code) for one in find(cases, packaged(), now=at, names={})]


@pytest.mark.parametrize(
    ("what", "cases", "said"),
    [
        ("five at one corner", [case(n, north=n) for n in range(5)], [("near", 5, GRID)]),
        ("four are too few", [case(n) for n in range(4)], []),
        ("five too far apart", [case(n, north=200 * n) for n in range(5)], []),
        ("five too long ago", [case(n, days=61) for n in range(5)], []),
        ("five of different matters", [case(n, matter=f"m{n}") for n in range(5)], []),
        ("eight in a grid, apart", [case(n, north=400 * n) for n in range(8)], [("grid", 8, GRID)]),
        ("eight in a grid without a point", [case(n, lon=None, lat=None) for n in range(8)], [("grid", 8, GRID)]),
        (
            "fifteen in a village",
            [case(n, area=(GRID, NEXT_GRID, VILLAGE)[n % 3], lon=None, lat=None) for n in range(15)],
            [("village", 15, VILLAGE)],
        ),
        ("one reopened three times", [case(reopens=3)], [("reopened", 1, GRID)]),
        ("one reopened twice", [case(reopens=2)], []),
        ("a home's case reopened five times", [case(reopens=5, private=True)], []),
        ("nine of a home at one corner", [case(n, private=True) for n in range(9)], []),
        ("thirty of homes in one grid", [case(n, private=True) for n in range(30)], []),
        (
            "twenty of homes over a township",
            [case(n, area=f"{VILLAGE}{n % 4:03}", private=True) for n in range(20)],
            [("private", 20, TOWNSHIP)],
        ),
        (
            "a matter with its own measure",
            [case(n, matter="parking_traffic") for n in range(7)],
            [],
        ),
    ],
)  # fmt: skip
def test_what_proposes_a_problem(what: str, cases: list[CaseFact], said: list[tuple[str, int, str]]) -> None:
    assert found(cases) == said, what


def test_a_case_speaks_for_one_problem_at_most() -> None:
    cases = [case(n, north=n) for n in range(5)] + [case(10 + n, north=3_000 + 300 * n) for n in range(8)]
    assert found(cases) == [("near", 5, GRID), ("grid", 8, GRID)]


def test_a_circle_over_a_border_lies_in_a_township_at_least() -> None:
    cases = [case(n, area="331123001008001" if n % 2 else "331123102200001") for n in range(6)]
    [(_key, _n, area)] = found(cases)
    assert area in {"331123001", "331123102"}


def test_the_verdict_names_its_cases_and_its_rule() -> None:
    [one] = find([case(n) for n in range(5)], packaged(), now=AT, names={})
    assert one.verdict.is_yes
    assert all(f"N{n}" in one.verdict.because[1].words.zh for n in range(5))
    assert one.verdict.version == packaged().version


def test_a_private_verdict_names_no_case() -> None:
    cases = [case(n, area=f"{VILLAGE}{n % 4:03}", private=True) for n in range(20)]
    [one] = find(cases, packaged(), now=AT, names={})
    assert "N1" not in repr([because.words for because in one.verdict.because])


@settings(max_examples=25)
@given(st.integers(0, 2**32), st.integers(0, 60))
def test_finding_does_not_depend_on_the_order_and_keeps_its_promises(seed: int, n: int) -> None:
    chance = random.Random(seed)
    cases = [
        case(i, north=chance.uniform(0, 900), lon=LON + chance.uniform(0, 900) * METRE, private=chance.random() < 0.3)
        for i in range(n)
    ]
    one = find(cases, packaged(), now=AT, names={})
    chance.shuffle(cases)
    other = find(cases, packaged(), now=AT, names={})
    assert [(f.pattern.key, {c.id for c in f.cases}) for f in one] == [
        (f.pattern.key, {c.id for c in f.cases}) for f in other
    ]
    taken = [c.id for f in one for c in f.cases]
    assert len(taken) == len(set(taken))
    for f in one:
        assert len(f.cases) >= f.pattern.cases
        assert all(f.where.holds(c) for c in f.cases)
        assert f.private == any(c.private for c in f.cases)
        assert not f.private or f.pattern.sort == "private"


@pytest.mark.parametrize(("size", "now", "held"), [(6, 6, True), (6, 8, True), (6, 9, False), (6, 20, False)])
def test_a_declined_proposal_has_to_grow(size: int, now: int, held: bool) -> None:
    [one] = find([case(n) for n in range(now)], packaged(), now=AT, names={})
    declined = [(Where("roads", GRID, LON, LAT, 150), size)]
    assert is_held_back(one, declined, packaged().growth) is held
    assert not is_held_back(one, [(Where("trees", GRID, LON, LAT, 150), size)], packaged().growth)


@pytest.mark.parametrize(
    ("before", "after", "fell"), [(6, 0, True), (6, 3, True), (6, 4, False), (6, 9, False), (0, 0, True), (0, 1, False)]
)
def test_whether_it_helped(before: int, after: int, fell: bool) -> None:
    verdict = helped(before=before, after=after, days=30, patterns=packaged())
    assert verdict.is_yes is fell
    assert str(before) in verdict.because[0].words.zh


def test_metres() -> None:
    assert metres_between(119.0, 28.0, 119.0, 28.001) == pytest.approx(111.3, abs=0.5)
    assert metres_between(119.0, 60.0, 119.001, 60.0) == pytest.approx(55.7, abs=0.5)
    assert metres_between(None, 60.0, 119.001, 60.0) == float("inf")


_SHIPPED = shipped_text("gridcommons.cases.problems", "patterns.toml")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('level = "township"\ncases = 20', 'level = "grid"\ncases = 20'),
        ("cases = 20\ngrids = 3", "cases = 4\ngrids = 3"),
        ("cases = 20\ngrids = 3", "cases = 20\ngrids = 1"),
        ("metres = 150", "metres = 0"),
        ('sort = "near"', 'sort = "person"'),
        ("cases = 5\nmetres = 150", "cases = 1\nmetres = 150"),
        ("growth = 1.5", "growth = 1.0"),
        ("share = 0.5", "share = 1.5"),
        ("[causes]", "[reasons]"),
        ("version =", "version"),
    ],
)
def test_patterns_that_could_point_at_a_household_or_at_nothing_are_refused(old: str, new: str) -> None:
    assert old in _SHIPPED
    with pytest.raises(Refusal) as refused:
        read_patterns(_SHIPPED.replace(old, new, 1))
    assert refused.value.code == "problem.patterns_unsound"


def test_every_step_starts_and_ends_in_a_known_state() -> None:
    for move in MOVES.values():
        assert {*move.sources, *([move.target] if move.target else [])} <= STATES.keys()
        for state in STATES.keys() - set(move.sources):
            with pytest.raises(Refusal):
                require(move.key, state)
