"""What the field app asks of the door beyond Collect: the pack of the day, looks made offline, one's own paper."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse, HttpResponseNotModified, JsonResponse
from django.utils.translation import get_language

from gridcommons.cases.codes import ZONE
from gridcommons.collection.devices.queries import Device, LookMade, PhoneLook, seen_offline_each
from gridcommons.collection.forms.queries import open_forms
from gridcommons.collection.inbox.queries import own_submission
from gridcommons.collection.inbox.rules import UNKNOWN, limits
from gridcommons.collection.packing import beside_homes, words_of
from gridcommons.collection.queries import homes_for_phone
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import Refusal, refuse
from gridcommons.territory.queries import AreaFacts, children, names_of
from gridcommons.web.case_words import name_of
from gridcommons.web.front import HouseRequest
from gridcommons.web.office.areas import plain_features
from gridcommons.web.openrosa.door import by_open_key, call
from gridcommons.web.openrosa.looked import looks_in

_JSON: Final = "application/json; charset=utf-8"
_FORM: Final = 60
_SMALL: Final = 1_000


@call("GET", "HEAD")
def pack(request: HouseRequest, device: Device) -> HttpResponse:
    """All that the phone holds for today; an unchanged pack is not sent again."""
    looking: dict[str, Any] = {"viewer": device.viewer, "at": request.now}
    versions = open_forms(device.grids, on=local_day(request.now, ZONE))
    homes = homes_for_phone(device_id=device.id, grids=device.grids, versions=versions, **looking)
    held = homes.rows | beside_homes(device_id=device.id, versions=versions, **looking) | _ground(device.grids, request)
    content = json.dumps(held, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    known = {one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")}
    answer = HttpResponseNotModified() if tag in known else _packed(request, content)
    answer.headers["ETag"] = tag
    return answer


def _packed(request: HouseRequest, content: bytes) -> HttpResponse:
    """The content, pressed where the phone takes it so: nothing in it is chosen by whoever else may listen."""
    if len(content) < _SMALL or "gzip" not in request.headers.get("Accept-Encoding", ""):
        return HttpResponse(content, _JSON)
    return HttpResponse(gzip.compress(content, 6), _JSON, headers={"Content-Encoding": "gzip"})


def _ground(grids: Iterable[str], request: HouseRequest) -> dict[str, Any]:
    """The grids by name, and their outlines among those of their villages."""
    own = names_of(grids)
    day = local_day(request.now, ZONE)
    near = {area.code for grid in own.values() for area in children(grid.parent_code, day)}
    names = names_of(own.keys() | near)
    features = plain_features(names.keys(), names, "zh-hans") if names else []
    return {
        "grids": [_area(area) for area in own.values()],
        "ground": [
            {
                "code": one["properties"]["code"], "synthetic": one["properties"]["synthetic"],
                "name": words_of(name_of(names[one["properties"]["code"]])), "geometry": one["geometry"],
            }
            for one in features
        ],
    }  # fmt: skip


def _area(area: AreaFacts) -> dict[str, Any]:
    return {"code": area.code, "name": words_of(name_of(area))}


@call("POST", grace=True)
def looks(request: HouseRequest, device: Device) -> HttpResponse:
    """Put on record which households were opened without a network; what stands there already is not written twice.

    A household that this phone cannot have shown is refused by itself, and the others are put on record.
    """
    grace = timedelta(days=limits().grace_days)
    each = [LookMade(seen, device.viewer, device.id, grace) for seen in looks_in(request, _look)]
    done = by_open_key(seen_offline_each(each=each, at=request.now) if each else [])
    refused = [
        {"id": str(one.seen.id), "code": said.code, "message": said.words().in_language(get_language() or "zh-hans")}
        for one, said in zip(each, done, strict=True)
        if isinstance(said, Refusal)
    ]
    return JsonResponse({"kept": sum(isinstance(one, LookMade) for one in done), "refused": refused})


def _look(row: dict[str, Any], day: date) -> PhoneLook:
    return PhoneLook(UUID(row["id"]), UUID(row["household"]), str(row.get("form", ""))[:_FORM], day)


@call("GET", grace=True)
def own(request: HouseRequest, device: Device, instance_id: str) -> HttpResponse:
    """This worker's last words of a form that they sent: for the two versions to be laid side by side."""
    if "\0" in instance_id:
        raise refuse(UNKNOWN)
    found = own_submission(instance_id=instance_id, viewer=device.viewer, at=request.now)
    return JsonResponse({
        "id": found.instance_id, "xml": found.xml, "received_at": found.received_at.isoformat(), "state": found.state,
        "others": found.counts_others,
    })  # fmt: skip
