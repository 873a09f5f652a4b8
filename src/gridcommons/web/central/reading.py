"""Projects (one area's forms) and forms.

A project is an area in which the account may read what was said; its id is the area's code as a number.
"""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse, JsonResponse

from gridcommons.collection.forms.queries import FormFacts, VersionFacts, forms_in, forms_serving, versions_of, xform_of
from gridcommons.kit.errors import refuse
from gridcommons.territory.queries import AreaFacts, names_of
from gridcommons.web.central.door import FORMS_BY_HAND, NOWHERE, call
from gridcommons.web.front import HouseRequest
from gridcommons.web.staff import language

_READS: Final = "look.submissions_said"
_SINCE: Final = "2026-01-01T00:00:00.000Z"
_STATES: Final = {"open": "open", "closed": "closed", "draft": "closing"}


def _areas(request: HouseRequest) -> tuple[str, ...]:
    held = [(role, grant) for role, grant in request.viewer.roles_at(request.now) if grant is not None]
    reading = [grant for role, grant in held if _READS in role.deeds and grant.is_local]
    return tuple(sorted({code for grant in reading for code in grant.areas_now}))


def project_area(request: HouseRequest, project: int) -> str:
    """The area of a project; one outside the account's grants is not there."""
    code = str(project)
    if code not in _areas(request):
        raise refuse(NOWHERE)
    return code


def _forms(area_code: str, key: str = "") -> list[VersionFacts]:
    """The forms of a project, each by its newest published version, open or closed: all their answers are read.

    `key`: that form alone.
    """
    serving = {one.form.key: one for one in forms_serving([area_code], closed=True, key=key)}
    for form in forms_in(area_code):
        if form.key not in serving and key in {"", form.key}:
            published = [one for one in versions_of(form.key) if one.published_at is not None]
            if published:
                serving[form.key] = published[0]
    return [serving[key] for key in sorted(serving)]


def form_of(request: HouseRequest, project: int, form_id: str) -> VersionFacts:
    """A form of a project by its newest published version; refuses one that is not there."""
    found = _forms(project_area(request, project), form_id) if form_id else []
    if not found:
        raise refuse(NOWHERE)
    return found[0]


@call("GET")
def projects(request: HouseRequest) -> HttpResponse:
    """The areas of the account."""
    known = names_of(_areas(request))
    return JsonResponse([_as_project(area) for area in known.values()], safe=False)


@call("GET")
def project(request: HouseRequest, project: int) -> HttpResponse:
    """One of them."""
    code = project_area(request, project)
    return JsonResponse(_as_project(names_of([code])[code]))


def _as_project(area: AreaFacts) -> dict[str, Any]:
    return {
        "id": int(area.code), "name": area.name.in_language(language()), "description": area.code, "archived": None,
        "keyId": None, "createdAt": _SINCE, "updatedAt": None, "deletedAt": None, "appUsers": None,
        "forms": len(_forms(area.code)), "lastSubmission": None,
    }  # fmt: skip


@call("GET", "POST")
def forms(request: HouseRequest, project: int) -> HttpResponse:
    """The forms of a project; new ones come in another way."""
    if request.method == "POST":
        raise refuse(FORMS_BY_HAND)
    return JsonResponse([_as_form(one, project) for one in _forms(project_area(request, project))], safe=False)


@call("GET")
def form(request: HouseRequest, project: int, form_id: str) -> HttpResponse:
    """One form."""
    return JsonResponse(_as_form(form_of(request, project, form_id), project))


@call("GET")
def form_xml(request: HouseRequest, project: int, form_id: str) -> HttpResponse:
    """The XForm of its newest version."""
    return HttpResponse(xform_of(form_of(request, project, form_id).id), "application/xml; charset=utf-8")


def _as_form(one: VersionFacts, project: int) -> dict[str, Any]:
    facts: FormFacts = one.form
    return {
        "projectId": project, "xmlFormId": facts.key, "version": one.version, "hash": one.md5,
        "state": _STATES[facts.state], "name": facts.name.in_language(language()), "enketoId": None, "keyId": None,
        "createdAt": one.made_at.isoformat(), "updatedAt": facts.changed_at.isoformat(),
        "publishedAt": one.published_at.isoformat() if one.published_at else None,
    }  # fmt: skip
