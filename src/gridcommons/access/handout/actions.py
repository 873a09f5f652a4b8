"""Writes of exports with personal data: asked for, confirmed by a second person, taken once."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from gridcommons.access.deeds import deed
from gridcommons.access.handout.models import Handout
from gridcommons.access.handout.rows import handout_facts
from gridcommons.access.handout.rules import (
    HandoutFacts,
    missing_to_ask,
    missing_to_confirm,
    missing_to_end,
    missing_to_take,
)
from gridcommons.access.hands import hand_of, holders, office_to
from gridcommons.access.models import Office, User
from gridcommons.access.pairs import NO_OFFICE
from gridcommons.access.rules import NO_DEED, Place, Viewer
from gridcommons.kit.errors import refusal_kind, refuse, require_none
from gridcommons.kit.ids import uuid7
from gridcommons.kit.masking import masked_text

_ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_REASON: Final = 500
UNKNOWN = refusal_kind(
    "handout.unknown",
    status=404,
    zh="没有这份导出。",
    en="There is no such export.",
)


def _of_handout(facts: Mapping[str, Any]) -> Place:
    area = Handout.objects.filter(pk=facts["handout_id"]).values_list("area_code", flat=True).first()
    if area is None:
        raise refuse(UNKNOWN)
    return Place(area)


@deed("handout.ask", keeps=("kind", "bound"))
def ask(
    *, kind: str, bound: Mapping[str, str], reason: str, by: Viewer, at: datetime, purpose: str = "service"
) -> Handout:
    """Ask for an export bound to a filter; nothing is read by it."""
    if by.user_id is None:
        raise refuse(NO_DEED)
    user = User.objects.select_for_update(no_key=True).get(pk=by.user_id)
    own = office_to(user.pk, "handout.ask", at)
    if own is None:
        raise refuse(NO_OFFICE)
    office = Office.objects.get(pk=own)
    said = masked_text(reason, limit=_REASON)
    wanted = HandoutFacts(uuid7(), _number(at), kind, user.pk, office.pk, office.area_code, said, at, dict(bound))
    rows = Handout.objects.filter(asked_by=user, asked_at__gt=at - timedelta(days=30))
    require_none(missing_to_ask(wanted, [handout_facts(row) for row in rows], at))
    return Handout.objects.create(
        id=wanted.id, number=wanted.number, kind=kind, bound=wanted.bound, asked_by=user, office=office,
        area_code=wanted.area_code, reason=said, asked_at=at,
    )  # fmt: skip


def _number(at: datetime) -> str:
    return f"E{at:%y%m%d}-{''.join(secrets.choice(_ALPHABET) for _ in range(7))}"


def _locked(handout_id: UUID) -> tuple[Handout, HandoutFacts]:
    row = Handout.objects.select_for_update().filter(pk=handout_id).first()
    if row is None:
        raise refuse(UNKNOWN)
    return row, handout_facts(row)


@deed("handout.confirm", on=_of_handout, keeps=("handout_id",))
def confirm(*, handout_id: UUID, by: Viewer, at: datetime, purpose: str = "oversight") -> Handout:
    """Confirm it as the second person of another office and line; who asked can take it once from now on."""
    row, handout = _locked(handout_id)
    if by.user_id is None:
        raise refuse(NO_DEED)
    asker, second = hand_of(handout.asked_by, at, handout.office_id), hand_of(by.user_id, at)
    require_none(missing_to_confirm(handout, asker, second, at))
    row.confirmed_by_id, row.confirmed_at = by.user_id, at
    row.save(update_fields=["confirmed_by", "confirmed_at"])
    return row


@deed("handout.end", keeps=("handout_id",))
def end(*, handout_id: UUID, by: Viewer, at: datetime, purpose: str = "service") -> Handout:
    """Take a request back, or decline it as a second person there."""
    row, handout = _locked(handout_id)
    may_decline = by.user_id in holders("handout.confirm", handout.area_code, at)
    require_none(missing_to_end(handout, by.user_id, at, may_decline=may_decline))
    row.ended_at, row.ended_by = at, by.key
    row.save(update_fields=["ended_at", "ended_by"])
    return row


@deed("handout.take", keeps=("handout_id",))
def take(*, handout_id: UUID, by: Viewer, at: datetime, purpose: str = "service") -> Handout:
    """Take it, once; its content is read by a look right afterwards and lies nowhere."""
    row, handout = _locked(handout_id)
    require_none(missing_to_take(handout, by.user_id, at))
    row.taken_at = at
    row.save(update_fields=["taken_at"])
    return row


@deed("handout.told", keeps=("stage",))
def told(*, handout_id: UUID, stage: str, by: Viewer, at: datetime, purpose: str = "operation") -> Handout:
    """Note that those concerned were told of a stage, so that nobody is told twice."""
    row, _handout = _locked(handout_id)
    row.told = stage
    row.save(update_fields=["told"])
    return row
