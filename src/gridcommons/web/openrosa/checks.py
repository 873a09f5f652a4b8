"""Cases checked on the spot by a phone without a network: results, looks made offline, pictures, how one stands now."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import IntegrityError
from django.http import HttpResponse, JsonResponse

from gridcommons.cases.codes import ZONE
from gridcommons.cases.filing import PHOTO_BYTES
from gridcommons.cases.queries import case_page, photo_of
from gridcommons.cases.storing import read
from gridcommons.collection.checks.actions import send_check
from gridcommons.collection.checks.queries import CaseLook, CaseSeen, cases_seen_offline, require_given
from gridcommons.collection.checks.rules import BAD_CHECK, NOTE_LIMIT, OTHER_CONTENT, RESULTS, TOO_LARGE, Sending
from gridcommons.collection.devices.queries import Device
from gridcommons.collection.devices.rules import day_said
from gridcommons.collection.inbox.rules import limits
from gridcommons.collection.packing import step_told, words_of
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import refuse
from gridcommons.web.case_words import state_words
from gridcommons.web.front import HouseRequest
from gridcommons.web.openrosa.door import by_open_key, call
from gridcommons.web.openrosa.looked import looks_in

_MOST_BYTES: Final = PHOTO_BYTES * 4 // 3 + 100_000
_MARK: Final = 60
_TRIES: Final = 2


@call("POST", grace=True)
def checks(request: HouseRequest, device: Device) -> HttpResponse:
    """Take one result in: its step is taken before this answers, and the same sent again does nothing more."""
    came = _sending(request)
    for _try in range(_TRIES):
        try:
            row = send_check(check=came, device_id=device.id, by=device.viewer, at=request.now)
        except IntegrityError:  # another request brought the same in the same moment
            continue
        late = came.late
        return JsonResponse({"id": str(row.pk), "state": "kept" if late else "received"}, status=202 if late else 201)
    raise refuse(OTHER_CONTENT)  # the id is another worker's


def _sending(request: HouseRequest) -> Sending:
    """The result in a body; refuses what is no such thing, and what is too large."""
    content = request.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise refuse(TOO_LARGE, photo=PHOTO_BYTES)
    try:
        made = _read(json.loads(content), request)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, binascii.Error):
        raise refuse(BAD_CHECK) from None
    if len(made.photo) > PHOTO_BYTES:
        raise refuse(TOO_LARGE, photo=PHOTO_BYTES)
    return made


def _read(row: dict[str, Any], request: HouseRequest) -> Sending:
    came = local_day(request.now, ZONE)
    if row["result"] not in RESULTS:
        raise ValueError
    return Sending(
        UUID(row["id"]), UUID(row["case"]), row["result"], clean_text(row["note"], limit=NOTE_LIMIT),
        str(UUID(row["seen"]))[:_MARK], day_said(str(row["at"])[:40], came, limits().late_days),
        late=row.get("late") is True, photo=base64.b64decode(row.get("photo") or "", validate=True),
    )  # fmt: skip


@call("POST", grace=True)
def case_looks(request: HouseRequest, device: Device) -> HttpResponse:
    """Put on record which cases were opened without a network; each once, and none that this phone never had."""
    grace = timedelta(days=limits().grace_days)
    each = [CaseLook(seen, device.viewer, device.id, grace) for seen in looks_in(request, _look)]
    done = by_open_key(cases_seen_offline(each=each, at=request.now) if each else [])
    return JsonResponse({"kept": sum(isinstance(one, CaseLook) for one in done)})


def _look(row: dict[str, Any], day: date) -> CaseSeen:
    return CaseSeen(UUID(row["id"]), UUID(row["case"]), day)


@call("GET")
def case_now(request: HouseRequest, device: Device, case_id: UUID) -> HttpResponse:
    """How a case stands now that was on this phone: for the two to be laid side by side. What is no longer its
    worker's is not told."""
    require_given(device.viewer.key, case_id)
    page = case_page(case_id=case_id, viewer=device.viewer, at=request.now, purpose="verification")
    return JsonResponse({
        "state": words_of(state_words(page.state)), "steps": [step_told(step) for step in page.steps],
        "can": [key for key, one in RESULTS.items() if one.step in {action.key for action in page.may}],
    })  # fmt: skip


@call("GET", "HEAD")
def case_photo(request: HouseRequest, device: Device, case_id: UUID, photo_id: UUID) -> HttpResponse:
    """One picture of a case that is on this phone, to be seen without a network too: a look each."""
    require_given(device.viewer.key, case_id)
    photo = photo_of(case_id=case_id, photo_id=photo_id, viewer=device.viewer, at=request.now, purpose="verification")
    return HttpResponse(read(photo.path), "image/jpeg")
