"""The office's pages for staff whose areas were redrawn: they open at the areas of today."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cases.hotline.calls import clerk_of
from gridcommons.access.scope import on_day
from gridcommons.territory.reorganising.actions import draft_plan
from gridcommons.territory.reorganising.rules import Change, Target
from gridcommons.web.office.choosing import county_places
from gridcommons.web.office.clerk_places import own_areas, places_for
from gridcommons.web.office.search_form import county_of
from redrawn_town import CITY, MOVED, NEXT_COUNTY, SPLIT, carried_out, member, moved_away, redraw
from town import AT, COUNTY, TOWNSHIP, Town
from web.office_town import client_of, report, stop_clock, text_of

LATER = AT + timedelta(hours=3)
RECODED = "331199"


@pytest.fixture(scope="module")
def standing_more_town(standing_town: Town) -> Town:
    return redraw(standing_town)


@pytest.fixture
def town(standing_more_town: Town, db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    stop_clock(monkeypatch, LATER)
    return standing_more_town


def landed(town: Town, who: str, url: str) -> tuple[int, str]:
    """The status of a page, and where it led to."""
    answer = client_of(town, who, "en").get(url, follow=True)
    return answer.status_code, answer.redirect_chain[-1][0] if answer.redirect_chain else url


def recoded(town: Town) -> None:
    carried_out(
        town, Change("recode", (COUNTY,), (Target(RECODED, "遂昌区"),)), area=CITY,
        who=("city_officer", "second_city_officer"),
    )  # fmt: skip


@pytest.mark.parametrize("who", ["supervisor", "dispatcher"])
def test_the_home_pages_of_moved_staff_open_at_the_area_of_today(town: Town, who: str) -> None:
    report(town)
    moved_away(town)
    assert landed(town, who, "/office/") == (200, f"/office/area/{MOVED}")
    assert landed(town, who, "/office/figures") == (200, f"/office/figures/{MOVED}")


@pytest.mark.parametrize("who", ["county_officer", "supervisor"])
def test_the_pages_of_a_recoded_county_name_its_code_of_today(town: Town, who: str) -> None:
    recoded(town)
    status, url = landed(town, who, "/office/")
    assert (status, RECODED in url) == (200, True)
    status, url = landed(town, who, "/office/figures")
    assert (status, RECODED in url) == (200, True)


PAGES = (
    "queue", "search", "orders", "orders/new", "people", "reports", "reports/new", "areas", "areas/outlines", "grants",
    "grants/give", "problems", "keys", "keys/new", "ledger", "partners", "partners/new", "concerns", "matters",
    "first-hour", "move-in", "hotline", "areas/hand-overs", "notices/texts", "notices", "exports", "glass",
)  # fmt: skip


@pytest.mark.parametrize("change", ["move", "recode", "divide"])
def test_no_page_breaks_when_areas_were_redrawn(town: Town, change: str) -> None:
    report(town)
    before = {(who, page): _status(town, who, page) for who in ("supervisor", "county_officer") for page in PAGES}
    {"move": moved_away, "recode": recoded, "divide": lambda town: carried_out(town, SPLIT)}[change](town)
    for (who, page), status in before.items():
        assert _status(town, who, page) == status, (change, who, page)


def _status(town: Town, who: str, page: str) -> int:
    return client_of(town, who, "en").get(f"/office/{page}", follow=True).status_code


def test_staff_whose_only_area_ended_are_told_what_to_do(town: Town) -> None:
    carried_out(town, SPLIT)
    answer = client_of(town, "supervisor", "en").get("/office/")
    assert answer.status_code == 409
    assert "Ask whoever granted your post" in text_of(answer)


def test_the_clerk_of_a_moved_township_takes_places_there_and_nowhere_else(town: Town) -> None:
    clerk = clerk_of("clerk")
    with on_day(AT):
        assert places_for("腾龙", own_areas(clerk, "hotline.take", AT))[0].code.startswith(TOWNSHIP)
    moved_away(town)
    with on_day(LATER):
        own = own_areas(clerk, "hotline.take", LATER)
        assert own == (MOVED,)
        for typed in ("腾龙", "28.59,119.27", f"{MOVED}008"):
            first = places_for(typed, own)[0]
            assert (first.code.startswith(MOVED), first.elsewhere) == (True, False)


def test_forms_and_filters_offer_the_county_of_today(town: Town) -> None:
    moved_away(town)
    with on_day(LATER):
        assert county_of(town.supervisor, LATER) == NEXT_COUNTY
        offered = {code for _group, options in county_places(town.supervisor, LATER, "en") for code, _name in options}
        assert MOVED in offered
        assert TOWNSHIP not in offered


def test_a_plan_of_before_stays_with_a_recoded_county_and_away_from_the_next(town: Town) -> None:
    draft_plan(area_code=TOWNSHIP, title="分设街道", on_day=AT.date(), by=town.county_officer, at=AT)
    recoded(town)
    stranger = member("next_officer", "county_officer", NEXT_COUNTY)
    town.cast["next_officer"] = stranger
    assert "分设街道" in text_of(client_of(town, "county_officer", "en").get("/office/areas"))
    assert "分设街道" not in text_of(client_of(town, "next_officer", "en").get("/office/areas"))
