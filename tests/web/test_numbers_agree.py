"""Two numbers for one thing: the same from the same source, or each says in its own words what it counts."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from gridcommons.access.identify import program
from gridcommons.cases.counting import count_days
from gridcommons.kit.disclosure import FEW, WITHHELD, exact
from gridcommons.outlook.rules import left_over
from gridcommons.outlook.situation import situation
from gridcommons.outlook.visited import Households, Registered, households_of
from gridcommons.people.homes.actions import add_home, end_home
from gridcommons.people.homes.posting import count_homes
from gridcommons.people.homes.rules import NewHome
from gridcommons.territory.actions import Figures, set_figures
from outlook.test_situation import post
from town import AT, COUNTY, GRID, NEXT_GRID, TOWNSHIP, VILLAGE, Town
from web import test_office_search
from web.office_town import LATER, client_of, stop_clock, text_of

JOB = program("counting")
standing_staffed, town = test_office_search.standing_staffed, test_office_search.town


def words_of(town: Town, name: str, language: str, address: str) -> str:
    """A page as it is read, without its tags."""
    return re.sub(r"<[^>]*>", "", text_of(client_of(town, name, language).get(address)))


# --- Households -----------------------------------------------------------------------------------------------------


def registered(town: Town, many: int) -> None:
    """So many households on the register of the worker's grid, stated for it with two less."""
    set_figures(figures={GRID: Figures(many - 2, many * 3)}, source="test", by=program("test"), at=AT)
    for number in range(many):
        add_home(home=NewHome(GRID, f"叶坦路{number}号", "family"), by=town.worker, at=AT)


def test_households_are_one_number_on_every_page_of_an_area(town: Town) -> None:
    registered(town, 12)
    post([(GRID, 0, "reported", 6)])
    count_homes(by=JOB, at=AT)
    register = text_of(client_of(town, "worker", "en").get("/office/homes"))
    assert 'Households <span class="gc-count gc-num">12</span>' in register
    assert ">12 registered households</a>" in text_of(client_of(town, "worker", "en").get("/field/"))
    for code in (GRID, VILLAGE, TOWNSHIP):
        page = words_of(town, "supervisor", "en", f"/office/area/{code}")
        assert "among 12 registered households" in page
        assert "Registered households: 12 as of Mon 2 Nov" in page
        assert "among 10" not in page


