"""A call at the hotline, from the clerk's keyboard to the caller's own word: written down, filed, sent, done, checked.

Danger and doubles are answered on the way. The keyboard itself is tried in `tests/browser/test_clerk_keyboard.py`.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client

from cases.hotline.calls import with_clerks
from gridcommons.access.hearing import hear_all
from gridcommons.access.identify import program
from gridcommons.access.scope import viewing
from gridcommons.cases.hotline.actions import tell_followers
from gridcommons.cases.models import Case
from gridcommons.notices.models import Notice
from pressing import press
from town import AT, COUNTY, VILLAGE, Town
from web.office_town import client_of, employ, stop_clock, text_of

JOB = program("hearing")


class Days:
    """Each press comes some minutes after the last."""

    def __init__(self, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
        self.town, self.monkeypatch, self.now = town, monkeypatch, AT
        self.clients: dict[str, Client] = {}
        self.later()

    def later(self) -> datetime:
        self.now += timedelta(minutes=20)
        stop_clock(self.monkeypatch, self.now)
        return self.now

    def client(self, name: str) -> Client:
        return self.clients.setdefault(name, client_of(self.town, name))

    def press(self, who: str, page: str, end: str, **typed: object) -> str:
        self.later()
        fields = {f"{end.rpartition('/')[2]}-{name}": value for name, value in typed.items()}
        answer = press(self.client(who), page, end, **fields)
        assert answer.status_code == 200, text_of(answer)[:400]
        return text_of(answer)


@pytest.fixture
def days(standing_town: Town, db: None, monkeypatch: pytest.MonkeyPatch) -> Days:
    employ(standing_town)
    return Days(with_clerks(standing_town), monkeypatch)


def _code(body: str) -> str:
    """The code that the clerk reads out, in its three groups."""
    return re.sub(r"<[^>]*>|[^A-Z0-9]", "", body.split('gc-clerk-groups">')[1].split("</p>", maxsplit=1)[0])


def test_a_call_goes_its_way_to_the_callers_word(days: Days) -> None:
    clerk = days.client("clerk")
    typed = {"channel": "phone", "text": "广场东侧路灯不亮", "place": "腾龙社区", "phone": "10012345671"}
    offered = text_of(clerk.post("/office/clerk/matters", typed))
    assert re.search(r'value="street_lamps"[^>]* checked', offered), "clear words choose for the clerk"
    filed = text_of(clerk.post("/office/clerk", typed | {"matter": "street_lamps", "area": VILLAGE}, follow=True))
    assert "请读给对方" in filed
    code = _code(filed)
    with viewing(days.town.supervisor, days.now):
        case = Case.objects.get()
    page = f"/office/case/{case.pk}"
    assert "/do/file" not in text_of(clerk.get(page)), "who wrote it down does not file it"

    second = {"channel": "phone", "text": "东侧的路灯坏了", "matter": "street_lamps", "area": VILLAGE}
    assert case.number in text_of(clerk.post("/office/clerk/known", second))
    other = text_of(clerk.post(f"/office/clerk/follow/{case.pk}", second | {"phone": "10012345672"}, follow=True))
    assert "已跟进这件事" in other

    days.press("supervisor", page, "/do/file")
    days.press("dispatcher", page, "/do/dispatch", office=f"{COUNTY}:urban_management")
    days.press("handler", page, "/do/accept")
    days.press("handler", page, "/do/feed_back", evidence="换了灯泡")
    assert "/do/close" not in text_of(clerk.get(page))
    days.press("second_supervisor", page, "/do/close", check="夜里去看过，亮了")

    told = text_of(clerk.post("/office/clerk/ask", {"said": case.number, "phone": "100 1234 5671"}))
    assert "夜里去看过" in told
    hear_all(by=JOB, at=days.now)
    tell_followers(case_id=case.pk, by=JOB, at=days.later())
    with viewing(JOB, days.now):
        ends = set(Notice.objects.filter(channel="sms").values_list("text_key", flat=True))
    assert {"case.closed", "hotline.followed_ended"} <= ends

    caller = days.client("public")
    assert "/track/confirm" in text_of(caller.post("/track", {"code": code}, follow=True))
    days.press("public", "/track/case", "/track/confirm")
    with viewing(days.town.supervisor, days.now):
        assert Case.objects.get().state == "confirmed"
    followed = days.client("neighbour").post("/track", {"code": _code(other)})
    assert followed.headers["Location"] == f"/cases/{case.number}"
