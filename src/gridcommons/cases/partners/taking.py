"""Pictures that come back: judged, written anew, kept once with the case, and shown to nobody outside unchecked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import zip_longest
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from gridcommons.access.rules import Viewer
from gridcommons.cases.evidence import take_in
from gridcommons.cases.filing import PHOTO_BYTES
from gridcommons.cases.models import Case
from gridcommons.cases.partners.acting import live_links, terms_of
from gridcommons.cases.partners.calling import Caller, Failed
from gridcommons.cases.partners.giving import counted, own_address
from gridcommons.cases.partners.linking import UNKNOWN, locked
from gridcommons.cases.partners.models import Link, Pairing, Picture
from gridcommons.cases.partners.policy import policy
from gridcommons.cases.partners.rules import Outcome, Seen, State, after_try
from gridcommons.cases.partners.serving import is_with, served_by
from gridcommons.cases.partners.terms import picture_host
from gridcommons.kit.errors import Refusal, refusal_kind, refuse

NO_PICTURES = refusal_kind(
    "partner.no_pictures",
    status=403,
    zh="这项对接没有约定传照片，没有接收。",
    en="No photos were agreed on for this link; nothing was taken.",
)
NOT_THERE = refusal_kind(
    "partner.not_there",
    status=404,
    zh="这件事没有经这项对接发送，或已不在该单位，没有接收图片。",
    en="This case did not go over this link or is no longer with the office; the picture was not taken.",
)
_OK: Final = 200


@dataclass(frozen=True)
class Taken:
    """What became of a picture: kept under this checksum (of what is kept), known already, or refused."""

    sha256: str = ""
    photo: UUID | None = None
    is_new: bool = False
    refusal: Refusal | None = None


def sent_in(link_id: UUID, number: str, data: bytes, by: Viewer, at: datetime) -> Taken:
    """Take in a picture that a system posted; counted also when it is refused. Called inside its deed."""
    link = locked(link_id)
    if refusal := counted(link_id, at):
        return Taken(refusal=refusal)
    pairing = Pairing.objects.filter(link=link, number=number).first()
    result = _taken(link, pairing, data, by, at)
    if pairing and result.is_new:
        facts = {"link": link, "back": True, "state": Seen.TAKEN.value, "at": at, "changed_at": at}
        Picture.objects.get_or_create(pairing=pairing, photo=result.photo, defaults=facts)
    return result


def _taken(link: Link, pairing: Pairing | None, data: bytes, by: Viewer, at: datetime) -> Taken:
    """Keep it with the case, or say why not."""
    if not terms_of(link).with_photos:
        return Taken(refusal=refuse(NO_PICTURES))
    case = Case.objects.filter(pk=pairing.case_id).first() if pairing and pairing.there and pairing.case_id else None
    if case is None or not is_with(case, served_by(link)):
        return Taken(refusal=refuse(NOT_THERE))
    try:
        with transaction.atomic():
            photo, is_new = take_in(case.pk, data, by.key, policy().photo_rules.most_back, at)
    except Refusal as refusal:
        return Taken(refusal=refusal)
    return Taken(bytes(photo.sha256).hex(), photo.pk, is_new)


def named(link: Link, pairing: Pairing, address: str, at: datetime) -> None:
    """Line up a picture that a message names by its address, once; this program's own addresses are none of theirs.

    More than a few at a time wait for a person.
    """
    terms, own = terms_of(link), own_address()
    if not address or not terms.with_photos or (own and address.startswith(f"{own}/")):
        return
    lined = Picture.objects.filter(pairing=pairing, back=True, state=Seen.WAITING.value)
    fits = picture_host(address, terms) != ""
    fault = "strange_host" if not fits else "too_many" if lined.count() >= policy().photo_rules.most_back else ""
    digest = hashlib.sha256(address.encode(errors="replace")).hexdigest()
    facts = {
        "link": link, "back": True, "at": at, "changed_at": at, "address": address if fits else "",
        "state": (Seen.STUCK if fault else Seen.WAITING).value, "reason": fault, "next_at": None if fault else at,
    }  # fmt: skip
    Picture.objects.get_or_create(pairing=pairing, digest=digest, defaults=facts)


def due_pictures(at: datetime, most: int) -> list[Picture]:
    """The pictures that are to be fetched now over links in force: one of each, then the next of each."""
    due = Picture.objects.filter(back=True, state=Seen.WAITING.value, next_at__lte=at).select_related("link")
    lines = [list(due.filter(link=link).order_by("next_at", "id")[:most]) for link in live_links(at)]
    first = sorted((line for line in lines if line), key=lambda line: line[0].next_at or at)
    return [row for turn in zip_longest(*first) for row in turn if row is not None][:most]


def fetched(row: Picture, caller: Caller) -> tuple[bytes, str]:
    """The bytes at a picture's address, or why there are none. No redirect is followed, no inner address called."""
    if not picture_host(row.address, terms_of(row.link)):
        return b"", "strange_host"
    known = policy()
    limits = replace(caller.limits, most_bytes=PHOTO_BYTES, total_seconds=known.photo_rules.fetch_seconds)
    try:
        answer = replace(caller, limits=limits).call("GET", row.address, headers={"Accept": "image/*"})
    except Failed as failed:
        return b"", failed.reason
    return (answer.body, "") if answer.status == _OK else (b"", "not_found")


