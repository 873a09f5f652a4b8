"""Households reached in a week, as each of the cast may see them: on the page and in its figures."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import pytest

from collection.campaign_town import one_serves
from gridcommons.access.identify import program
from gridcommons.kit.disclosure import FEW, WITHHELD, exact
from gridcommons.outlook.actions import Count, post_counts
from gridcommons.outlook.rules import ALL_VISITS, WEEK
from gridcommons.outlook.situation import Situation, situation
from gridcommons.outlook.visited import Visited
from gridcommons.web.office.reached import reached_tile
from load.admitting import post_workers
from outlook.test_situation import post
from redrawn_town import member
from town import AT, COUNTY, FAR_GRID, GRID, NEXT_GRID, OTHER_TOWNSHIP, TOWNSHIP, VILLAGE, Town
from web.office_town import client_of, stop_clock, text_of

TODAY = date(2026, 11, 2)
SUNDAY = date(2026, 11, 1)
EVERY = [COUNTY[:2], COUNTY[:4], COUNTY, TOWNSHIP, OTHER_TOWNSHIP, VILLAGE, GRID, NEXT_GRID, FAR_GRID]
Row = tuple[str, int, str, int]


def called(
    rows: Iterable[Row], homes: dict[str, int] | None = None, weeks: int = 2, told: Iterable[str] = EVERY
) -> None:
    """Weeks that were closed: grid, weeks ago, measure, number; and households of grids. `told`: of the areas told."""
    by = program("counting")
    counts = [
        Count(grid, SUNDAY - timedelta(weeks=ago), ALL_VISITS, WEEK[measure], n) for grid, ago, measure, n in rows
    ]
    closed = [SUNDAY - timedelta(weeks=ago) for ago in range(weeks)]
    post_counts(counts=counts, days=closed, measures=WEEK.values(), source="weeks", told=told, by=by, at=AT)
    held = [Count(grid, TODAY, ALL_VISITS, "homes", n) for grid, n in (homes or {}).items()]
    post_counts(counts=held, days=[TODAY], measures=["homes"], source="homes", by=by, at=AT)


def page(town: Town, name: str, code: str) -> Situation:
    return situation(code=code, period=7, viewer=getattr(town, name), at=AT)


def week(town: Town, name: str, code: str) -> Visited:
    found = page(town, name, code).visited
    assert found is not None
    return found


def test_a_week_is_told_with_what_it_is_a_part_of(town: Town) -> None:
    post([])
    called(
        [(GRID, 0, "visits", 42), (GRID, 1, "visits", 99), (GRID, 0, "not_home", 9), (GRID, 0, "reached", 33),
         (GRID, 1, "reached", 20)],
        {GRID: 60, NEXT_GRID: 40},
    )  # fmt: skip
    found = week(town, "supervisor", TOWNSHIP)
    assert (found.own["visits"], found.own["not_home"]) == (exact(42), exact(9)), (
        "the last week, and not the one before"
    )
    assert (found.own["reached"], found.own["homes"]) == (exact(33), exact(100))
    assert found.before == 20
    assert found.below[VILLAGE]["reached"] == exact(33)
    tile = reached_tile(found, 1)
    assert (tile.value, tile.change, tile.reported) == (33, 13, (1, 1))
    assert tile.denominator.en == "of 100, in 42 calls, 9 not at home"  # type: ignore[union-attr]


def test_small_figures_are_hidden_along_the_chain(town: Town) -> None:
    post([])
    called([(GRID, 0, "reached", 3), (NEXT_GRID, 0, "reached", 50), (FAR_GRID, 0, "reached", 9)], {GRID: 60})
    there = week(town, "county_officer", VILLAGE)
    assert (there.below[GRID]["reached"], there.below[NEXT_GRID]["reached"]) == (FEW, WITHHELD)
    assert week(town, "supervisor", VILLAGE).below[GRID]["reached"] == exact(3)
    called([(GRID, 0, "reached", 3), (FAR_GRID, 0, "reached", 50)])
    over = week(town, "county_officer", COUNTY)
    assert (over.below[TOWNSHIP]["reached"], over.below[OTHER_TOWNSHIP]["reached"]) == (FEW, WITHHELD)
    hidden = reached_tile(week(town, "county_officer", TOWNSHIP), 1)
    assert (hidden.value, hidden.suppressed) == (None, True)


def test_before_anything_was_posted_nothing_is_told_of_visits(town: Town) -> None:
    post([(GRID, 1, "reported", 30)])
    assert page(town, "supervisor", TOWNSHIP).visited is None


def test_a_change_is_told_only_against_a_week_that_was_counted(town: Town) -> None:
    post([])
    called([(GRID, 0, "reached", 30)], weeks=1)
    assert week(town, "supervisor", TOWNSHIP).before is None


def test_figures_of_cases_are_what_they_were(town: Town) -> None:
    post([(GRID, 1, "reported", 30), (GRID, 0, "open", 12)])
    before = page(town, "supervisor", TOWNSHIP)
    called([(GRID, 0, "visits", 40), (GRID, 0, "reached", 40)], {GRID: 60})
    after = page(town, "supervisor", TOWNSHIP)
    assert (after.now, after.below, after.as_of) == (before.now, before.below, before.as_of)


@pytest.mark.parametrize(("name", "told"), [("supervisor", "33 / 60"), ("county_officer", "33 / 60")])
def test_the_page_tells_it_in_the_tile_and_in_the_list(
    town: Town, name: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_clock(monkeypatch, AT)
    post([(GRID, 1, "reported", 30)])
    called([(GRID, 0, "visits", 42), (GRID, 0, "reached", 33)], {GRID: 60})
    text = text_of(client_of(town, name).get(f"/office/area/{VILLAGE}"))
    assert "一周走访到户（10月26日至11月1日）" in text
    assert "共60户，上门42次" in text
    assert told in text


@pytest.mark.parametrize("name", ["resident", "stranger"])
def test_strangers_read_none_of_it(town: Town, name: str) -> None:
    called([(GRID, 0, "visits", 42), (GRID, 0, "reached", 33)], {GRID: 60})
    answer = client_of(town, name).get(f"/office/area/{VILLAGE}")
    assert answer.status_code == 403
    assert "走访到户" not in text_of(answer)


def test_of_few_workers_nothing_is_told(town: Town) -> None:
    """Neither to their township's staff nor by subtraction; the one who serves a grid alone sees their own week."""
    post_workers(6)
    post([])
    rows = [(GRID, 0, "visits", 42), (GRID, 0, "reached", 33), (NEXT_GRID, 0, "reached", 9)]
    called(rows, {GRID: 60}, told=(COUNTY, TOWNSHIP))
    for name in ("supervisor", "county_officer"):
        own = week(town, name, GRID)
        assert (own.own["visits"], own.own["reached"], own.before) == (WITHHELD, WITHHELD, None)
        assert own.own["homes"] == exact(60)
        tile = reached_tile(own, 0)
        assert (tile.value, tile.withheld) == (None, True)
        assert "five" in tile.because.because[0].words.en  # type: ignore[union-attr]
        assert week(town, name, VILLAGE).below[GRID]["reached"] == WITHHELD
    assert week(town, "supervisor", COUNTY).own["reached"] == exact(42), "of those who visited in the county together"
    assert week(town, "county_officer", COUNTY[:4]).below[COUNTY]["reached"] == exact(42)
    one_serves(GRID, town.worker)
    assert week(town, "worker", GRID).own["reached"] == exact(33)
    assert week(town, "next_worker", GRID).own["reached"] == WITHHELD
    for role in ("grid_worker", "supervisor"):
        other = member(f"other_{role}", role, GRID)
        assert week(replace(town, cast={**town.cast, "other": other}), "other", GRID).own["reached"] == WITHHELD


