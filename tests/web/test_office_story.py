"""One matter's whole journey by the pages alone: each of the cast opens a page, fills a form, presses a button."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gridcommons.cases.actions import reopen
from gridcommons.cases.queries import tracked_case, with_code
from pressing import press
from town import AT, COUNTY, TOWNSHIP, Town
from web.office_town import client_of, count, employ, picture, report, stop_clock, text_of


class Day:
    """The day of the story: each press comes some time after the last."""

    def __init__(self, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
        self.town, self.monkeypatch, self.now = town, monkeypatch, AT
        self.clients: dict[str, Client] = {}

    def later(self, **length: float) -> datetime:
        self.now += timedelta(**length)
        stop_clock(self.monkeypatch, self.now)
        return self.now

    def press(self, name: str, page: str, end: str, **typed: object) -> str:
        client = self.clients.setdefault(name, client_of(self.town, name))
        self.later(minutes=20)
        answer = press(client, page, end, **typed)
        assert answer.status_code == 200, text_of(answer)[:600]
        return text_of(answer)


@pytest.fixture
def day(town: Town, monkeypatch: pytest.MonkeyPatch) -> Day:
    employ(town)
    return Day(town, monkeypatch)


def test_from_the_report_to_the_confirmed_end(day: Day) -> None:
    made = report(day.town)
    page = f"/office/case/{made.case_id}"
    assert "已立案" in day.press("supervisor", page, "/do/file")
    assert "已派遣" in day.press("dispatcher", page, "/do/dispatch")
    assert "处置中" in day.press("handler", page, "/do/accept")
    photo = SimpleUploadedFile("a.jpg", picture(), "image/jpeg")
    assert "取证" in day.press("handler", page, "/photo", photo=photo)
    assert "待核查" in day.press("handler", page, "/do/feed_back", **{"feed_back-evidence": "换了灯泡"})
    field = f"/field/case/{made.case_id}"
    again = SimpleUploadedFile("b.jpg", picture(), "image/jpeg")
    assert "已核查结案" in day.press("worker", field, "/do/close", note="到现场看过，灯亮了", photo=again)
    me = with_code(day.town.public, made.code)
    whole = tracked_case(code=made.code, viewer=me, at=day.now)
    assert [step.action for step in whole.steps] == ["report", "file", "dispatch", "accept", "feed_back", "close"]
    assert len(whole.photos) == 2


def test_the_long_way_sent_back_reworked_and_reopened(day: Day) -> None:
    made = report(day.town)
    page = f"/office/case/{made.case_id}"
    day.press("supervisor", page, "/do/file")
    wrong = f"{COUNTY}:housing_construction"
    day.press("dispatcher", page, "/do/dispatch", **{"dispatch-office": wrong})
    assert "已退回" in day.press("other_handler", page, "/do/send_back", **{"send_back-reason": "不是我局的灯"})
    day.press("dispatcher", page, "/do/dispatch")
    day.press("handler", page, "/do/accept")
    day.press("handler", page, "/do/feed_back", **{"feed_back-evidence": "已修"})
    day.press("second_supervisor", page, "/do/rework", **{"rework-reason": "还是不亮"})
    day.press("handler", page, "/do/feed_back", **{"feed_back-evidence": "换了线路"})
    day.press("second_supervisor", page, "/do/close", **{"close-check": "亮了"})
    me = with_code(day.town.public, made.code)
    reopen(case_id=made.case_id, reason="又灭了", by=me, at=day.later(hours=5))
    shown = day.press("dispatcher", page, "/do/dispatch", **{"dispatch-words": "请彻底检修"})
    for words in ("不是我局的灯", "还是不亮", "又灭了", "请彻底检修"):
        assert words in shown
    whole = tracked_case(code=made.code, viewer=me, at=day.now)
    assert (whole.state, whole.returns, whole.reworks, whole.reopens) == ("dispatched", 0, 1, 1), (
        "sent back counts in this round"
    )


def test_what_the_worker_settles_on_the_spot_is_counted_at_the_township(day: Day) -> None:
    stop_clock(day.monkeypatch, day.now)
    told = day.press(
        "worker",
        "/field/report",
        "/field/report",
        text="垃圾袋堆在路边",
        matter="waste_litter",
        settled="on",
        evidence="已清走",
    )
    assert "已记为当场处置" in told
    count(day.later(hours=1))
    client = client_of(day.town, "supervisor")
    figures = text_of(client.get(f"/office/area/{TOWNSHIP}"))
    assert ">1<" in figures


def test_the_token_of_the_form_is_asked_for(day: Day) -> None:
    made = report(day.town)
    stop_clock(day.monkeypatch, day.later(minutes=1))
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client_of(day.town, "supervisor").cookies
    assert strict.post(f"/office/case/{made.case_id}/do/file").status_code == 403
