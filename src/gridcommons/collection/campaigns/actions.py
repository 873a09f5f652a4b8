"""Writes of campaigns: written, announced, objected to and reached, confirmed by a second person, run and ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from gridcommons.access.deeds import deed
from gridcommons.access.pairs import SAME_PERSON
from gridcommons.access.rules import Place, Viewer
from gridcommons.cases.orders.rules import area_now
from gridcommons.collection.campaigns import counting
from gridcommons.collection.campaigns import refusals as say
from gridcommons.collection.campaigns.models import (
    AnswerWish,
    Campaign,
    CampaignStep,
    DayReturn,
    Objection,
    SilentDay,
    StepHeard,
)
from gridcommons.collection.campaigns.planning import matter_for, plan_of, weigh, written
from gridcommons.collection.campaigns.policy import policy
from gridcommons.collection.campaigns.rules import (
    ANSWERS,
    AREA_ENDED,
    EMERGENCY_ENDED,
    MOVES,
    OPEN_STATES,
    OVER_STATES,
    TEXT_LENGTH,
    Plan,
    against_approval,
    against_other,
    against_start,
    clean_plan,
)
from gridcommons.collection.campaigns.stepping import (
    alike_to,
    call_back,
    day_of,
    held,
    is_over,
    last_told,
    moved,
    object_of,
    reason_of,
    recall,
    require_emergency,
    require_serves,
    said_of,
    send_down,
    unanswered,
)
from gridcommons.collection.campaigns.telling import recall_asking, tell_askers
from gridcommons.collection.concerning import stands
from gridcommons.collection.emergencies import emergency_over
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.codes import CHINA, within
from gridcommons.kit.errors import refuse, require_none
from gridcommons.kit.lineage import in_force
from gridcommons.kit.masking import mask
from gridcommons.matters.queries import require_taken
from gridcommons.people.actions import keep_contact
from gridcommons.people.contacts import Contact
from gridcommons.territory.queries import area_on, ends_of, names_of


def _of_plan(facts: Mapping[str, Any]) -> Place:
    return Place(facts["plan"].area_code)


def _of_campaign(facts: Mapping[str, Any]) -> Place:
    code = Campaign.objects.filter(pk=facts["campaign_id"]).values_list("area_code", flat=True).first()
    if code is None:
        raise refuse(say.UNKNOWN)
    return Place(code)


def _of_area(facts: Mapping[str, Any]) -> Place:
    return Place(facts["area_code"])


def _of_none(_result: Any, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    """The entry names nothing."""
    return ()


def _nobody(_result: Any, facts: Mapping[str, Any]) -> tuple[str, ...]:
    """The entry of an objection names the campaign alone: no row that could be told by its moment."""
    return (f"campaign:{facts['campaign_id']}",)


# --- Writing and announcing -----------------------------------------------------------------------------------------


@deed("campaign.draft", on=_of_plan)
def draft(*, plan: Plan, by: Viewer, at: datetime, purpose: str = "service") -> Campaign:
    """Write a campaign for the own area; refuses, all at once, whatever stands against it."""
    require_serves(by, plan.area_code, at)
    row = Campaign(area_code=plan.area_code, state="draft", drafted_by=by.key, drafted_at=at)
    return _written(row, plan, by, at, "draft")


@deed("campaign.amend", on=_of_campaign)
def amend(*, campaign_id: UUID, plan: Plan, by: Viewer, at: datetime, purpose: str = "service") -> Campaign:
    """Change a draft; its area stays."""
    row = held(campaign_id, "amend")
    require_serves(by, row.area_code, at)
    return _written(row, replace(plan, area_code=row.area_code), by, at, "amend")


def _written(row: Campaign, plan: Plan, by: Viewer, at: datetime, step: str) -> Campaign:
    plan, today = clean_plan(plan), day_of(at)
    area_on(plan.area_code, today)
    matter = matter_for(plan, today)
    require_taken(matter, plan.area_code, today)
    written(row, plan, matter)
    row.save()
    CampaignStep.objects.create(campaign=row, action=step, at=at, by_key=by.key)
    return row


@deed("campaign.announce", on=_of_campaign)
def announce(*, campaign_id: UUID, by: Viewer, at: datetime, purpose: str = "service") -> Campaign:
    """Put the notice up, or refuse what has no time; everybody may object from now on. It holds for whole days."""
    row, today = held(campaign_id, "announce"), day_of(at)
    require_serves(by, row.area_code, at)
    weighed = weigh(plan_of(row), matter_for(plan_of(row), today), today, without=row.pk)
    require_none(weighed.against)
    emergency = emergency_over(row.area_code, today)
    row.emergency = emergency.number if emergency else ""
    row.notice_until = None if emergency else today + timedelta(days=policy().notice_days)
    row.verdict, row.announced_by, row.announced_at = weighed.verdict.as_dict(), by.key, at
    row.expected = weighed.households
    return moved(row, "announce", by, at)


@deed("campaign.approve", on=_of_campaign)
def approve(*, campaign_id: UUID, by: Viewer, at: datetime, purpose: str = "oversight") -> Campaign:
    """Confirm as the second person that it may start, with notice and objections over; never whoever announced it."""
    row = held(campaign_id, "approve")
    if by.key in {row.drafted_by, row.announced_by, *row.steps.filter(action="amend").values_list("by_key", flat=True)}:
        raise refuse(SAME_PERSON)
    require_none(against_approval(today=day_of(at), notice_until=row.notice_until, open_objections=unanswered(row)))
    row.approved_by, row.approved_at = by.key, at
    return moved(row, "approve", by, at)


@deed("campaign.unapprove", on=_of_campaign, keeps=("reason",))
def unapprove(*, campaign_id: UUID, reason: str, by: Viewer, at: datetime, purpose: str = "oversight") -> Campaign:
    """Take the second person's word back before it starts, with a reason: it waits for one again."""
    row = held(campaign_id, "unapprove")
    if row.approved_at is None:
        raise refuse(say.NOT_APPROVED)
    row.approved_by, row.approved_at = "", None
    return moved(row, "unapprove", by, at, reason_of(reason))


