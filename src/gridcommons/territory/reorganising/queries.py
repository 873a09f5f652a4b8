"""Reads of reorganising: plans, their lines, hand-over lists, what an area was and became. No person in any of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice
from typing import Any, Final
from uuid import UUID

from django.db.models import Max, Q

from gridcommons.access.rules import Viewer
from gridcommons.access.scope import lying_in
from gridcommons.kit.codes import CHINA, free_codes
from gridcommons.kit.errors import refuse
from gridcommons.kit.lineage import in_force
from gridcommons.kit.words import Words
from gridcommons.territory.models import Area, Succession
from gridcommons.territory.queries import lives_of
from gridcommons.territory.reorganising import refusals as say
from gridcommons.territory.reorganising.ground import change_of
from gridcommons.territory.reorganising.models import HandOver, Line, Plan
from gridcommons.territory.reorganising.rules import Change

PAGE: Final = 30


@dataclass(frozen=True)
class PlanLine:
    """One line of a plan; `question` is empty where it is certain; `old_names` by code, once the plan took force."""

    id: UUID
    change: Change
    question: str
    old_names: Mapping[str, Words] = field(default_factory=dict)


@dataclass(frozen=True)
class PlanFacts:
    """A plan as pages need it."""

    id: UUID
    title: str
    area_code: str
    state: str
    on_day: date
    authority: str
    reason: str
    said: str
    problem: str
    source: str
    created_by: str
    created_at: datetime
    steps: tuple[tuple[str, str, datetime], ...]
    lines: tuple[PlanLine, ...] = ()

    @property
    def changes(self) -> list[Change]:
        """Its lines as the rules see them."""
        return [line.change for line in self.lines]


def _facts(plan: Plan, *, with_lines: bool) -> PlanFacts:
    done = (
        ("draft", plan.created_by, plan.created_at), ("proposed", plan.proposed_by, plan.proposed_at),
        ("reviewed", plan.reviewed_by, plan.reviewed_at), ("adopted", plan.adopted_by, plan.adopted_at),
        ("in_force", "", plan.switched_at), ("withdrawn", plan.withdrawn_by, plan.withdrawn_at),
    )  # fmt: skip
    lines = plan.lines.order_by("place") if with_lines else ()
    return PlanFacts(
        plan.pk, plan.title, plan.area_code, plan.state, plan.on_day, plan.authority, plan.reason, plan.said,
        plan.problem, plan.source, plan.created_by, plan.created_at,
        tuple((state, by, at) for state, by, at in done if at is not None),
        tuple(PlanLine(line.pk, change_of(line), line.question, _old_names(line)) for line in lines),
    )  # fmt: skip


def _old_names(line: Line) -> dict[str, Words]:
    return {code: Words(*pair) for code, pair in zip(line.old_codes, line.old_names, strict=False)}


def plan_facts(plan_id: UUID) -> PlanFacts:
    """One plan with its lines; refuses one that is not there."""
    plan = Plan.objects.filter(pk=plan_id).first()
    if plan is None:
        raise refuse(say.UNKNOWN_PLAN)
    return _facts(plan, with_lines=True)


def plan_row(plan_id: UUID) -> Plan:
    """The row of a plan, for what the room itself reckons with it."""
    plan = Plan.objects.filter(pk=plan_id).first()
    if plan is None:
        raise refuse(say.UNKNOWN_PLAN)
    return plan


def plans_within(codes: Iterable[str], *, states: Iterable[str] = (), first: int = 0) -> tuple[list[PlanFacts], int]:
    """The plans for areas in or above the given ones, newest first, a page of them, and how many there are."""
    codes = list(codes)
    above = {raw for code in codes for n in range(2, len(code)) for raw in in_force().known_as(code[:n])}
    wanted = lying_in("area_code", codes) | Q(area_code__in=above)
    rows = Plan.objects.filter(wanted)
    if states := list(states):
        rows = rows.filter(state__in=states)
    page = rows.order_by("-created_at", "id")[first : first + PAGE]
    return [_facts(plan, with_lines=False) for plan in page], rows.count()


def due_plans(day: date) -> list[tuple[UUID, str]]:
    """Adopted plans whose day has come, the oldest first, each with what stood in its way so far."""
    rows = Plan.objects.filter(state="adopted", on_day__lte=day).order_by("on_day", "adopted_at")
    return list(rows.values_list("pk", "problem"))


def last_switch() -> datetime | None:
    """When areas were reorganised last; None before the first time."""
    last: datetime | None = Plan.objects.aggregate(last=Max("switched_at"))["last"]
    return last


def free_codes_below(parent: str, level: str, number: int, plan_id: UUID | None = None) -> list[str]:
    """The next codes of a level below an area that were never given, nor taken by another plan or this one."""
    digits = CHINA.width(level) - len(parent)
    used = set(Area.objects.filter(code__startswith=parent, level=level).values_list("code", flat=True))
    for plan in Plan.objects.filter(Q(state="adopted") | Q(pk=plan_id)):
        used |= set(plan.new_codes)
    for line in Line.objects.filter(plan=plan_id) if plan_id else ():
        used |= {target["code"] for target in line.into}
    return list(islice(free_codes(parent, used, digits=digits), number))


@dataclass(frozen=True)
class HandOverFacts:
    """A hand-over list as pages need it."""

    id: UUID
    plan_id: UUID
    plan_title: str
    on_day: date
    from_code: str
    to_code: str
    same_office: bool
    counts: Mapping[str, int]
    posts: tuple[str, ...]
    received_name: str
    received_at: datetime | None
    note: str

    @property
    def total(self) -> int:
        """How many open cases went over."""
        return sum(self.counts.values())


def _hand_over(row: HandOver) -> HandOverFacts:
    return HandOverFacts(
        row.pk, row.plan_id, row.plan.title, row.plan.on_day, row.from_code, row.to_code, row.same_office,
        row.counts, tuple(row.posts), row.received_name, row.received_at, row.note,
    )  # fmt: skip


def hand_overs(viewer: Viewer, at: datetime) -> tuple[list[HandOverFacts], list[HandOverFacts]]:
    """What the viewer's areas took over, and what those they were posted in gave; the newest first."""
    codes = tuple(code for grant in viewer.grants if grant.holds_at(at) for code in grant.included)
    rows = HandOver.objects.select_related("plan").order_by("-made_at", "from_code", "to_code")
    taken = rows.filter(lying_in("to_code", [code for code in codes if in_force().follow(code)]))
    given = rows.filter(from_code__in=[code[:n] for code in codes for n in range(2, len(code) + 1)])
    return [_hand_over(row) for row in taken[:PAGE]], [_hand_over(row) for row in given[:PAGE]]


