"""Writes of problems: proposed by the program, taken up or declined, worked on at a table, closed, reviewed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import connection

from gridcommons.access.deeds import deed, subject_of
from gridcommons.access.queries import office_at
from gridcommons.access.rules import Viewer
from gridcommons.cases.codes import ZONE
from gridcommons.cases.models import Case
from gridcommons.cases.problems.models import Measure, Meeting, Problem, ProblemCase, ProblemStep, Seat
from gridcommons.cases.problems.patterns import packaged
from gridcommons.cases.problems.publishing import publish as publish_row
from gridcommons.cases.problems.rules import helped
from gridcommons.cases.problems.table import (
    UNKNOWN,
    day_between,
    keep_parties,
    keeps_table,
    known_cause,
    last_day,
    locked,
    of_problem,
    open_words,
    owner_at,
    require_seat,
    seat_of_owner,
    words,
    write_step,
)
from gridcommons.cases.problems.telling import keepers, tell
from gridcommons.cases.problems.watching import (
    OUT,
    compared_days,
    count_after,
    count_before,
    join_new,
    propose_new,
)
from gridcommons.kit.calendar import WorkingCalendar
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.span import Span

NOTES_LIFE: Final = timedelta(days=730)
_LOCK: Final = 0x70_726F_626C
"""Two watchers wait for one another, so that nothing is proposed twice."""
_WHAT: Final = 300
_NAME: Final = 120
_MOST_PRESENT: Final = 500
_LONGEST_REVIEW: Final = 366

NO_SEAT = refusal_kind(
    "problem.no_seat",
    status=404,
    zh="会商名单里没有这一席，请刷新后重试。",
    en="There is no such seat at this table; reload the page and try again.",
)
ASKED_ALREADY = refusal_kind(
    "problem.asked_already",
    status=409,
    zh="“{name}”已在会商名单里。",
    en="“{name}” is on the list of this table already.",
)
ANSWERED = refusal_kind(
    "problem.answered",
    status=409,
    zh="对方已经答复，邀请不能撤回。",
    en="They have answered already, so the invitation cannot be taken back.",
)
NOT_SEATED = refusal_kind(
    "problem.not_seated",
    status=409,
    zh="措施只能由已同意参加会商的一方承担；请先等对方答复。",
    en="A measure is for somebody who agreed to sit at the table; wait for their answer first.",
)
NO_MEASURE = refusal_kind(
    "problem.no_measure",
    status=404,
    zh="没有这项措施，或它已经办结。",
    en="There is no such measure, or it has ended already.",
)
MEASURES_OPEN = refusal_kind(
    "problem.measures_open",
    status=409,
    zh="还有{n}项措施没有结果；请先报告完成，或写明不再实施，再办结。",
    en="{n} measures have no result yet: report them as done or dropped first, then close.",
)
TOO_EARLY = refusal_kind(
    "problem.too_early",
    status=409,
    zh="回头看定在{day}，之前事项数还不能比较。",
    en="The review is set for {day}; before that the cases cannot be compared.",
)
NO_CASE = refusal_kind(
    "problem.no_case",
    status=404,
    zh="没有可关联的事项“{number}”：编号有误，不在您的区域，或属于从不公开的事项。",
    en="There is no case “{number}” to link: the number is wrong, it lies elsewhere, or its matter is never public.",
)


@deed("problem.propose")
def propose(*, by: Viewer, at: datetime, purpose: str = "operation") -> list[Problem]:
    """Put down what keeps coming back, and tell the offices that keep the tables; returns the new proposals."""
    _wait_for_others()
    new = propose_new(at)
    for problem in new:
        ProblemStep.objects.create(problem=problem, action="propose", at=at, by_key=by.key)
        tell(problem, "problem.proposed", keepers(problem), at)
    return new


@deed("problem.join")
def join(*, by: Viewer, at: datetime, purpose: str = "operation") -> list[Problem]:
    """Link new cases to open problems, and take from the table who said no; returns the problems that grew."""
    _wait_for_others()
    for problem in Problem.objects.filter(state="open", seats__answer="no").distinct():
        keep_parties(problem)
    grown = join_new(at)
    for problem in grown:
        publish_row(problem)
    return grown


def _wait_for_others() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))


@deed("problem.remind")
def remind(*, by: Viewer, at: datetime, purpose: str = "operation") -> list[Problem]:
    """Tell the keepers of the table, once, that a review is due."""
    due = list(Problem.objects.filter(state="closed", review_on__lte=local_day(at, ZONE), reminded_at__isnull=True))
    for problem in due:
        problem.reminded_at = at
        problem.save(update_fields=["reminded_at"])
        tell(problem, "problem.review_due", keepers(problem), at, due=problem.review_on)
    return due


@deed("problem.forget")
def forget(*, by: Viewer, at: datetime, purpose: str = "operation") -> int:
    """Empty the notes of problems that ended two years ago; measures and figures remain."""
    old = list(Problem.objects.filter(ended_at__lte=at - NOTES_LIFE).values_list("pk", flat=True))
    emptied = ProblemStep.objects.filter(problem_id__in=old).exclude(note="").update(note="")
    return emptied + Meeting.objects.filter(problem_id__in=old).exclude(notes="").update(notes="")


@deed("problem.accept", on=of_problem)
def accept(
    *, problem_id: UUID, owner_area: str, owner_kind: str, cause: str, note: str, by: Viewer, at: datetime,
    purpose: str = "service",
) -> Problem:  # fmt: skip
    """Take a proposal up, with the office that owns it and the cause as far as it is known."""
    problem = locked(problem_id, "accept")
    _own(problem, owner_area, owner_kind, cause)
    problem.accepted_at, problem.ended_at = at, None
    note = words(note, "为什么采纳、原因是什么", "why it is taken up and what causes it")
    seat_of_owner(problem, at)
    write_step(problem, "accept", by, at, note=note)
    tell(problem, "problem.owned", [f"office:{problem.owner_id}"], at)
    return problem


def _own(problem: Problem, area: str, kind: str, cause: str) -> None:
    problem.owner_id, problem.cause = owner_at(problem, area, kind).id, known_cause(cause)


@deed("problem.amend", on=of_problem)
def amend(
    *, problem_id: UUID, owner_area: str, owner_kind: str, cause: str, note: str, by: Viewer, at: datetime,
    purpose: str = "service",
) -> Problem:  # fmt: skip
    """Change owner or cause, saying why; a new owner is told."""
    problem = locked(problem_id, "amend")
    before = problem.owner_id
    _own(problem, owner_area, owner_kind, cause)
    note = words(note, "变更理由", "why it is changed")
    seat_of_owner(problem, at)
    write_step(problem, "amend", by, at, note=note)
    if problem.owner_id != before:
        tell(problem, "problem.owned", [f"office:{problem.owner_id}"], at)
    return problem


@deed("problem.decline", on=of_problem)
def decline(*, problem_id: UUID, reason: str, by: Viewer, at: datetime, purpose: str = "service") -> Problem:
    """Do not take a proposal up; it comes back only when it has grown by the factor of the data."""
    problem = locked(problem_id, "decline")
    problem.ended_at = at
    note = words(reason, "不予采纳的理由", "why it is declined")
    problem.size = max(problem.size, ProblemCase.objects.filter(problem=problem).exclude(how=OUT).count())
    write_step(problem, "decline", by, at, note=note)
    return problem


@deed("problem.invite", on=of_problem)
def invite(
    *, problem_id: UUID, office_area: str = "", office_kind: str = "", kind: str = "", name: str = "", by: Viewer,
    at: datetime, purpose: str = "service",
) -> Problem:  # fmt: skip
    """Ask an office, or a body by its name, to the table."""
    problem = locked(problem_id, "invite")
    answer_by = Span(days=packaged().reply_days).due(WorkingCalendar.load(), at)
    if office_area:
        office = office_at(office_area, office_kind)
        said, seat = office.name_zh, Seat(problem=problem, kind="office", office_id=office.id)
        taken = Seat.objects.filter(problem=problem, office_id=office.id)
    else:
        said = open_words(name, "组织名称", "the name of the body", limit=_NAME)
        seat = Seat(problem=problem, kind=kind if kind in packaged().bodies else "other", name=said)
        taken = Seat.objects.filter(problem=problem, name=said)
    refused = taken.filter(answer="no").first()
    if refused is None and taken.exists():
        raise refuse(ASKED_ALREADY, name=said)
    seat = refused or seat
    seat.asked_at, seat.answer_by, seat.answer, seat.answered_at = at, answer_by, "", None
    seat.save()
    write_step(problem, "invite", by, at, note=said)
    if seat.office_id:
        tell(problem, "problem.invited", [f"office:{seat.office_id}"], at, due=local_day(answer_by, ZONE))
    return problem


def _seat(problem: Problem, seat_id: UUID) -> Seat:
    seat = Seat.objects.filter(problem=problem, pk=seat_id).select_related("problem", "office").first()
    if seat is None:
        raise refuse(NO_SEAT)
    return seat


@deed("problem.excuse", on=of_problem)
def excuse(*, problem_id: UUID, seat_id: UUID, by: Viewer, at: datetime, purpose: str = "service") -> Problem:
    """Take an invitation back that nobody has answered."""
    problem = locked(problem_id, "excuse")
    seat = _seat(problem, seat_id)
    if seat.answer:
        raise refuse(ANSWERED)
    said = seat.office.name_zh if seat.office else seat.name
    seat.delete()
    write_step(problem, "excuse", by, at, note=said)
    return problem


@deed("problem.reply", on=of_problem)
def reply(
    *, problem_id: UUID, seat_id: UUID, answer: str, note: str = "", by: Viewer, at: datetime, purpose: str = "service"
) -> Problem:
    """Say yes or no to the table, a no with its reason; for a body without an account its keeper writes the answer."""
    problem = locked(problem_id, "reply")
    seat = _seat(problem, seat_id)
    require_seat(seat, by, at)
    yes = answer == "yes"
    said = words(note, "不参加的理由", "why not", needed=not yes)
    seat.answer, seat.answered_at = "yes" if yes else "no", at
    seat.save()
    who = seat.office.name_zh if seat.office else seat.name
    told = "said_yes" if yes else "said_no"
    write_step(problem, told, by, at, note=f"{who}：{said}" if said else who, deed="problem.reply")
    return problem


@deed("problem.meet", on=of_problem)
def meet(
    *, problem_id: UUID, held_on: date, place: str = "", present: int | None = None, notes: str = "", by: Viewer,
    at: datetime, purpose: str = "service",
) -> Problem:  # fmt: skip
    """Note a meeting of the table: one to come is announced to all who sit there, one held says what was agreed."""
    problem = locked(problem_id, "meet")
    today = local_day(at, ZONE)
    day_between(held_on, local_day(problem.proposed_at, ZONE), last_day(at))
    said = words(notes, "会商记录", "what was agreed", needed=held_on <= today)
    place = words(place, "地点", "the place", limit=_NAME, needed=held_on > today)
    present = min(max(present, 0), _MOST_PRESENT) if present is not None else None
    Meeting.objects.update_or_create(
        problem=problem, held_on=held_on, defaults={"place": place, "present": present, "notes": said}
    )
    write_step(problem, "meet", by, at, note=held_on.isoformat())
    if held_on > today:
        tell(problem, "problem.meeting", problem.parties, at, due=held_on)
    return problem


@deed("problem.plan", on=of_problem)
def plan(
    *, problem_id: UUID, what: str, seat_id: UUID, due_date: date, by: Viewer, at: datetime, purpose: str = "service"
) -> Problem:
    """Agree a measure: what, by whom of the table, by when. It is public where the problem is."""
    problem = locked(problem_id, "plan")
    seat = _seat(problem, seat_id)
    if seat.answer != "yes":
        raise refuse(NOT_SEATED)
    said = open_words(what, "要做什么", "what is to be done", limit=_WHAT)
    day_between(due_date, local_day(at, ZONE), last_day(at))
    Measure.objects.create(problem=problem, seat=seat, what=said, due_date=due_date, state="planned")
    write_step(problem, "plan", by, at, note=said)
    if seat.office_id:
        tell(problem, "problem.measure", [f"office:{seat.office_id}"], at, due=due_date)
    return problem


@deed("problem.finish", on=of_problem)
def finish(
    *, problem_id: UUID, measure_id: UUID, done: bool, note: str, by: Viewer, at: datetime, purpose: str = "service"
) -> Problem:
    """Say what became of a measure: its own office, or the keeper of the table for a body without an account."""
    problem = locked(problem_id, "finish")
    measure = Measure.objects.filter(problem=problem, pk=measure_id, state="planned").select_related("seat").first()
    if measure is None:
        raise refuse(NO_MEASURE)
    if done or not keeps_table(by, problem.area_code, at):  # who keeps the table may drop what nobody will do
        require_seat(measure.seat, by, at)
    said = words(note, "结果或不再实施的理由", "what was done, or why it is dropped")
    measure.state, measure.ended_on = "done" if done else "dropped", local_day(at, ZONE)
    measure.save()
    write_step(problem, "finish", by, at, note=f"{measure.what}：{said}")
    return problem


@deed("problem.publish", on=of_problem)
def publish(*, problem_id: UUID, note: str, by: Viewer, at: datetime, purpose: str = "service") -> Problem:
    """Write what the public page says in the office's own words; masked."""
    problem = locked(problem_id, "publish")
    problem.note = open_words(note, "公开说明", "the public note", needed=False)
    write_step(problem, "publish", by, at, note=problem.note)
    return problem


