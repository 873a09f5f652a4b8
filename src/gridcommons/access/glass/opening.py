"""From rows of break-glass to what a viewer carries: read with the grants, for every request of a member of staff."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from gridcommons.access.glass.models import Glass
from gridcommons.access.glass.rules import GlassFacts
from gridcommons.access.identify import opens_glasses
from gridcommons.access.rules import GrantFacts

_LATEST: Final = 2
"""One is open at a time; whether it still is, the rules ask at their own moment."""


def glass_facts(row: Glass) -> GlassFacts:
    """A glass as a plain value."""
    return GlassFacts(
        row.pk, row.asked_by_id, row.office_id, row.number, row.area_code, row.purpose, row.reason, row.asked_at,
        row.confirmed_by_id, row.confirmed_at, row.valid_to, row.ended_at, row.ended_by, row.ended_why,
        row.reviewed_by_id, row.reviewed_at, row.right, row.answer,
    )  # fmt: skip


@opens_glasses
def opened_to(user_id: UUID) -> tuple[GrantFacts, ...]:
    """What was opened to an account lately, as grants of reading."""
    rows = Glass.objects.filter(asked_by_id=user_id, confirmed_at__isnull=False).order_by("-asked_at")[:_LATEST]
    return tuple(grant for row in rows if (grant := glass_facts(row).as_grant()) is not None)
