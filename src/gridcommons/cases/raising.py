"""A level up: when a clock ran out or a case was sent back too often, and to which office it goes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Q

from gridcommons.access.queries import OfficeFacts, find_office, is_staffed
from gridcommons.cases.casting import clock_kind
from gridcommons.cases.clocks import later
from gridcommons.cases.limits import LATE, LEVELS, SENT_BACK, UNFILED, Escalation, limits
from gridcommons.cases.models import Case
from gridcommons.cases.stepping import Moved, load
from gridcommons.cases.transitions import packaged
from gridcommons.kit.calendar import WorkingCalendar
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.span import ClockKind, Span
from gridcommons.kit.words import Words
from gridcommons.matters.queries import matter_as_of
from gridcommons.territory.succession import area_now

_DUTY: Final = "coordinator"
_BELOW: Final = "village"
NOT_TO_RAISE = refusal_kind(
    "case.not_to_raise",
    status=409,
    zh="这件事没有到提级的条件，或者上面没有可以接的机构。",
    en="This case does not meet the limits for being raised, or no office above can take it.",
)


def raised(case_id: UUID, at: datetime) -> Moved:
    """Raise a case to the next level that has an office; refuses where the limits are not met any more."""
    case, _steps = load(case_id)
    why, target = why_raised(case, at), next_office(case, at)
    if why is None or target is None:
        raise refuse(NOT_TO_RAISE)
    level, office = target
    sets = {"raised_level": level, "raised_office_id": office.id, "raised_at": at, "appointed": False}
    return Moved(note=why.in_language(case.language), sets=sets, named=office)


def why_raised(case: Case, at: datetime) -> Words | None:
    """Why a case goes a level up now; None where it does not."""
    rule, kind = limits().escalation, clock_kind(matter_as_of(case.edition, case.matter_key).deadline.clock)
    if case.raised_at is not None and not _is_past(case.raised_at, rule.next_level_after, kind, at):
        return None
    if case.due_at is not None and _is_past(_since(case, case.due_at), rule.after_late, kind, at):
        return LATE
    return SENT_BACK if case.returns >= rule.returns and case.raised_at is None else None


def pressed(case_id: UUID, at: datetime) -> Moved:
    """Tell the next level that nobody files a report; refuses where the limits are not met any more."""
    case, _steps = load(case_id)
    target = _to_press(case, at)
    if target is None:
        raise refuse(NOT_TO_RAISE)
    return Moved(note=UNFILED.in_language(case.language), named=target)


def to_press(at: datetime) -> list[UUID]:
    """Reports that nobody filed in time, the longest late first."""
    rows = Case.objects.filter(state="reported", file_by__lt=at).order_by("file_by", "id")
    return [case.pk for case in rows.iterator() if _to_press(case, at)]


def _to_press(case: Case, at: datetime) -> OfficeFacts | None:
    """The office above that has to be told now: one level higher each time the limit has run out once more."""
    rule, kind = limits().escalation, clock_kind(matter_as_of(case.edition, case.matter_key).deadline.clock)
    before = list(case.steps.filter(action="press").order_by("at", "id"))
    since, length = (before[-1].at, rule.next_level_after) if before else (case.file_by, rule.after_late)
    if since is None or not _is_past(_since(case, since), length, kind, at):
        return None
    told = {step.to_office_id for step in before}
    return next((office for _level, office in _steering(case, LEVELS[1:], at) if office.id not in told), None)


def _since(case: Case, moment: datetime) -> datetime:
    """Lateness counts here from when a case came here: a backlog that is carried over begins anew with its desk."""
    return max(moment, case.carried_at) if case.carried_at is not None else moment


def _is_past(since: datetime, length: Span, kind: ClockKind, at: datetime) -> bool:
    """Whether so much of the clock has run since a moment."""
    calendar = WorkingCalendar.load()
    whole = timedelta(minutes=length.total_minutes(calendar, clock=kind))
    return at > since and later(calendar, since, whole, kind) <= at


def next_office(case: Case, at: datetime) -> tuple[str, OfficeFacts] | None:
    """The next level above the case's present one with an office that somebody serves, and that office."""
    return next(_steering(case, _above(case), at), None)


def _steering(case: Case, levels: Iterable[str], at: datetime) -> Iterator[tuple[str, OfficeFacts]]:
    """The offices above, level by level, that somebody serves: of each level the first kind."""
    for level in levels:
        code = CHINA.cut(area_now(case.area_code, case.pk), level)
        held = (find_office(code, kind) for kind in limits().escalation.offices[level])
        staffed = next((office for office in held if office is not None and is_staffed(office.id, _DUTY, at)), None)
        if staffed is not None:
            yield level, staffed


def _above(case: Case) -> Iterable[str]:
    """The levels above the one at which a case is steered: of a village's own office the township is one, too."""
    if case.raised_level:
        return LEVELS[LEVELS.index(case.raised_level) + 1 :]
    local = case.handler_office is not None and len(case.handler_office.area_code) >= CHINA.width(_BELOW)
    return LEVELS if local else LEVELS[1:]


def to_raise(at: datetime) -> list[UUID]:
    """Cases that may have to go a level up, the longest late first; each is judged once more when it is raised."""
    rule: Escalation = limits().escalation
    states = packaged().action("raise").sources
    pressing = Q(due_at__lt=at) | Q(returns__gte=rule.returns, raised_at__isnull=True)
    rows = Case.objects.filter(pressing, state__in=states).order_by("due_at", "id").select_related("handler_office")
    return [case.pk for case in rows.iterator() if why_raised(case, at) and next_office(case, at)]
