"""Who is told of a campaign: those who objected and left a way to reach them, once nothing waits for an answer."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from gridcommons.collection.campaigns.models import AnswerWish, Objection
from gridcommons.kit.clock import local_day
from gridcommons.notices.outbox import enqueue
from gridcommons.people.following import follow_case
from gridcommons.territory.succession import ZONE


def tell_askers(at: datetime) -> int:
    """Tell whoever waits, once, and let their contact be forgotten: all are told the same, whatever each objected."""
    open_ = Objection.objects.filter(campaign=OuterRef("campaign"), answered_at__isnull=True)
    ready = ~Exists(open_) | Q(campaign__state__in=("ended", "withdrawn"))
    waiting = list(AnswerWish.objects.select_for_update(of=("self",)).filter(ready, told_on__isnull=True))
    for wish in waiting:
        wish.told_on = local_day(at, ZONE)
        wish.save(update_fields=["told_on"])
        if wish.contact_id is None:
            continue
        enqueue(
            to=f"contact:{wish.contact_id}", channel="sms", text_key="campaign.answered", facts={},
            language=wish.language, area_code="", at=at,
            private=False,  # it names no campaign, no place and no subject
        )  # fmt: skip
        follow_case(contact_id=wish.contact_id, area_code="", office_party="", ended_at=at)
    return len(waiting)
