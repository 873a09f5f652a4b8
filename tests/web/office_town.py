"""The town seen through its pages: clients logged in as the cast, at a stopped clock."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from io import BytesIO
from typing import Self
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client
from PIL import Image

from gridcommons.access.identify import program
from gridcommons.access.models import User
from gridcommons.cases.actions import Reported, accept, dispatch, feed_back, file_case, report_case
from gridcommons.cases.counting import count_days
from gridcommons.cases.filing import Report
from gridcommons.people.contacts import Contact
from gridcommons.workforce.actions import add_worker, assign
from town import AT, COUNTY, GRID, HERE, Town

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
HTML = '<script>alert("1")</script><b>&'
ESCAPED = "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;&lt;b&gt;&amp;"
STAFF = ("supervisor", "dispatcher", "handler", "worker")
LATER = AT + timedelta(hours=6)


class Moment(datetime):
    """The front's clock, standing where a test puts it."""

    standing = LATER

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> Self:
        return cls.fromtimestamp(cls.standing.timestamp(), tz or UTC)


def stop_clock(monkeypatch: pytest.MonkeyPatch, at: datetime = LATER) -> None:
    """Let every request come at one moment."""
    monkeypatch.setattr(Moment, "standing", at)
    monkeypatch.setattr("gridcommons.web.front.datetime", Moment)


def client_of(town: Town, name: str, language: str = "zh-hans") -> Client:
    """A browser of one of the cast."""
    client = Client()
    viewer = getattr(town, name)
    if viewer.user_id is not None:
        client.force_login(User.objects.get(pk=viewer.user_id), backend=BACKEND)
    client.cookies["language"] = language
    return client


def report(town: Town, at: datetime = AT, **more: object) -> Reported:
    """A lamp reported by somebody passing."""
    facts: dict[str, object] = {"matter_key": "street_lamps", "text": "路灯不亮", "lon": HERE[0], "lat": HERE[1]}
    return report_case(report=Report(**(facts | more)), channel="page", by=town.public, at=at)  # type: ignore[arg-type]


def to_dispatched(town: Town, case_id: UUID, kind: str = "urban_management") -> None:
    file_case(case_id=case_id, by=town.supervisor, at=AT + timedelta(minutes=10))
    dispatch(case_id=case_id, to_area=COUNTY, to_kind=kind, by=town.dispatcher, at=AT + timedelta(minutes=20))


def to_handled(town: Town, case_id: UUID) -> None:
    to_dispatched(town, case_id)
    accept(case_id=case_id, by=town.handler, at=AT + timedelta(minutes=30))
    feed_back(case_id=case_id, evidence="灯泡已更换", by=town.handler, at=AT + timedelta(hours=2))


def with_contact(town: Town, *, shared: bool) -> Reported:
    """A report whose reporter left a name and a phone."""
    return report(town, contact=Contact(name="测试甲", phone="10012345678"), share_with_handler=shared)


def employ(town: Town) -> None:
    """Give the worker their post in the grid."""
    setup = program("test town")
    worker = add_worker(
        name="测试网格员", employment="employed", user_id=town.worker.user_id, work_phone="10000000001", by=setup, at=AT
    )
    assign(worker_id=worker.pk, grid_code=GRID, post="full_time", since=AT.date(), by=setup, at=AT)


def count(at: datetime = LATER) -> None:
    """Post the counts of the last sixty days."""
    count_days(first=at.date() - timedelta(days=60), last=at.date(), by=program("counting"), at=at)


def picture() -> bytes:
    """A small photo."""
    out = BytesIO()
    Image.new("RGB", (64, 48), (40, 90, 90)).save(out, "JPEG")
    return out.getvalue()


def refused_whole(answer: HttpResponse, text: str) -> bool:
    """Whether a text too long was refused in one sentence, and stands on the page whole."""
    page = answer.getvalue().decode()
    said = re.findall("The text is too long: |文字太长：", page)
    return (answer.status_code, len(said)) == (413, 1) and f">{text}</textarea>" in page


def text_of(answer: HttpResponse) -> str:
    """The page as text; what comes in pieces is put together."""
    return answer.getvalue().decode()
