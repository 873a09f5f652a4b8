"""What a person does about what is stuck, and files: given up, told by hand, named by hand, set aside; inside deeds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from gridcommons.access.rules import Viewer
from gridcommons.cases.partners import taking
from gridcommons.cases.partners.acting import state_of, terms_of
from gridcommons.cases.partners.exporting import keep, name_of, remove, written
from gridcommons.cases.partners.linking import UNKNOWN, locked, why
from gridcommons.cases.partners.models import Arrival, File, Link, Pairing, Paper, Picture, Sending
from gridcommons.cases.partners.outgoing import body_as, due_heads, ended, lined_up_again
from gridcommons.cases.partners.packing import file_of_photos, waiting_photos
from gridcommons.cases.partners.policy import policy
from gridcommons.cases.partners.rules import Heard, Seen, State, unless_state
from gridcommons.cases.partners.terms import Terms
from gridcommons.kit.errors import refusal_kind, refuse, require_none
from gridcommons.kit.ids import uuid7

_ID_LENGTH: Final = 100
OVER_ALREADY = refusal_kind(
    "partner.over_already",
    status=409,
    zh="这一条已经办结或正在发送，未作改动；请刷新页面。",
    en="This is over already or is being sent right now; nothing was changed. Load the page again.",
)
BAD_NUMBER = refusal_kind(
    "partner.bad_number",
    status=400,
    zh="请填写对方系统里的编号（最多{most}个字符，不含空格）。",
    en="Give the number that it has over there ({most} signs at most, no blanks).",
)
NOTHING_TO_WRITE = refusal_kind(
    "partner.nothing_to_write",
    status=409,
    zh="没有等待发出的内容，没有生成文件。",
    en="Nothing waits to go out; no file was made.",
)


def open_sending(sending_id: UUID) -> Sending:
    """Something on its way that a person may deal with, locked; refuses what is over or in somebody's hand."""
    rows = Sending.objects.select_for_update(of=("self",)).select_related("link", "pairing")
    row = rows.filter(pk=sending_id).first()
    if row is None:
        raise refuse(UNKNOWN)
    if row.ended_at is not None or row.state == State.SENDING.value:
        raise refuse(OVER_ALREADY)
    return row


def given_up(sending_id: UUID, reason: str, by: Viewer, at: datetime) -> Sending:
    """Give one up for good, with a reason; what waits behind it goes on."""
    row = open_sending(sending_id)
    row.said = why(reason)
    ended(row, State.GIVEN_UP, by.key, at)
    return row


def named(sending_id: UUID, remote_id: str, by: Viewer, at: datetime) -> Sending:
    """Somebody looked over there: it arrived, and this is its number."""
    said = remote_id.strip()
    if not said or len(said) > _ID_LENGTH or not said.isprintable() or " " in said:
        raise refuse(BAD_NUMBER, most=_ID_LENGTH)
    row = open_sending(sending_id)
    if row.pairing is None or row.link.way != "open311":
        raise refuse(UNKNOWN)
    pairing = Pairing.objects.select_for_update().get(pk=row.pairing.pk)
    pairing.remote_id, pairing.token = said, ""
    pairing.next_poll_at = at if pairing.there else None
    pairing.save()
    row.receipt = said
    ended(row, State.SENT, by.key, at)
    return row


def file_of_waiting(link_id: UUID, by: Viewer, at: datetime) -> File:
    """Everything of an export link that waits, in one file, each case's events in their order."""
    link = locked(link_id)
    require_none(unless_state(state_of(link), "live"))
    terms, rows, bodies = terms_of(link), list[Sending](), list[str]()
    late = waiting_photos(link).exists()
    while len(rows) < policy().most_rows and (heads := list(due_heads(link, at)[: policy().most_rows - len(rows)])):
        for row in heads:
            body = body_as(row, terms, at)
            if body:
                rows.append(row)
                bodies.append(body)
                ended(row, State.SENT, by.key, at)
    if late and not rows and (pack := file_of_photos(link, by, at)):
        return pack
    return _file(link, terms, rows, bodies, by, at)


