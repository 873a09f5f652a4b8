"""Forms of the county: which there are, one handed in, its questions in both languages, in use or not."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridcommons.collection.asking import KINDS
from gridcommons.collection.forms.actions import Draft, close_form, draft_form, publish_form, reopen_form
from gridcommons.collection.forms.admitted import admission_of
from gridcommons.collection.forms.queries import (
    FormFacts,
    VersionFacts,
    form_called,
    forms_in,
    one_version,
    use_of_forms,
    versions_of,
)
from gridcommons.collection.forms.queries import workbook_of as workbook_bytes
from gridcommons.collection.forms.rules import MOST_BYTES, NOT_A_WORKBOOK, STATES
from gridcommons.collection.forms.shipping import shipped_form, shipped_forms
from gridcommons.collection.inbox.actions import ask_replay
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.errors import Refusal, refuse
from gridcommons.kit.words import Words
from gridcommons.load.admission.queries import AdmittedForm, Usable, entry_of, usable_forms
from gridcommons.matters.queries import current, matter_name
from gridcommons.territory.queries import names_of
from gridcommons.web.office.county import county_frame, own_county
from gridcommons.web.office.sure import SURE, Sure
from gridcommons.web.pieces import Status
from gridcommons.web.staff import asked, signed_in, today

DRAFTS: Final = "form.draft"
_NAME: Final = "office-forms"
_XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LIMIT: Final = 300
_TONES: Final = {"draft": ("plain", "file-text"), "open": ("done", "circle-check"), "closed": ("parked", "ban")}
CLOSE: Final = Sure(
    Words(
        "手机上不再显示这个表单，之后送来的也不再收取。",
        "Phones no longer show it, and what is sent from now on is refused.",
    ),
    Words(
        "已填未送的内容还在网格员手机上；请先通知他们发送。",
        "What is filled in and not sent stays on phones: tell the workers first.",
    ),
    Words("可以再次启用。", "It can be used again later."),
    Words("确认停用", "Close the form"),
)  # fmt: skip


def status_of(state: str) -> Status:
    """The state of a form as a pill."""
    tone, icon = _TONES[state]
    return Status(STATES[state], tone, icon)


@signed_in
@require_safe
@never_cache
def forms(request: HttpRequest) -> HttpResponse:
    """The forms of the county, and those that come with the program and were not taken over yet."""
    county = own_county(request, DRAFTS)
    held = forms_in(county)
    taken = {one.key for one in held}
    lines = [
        (one, status_of(one.state), matter_name(one.matter_key), KINDS[one.kind], _admission(one, request))
        for one in held
    ]
    offered = [(one, matter_name(one.matter), KINDS[one.kind]) for one in shipped_forms() if one.key not in taken]
    places = names_of(one.area_code for one in usable_forms(county, today(request)))
    waiting = [
        (one, matter_name(one.matter_key), places[one.area_code].name if one.area_code != county else None)
        for one in usable_forms(county, today(request))
        if one.key not in taken
    ]
    use = use_of_forms(on=today(request), area_code=county)
    context = {"lines": lines, "offered": offered, "waiting": waiting, "use": use}
    return render(request, "office/forms.html", county_frame(request, _NAME) | context)


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """Hand a workbook in, for a new form or as a new version of one."""
    county, fault = own_county(request, DRAFTS), None
    if request.method == "POST":
        try:
            return _handed_in(request, county)
        except Refusal as refusal:
            fault = refusal
    key = request.GET.get("form", "")
    known = next((one for one in forms_in(county) if one.key == key), None)
    catalogue = [(one.key, one.name) for one in current() if one.for_grid and one.collects_on(today(request))]
    first = {"key": known.key, "matter": known.matter_key, "kind": known.kind, "name_zh": known.name.zh,
             "name_en": known.name.en} if known else {}  # fmt: skip
    admitted = _admitted(request, county)
    if admitted:
        first = {"key": admitted.key, "matter": admitted.matter_key, "name_zh": admitted.name.zh,
                 "name_en": admitted.name.en}  # fmt: skip
    context = {
        "given": request.POST if request.method == "POST" else first, "fault": fault.words() if fault else None,
        "matters": catalogue, "kinds": list(KINDS.items()), "most": MOST_BYTES // 1_000_000, "known": known,
        "admitted": admitted,
    }  # fmt: skip
    status = fault.status if fault else 200
    return render(request, "office/form_new.html", county_frame(request, _NAME) | context, status=status)


def _admitted(request: HttpRequest, county: str) -> Usable | None:
    """The admitted form of the county that is taken over with the workbook it was admitted by, if one was chosen."""
    wanted = request.GET.get("admitted", "")
    return next((one for one in usable_forms(county, today(request)) if wanted == str(one.proposal_id)), None)


def _workbook(request: HttpRequest, county: str) -> bytes:
    if "workbook" in request.FILES:
        return bytes(request.FILES.getlist("workbook")[0].read(MOST_BYTES + 1))
    admitted = _admitted(request, county)
    if admitted is None:
        raise refuse(NOT_A_WORKBOOK)
    return bytes(entry_of(admitted.proposal_id).proposal.workbook)


def _admission(form: FormFacts, request: HttpRequest) -> AdmittedForm | None:
    return admission_of(form.key, form.matter_key, form.area_code, today(request))


def _handed_in(request: HttpRequest, county: str) -> HttpResponseRedirect:
    post, house = request.POST, asked(request)
    said = {name: clean_text(post.get(name, "")[:_LIMIT], limit=_LIMIT) for name in ("name_zh", "name_en", "key")}
    draft = Draft(
        said["key"], Words(said["name_zh"], said["name_en"]), post.get("matter", ""), county, post.get("kind", ""),
        _workbook(request, county),
        {str(held.name): held.read() for held in request.FILES.getlist("files")},
    )  # fmt: skip
    made = draft_form(draft=draft, by=house.viewer, at=house.now)
    messages.info(request, _("The form was read. Look at its questions, then put it in use."))
    return redirect("office-form", made.form.key)


@signed_in
@require_POST
def take_over(request: HttpRequest, key: str) -> HttpResponse:
    """Take a form over that comes with the program: as a draft, to be looked at like any other."""
    house, county, one = asked(request), own_county(request, DRAFTS), shipped_form(key)
    draft = Draft(one.key, one.name, one.matter, county, one.kind, one.workbook())
    draft_form(draft=draft, by=house.viewer, at=house.now)
    messages.info(request, _("The form was read. Look at its questions, then put it in use."))
    return redirect("office-form", key)


@signed_in
@require_safe
def shipped_workbook(request: HttpRequest, key: str) -> HttpResponse:
    """The workbook of a form that comes with the program, as a pattern for one's own."""
    own_county(request, DRAFTS)
    return _as_workbook(shipped_form(key).workbook(), key)


