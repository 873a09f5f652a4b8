"""What residents asked: the list with whose it is and how long is left; one of them, put right or refused here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from gridcommons.kit.calendar import WorkingCalendar
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import Refusal
from gridcommons.kit.words import Words
from gridcommons.people.rights.actions import answer
from gridcommons.people.rights.queries import PAGE, Asked, acting_for, count_open, one_request, open_requests
from gridcommons.people.rights.registry import CORRECT
from gridcommons.people.rights.rules import answering, working_days
from gridcommons.people.rights.waiting import how_many_wait
from gridcommons.territory.queries import names_of
from gridcommons.web.case_words import name_of
from gridcommons.web.house_form import HouseForm, needed_at_times
from gridcommons.web.pieces import Status, say
from gridcommons.web.request_words import REQUEST_STATES
from gridcommons.web.staff import asked, can, frame, language, signed_in, today

_FINAL: Final = (403, 404)
_LONGEST: Final = 500
_VALUE_REFUSED: Final = ("identity.", "homes.no_name", "text.too_long")


class AnswerForm(HouseForm):
    """What is put right, and what is said to the resident."""

    value = forms.CharField(label=gettext_lazy("What is put right"), max_length=_LONGEST, required=False)
    reason = forms.CharField(
        label=gettext_lazy("What you say to the resident"), max_length=_LONGEST, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, data: object = None, *, one: Asked) -> None:
        super().__init__(data, initial={"value": one.words}, label_suffix="")  # type: ignore[arg-type]
        if one.kind != CORRECT:
            del self.fields["value"]
        for field in self.fields.values():
            needed_at_times(field)

    def refused(self, refusal: Refusal) -> None:
        """Say why it was refused, at the field that it is about; one thing after the other."""
        reason = refusal.reasons[0]
        at_value = reason.code.startswith(_VALUE_REFUSED) and "value" in self.fields
        self.add_error("value" if at_value else "reason", say(reason.words(), language()))


@dataclass(frozen=True)
class Line:
    """A request with the working days left, or since when it is late."""

    one: Asked
    late: bool
    left: int

    @property
    def status(self) -> Status:
        """How it stands."""
        return REQUEST_STATES[self.one.state]


def line_of(one: Asked, day: date) -> Line:
    """A request with the working days that are left, or by how many it is late."""
    calendar, late = WorkingCalendar.load(), one.is_late(day)
    left = working_days(one.due_date, day, calendar) if late else working_days(day, one.due_date, calendar)
    return Line(one, late, left)


@signed_in
@require_safe
@never_cache
def requests(request: HttpRequest) -> HttpResponse:
    """What residents asked to be put right, the most urgent first."""
    house, day = asked(request), today(request)
    after = _after(request)
    found = open_requests(viewer=house.viewer, at=house.now, after=after)
    total = count_open(viewer=house.viewer, at=house.now)
    context = {
        "lines": [line_of(one, day) for one in found], "days": answering().answer_days, "total": total,
        "mine": how_many_wait(viewer=house.viewer, at=house.now), "opens_form": _opens_form(request),
        "is_first": after is None, "last": found[-1] if len(found) == PAGE and (after or total > PAGE) else None,
    }  # fmt: skip
    return render(request, "office/resident_requests.html", frame(request) | context)


def _opens_form(request: HttpRequest) -> bool:
    return can(asked(request).viewer, "look.submission", asked(request).now)


def _after(request: HttpRequest) -> tuple[date, UUID] | None:
    """Where the page before ended; the first page for anything else."""
    day, _colon, last = request.GET.get("after", "").partition("_")
    try:
        return date.fromisoformat(day), UUID(last)
    except ValueError:
        return None


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def one(request: HttpRequest, request_id: UUID) -> HttpResponse:
    """One of them: how it stands now and what is wanted; answered in the same step in which it is put right."""
    house = asked(request)
    found = one_request(request_id=request_id, viewer=house.viewer, at=house.now)
    if request.method != "POST":
        return _shown(request, found, AnswerForm(one=found), 200)
    form, done = AnswerForm(request.POST, one=found), request.POST.get("done") == "1"
    if form.is_valid():
        given = {"reason": form.cleaned_data["reason"], "value": form.cleaned_data.get("value", "")}
        try:
            row = answer(request_id=request_id, done=done, **given, by=house.viewer, at=house.now)
        except Refusal as refusal:
            if refusal.status in _FINAL:
                raise
            form.refused(refusal)
        else:
            return _answered(request, found, row.state)
    return _shown(request, found, form, 400)


def _shown(request: HttpRequest, found: Asked, form: AnswerForm, status: int) -> HttpResponse:
    context = {
        "line": line_of(found, today(request)), "form": form, "corrects": found.kind == CORRECT,
        "opens_person": found.here and can(asked(request).viewer, "look.person", asked(request).now),
        "opens_form": _opens_form(request), "desk": _township(found),
    }  # fmt: skip
    return render(request, "office/resident_request.html", frame(request) | context, status=status)


def _township(found: Asked) -> Words | None:
    """The township whose desk has it; None under a shield, where it lies in no area."""
    code = CHINA.cut(found.desk, "township") if found.desk else ""
    named = names_of([code]).get(code) if code else None
    return name_of(named) if named else None


def _answered(request: HttpRequest, found: Asked, state: str) -> HttpResponse:
    """Say what came of it and that the resident reads it; where they hold no login any more, the desk tells them."""
    came = {"state": say(REQUEST_STATES[state].words, language())}
    house = asked(request)
    held = found.here and acting_for(person_id=found.person_id, viewer=house.viewer, at=house.now).login_open
    if held or not found.here:
        messages.success(
            request, _("Answered: %(state)s. The resident reads it under “Notices” and “Held about me”.") % came
        )
    else:
        words = _(
            "Answered: %(state)s. They have no login of their own any more: tell them yourself, by the way they want."
        )
        messages.warning(request, words % came)
    return redirect("office-resident-requests")
