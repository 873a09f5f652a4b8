"""A hazard that three departments pass around until a higher level settles it; by the pages alone."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import Client

from cases.higher import JOB, raise_town
from gridcommons.cases.actions import ask_still, raise_case, report_case
from gridcommons.cases.calling import call_each, due_now
from gridcommons.cases.filing import Report
from gridcommons.cases.models import PublicCase
from gridcommons.cases.reviewing import life_lines
from pressing import press
from town import AT, COUNTY, HERE, Town
from web.office_town import client_of, employ, stop_clock, text_of

WORDS = "滨河路电线杆倾斜，快倒了"


class Days:
    """The days of the story: each press comes some time after the last."""

    def __init__(self, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
        self.town, self.monkeypatch, self.now = town, monkeypatch, AT
        self.clients: dict[str, Client] = {}
        self.later(minutes=1)

    def later(self, **length: float) -> datetime:
        self.now += timedelta(**length)
        stop_clock(self.monkeypatch, self.now)
        return self.now

    def client(self, name: str) -> Client:
        return self.clients.setdefault(name, client_of(self.town, name))

    def press(self, who: str, page: str, end: str, **typed: object) -> str:
        self.later(minutes=20)
        fields = {f"{end.rpartition('/')[2]}-{name}": value for name, value in typed.items()}
        answer = press(self.client(who), page, end, **fields)
        assert answer.status_code == 200, text_of(answer)[:600]
        return text_of(answer)

    def read(self, who: str, page: str) -> str:
        answer = self.client(who).get(page)
        assert answer.status_code == 200
        return text_of(answer)


@pytest.fixture
def days(standing_town: Town, db: None, monkeypatch: pytest.MonkeyPatch) -> Days:
    employ(standing_town)
    return Days(raise_town(standing_town), monkeypatch)


def test_a_hazard_passed_around_is_settled_by_the_level_above(days: Days) -> None:
    report = Report("roads", WORDS, lon=HERE[0], lat=HERE[1])
    made = report_case(report=report, channel="page", by=days.town.resident, at=AT)
    page, mine = f"/office/case/{made.case_id}", f"/me/case/{made.case_id}"
    days.press("supervisor", page, "/do/file")
    for kind, who in (
        ("urban_management", "handler"), ("housing_construction", "other_handler"), ("water_utility", "water")
    ):  # fmt: skip
        days.press("dispatcher", page, "/do/dispatch", office=f"{COUNTY}:{kind}")
        assert "已退回" in days.press(who, page, "/do/send_back", reason=f"不归我们：{kind}")
    assert days.client("coordinator").get(page).status_code == 404
    assert call_each(raise_case, due_now("raise", by=JOB, at=days.now), by=JOB, at=days.now) == 1

    assert "提级" in days.read("resident", mine)
    assert "不归我们" not in days.read("resident", mine)
    below = days.read("dispatcher", page)
    assert "/do/dispatch" not in below
    assert "已提级" in below
    days.later(minutes=5)
    assert made.number in days.read("coordinator", "/office/queue?tab=raised")
    assert "提级到贵单位" in days.read("coordinator", "/office/notices")

    appointed = days.press(
        "coordinator", page, "/do/appoint", office=f"{COUNTY}:housing_construction", words="由住建牵头"
    )
    assert "已指定承办单位" in appointed
    shown = days.read("other_handler", page)
    assert "不能再退回" in shown
    assert "/do/send_back" not in shown
    forced = days.client("other_handler").post(
        f"{page}/do/send_back", {"send_back-reason": "还是不归我们", "sure": "1"}
    )
    assert forced.status_code == 409
    assert days.client("handler").get(page).status_code == 404
    days.press("other_handler", page, "/do/accept")
    assert "已向指定的上级请示" in days.press("other_handler", page, "/do/ask_level", reason="要先停水才能立杆")

    water = f"{COUNTY}:water_utility"
    assert "已增派协办单位" in days.press("coordinator", page, "/do/involve", assists=water, part="立杆时停水两小时")
    days.later(minutes=20)
    did = {"contribute-evidence": "已停水两小时", "contribute-done": "on"}
    helping = text_of(days.client("water").post(f"{page}/do/contribute", did, follow=True))
    assert "/do/feed_back" not in helping
    assert "已报办完" in helping

    until = (days.now + timedelta(days=10)).date()
    days.press("other_handler", page, "/do/ask_extension", reason="新杆要定做", until=f"{until}")
    granted = days.press("coordinator", page, "/do/grant_extension")
    assert "同意延期" in granted
    assert "（原为" in granted
    assert "办理期限延至" in days.read("resident", "/me/notices")

    days.later(days=8)
    assert "待核查" in days.press("other_handler", page, "/do/feed_back", evidence="新杆已立好")
    assert "已核查结案" in days.press("second_supervisor", page, "/do/close", check="到现场看过，杆是直的")
    assert PublicCase.objects.get(number=made.number).state == "closed"

    days.later(days=28, hours=1)
    assert call_each(ask_still, due_now("ask", by=JOB, at=days.now), by=JOB, at=days.now) == 1
    assert "现在还好吗" in days.read("resident", mine)
    answered = days.press("resident", mine, "/still-fine")
    assert "现在还好吗？</h2>" not in answered
    assert "仍然正常" in answered
    assert life_lines(by=JOB, at=days.now).broken == []


def test_where_nobody_is_found_the_township_coordinates_and_names_who_it_is(days: Days) -> None:
    made = report_case(
        report=Report("roads", WORDS, lon=HERE[0], lat=HERE[1]), channel="page", by=days.town.public, at=AT
    )
    page = f"/office/case/{made.case_id}"
    days.press("supervisor", page, "/do/file")
    assert "交属地政府" in days.press("dispatcher", page, "/do/entrust", reason="三家都写明不归自己")
    days.press("official", page, "/do/accept")
    early = days.client("official").post(f"{page}/do/feed_back", {"feed_back-evidence": "已扶正", "sure": "1"})
    assert early.status_code == 409
    assert "先确定并登记责任主体" in text_of(early)
    assert "责任主体已登记" in days.press("official", page, "/do/name_body", body="滨河路通信公司")
    assert "待核查" in days.press("official", page, "/do/feed_back", evidence="已扶正")
    assert "滨河路通信公司" in days.read("supervisor", page)
