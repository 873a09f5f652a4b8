"""How many objections wait for an answer of the viewer's own office; no objection comes up."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Count

from gridcommons.access.rules import Viewer
from gridcommons.cases.orders.rules import known_as, serves
from gridcommons.collection.campaigns.models import Objection
from gridcommons.collection.campaigns.rules import OPEN_STATES

ANSWER: Final = "campaign.answer_objection"


def answers_objections(viewer: Viewer, at: datetime) -> bool:
    """Whether a post of the viewer answers what is objected to campaigns."""
    return bool(serves(viewer, ANSWER, at))


def wait_by_campaign(viewer: Viewer, at: datetime) -> dict[UUID, int]:
    """How many wait, by the campaign; of what is over nothing waits."""
    own = known_as(serves(viewer, ANSWER, at))
    open_ = Objection.objects.filter(
        answered_at__isnull=True, campaign__state__in=OPEN_STATES, campaign__area_code__in=own
    )
    return dict(open_.values_list("campaign_id").annotate(n=Count("id")).order_by())


def wait_here(viewer: Viewer, at: datetime) -> int:
    """How many wait for the viewer in all."""
    return sum(wait_by_campaign(viewer, at).values())
