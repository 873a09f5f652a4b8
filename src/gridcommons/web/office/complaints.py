"""The desk of independent review: complaints, one complaint, its steps; and questions as the office asked sees them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gridcommons.access.rules import Viewer
from gridcommons.cases.complaints.actions import answer, ask, recuse, reply, take_on
from gridcommons.cases.complaints.policy import policy
from gridcommons.cases.complaints.queries import (
    PAGE,
    Line,
    complainant_contact,
    complaint_page,
    complaints,
    questions_to_us,
)
from gridcommons.cases.complaints.rules import UNKNOWN
from gridcommons.kit.digits import as_page, is_digits
from gridcommons.kit.errors import Refusal, refuse
from gridcommons.kit.words import Words
from gridcommons.web.complaint_words import answered, life_line, line_subject, status_of, subject_words
from gridcommons.web.pieces import QueueRow, Text, say
from gridcommons.web.staff import asked, frame, language, signed_in

_SURE: Final = frozenset({"take_on", "recuse", "answer"})


def page_of(request: HttpRequest, total: int) -> Page[int]:
    """The page asked for of a list with so many rows."""
    number = request.GET.get("page", "")
    return Paginator(range(total), PAGE).get_page(number if is_digits(number) else 1)


def first_row(request: HttpRequest) -> int:
    """The first row of the page asked for; nonsense is the first page."""
    number = request.GET.get("page", "")
    return (as_page(number) - 1) * PAGE


@signed_in
@require_safe
@never_cache
def listed(request: HttpRequest) -> HttpResponse:
    """What the viewer's office has to review, the first due first."""
    house, ended = asked(request), request.GET.get("tab") == "ended"
    found = complaints(ended=ended, viewer=house.viewer, at=house.now, first=first_row(request))
    rows = [_row(line, house.now) for line in found.rows]
    context = {"rows": rows, "ended": ended, "total": found.total, "page": page_of(request, found.total)}
    return render(request, "office/complaints.html", frame(request) | context)


def _row(line: Line, now: datetime) -> QueueRow:
    late = line.ended_at is None and line.due_at is not None and line.due_at < now
    said: Text = Words("已逾期", "overdue") if late else Words("应于", "by")
    return QueueRow(
        code=line.label, what=line_subject(line), url=f"/office/complaints/{line.id}",
        place=policy().subjects[line.kind],
        status=status_of(line.state), due_at=line.ended_at or line.due_at, due_for="" if line.ended_at else said,
        with_whom=Words("第一级", "first instance") if line.instance == 1 else Words("第二级", "second instance"),
    )  # fmt: skip


@signed_in
@require_safe
@never_cache
def single(request: HttpRequest, complaint_id: UUID) -> HttpResponse:
    """One complaint for its reviewer."""
    return _single(request, complaint_id)


def _single(request: HttpRequest, complaint_id: UUID, status: int = 200, **more: Any) -> HttpResponse:
    house = asked(request)
    page = complaint_page(complaint_id=complaint_id, viewer=house.viewer, at=house.now)
    outcomes = [(key, words) for key, words in policy().outcomes.items() if key != "silence"]
    context = {
        "page": page, "status": status_of(page.line.state), "subject": subject_words(page), "steps": life_line(page),
        "outcome": answered(page), "outcomes": outcomes, "policy": policy(), **more,
    }  # fmt: skip
    return render(request, "office/complaint.html", frame(request) | context, status=status)


@signed_in
@require_POST
@never_cache
def act(request: HttpRequest, complaint_id: UUID, action: str) -> HttpResponse:
    """One step; those that nothing takes back are done by their second button alone.

    What is refused comes back on the page, with all that was written.
    """
    house, sent = asked(request), request.POST
    if action == "contact":
        contact = complainant_contact(complaint_id=complaint_id, viewer=house.viewer, at=house.now)
        return _single(request, complaint_id, contact=contact)
    if action not in _DEEDS:
        raise refuse(UNKNOWN)
    if action in _SURE and "sure" not in sent:
        messages.error(request, _("Nothing is done yet. Read what will happen, then decide."))
        return _single(request, complaint_id, 400, typed=sent)
    try:
        _DEEDS[action](complaint_id, sent, house.viewer, house.now)
    except Refusal as refusal:
        return _single(request, complaint_id, refusal.status, typed=sent, problem=say(refusal.words(), language()))
    return redirect("office-complaints") if action == "recuse" else redirect("office-complaint", complaint_id)


def _take_on(row: UUID, _sent: Mapping[str, str], by: Viewer, at: datetime) -> None:
    take_on(complaint_id=row, by=by, at=at)


def _recuse(row: UUID, sent: Mapping[str, str], by: Viewer, at: datetime) -> None:
    recuse(complaint_id=row, reason=sent.get("reason", ""), by=by, at=at)


def _ask(row: UUID, sent: Mapping[str, str], by: Viewer, at: datetime) -> None:
    ask(complaint_id=row, question=sent.get("question", ""), by=by, at=at)


def _answer(row: UUID, sent: Mapping[str, str], by: Viewer, at: datetime) -> None:
    answer(complaint_id=row, outcome=sent.get("outcome", ""), reasons=sent.get("reasons", ""), by=by, at=at)


_DEEDS: Final[Mapping[str, Callable[[UUID, Mapping[str, str], Viewer, datetime], None]]] = {
    "take_on": _take_on, "recuse": _recuse, "ask": _ask, "answer": _answer,
}  # fmt: skip


@signed_in
@require_safe
@never_cache
def questions(request: HttpRequest) -> HttpResponse:
    """What reviewers ask the viewer's office: the question alone."""
    house = asked(request)
    found = questions_to_us(viewer=house.viewer, at=house.now)
    return render(request, "office/questions.html", frame(request) | {"found": found})


@signed_in
@require_POST
def replied(request: HttpRequest, question_id: UUID) -> HttpResponseRedirect:
    """Reply to a question."""
    house = asked(request)
    reply(question_id=question_id, text=request.POST.get("text", ""), by=house.viewer, at=house.now)
    messages.info(request, _("Your reply went to the reviewer."))
    return redirect("office-questions")
