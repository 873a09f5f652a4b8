"""The extension `servicerequestupdates`: changes of public requests by dates, and news that offices' systems send."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from django.db import IntegrityError

from gridcommons.access.keyring.queries import Client
from gridcommons.cases.clients.actions import Told, tell_news
from gridcommons.cases.clients.marks import once_of
from gridcommons.cases.clients.queries import teller, told_before
from gridcommons.cases.clients.rules import (
    NAME_LIMIT,
    NO_UPDATE_ID,
    NOTHING_SAID,
    WORDS_LIMIT,
    Sent,
    came,
    meaning,
)
from gridcommons.cases.queries import public_steps
from gridcommons.cases.transitions import packaged
from gridcommons.kit.clock import w3c
from gridcommons.kit.errors import refuse
from gridcommons.matters.queries import current
from gridcommons.web.front import HouseRequest
from gridcommons.web.open311 import reading
from gridcommons.web.open311.answers import Answer, Value
from gridcommons.web.open311.door import listed
from gridcommons.web.open311.forms import Form, client_and_moment, fetch, form_of, is_lost
from gridcommons.web.open311.jurisdictions import jurisdiction_of
from gridcommons.web.open311.moments import moment, window
from gridcommons.web.open311.paging import headers_of, page_of
from gridcommons.web.open311.rows import CLOSED, ZONE

ROOT: Final = "service_request_updates"
_STATUS: Final = 40
_ONCE: Final = "sending_once"


def updates(request: HouseRequest, language: str) -> Answer:
    """How public requests changed between two dates, newest first; no words that nobody has read."""
    asked, page = request.GET, page_of(request, reading.MOST)
    area_code = jurisdiction_of(asked.get("jurisdiction_id", ""))
    numbers = listed(",".join(asked.getlist("service_request_id")))
    span = None if numbers else window(asked.get("start_date", ""), asked.get("end_date", ""), request.now)
    rows = public_steps(
        numbers=numbers, matter_keys=reading.public_keys((), current()), first=span[0] if span else None,
        last=span[1] if span else None, area_code=area_code, limit=page.size + 1, offset=page.first,
    )  # fmt: skip
    body = [_update(row, language) for row in page.cut(rows)]
    return Answer(ROOT, body, headers=headers_of(request, page, len(rows), span))


def _update(row: object, language: str) -> Value:
    """A public step as the extension has it."""
    number, state, at, note, pk = (getattr(row, name) for name in ("number", "state", "at", "note", "pk"))
    return {
        "update_id": str(pk),
        "service_request_id": number,
        "status": "closed" if state in CLOSED else "open",
        "updated_datetime": w3c(at, ZONE),
        "description": note or packaged().states[state].words.in_language(language),
        "external_status_code": state,
        "media_url": None,
    }


def post_update(request: HouseRequest, _language: str) -> Answer:
    """Take one piece of news of a case; the same update_id again is answered as before and changes nothing."""
    form = form_of(request)
    client, key, at = client_and_moment(request, form)
    jurisdiction_of(form.fields.get("jurisdiction_id") or request.GET.get("jurisdiction_id", ""))
    sent, told = _told(client, key, _sent(form, at), at)
    body: Value = [_receipt(sent, told)]
    return Answer(ROOT, body, status=201 if told.is_new else 200)


def _sent(form: Form, at: datetime) -> Sent:
    """The news in a form, its pictures by address not fetched yet; persons named in it are not read."""
    update_id = form.text("update_id", NAME_LIMIT)
    if not update_id:
        raise refuse(NO_UPDATE_ID, most=NAME_LIMIT)
    status, words = form.text("status", _STATUS), form.text("description", WORDS_LIMIT)
    meaning(status)
    linked = form.linked()
    if not (status or words or linked):
        raise refuse(NOTHING_SAID)
    said_at = form.text("updated_datetime")
    moment_said = min(moment(said_at), at) if said_at else at
    number = form.text("service_request_id", NAME_LIMIT)
    return Sent(number, update_id, status, moment_said, words, linked)


def _told(client: Client, key: str, sent: Sent, at: datetime) -> tuple[Sent, Told]:
    """The news as it came and the answer: the first one where it came before, even if the key has no part any more.

    Nothing is fetched for what came before.
    """
    once = once_of(key, f"news {sent.update_id}")
    before = told_before(client, sent, once)
    if before is not None:
        return sent, before
    sent = replace(sent, linked=fetch(sent.linked))
    if not (sent.status or sent.words or came(sent.linked)):
        raise refuse(NOTHING_SAID)
    try:
        return sent, tell_news(client=client, sent=sent, once=once, by=teller(client, sent.number), at=at)
    except IntegrityError as error:
        if _ONCE not in str(error):
            raise
    again = told_before(client, sent, once)
    if again is None:
        raise refuse(NO_UPDATE_ID, most=NAME_LIMIT)
    return sent, again


def _receipt(sent: Sent, told: Told) -> Value:
    return {
        "update_id": sent.update_id,
        "service_request_id": sent.number,
        "outcome": told.outcome,
        "media_taken": not is_lost(sent.linked, is_new=told.is_new),
    }
