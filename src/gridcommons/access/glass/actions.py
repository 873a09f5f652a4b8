"""Writes of break-glass: asked for, confirmed by a second person, ended, answered by the auditor."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from gridcommons.access.deeds import deed
from gridcommons.access.glass.models import Glass
from gridcommons.access.glass.opening import glass_facts
from gridcommons.access.glass.rules import (
    BAD_NUMBER,
    WINDOW,
    GlassFacts,
    limits,
    missing_to_ask,
    missing_to_confirm,
    missing_to_end,
    missing_to_review,
)
from gridcommons.access.hands import hand_of, holders, office_to
from gridcommons.access.models import User
from gridcommons.access.pairs import NO_OFFICE
from gridcommons.access.rules import NO_DEED, Place, Viewer
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import refusal_kind, refuse, require_none
from gridcommons.kit.ids import uuid7
from gridcommons.kit.masking import masked_text

_NUMBER: Final = re.compile(r"[0-9A-Z][0-9A-Z-]{4,18}[0-9A-Z]")
_REASON: Final = 500
_ANSWER: Final = 2_000
UNKNOWN = refusal_kind(
    "glass.unknown",
    status=404,
    zh="没有这项应急查看。",
    en="There is no such break-glass reading.",
)


def _of_glass(facts: Mapping[str, Any]) -> Place:
    area = Glass.objects.filter(pk=facts["glass_id"]).values_list("area_code", flat=True).first()
    if area is None:
        raise refuse(UNKNOWN)
    return Place(area)


@deed("glass.ask", keeps=("area_code", "number", "stated"))
def ask(
    *, area_code: str, number: str = "", reason: str, stated: str, by: Viewer, at: datetime, purpose: str = "service"
) -> Glass:  # fmt: skip
    """Ask to read one case, or an area of a township at most, beyond one's grant; nothing opens by it.

    `stated`: the purpose of the reading. The reason is masked: it is told to those concerned.
    """
    user = _user(by)
    CHINA.level_of(area_code)
    number = number.strip().upper()
    if number and not _NUMBER.fullmatch(number):
        raise refuse(BAD_NUMBER)
    office = office_to(user, "glass.ask", at)
    if office is None:
        raise refuse(NO_OFFICE)
    said = masked_text(reason, limit=_REASON)
    wanted = GlassFacts(uuid7(), user, office, number, area_code, stated, said, at)
    require_none(missing_to_ask(by, wanted, _before(user, at), at))
    return Glass.objects.create(
        id=wanted.id, asked_by_id=user, office_id=office, number=number, area_code=area_code, purpose=stated,
        reason=said, asked_at=at,
    )  # fmt: skip


def _user(by: Viewer) -> UUID:
    """The account acting, locked: two requests of one person at once are taken one after the other."""
    if by.user_id is None:
        raise refuse(NO_DEED)
    return User.objects.select_for_update(no_key=True).get(pk=by.user_id).pk


def _before(user: UUID, at: datetime) -> list[GlassFacts]:
    rows = Glass.objects.filter(asked_by_id=user, asked_at__gt=at - WINDOW).order_by("-asked_at")
    return [glass_facts(row) for row in rows]


def _locked(glass_id: UUID) -> tuple[Glass, GlassFacts]:
    row = Glass.objects.select_for_update().filter(pk=glass_id).first()
    if row is None:
        raise refuse(UNKNOWN)
    return row, glass_facts(row)


@deed("glass.confirm", on=_of_glass, keeps=("glass_id",))
def confirm(*, glass_id: UUID, by: Viewer, at: datetime, purpose: str = "oversight") -> Glass:
    """Open it, as the second person of another office and line, from their own account, for hours from now."""
    row, glass = _locked(glass_id)
    user = _user(by)
    second, asker = hand_of(user, at), hand_of(glass.asked_by, at, glass.office_id)
    before = [one for one in _before(glass.asked_by, at) if one.id != glass.id]
    require_none(missing_to_confirm(glass, asker, second, before, at))
    row.confirmed_by_id, row.confirmed_at = user, at
    row.valid_to = at + timedelta(hours=limits().hours)
    row.save(update_fields=["confirmed_by", "confirmed_at", "valid_to"])
    return row


@deed("glass.end", keeps=("glass_id", "why"))
def end(*, glass_id: UUID, why: str = "", by: Viewer, at: datetime, purpose: str = "service") -> Glass:
    """End it early by either of the two, take a request back, or decline it; nothing can be read from now on."""
    row, glass = _locked(glass_id)
    may_decline = by.user_id in holders("glass.confirm", glass.area_code, at)
    require_none(missing_to_end(glass, by.user_id, at, may_decline=may_decline))
    row.ended_at, row.ended_by = at, by.key
    row.ended_why = masked_text(why, limit=_REASON)
    row.save(update_fields=["ended_at", "ended_by", "ended_why"])
    return row


@deed("glass.review", on=_of_glass, keeps=("glass_id", "right"))
def review(
    *, glass_id: UUID, right: bool | None, answer: str, by: Viewer, at: datetime, purpose: str = "audit"
) -> Glass:
    """Answer, after it has ended, whether the reading was right; once, by somebody who took no part."""
    row, glass = _locked(glass_id)
    said = masked_text(answer, limit=_ANSWER) if right is not None else ""
    require_none(missing_to_review(glass, by.user_id, said, at))
    row.reviewed_by_id, row.reviewed_at, row.right, row.answer = by.user_id, at, right, said
    row.save(update_fields=["reviewed_by", "reviewed_at", "right", "answer"])
    return row


@deed("glass.told", keeps=("stage",))
def told(*, glass_id: UUID, stage: str, by: Viewer, at: datetime, purpose: str = "operation") -> Glass:
    """Note that those concerned were told of a stage (`asked`, `opened`, `ended`), so that nobody is told twice."""
    row, _glass = _locked(glass_id)
    row.told = stage
    row.save(update_fields=["told"])
    return row
