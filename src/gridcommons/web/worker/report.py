"""Reporting from the field: a short form, the pin on the own grid's map, perhaps settled on the spot."""

from __future__ import annotations

from typing import Any, Final
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from gridcommons.cases.actions import Reported, settle
from gridcommons.cases.casting import SETTLE_FLAG
from gridcommons.cases.filing import ADDRESS_LIMIT, PHOTO_BYTES, TEXT_LIMIT, Report
from gridcommons.cases.rules import NOT_ALLOWED_HERE
from gridcommons.cases.transitions import packaged
from gridcommons.kit.dates import is_chinese
from gridcommons.kit.errors import Refusal, worded
from gridcommons.kit.verdict import Answer, Verdict
from gridcommons.matters.queries import current
from gridcommons.matters.rules import judge_report
from gridcommons.territory.queries import AreaFacts
from gridcommons.web.case_words import name_of
from gridcommons.web.house_form import HouseForm
from gridcommons.web.pieces import say
from gridcommons.web.sending import report_once
from gridcommons.web.staff import asked, frame, language, signed_in, today
from gridcommons.web.worker.today import grid_sketch, my_grids, require_worker

_OFFERED: Final = 6
_LONGEST: Final = 300


class _Matters(forms.Select):
    """The matters, those marked that no one may settle on the spot: the style sheet hides the tick under them."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """An option with its mark."""
        made: dict[str, Any] = super().create_option(*args, **kwargs)
        if str(made["value"]) in {matter.key for matter in current() if not matter.settle_on_spot}:
            made["attrs"]["data-not-on-spot"] = True
        return made


class FieldReport(HouseForm):
    """What a worker fills in."""

    text = forms.CharField(
        label=gettext_lazy("What is it?"), max_length=TEXT_LIMIT, widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Say in a few words what it is.")},
    )  # fmt: skip
    matter = forms.ChoiceField(
        label=gettext_lazy("Which matter?"), error_messages={"required": gettext_lazy("Choose a matter.")},
        widget=_Matters,
    )  # fmt: skip
    area = forms.ChoiceField(label=gettext_lazy("Which grid?"), required=False)
    address = forms.CharField(label=gettext_lazy("Where exactly?"), required=False, max_length=ADDRESS_LIMIT)
    once = forms.CharField(required=False, widget=forms.HiddenInput)
    lat = forms.FloatField(required=False, widget=forms.HiddenInput)
    lon = forms.FloatField(required=False, widget=forms.HiddenInput)
    photo = forms.FileField(
        label=gettext_lazy("Photo"), required=False,
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}),
    )  # fmt: skip
    settled = forms.BooleanField(
        label=gettext_lazy("I settled it on the spot"), required=False,
        help_text=gettext_lazy("It ends with that: nobody checks it, and you cannot take it back."),
    )  # fmt: skip
    evidence = forms.CharField(
        label=gettext_lazy("What did you do?"), required=False, max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """What is settled on the spot must be of a matter that allows it, and say what was done."""
        given: dict[str, Any] = self.cleaned_data
        if given.get("settled") and given.get("matter"):
            if not current().get(given["matter"]).settle_on_spot:
                words = packaged().action("settle").words
                self.add_error(
                    "settled",
                    say(worded(NOT_ALLOWED_HERE, action=words, flag=packaged().flags[SETTLE_FLAG]).words(), language()),
                )
            elif not given.get("evidence", "").strip():
                self.add_error("evidence", _("Say what you did, so that the record stands by itself."))
        return given


def _form(request: HttpRequest, grids: list[AreaFacts], words: str) -> FieldReport:
    """The form with the matters that the words may mean first, and the worker's grids."""
    form = FieldReport(request.POST or None, request.FILES or None, initial={"text": words, "once": uuid4().hex})
    tongue, catalogue = language(), current()
    listed = [matter for matter in catalogue if matter.for_grid and matter.collects_on(today(request))]
    hits = [hit.key for hit in catalogue.hits(words, "zh" if is_chinese(tongue) else "en")] if words else []
    near = [key for key in hits if key in {matter.key for matter in listed}][:_OFFERED]
    names = {matter.key: say(matter.name, tongue) for matter in listed}
    groups: dict[str, list[tuple[str, str]]] = {}
    for matter in listed:
        groups.setdefault(say(matter.group.name, tongue), []).append((matter.key, names[matter.key]))
    first: list[Any] = [(_("It may be"), [(key, names[key]) for key in near])] if near else [("", _("Choose"))]
    form.fields["matter"].choices = [*first, *groups.items()]  # type: ignore[attr-defined]
    places = [(grid.code, say(name_of(grid), tongue)) for grid in grids]
    form.fields["area"].choices = places or [("", "–")]  # type: ignore[attr-defined]
    return form


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest) -> HttpResponse:
    """The form, and what comes in by it."""
    require_worker(request)
    grids = my_grids(request)
    words = " ".join(request.GET.get("q", "").split())[:_LONGEST]
    form, status = _form(request, grids, words), 200
    if request.method == "POST":
        done = _take(request, form) if form.is_valid() else None
        if done is not None:
            return done
        status = 400
    context = {
        "form": form, "words": words, "verdict": _not_ours(words, request), "sketch": grid_sketch(grids, request),
        "photo_lost": "photo" in request.FILES, "areas_url": reverse("worker-grids"),
        "locate_url": f"{reverse('worker-locate')}?lat={{lat}}&lon={{lon}}",
    }  # fmt: skip
    return render(request, "worker/report.html", frame(request) | context, status=status)