def hand_overs_of(plan_id: UUID) -> list[HandOverFacts]:
    """The hand-over lists of one plan."""
    rows = HandOver.objects.filter(plan_id=plan_id).select_related("plan").order_by("from_code", "to_code")
    return [_hand_over(row) for row in rows]


@dataclass(frozen=True)
class Turn:
    """One turn in the life of an area: on a day, from one code to another, by a plan."""

    since: date
    old: str
    new: str
    share: float
    whole: bool
    plan_id: UUID


def turns_of(code: str) -> list[Turn]:
    """What an area was and became, whole chains of it, oldest first: pairs that name it, those before and after."""
    found: dict[UUID, Turn] = {}
    for back in (True, False):
        ahead, seen = {code}, {code}
        while ahead:
            rows = Succession.objects.filter(_named(ahead, "new_code" if back else "old_code"))
            ahead = set()
            for row in rows:
                found[row.pk] = Turn(row.since, row.old_code, row.new_code, row.share, row.is_whole, row.plan)
                ahead.add(row.old_code if back else row.new_code)
            ahead -= seen
            seen |= ahead
    return sorted(found.values(), key=lambda turn: (turn.since, turn.old, turn.new))


def _named(codes: Iterable[str], column: str) -> Q:
    """Pairs of these codes or of an area above one: what is above moves what is below."""
    return Q(**{f"{column}__in": {code[:n] for code in codes for n in range(2, len(code) + 1)}})


def life_of(code: str) -> dict[str, Any] | None:
    """When an area holds and what took its place; None for an unknown code."""
    fields = ("code", "name_zh", "name_en", "level", "valid_from", "valid_to", "replaced_by", "issuer")
    found: dict[str, Any] | None = Area.objects.filter(pk=code).values(*fields).first()
    return found


def plans_of_area(code: str) -> list[PlanFacts]:
    """The plans in force that took or gave this code, oldest first."""
    rows = Plan.objects.filter(Q(old_codes__contains=[code]) | Q(new_codes__contains=[code]), state="in_force")
    return [_facts(plan, with_lines=True) for plan in rows.order_by("on_day", "adopted_at")]


def marks_between(code: str, first: date, last: date) -> list[date]:
    """The days on which an area, or what lies in it, was divided, merged or moved: marks in a series."""
    lineage = in_force()
    rows = Succession.objects.filter(since__range=(first, last)).values_list("since", "old_code", "new_code")
    return sorted({since for since, old, new in rows if any(lineage.covers(one, (code,)) for one in (old, new))})


@dataclass(frozen=True)
class Remade:
    """That an area is not the ground that it was: since when, by a plan switched at which moment, of which areas."""

    since: date
    at: datetime
    olds: tuple[str, ...]


def remade(codes: Iterable[str]) -> dict[str, Remade]:
    """Which areas got or lost ground by being divided or merged, and how last; those that went on whole are absent."""
    lineage = in_force()
    if not lineage:
        return {}
    raws = {raw: code for code in codes for raw in {code, *lineage.origins(code)}}
    rows = list(Succession.objects.filter(new_code__in=raws, is_whole=False, since__lte=lineage.day).order_by("since"))
    switched = dict(Plan.objects.filter(pk__in={row.plan for row in rows}).values_list("pk", "switched_at"))
    begun = {code: begins for code, (begins, _ends) in lives_of({row.new_code for row in rows}).items()}
    found: dict[str, Remade] = {}
    for row in rows:
        code, at = raws[row.new_code], switched.get(row.plan)
        if at is None:
            continue
        held = found.get(code)
        olds = {row.old_code, *(held.olds if held and held.since == row.since else ())}
        olds |= {row.new_code} if begun[row.new_code] < row.since else set()
        found[code] = Remade(row.since, max(at, held.at) if held else at, tuple(sorted(olds)))
    return found
