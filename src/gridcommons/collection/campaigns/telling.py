"""Who is told of a campaign: its office of what waits for an answer; whoever objected, once nothing waits.

What the office is told names the campaign and nobody, no village, no subject: once, however many object.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db.models import Exists, OuterRef, Q

from gridcommons.access.queries import keys_serving
from gridcommons.collection.campaigns.models import AnswerWish, Campaign, Objection
from gridcommons.collection.campaigns.rules import OVER_STATES
from gridcommons.kit.clock import local_day
from gridcommons.notices.outbox import enqueue, withdraw_about
from gridcommons.people.following import follow_case
from gridcommons.territory.succession import ZONE

_ASKS: Final = "campaign.objected"


def ask_office(row: Campaign, at: datetime) -> None:
    """Tell everybody of the campaign's office who may answer that objections wait, with the first that does.

    Inside the deed of whoever objects, with the campaign locked; the moment is that of its entry, which names no more.
    """
    if row.objections.filter(answered_at__isnull=True).count() > 1:
        return
    facts = {"campaign": str(row.pk), "title_zh": row.name_zh, "title_en": row.name_en}
    for keys in keys_serving([row.area_code], "campaign.answer_objection", at).values():
        for key in keys:
            enqueue(
                to=key, channel="inside", text_key=_ASKS, facts=facts, language="zh-hans", area_code=row.area_code,
                at=at, about=f"campaign:{row.pk}",
            )  # fmt: skip


def recall_asking(row: Campaign) -> None:
    """Take that back once nothing of a campaign waits for an answer or it is over.

    The campaign is locked first, as whoever objects does: what is told at the same moment is not taken back unseen.
    """
    now = Campaign.objects.select_for_update(of=("self",)).get(pk=row.pk)
    if now.state in OVER_STATES or not now.objections.filter(answered_at__isnull=True).exists():
        withdraw_about(about=f"campaign:{row.pk}", text_keys=[_ASKS])


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
