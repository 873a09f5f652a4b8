"""Periods, comparisons, events and what changed, on the situation page."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cases.orders.order_town import officer
from gridcommons.outlook.actions import add_event
from gridcommons.outlook.models import Event
from town import AT, COUNTY, FAR, GRID, OTHER_TOWNSHIP, TOWNSHIP, VILLAGE, Town
from web.office_town import client_of, count, report, stop_clock, text_of

TODAY = AT.date()


@pytest.fixture
def town(standing_town: Town, db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    stop_clock(monkeypatch)
    return standing_town


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("days=week", "against the same days of last week"), ("against=year", "against the same days a year before"),
        ("work=1", "working days only"), ("from=2026-10-01&to=2026-10-31", "in 31 days"),
        ("from=2025-11-03&to=2026-11-02", "in 365 days"), ("days=7", "against the 7 days before"),
    ],
)  # fmt: skip
def test_every_comparison_is_an_address(town: Town, query: str, said: str) -> None:
    for _ in range(6):
        report(town)
    count()
    answer = client_of(town, "supervisor", "en").get(f"/office/area/{TOWNSHIP}?{query}")
    assert answer.status_code == 200
    assert said in text_of(answer)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("from=2026-11-02&to=2026-10-01", 400), ("from=2016-11-02&to=2026-11-02", 400), ("to=2027-01-01", 400),
        ("from=x", 400), ("from=0001-01-01", 400), ("event=x", 404),
        ("event=0190f000-0000-7000-8000-000000000000", 404), ("days=week&against=never&work=2&quiet=1000", 200),
    ],
)  # fmt: skip
def test_impossible_periods_are_told_so(town: Town, query: str, status: int) -> None:
    answer = client_of(town, "supervisor").get(f"/office/area/{TOWNSHIP}?{query}")
    assert answer.status_code == status


def test_above_the_township_days_are_widened_to_weeks(town: Town) -> None:
    for name, first in (("supervisor", "2026-10-21"), ("county_officer", "2026-10-19")):
        page = text_of(client_of(town, name).get(f"/office/area/{TOWNSHIP}?from=2026-10-21&to=2026-10-22"))
        assert f'name="from" required max="2026-11-02" value="{first}"' in page


def test_what_changed_since_yesterday_names_the_places_by_name(town: Town) -> None:
    for _ in range(2):
        report(town)
    for _ in range(9):
        report(town, lon=FAR[0], lat=FAR[1])
    count()
    page = text_of(client_of(town, "supervisor", "en").get(f"/office/area/{TOWNSHIP}"))
    part = page.partition('id="today-title"')[2].partition("</section>")[0]
    assert "newly reported" in part
    assert f'/office/area/{VILLAGE}"' in part
    county = text_of(client_of(town, "county_officer", "en").get(f"/office/area/{COUNTY}"))
    assert ">9<" not in county.partition('id="today-title"')[2].partition("</section>")[0]


def test_where_nothing_came_for_so_many_days(town: Town) -> None:
    report(town, at=AT - timedelta(days=5), lon=FAR[0], lat=FAR[1])
    for _ in range(9):
        report(town)
    count()
    for quiet, silent in (("3", True), ("7", False)):
        page = text_of(client_of(town, "county_officer", "en").get(f"/office/area/{COUNTY}?quiet={quiet}"))
        part = page.partition('id="silent-title"')[2].partition("</section>")[0]
        assert ("Xinluwan Town" in part) is silent


def _event(town: Town, **more: object) -> Event:
    facts: dict[str, object] = {
        "name": "台风“测试”",
        "first": TODAY - timedelta(days=5),
        "last": TODAY - timedelta(days=3),
    }
    return add_event(area_code=COUNTY, by=town.county_officer, at=AT, **(facts | more))  # type: ignore[arg-type]


def test_before_during_and_after_an_event_side_by_side(town: Town) -> None:
    for ago, n in ((7, 1), (4, 2), (1, 3)):
        for _ in range(n):
            report(town, at=AT - timedelta(days=ago))
    count()
    event = _event(town)
    page = text_of(client_of(town, "supervisor", "en").get(f"/office/area/{TOWNSHIP}?event={event.pk}"))
    table = page.partition('id="event-title"')[2].partition("</section>")[0]
    assert [f">{n}<" in table for n in (1, 2, 3)] == [True, True, True]
    coming = _event(town, name="将来", first=TODAY + timedelta(days=5), last=TODAY + timedelta(days=6))
    later = client_of(town, "supervisor", "en").get(f"/office/area/{TOWNSHIP}?event={coming.pk}")
    assert "until then only the days before" in text_of(later)
    over = _event(town, name="重叠")
    assert "shares days with" in text_of(
        client_of(town, "supervisor", "en").get(f"/office/area/{GRID}?event={over.pk}")
    )


def test_an_event_of_elsewhere_is_not_there(town: Town) -> None:
    event = _event(town)
    assert client_of(town, "county_officer").get(f"/office/area/33?event={event.pk}").status_code == 404


def test_events_are_entered_and_dropped_by_the_county_officer(town: Town) -> None:
    client, url = client_of(town, "county_officer"), f"/office/area/{COUNTY}/events"
    assert client.get(url).status_code == 200
    good = {"name": "国庆", "first": "2026-10-01", "last": "2026-10-07"}
    assert client.post(f"{url}/add", good).status_code == 302
    for bad in ({"last": "2026-09-01"}, {"name": ""}, {"first": "x"}, {"name": "王五13812345678"}):
        assert client.post(f"{url}/add", good | bad).status_code in {400, 422}
    event = Event.objects.get()
    drop = f"{url}/{event.pk}/drop"
    assert client.post(drop).headers["Location"].endswith(f"?drop={event.pk}")
    assert client.post(drop, {"sure": "1"}).status_code == 302
    assert "国庆" not in text_of(client.get(url)).partition("gc-messages")[2]
    assert client.post(drop, {"sure": "1"}).status_code == 404


@pytest.mark.parametrize("name", ["supervisor", "worker", "auditor", "stranger", "public"])
def test_who_enters_no_events_has_no_form_and_no_door(town: Town, name: str) -> None:
    event, url, client = _event(town), f"/office/area/{COUNTY}/events", client_of(town, name)
    page = client.get(url)
    assert page.status_code == (403 if name in {"stranger", "public"} else 200)
    assert "/events/add" not in text_of(page)
    assert client.post(f"{url}/add", {"name": "x", "first": "2026-10-01", "last": "2026-10-02"}).status_code == 403
    assert client.post(f"{url}/{event.pk}/drop", {"sure": "1"}).status_code == 403


@pytest.mark.parametrize("code", ["33", "3311", COUNTY, TOWNSHIP, VILLAGE, GRID])
def test_a_reader_of_numbers_may_stand_at_any_level_and_reads_numbers_only(town: Town, code: str) -> None:
    for _ in range(3):
        report(town, text="楼下的灯")
    count()
    cast = Town(town.cast | {"reader": officer(code, "situation_reader")})
    client = client_of(cast, "reader", "en")
    assert client.get("/office/").headers["Location"] == f"/office/area/{code}"
    for there in ("33", "3311", COUNTY, TOWNSHIP, OTHER_TOWNSHIP, VILLAGE, GRID):
        answer = client.get(f"/office/area/{there}")
        assert answer.status_code == 200
        assert "楼下的灯" not in text_of(answer)
        assert ">3<" not in text_of(answer)
    assert client.get("/office/queue").status_code == 403
