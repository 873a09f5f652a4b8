"""Links made, changed, agreed on and ended; called inside their deeds."""

from __future__ import annotations

import secrets
from dataclasses import asdict, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from gridcommons.access.hands import hand_of, office_to
from gridcommons.access.queries import OfficeFacts, offices
from gridcommons.access.rules import NO_DEED, Viewer
from gridcommons.cases.partners.acting import state_of, terms_of
from gridcommons.cases.partners.models import Health, Link, Sending
from gridcommons.cases.partners.rules import Seen, State, missing_second, unless_state
from gridcommons.cases.partners.serving import served_by
from gridcommons.cases.partners.terms import Terms
from gridcommons.kit.errors import refusal_kind, refuse, require_none
from gridcommons.kit.masking import masked_text

_ALPHABET: Final = "23456789abcdefghjkmnpqrstvwxyz"
_REASON: Final = 300
REASON_LEAST: Final = 6
_API_KEY: Final = 200
UNKNOWN = refusal_kind(
    "partner.unknown",
    status=404,
    zh="没有这项对接或这条记录。",
    en="There is no such link or record.",
)
NO_REASON = refusal_kind(
    "partner.no_reason",
    status=400,
    zh="请写明理由（至少{least}个字），不要写人名和电话。",
    en="Say why ({least} signs at least); name no person and no phone.",
)
BAD_KEY = refusal_kind(
    "partner.bad_key",
    status=400,
    zh="接口密钥应是一行不含空格的字母、数字或符号，最多{most}个。",
    en="An api key is one line of letters, digits or signs without blanks, {most} at most.",
)


def why(text: str) -> str:
    """A reason, masked; refuses one that says nothing."""
    said = masked_text(text, limit=_REASON)
    if len(said) < REASON_LEAST:
        raise refuse(NO_REASON, least=REASON_LEAST)
    return said


def locked(link_id: UUID) -> Link:
    """The link, locked; refuses an unknown one."""
    link = Link.objects.select_for_update().filter(pk=link_id).first()
    if link is None:
        raise refuse(UNKNOWN)
    return link


def office_of(office_id: UUID) -> OfficeFacts:
    """The office of a link; refuses an unknown one."""
    found = offices([office_id]).get(office_id)
    if found is None:
        raise refuse(UNKNOWN)
    return found


def made(office_id: UUID, terms: Terms, reason: str, by: Viewer, at: datetime) -> Link:
    """A new link that waits for its second person."""
    if by.user_id is None:
        raise refuse(NO_DEED)
    office = office_of(office_id)
    link = Link(
        key="".join(secrets.choice(_ALPHABET) for _ in range(10)), office_id=office.id, area_code=office.area_code,
        asked_by_id=by.user_id, asked_at=at, reason=why(reason), key_changed_at=at,
    )  # fmt: skip
    _write(link, terms)
    link.save()
    Health.objects.create(link=link)
    return link


def changed(link_id: UUID, terms: Terms, reason: str, by: Viewer, at: datetime) -> Link:
    """Other terms are another edition: nothing leaves by them before a second person agrees anew."""
    if by.user_id is None:
        raise refuse(NO_DEED)
    link = locked(link_id)
    require_none(unless_state(state_of(link), "waiting", "live"))
    _write(link, replace(terms, kind=link.kind))
    link.edition += 1
    link.asked_by_id, link.asked_at, link.reason = by.user_id, at, why(reason)
    link.confirmed_by_id, link.confirmed_at = None, None
    link.save()
    return link


def _write(link: Link, terms: Terms) -> None:
    held = asdict(terms) | {"mapping": terms.mapping.as_text()}
    for name, value in held.items():
        setattr(link, name, list(value) if isinstance(value, tuple) else value)


def agreed(link_id: UUID, edition: int, by: Viewer, at: datetime) -> Link:
    """The second person agrees to exactly the edition they read."""
    link = locked(link_id)
    if by.user_id is None:
        raise refuse(NO_DEED)
    asker_office = office_to(link.asked_by_id, "partner.draft", at)
    asker = hand_of(link.asked_by_id, at, *([asker_office] if asker_office else []))
    reasons = missing_second(asker, hand_of(by.user_id, at), served_by(link))
    require_none((*reasons, *unless_state(state_of(link) if edition == link.edition else "ended", "waiting")))
    link.confirmed_by_id, link.confirmed_at = by.user_id, at
    link.save(update_fields=["confirmed_by", "confirmed_at"])
    if not terms_of(link).with_photos:
        _no_more_photos(link, at)
    return link


def _no_more_photos(link: Link, at: datetime) -> None:
    """What still waits of photos, either way, is over."""
    open_ones = [Seen.WAITING.value, Seen.TOLD.value, Seen.STUCK.value]
    rows = link.pictures.filter(state__in=open_ones)
    rows.update(state=Seen.OVER.value, reason="", address="", next_at=None, changed_at=at)


def over(link_id: UUID, by: Viewer, at: datetime) -> Link:
    """End a link for good: what still waits is passed over, and nothing that comes in is taken."""
    link = locked(link_id)
    require_none(unless_state(state_of(link), "waiting", "live", "paused"))
    link.ended_at, link.ended_by = at, by.key
    link.save(update_fields=["ended_at", "ended_by"])
    open_ones = link.sendings.filter(ended_at__isnull=True)
    open_ones.update(state=State.PASSED.value, reason="link_ended", ended_at=at, ended_by=by.key, next_at=None)
    link.pairings.update(next_poll_at=None)
    _no_more_photos(link, at)
    return link


def new_key(link_id: UUID, at: datetime) -> Link:
    """Another secret; what comes in may be signed with the one before for a week."""
    link = locked(link_id)
    require_none(unless_state(state_of(link), "waiting", "live"))
    link.key_number, link.key_changed_at = link.key_number + 1, at
    link.save(update_fields=["key_number", "key_changed_at"])
    return link


def checked_api_key(text: str) -> str:
    """The api key of a department's system as it can be sent."""
    said = text.strip()
    if not said or len(said) > _API_KEY or not said.isascii() or not said.isprintable() or " " in said:
        raise refuse(BAD_KEY, most=_API_KEY)
    return said


def test_message(link_id: UUID, by: Viewer, at: datetime) -> Sending:
    """A message that speaks of no case, at the head of its own line."""
    link = locked(link_id)
    require_none(unless_state(state_of(link), "live"))
    Health.objects.filter(link=link).update(shut_until=None)
    return Sending.objects.create(link=link, event="link.test", made_at=at, next_at=at, said=by.key)
