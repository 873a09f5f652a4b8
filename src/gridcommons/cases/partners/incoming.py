"""What comes in: kept as it came, acknowledged, understood afterwards and again if need be; inside its deeds."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from gridcommons.access.rules import Viewer
from gridcommons.cases.actions import accept, feed_back, send_back
from gridcommons.cases.models import Case
from gridcommons.cases.partners.acting import terms_of, viewer_for
from gridcommons.cases.partners.models import Arrival, Link, Pairing, Paper
from gridcommons.cases.partners.rules import Heard, Standing, understand
from gridcommons.cases.partners.serving import keys_of
from gridcommons.cases.partners.taking import media_of, named
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.clock import require_aware
from gridcommons.kit.errors import Refusal

ID_LENGTH: Final = 100
_STATUS: Final = 40
_WORDS: Final = 2_000
Take = Callable[[UUID, str, Viewer, datetime], object]
_TAKE: Final[Mapping[str, Take]] = {
    "accept": lambda case, _words, by, at: accept(case_id=case, by=by, at=at),
    "send_back": lambda case, words, by, at: send_back(case_id=case, reason=words, by=by, at=at),
    "feed_back": lambda case, words, by, at: feed_back(case_id=case, evidence=words, by=by, at=at),
}
"""The only steps that a partner's system can take: the office's own, and no closing."""


@dataclass(frozen=True)
class Said:
    """What a message says: of which case, the status, the words, when, where a picture lies. `event_id` is theirs."""

    event_id: str
    number: str
    remote_id: str
    status: str
    words: str
    at: datetime
    media: str = ""


def read(text: str, got_at: datetime) -> Said | None:
    """A message from its text; None where it cannot be read. Without a time of its own it is as of when it came."""
    try:
        raw = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(raw, dict) or not isinstance(raw.get("status"), str) or not raw["status"].strip():
        return None
    try:
        at = require_aware(datetime.fromisoformat(str(raw["at"]))) if raw.get("at") else got_at
        words = clean_text(str(raw.get("note") or ""), limit=_WORDS)
    except (ValueError, TypeError, OverflowError, Refusal):
        return None
    return Said(
        _short(raw.get("event_id")), _short(raw.get("number")), _short(raw.get("id")),
        raw["status"].strip()[:_STATUS], words, at, media_of(raw),
    )  # fmt: skip


def _short(value: Any) -> str:
    text = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return text.strip() if text.isprintable() and len(text) <= ID_LENGTH else ""


def kept(link: Link, raw: str, event_id: str, at: datetime) -> tuple[Arrival, bool]:
    """Keep a message as it came, and whether it is new; the same again is what was kept before."""
    digest = hashlib.sha256(raw.encode(errors="replace")).hexdigest()
    said = read(raw, at)
    named = (said.event_id if said else "") or event_id or digest
    before = list(Arrival.objects.filter(link=link, event_id=named))
    same = next((one for one in before if one.digest == digest), None)
    if same is not None:
        return same, False
    row = Arrival(link=link, event_id=named, digest=digest, got_at=at, status=said.status if said else "")
    if before:
        row.state, row.reason = Heard.LOOK.value, "same_id"
    row.save()
    Paper.objects.create(
        id=row.pk, body=raw.replace("\0", ""), area_code=link.area_code, parties=keys_of(link),
        made_at=at,
    )  # fmt: skip
    return row, True


def understood(arrival_id: UUID, at: datetime) -> Arrival | None:
    """Understand a kept message and do what it asks for; None where another process does. It can be done again."""
    rows = Arrival.objects.select_for_update(skip_locked=True, of=("self",)).select_related("link")
    row = rows.filter(pk=arrival_id, state__in=[Heard.NEW.value, Heard.LOOK.value]).first()
    if row is None:
        return None
    paper = Paper.objects.filter(pk=row.pk).first()
    said = read(paper.body, row.got_at) if paper else None
    state, row.reason, row.step = _result(row, said, at) if said else (Heard.LOOK, "unreadable", "")
    row.state = state.value
    row.save()
    return row


def _result(row: Arrival, said: Said, at: datetime) -> tuple[Heard, str, str]:
    row.status = said.status
    pairing = _pairing(row.link, said)
    if pairing is None:
        return Heard.LOOK, "unknown_case", ""
    row.pairing = pairing
    viewer = viewer_for(row.link)
    case = Case.objects.filter(pk=pairing.case_id).first() if pairing.case_id else None
    if case is None or not pairing.there:  # of other kinds a system takes no steps
        return Heard.LOOK, "left_office" if pairing.case_id else "asks_person", ""
    named(row.link, pairing, said.media, at)
    terms = terms_of(row.link)
    found = understand(
        step=terms.mapping.step(said.status), words=said.words, said_at=said.at, now=at,
        standing=Standing(case.state, pairing.status_at, _since(case)), acts=terms.acts,
    )  # fmt: skip
    if found.look:
        return Heard.LOOK, found.reason, ""
    if found.reason == "older":
        return Heard.UNCHANGED, found.reason, ""
    refused = _taken(found.steps, case.pk, said.words, viewer, at)
    if refused:
        return Heard.LOOK, refused[:60], ""
    pairing.status, pairing.status_at = said.status, said.at
    pairing.remote_id = pairing.remote_id or said.remote_id
    pairing.save()
    return (Heard.DONE if found.steps else Heard.UNCHANGED), found.reason, "+".join(found.steps)


def _since(case: Case) -> datetime | None:
    """When a case was last given to its office, or back to it."""
    given = case.steps.filter(action__in=["dispatch", "appoint", "entrust", "rework"]).order_by("-at")
    return given.values_list("at", flat=True).first()


def _taken(steps: tuple[str, ...], case_id: UUID, words: str, viewer: Viewer, at: datetime) -> str:
    """Take the steps in the office's name, all or none; returns the code of a refusal."""
    try:
        with transaction.atomic():
            for step in steps:
                _TAKE[step](case_id, words, viewer, at)
    except Refusal as refusal:
        return refusal.code
    return ""


def _pairing(link: Link, said: Said) -> Pairing | None:
    """The case that a message speaks of: by our number or by their id, and by both where both are said."""
    rows = Pairing.objects.select_for_update().filter(link=link)
    if not said.number and not said.remote_id:
        return None
    if said.number:
        rows = rows.filter(number=said.number)
        theirs = Q(remote_id="") | Q(remote_id=said.remote_id) if said.remote_id else Q()
        return rows.filter(theirs).first()
    return rows.filter(remote_id=said.remote_id).first()


def polled(pairing: Pairing, row: Mapping[str, str], at: datetime) -> Arrival | None:
    """What a department's Open311 says of a request, kept as a message if it is another word than the last."""
    remote = pairing.remote_id or row.get("service_request_id", "")[:ID_LENGTH]
    status = row.get("status", "").strip().lower()[:_STATUS]
    known = Pairing.objects.select_for_update().get(pk=pairing.pk)
    known.remote_id, known.token = remote, "" if remote else known.token
    said = {
        "id": remote, "number": known.number, "status": status, "note": row.get("status_notes", "")[:_WORDS],
        "at": row.get("updated_datetime") or None,
    }  # fmt: skip
    said |= {"media_url": media} if (media := media_of(row)) else {}
    raw = json.dumps(said, ensure_ascii=False, sort_keys=True)
    seen = hashlib.sha256(raw.encode()).hexdigest()
    arrival = None
    if status and seen != known.seen:
        known.seen = seen
        arrival, _new = kept(known.link, raw, f"poll-{seen[:32]}", at)
    known.save()
    return arrival
