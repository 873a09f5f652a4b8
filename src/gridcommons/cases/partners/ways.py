"""The ways out that call: a signed webhook, and the client of a department's Open311. Values in, an outcome out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit
from xml.etree import ElementTree as Tree

from gridcommons.cases.partners.calling import Answer, Caller, Failed
from gridcommons.cases.partners.rules import Outcome
from gridcommons.notices.signing import signature

_OK, _MORE, _BAD, _TAKEN = 200, 300, 400, 409
_LOGIN: Final = frozenset({401, 403})
_BUSY: Final = frozenset({408, 425, 429, 503})
_GONE: Final = frozenset({404, 405, 410})
_UNSURE: Final = frozenset({502, 504})
_LONGEST_WAIT: Final = 6 * 3_600
_ID_LENGTH: Final = 100


@dataclass(frozen=True)
class Parcel:
    """Something to hand over: the event with its id, the text kept for it, what the case is called over there."""

    event: str
    event_id: str
    body: str
    remote_id: str = ""


@dataclass(frozen=True)
class Door:
    """Where a link leads: address, format, the secret or api key with its name, whether updates are taken."""

    url: str
    form: str
    secret: bytes
    key_id: str = ""
    updates: bool = False


def post_webhook(parcel: Parcel, door: Door, caller: Caller, now: datetime) -> Outcome:
    """Hand an event over; only a receipt that names it counts. A repeat carries the same id and the same bytes."""
    raw, moment = parcel.body.encode(), int(now.timestamp())
    headers = {
        "Content-Type": "application/json; charset=utf-8", "Accept": "application/json",
        "Idempotency-Key": parcel.event_id, "X-Gridcommons-Event": parcel.event, "X-Gridcommons-Key": door.key_id,
        "X-Gridcommons-Time": str(moment),
        "X-Gridcommons-Signature": signature(
            door.secret, time=moment, method="POST", path=urlsplit(door.url).path or "/", body=raw
        ),
    }  # fmt: skip
    try:
        answer = caller.call("POST", door.url, headers=headers, body=raw)
    except Failed as failed:
        return Outcome("later", failed.reason, shut=True)
    return _receipt(answer, parcel)


def _receipt(answer: Answer, parcel: Parcel) -> Outcome:
    code = str(answer.status)
    taken = _OK <= answer.status < _MORE or answer.status == _TAKEN
    if not taken:
        return _not_taken(answer)
    said = _json(answer.body)
    receipt = said.get("receipt") if isinstance(said, dict) else None
    if not isinstance(said, dict) or not isinstance(receipt, str):
        return Outcome("stuck" if answer.status == _TAKEN else "later", "no_receipt", code)
    if receipt != parcel.event_id:
        return Outcome("stuck", "other_receipt", code)
    return Outcome("sent", "", code, remote_id=_id(said.get("id")))


def _not_taken(answer: Answer) -> Outcome:
    """What everything that is no 2xx means: refused content waits for a person, the rest is tried again."""
    code, status = str(answer.status), answer.status
    if status in _LOGIN:
        return Outcome("later", "refused_key", code, shut=True)
    if status in _BUSY or status in _GONE:
        return Outcome("later", "busy" if status in _BUSY else "not_found", code, shut=True, wait=_wait(answer))
    if _MORE <= status < _BAD:
        return Outcome("later", "redirect", code, shut=True)
    if status >= 500 or status < _OK:  # noqa: PLR2004 - their own fault
        return Outcome("later", "fault", code, shut=True, wait=_wait(answer))
    return Outcome("stuck", "turned_away", code)


def _wait(answer: Answer) -> timedelta | None:
    text = answer.headers.get("retry-after", "")
    plain = text.isascii() and text.isdigit() and len(text) < 10  # noqa: PLR2004 - seconds
    return timedelta(seconds=min(int(text), _LONGEST_WAIT)) if plain else None


def _json(raw: bytes) -> Any:
    try:
        return json.loads(raw)
    except (ValueError, RecursionError):
        return None


def _id(said: Any) -> str:
    """An id of theirs as text without signs that are none; empty for anything else."""
    text = str(said) if isinstance(said, str | int) and not isinstance(said, bool) else ""
    return text if text.isprintable() and len(text) <= _ID_LENGTH else ""


def post_open311(parcel: Parcel, door: Door, caller: Caller, now: datetime) -> Outcome:
    """A new request for what was dispatched, an update for what changed where they take updates.

    The standard knows no way to post twice without harm: where nobody knows whether a request arrived, a person looks.
    """
    if parcel.event == "link.test":
        return _discovered(door, caller)
    if not door.secret:
        return Outcome("later", "no_key", shut=True)
    fields: dict[str, str] = json.loads(parcel.body)
    if parcel.event == "case.dispatched" and not parcel.remote_id:
        return _requested(fields, door, caller)
    if not parcel.remote_id or not door.updates:
        told = parcel.event == "case.withdrawn" or "media_url" in fields
        return Outcome("stuck", "tell_by_hand") if told else Outcome("passed", "nothing_to_tell")
    return _updated(parcel, fields, door, caller, now)


def _form(fields: Mapping[str, str], path: str, door: Door, caller: Caller) -> Answer:
    body = urlencode({**fields, "api_key": door.secret.decode()}).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": f"application/{door.form}"}
    return caller.call("POST", f"{door.url}/{path}.{door.form}", headers=headers, body=body)


def _requested(fields: Mapping[str, str], door: Door, caller: Caller) -> Outcome:
    try:
        answer = _form(fields, "requests", door, caller)
    except Failed as failed:
        return (
            Outcome("stuck", "uncertain", shut=True) if failed.reached else Outcome("later", failed.reason, shut=True)
        )
    code = str(answer.status)
    if answer.status in _UNSURE:
        return Outcome("stuck", "uncertain", code, shut=True)
    if not _OK <= answer.status < _MORE:
        return _not_taken(answer)
    row = next(iter(rows_of(answer.body, door.form, "request")), {})
    remote, token = _id(row.get("service_request_id")), _id(row.get("token"))
    if not remote and not token:
        return Outcome("stuck", "uncertain", code)
    return Outcome("sent", "", code, remote_id=remote, token="" if remote else token)


def _updated(parcel: Parcel, fields: Mapping[str, str], door: Door, caller: Caller, now: datetime) -> Outcome:
    """An update carries its own id, by which they know it again: a repeat does no harm."""
    closed = parcel.event in {"case.withdrawn", "case.ended"}
    form = {
        "service_request_id": parcel.remote_id, "update_id": parcel.event_id, "status": "CLOSED" if closed else "OPEN",
        "updated_datetime": now.astimezone(UTC).isoformat(timespec="seconds"),
        "description": fields.get("description", ""),
        **({"media_url": fields["media_url"]} if "media_url" in fields else {}),
    }  # fmt: skip
    try:
        answer = _form(form, "servicerequestupdates", door, caller)
    except Failed as failed:
        return Outcome("later", failed.reason, shut=True)
    return Outcome("sent", "", str(answer.status)) if _OK <= answer.status < _MORE else _not_taken(answer)


def _get(path: str, door: Door, caller: Caller) -> Answer:
    return caller.call("GET", f"{door.url}/{path}.{door.form}", headers={"Accept": f"application/{door.form}"})


def _discovered(door: Door, caller: Caller) -> Outcome:
    """A test asks for their list of services, which changes nothing over there."""
    try:
        answer = _get("services", door, caller)
    except Failed as failed:
        return Outcome("later", failed.reason, shut=True)
    if not _OK <= answer.status < _MORE:
        return _not_taken(answer)
    found = rows_of(answer.body, door.form, "service")
    return Outcome("sent", "", str(answer.status)) if found else Outcome("stuck", "no_receipt", str(answer.status))


def asked_open311(remote_id: str, token: str, door: Door, caller: Caller) -> tuple[dict[str, str], Outcome]:
    """What they say of a request now, or of a token; empty where they say nothing yet. And what came of asking."""
    path = f"requests/{quote(remote_id, safe='')}" if remote_id else f"tokens/{quote(token, safe='')}"
    try:
        answer = _get(path, door, caller)
    except Failed as failed:
        return {}, Outcome("later", failed.reason, shut=True)
    if not _OK <= answer.status < _MORE:
        known = answer.status not in _GONE
        return {}, _not_taken(answer) if known else Outcome("sent", "", str(answer.status))
    row = next(iter(rows_of(answer.body, door.form, "request")), {})
    return row, Outcome("sent", "", str(answer.status))


def rows_of(raw: bytes, form: str, item: str) -> list[dict[str, str]]:
    """The rows of an answer in GeoReport's XML or JSON; none where it is neither."""
    if form == "json":
        said = _json(raw)
        rows = said if isinstance(said, list) else []
        return [{str(k): _text(v) for k, v in row.items()} for row in rows if isinstance(row, dict)]
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        return []
    try:
        root = Tree.fromstring(raw)  # noqa: S314 - no document type comes this far, and the size is bounded
    except (Tree.ParseError, ValueError, LookupError):
        return []
    return [{cell.tag: (cell.text or "").strip() for cell in row} for row in root.iter(item)]


def _text(value: Any) -> str:
    return "" if value is None else str(value)
