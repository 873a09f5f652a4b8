"""Reads of complaints, each a look: the reviewers' list, one complaint, its complainant's page, questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from gridcommons.access.deeds import look
from gridcommons.access.queries import OfficeFacts, offices
from gridcommons.access.rules import Place, Viewer
from gridcommons.cases.codes import digest_of
from gridcommons.cases.complaints.asking import closings, when_closed
from gridcommons.cases.complaints.keys import DRAWER
from gridcommons.cases.complaints.models import ENDED, Complaint, Question, Step, Tally
from gridcommons.cases.complaints.policy import policy
from gridcommons.cases.complaints.rules import UNKNOWN, open_to
from gridcommons.kit.errors import refuse
from gridcommons.people.contacts import Contact

PAGE: Final = 30


@dataclass(frozen=True)
class Line:
    """One row of the reviewers' list; neither words nor a person stand in it."""

    id: UUID
    label: str
    kind: str
    about: OfficeFacts | None
    area_code: str
    post: str
    state: str
    instance: int
    received_at: datetime
    due_at: datetime | None
    ended_at: datetime | None


@dataclass(frozen=True)
class Listed:
    """One page of the list and how many there are in all."""

    rows: tuple[Line, ...]
    total: int
    first: int


@dataclass(frozen=True)
class Taken:
    """One step, in the reader's view: never who took it."""

    action: str
    at: datetime
    office: OfficeFacts | None
    instance: int
    note: str
    outcome: str


@dataclass(frozen=True)
class Asked:
    """A question to an office and its reply."""

    id: UUID
    office: OfficeFacts | None
    asked_by: OfficeFacts | None
    asked_at: datetime
    text: str
    reply: str
    replied_at: datetime | None
    closed_at: datetime | None


@dataclass(frozen=True)
class Page:
    """All of one complaint that its reviewer or its complainant reads."""

    line: Line
    office: OfficeFacts | None
    person: str
    text: str
    may_ask: bool
    has_contact: bool
    outcome: str
    steps: tuple[Taken, ...]
    questions: tuple[Asked, ...]
    may: frozenset[str]


def _of_complaint(facts: Mapping[str, Any]) -> Place:
    return _place(Complaint.objects.filter(pk=facts["complaint_id"]).values_list("parties", flat=True).first())


def _of_code(facts: Mapping[str, Any]) -> Place:
    rows = Complaint.objects.filter(code_digest=digest_of(facts["code"]))
    return _place(rows.values_list("parties", flat=True).first())


def _place(parties: Sequence[str] | None) -> Place:
    if parties is None:
        raise refuse(UNKNOWN)
    return Place(parties=frozenset(parties), personal=True)


def _keys(ids: Sequence[UUID]) -> tuple[str, ...]:
    """The complaints shown and the codes they belong to: each look is one that the complainant can read."""
    rows = Complaint.objects.filter(pk__in=ids).values_list("pk", "parties")
    voices = sorted(key for _pk, parties in rows for key in parties if key.startswith("voice:"))
    return (*(f"complaint:{one}" for one in ids), *voices)