def came(picture_id: UUID, data: bytes, reason: str, noise: float, by: Viewer, at: datetime) -> Picture | None:
    """Note what fetching a picture brought: kept, tried again later, or before a person. Called inside its deed."""
    rows = Picture.objects.select_for_update(of=("self",)).select_related("link", "pairing")
    row = rows.filter(pk=picture_id, back=True, state=Seen.WAITING.value).first()
    if row is None:
        return None
    row.tries, row.changed_at = row.tries + 1, at
    result = _taken(row.link, row.pairing, data, by, at) if not reason else None
    if result is not None:
        row.photo = result.photo if result.is_new else None
        state = Seen.TAKEN if result.is_new else Seen.OVER
        _end(row, Seen.STUCK if result.refusal else state, result.refusal.code if result.refusal else "")
        return row
    lasting = reason in {"strange_host", "too_much", "private_address"}
    after = after_try(Outcome("stuck" if lasting else "later", reason), row.tries, at, noise)
    if after.state is State.WAITING:
        row.reason, row.next_at = reason, after.next_at
        row.save()
    else:
        _end(row, Seen.STUCK, reason)
    return row


def _end(row: Picture, state: Seen, reason: str) -> None:
    row.state, row.reason, row.next_at = state.value, reason[:40], None
    row.address = row.address if state is Seen.STUCK else ""
    row.save()


def again(row: Picture, at: datetime) -> Picture:
    """A picture of theirs is fetched once more, as if it had not been tried; refuses one that has no address."""
    if not row.address:
        raise refuse(UNKNOWN)
    row.state, row.reason, row.tries, row.next_at, row.changed_at = Seen.WAITING.value, "", 0, at, at
    row.save()
    return row


def open_picture(picture_id: UUID) -> Picture:
    """A picture that waits for a person, locked."""
    rows = Picture.objects.select_for_update(of=("self",)).select_related("link", "pairing", "sending__pairing")
    row = rows.filter(pk=picture_id, state__in=[Seen.STUCK.value, Seen.TOLD.value]).first()
    if row is None:
        raise refuse(UNKNOWN)
    return row


def media_of(row: Mapping[str, Any]) -> str:
    """The address of a picture that a message or an answer names; empty for what is no single address."""
    said = row.get("media_url")
    said = said.strip() if isinstance(said, str) else ""
    return said if said.isprintable() and " " not in said and said.startswith(("https://", "http://")) else ""
