"""The mediator's desk: what waits, one mediation, its steps, the agreement to print; and handing a case over."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.request import QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridcommons.access.rules import Viewer
from gridcommons.cases.mediation.actions import (
    close,
    draft,
    hand_over,
    invite,
    open_mediation,
    record_kept,
    record_paper,
    set_meeting,
    step_back,
    take_on,
)
from gridcommons.cases.mediation.policy import policy
from gridcommons.cases.mediation.queries import Line, Page, mediation_page, mediations
from gridcommons.cases.mediation.rules import NOT_DECLARED, UNKNOWN, Promised
from gridcommons.kit.errors import Refusal, refusal_kind, refuse
from gridcommons.kit.words import Words
from gridcommons.territory.queries import names_of, served
from gridcommons.web.mediation_form import DeskForm, read_new
from gridcommons.web.mediation_words import mediator_words, shown, status_of
from gridcommons.web.office.complaints import first_row, page_of
from gridcommons.web.pieces import QueueRow, say
from gridcommons.web.public.report_form import Menu, places_below
from gridcommons.web.staff import ZONE, asked, frame, language, signed_in, today

BAD_DATE = refusal_kind(
    "mediation.bad_date",
    status=400,
    zh="日期“{text}”无法识别，请写成2026-11-30这样的日期。",
    en="“{text}” is no date; write it like 2026-11-30.",
)
_LINES: Final = 6
_SURE: Final = frozenset({"step_back", "close"})


@signed_in
@require_safe
@never_cache
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for a mediator of the office, and the viewer's own."""
    house, ended = asked(request), request.GET.get("tab") == "ended"
    found = mediations(ended=ended, viewer=house.viewer, at=house.now, first=first_row(request))
    areas = names_of(row.area_code for row in found.rows)
    rows = [_row(line, areas[line.area_code].name if line.area_code in areas else "") for line in found.rows]
    context = {"rows": rows, "ended": ended, "total": found.total, "page": page_of(request, found.total)}
    return render(request, "office/mediations.html", frame(request) | context)


def _row(line: Line, place: Words | str) -> QueueRow:
    kind, (one, other) = policy().subjects[line.subject], line.names
    said = Words("约定", "promised") if line.next_date else Words("始于", "since")
    due = datetime.combine(line.next_date, datetime.min.time(), ZONE) if line.next_date else None
    return QueueRow(
        code=line.label, what=Words(f"{one} · {other}（{kind.zh}）", f"{one} · {other} ({kind.en})"), place=place,
        url=f"/office/mediations/{line.id}", status=status_of(line.state, line.outcome),
        due_at=line.ended_at or due or line.opened_at,
        due_for=Words("结束于", "ended") if line.ended_at else said,
        with_whom=Words("我", "me") if line.mine else "", private=True,
    )  # fmt: skip


def _places(request: HttpRequest) -> Menu:
    area = served()
    return places_below(area, today(request)) if area else []


def _own_office(request: HttpRequest) -> UUID:
    """The mediation office that the viewer serves; refuses whoever serves none."""
    house = asked(request)
    held = [g.office_id for g in house.viewer.grants if g.role == "mediator" and g.office_id and g.holds_at(house.now)]
    if not held:
        raise refuse(UNKNOWN)
    return held[0]


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Open one that was brought to the desk."""
    said = _("I have no interest in the dispute or in either party, and handled no case of theirs.")
    house, office = asked(request), _own_office(request)
    form = DeskForm(request.POST or None, places=_places(request), declare=said)
    if request.method != "POST" or not form.is_valid():
        return _form_page(request, form)
    try:
        made = open_mediation(
            new=read_new(form), office_id=office, declared=form.cleaned_data["sure"], by=house.viewer, at=house.now
        )
    except Refusal as refusal:
        form.refuse(refusal)
        return _form_page(request, form, status=refusal.status)
    return redirect("office-mediation", made.pk)


def _form_page(request: HttpRequest, form: DeskForm, case: UUID | None = None, status: int = 200) -> HttpResponse:
    context = frame(request) | {"form": form, "case": case, "handed": policy().handed}
    return render(request, "office/mediation_new.html", context, status=status)


@signed_in
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def hand(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Hand a dispute over to mediation: the case ends with one sentence, and its staff see nothing of what follows."""
    said = _("Both parties were told what mediation is, and both want it.")
    house = asked(request)
    form = DeskForm(request.POST or None, places=_places(request), declare=said)
    if request.method != "POST" or not form.is_valid():
        return _form_page(request, form, case_id)
    told = form.cleaned_data["sure"]
    try:
        hand_over(case_id=case_id, new=read_new(form), told=told, by=house.viewer, at=house.now)
    except Refusal as refusal:
        form.refuse(refusal)
        return _form_page(request, form, case_id, refusal.status)
    messages.info(request, _("Handed to mediation. Nothing of it comes back to this case."))
    return redirect("office-case", case_id)


def _page(request: HttpRequest, mediation_id: UUID) -> Page:
    house = asked(request)
    return mediation_page(mediation_id=mediation_id, viewer=house.viewer, at=house.now)