def _as_workbook(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, _XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return answer


def _own(request: HttpRequest, key: str) -> Any:
    """A form of the county; refuses another one as if it were not there."""
    county, found = own_county(request, DRAFTS), form_called(key)
    return found if any(one.id == found.id for one in forms_in(county)) else form_called("")


@signed_in
@require_safe
@never_cache
def one_form(request: HttpRequest, key: str) -> HttpResponse:
    """One form: its versions, and the questions of the one that is shown."""
    return _shown(request, key)


def _shown(request: HttpRequest, key: str, *, status: int = 200, **more: object) -> HttpResponse:
    form = _own(request, key)
    versions, admission = versions_of(key), _admission(form, request)
    wanted = request.GET.get("version", "")
    shown = next((one for one in versions if one.version == wanted), versions[0])
    context = {
        "form": form, "status": status_of(form.state), "matter": matter_name(form.matter_key),
        "kind": KINDS[form.kind], "versions": versions, "shown": shown, "questions": _questions(shown), "sure": CLOSE,
        "admission": admission,
        "admission_area": names_of([admission.area_code])[admission.area_code].name if admission else None,
    }  # fmt: skip
    return render(request, "office/form.html", county_frame(request, _NAME) | context | more, status=status)


def _questions(shown: VersionFacts) -> list[Any]:
    return [one for one in shown.questions if one.kind not in {"today", "calculate", "hidden"}]


@signed_in
@require_safe
def workbook(request: HttpRequest, version_id: UUID) -> HttpResponse:
    """The workbook of a version as it was handed in."""
    found = one_version(version_id)
    _own(request, found.form.key)
    return _as_workbook(workbook_bytes(version_id), f"{found.form.key}-{found.version}")


@signed_in
@require_POST
def step(request: HttpRequest, key: str, action: str) -> HttpResponse:
    """Publish a version, close or reopen the form, or have what came in for a version read again."""
    form, house = _own(request, key), asked(request)
    acting: dict[str, Any] = {"by": house.viewer, "at": house.now}
    again = {"ask": action == "close", "reason": request.POST.get("reason", "")}
    if action == "close" and request.POST.get(SURE) != "1":
        return _shown(request, key, status=409, **again)
    try:
        said = _done(action, form.id, key, request, acting)
    except Refusal as refusal:
        return _shown(request, key, status=refusal.status, fault=refusal.words(), **again)
    messages.info(request, said)
    return redirect("office-form", key)


def _done(action: str, form_id: UUID, key: str, request: HttpRequest, acting: dict[str, Any]) -> str:
    version = next((one for one in versions_of(key) if one.version == request.POST.get("version", "")), None)
    if action == "publish" and version is not None:
        publish_form(version_id=version.id, **acting)
        return _("In use: phones get it when they next ask for the list.")
    if action == "replay" and version is not None:
        ask_replay(form_key=key, version=version.version, **acting)
        return _("All that came in for this version is read again within seconds.")
    if action == "reopen":
        reopen_form(form_id=form_id, **acting)
        return _("The form is in use again.")
    close_form(form_id=form_id, reason=request.POST.get("reason", ""), **acting)
    return _("The form is closed.")
