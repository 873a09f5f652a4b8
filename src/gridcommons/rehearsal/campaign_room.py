"""The county's campaign that a rehearsed one belongs to: announced, confirmed and started some days ago, as people do.

Outside any emergency: with its public notice, an objection and its answer, a second person. Nothing of it is short-cut
but the clock of the deeds, as everywhere in the demo.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from gridcommons.access.identify import account, program
from gridcommons.access.rules import PUBLIC
from gridcommons.collection.campaigns import actions as campaigns
from gridcommons.collection.campaigns.policy import policy
from gridcommons.collection.campaigns.queries import objections_to, public_campaigns
from gridcommons.collection.campaigns.rules import Plan
from gridcommons.kit.words import Words
from gridcommons.rehearsal.doorstep import habits
from gridcommons.rehearsal.rooms import texts
from gridcommons.territory.queries import below
from gridcommons.territory.succession import ZONE

DAYS: Final = 7
"""So many days the doors of a rehearsed campaign spread over, the last of them its own day."""
_COUNTING: Final = program("campaigns")


def open_campaign(county: str, day: date) -> UUID:
    """The county's campaign of these days: the one that runs already, else a new one."""
    said, first = texts()["campaign_rehearsed"], day - timedelta(days=DAYS - 1)
    name = Words(*said["name"])
    for one in public_campaigns():
        if (one.area.code, one.name, one.state) == (county, name, "running") and one.first <= first:
            return one.id
    plan = Plan(
        county, said["matter"], habits().form, name, Words(*said["purpose"]), first,
        first + timedelta(days=policy().most_days - 1),
    )  # fmt: skip
    return _opened(plan, said["objection"], said["answer"])


def _opened(plan: Plan, objection: str, answer: str) -> UUID:
    by, began = account("orders"), datetime.combine(plan.first, time(1), tzinfo=ZONE)
    up = began - timedelta(days=policy().notice_days + 2)
    row = campaigns.draft(plan=plan, by=by, at=up)
    one: dict[str, Any] = {"campaign_id": row.pk}
    campaigns.announce(**one, by=by, at=up)
    village = below(plan.area_code, "village")[0].code
    campaigns.object_to(**one, village_code=village, subject="questions", text=objection, by=PUBLIC, at=up)
    said: dict[str, Any] = {"objection_id": objections_to(row.pk)[0].id, "decision": "changed", "answer": answer}
    campaigns.answer_objection(**said, by=by, at=up + timedelta(days=2))
    campaigns.approve(**one, by=account("second"), at=up + timedelta(days=policy().notice_days + 1))
    campaigns.start(**one, by=by, at=began)
    return row.pk


def count_campaign(campaign_id: UUID) -> None:
    """Count it now, as its job would in two minutes."""
    campaigns.count(campaign_id=campaign_id, by=_COUNTING, at=datetime.now(UTC))
