"""What every step of a campaign asks and writes, and the order that goes down with it; inside the deed of the step."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Max

from gridcommons.access.rules import Viewer
from gridcommons.cases.orders.actions import recall as recall_order
from gridcommons.cases.orders.actions import send_order
from gridcommons.cases.orders.actions import withdraw as withdraw_order
from gridcommons.cases.orders.queries import stands
from gridcommons.cases.orders.rules import Draft, area_now, serves
from gridcommons.collection.campaigns import refusals as say
from gridcommons.collection.campaigns.models import Campaign, CampaignStep, Objection
from gridcommons.collection.campaigns.policy import policy
from gridcommons.collection.campaigns.rules import HEARD, MOVES, OVER_STATES, STATES, TEXT_LENGTH, wording
from gridcommons.collection.campaigns.telling import ask_office, recall_asking
from gridcommons.collection.emergencies import emergency_over
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import Refusal, refuse, worded
from gridcommons.kit.lineage import in_force
from gridcommons.kit.masking import mask
from gridcommons.kit.words import Words
from gridcommons.territory.queries import children, names_of
from gridcommons.territory.succession import ZONE


def day_of(at: datetime) -> date:
    """The local day of a moment."""
    return local_day(at, ZONE)


def require_serves(by: Viewer, area: str, at: datetime, deed: str = "campaign.draft") -> None:
    """Only the office of exactly that area; the deed is one of those that go with orders."""
    if area_now(area) not in serves(by, deed, at):
        name = names_of([area]).get(area)
        raise Refusal((worded(say.NOT_YOURS, name=name.name if name else Words(area, area)),))


def held(campaign_id: UUID, step: str) -> Campaign:
    """The campaign, locked, in a state in which a step may be taken."""
    row = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign_id)
    if row.state not in MOVES[step][0]:
        raise Refusal((worded(say.NOT_NOW, state=STATES[row.state]),))
    return row


def moved(row: Campaign, step: str, by: Viewer, at: datetime, note: str = "") -> Campaign:
    """Bring it to the state that a step leads to, with a line of its life."""
    row.state = MOVES[step][1]
    row.save()
    CampaignStep.objects.create(campaign=row, action=step, at=at, by_key=by.key, note=note)
    if row.state in OVER_STATES:
        recall_asking(row)
    return row


def reason_of(text: str) -> str:
    """A reason that everybody reads; refuses none, and one that names a person."""
    reason = clean_text(text, limit=TEXT_LENGTH)
    if not reason:
        raise refuse(say.NO_REASON)
    if mask(reason).findings:
        raise refuse(say.PERSON)
    return reason


def said_of(campaign_id: UUID, area_code: str, day: date, at: datetime) -> Campaign:
    """The campaign of a day that can still be explained or confirmed, for an area of it."""
    row = Campaign.objects.filter(pk=campaign_id, state__in=("running", "stopped", "ended")).first()
    if row is None or not in_force().covers(area_code, (row.area_code,), ()):
        raise refuse(say.UNKNOWN)
    earliest = max(row.first, day_of(at) - timedelta(days=policy().say_days))
    if not earliest <= day <= min(row.last, day_of(at)):
        raise refuse(say.BAD_DAY, days=policy().say_days)
    return row


def object_of(row: Campaign, village: str, subject: str, words: str, at: datetime) -> int:
    """Keep an objection under the next number of a campaign that is locked, and tell whose it is to answer it."""
    last = row.objections.aggregate(last=Max("number"))["last"] or 0
    row.objections.create(number=last + 1, village_code=village, subject=subject, text=words, day=day_of(at))
    ask_office(row, at)
    return last + 1


def unanswered(row: Campaign) -> int:
    """How many objections wait for an answer."""
    return row.objections.filter(answered_at__isnull=True).count()


def alike_to(row: Objection) -> list[Objection]:
    """The other objections that wait and say the same."""
    open_ = row.campaign.objections.select_for_update().filter(answered_at__isnull=True, subject=row.subject)
    return [one for one in open_.exclude(pk=row.pk) if wording(one.text) == wording(row.text)]


def last_told(row: Campaign) -> CampaignStep | None:
    """The last step of which every area below takes note; None where it went as it was begun."""
    step = row.steps.order_by("-at", "-id").first()
    return step if step is not None and step.action in HEARD else None


def is_over(row: Campaign, at: datetime) -> bool:
    """Whether it was announced without a notice, inside an emergency that covers its area no more."""
    if not row.emergency:
        return False
    now = emergency_over(row.area_code, day_of(at))
    return now is None or now.number != row.emergency


def require_emergency(row: Campaign, at: datetime) -> None:
    """Refuse what stands on an emergency that is over."""
    if is_over(row, at):
        raise refuse(say.EMERGENCY_OVER, number=row.emergency)


def send_down(row: Campaign, by: Viewer, at: datetime) -> None:
    """Send the order to the areas directly below, where there are any and days are left."""
    today = day_of(at)
    parts = tuple(one.code for one in children(area_now(row.area_code), today))
    if parts and row.last > today:
        row.order_id = send_order(draft=_order(row, parts), by=by, at=at)[0].pk


def call_back(row: Campaign, reason: str, by: Viewer, at: datetime) -> None:
    """Withdraw the order, and with it all that was handed on of it down to the grids; each who had it is told."""
    if row.order_id is not None and stands(row.order_id):
        withdraw_order(order_id=row.order_id, reason=reason, by=by, at=at)


def recall(row: Campaign, reason: str, by: Viewer, at: datetime) -> None:
    """The same by the program itself."""
    if row.order_id is not None and stands(row.order_id):
        recall_order(order_id=row.order_id, reason=reason, by=by, at=at)


def _order(row: Campaign, parts: tuple[str, ...]) -> Draft:
    text = (
        f"{row.purpose_zh}\n{row.purpose_en}\n走访结果由表单自动汇总，不用另外填报。Figures come from the forms alone."
    )
    return Draft(area_now(row.area_code), parts, row.matter_key, row.name_zh, text, "none", row.last)
