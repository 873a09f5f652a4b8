"""The two persons of a thing that needs two, from their grants; and who there is to be told or to confirm."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from gridcommons.access.identify import facts_of
from gridcommons.access.models import Grant, Office
from gridcommons.access.pairs import Hand
from gridcommons.access.roles import ROLES


def hand_of(user_id: UUID, at: datetime, *more: UUID) -> Hand:
    """An account with the offices it serves at a moment; `more`: offices it is known to have served in the matter."""
    rows = [row for row in Grant.objects.filter(user_id=user_id, office__isnull=False) if facts_of(row).holds_at(at)]
    offices = frozenset({*more, *(row.office_id for row in rows if row.office_id)})
    lines = frozenset(Office.objects.filter(pk__in=offices).values_list("kind", flat=True))
    return Hand(user_id, offices, lines)


def office_to(user_id: UUID, deed: str, at: datetime) -> UUID | None:
    """The office in which an account may do a deed, the longest held one; None where it serves none."""
    rows = Grant.objects.filter(user_id=user_id, office__isnull=False, role__in=_with(deed)).order_by("valid_from")
    return next((row.office_id for row in rows if facts_of(row).holds_at(at)), None)


def holders(deed: str, area_code: str, at: datetime) -> list[UUID]:
    """The accounts whose grants let them do a deed at an area, in order of their grants."""
    rows = Grant.objects.filter(role__in=_with(deed), revoked_at__isnull=True).order_by("valid_from", "id")
    found = [row.user_id for row in rows if facts_of(row).holds_at(at) and facts_of(row).covers(area_code)]
    return list(dict.fromkeys(found))


def _with(deed: str) -> Iterable[str]:
    return [role.key for role in ROLES.values() if deed in role.deeds and role.grantable]