def test_what_the_register_gains_stands_on_the_page_once_it_is_counted_and_says_of_when_it_is(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    registered(town, 12)
    post([(GRID, 0, "reported", 6)])
    count_homes(by=JOB, at=AT)
    add_home(home=NewHome(GRID, "叶坦路99号", "family"), by=town.worker, at=AT + timedelta(minutes=5))
    before = words_of(town, "supervisor", "zh-hans", f"/office/area/{GRID}")
    assert "住户登记：12户，截至11月2日 周一" in before
    assert ">登记住户13户</a>" in text_of(client_of(town, "worker").get("/field/"))
    count_homes(by=JOB, at=AT + timedelta(hours=2))
    stop_clock(monkeypatch, LATER)
    assert "共13户（住户登记）" in text_of(client_of(town, "supervisor").get(f"/office/area/{GRID}"))


def test_a_household_that_ended_counts_nowhere(town: Town) -> None:
    registered(town, 12)
    with_home = add_home(home=NewHome(GRID, "叶坦路77号", "family"), by=town.worker, at=AT)
    end_home(household_id=with_home.households[0], until=AT.date(), by=town.worker, at=AT)
    post([(GRID, 0, "reported", 6)])
    count_homes(by=JOB, at=AT)
    assert "among 12 registered" in text_of(client_of(town, "supervisor", "en").get(f"/office/area/{GRID}"))
    assert ">12 registered households</a>" in text_of(client_of(town, "worker", "en").get("/field/"))


def test_while_the_register_is_being_filled_the_number_says_that_it_is_a_stated_one(town: Town) -> None:
    set_figures(figures={GRID: Figures(300, 900)}, source="test", by=program("test"), at=AT)
    add_home(home=NewHome(GRID, "叶坦路1号", "family"), by=town.worker, at=AT)
    post([(GRID, 0, "reported", 6)])
    count_homes(by=JOB, at=AT)
    page = text_of(client_of(town, "supervisor", "en").get(f"/office/area/{GRID}"))
    assert "among 300 households, as stated for the area" in page
    assert "Registered households" not in page


@pytest.mark.parametrize(
    ("stated", "counted", "told"),
    [
        (371, exact(374), Households(374, AT)), (371, exact(340), Households(340, AT)),
        (371, exact(20), Households(371)), (None, exact(20), Households(20, AT)), (371, FEW, Households(371)),
        (None, WITHHELD, None), (None, exact(0), None), (0, exact(0), None),
    ],
)  # fmt: skip
def test_the_register_is_told_once_it_is_filled_and_may_be_told(
    stated: int | None, counted: object, told: Households | None
) -> None:
    assert households_of(stated, Registered(counted, AT)) == told  # type: ignore[arg-type]


# --- What lies in no grid -------------------------------------------------------------------------------------------


def test_the_parts_of_a_village_and_what_lies_in_none_of_them_add_up_to_it(town: Town) -> None:
    post([
        (GRID, 0, "reported", 7), (GRID, 1, "reported", 5), (NEXT_GRID, 0, "reported", 2), (VILLAGE, 0, "reported", 4),
        (VILLAGE, 0, "overdue", 1),
    ])  # fmt: skip
    page = text_of(client_of(town, "supervisor", "en").get(f"/office/area/{VILLAGE}"))
    rows = re.findall(r'<tr><th scope="row">(.*?)</th><td[^>]*>(.*?)</td>', page, re.S)
    told = {re.sub(r"<.*?>", "", name): re.sub(r"<.*?>", " ", cell).split()[0] for name, cell in rows}
    assert told["In no grid"] == "4"
    assert sum(int(number) for name, number in told.items() if "rid" in name) == 18
    assert "the exact place not being known" in page
    late = page.partition('id="late-title"')[2].partition("</section>")[0]
    assert "In no grid" in late


def test_two_periods_on_one_card_are_told_apart_in_words(town: Town) -> None:
    post([(GRID, 0, "reported", 7), (GRID, 1, "reported", 5), (VILLAGE, 0, "reported", 4)])
    page = text_of(client_of(town, "supervisor", "en").get(f"/office/area/{VILLAGE}"))
    card = page.partition('id="today-title"')[2].partition("</section>")[0]
    line = re.sub(r"<.*?>", "", card.partition("gc-change-where")[2].partition("</tr>")[0])
    assert "today and yesterday together: " in line
    assert " 12" in line
    assert line.rstrip().endswith("in no grid 4")


def test_the_row_of_what_lies_in_none_gives_no_hidden_part_back(town: Town) -> None:
    """One grid has few: the county sees the sum, and neither that grid nor what would give it back."""
    post([(GRID, 1, "reported", 3), (NEXT_GRID, 1, "reported", 20), (VILLAGE, 1, "reported", 9)])
    hidden = text_of(client_of(town, "county_officer", "en").get(f"/office/area/{VILLAGE}"))
    assert "In no grid" not in hidden
    assert "In no grid" in text_of(client_of(town, "supervisor", "en").get(f"/office/area/{VILLAGE}"))


def test_what_lies_in_none_and_is_few_is_not_to_be_had_from_the_whole_and_its_parts(town: Town) -> None:
    """52 in the village, 30 and 20 in its grids: were all three told, so would be the two that lie in none."""
    post([(GRID, 1, "reported", 30), (NEXT_GRID, 1, "reported", 20), (VILLAGE, 1, "reported", 2)])
    seen = situation(code=VILLAGE, period=7, viewer=town.county_officer, at=AT)
    assert seen.now["reported"] == exact(52)
    assert {code: figures["reported"] for code, figures in seen.below.items()} == {
        GRID: exact(30), NEXT_GRID: WITHHELD
    }  # fmt: skip
    assert {figures["reported"] for figures in seen.lately.values()} == {exact(30), WITHHELD}
    assert "reported" not in {*seen.unplaced, *seen.lately_unplaced}
    page = text_of(client_of(town, "county_officer", "en").get(f"/office/area/{VILLAGE}"))
    assert "In no grid" not in page
    alone_ = situation(code=NEXT_GRID, period=7, viewer=town.county_officer, at=AT)
    assert alone_.now["reported"] == WITHHELD, "nor from the page of the grid itself"
    local = situation(code=VILLAGE, period=7, viewer=town.supervisor, at=AT)
    assert (local.unplaced["reported"], local.lately_unplaced["reported"]) == (exact(2), exact(2))
    assert "In no grid" in text_of(client_of(town, "supervisor", "en").get(f"/office/area/{VILLAGE}"))


def test_what_lies_in_none_of_a_village_is_covered_from_the_page_above_it_too(town: Town) -> None:
    """The village hides nothing by itself; the chain begins where something is hidden, what lies in none counted in."""
    post([(GRID, 1, "reported", 30), (NEXT_GRID, 1, "reported", 20), (VILLAGE, 1, "reported", 2)])
    for code in (COUNTY, TOWNSHIP):
        seen = situation(code=code, period=7, viewer=town.county_officer, at=AT)
        assert seen.now["reported"] == exact(52)
    for code in (GRID, NEXT_GRID):
        seen = situation(code=code, period=7, viewer=town.county_officer, at=AT)
        below = situation(code=VILLAGE, period=7, viewer=town.county_officer, at=AT).below[code]
        assert seen.now["reported"] == below["reported"]


def test_nothing_is_left_over_where_all_lies_in_the_parts(town: Town) -> None:
    post([(GRID, 1, "reported", 8), (NEXT_GRID, 1, "reported", 20)])
    assert "In no grid" not in text_of(client_of(town, "supervisor", "en").get(f"/office/area/{VILLAGE}"))


@pytest.mark.parametrize(
    ("own", "parts", "is_exact", "told"),
    [
        (exact(19), (exact(12), exact(3)), True, exact(4)), (exact(19), (exact(12), exact(3)), False, None),
        (exact(29), (exact(12), exact(3)), False, exact(14)), (exact(15), (exact(12), exact(3)), True, None),
        (WITHHELD, (exact(12), exact(3)), False, None), (exact(19), (exact(12), FEW), False, None),
        (exact(19), (exact(12), WITHHELD), False, None), (exact(4), (), True, exact(4)),
    ],
)  # fmt: skip
def test_what_is_left_over_is_told_only_beside_parts_that_all_are(
    own: object, parts: tuple[object, ...], is_exact: bool, told: object
) -> None:
    assert left_over(own, parts, is_exact=is_exact) == told  # type: ignore[arg-type]


# --- Days that were not counted -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("days", "told"),
    [(10, "since 24 October, when counting began, among"), (60, "in 30 days, among")],
)
def test_the_public_is_told_of_which_days_its_figures_are(town: Town, days: int, told: str) -> None:
    set_figures(figures={TOWNSHIP: Figures(900, 2_000)}, source="test", by=program("test"), at=AT)
    count_days(first=AT.date() - timedelta(days=days - 1), last=AT.date(), by=JOB, at=AT)
    assert told in words_of(town, "public", "en", f"/area/{TOWNSHIP}")
