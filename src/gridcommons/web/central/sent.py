"""Submissions: what came in, one more, one corrected, its pictures, remarks and review.

A submission keeps the id of the first one sent, however often it was corrected; each correction has an id of its own.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from django.http import HttpResponse, JsonResponse

from gridcommons.collection.forms.queries import VersionFacts, one_version
from gridcommons.collection.inbox.actions import Taken, receive, remark, review
from gridcommons.collection.inbox.papers import pictures_named, tree_of
from gridcommons.collection.inbox.queries import (
    Called,
    RemarkLine,
    SaidRow,
    SubmissionPage,
    Wanted,
    picture_of,
    said_in,
    submission_called,
    submission_page,
)
from gridcommons.collection.inbox.receiving import Picture, Sent, beside, sent_of
from gridcommons.collection.inbox.rules import NOT_CURRENT, UNKNOWN, limits
from gridcommons.collection.inbox.sifting import Sift
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.web.central.door import NOWHERE, body_of, call, given
from gridcommons.web.central.reading import form_of
from gridcommons.web.front import HouseRequest

CHUNK: Final = 1_000
_XML: Final = frozenset({"application/xml", "text/xml"})
_PURPOSE: Final = "forms"

NOT_XML = refusal_kind(
    "central.not_xml",
    status=415,
    zh="请以application/xml发送表单。",
    en="Send the form as application/xml.",
)


@call("GET", "POST")
def submissions(request: HouseRequest, project: int, form_id: str) -> HttpResponse:
    """What came in for a form, or one more."""
    version = form_of(request, project, form_id)
    if request.method == "POST":
        sent = _sent(request, version)
        receive(sent=sent, by=request.viewer, at=request.now)
        return _told(request, version, sent.envelope.instance_id)
    wanted = Wanted(form_key=version.form.key, under=str(project))
    pieces = (json.dumps(as_submission(row)) for row in _all(request, wanted))  # text: a tenth of what objects hold
    return HttpResponse(f"[{','.join(pieces)}]", "application/json")


def _all(request: HouseRequest, wanted: Wanted) -> Iterator[SaidRow]:
    """Everything, piece by piece: each piece is a look of its own."""
    sift = Sift(until=request.now)
    while True:
        found = said_in(
            wanted=wanted, viewer=request.viewer, at=request.now, purpose=_PURPOSE, most=CHUNK, sift=sift
        )  # fmt: skip
        yield from found.rows
        if found.is_last:
            return
        sift = sift.behind(found.rows[-1].marks, found.rows[-1].line.id)


def _sent(request: HouseRequest, version: VersionFacts) -> Sent:
    if request.content_type not in _XML:
        raise refuse(NOT_XML)
    sent = sent_of(body_of(request, limits().most_xml, "XML"), {})
    if sent.envelope.form_key != version.form.key:
        raise refuse(NOWHERE)
    return sent


@call("GET", "PUT", "PATCH")
def submission(request: HouseRequest, project: int, form_id: str, instance_id: str) -> HttpResponse:
    """One submission; a corrected one in its place (PUT); what an analyst says of it (PATCH)."""
    version = form_of(request, project, form_id)
    found = _called(request, version, instance_id)
    if request.method == "PUT":
        _corrected(request, _sent(request, version), found)
    elif request.method == "PATCH":
        state = given(request, "reviewState")["reviewState"]
        review(submission_id=found.id, state=state, by=request.viewer, at=request.now)
    return _told(request, version, found.root)


def _corrected(request: HouseRequest, sent: Sent, former: Called) -> None:
    """Take a correction of the current one in; pictures that it still names come along without being sent again."""
    if former.instance_id not in {sent.envelope.deprecated, sent.envelope.instance_id}:
        raise refuse(NOT_CURRENT)
    taken = receive(sent=sent, by=request.viewer, at=request.now)
    carried = _carried(request, former, taken)
    if carried:
        receive(sent=replace(sent, pictures=carried), by=request.viewer, at=request.now)


def _carried(request: HouseRequest, former: Called, taken: Taken) -> tuple[Picture, ...]:
    if not taken.missing or taken.submission_id == former.id:
        return ()
    held = [one for one in _page(request, former).pictures if one.name in taken.missing]
    return tuple(_as_sent(one.name, one.sent, _jpeg(request, former, one.name)) for one in held)


def _as_sent(name: str, sent: bytes, jpeg: bytes) -> Picture:
    return Picture(name, sent, jpeg, hashlib.sha256(jpeg).hexdigest())


def _called(request: HouseRequest, version: VersionFacts, instance_id: str) -> Called:
    """The current one of a submission; refuses an id that is not there."""
    if "\0" in instance_id:
        raise refuse(UNKNOWN)
    return submission_called(
        instance_id=instance_id, form_key=version.form.key, viewer=request.viewer, at=request.now
    )  # fmt: skip


def _page(request: HouseRequest, found: Called) -> SubmissionPage:
    return submission_page(submission_id=found.id, viewer=request.viewer, at=request.now, purpose=_PURPOSE)


def _told(request: HouseRequest, version: VersionFacts, instance_id: str) -> HttpResponse:
    root = _called(request, version, instance_id).root
    found = said_in(
        wanted=Wanted(form_key=version.form.key, root=root), viewer=request.viewer, at=request.now, purpose=_PURPOSE
    )  # fmt: skip
    if not found.rows:
        raise refuse(UNKNOWN)
    return JsonResponse(as_submission(found.rows[0]))


def moment(at: datetime | None) -> str | None:
    """A moment as Central writes it: UTC, to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else None