def _listed(found: Listed, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return _keys([row.id for row in found.rows])


def _shown(page: Page, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return _keys([page.line.id])


def _about(_result: object, facts: Mapping[str, Any]) -> tuple[str, ...]:
    return _keys([facts["complaint_id"]])


@look("look.complaints", subjects=_listed)
def complaints(
    *, ended: bool, viewer: Viewer, at: datetime, first: int = 0, purpose: str = "review"
) -> Listed:  # fmt: skip
    """The complaints that the viewer's office hears, the one due first in front; ended ones newest first."""
    rows = Complaint.objects.filter(state__in=ENDED) if ended else Complaint.objects.exclude(state__in=ENDED)
    page = list(rows.order_by(*(["-ended_at"] if ended else ["due_at"]), "id")[first : first + PAGE])
    known = offices(row.subject_office_id for row in page)
    return Listed(tuple(_line(row, known) for row in page), rows.count(), first)


def _line(row: Complaint, known: Mapping[UUID, OfficeFacts]) -> Line:
    about = known.get(row.subject_office_id) if row.subject_office_id else None
    return Line(
        row.pk, row.label, row.subject_kind, about, row.area_code, row.post, row.state, row.instance, row.received_at,
        row.due_at, row.ended_at,
    )  # fmt: skip


@look("look.complaint", on=_of_complaint, subjects=_shown)
def complaint_page(*, complaint_id: UUID, viewer: Viewer, at: datetime, purpose: str = "review") -> Page:
    """One complaint for the office that reviews it."""
    return _page(Complaint.objects.get(pk=complaint_id), "reviewer")


@look("look.own_complaint", on=_of_code, subjects=_shown)
def own_complaint(*, code: str, viewer: Viewer, at: datetime, purpose: str = "own_case") -> Page:
    """The complaint for whoever holds its code."""
    return _page(Complaint.objects.get(code_digest=digest_of(code)), "complainant")


def _page(row: Complaint, reader: str) -> Page:
    steps = list(Step.objects.filter(complaint=row).order_by("at", "id"))
    asked = list(Question.objects.filter(complaint=row.pk).order_by("asked_at"))
    closed = {row.pk: row.asks_closed_at} if row.asks_closed_at else {}
    wanted = [row.office_id, row.subject_office_id, *(s.office_id for s in steps)]
    known = offices([*wanted, *(q.office_id for q in asked), *(q.asked_by_id for q in asked)])
    return Page(
        line=_line(row, known), office=known.get(row.office_id),
        person=DRAWER.read(row.person_sealed, row.pk, "person"),
        text=DRAWER.read(row.text_sealed, row.pk, "text"), may_ask=row.may_ask,
        has_contact=row.contact_sealed is not None, outcome=row.outcome,
        steps=tuple(_taken(step, known, reader) for step in steps),
        questions=tuple(_asked(q, known, closed) for q in asked),
        may=open_to(row.state, reader, policy()),
    )  # fmt: skip


def _taken(step: Step, known: Mapping[UUID, OfficeFacts], reader: str) -> Taken:
    office = known.get(step.office_id) if step.office_id else None
    hidden = step.action == "recuse" and reader != "reviewer"
    note = "" if hidden else DRAWER.read(step.note_sealed, step.pk, "note")
    return Taken(step.action, step.at, office, step.instance, note, step.outcome)


def _asked(row: Question, known: Mapping[UUID, OfficeFacts], closed: Mapping[UUID, datetime]) -> Asked:
    return Asked(
        row.pk, known.get(row.office_id), known.get(row.asked_by_id), row.asked_at,
        DRAWER.read(row.text_sealed, row.pk, "question"), DRAWER.read(row.reply_sealed, row.pk, "reply"),
        row.replied_at, when_closed(row, closed),
    )  # fmt: skip


@look("look.complainant", on=_of_complaint, subjects=_about)
def complainant_contact(*, complaint_id: UUID, viewer: Viewer, at: datetime, purpose: str = "review") -> Contact:
    """How to reach who complained, opened for this one reading."""
    row = Complaint.objects.get(pk=complaint_id)
    return DRAWER.read_contact(row.contact_sealed, row.pk)


def _questions_shown(found: list[Asked], _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(f"question:{one.id}" for one in found)


@look("look.questions", subjects=_questions_shown)
def questions_to_us(*, viewer: Viewer, at: datetime, purpose: str = "service") -> list[Asked]:
    """The questions put to the viewer's offices, open ones first; those that concern the viewer are not there.

    Nor is what was taken back before anybody replied: the leave to ask it has ended.
    """
    rows = Question.objects.filter(parties__contains=[viewer.key]).order_by("replied_at", "-asked_at")
    closed = closings(rows.values_list("complaint", flat=True))
    kept = [row for row in rows if when_closed(row, closed) is None][:PAGE]
    found = sorted(kept, key=lambda row: row.replied_at is not None)
    known = offices([one for row in found for one in (row.office_id, row.asked_by_id)])
    return [_asked(row, known, closed) for row in found]


@dataclass(frozen=True)
class Posted:
    """A figure of a quarter as it may be seen."""

    quarter: str
    area_code: str
    about: str
    mark: str
    n: int | None


def posted_figures(area_code: str) -> list[Posted]:
    """The figures of ended quarters of a county, newest first; open to everybody."""
    rows = Tally.objects.filter(area_code=area_code).order_by("-quarter", "about")
    return [Posted(row.quarter, row.area_code, row.about, row.mark, row.n) for row in rows]
