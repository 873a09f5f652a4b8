"""Projects (one area's forms), forms, submissions, their answers as OData, and a form sent in by an account.

A project is an area in which the account may read what was said; its id is the area's code as a number.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.http import HttpResponse, JsonResponse
from django.urls import reverse

from gridcommons.collection.forms.queries import FormFacts, VersionFacts, forms_in, forms_serving, versions_of, xform_of
from gridcommons.collection.inbox.actions import receive
from gridcommons.collection.inbox.queries import (
    Said,
    SaidRow,
    SubmissionLine,
    Wanted,
    said_in,
    submission_called,
    submission_page,
)
from gridcommons.collection.inbox.receiving import sent_of
from gridcommons.collection.inbox.rules import TOO_LARGE, limits
from gridcommons.kit.digits import whole
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.territory.queries import AreaFacts, names_of
from gridcommons.web.central.door import NOWHERE, call
from gridcommons.web.front import HouseRequest
from gridcommons.web.staff import language

_READS: Final = "look.submissions_said"
_SINCE: Final = "2026-01-01T00:00:00.000Z"
_STATES: Final = {"open": "open", "closed": "closed", "draft": "closing"}
_REVIEW: Final = {"held": "hasIssues"}
_MOST: Final = 1_000
_XML: Final = frozenset({"application/xml", "text/xml"})

NO_FILTER = refusal_kind(
    "central.no_filter",
    status=501,
    zh="这里不支持OData的{what}；可用$top、$skip、$count、$expand=*。",
    en="OData's {what} is not there; $top, $skip, $count and $expand=* are.",
)
NOT_XML = refusal_kind(
    "central.not_xml",
    status=415,
    zh="请以application/xml发送表单。",
    en="Send the form as application/xml.",
)


def _areas(request: HouseRequest) -> tuple[str, ...]:
    held = [(role, grant) for role, grant in request.viewer.roles_at(request.now) if grant is not None]
    reading = [grant for role, grant in held if _READS in role.deeds and grant.is_local]
    return tuple(sorted({code for grant in reading for code in grant.areas_now}))


def _project(request: HouseRequest, project: int) -> str:
    """The area of a project; one outside the account's grants is not there."""
    code = str(project)
    if code not in _areas(request):
        raise refuse(NOWHERE)
    return code


def _forms(area_code: str) -> list[VersionFacts]:
    """The forms of a project, each by its newest published version; open ones, and closed ones of its own area."""
    serving = {one.form.key: one for one in forms_serving([area_code])}
    for form in forms_in(area_code):
        published = [one for one in versions_of(form.key) if one.published_at is not None]
        if published:
            serving.setdefault(form.key, published[0])
    return [serving[key] for key in sorted(serving)]


def _form(request: HouseRequest, project: int, form_id: str) -> VersionFacts:
    found = next((one for one in _forms(_project(request, project)) if one.form.key == form_id), None)
    if found is None:
        raise refuse(NOWHERE)
    return found


@call("GET")
def projects(request: HouseRequest) -> HttpResponse:
    """The areas of the account."""
    known = names_of(_areas(request))
    return JsonResponse([_as_project(area) for area in known.values()], safe=False)


@call("GET")
def project(request: HouseRequest, project: int) -> HttpResponse:
    """One of them."""
    code = _project(request, project)
    return JsonResponse(_as_project(names_of([code])[code]))


def _as_project(area: AreaFacts) -> dict[str, Any]:
    return {
        "id": int(area.code), "name": area.name.in_language(language()), "description": area.code, "archived": None,
        "keyId": None, "createdAt": _SINCE, "updatedAt": None, "deletedAt": None, "appUsers": None,
        "forms": len(_forms(area.code)), "lastSubmission": None,
    }  # fmt: skip


@call("GET")
def forms(request: HouseRequest, project: int) -> HttpResponse:
    """The forms of a project."""
    return JsonResponse([_as_form(one, project) for one in _forms(_project(request, project))], safe=False)


