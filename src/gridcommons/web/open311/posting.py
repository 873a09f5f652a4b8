"""Taking a request: who sends it, for which service, where, in what words; then it is posted by its deed, once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Final, TypeVar

from django.conf import settings
from django.db import IntegrityError

from gridcommons.access.keyring.queries import Client
from gridcommons.access.keyring.rules import POST
from gridcommons.cases.clients.actions import post_request as post
from gridcommons.cases.clients.held import posted_before
from gridcommons.cases.clients.marks import once_of
from gridcommons.cases.clients.rules import NAME_LIMIT, Linked, Posted
from gridcommons.cases.filing import TEXT_LIMIT, Report
from gridcommons.kit.cleaning import TOO_LONG
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import Reason, Refusal, refuse
from gridcommons.kit.words import Words
from gridcommons.matters.matter import Matter
from gridcommons.matters.queries import current
from gridcommons.people.contacts import Contact, tidy
from gridcommons.territory.rules import POSITION_MISSING
from gridcommons.web.front import HouseRequest
from gridcommons.web.open311.answers import Answer
from gridcommons.web.open311.attributes import given, lines
from gridcommons.web.open311.door import plain
from gridcommons.web.open311.forms import Form, client_and_moment, fetch, form_of, is_lost
from gridcommons.web.open311.jurisdictions import jurisdiction_of
from gridcommons.web.open311.places import find_place
from gridcommons.web.open311.reading import service_of
from gridcommons.web.open311.rows import ZONE, taken

T = TypeVar("T")
Point = tuple[float | None, float | None, str]
NOWHERE: Point = (None, None, "")
_NOTHING: tuple[Linked, ...] = ()
_ONCE: Final = ("case_external_once", "track_digest", "sending_once")
NO_PICTURE: Final = Words(
    zh="有照片没有收取：本接口不向这个地址获取照片，请以multipart/form-data随请求发送。",
    en="A picture was not taken: this door does not fetch from its address; send it with the request as "
    "multipart/form-data.",
)


def post_request(request: HouseRequest, language: str) -> Answer:
    """Take one request. A public matter gets a service_request_id, another one a token; both get a tracking_code."""
    form = form_of(request)
    client, key, at = client_and_moment(request, form)
    client.require(client.terms.may_post, POST)
    jurisdiction = jurisdiction_of(form.fields.get("jurisdiction_id") or request.GET.get("jurisdiction_id", ""))
    matter = service_of(plain(form.fields.get("service_code") or ""), local_day(at, ZONE))
    external_id = form.text("external_id", NAME_LIMIT)
    once = once_of(key, external_id) if external_id else b""
    report, linked = _report(form, matter, language, at, once)
    # What came before is answered before anything is fetched: the host of a picture may be slow or gone by now.
    made = posted_before(client, report, linked, external_id)
    if made is None:
        linked = fetch(linked)
        made = _posted(client, report, linked, external_id, jurisdiction, at)
    receipt = _receipt(made, matter, language, lost=is_lost(linked, is_new=made.is_new))
    return Answer("service_requests", [receipt], status=201 if made.is_new else 200)


def _posted(
    client: Client, report: Report, linked: tuple[Linked, ...], external_id: str, jurisdiction: str, at: datetime
) -> Posted:  # fmt: skip
    """Post it; when the same is on its way twice at once, the second is answered like a repetition."""
    send = partial(
        post,
        client=client,
        report=report,
        linked=linked,
        external_id=external_id,
        jurisdiction=jurisdiction,
        by=client.viewer,
        at=at,
    )
    try:
        return send()
    except IntegrityError as error:
        if not any(name in str(error) for name in _ONCE):
            raise
    return send()


def _receipt(made: Posted, matter: Matter, language: str, *, lost: bool) -> dict[str, str | None]:
    notice = taken(matter, current()).in_language(language)
    if lost:
        notice += f"{'' if language.startswith('zh') else ' '}{NO_PICTURE.in_language(language)}"
    return {
        "token" if made.token else "service_request_id": made.token or made.number,
        "service_notice": notice,
        "account_id": None,
        "tracking_code": made.code,
    }


def _report(form: Form, matter: Matter, language: str, at: datetime, once: bytes) -> tuple[Report, tuple[Linked, ...]]:
    """The report in the form, and the pictures named by address; refuses everything that is wrong at once."""
    reasons: list[Reason] = []
    text = _tried(lambda: _text(form, matter, language), "", reasons)
    place = _tried(lambda: _place(form, at), NOWHERE, reasons)
    contact = _tried(lambda: _contact(form), Contact(), reasons)
    address = _tried(lambda: form.text("address_string"), "", reasons)
    linked = _tried(form.linked, _NOTHING, reasons)
    require_all(reasons)
    lon, lat, area_code = place
    report = Report(
        matter_key=matter.key, text=text, lon=lon, lat=lat, area_code=area_code, address=address, contact=contact,
        language=language, once=once,
    )  # fmt: skip
    return report, linked


def require_all(reasons: list[Reason]) -> None:
    """Refuse if anything is wrong. Too much of one thing says more than the rest: its status leads the list."""
    if reasons:
        raise Refusal(tuple(sorted(dict.fromkeys(reasons), key=lambda reason: reason.code != TOO_LONG)))


def _tried(part: Callable[[], T], otherwise: T, reasons: list[Reason]) -> T:
    try:
        return part()
    except Refusal as refusal:
        reasons.extend(refusal.reasons)
        return otherwise


def _text(form: Form, matter: Matter, language: str) -> str:
    """The description and a line for each answer; the standard lets both be missing, then the service speaks."""
    said = form.text("description", TEXT_LIMIT)
    answers = {code: list(values) for code, values in given(dict(form.fields.lists())).items()}
    return "\n".join(filter(None, [said, *lines(matter.key, answers, language)])) or matter.name.in_language(language)


def _place(form: Form, at: datetime) -> Point:
    """Longitude, latitude and area code: from the point, else address_id, else the names in address_string."""
    lon, lat = form.degrees("long"), form.degrees("lat")
    if lon is not None or lat is not None:
        return lon, lat, ""
    code, address = form.text("address_id"), form.text("address_string")
    if not code and not address:
        raise refuse(POSITION_MISSING)
    return None, None, code or find_place(address, local_day(at, ZONE))


def _contact(form: Form) -> Contact:
    """Whom to answer, if the sender says so. device_id and account_id are taken and forgotten."""
    first, last = form.text("first_name"), form.text("last_name")
    blank = " " if (first + last).isascii() else ""
    name = f"{first}{blank}{last}" if blank else f"{last}{first}"
    return tidy(name, form.text("phone"), form.text("email"), demo=settings.DEMO)