def as_submission(row: SaidRow) -> dict[str, Any]:
    """What is told of a submission: nothing of who sent it (charter 12)."""
    common = {"submitterId": 0, "deviceId": None, "instanceName": None, "userAgent": None}
    current = {"instanceId": row.line.instance_id, "createdAt": moment(row.line.received_at), "current": True}
    return {
        "instanceId": row.chain.root, **common, "createdAt": moment(row.chain.came_at),
        "updatedAt": moment(row.chain.changed_at), "reviewState": row.chain.review or None,
        "currentVersion": {**common, **current},
    }  # fmt: skip


@call("GET")
def xml(request: HouseRequest, project: int, form_id: str, instance_id: str) -> HttpResponse:
    """The XML of a submission as it stands now."""
    version = form_of(request, project, form_id)
    page = _page(request, _called(request, version, instance_id))
    if not page.papers:
        raise refuse(UNKNOWN)
    return HttpResponse(page.papers[-1].content, "application/xml; charset=utf-8")


@call("GET")
def attachments(request: HouseRequest, project: int, form_id: str, instance_id: str) -> HttpResponse:
    """The pictures that it names, and whether each has come."""
    page = _page(request, _called(request, form_of(request, project, form_id), instance_id))
    there = {one.name for one in page.pictures}
    names = dict.fromkeys((*_named(page), *sorted(there)))
    return JsonResponse([{"name": name, "exists": name in there} for name in names], safe=False)


def _named(page: SubmissionPage) -> tuple[str, ...]:
    if not page.papers:
        return ()
    return pictures_named(tree_of(page.papers[-1].content), one_version(page.version_id).questions)


@call("GET", "POST")
def attachment(request: HouseRequest, project: int, form_id: str, instance_id: str, name: str) -> HttpResponse:
    """One picture: read it, or bring it."""
    found = _called(request, form_of(request, project, form_id), instance_id)
    if request.method == "POST":
        return _brought(request, found, name)
    return HttpResponse(_jpeg(request, found, name), "image/jpeg")


def _brought(request: HouseRequest, found: Called, name: str) -> HttpResponse:
    """Take a picture in as a phone brings it: with the form that names it, as it is kept here."""
    content = body_of(request, limits().attachment_bytes, name[:60])
    page = _page(request, found)
    if not page.papers:
        raise refuse(UNKNOWN)
    receive(sent=beside(page.papers[0].content, {name: content}), by=request.viewer, at=request.now)
    return JsonResponse({"success": True})


def _jpeg(request: HouseRequest, found: Called, name: str) -> bytes:
    held = {one.name: one.id for one in _page(request, found).pictures}
    if name not in held:
        raise refuse(UNKNOWN)
    return picture_of(
        submission_id=found.id, picture_id=held[name], viewer=request.viewer, at=request.now, purpose=_PURPOSE
    )  # fmt: skip


@call("GET", "POST")
def comments(request: HouseRequest, project: int, form_id: str, instance_id: str) -> HttpResponse:
    """Remarks of offices on a submission: read them, or add one."""
    found = _called(request, form_of(request, project, form_id), instance_id)
    if request.method == "POST":
        body = given(request, "body")["body"]
        made = remark(submission_id=found.id, body=body, by=request.viewer, at=request.now)
        return JsonResponse(_as_comment(RemarkLine(made.body, made.by_key, made.at)))
    remarks = [one for one in reversed(_page(request, found).remarks) if one.body]
    return JsonResponse([_as_comment(one) for one in remarks], safe=False)


def _as_comment(one: RemarkLine) -> dict[str, Any]:
    return {"body": one.body, "actorId": 0, "createdAt": moment(one.at)}
