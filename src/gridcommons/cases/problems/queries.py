"""Reads of problems: the page of one (a look, for its notes may name somebody), lists, and what is public."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from gridcommons.access.deeds import look
from gridcommons.access.queries import OfficeFacts, offices
from gridcommons.access.rules import Viewer
from gridcommons.access.scope import lying_in, viewing
from gridcommons.cases.codes import ZONE
from gridcommons.cases.models import Case
from gridcommons.cases.problems.models import Measure, Meeting, Problem, ProblemCase, ProblemStep, PublicProblem, Seat
from gridcommons.cases.problems.moves import open_moves
from gridcommons.cases.problems.patterns import packaged
from gridcommons.cases.problems.rules import helped
from gridcommons.cases.problems.table import keeps_table, of_problem
from gridcommons.cases.problems.watching import OUT, compared_days
from gridcommons.kit.clock import local_day
from gridcommons.kit.verdict import Verdict

PAGE: Final = 30
_BY_KEEPER: Final = frozenset({
    "accept", "decline", "amend", "invite", "excuse", "meet", "plan", "publish", "link", "unlink", "close", "review",
})  # fmt: skip


@dataclass(frozen=True)
class SeatLine:
    """A seat at the table; `mine`: whether the viewer may answer and report for it."""

    id: UUID
    office: OfficeFacts | None
    name: str
    kind: str
    answer: str
    answer_by: datetime | None
    answered_at: datetime | None
    is_owner: bool
    mine: bool


@dataclass(frozen=True)
class MeasureLine:
    """A measure with who does it; `mine`: whether the viewer may report on it."""

    id: UUID
    what: str
    seat: SeatLine
    due_date: date
    state: str
    ended_on: date | None
    is_late: bool
    mine: bool


@dataclass(frozen=True)
class MeetingLine:
    """A meeting of the table."""

    held_on: date
    place: str
    present: int | None
    notes: str
    is_to_come: bool


@dataclass(frozen=True)
class LifeLine:
    """One line of the life line of a problem."""

    action: str
    at: datetime
    name: str
    office: OfficeFacts | None
    note: str


@dataclass(frozen=True)
class CaseLine:
    """A case of a problem, as far as the viewer may open it."""

    id: UUID
    number: str
    state: str
    area_code: str
    reported_at: datetime
    how: str
    lon: float | None
    lat: float | None


@dataclass(frozen=True)
class ProblemFacts:
    """What a list shows of a problem. `late`: measures over their day. `to_answer`: asked and not answered."""

    id: UUID
    number: str
    state: str
    sort: str
    matter_key: str
    area_code: str
    size: int
    cases: int
    owner_id: UUID | None
    proposed_at: datetime
    accepted_at: datetime | None
    closed_at: datetime | None
    review_on: date | None
    before: int | None
    after: int | None
    public: bool
    measures: int
    done: int
    late: int
    to_answer: int


@dataclass(frozen=True)
class ProblemPage:
    """All that the page of one problem shows to this viewer, and what they may do next."""

    facts: ProblemFacts
    verdict: Mapping[str, Any]
    cause: str
    note: str
    lon: float | None
    lat: float | None
    metres: int
    days: int
    owner: OfficeFacts | None
    seats: tuple[SeatLine, ...]
    measures: tuple[MeasureLine, ...]
    meetings: tuple[MeetingLine, ...]
    life: tuple[LifeLine, ...]
    cases: tuple[CaseLine, ...]
    unseen: int
    may: frozenset[str]
    review: Verdict | None


@dataclass(frozen=True)
class Wanted:
    """What a list is filtered by; empty parts do not filter."""

    states: tuple[str, ...] = ()
    matter_key: str = ""
    area_code: str = ""
    number: str = ""
    to_answer: bool = False
    late: bool = False


@dataclass(frozen=True)
class ProblemList:
    """One page of a list, how many rows there are in all, and how many in each state without the filter."""

    rows: tuple[ProblemFacts, ...]
    total: int
    states: Mapping[str, int]


def problems(*, wanted: Wanted, viewer: Viewer, at: datetime, first: int = 0, most: int = PAGE) -> ProblemList:
    """The problems of the viewer's areas and tables, what changed last first; a list of places without any words."""
    with viewing(viewer, at):
        rows = _filtered(wanted, viewer, at)
        page = list(_counted(rows, viewer, at).order_by("-changed_at", "id")[first : first + most])
        states = dict(Problem.objects.values_list("state").annotate(n=Count("id")))
        return ProblemList(tuple(_facts(row) for row in page), rows.count(), states)


