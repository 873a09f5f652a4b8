"""A worker's own week: their part of the grid's, held against the ceiling; nobody else's, and nobody else's to read."""

from __future__ import annotations

import inspect
import re
from datetime import date

import pytest

from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.own_week import OwnWeek, own_week
from gridcommons.collection.rounds.models import Round
from gridcommons.load.ceiling.policy import ceiling_policy
from load.admitting import post_workers
from town import AT, GRID, Town
from web.office_town import LATER, client_of, employ, stop_clock, text_of

TODAY = AT.date()


@pytest.fixture(scope="module")
def standing_staffed(standing_town: Town) -> Town:
    employ(standing_town)
    return standing_town


@pytest.fixture
def town(standing_staffed: Town, db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    stop_clock(monkeypatch)
    return standing_staffed


def _week(town: Town) -> OwnWeek:
    assert town.worker.user_id
    with scoped(Scope("^")):
        return own_week(town.worker.user_id, TODAY)


def _round(minutes: int) -> None:
    with scoped(Scope("^"), deed="test.round"):
        Round.objects.create(
            area_code=GRID, matter_key="home_fire_safety", edition="-", form_key="fire_calls", name_zh="独居老人走访",
            name_en="Calls on old people who live alone", every_days=7, first=TODAY, last=date(2027, 6, 30),
            minutes=minutes, expected=10, by_consent=False, begun_by="user:x", begun_at=AT,
        )  # fmt: skip


def test_alone_in_a_grid_a_worker_bears_all_of_it_and_shares_it_once_there_are_two(town: Town) -> None:
    alone = _week(town)
    assert (alone.most, alone.grids) == (2400 * ceiling_policy().share, (GRID,))
    assert alone.taken > 0
    assert {one.kind for one in alone.parts} == {"matter"}
    post_workers(1)  # one more, in the same grid, employed full time
    assert _week(town).taken == pytest.approx(alone.taken / 2)
    assert _week(town).most == alone.most


def test_visits_that_come_again_count_as_often_as_they_come(town: Town) -> None:
    before = _week(town)
    _round(20)
    (part,) = _week(town).of_kind("round")
    assert _week(town).taken == pytest.approx(before.taken + part.minutes)
    assert part.minutes == pytest.approx(10 * 20, rel=0.5)  # ten households a week, and calls in vain


def test_the_page_says_what_is_too_much_and_what_to_do(town: Town) -> None:
    page = text_of(client_of(town, "worker", "en").get("/field/budget"))
    assert "Room left" in page
    assert "At most, minutes of work a week" in page
    assert page.count("Minutes of work: ") == page.count("Minutes to fill in: ") == 1
    assert "would be too much" in page
    _round(4_000)
    page = text_of(client_of(town, "worker", "en").get("/field/budget"))
    assert "Too much" in page
    assert "It is not yours to make up for." in page
    assert "Calls on old people who live alone" in page
    for address in ("/concern", "/matters/register", "/complaint"):
        assert f'href="{address}"' in page
    assert "/field/budget" in text_of(client_of(town, "worker").get("/field/"))


def test_nobody_reads_another_s_week(town: Town) -> None:
    for name in ("supervisor", "dispatcher", "handler", "county_officer", "resident"):
        assert client_of(town, name).get("/field/budget").status_code == 403, name
    assert client_of(town, "public").get("/field/budget").status_code == 403
    page = text_of(client_of(town, "next_worker", "en").get(f"/field/budget?user={town.worker.user_id}"))
    assert "No grid is assigned" in page


def test_a_week_knows_no_day_of_the_past_and_no_one_beside(town: Town) -> None:
    post_workers(3)
    page = text_of(client_of(town, "worker", "en").get("/field/budget")).partition("<main")[2]
    assert "网格员0" not in page
    assert not re.search(r"(?i)average|others|colleague|last week|rank", page)
    assert set(inspect.signature(own_week).parameters) == {"user_id", "day"}
    assert LATER.date() == TODAY
