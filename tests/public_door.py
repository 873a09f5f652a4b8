"""Visitors of the pages: a browser without and with an account, in either language, and what they read."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from io import BytesIO
from typing import Any

from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from gridcommons.access.identify import program
from gridcommons.access.rules import Viewer
from gridcommons.cases.actions import Reported, accept, close, dispatch, feed_back, file_case, report_case
from gridcommons.cases.filing import Report
from gridcommons.workforce.actions import add_worker, assign
from open311_door import NOW
from town import AT, COUNTY, GRID, HERE, VILLAGE, Town

LOGIN = "allauth.account.auth_backends.AuthenticationBackend"
ZH, EN = "zh-hans", "en"
_TAG = re.compile(r"<(script|style)\b.*?</\1>|<[^>]+>", re.DOTALL)
CODE = re.compile(r'id="code">([0-9A-Z-]{14})<')


def visitor(language: str = ZH, viewer: Viewer | None = None) -> Client:
    """A browser, signed in where a viewer is given."""
    client = Client()
    client.cookies["language"] = language
    if viewer is not None:
        client.force_login(get_user_model().objects.get(pk=viewer.user_id), backend=LOGIN)
        client.cookies["language"] = language
    return client


def words_of(answer: Any) -> str:
    """What a person reads on a page, on one line."""
    return " ".join(html.unescape(_TAG.sub(" ", answer.content.decode())).split())


def sent_by(client: Client, **facts: Any) -> Any:
    """The answer to the report form, filled as a person without script does; facts given replace the usual ones."""
    usual = {"matter": "street_lamps", "text": "路口的灯不亮", "village": VILLAGE}
    return client.post("/report", {key: value for key, value in (usual | facts).items() if value is not None})


def picture(width: int = 40, height: int = 30, name: str = "lamp.png") -> SimpleUploadedFile:
    """A small photo."""
    made = BytesIO()
    Image.new("RGB", (width, height), (20, 90, 90)).save(made, "PNG")
    return SimpleUploadedFile(name, made.getvalue(), content_type="image/png")


def staffed(town: Town) -> None:
    """A head and a worker for the first grid."""
    for name, post, phone in (("任网格", "head", "10012345678"), ("<b>张</b>", "full_time", "10087654321")):
        worker = add_worker(name=name, employment="employed", work_phone=phone, by=program("test"), at=AT)
        assign(worker_id=worker.id, grid_code=GRID, post=post, since=AT.date(), by=program("test"), at=AT)


def reported(town: Town, by: Viewer, text: str = "路灯坏了", matter: str = "street_lamps", **more: Any) -> Reported:
    """A report by its own deed."""
    report = Report(matter, text, lon=HERE[0], lat=HERE[1], **more)
    return report_case(report=report, channel="page", by=by, at=AT)


def brought_to_close(town: Town, made: Reported) -> None:
    """Every step up to the one that waits for the reporter."""
    case = made.case_id
    file_case(case_id=case, by=town.supervisor, at=AT + timedelta(minutes=10))
    dispatch(case_id=case, to_area=COUNTY, to_kind="urban_management", by=town.dispatcher, at=AT + timedelta(hours=1))
    accept(case_id=case, by=town.handler, at=AT + timedelta(hours=2))
    feed_back(case_id=case, evidence="灯泡已更换", by=town.handler, at=AT + timedelta(hours=3))
    close(case_id=case, check="到现场看过，灯亮了", by=town.worker, at=NOW - timedelta(hours=1))