def _filtered(wanted: Wanted, viewer: Viewer, at: datetime) -> QuerySet[Problem]:
    rows = Problem.objects.all()
    if wanted.states:
        rows = rows.filter(state__in=wanted.states)
    if wanted.matter_key:
        rows = rows.filter(matter_key=wanted.matter_key)
    if wanted.area_code:
        rows = rows.filter(lying_in("area_code", [wanted.area_code]))
    if wanted.number:
        rows = rows.filter(number__icontains=wanted.number)
    if wanted.to_answer:
        waiting = Seat.objects.filter(answer="", office_id__in=_offices_of(viewer, at))
        rows = rows.filter(pk__in=waiting.values("problem_id"))
    if wanted.late:
        late = Measure.objects.filter(state="planned", due_date__lt=local_day(at, ZONE))
        rows = rows.filter(pk__in=late.values("problem_id"))
    return rows


def _offices_of(viewer: Viewer, at: datetime) -> list[UUID]:
    return [grant.office_id for grant in viewer.grants if grant.office_id and grant.holds_at(at)]


def _counted(rows: QuerySet[Problem], viewer: Viewer, at: datetime) -> QuerySet[Problem]:
    """Rows with the numbers of their cases, measures and open invitations."""
    ours = Q(seats__answer="", seats__office_id__in=_offices_of(viewer, at))
    late = Q(measures__state="planned", measures__due_date__lt=local_day(at, ZONE))
    return rows.annotate(
        n_cases=Count("links", filter=~Q(links__how=OUT), distinct=True),
        n_measures=Count("measures", filter=~Q(measures__state="dropped"), distinct=True),
        n_done=Count("measures", filter=Q(measures__state="done"), distinct=True),
        n_late=Count("measures", filter=late, distinct=True),
        n_ours=Count("seats", filter=ours, distinct=True),
    )  # fmt: skip


def _facts(row: Any) -> ProblemFacts:
    return ProblemFacts(
        row.pk, row.number, row.state, row.sort, row.matter_key, row.area_code, row.size,
        row.n_cases or row.size, row.owner_id, row.proposed_at, row.accepted_at, row.closed_at, row.review_on,
        row.before, row.after, row.public, row.n_measures, row.n_done, row.n_late, row.n_ours,
    )  # fmt: skip


def _subjects(page: ProblemPage, _facts_: Mapping[str, Any]) -> tuple[str, ...]:
    """The problem and the cases it listed; no person is shown."""
    return (f"problem:{page.facts.id}", *(f"case:{case.id}" for case in page.cases))


@look("look.problem", on=of_problem, subjects=_subjects)
def problem_page(*, problem_id: UUID, viewer: Viewer, at: datetime, purpose: str = "service") -> ProblemPage:
    """One problem for those who keep its table or sit at it."""
    row: Any = _counted(Problem.objects.filter(pk=problem_id), viewer, at).get()
    keeper = keeps_table(viewer, row.area_code, at)
    steps = list(ProblemStep.objects.filter(problem=row).order_by("at", "id"))
    listed = list(Seat.objects.filter(problem=row).order_by("asked_at", "id"))
    known = offices([row.owner_id, *(s.office_id for s in listed), *(s.office_id for s in steps)])
    seats = {seat.pk: _seat(seat, row, known, viewer.office_keys_at(at), keeper) for seat in listed}
    cases, unseen = _cases(row)
    today = local_day(at, ZONE)
    return ProblemPage(
        facts=_facts(row), verdict=row.verdict, cause=row.cause, note=row.note, lon=row.lon, lat=row.lat,
        metres=row.metres, days=row.days, owner=known.get(row.owner_id) if row.owner_id else None,
        seats=tuple(seats.values()), measures=tuple(_measures(row, seats, today)),
        meetings=tuple(_meetings(row, today)),
        life=tuple(
            LifeLine(s.action, s.at, s.by_name, known.get(s.office_id) if s.office_id else None, s.note) for s in steps
        ),
        cases=cases, unseen=unseen, may=_may(row, today) if keeper else frozenset(), review=_review(row),
    )  # fmt: skip