def _subjects_of_case(problem: Problem, facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (*subject_of(problem, facts), f"case:{facts['case_id']}")


@deed("problem.link", on=of_problem)
def link(*, problem_id: UUID, number: str, by: Viewer, at: datetime, purpose: str = "service") -> Problem:
    """Link a case by its number, as one whose pin was set elsewhere; only cases of public matters."""
    problem = locked(problem_id, "link")
    case = Case.objects.filter(number=number.strip().upper(), public=True).first()
    if case is None or problem.sort == "private":
        raise refuse(NO_CASE, number=number.strip()[:40])
    ProblemCase.objects.update_or_create(problem=problem, case=case, defaults={"how": "by_hand", "at": at})
    write_step(problem, "link", by, at, note=case.number)
    return problem


@deed("problem.unlink", on=of_problem, subjects=_subjects_of_case)
def unlink(*, problem_id: UUID, case_id: UUID, by: Viewer, at: datetime, purpose: str = "service") -> Problem:
    """Take a case out that does not belong; it does not join again by itself, and linking it undoes this."""
    problem = locked(problem_id, "unlink")
    row = ProblemCase.objects.filter(problem=problem, case_id=case_id).select_related("case").first()
    if row is None:
        raise refuse(UNKNOWN)
    row.how = OUT
    row.save(update_fields=["how"])
    write_step(problem, "unlink", by, at, note=row.case.number)
    return problem


@deed("problem.close", on=of_problem)
def close(
    *, problem_id: UUID, note: str, review_on: date, by: Viewer, at: datetime, purpose: str = "service"
) -> Problem:
    """Close a problem whose measures all have a result, and set the day of the review."""
    problem = locked(problem_id, "close")
    waiting = Measure.objects.filter(problem=problem, state="planned").count()
    if waiting:
        raise refuse(MEASURES_OPEN, n=waiting)
    today = local_day(at, ZONE)
    first, last = (today + timedelta(days=n) for n in (packaged().least_review_days, _LONGEST_REVIEW))
    problem.review_on = day_between(review_on, first, last)
    problem.closed_at, problem.after, problem.reminded_at = at, None, None
    problem.before = count_before(problem)
    write_step(problem, "close", by, at, note=words(note, "做了什么、效果如何", "what was done"))
    return problem


@deed("problem.review", on=of_problem)
def review(*, problem_id: UUID, note: str, by: Viewer, at: datetime, purpose: str = "service") -> Problem:
    """Look again: did cases fall? Counted, not judged; what did not help goes back to the table."""
    problem = locked(problem_id, "review")
    if problem.review_on is None or problem.closed_at is None or local_day(at, ZONE) < problem.review_on:
        raise refuse(TOO_EARLY, day=problem.review_on or "")
    problem.after = count_after(problem)
    verdict = helped(before=problem.before or 0, after=problem.after, days=compared_days(problem), patterns=packaged())
    said = words(note, "回头看看到了什么", "what was seen")
    if verdict.is_yes:
        problem.ended_at = at
        write_step(problem, "review", by, at, note=said)
    else:
        problem.rounds += 1
        write_step(problem, "again", by, at, note=said, deed="problem.review")
        tell(problem, "problem.again", [f"office:{problem.owner_id}"], at)
    return problem
