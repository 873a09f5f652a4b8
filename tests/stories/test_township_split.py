"""A township is divided in the middle of open work: by the pages, with the town's cast and two new offices.

Cases lie open in both halves; each new office sees its own at once and the old one none; a reporter's code still
works, a case goes on to its end, and the counts of old and new add up.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client

from gridcommons.access.scope import on_day
from gridcommons.cases.actions import accept, dispatch, feed_back, file_case
from gridcommons.outlook.through_time import sums_in_areas_of
from gridcommons.territory.reorganising.queries import hand_overs, plans_within
from pressing import press
from redrawn_town import BEYOND, DAY, EAST, SECOND_VILLAGE, WEST, member, redraw
from town import AT, COUNTY, TOWNSHIP, VILLAGE, Town
from web.office_town import client_of, count, report, stop_clock, text_of

NOON = AT + timedelta(hours=3)


@pytest.fixture(scope="module")
def standing_more_town(standing_town: Town) -> Town:
    return redraw(standing_town)


@pytest.fixture
def town(standing_more_town: Town, db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    stop_clock(monkeypatch, NOON)
    return standing_more_town


def plan_by_pages(town: Town) -> str:
    """The plan, begun and proposed by one officer and adopted by another; returns its address."""
    first, second = client_of(town, "county_officer"), client_of(town, "second_officer")
    begun = first.post("/office/areas", {"area": COUNTY, "title": "妙高分设", "day": f"{DAY}", "reason": "人口增加"})
    page = begun["Location"]
    picks = text_of(first.get(f"{page}/add/split"))
    assert f'value="{TOWNSHIP}"' in picks
    form = text_of(first.get(f"{page}/add/split?of={TOWNSHIP}"))
    assert 'value="331123002"' in form
    assert f'name="goes-{VILLAGE}"' in form
    given = {
        "of": TOWNSHIP, "number": "2", "keeps": "", "code-1": WEST, "name-1": "妙高西街道", "code-2": EAST,
        "name-2": "妙高东街道", f"goes-{VILLAGE}": "1",
    }  # fmt: skip
    lacking = first.post(f"{page}/add/split", given)
    assert (lacking.status_code, SECOND_VILLAGE in text_of(lacking)) == (400, True)
    assert first.post(f"{page}/add/split", given | {f"goes-{SECOND_VILLAGE}": "2"}).status_code == 302
    preview = text_of(first.get(page))
    for said in ("妙高西街道", "supervisor（监督受理员）", "终止", "新设", "未办结事项", "调整后的边界"):
        assert said in preview
    first.post(f"{page}/do/propose")
    assert first.post(f"{page}/do/review").status_code == 400
    second.post(f"{page}/do/review")
    asked = second.post(f"{page}/do/adopt", {"authority": "县政府〔2026〕12号"})
    assert "还没有办理" in text_of(asked)
    assert plans_within([COUNTY])[0][0].state == "reviewed"
    second.post(f"{page}/do/adopt", {"authority": "县政府〔2026〕12号", "sure": "1"})
    assert plans_within([COUNTY])[0][0].state == "in_force"
    return str(page)


def queue_of(client: Client) -> str:
    return text_of(client.get("/office/queue?tab=all"))


def test_a_township_is_divided_in_the_middle_of_open_work(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    west, far = report(town), report(town, AT + timedelta(minutes=1), lon=119.2905)
    east = report(town, AT + timedelta(minutes=2), lon=BEYOND[0], lat=BEYOND[1])
    under_way(town, west.case_id, AT)
    count(NOON)
    before = sums_in_areas_of(DAY, TOWNSHIP, DAY, DAY).numbers
    page = plan_by_pages(town)
    with on_day(NOON):
        for name, code in (("west", WEST), ("east", EAST)):
            town.cast[name] = member(name, "supervisor", code, "supervision", since=NOON)
    own = {name: queue_of(client_of(town, name)) for name in ("west", "east", "supervisor")}
    numbers = {"west": west.number, "far": far.number, "east": east.number}
    seen = {name: {case for case, number in numbers.items() if number in text} for name, text in own.items()}
    assert seen == {"west": {"west", "far"}, "east": {"east"}, "supervisor": set()}
    receive_by_pages(town, page)
    follow_by_code(west.code)
    assert client_of(town, "supervisor").get(f"/office/case/{west.case_id}").status_code == 404
    assert client_of(town, "east").get(f"/office/case/{west.case_id}").status_code == 404
    feed_back(case_id=west.case_id, evidence="灯泡已更换", by=town.handler, at=NOON)
    stop_clock(monkeypatch, NOON + timedelta(minutes=5))
    closed = press(client_of(town, "west"), f"/office/case/{west.case_id}", "/do/close", **{"close-check": "灯亮了"})
    assert "已核查结案" in text_of(closed)
    assert_counts_add_up(before)
    assert_old_pages_say_where_it_went(town)


def under_way(town: Town, case_id: object, at: datetime) -> None:
    """A case that a department of the county has in hand."""
    file_case(case_id=case_id, by=town.supervisor, at=at + timedelta(minutes=10))  # type: ignore[arg-type]
    dispatch(
        case_id=case_id, to_area=COUNTY, to_kind="urban_management", by=town.dispatcher, at=at + timedelta(minutes=20)
    )  # type: ignore[call-arg]
    accept(case_id=case_id, by=town.handler, at=at + timedelta(minutes=30))  # type: ignore[arg-type]


def receive_by_pages(town: Town, page: str) -> None:
    """The new office signs for what it took over; the old one and the planners see that it did."""
    west = client_of(town, "west")
    listed = text_of(west.get("/office/areas/hand-overs"))
    assert "2件未办结事项" in listed
    with on_day(NOON):
        [taken], _given = hand_overs(town.west, NOON)
    stranger = client_of(town, "far_supervisor").post(f"/office/areas/hand-overs/{taken.id}/sign")
    assert stranger.status_code == 403
    assert west.post(f"/office/areas/hand-overs/{taken.id}/sign", {"note": "已核对"}).status_code == 302
    assert "已核对" in text_of(west.get("/office/areas/hand-overs"))
    assert "签收人" in text_of(client_of(town, "supervisor").get("/office/areas/hand-overs"))
    assert "签收人" in text_of(client_of(town, "county_officer").get(page))


def follow_by_code(code: str) -> None:
    """The reporter's code opens the case as before."""
    reporter = Client()
    reporter.cookies["language"] = "zh-hans"
    reporter.post("/track", {"code": code})
    answer = reporter.get("/track/case")
    assert answer.status_code == 200
    assert "妙高西街道" in text_of(answer)


def assert_counts_add_up(before: object) -> None:
    """What was counted in the old township is what was counted in the two new ones, and so are today's stocks."""
    parts = [sums_in_areas_of(DAY, code, DAY, DAY) for code in (WEST, EAST)]
    together = {key: sum(part.numbers.get(key, 0) for part in parts) for key in ("reported", "filed", "open")}
    assert together == {key: before[key] for key in together}  # type: ignore[index]
    assert [part.numbers["reported"] for part in parts] == [2, 1]
    count(NOON + timedelta(minutes=6))
    assert sums_in_areas_of(DAY, WEST, DAY, DAY).numbers["closed"] == 1


def assert_old_pages_say_where_it_went(town: Town) -> None:
    """The public page of the old code leads to the new ones; the history tells both."""
    old = Client().get(f"/area/{TOWNSHIP}")
    assert old.status_code == 410
    assert {f"/area/{WEST}", f"/area/{EAST}"} <= set(re.findall(r'href="(/area/\d+)"', text_of(old)))
    life = text_of(client_of(town, "west").get(f"/office/areas/life/{WEST}"))
    assert TOWNSHIP in life
