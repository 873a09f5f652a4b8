"""The doors: who signed, for this link, for this address, within five minutes; then a message or a picture is kept.

A photo goes out to whoever holds an address that was signed here, while all still holds that it depends on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gridcommons.cases.partners.acting import viewer_for
from gridcommons.cases.partners.actions import arrive, hand_photo, take_photo
from gridcommons.cases.partners.giving import NOT_OURS, PHOTO_OVER, Ticket, case_of_ticket
from gridcommons.cases.partners.incoming import ID_LENGTH
from gridcommons.cases.partners.keeping import secrets_for
from gridcommons.cases.partners.models import Link
from gridcommons.cases.partners.policy import policy
from gridcommons.cases.partners.serving import is_paused
from gridcommons.cases.partners.taking import Taken
from gridcommons.kit.errors import Refusal, refusal_kind, refuse
from gridcommons.notices.signing import BAD_SIGNATURE, require_signed

_SAME_ID = "same_id"
TOO_MUCH = refusal_kind(
    "partner.too_much",
    status=413,
    zh="一条消息最多{most}字节，没有接收。",
    en="A message may have {most} bytes; nothing was taken.",
)
A_FORM = refusal_kind(
    "partner.a_form",
    status=415,
    zh="这里只接收 application/json 的正文，不接收表单，没有接收。请按接口说明重新发送。",
    en="A body of application/json is taken here, no form; nothing was taken. Send it as the manual describes.",
)
PAUSED = refusal_kind(
    "partner.paused",
    status=409,
    zh="这项对接已暂停：所属机构已随区划撤并，没有唯一的承接机构，消息没有接收；请与县里联系，另行建立对接。",
    en="This link is paused: its office ended when areas were redrawn and no single office took its place. Nothing was "
    "taken; ask the county for a new link.",
)
OTHER_CONTENT = refusal_kind(
    "partner.other_content",
    status=409,
    zh="这个事件编号已收到过不同的内容；这一条已另存，等待人工核对。",
    en="Other content came under this event id before; this one is kept apart for a person to look at.",
)


@dataclass(frozen=True)
class Envelope:
    """What came with a message: the link's key and the address it was posted to, what signs it, its own id."""

    key: str
    path: str
    key_id: str
    time: str
    signature: str
    event_id: str = ""


@dataclass(frozen=True)
class Receipt:
    """What the sender is told: under which id it is kept, and whether it was new."""

    event_id: str
    is_new: bool


def receive(envelope: Envelope, raw: bytes, now: datetime) -> Receipt:
    """Keep a message; a wrong key, a wrong signature and an unknown link are refused alike."""
    if len(raw) > policy().inbox_bytes:
        raise refuse(TOO_MUCH, most=policy().inbox_bytes)
    link = _signing(envelope, raw, now)
    named = envelope.event_id.strip()
    event_id = named if named.isprintable() and len(named) <= ID_LENGTH else ""
    row, is_new = arrive(
        link_id=link.pk, raw=raw.decode(errors="replace"), event_id=event_id, by=viewer_for(link), at=now
    )
    if row.reason == _SAME_ID:
        raise refuse(OTHER_CONTENT)
    return Receipt(row.event_id, is_new)


def receive_photo(envelope: Envelope, number: str, raw: bytes, now: datetime) -> Taken:
    """Keep a picture that a system posted to a case; refuses what is none and what was not agreed on."""
    link = _signing(envelope, raw, now)
    result = take_photo(link_id=link.pk, number=number, data=raw, by=viewer_for(link), at=now)
    if result.refusal is not None:
        raise result.refusal
    return result


def give_photo(key: str, ticket: Ticket, now: datetime) -> bytes:
    """The photo that an address opens; refuses one that was not signed here, and one that opens nothing any more."""
    link = Link.objects.filter(key=key).first()
    if link is None:
        raise refuse(NOT_OURS)
    case = case_of_ticket(link, ticket, now)
    try:
        given = hand_photo(link_id=link.pk, case_id=case, photo_id=ticket.photo, by=viewer_for(link), at=now)
    except Refusal:  # the link was ended, or other terms wait for a second person
        raise refuse(PHOTO_OVER) from None
    if given.refusal is not None:
        raise given.refusal
    return given.content


def _signing(envelope: Envelope, raw: bytes, now: datetime) -> Link:
    """Who signed; a wrong key, a wrong signature and an unknown link are refused alike, a paused one apart."""
    link = Link.objects.filter(key=envelope.key, ended_at__isnull=True, confirmed_at__isnull=False).first()
    if link is None or not any(_is_signed(envelope, raw, secret, now) for secret in _secrets(link, envelope, now)):
        raise refuse(BAD_SIGNATURE)
    if is_paused(link):
        raise refuse(PAUSED)
    return link


def _secrets(link: Link, envelope: Envelope, now: datetime) -> list[bytes]:
    return secrets_for(link, envelope.key_id, now)


def _is_signed(envelope: Envelope, raw: bytes, secret: bytes, now: datetime) -> bool:
    try:
        require_signed(
            envelope.signature, secret, method="POST", path=envelope.path, body=raw, time=envelope.time, now=now
        )
    except Refusal:
        return False
    return True