# --- Objections -----------------------------------------------------------------------------------------------------


@deed("campaign.object", subjects=_nobody)
def object_to(
    *, campaign_id: UUID, village_code: str, subject: str, text: str, by: Viewer, at: datetime,
    purpose: str = "own_case",
) -> int:  # fmt: skip
    """Keep what somebody has against a campaign, masked, and nothing of who it was; returns its number."""
    if by.user_id is not None:
        raise refuse(say.NAMELESS)
    row = Campaign.objects.select_for_update(of=("self",)).filter(pk=campaign_id).exclude(state="draft").first()
    if row is None:
        raise refuse(say.UNKNOWN)
    if row.state in OVER_STATES:
        raise refuse(say.CLOSED)
    words = mask(clean_text(text, limit=TEXT_LENGTH)).text
    if not words or subject not in policy().subjects:
        raise refuse(say.NO_OBJECTION)
    village = CHINA.cut(village_code, "village")
    if village not in names_of([village]) or not within(village, (row.area_code, CHINA.cut(row.area_code, "village"))):
        raise refuse(say.NO_PLACE)
    return object_of(row, village, subject, words, at)


@deed("campaign.ask_answer", subjects=_nobody)
def ask_answer(
    *, campaign_id: UUID, contact: Contact, language: str, by: Viewer, at: datetime, purpose: str = "own_case"
) -> None:
    """Note that somebody wants to be told when objections are answered; a transaction of its own, which names none."""
    row = Campaign.objects.filter(pk=campaign_id, state__in=OPEN_STATES).first()
    if by.user_id is not None or row is None or contact.is_empty:
        raise refuse(say.NAMELESS if by.user_id is not None else say.CLOSED)
    kept = keep_contact(
        contact=contact, area_code="", parties=[], language=language, share_with_handler=False, by=by, at=at
    )
    AnswerWish(campaign=row, contact_id=kept, language=language).save(force_insert=True)


def _of_objection(facts: Mapping[str, Any]) -> Place:
    found = Objection.objects.filter(pk=facts["objection_id"]).select_related("campaign").first()
    if found is None:
        raise refuse(say.UNKNOWN)
    return Place(found.campaign.area_code)


