"""The figures of an area as each of the cast may see them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

import numpy as np
import pytest

from gridcommons.access.identify import program
from gridcommons.kit.disclosure import FEW, WITHHELD, exact
from gridcommons.kit.errors import Refusal
from gridcommons.outlook.actions import Count, post_counts
from gridcommons.outlook.rules import share, weights
from gridcommons.outlook.situation import Situation, absent_below, situation, values_below
from gridcommons.territory.actions import NewArea, load_areas
from town import AT, COUNTY, FAR_GRID, GRID, NEXT_GRID, OTHER_TOWNSHIP, TOWNSHIP, VILLAGE, Town

TODAY = date(2026, 11, 2)
FLOWS = ("reported", "closed", "settled", "closed_on_time", "sent_back", "reopened")


def post(rows: Iterable[tuple[str, int, str, int]], matter: str = "street_lamps") -> None:
    """Counts by grid, days ago, measure."""
    counts = [Count(grid, TODAY - timedelta(days=ago), matter, measure, n) for grid, ago, measure, n in rows]
    days = [TODAY - timedelta(days=i) for i in range(70)]
    post_counts(counts=counts, days=days, measures=(*FLOWS, "open", "overdue"), by=program("test"), at=AT)


def seen(town: Town, name: str, code: str, period: int = 7) -> Situation:
    return situation(code=code, period=period, viewer=getattr(town, name), at=AT)


def test_the_township_sees_exact_figures_and_the_county_sees_that_they_are_few(town: Town) -> None:
    post([(GRID, 1, "reported", 3), (NEXT_GRID, 1, "reported", 1), (FAR_GRID, 1, "reported", 60)])
    assert seen(town, "supervisor", TOWNSHIP).now["reported"] == exact(4)
    assert seen(town, "supervisor", TOWNSHIP).below[VILLAGE]["reported"] == exact(4)
    there = seen(town, "county_officer", TOWNSHIP)
    assert (there.is_exact, there.now["reported"]) == (False, FEW)
    assert there.below[VILLAGE]["reported"] == WITHHELD
    assert seen(town, "county_officer", COUNTY).below[TOWNSHIP]["reported"] == FEW


def test_a_whole_too_small_to_be_shown_is_not_divided(town: Town) -> None:
    post([(GRID, 1, "reported", 3), (FAR_GRID, 1, "reported", 1)])
    page = seen(town, "county_officer", COUNTY)
    assert page.now["reported"] == WITHHELD
    assert {figures["reported"] for figures in page.below.values()} == {WITHHELD}
    assert seen(town, "county_officer", "33").now["reported"] == FEW


@pytest.mark.parametrize("name", ["county_officer", "handler", "auditor", "far_supervisor", "next_worker"])
def test_without_a_local_grant_small_figures_are_hidden(town: Town, name: str) -> None:
    post([(GRID, 1, "reported", 3), (NEXT_GRID, 1, "reported", 20), (FAR_GRID, 1, "reported", 40)])
    page = seen(town, name, VILLAGE)
    assert page.below[GRID]["reported"] == FEW
    assert page.below[NEXT_GRID]["reported"] == WITHHELD
    assert page.now["reported"] == exact(23)


def test_what_the_county_hides_of_a_township_stays_hidden_on_its_own_page(town: Town) -> None:
    post([(GRID, 1, "reported", 3), (FAR_GRID, 1, "reported", 9)])
    county = seen(town, "county_officer", COUNTY)
    assert county.now["reported"] == exact(12)
    assert (county.below[TOWNSHIP]["reported"], county.below[OTHER_TOWNSHIP]["reported"]) == (FEW, WITHHELD)
    other = seen(town, "county_officer", OTHER_TOWNSHIP)
    assert other.now["reported"] == WITHHELD
    assert set(other.below[f"{OTHER_TOWNSHIP}200"].values()) == {WITHHELD, exact(0)}
    assert other.daily[TODAY - timedelta(days=1)]["reported"] == WITHHELD
    assert other.matters["street_lamps"]["reported"] == WITHHELD


def test_the_map_holds_what_the_page_holds(town: Town) -> None:
    post([(GRID, 1, "reported", 3), (FAR_GRID, 1, "reported", 9), (FAR_GRID, 0, "open", 7)])
    for name in ("county_officer", "auditor"):
        values = values_below(code=COUNTY, period=7, viewer=getattr(town, name), at=AT)
        assert values == seen(town, name, COUNTY).below


@pytest.mark.parametrize("name", ["public", "resident", "stranger"])
def test_residents_and_the_public_are_refused(town: Town, name: str) -> None:
    for read in (situation, values_below):
        with pytest.raises(Refusal) as refused:
            read(code=GRID, period=7, viewer=getattr(town, name), at=AT)
        assert refused.value.code == "outlook.staff_only"


def test_periods_days_and_stocks_are_kept_apart(town: Town) -> None:
    post(
        [
            (GRID, 0, "reported", 1), (GRID, 1, "reported", 10), (GRID, 6, "reported", 100),
            (GRID, 7, "reported", 1000),
            (GRID, 13, "reported", 2), (GRID, 14, "reported", 9), (GRID, 0, "open", 50), (GRID, 1, "open", 40),
            (GRID, 7, "open", 30), (GRID, 0, "overdue", 5),
        ]
    )  # fmt: skip
    page = seen(town, "supervisor", TOWNSHIP)
    assert page.now["reported"] == exact(111)
    assert page.before["reported"] == exact(1002)
    assert (page.today["reported"], page.yesterday["reported"]) == (exact(1), exact(10))
    assert (page.now["open"], page.before["open"], page.now["overdue"]) == (exact(50), exact(30), exact(5))
    assert page.as_of == AT
    assert len(page.daily) == 7


def test_before_anybody_counted_there_is_no_change(town: Town) -> None:
    counts = [Count(GRID, TODAY, "street_lamps", "reported", 9)]
    post_counts(counts=counts, days=[TODAY], measures=FLOWS, by=program("test"), at=AT)
    assert seen(town, "supervisor", TOWNSHIP).before == {}


def test_what_stood_is_not_nought_on_days_that_were_counted_later(town: Town) -> None:
    days = [TODAY - timedelta(days=back) for back in range(20)]
    flows = [Count(GRID, day, "street_lamps", "reported", 9) for day in days]
    post_counts(counts=flows, days=days, measures=FLOWS, by=program("test"), at=AT)
    stood = [Count(GRID, TODAY - timedelta(days=2), "street_lamps", "open", 51)]
    post_counts(counts=stood, days=[TODAY - timedelta(days=2)], measures=("open",), by=program("test"), at=AT)
    page = seen(town, "supervisor", TOWNSHIP)
    assert page.before["reported"] == exact(63)
    assert "open" not in page.before
    assert page.now["open"] == exact(51), "of the last day of which it is known"
    assert values_below(code=TOWNSHIP, period=7, viewer=town.supervisor, at=AT)[VILLAGE]["open"] == exact(51)


def test_days_that_nobody_counted_are_no_days_of_nought(town: Town) -> None:
    first = TODAY - timedelta(days=2)
    days = [first + timedelta(days=i) for i in range(3)]
    counts = [Count(GRID, TODAY, "street_lamps", "reported", 9)]
    post_counts(counts=counts, days=days, measures=FLOWS, by=program("test"), at=AT)
    page = seen(town, "supervisor", TOWNSHIP)
    assert (page.since, list(page.daily)) == (first, days)
    assert seen(town, "supervisor", TOWNSHIP, period=3).since is None


def test_grids_are_counted_and_areas_without_one_are_absent(town: Town) -> None:
    post([(GRID, 1, "reported", 9), (FAR_GRID, 1, "reported", 9)])
    page = seen(town, "county_officer", COUNTY)
    assert (page.grids, page.absent) == (3, frozenset())
    where = [NewArea("331124", "county", "松阳县", "3311", "Songyang County")]
    load_areas(areas=where, issuer="test", valid_from=date(2023, 6, 30), by=program("test"), at=AT)
    city = seen(town, "county_officer", "3311")
    assert (city.grids, city.absent) == (3, frozenset({"331124"}))
    values = values_below(code="3311", period=7, viewer=town.county_officer, at=AT)
    assert absent_below(code="3311", below=values, at=AT) == city.absent


def test_a_case_filed_under_a_village_counts_in_the_whole_and_in_no_grid(town: Town) -> None:
    post([(VILLAGE, 1, "reported", 6), (GRID, 1, "reported", 7)])
    page = seen(town, "supervisor", VILLAGE)
    assert page.now["reported"] == exact(13)
    assert page.below[GRID]["reported"] == exact(7)
    assert page.below[NEXT_GRID]["reported"] == exact(0)


def test_measures_are_made_of_measures() -> None:
    places = {"closed": 0, "closed_on_time": 1, "settled": 2, "sent_back": 3}
    made = weights(places, 5, ("late", "done", "back", "closed", "overdue"))
    assert (np.array([9, 7, 2, 1, 0]) @ made).tolist() == [2, 11, 1, 9, 0]
    assert share(exact(9), exact(0)) == (9, 9)
    assert share(exact(9), FEW) is None
    assert share(exact(9), exact(6)) is None
    assert share(exact(0), exact(0)) == (0, 0)


def test_a_child_of_another_level_is_found_by_its_code(town: Town) -> None:
    """A county without townships stands among the counties, its villages under it."""
    where = [
        NewArea("3303", "city", "温州市", "33", "Wenzhou"), NewArea("330381", "county", "瑞安市", "3303", "Rui'an"),
        NewArea("330383001", "village", "无镇村", "3303", "Without township"),
        NewArea("330381001", "township", "某镇", "330381", "Town"),
    ]  # fmt: skip
    load_areas(areas=where, issuer="test", valid_from=date(2023, 6, 30), by=program("test"), at=AT)
    post([("330381001", 1, "reported", 9), ("330383001", 1, "reported", 14), ("3303", 1, "reported", 6)])
    page = seen(town, "county_officer", "3303")
    assert page.now["reported"] == exact(29)
    assert [page.below[code]["reported"] for code in ("330381", "330383001")] == [exact(9), exact(14)]
