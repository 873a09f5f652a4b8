"""Photos that go out: which are told of over a link, the signed address of each, and what opens one.

An address opens one photo of one case for one link and for some hours. It is signed with a secret that nobody over
there has; what may be seen is asked anew at each fetching, so that an address outlives nothing that it depends on.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.db.models import F

from gridcommons.access.rules import Viewer
from gridcommons.cases.partners.acting import terms_of
from gridcommons.cases.partners.calling import read_house
from gridcommons.cases.partners.content import Shown
from gridcommons.cases.partners.keeping import photo_secret
from gridcommons.cases.partners.linking import locked
from gridcommons.cases.partners.models import Health, Link, Picture, Sending
from gridcommons.cases.partners.policy import policy
from gridcommons.cases.partners.queries import photo_for
from gridcommons.cases.partners.rules import Seen
from gridcommons.kit.errors import Refusal, refusal_kind, refuse

_LONGEST: Final = 12
_MINUTE: Final = timedelta(minutes=1)
NOT_OURS = refusal_kind(
    "partner.photo_not_ours",
    status=403,
    zh="这个照片网址不完整，或不是本平台发出的。请原样使用消息里的网址。",
    en="This address of a photo is cut off or is not one of ours. Use it just as the message gave it.",
)
PHOTO_OVER = refusal_kind(
    "partner.photo_over",
    status=410,
    zh="这个照片网址已失效：已过时限，或事项、照片已不再提供给该系统。仍需要时请承办单位重新发送。",
    en="This address opens nothing any more: its time is over, or the case or the photo is no longer for this system. "
    "If it is still needed, the office can send it again.",
)
TOO_FAST = refusal_kind(
    "partner.too_fast",
    status=429,
    zh="每项对接每分钟最多传{most}张照片，请在下一分钟再试。",
    en="A link has {most} photos a minute; go on in the next minute.",
)


@dataclass(frozen=True)
class Ticket:
    """What an address of a photo says: of which case, till when (Unix seconds), and the signature; as it came."""

    photo: UUID
    case: str
    until: str
    sign: str


@dataclass(frozen=True)
class Given:
    """A photo handed out, or why it was not."""

    content: bytes = b""
    refusal: Refusal | None = None


def own_address() -> str:
    """The address of this house for departments' systems; empty where the operator gave none."""
    return read_house(Path(settings.DATA)).address


def _sign(link: UUID, case: UUID, photo: UUID, until: int) -> str:
    said = f"photo/1\n{link.hex}\n{case.hex}\n{photo.hex}\n{until}".encode()
    return hmac.new(photo_secret(link), said, "sha256").hexdigest()


def address_of(link: Link, case: UUID, photo: UUID, until: datetime, house: str) -> str:
    """Where a link's system fetches one photo until a moment."""
    seconds = int(until.timestamp())
    facts = {"case": str(case), "until": str(seconds), "sign": _sign(link.pk, case, photo, seconds)}
    return f"{house}/partners/{link.key}/photo/{photo}?{urlencode(facts)}"


def addressed(photos: Iterable[Shown], link: Link, case: UUID, house: str, at: datetime) -> list[Shown]:
    """Photos as they are told of, with their addresses."""
    until = (at + policy().photo_rules.opens_for).replace(microsecond=0)
    return [
        {**one, "url": address_of(link, case, UUID(str(one["id"])), until, house),
         "until": until.astimezone(UTC).isoformat(timespec="seconds")}
        for one in photos
    ]  # fmt: skip


def case_of_ticket(link: Link, ticket: Ticket, now: datetime) -> UUID:
    """The case that an address opens a photo of; refuses one that was not signed here or whose time is over."""
    plain = ticket.until.isascii() and ticket.until.isdigit() and len(ticket.until) <= _LONGEST
    try:
        case = UUID(ticket.case)
    except ValueError:
        raise refuse(NOT_OURS) from None
    wanted = _sign(link.pk, case, ticket.photo, int(ticket.until)) if plain else ""
    if not plain or not hmac.compare_digest(ticket.sign.encode(), wanted.encode()):
        raise refuse(NOT_OURS)
    if now.timestamp() >= int(ticket.until):
        raise refuse(PHOTO_OVER)
    return case


def counted(link_id: UUID, at: datetime) -> Refusal | None:
    """Count one photo of a link; the refusal of one more than its minute holds. Inside a deed that comes to its end."""
    health = Health.objects.select_for_update().get(pk=link_id)
    minute = at.replace(second=0, microsecond=0)
    same = health.minute is not None and minute - health.minute < _MINUTE
    health.minute, health.calls = (health.minute, health.calls + 1) if same else (minute, 1)
    health.save(update_fields=["minute", "calls"])
    most = policy().photo_rules.per_minute
    return refuse(TOO_FAST, most=most) if health.calls > most else None


def given(link_id: UUID, case_id: UUID, photo_id: UUID, by: Viewer, at: datetime) -> Given:
    """Hand one photo out by a look in the link's own sight, if all still holds; called inside its deed."""
    link = locked(link_id)
    if refusal := counted(link_id, at):
        return Given(refusal=refusal)
    row = Picture.objects.filter(pairing__link=link, pairing__case=case_id, photo=photo_id, back=False).first()
    if row is None or not terms_of(link).with_photos:
        return Given(refusal=refuse(PHOTO_OVER))
    try:
        _photo, content = photo_for(case_id=case_id, photo_id=photo_id, link=link.key, viewer=by, at=at)
    except Refusal:
        return Given(refusal=refuse(PHOTO_OVER))
    if row.state != Seen.FETCHED.value:
        row.state, row.reason, row.changed_at = Seen.FETCHED.value, "", at
        row.save()
    return Given(content)


def told(row: Sending, photos: Sequence[Shown], state: Seen, at: datetime) -> None:
    """Note which photos an event speaks of; one that was fetched or filed stays so."""
    if row.pairing is None:
        return
    open_ones = [Seen.TOLD.value, Seen.WAITING.value, Seen.STUCK.value, Seen.OVER.value]
    for one in photos:
        facts = {"link": row.link, "sending": row, "state": state.value, "at": at, "changed_at": at}
        known, is_new = Picture.objects.get_or_create(pairing=row.pairing, photo=UUID(str(one["id"])), defaults=facts)
        if not is_new and not known.back and known.state in open_ones:
            known.sending, known.state, known.reason, known.changed_at = row, state.value, "", at
            known.save()


def untold(row: Sending, photos: Sequence[Shown]) -> list[Shown]:
    """Those that no other event of the case spoke of."""
    others = Picture.objects.filter(pairing=row.pairing, photo__isnull=False).exclude(sending=row)
    known = {str(pk) for pk in others.values_list("photo", flat=True)}
    return [one for one in photos if one["id"] not in known]


def unsay(row: Sending) -> None:
    """An event that never goes told of nothing; what one before it told of stays told."""
    rows = Picture.objects.filter(sending=row, state=Seen.TOLD.value)
    rows.filter(went__isnull=True).delete()
    rows.update(sending=F("went"))


def went_out(row: Sending) -> None:
    """An event that went out told of its photos."""
    Picture.objects.filter(sending=row, back=False).update(went=row)