@signed_in
@require_safe
def matters(request: HttpRequest) -> HttpResponse:
    """The matter field alone, for the page to put in while the worker types."""
    require_worker(request)
    words = " ".join(request.GET.get("q", request.GET.get("text", "")).split())[:_LONGEST]
    context = {"form": _form(request, [], words), "verdict": _not_ours(words, request)}
    return render(request, "worker/matter.html", context)


def _not_ours(words: str, request: HttpRequest) -> Verdict | None:
    """The verdict where the words clearly say what may not enter the grid, with the way to go."""
    if not words:
        return None
    tongue = "zh" if is_chinese(language()) else "en"
    verdict = judge_report(catalogue=current(), on=today(request), text=words, language=tongue).verdict
    return verdict if verdict.answer is Answer.NO else None


def _take(request: HttpRequest, form: FieldReport) -> HttpResponse | None:
    """Report, and settle where it was; None where it was refused, the reason in the form."""
    house, given = asked(request), form.cleaned_data
    try:
        made, is_new = report_once(
            report=_read(given), mark=given["once"], channel="worker", by=house.viewer, at=house.now, purpose="service"
        )
    except Refusal as refusal:
        form.add_error(_field_of(refusal), say(refusal.words(), language()))
        return None
    said = _("Received as %(number)s.") % {"number": made.number}
    if given["settled"] and is_new:
        said = f"{said} {_settled(request, made, given['evidence'])}"
    messages.info(request, said)
    return redirect("worker-today")


def _settled(request: HttpRequest, made: Reported, evidence: str) -> str:
    """Settle what was just reported; refused, it stays reported, and that is said."""
    house = asked(request)
    try:
        settle(case_id=made.case_id, evidence=evidence, by=house.viewer, at=house.now)
    except Refusal as refusal:
        return str(say(refusal.words(), language()))
    return _("Recorded as settled on the spot.")


def _read(given: dict[str, Any]) -> Report:
    photo = given.get("photo")
    has_point = given.get("lat") is not None and given.get("lon") is not None
    return Report(
        matter_key=given["matter"], text=given["text"], lon=given["lon"] if has_point else None,
        lat=given["lat"] if has_point else None, area_code=given.get("area", ""), address=given.get("address", ""),
        language=language(), photos=(photo.read(PHOTO_BYTES + 1),) if photo else (),
    )  # fmt: skip


def _field_of(refusal: Refusal) -> str | None:
    """The field that a refusal is about."""
    starts = {"photo.": "photo", "position.": "area", "area.": "area", "case.no_place": "area", "matter.": "matter",
              "case.no_text": "text", "text.": "text"}  # fmt: skip
    return next((name for start, name in starts.items() if refusal.code.startswith(start)), None)
