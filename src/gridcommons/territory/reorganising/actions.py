"""Writes of reorganising: a plan from its draft to the day it is in force, and the receipts of hand-overs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection

from gridcommons.access.deeds import deed
from gridcommons.access.rules import Place, Viewer
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA, within
from gridcommons.kit.errors import Refusal, refuse, require_none, worded
from gridcommons.kit.words import Words
from gridcommons.territory.reorganising import refusals as say
from gridcommons.territory.reorganising.ground import changes_of, ground_for, kept_target, policy
from gridcommons.territory.reorganising.models import HandOver, Line, Plan
from gridcommons.territory.reorganising.naming import require_plain_title
from gridcommons.territory.reorganising.rules import ASK, Change, line_obstacles, require_day
from gridcommons.territory.reorganising.switching import moving_of, switch
from gridcommons.territory.reorganising.unfolding import codes_touched
from gridcommons.territory.succession import ZONE

WORDS: Final[Mapping[str, Words]] = {
    "draft": Words("起草中", "a draft"),
    "proposed": Words("已提出，待审核", "proposed, to be reviewed"),
    "reviewed": Words("已审核，待批准", "reviewed, to be adopted"),
    "adopted": Words("已批准，待生效", "adopted, not yet in force"),
    "in_force": Words("已生效", "in force"),
    "withdrawn": Words("已撤回", "withdrawn"),
}
_TITLE, _REASON, _AUTHORITY = 120, 500, 200
_LOCK: Final = 0x61726561


def _of_area(facts: Mapping[str, Any]) -> Place:
    CHINA.level_of(facts["area_code"])
    return Place(facts["area_code"])


def _of_plan(facts: Mapping[str, Any]) -> Place:
    code = Plan.objects.filter(pk=facts["plan_id"]).values_list("area_code", flat=True).first()
    if code is None:
        raise refuse(say.UNKNOWN_PLAN)
    return Place(code)


def _of_hand_over(facts: Mapping[str, Any]) -> Place:
    row = HandOver.objects.filter(pk=facts["hand_over_id"], received_at__isnull=True).first()
    if row is None:
        raise refuse(say.UNKNOWN_HAND_OVER)
    return Place(row.to_code)


def _held(plan_id: UUID, *states: str) -> Plan:
    """The plan, locked; refuses one that is not in one of these states."""
    plan = Plan.objects.select_for_update().get(pk=plan_id)
    if plan.state not in states:
        raise Refusal((worded(say.NOT_NOW, state=WORDS[plan.state]),))
    return plan


def _one_at_a_time() -> None:
    """Two plans are not adopted or put in force at the same moment: each has to see what the other takes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))


@deed("areas.draft", on=_of_area, keeps=("area_code", "title", "on_day"))
def draft_plan(
    *, area_code: str, title: str, on_day: date, reason: str = "", source: str = "", by: Viewer, at: datetime,
    purpose: str = "administration",
) -> Plan:  # fmt: skip
    """Begin a plan for what lies in an area; `source`: the file it was read from, if any; refuses a day gone by."""
    require_day(on_day, local_day(at, ZONE))
    return Plan.objects.create(
        area_code=area_code, title=_title(title), state="draft", on_day=on_day, source=source[:_AUTHORITY],
        reason=clean_text(reason, limit=_REASON), created_by=by.key, created_at=at,
    )  # fmt: skip


def _title(title: str) -> str:
    text = clean_text(title, limit=_TITLE)
    if not text:
        raise refuse(say.NO_TITLE)
    require_plain_title(text)
    return text


@deed("areas.amend", on=_of_plan, keeps=("title", "on_day"))
def amend_plan(
    *, plan_id: UUID, title: str, on_day: date, reason: str = "", by: Viewer, at: datetime,
    purpose: str = "administration",
) -> Plan:  # fmt: skip
    """Change the title, day or reason of a draft."""
    plan = _held(plan_id, "draft")
    require_day(on_day, local_day(at, ZONE))
    plan.title, plan.on_day, plan.reason = _title(title), on_day, clean_text(reason, limit=_REASON)
    plan.save()
    return plan


@deed("areas.add_lines", on=_of_plan)
def add_lines(
    *, plan_id: UUID, changes: Iterable[Change], questions: Mapping[int, str] | None = None, by: Viewer, at: datetime,
    purpose: str = "administration",
) -> list[Line]:  # fmt: skip
    """Add lines to a draft; refuses one that cannot be carried out by itself. `questions`: by the place among them."""
    plan, lines = _held(plan_id, "draft"), list(changes)
    if plan.lines.count() + len(lines) > policy().most_changes:
        raise refuse(say.TOO_MANY, most=policy().most_changes)
    for change in lines:
        _require_inside(change, plan)
        if change.verb != ASK:
            require_none(tuple(line_obstacles(change, ground_for([change], plan.on_day, plan.pk))))
    first = 1 + max(plan.lines.values_list("place", flat=True), default=0)
    return [
        Line.objects.create(
            plan=plan, place=first + n, verb=change.verb, old_codes=list(change.old),
            into=[kept_target(target) for target in change.into], question=(questions or {}).get(n, "")[:_REASON],
        )
        for n, change in enumerate(lines)
    ]  # fmt: skip


def _require_inside(change: Change, plan: Plan) -> None:
    for code in (*change.old, *(target.code for target in change.into)):
        if not within(code, (plan.area_code,)):
            names = ground_for([change], plan.on_day, plan.pk)
            outside = worded(say.OUTSIDE, area=names.called(code), whole=names.called(plan.area_code))
            raise Refusal((outside,))


