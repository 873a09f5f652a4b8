"""Who is told of a link: the second persons who may agree to it."""

from __future__ import annotations

from datetime import datetime

from gridcommons.access.hands import hand_of, holders
from gridcommons.cases.partners.linking import office_of
from gridcommons.cases.partners.models import Link
from gridcommons.cases.partners.rules import missing_second
from gridcommons.cases.partners.serving import served_by
from gridcommons.notices.outbox import enqueue


def tell_seconds(link: Link, at: datetime) -> None:
    """A notice in the program to everybody who may be the second person."""
    asker, office, served = hand_of(link.asked_by_id, at), office_of(link.office_id), served_by(link)
    facts = {
        "link": str(link.pk), "name": link.name, "office_zh": office.name_zh, "office_en": office.name_en,
        "reason": link.reason[:200],
    }  # fmt: skip
    for user in holders("partner.confirm", link.area_code, at):
        if not missing_second(asker, hand_of(user, at), served):
            enqueue(
                to=f"user:{user}", channel="inside", text_key="partner.asked", facts=facts, language="zh-hans",
                area_code=link.area_code, at=at,
            )  # fmt: skip