def test_above_counties_few_workers_are_hidden_too(town: Town) -> None:
    post([])
    called([(GRID, 0, "reached", 33)], told=(COUNTY[:2], COUNTY[:4]))
    assert week(town, "county_officer", COUNTY[:4]).below[COUNTY]["reached"] == WITHHELD
    assert week(town, "county_officer", COUNTY).few_workers


def test_a_change_is_told_only_against_a_week_that_may_be_told(town: Town) -> None:
    """The week before of few stays hidden, though this one is told: no change leads back to it."""
    post([])
    called([(GRID, 0, "reached", 33), (GRID, 1, "reached", 20)])
    assert week(town, "supervisor", TOWNSHIP).before == 20
    before = SUNDAY - timedelta(weeks=1)
    by = program("counting")
    post_counts(counts=[], days=[before], measures=[], source="weeks", told=[COUNTY], by=by, at=AT)
    found = week(town, "supervisor", TOWNSHIP)
    assert (found.own["reached"], found.before) == (exact(33), None)


def test_the_page_of_few_workers_says_why(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    stop_clock(monkeypatch, AT)
    post([(GRID, 1, "reported", 30)])
    called([(GRID, 0, "visits", 42), (GRID, 0, "reached", 33)], {GRID: 60}, told=())
    text = text_of(client_of(town, "supervisor").get(f"/office/area/{VILLAGE}"))
    assert "这一周在这一片上门的网格员不足五人" in text
    assert "33 / 60" not in text
    assert "上门42次" not in text