@call("GET")
def form(request: HouseRequest, project: int, form_id: str) -> HttpResponse:
    """One form."""
    return JsonResponse(_as_form(_form(request, project, form_id), project))


@call("GET")
def form_xml(request: HouseRequest, project: int, form_id: str) -> HttpResponse:
    """The XForm of its newest version."""
    return HttpResponse(xform_of(_form(request, project, form_id).id), "application/xml; charset=utf-8")


def _as_form(one: VersionFacts, project: int) -> dict[str, Any]:
    facts: FormFacts = one.form
    return {
        "projectId": project, "xmlFormId": facts.key, "version": one.version, "hash": one.md5,
        "state": _STATES[facts.state], "name": facts.name.in_language(language()), "enketoId": None, "keyId": None,
        "createdAt": one.made_at.isoformat(), "updatedAt": facts.changed_at.isoformat(),
        "publishedAt": one.published_at.isoformat() if one.published_at else None,
    }  # fmt: skip


def _said(request: HouseRequest, project: int, form_id: str, first: int = 0, most: int = _MOST) -> Said:
    form = _form(request, project, form_id).form
    wanted = Wanted(form_key=form.key, under=str(project))
    return said_in(
        wanted=wanted, viewer=request.viewer, at=request.now, purpose="service", first=first, most=most
    )  # fmt: skip


@call("GET", "POST")
def submissions(request: HouseRequest, project: int, form_id: str) -> HttpResponse:
    """What came in for a form, or one more."""
    if request.method == "POST":
        return _posted(request, _form(request, project, form_id))
    rows = _said(request, project, form_id).rows
    return JsonResponse([_as_submission(row.line) for row in rows], safe=False)


def _posted(request: HouseRequest, version: VersionFacts) -> HttpResponse:
    if request.content_type not in _XML:
        raise refuse(NOT_XML)
    if whole(request.META.get("CONTENT_LENGTH") or "", digits=12) > limits().most_xml:
        raise refuse(TOO_LARGE, what="XML", most=limits().most_xml)
    sent = sent_of(request.body, {})
    if sent.envelope.form_key != version.form.key:
        raise refuse(NOWHERE)
    taken = receive(sent=sent, by=request.viewer, at=request.now)
    page = submission_page(
        submission_id=taken.submission_id, viewer=request.viewer, at=request.now, purpose="service"
    )  # fmt: skip
    return JsonResponse(_as_submission(page.line))


@call("GET", "PUT")
def submission(request: HouseRequest, project: int, form_id: str, instance_id: str) -> HttpResponse:
    """One submission, or a corrected one in its place (its XML names it as `deprecatedID`)."""
    version = _form(request, project, form_id)
    if request.method == "PUT":
        return _posted(request, version)
    return JsonResponse(_as_submission(_page(request, version, instance_id).line))


def _page(request: HouseRequest, version: VersionFacts, instance_id: str) -> Any:
    if "\0" in instance_id:
        raise refuse(NOWHERE)
    found = submission_called(
        instance_id=instance_id, form_key=version.form.key, viewer=request.viewer, at=request.now
    )  # fmt: skip
    return submission_page(submission_id=found, viewer=request.viewer, at=request.now, purpose="service")


@call("GET")
def attachments(request: HouseRequest, project: int, form_id: str, instance_id: str) -> HttpResponse:
    """The names of the pictures that came with it."""
    page = _page(request, _form(request, project, form_id), instance_id)
    return JsonResponse([{"name": one.name, "exists": True} for one in page.pictures], safe=False)


def _as_submission(line: SubmissionLine) -> dict[str, Any]:
    return {
        "instanceId": line.instance_id, "submitterId": 0, "deviceId": None, "instanceName": None, "userAgent": None,
        "createdAt": line.received_at.isoformat(), "updatedAt": None, "reviewState": _REVIEW.get(line.state),
    }  # fmt: skip


