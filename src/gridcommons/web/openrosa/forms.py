"""What phones fetch: the list of forms, a form, its files, the households of the worker's grids."""

from __future__ import annotations

import hashlib
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse, HttpResponseNotModified
from django.urls import reverse

from gridcommons.cases.codes import ZONE
from gridcommons.collection.asking import HOUSEHOLDS
from gridcommons.collection.devices.queries import Device
from gridcommons.collection.forms.queries import VersionFacts, file_of, one_version, open_forms, xform_of
from gridcommons.collection.forms.rules import UNKNOWN
from gridcommons.collection.listing import held_here
from gridcommons.collection.queries import list_for_phone
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import refuse
from gridcommons.matters.queries import matter_name
from gridcommons.web.front import HouseRequest
from gridcommons.web.openrosa.answers import XML, document, listed
from gridcommons.web.openrosa.door import call
from gridcommons.web.staff import language

_LIST: Final = "http://openrosa.org/xforms/xformsList"
_MANIFEST: Final = "http://openrosa.org/xforms/xformsManifest"
_MOST_IDS: Final = 1_000
_PLAIN: Final[dict[str, str]] = {}


def _md5(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def _url(request: HouseRequest, name: str, *parts: object) -> str:
    """The whole address of a call with the same key."""
    key = request.path.split("/")[3]
    return request.build_absolute_uri(reverse(name, args=[key, *parts]))


def _version(device: Device, version_id: str | UUID) -> VersionFacts:
    """A version that this phone may hold; refuses alike what is not for it and what does not exist."""
    found = one_version(UUID(str(version_id)))
    serves = any(found.form.serves(grid) for grid in device.grids)
    if found.published_at is None or not serves:
        raise refuse(UNKNOWN)
    return found


@call("GET", "HEAD")
def form_list(request: HouseRequest, device: Device) -> HttpResponse:
    """The forms in use in the worker's grids today."""
    wanted, verbose = request.GET.get("formID", ""), request.GET.get("verbose", "").lower() in {"true", "1"}
    there = open_forms(device.grids, on=local_day(request.now, ZONE))
    found = [one for one in there if not wanted or one.form.key == wanted]
    rows = ((_PLAIN, _listed(request, one, verbose=verbose)) for one in found)
    return document(listed("xforms", _LIST, "xform", rows))


def _listed(request: HouseRequest, one: VersionFacts, *, verbose: bool) -> dict[str, str]:
    has_files = one.lists_households or one.files
    return {
        "formID": one.form.key, "name": one.form.name.in_language(language()), "version": one.version,
        "hash": f"md5:{one.md5}",
        "descriptionText": matter_name(one.form.matter_key).in_language(language()) if verbose else "",
        "downloadUrl": _url(request, "openrosa-form", one.id),
        "manifestUrl": _url(request, "openrosa-manifest", one.id) if has_files else "",
    }  # fmt: skip


@call("GET", "HEAD")
def form(_request: HouseRequest, device: Device, version_id: str) -> HttpResponse:
    """A form: the very bytes that its hash was made of."""
    return HttpResponse(xform_of(_version(device, version_id).id), XML)


@call("GET", "HEAD")
def manifest(request: HouseRequest, device: Device, version_id: str) -> HttpResponse:
    """The files that belong to a form, with their hashes."""
    found = _version(device, version_id)
    rows: list[tuple[dict[str, str], dict[str, str]]] = [
        ({}, {
            "filename": file.name, "hash": f"md5:{file.md5}",
            "downloadUrl": _url(request, "openrosa-file", found.id, file.name),
        })
        for file in found.files
    ]  # fmt: skip
    if found.lists_households:
        content = _households(request, device, found)
        rows.append((
            {"type": "entityList"},
            {"filename": HOUSEHOLDS, "hash": f"md5:{_md5(content)}",
             "downloadUrl": _url(request, "openrosa-households", found.id),
             "integrityUrl": _url(request, "openrosa-integrity")},
        ))  # fmt: skip
    return document(listed("manifest", _MANIFEST, "mediaFile", rows))


@call("GET", "HEAD")
def file(_request: HouseRequest, device: Device, version_id: str, name: str) -> HttpResponse:
    """A file of a form."""
    content, kind = file_of(_version(device, version_id).id, name)
    return HttpResponse(content, kind)


def _households(request: HouseRequest, device: Device, found: VersionFacts) -> bytes:
    facts: dict[str, Any] = {"device_id": device.id, "grids": device.grids, "viewer": device.viewer}
    return list_for_phone(version=found, at=request.now, **facts).content


@call("GET", "HEAD")
def households(request: HouseRequest, device: Device, version_id: str) -> HttpResponse:
    """The households of the worker's grids of today; unchanged ones are not sent again."""
    found = _version(device, version_id)
    if not found.lists_households:
        raise refuse(UNKNOWN)
    content = _households(request, device, found)
    tag = f'"{_md5(content)}"'
    held = {one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")}
    answer = HttpResponseNotModified() if tag in held else HttpResponse(content, "text/csv; charset=utf-8")
    answer.headers["ETag"] = tag
    return answer


@call("GET", "HEAD")
def integrity(request: HouseRequest, device: Device) -> HttpResponse:
    """Whether households are still in the worker's grids: what was handed over leaves the phone."""
    ids = [text.strip() for text in request.GET.get("id", "").split(",") if text.strip()][:_MOST_IDS]
    here = held_here(ids, device.grids)
    rows = [({"id": text}, {"deleted": "false" if here[text] else "true"}) for text in ids]
    data = listed("data", "", "none", ())
    data.append(listed("entities", "", "entity", rows))
    return document(data)