@signed_in
@require_safe
@never_cache
def single(request: HttpRequest, mediation_id: UUID) -> HttpResponse:
    """One mediation for whoever mediates it."""
    return _single(request, mediation_id)


def _single(request: HttpRequest, mediation_id: UUID, status: int = 200, **more: Any) -> HttpResponse:
    page = _page(request, mediation_id)
    held = [(one.due.isoformat(), one.who, one.what) for one in page.promises]
    context = {
        "mediator": mediator_words(page), "mine": page.mediator == asked(request).viewer.key,
        "minutes": policy().minutes,
        "lines": [*held, *[("", "both", "")] * max(1, _LINES - len(held))],
        "outcomes": [(key, policy().outcomes[key]) for key in policy().outcomes if key in page.outcomes], **more,
    }  # fmt: skip
    return render(request, "office/mediation.html", frame(request) | shown(page) | context, status=status)


@signed_in
@require_safe
@never_cache
def agreement(request: HttpRequest, mediation_id: UUID) -> HttpResponse:
    """The agreement to be printed."""
    page = _page(request, mediation_id)
    if not page.version:
        raise refuse(UNKNOWN)
    context = shown(page) | {"mediator": mediator_words(page)}
    return render(request, "public/mediation_agreement.html", frame(request) | context)


@signed_in
@require_POST
@never_cache
def act(request: HttpRequest, mediation_id: UUID, action: str) -> HttpResponse:
    """One step of a mediator; an invitation is shown once, on this very answer.

    What is refused comes back on the page, with all that was written.
    """
    house, sent = asked(request), request.POST
    if action == "invite":
        letter = sent.get("letter", "")
        made = invite(mediation_id=mediation_id, letter=letter, by=house.viewer, at=house.now)
        return _single(request, mediation_id, invited=made.code, invited_letter=letter)
    if action not in _DEEDS:
        raise refuse(UNKNOWN)
    if action in _SURE and "sure" not in sent:
        messages.error(request, _("Nothing is done yet. Read what will happen, then decide."))
        return _single(request, mediation_id, 400, typed=sent)
    try:
        _DEEDS[action](mediation_id, sent, house.viewer, house.now)
    except Refusal as refusal:
        said = say(refusal.words(), language())
        return _single(request, mediation_id, refusal.status, problem=said, **_typed(action, sent))
    return redirect("office-mediation", mediation_id)


def _typed(action: str, sent: QueryDict) -> dict[str, Any]:
    """What was written into a refused form, as its page shows it; a draft's lines stand where they stood."""
    if action != "draft":
        return {"typed": sent}
    columns = [sent.getlist(name) for name in ("due", "who", "what")]
    return {"typed": sent, "lines": list(zip(*columns, strict=False))}


def _take_on(row: UUID, sent: QueryDict, by: Viewer, at: datetime) -> None:
    if "declared" not in sent:
        raise refuse(NOT_DECLARED)
    take_on(mediation_id=row, declared=True, by=by, at=at)


def _step_back(row: UUID, _sent: QueryDict, by: Viewer, at: datetime) -> None:
    step_back(mediation_id=row, by=by, at=at)


def _paper(row: UUID, sent: QueryDict, by: Viewer, at: datetime) -> None:
    about, letter = sent.get("about", "consent"), sent.get("letter", "")
    record_paper(mediation_id=row, letter=letter, about=about, present=sent.get("present", ""), by=by, at=at)


def _meet(row: UUID, sent: QueryDict, by: Viewer, at: datetime) -> None:
    when = _moment(sent.get("when", ""))
    where, note = sent.get("where", ""), sent.get("note", "")
    set_meeting(mediation_id=row, when=when, where=where, note=note, by=by, at=at)


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=ZONE)
    except ValueError:
        raise refuse(BAD_DATE, text=text[:40]) from None


def _draft(row: UUID, sent: QueryDict, by: Viewer, at: datetime) -> None:
    draft(mediation_id=row, text=sent.get("text", ""), promises=tuple(_promises(sent)), by=by, at=at)


def _promises(sent: QueryDict) -> Iterator[Promised]:
    """The lines of a draft in which something stands."""
    columns = (sent.getlist(name) for name in ("due", "who", "what"))
    for due, who, what in zip(*columns, strict=False):
        if due.strip() or what.strip():
            yield Promised(_date(due), who, what)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise refuse(BAD_DATE, text=text[:40]) from None


def _perform(row: UUID, sent: QueryDict, by: Viewer, at: datetime) -> None:
    try:
        promise = UUID(sent.get("promise", ""))
    except ValueError:
        raise refuse(UNKNOWN) from None
    record_kept(mediation_id=row, promise_id=promise, kept="kept" in sent, by=by, at=at)


def _close(row: UUID, sent: QueryDict, by: Viewer, at: datetime) -> None:
    close(mediation_id=row, outcome=sent.get("outcome", ""), by=by, at=at)


_DEEDS: Final[Mapping[str, Callable[[UUID, QueryDict, Viewer, datetime], None]]] = {
    "take_on": _take_on, "step_back": _step_back, "paper": _paper, "meet": _meet, "draft": _draft,
    "perform": _perform, "close": _close,
}  # fmt: skip