@deed("campaign.answer_objection", on=_of_objection, keeps=("decision", "alike"))
def answer_objection(
    *, objection_id: UUID, decision: str, answer: str, other: str = "", alike: bool = False, by: Viewer,
    at: datetime, purpose: str = "service",
) -> list[Objection]:  # fmt: skip
    """Answer an objection in public, with reasons; a second time corrects the answer.

    `other`: it in the other language. `alike`: all of the same subject and wording that wait get it, by each number.
    """
    row = Objection.objects.select_for_update(of=("self",)).select_related("campaign").get(pk=objection_id)
    require_serves(by, row.campaign.area_code, at)
    if decision not in ANSWERS:
        raise refuse(say.NO_REASON)
    rows = [row, *(alike_to(row) if alike else [])]
    text, second = reason_of(answer), reason_of(other) if other.strip() else ""
    require_none(tuple(against_other(text, second)))
    for one in rows:
        one.decision, one.answer, one.answer_other = decision, text, second
        one.answered_at, one.answered_by = at, by.key
    Objection.objects.bulk_update(rows, ["decision", "answer", "answer_other", "answered_at", "answered_by"])
    recall_asking(row.campaign)
    return rows


@deed("campaign.tell", subjects=_of_none)
def tell(*, by: Viewer, at: datetime, purpose: str = "operation") -> int:
    """Tell those who asked, once nothing of a campaign waits for an answer or it is over; returns how many."""
    return tell_askers(at)


# --- Running --------------------------------------------------------------------------------------------------------


@deed("campaign.start", on=_of_campaign)
def start(*, campaign_id: UUID, by: Viewer, at: datetime, purpose: str = "service") -> Campaign:
    """Start once the notice is over, all objections are reached and a second person confirmed; the order goes down."""
    row, today = held(campaign_id, "start"), day_of(at)
    require_serves(by, row.area_code, at)
    require_none(
        against_start(
            today=today, notice_until=row.notice_until, open_objections=unanswered(row),
            is_approved=row.approved_at is not None, first=row.first, last=row.last,
        )
    )  # fmt: skip
    require_emergency(row, at)
    row.started_at = at
    send_down(row, by, at)
    return moved(row, "start", by, at)


@deed("campaign.stop", on=_of_campaign, keeps=("reason",))
def stop(*, campaign_id: UUID, reason: str, by: Viewer, at: datetime, purpose: str = "service") -> Campaign:
    """Stop for now, with a reason that everybody reads: from this moment nothing of it is due, and the order ends."""
    row = held(campaign_id, "stop")
    require_serves(by, row.area_code, at)
    row.reason = reason_of(reason)
    call_back(row, row.reason, by, at)
    return moved(row, "stop", by, at, row.reason)


@deed("campaign.resume", on=_of_campaign, keeps=("reason",))
def resume(*, campaign_id: UUID, reason: str, by: Viewer, at: datetime, purpose: str = "service") -> Campaign:
    """Go on after a stop, with a reason; what was done counts, and the order goes down anew."""
    row = held(campaign_id, "resume")
    require_serves(by, row.area_code, at)
    require_emergency(row, at)
    row.reason = reason_of(reason)
    send_down(row, by, at)
    return moved(row, "resume", by, at, row.reason)


@deed("campaign.end", on=_of_campaign, keeps=("reason",))
def end(*, campaign_id: UUID, reason: str, by: Viewer, at: datetime, purpose: str = "service") -> Campaign:
    """End before the last day, with a reason; what was done stays counted."""
    row = held(campaign_id, "end")
    require_serves(by, row.area_code, at)
    row.reason, row.ended_at = reason_of(reason), at
    call_back(row, row.reason, by, at)
    return moved(row, "end", by, at, row.reason)


@deed("campaign.withdraw", on=_of_campaign, keeps=("reason",))
def withdraw(*, campaign_id: UUID, reason: str, by: Viewer, at: datetime, purpose: str = "service") -> Campaign:
    """Take it back before it started, with a reason."""
    row = held(campaign_id, "withdraw")
    require_serves(by, row.area_code, at)
    row.reason, row.ended_at = reason_of(reason), at
    return moved(row, "withdraw", by, at, row.reason)


@deed("campaign.lapse")
def lapse(*, by: Viewer, at: datetime, purpose: str = "operation") -> list[Campaign]:
    """End campaigns the day after their last; returns which."""
    over = Campaign.objects.select_for_update(of=("self",)).filter(state__in=MOVES["end"][0], last__lt=day_of(at))
    rows = list(over)
    for row in rows:
        row.ended_at = at
        moved(row, "end", by, at)
    return rows