@deed("areas.remove_line", on=_of_plan, keeps=("line_id",))
def remove_line(*, plan_id: UUID, line_id: UUID, by: Viewer, at: datetime, purpose: str = "administration") -> Plan:
    """Take a line out of a draft; what it was stays in the history."""
    plan = _held(plan_id, "draft")
    plan.lines.filter(pk=line_id).delete()
    return plan


@deed("areas.propose", on=_of_plan)
def propose_plan(*, plan_id: UUID, by: Viewer, at: datetime, purpose: str = "administration") -> Plan:
    """Hand a plan to a second person; refuses one that could not be carried out, with everything in its way."""
    plan = _held(plan_id, "draft")
    _check(plan, by, at)
    plan.state, plan.proposed_by, plan.proposed_at, plan.said = "proposed", by.key, at, ""
    plan.save()
    return plan


def _check(plan: Plan, by: Viewer, at: datetime) -> None:
    """Hold a plan against the areas as they stand; keeps which codes it takes and gives."""
    require_day(plan.on_day, local_day(at, ZONE))
    changes = changes_of(plan.lines.all())
    moving = moving_of(plan, changes, by, at)
    plan.old_codes, given = (list(codes) for codes in codes_touched(changes))
    plan.new_codes = sorted({*given, *(node.code for node in moving.outcome.made)})


@deed("areas.send_back", on=_of_plan, keeps=("reason",))
def send_plan_back(*, plan_id: UUID, reason: str, by: Viewer, at: datetime, purpose: str = "administration") -> Plan:
    """Give a proposed or reviewed plan back to be mended, with a reason."""
    plan = _held(plan_id, "proposed", "reviewed")
    text = clean_text(reason, limit=_REASON)
    if not text:
        raise refuse(say.NO_REASON)
    plan.state, plan.said = "draft", text
    plan.proposed_by, plan.proposed_at, plan.reviewed_by, plan.reviewed_at = "", None, "", None
    plan.save()
    return plan


@deed("areas.review", on=_of_plan)
def review_plan(*, plan_id: UUID, by: Viewer, at: datetime, purpose: str = "administration") -> Plan:
    """A second person has read the plan and its preview and stands by it."""
    plan = _held(plan_id, "proposed")
    _require_another(plan, by)
    _check(plan, by, at)
    plan.state, plan.reviewed_by, plan.reviewed_at = "reviewed", by.key, at
    plan.save()
    return plan


def _require_another(plan: Plan, by: Viewer) -> None:
    if by.key in {plan.proposed_by, plan.created_by}:
        raise refuse(say.SAME_PERSON)


@deed("areas.adopt", on=_of_plan, keeps=("authority",))
def adopt_plan(*, plan_id: UUID, authority: str, by: Viewer, at: datetime, purpose: str = "administration") -> Plan:
    """Adopt a reviewed plan by the authority named; it is in force at once if its day is today, else on its day."""
    _one_at_a_time()
    plan = _held(plan_id, "reviewed")
    _require_another(plan, by)
    text = clean_text(authority, limit=_AUTHORITY)
    if not text:
        raise refuse(say.NO_AUTHORITY)
    _check(plan, by, at)
    plan.state, plan.authority, plan.adopted_by, plan.adopted_at = "adopted", text, by.key, at
    plan.save()
    return switch(plan, by, at) if plan.on_day <= local_day(at, ZONE) else plan


@deed("areas.withdraw", on=_of_plan, keeps=("reason",))
def withdraw_plan(*, plan_id: UUID, reason: str, by: Viewer, at: datetime, purpose: str = "administration") -> Plan:
    """Give up a plan that is not yet in force, with a reason; the codes it would have given are free again."""
    plan = _held(plan_id, "draft", "proposed", "reviewed", "adopted")
    text = clean_text(reason, limit=_REASON)
    if not text:
        raise refuse(say.NO_REASON)
    plan.state, plan.withdrawn_by, plan.withdrawn_at, plan.said = "withdrawn", by.key, at, text
    plan.save()
    return plan


@deed("areas.switch", on=_of_plan)
def put_in_force(*, plan_id: UUID, by: Viewer, at: datetime, purpose: str = "operation") -> Plan:
    """Put an adopted plan in force on its day, as the program does by itself after midnight."""
    _one_at_a_time()
    plan = _held(plan_id, "adopted")
    if plan.on_day > local_day(at, ZONE):
        raise Refusal((worded(say.NOT_NOW, state=WORDS[plan.state]),))
    return switch(plan, by, at)


@deed("areas.stuck", on=_of_plan)
def tell_of_problem(*, plan_id: UUID, problem: str, by: Viewer, at: datetime, purpose: str = "operation") -> Plan:
    """Keep why an adopted plan could not be put in force, for those who can mend it."""
    plan = _held(plan_id, "adopted")
    plan.problem = problem[:1000]
    plan.save(update_fields=["problem"])
    return plan


@deed("areas.receive", on=_of_hand_over)
def receive(*, hand_over_id: UUID, note: str = "", by: Viewer, at: datetime, purpose: str = "service") -> HandOver:
    """Sign for what an area took over; the giving side sees it."""
    row = HandOver.objects.select_for_update().get(pk=hand_over_id)
    if row.received_at is not None:
        raise refuse(say.UNKNOWN_HAND_OVER)
    row.received_by, row.received_name, row.received_at = by.key, by.name[:100], at
    row.note = clean_text(note, limit=_REASON)
    row.save()
    return row
