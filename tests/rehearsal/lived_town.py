"""A small county in which the demo's rooms can be filled without a running program, at any moment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from itertools import count
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from collection.field_town import admit
from gridcommons.access.identify import program
from gridcommons.cases.partners.actions import post
from gridcommons.collection.forms.actions import Draft as NewForm
from gridcommons.collection.forms.actions import draft_form, publish_form
from gridcommons.collection.forms.shipping import shipped_form
from gridcommons.rehearsal.county import SUICHANG
from gridcommons.rehearsal.phones import Answer, Phone
from gridcommons.rehearsal.rooms import Stage

HEADERS: Final = {"X-OpenRosa-Version": "1.0", "Accept-Language": "zh"}
_heard = count(1)
IN_USE = ("home_fire_safety", "household_basics", "visit_note")


def listener(now: datetime) -> Callable[[Sequence[UUID]], datetime]:
    """What the listener does with sealed dispatches."""

    def told(cases: Sequence[UUID]) -> datetime:
        for case in cases:
            post(case_id=case, what="case.dispatch", who="user:x", heard=next(_heard), by=program("partners"), at=now)
        return now

    return told


class Pocket(Phone):
    """A phone of this process: what it asks and sends goes to the same door without a network."""

    def _get(self, address: str) -> bytes:
        parts = urlsplit(address)
        answer = Client().get(f"{parts.path}?{parts.query}", headers=HEADERS)
        assert answer.status_code == 200, address
        return b"".join(answer.streaming_content) if answer.streaming else answer.content

    def send(self, xml: bytes) -> Answer:
        """POST one filled form."""
        sent = {"xml_submission_file": SimpleUploadedFile("f.xml", xml, "text/xml")}
        answer = Client().post(f"/openrosa/key/{self.key}/submission", sent, headers=HEADERS)
        return Answer(answer.status_code, answer.content, answer.headers.get("X-Reason", ""))


def put_in_use(at: datetime) -> None:
    """The forms that rooms need: with a part of the staff there is no working time by which they could be admitted."""
    by = program("demo")
    for key in IN_USE:
        form = shipped_form(key)
        made = NewForm(form.key, form.name, form.matter, SUICHANG, form.kind, form.workbook())
        admit(made)
        publish_form(version_id=draft_form(draft=made, by=by, at=at).pk, by=by, at=at)


def stage_at(now: datetime) -> Stage:
    """The county's staff at a moment, its phones and its listener in this process."""
    return Stage(SUICHANG, now, listener(now), lambda key: Pocket("http://testserver", key))