@call("GET")
def service(request: HouseRequest, project: int, form_id: str) -> HttpResponse:
    """The tables of a form: its submissions, and one for each repeat."""
    tables = ["Submissions", *(f"Submissions.{name.replace('/', '.')}" for name in _repeats(request, project, form_id))]
    value = [{"name": name, "kind": "EntitySet", "url": name} for name in tables]
    return JsonResponse({"@odata.context": f"{_base(request, project, form_id)}/$metadata", "value": value})


def _repeats(request: HouseRequest, project: int, form_id: str) -> list[str]:
    version = _form(request, project, form_id)
    return sorted({one.repeat for one in version.questions if one.repeat})


def _base(request: HouseRequest, project: int, form_id: str) -> str:
    return request.build_absolute_uri(reverse("central-service", args=[project, form_id]))


@call("GET")
def table(request: HouseRequest, project: int, form_id: str, name: str) -> HttpResponse:
    """The answers of a form as OData: a row for each submission, or for each item of a repeat."""
    for what in ("$filter", "$orderby", "$select", "$search", "$skiptoken"):
        if request.GET.get(what):
            raise refuse(NO_FILTER, what=what)
    repeats = _repeats(request, project, form_id)
    repeat = name.partition(".")[2].replace(".", "/")
    if name.partition(".")[0] != "Submissions" or (repeat and repeat not in repeats):
        raise refuse(NOWHERE)
    first, most = whole(request.GET.get("$skip", "0"), digits=7), whole(request.GET.get("$top", "1000"), digits=5)
    said = _said(request, project, form_id, first, min(most, _MOST))
    inline = request.GET.get("$expand") == "*"
    rows = [found for row in said.rows for found in _table_rows(row, repeat, repeats, inline=inline)]
    answer: dict[str, Any] = {"@odata.context": f"{_base(request, project, form_id)}/$metadata#{name}", "value": rows}
    if request.GET.get("$count", "").lower() == "true":
        answer["@odata.count"] = said.total
    if first + most < said.total:
        answer["@odata.nextLink"] = f"{_base(request, project, form_id)}/{name}?$skip={first + most}&$top={most}"
    return JsonResponse(answer)


def _table_rows(row: SaidRow, repeat: str, repeats: list[str], *, inline: bool) -> list[dict[str, Any]]:
    values = row.values or {}
    key = row.line.instance_id
    if repeat:
        items = _items(values, repeat.split("/"))
        return [{"__id": f"{key}-{at}", "__Submissions-id": key, **item} for at, item in enumerate(items)]
    return [{"__id": key, "__system": _system(row), **_shown(values, key, repeats, inline=inline),
             "meta": {"instanceID": key}}]  # fmt: skip


def _items(values: Any, path: list[str]) -> list[Mapping[str, Any]]:
    """The items of a repeat, wherever it stands."""
    here = values.get(path[0]) if isinstance(values, Mapping) else None
    found = here if isinstance(here, list) else [here] if isinstance(here, Mapping) else []
    return [item for one in found for item in _items(one, path[1:])] if len(path) > 1 else found


def _shown(values: Mapping[str, Any], key: str, repeats: list[str], *, inline: bool, path: str = "") -> dict[str, Any]:
    """The answers with a link in the place of each repeat, unless they are wanted inline."""
    shown: dict[str, Any] = {}
    for name, value in values.items():
        here = f"{path}{name}"
        if here in repeats and not inline:
            shown[f"{name}@odata.navigationLink"] = f"Submissions('{key}')/{here}"
        elif isinstance(value, Mapping):
            shown[name] = _shown(value, key, repeats, inline=inline, path=f"{here}/")
        else:
            shown[name] = value
    return shown


def _system(row: SaidRow) -> dict[str, Any]:
    return {
        "submissionDate": row.line.received_at.isoformat(), "updatedAt": None, "submitterId": "0",
        "submitterName": None, "attachmentsPresent": row.pictures, "attachmentsExpected": row.pictures, "status": None,
        "reviewState": _REVIEW.get(row.line.state), "deviceId": None, "edits": 0, "formVersion": row.line.version,
    }  # fmt: skip
