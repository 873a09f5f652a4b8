"""The county's campaign that a rehearsed one belongs to: announced, confirmed and started some days ago, as people do.

Outside any emergency: with its public notice, an objection and its answer, a second person. Nothing of it is short-cut
but the clock of the deeds, as everywhere in the demo.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from gridcommons.access.identify import account, program
from gridcommons.collection.campaigns import actions as campaigns
from gridcommons.collection.campaigns.policy import policy
from gridcommons.collection.campaigns.queries import public_campaigns
from gridcommons.collection.campaigns.rules import Plan
from gridcommons.kit.calendar import WorkingCalendar
from gridcommons.kit.words import Words
from gridcommons.rehearsal.doorstep import habits
from gridcommons.rehearsal.hours import at_desk
from gridcommons.rehearsal.objecting import objected
from gridcommons.rehearsal.rooms import texts
from gridcommons.territory.queries import below
from gridcommons.territory.succession import ZONE

DAYS: Final = 7
"""So many days the doors of a rehearsed campaign spread over, the last of them its own day."""
_OPENS: Final = time(8, 40)
"""When the office starts a campaign on its first day."""
_BEFORE: Final = timedelta(minutes=6)
"""How long before that the second person confirms it: the notice is over, and every objection has its answer."""
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
    return _opened(plan, said["objections"])


def _opened(plan: Plan, objections: Sequence[Mapping[str, str]]) -> UUID:
    by, began = account("orders"), datetime.combine(plan.first, _OPENS, tzinfo=ZONE)
    up, heard = (_at_desk(began, policy().notice_days + days) for days in (4, 1))
    row = campaigns.draft(plan=plan, by=by, at=up)
    one: dict[str, Any] = {"campaign_id": row.pk}
    campaigns.announce(**one, by=by, at=up + timedelta(minutes=20))
    village = below(plan.area_code, "village")[0].code
    objected(row.pk, objections, village, by, (up + (heard - up) / 2, heard))
    campaigns.approve(**one, by=account("second"), at=began - _BEFORE)
    campaigns.start(**one, by=by, at=began)
    return row.pk


def _at_desk(began: datetime, days: int) -> datetime:
    return at_desk(began - timedelta(days=days), WorkingCalendar.load())


def count_campaign(campaign_id: UUID) -> None:
    """Count it now, as its job would in two minutes."""
    campaigns.count(campaign_id=campaign_id, by=_COUNTING, at=datetime.now(UTC))