def _may(row: Problem, today: date) -> frozenset[str]:
    early = {"review"} if row.review_on is None or today < row.review_on else set()
    hand = {"link", "unlink"} if row.sort in {"private", "reopened"} else set()
    return (open_moves(row.state) & _BY_KEEPER) - early - hand


def _review(row: Problem) -> Verdict | None:
    """What the last review found, with its reasons."""
    if row.before is None or row.after is None:
        return None
    return helped(before=row.before, after=row.after, days=compared_days(row), patterns=packaged())


def _seat(seat: Seat, row: Problem, known: Mapping[UUID, OfficeFacts], own: frozenset[str], keeper: bool) -> SeatLine:
    office = known.get(seat.office_id) if seat.office_id else None
    mine = f"office:{seat.office_id}" in own or (office is None and keeper)
    return SeatLine(
        seat.pk, office, seat.name, seat.kind, seat.answer, seat.answer_by, seat.answered_at,
        seat.office_id is not None and seat.office_id == row.owner_id, mine,
    )  # fmt: skip


def _measures(row: Problem, seats: Mapping[UUID, SeatLine], today: date) -> list[MeasureLine]:
    rows = Measure.objects.filter(problem=row).order_by("due_date", "id")
    return [
        MeasureLine(
            m.pk, m.what, seats[m.seat_id], m.due_date, m.state, m.ended_on,
            m.state == "planned" and m.due_date < today, m.state == "planned" and seats[m.seat_id].mine,
        )
        for m in rows
    ]  # fmt: skip


def _meetings(row: Problem, today: date) -> list[MeetingLine]:
    rows = Meeting.objects.filter(problem=row).order_by("-held_on", "id")
    return [MeetingLine(m.held_on, m.place, m.present, m.notes, m.held_on > today) for m in rows]


def _cases(row: Problem) -> tuple[tuple[CaseLine, ...], int]:
    """The linked cases that the viewer's scope reaches, newest first, and how many it does not reach."""
    links = dict(ProblemCase.objects.filter(problem=row).exclude(how=OUT).values_list("case_id", "how"))
    seen = Case.objects.filter(pk__in=list(links)).order_by("-reported_at", "id")
    found = tuple(
        CaseLine(c.pk, c.number, c.state, c.area_code, c.reported_at, links[c.pk], c.lon, c.lat) for c in seen
    )
    return found, len(links) - len(found)


@dataclass(frozen=True)
class PartOf:
    """The problem that a case is part of."""

    id: UUID
    number: str
    state: str


def problems_of_case(*, case_id: UUID, viewer: Viewer, at: datetime) -> list[PartOf]:
    """The problems that a case is part of, as far as the viewer's scope reaches; declined ones are none."""
    with viewing(viewer, at):
        links = ProblemCase.objects.filter(case_id=case_id).exclude(how=OUT).exclude(problem__state="declined")
        return [PartOf(*row) for row in links.values_list("problem_id", "problem__number", "problem__state")]


def public_problems(
    *, area_code: str = "", matter_key: str = "", states: tuple[str, ...] = (), number: str = "", limit: int = 100,
    offset: int = 0,
) -> list[PublicProblem]:  # fmt: skip
    """What is public of problems in public space, what changed last first."""
    rows = PublicProblem.objects.all()
    for name, value in (
        ("number", number), ("matter_key", matter_key), ("state__in", states),
    ):  # fmt: skip
        if value:
            rows = rows.filter(**{name: value})
    rows = rows.filter(lying_in("area_code", [area_code])) if area_code else rows
    return list(rows.order_by("-changed_at", "number")[offset : offset + limit])