def file_by_hand(link_id: UUID, ids: Sequence[UUID], by: Viewer, at: datetime) -> File:
    """What a link could not deliver, as a table that a person carries over; it is not sent any more."""
    link = locked(link_id)
    terms = replace(terms_of(link), way="export", form="csv")
    rows, bodies = list[Sending](), list[str]()
    for pk in ids:
        row = open_sending(pk)
        if row.link_id != link.pk:
            raise refuse(UNKNOWN)
        body = body_as(row, terms, at)
        if body:
            rows.append(row)
            bodies.append(body)
            ended(row, State.BY_HAND, by.key, at)
    table = _file(link, terms, rows, bodies, by, at)
    while file_of_photos(link, by, at):  # nobody comes back for a ZIP of later: all of it goes now
        pass
    return table


def _file(
    link: Link, terms: Terms, rows: list[Sending], bodies: list[str], by: Viewer, at: datetime
) -> File:  # fmt: skip
    if not rows:
        raise refuse(NOTHING_TO_WRITE)
    pk = uuid7()
    name = name_of(link.key, pk, terms.form, at)
    # The file stands before the rows say so: a crash leaves a file too many, never an event that nobody has.
    keep(link.key, name, written(bodies, terms))
    Sending.objects.filter(pk__in=[row.pk for row in rows]).update(receipt=name)
    file_of_photos(link, by, at)
    return File.objects.create(id=pk, link=link, name=name, made_at=at, rows=len(rows), made_by=by.key)


def picture_again(picture_id: UUID, at: datetime) -> Picture:
    """Tell of a photo once more, with a new address; or fetch a picture of theirs once more."""
    row = taking.open_picture(picture_id)
    if row.back:
        return taking.again(row, at)
    require_none(unless_state(state_of(row.link), "live"))
    if row.sending is None or not row.pairing.there:
        raise refuse(OVER_ALREADY)
    row.state, row.reason, row.changed_at = Seen.OVER.value, "", at  # the new event tells of it anew
    row.save()
    lined_up_again(row.sending, at)
    return row


def picture_aside(picture_id: UUID, at: datetime) -> Picture:
    """Nobody waits for it any more."""
    row = taking.open_picture(picture_id)
    row.state, row.address, row.next_at, row.changed_at = Seen.OVER.value, "", None, at
    row.save()
    return row


def set_aside(arrival_id: UUID, reason: str, by: Viewer, at: datetime) -> Arrival:
    """Somebody looked at it and dealt with it otherwise."""
    row = open_arrival(arrival_id)
    row.state, row.said = Heard.ASIDE.value, why(reason)
    row.looked_at, row.looked_by = at, by.key
    row.save()
    return row


def open_arrival(arrival_id: UUID) -> Arrival:
    """Something that came in and waits for a person, locked; refuses what is settled."""
    row = Arrival.objects.select_for_update(of=("self",)).select_related("link").filter(pk=arrival_id).first()
    if row is None:
        raise refuse(UNKNOWN)
    if row.state not in {Heard.LOOK.value, Heard.NEW.value}:
        raise refuse(OVER_ALREADY)
    return row


def forgotten(at: datetime) -> int:
    """Remove contents after a month, files after a week, rows after two years; what is open keeps its content."""
    known = policy()
    open_out = Sending.objects.filter(ended_at__isnull=True).values("pk")
    open_in = Arrival.objects.filter(state__in=[Heard.NEW.value, Heard.LOOK.value]).values("pk")
    papers = Paper.objects.filter(made_at__lte=at - known.paper_life).exclude(pk__in=open_out).exclude(pk__in=open_in)
    gone, _each = papers.delete()
    for row in File.objects.filter(made_at__lte=at - known.file_life).select_related("link"):
        remove(row.link.key, row.name)
        row.delete()
        gone += 1
    return gone + _old_rows(at)


def _old_rows(at: datetime) -> int:
    before = at - policy().row_life
    outs, _each = Sending.objects.filter(ended_at__lte=before).delete()
    settled = [Heard.DONE.value, Heard.UNCHANGED.value, Heard.ASIDE.value]
    ins, _each = Arrival.objects.filter(got_at__lte=before, state__in=settled).delete()
    open_ones = [Seen.WAITING.value, Seen.STUCK.value]
    pictures, _each = Picture.objects.filter(changed_at__lte=before).exclude(state__in=open_ones).delete()
    return outs + ins + pictures


def shown(body: str) -> str:
    """A content as a person reads it: JSON with one value a line, anything else as it came."""
    try:
        return json.dumps(json.loads(body), ensure_ascii=False, indent=2)
    except (ValueError, RecursionError):
        return body