@deed("campaign.halt")
def halt(*, by: Viewer, at: datetime, purpose: str = "operation") -> list[Campaign]:
    """Stop what runs under an emergency that is over: nothing is due, the order is withdrawn, all read why."""
    running = Campaign.objects.select_for_update(of=("self",)).filter(state="running").exclude(emergency="")
    over = [row for row in running.order_by("id") if is_over(row, at)]
    for row in over:
        row.reason = EMERGENCY_ENDED.zh
        recall(row, row.reason, by, at)
        moved(row, "stop", by, at, row.reason)
    return over


@deed("campaign.dissolve")
def dissolve(*, by: Viewer, at: datetime, purpose: str = "operation") -> list[Campaign]:
    """End what stands over an area that was divided, merged or dissolved, or take it back before its start."""
    open_ = Campaign.objects.select_for_update(of=("self",)).exclude(state__in=OVER_STATES).order_by("id")
    gone = [code for code in set(open_.values_list("area_code", flat=True)) if not stands(code)]
    rows = list(open_.filter(area_code__in=gone))
    for row in rows:
        row.reason, row.ended_at = AREA_ENDED.zh, at
        recall(row, row.reason, by, at)
        moved(row, "withdraw" if row.state in MOVES["withdraw"][0] else "end", by, at, row.reason)
    return rows


@deed("campaign.hear", on=_of_area, keeps=("campaign_id", "area_code"))
def hear(*, campaign_id: UUID, area_code: str, by: Viewer, at: datetime, purpose: str = "service") -> StepHeard:
    """Take note, for the own area, that it was stopped, goes on or ended early; once for each such step."""
    require_serves(by, area_code, at, "order.acknowledge")
    row = Campaign.objects.filter(pk=campaign_id).first()
    if row is None or not in_force().covers(area_code, (row.area_code,), ()):
        raise refuse(say.UNKNOWN)
    step = last_told(row)
    if step is None:
        raise refuse(say.NOTHING_TO_HEAR)
    facts = {"at": at, "by_key": by.key}
    return StepHeard.objects.get_or_create(step=step, area_code=area_now(area_code), defaults=facts)[0]


# --- Days -----------------------------------------------------------------------------------------------------------


@deed("campaign.explain", on=_of_area, keeps=("campaign_id", "area_code", "day", "reason"))
def explain(
    *, campaign_id: UUID, area_code: str, day: date, reason: str, by: Viewer, at: datetime, purpose: str = "service"
) -> SilentDay:
    """Say why a grid reports nothing on a day, by a reason of the list.

    Whether something came from it is not answered, not even by a refusal: of a grid's day nobody above is told.
    """
    row = said_of(campaign_id, area_code, day, at)
    if CHINA.level_of(area_code).key != "grid" or area_code not in names_of([area_code]):
        raise refuse(say.NOT_A_GRID, code=area_code[:20])
    if reason not in policy().reasons:
        raise refuse(say.NO_REASON)
    facts = {"reason": reason, "at": at, "by_key": by.key}
    return SilentDay.objects.update_or_create(campaign=row, area_code=area_code, day=day, defaults=facts)[0]


@deed("campaign.confirm_day", on=_of_area, keeps=("campaign_id", "area_code", "day"))
def confirm_day(
    *, campaign_id: UUID, area_code: str, day: date, note: str = "", by: Viewer, at: datetime,
    purpose: str = "service",
) -> DayReturn:  # fmt: skip
    """Confirm a day's figures for the own area, with a note if there is one; nothing is typed, nothing is changed."""
    require_serves(by, area_code, at)
    row = said_of(campaign_id, area_code, day, at)
    text = clean_text(note, limit=TEXT_LENGTH)
    if mask(text).findings:
        raise refuse(say.PERSON)
    facts = {"note": text, "at": at, "by_key": by.key}
    return DayReturn.objects.update_or_create(campaign=row, area_code=area_code, day=day, defaults=facts)[0]


@deed("campaign.count", on=_of_campaign)
def count(*, campaign_id: UUID, by: Viewer, at: datetime, purpose: str = "operation") -> Campaign:
    """Count visits by grid and day, and above: what changed, all once a day; of an ended area what comes late."""
    row = Campaign.objects.select_for_update(of=("self",)).get(pk=campaign_id)
    if stands(row.area_code):
        counting.recount(row, at)
    elif gone := ends_of([row.area_code]).get(row.area_code):
        counting.recount_late(row, gone)
    row.counted_at = at
    row.save(update_fields=["counted_at"])
    return row
