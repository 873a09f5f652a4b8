"""Who knows every figure that one page shows cannot tell a hidden one: the days, the period, the places add up."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import product

import pytest

from gridcommons.access.identify import program
from gridcommons.kit.disclosure import FEW, WITHHELD, Mark, Shown, covered, exact
from gridcommons.outlook.actions import Count, post_counts
from gridcommons.outlook.adding_up import held_apart
from gridcommons.outlook.situation import Situation, situation
from town import AT, COUNTY, FAR_GRID, GRID, NEXT_GRID, TOWNSHIP, Town

TODAY = date(2026, 11, 2)
MEASURES = ("reported", "closed", "settled", "reopened")

_MOST = 200
"""As far as the attacker tries what a withheld figure may be."""


def post(rows: Iterable[tuple[str, int, str, int]], matter: str = "street_lamps") -> None:
    """Counts by grid, days ago, measure."""
    counts = [Count(grid, TODAY - timedelta(days=ago), matter, measure, n) for grid, ago, measure, n in rows]
    days = [TODAY - timedelta(days=i) for i in range(20)]
    post_counts(counts=counts, days=days, measures=MEASURES, by=program("test"), at=AT)


def seen(town: Town, name: str, code: str, period: int = 7) -> Situation:
    return situation(code=code, period=period, viewer=getattr(town, name), at=AT)


def _can_be(shown: Shown) -> Sequence[int]:
    if shown.value is not None:
        return (shown.value,)
    return range(1, 5) if shown.mark is Mark.FEW else range(_MOST)


def _worlds(parts: Sequence[Shown], whole: Shown) -> Iterator[tuple[int, ...]]:
    """All that the parts can be beside a whole; the last follows from the others where the whole is known."""
    *first, last = parts
    lasts, wholes = set(_can_be(last)), set(_can_be(whole))
    for known in product(*map(_can_be, first)):
        left = sum(known)
        if whole.value is not None:
            if whole.value - left in lasts:
                yield (*known, whole.value - left)
        else:
            yield from ((*known, n) for n in lasts if left + n in wholes)


def _pinned(parts: Sequence[Shown], whole: Shown) -> list[int]:
    """The places of hidden parts that can be one number alone."""
    worlds = list(_worlds(parts, whole))
    return [i for i, part in enumerate(parts) if not part.is_exact and len({world[i] for world in worlds}) < 2]


def _fits(n: int) -> Shown:
    return FEW if 0 < n < 5 else exact(n)


@pytest.mark.parametrize("whole_is_shown", [True, False])
def test_no_part_is_to_be_had_from_the_others(whole_is_shown: bool) -> None:
    for counts in product((0, 1, 4, 5, 7, 9), repeat=3):
        shown = {f"{i}": _fits(n) for i, n in enumerate(counts)}
        whole = _fits(sum(counts)) if whole_is_shown else WITHHELD
        held = covered({f"{i}": n for i, n in enumerate(counts)}, shown, whole)
        if whole.is_exact:
            assert _pinned(list(held.values()), whole) == []
        else:
            assert Mark.WITHHELD in {one.mark for one in held.values()}


def test_a_figure_hidden_for_a_neighbour_elsewhere_is_covered_too() -> None:
    shown = {"a": WITHHELD, "b": exact(8), "c": exact(50), "d": exact(0)}
    held = covered({"a": 9, "b": 8, "c": 50, "d": 0}, shown, exact(67))
    assert held == {"a": WITHHELD, "b": WITHHELD, "c": exact(50), "d": exact(0)}


def test_what_hides_nothing_is_left_as_it_is() -> None:
    shown = {"a": exact(9), "b": exact(0)}
    assert covered({"a": 9, "b": 0}, shown, exact(9)) == shown


def test_spans_of_the_same_days_are_hidden_together() -> None:
    first, second = date(2026, 11, 1), date(2026, 11, 2)
    october = frozenset({date(2026, 10, 31)})
    month, whole = frozenset({first, second}), frozenset({first, second}) | october
    counts = {frozenset({first}): 3, frozenset({second}): 138, month: 141, october: 60, whole: 201}
    held = held_apart(counts, {days: _fits(n) for days, n in counts.items()})
    assert held[frozenset({first})] == FEW
    assert held[frozenset({second})] == WITHHELD
    assert (held[month], held[october], held[whole]) == (exact(141), exact(60), exact(201))


def _pinned_on(page_days: Mapping[str, Shown], whole: Shown) -> list[str]:
    names = [name for name, shown in page_days.items() if not shown.is_exact]
    if not names or not whole.is_exact:
        return []
    assert whole.value is not None
    rest = exact(whole.value - sum(shown.value or 0 for shown in page_days.values()))
    if len(names) > 3:  # as many as that are never bound by one sum
        return []
    return [names[i] for i in _pinned([page_days[name] for name in names], rest)]


def test_today_is_not_to_be_had_from_the_places_below(town: Town) -> None:
    post([(GRID, 0, "reported", 3), (GRID, 1, "reported", 70), (FAR_GRID, 1, "reported", 68)])
    page = seen(town, "county_officer", COUNTY)
    assert not page.today["reported"].is_exact
    assert {figures["reported"] for figures in page.lately.values()} == {WITHHELD}
    assert (
        _pinned_on({f"{day}": figures["reported"] for day, figures in page.daily.items()}, page.now["reported"]) == []
    )
    assert page.yesterday["reported"] == WITHHELD
    local = seen(town, "supervisor", TOWNSHIP)
    assert (local.today["reported"], local.yesterday["reported"]) == (exact(3), exact(70))
    assert {figures["reported"] for figures in local.lately.values()} == {exact(73)}


def test_places_are_told_where_no_day_is_hidden(town: Town) -> None:
    post([(GRID, 0, "reported", 13), (GRID, 1, "reported", 70), (FAR_GRID, 1, "reported", 68)])
    page = seen(town, "county_officer", COUNTY)
    assert [page.lately[code]["reported"] for code in sorted(page.lately)] == [exact(83), exact(68)]


def test_no_hidden_day_follows_from_a_page(town: Town) -> None:
    draw = random.Random(20261102)
    for _ in range(6):
        post(
            (grid, ago, measure, draw.choice((0, 0, 2, 4, 6, 9, 30)))
            for grid in (GRID, NEXT_GRID, FAR_GRID)
            for ago in range(4)
            for measure in ("reported", "closed", "reopened")
        )
        for code in (COUNTY, TOWNSHIP):
            for period in (2, 4):
                page = seen(town, "county_officer", code, period)
                for measure in ("reported", "done"):
                    days = {f"{day}": figures[measure] for day, figures in page.daily.items()}
                    assert _pinned_on(days, page.now[measure]) == []
                    assert days[f"{TODAY}"] == page.today[measure]
                    assert days[f"{TODAY - timedelta(days=1)}"] == page.yesterday[measure]
                for measure in ("reported", "done", "reopened"):
                    two = {"today": page.today[measure], "yesterday": page.yesterday[measure]}
                    both = [figures[measure] for figures in page.lately.values()]
                    if all(shown.is_exact for shown in both):
                        assert _pinned_on(two, exact(sum(shown.value or 0 for shown in both))) == []
                    if period == 2:
                        assert _pinned_on(two, page.now[measure]) == []
