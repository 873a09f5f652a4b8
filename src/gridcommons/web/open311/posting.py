"""Taking a request: who sends it, for which service, where, in what words; then the case is reported by its deed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final, TypeVar

from django.conf import settings
from django.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from gridcommons.access.queries import valid_key
from gridcommons.access.rules import Viewer
from gridcommons.cases.actions import Reported, report_case
from gridcommons.cases.filing import ADDRESS_LIMIT, TEXT_LIMIT, Report
from gridcommons.kit.cleaning import TOO_LONG, clean_text
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import Reason, Refusal, refusal_kind, refuse
from gridcommons.kit.numbers import decimal_of
from gridcommons.kit.words import Words
from gridcommons.matters.matter import Matter
from gridcommons.matters.queries import current
from gridcommons.people.contacts import Contact, tidy
from gridcommons.territory.rules import POSITION_MISSING
from gridcommons.web.front import HouseRequest
from gridcommons.web.open311.answers import Answer
from gridcommons.web.open311.attributes import given, lines
from gridcommons.web.open311.door import NOT_UTF8, plain
from gridcommons.web.open311.moments import DEMO_TIME, moment_of
from gridcommons.web.open311.places import find_place
from gridcommons.web.open311.reading import service_of
from gridcommons.web.open311.rows import ZONE, taken

T = TypeVar("T")
DOOR: Final = "open311"
Point = tuple[float | None, float | None, str]
NOWHERE: Point = (None, None, "")
_URLENCODED: Final = "application/x-www-form-urlencoded"
_FORMS: Final = frozenset({_URLENCODED, "multipart/form-data"})
_NO_PICTURE: Final = Words(
    zh="照片没有收取：本接口暂不收照片。", en="The picture was not taken: this door does not take pictures yet."
)

WRONG_FORM = refusal_kind(
    "open311.form",
    status=415,
    zh="请以表单格式提交（application/x-www-form-urlencoded或multipart/form-data）。",
    en="Send the request as a form (application/x-www-form-urlencoded or multipart/form-data).",
)
TOO_BIG = refusal_kind(
    "open311.too_big",
    status=413,
    zh="内容太大，没有收取；文字最多{limit}个字，请缩短后再提交。",
    en="This is too much and was not taken; the text may have {limit} characters, shorten it and send it again.",
)
BROKEN = refusal_kind(
    "open311.broken",
    status=400,
    zh="表单不完整或格式有误，没有收取，请重新提交。",
    en="The form is broken or incomplete and was not taken; please send it again.",
)
NO_NUMBER = refusal_kind(
    "open311.no_number",
    status=400,
    zh="{name}“{value}”不是数字；经纬度请写成十进制的度，例如28.5905。",
    en="The {name} “{value}” is no number; write coordinates in decimal degrees, such as 28.5905.",
)


class _Form:
    """The fields of a form, cleaned when they are read."""

    def __init__(self, fields: QueryDict) -> None:
        self.fields = fields

    def text(self, name: str, most: int = ADDRESS_LIMIT) -> str:
        """The last value of a field without control signs; empty if it was not given."""
        return clean_text(self.fields.get(name) or "", limit=most)

    def degrees(self, name: str) -> float | None:
        """A coordinate, None if it was not given; refuses what is no number."""
        said = self.text(name)
        try:
            return decimal_of(said) if said else None
        except ValueError:
            raise refuse(NO_NUMBER, name=name, value=said[:40]) from None


def post_request(request: HouseRequest, language: str) -> Answer:
    """Take one request. A public matter gets a service_request_id, another one a token; both get a tracking_code."""
    form, has_picture = _form_of(request)
    key = valid_key(plain(form.fields.get("api_key") or "", 200), DOOR)
    at = moment_of(request.headers.get(DEMO_TIME), now=request.now, demo=settings.DEMO, may_set_time=key.may_set_time)
    matter = service_of(plain(form.fields.get("service_code") or ""), local_day(at, ZONE))
    # A logged-in browser that is led here acts for nobody: the key alone says who sends.
    client = Viewer(key=f"key:{key.pk}", name=key.name)
    made = report_case(report=_report(form, matter, language, at), channel=DOOR, by=client, at=at)
    return Answer("service_requests", [_receipt(made, matter, language, has_picture=has_picture)], status=201)


def _receipt(made: Reported, matter: Matter, language: str, *, has_picture: bool) -> dict[str, str | None]:
    notice = taken(matter, current()).in_language(language)
    if has_picture:
        notice += f"{'' if language.startswith('zh') else ' '}{_NO_PICTURE.in_language(language)}"
    return {
        "service_request_id" if matter.public else "token": made.number,
        "service_notice": notice,
        "account_id": None,
        "tracking_code": made.code,
    }


def _form_of(request: HouseRequest) -> tuple[_Form, bool]:
    """The fields and whether a picture came along; refuses other content, too much of it, and broken forms."""
    if request.content_type not in _FORMS:
        raise refuse(WRONG_FORM)
    try:
        fields, has_file = request.POST, bool(request.FILES)
    except (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent):
        raise refuse(TOO_BIG, limit=TEXT_LIMIT) from None
    except (MultiPartParserError, BadRequest, SuspiciousOperation, UnreadablePostError):
        raise refuse(BROKEN) from None
    if _is_garbled(request, fields):
        raise refuse(NOT_UTF8)
    return _Form(fields), has_file or bool(fields.get("media_url"))


def _is_garbled(request: HouseRequest, fields: QueryDict) -> bool:
    """Whether the text was sent in another encoding; Django would read raw bytes of it as Latin-1 without a word."""
    if request.content_type == _URLENCODED:
        try:
            request.body.decode()
        except UnicodeDecodeError:
            return True
    return any("\ufffd" in value for _name, values in fields.lists() for value in values)


def _report(form: _Form, matter: Matter, language: str, at: datetime) -> Report:
    """The report in the form; refuses everything that is wrong with it at once."""
    reasons: list[Reason] = []
    text = _tried(lambda: _text(form, matter, language), "", reasons)
    place = _tried(lambda: _place(form, at), NOWHERE, reasons)
    contact = _tried(lambda: _contact(form), Contact(), reasons)
    address = _tried(lambda: form.text("address_string"), "", reasons)
    if reasons:
        # Too much of one thing says more than the rest: its status leads the list.
        raise Refusal(tuple(sorted(dict.fromkeys(reasons), key=lambda reason: reason.code != TOO_LONG)))
    lon, lat, area_code = place
    return Report(
        matter_key=matter.key, text=text, lon=lon, lat=lat, area_code=area_code, address=address, contact=contact,
        language=language,
    )  # fmt: skip


def _tried(part: Callable[[], T], otherwise: T, reasons: list[Reason]) -> T:
    try:
        return part()
    except Refusal as refusal:
        reasons.extend(refusal.reasons)
        return otherwise


def _text(form: _Form, matter: Matter, language: str) -> str:
    """The description and a line for each answer; the standard lets both be missing, then the service speaks."""
    said = form.text("description", TEXT_LIMIT)
    answers = {code: list(values) for code, values in given(dict(form.fields.lists())).items()}
    return "\n".join(filter(None, [said, *lines(matter.key, answers, language)])) or matter.name.in_language(language)


def _place(form: _Form, at: datetime) -> Point:
    """Longitude, latitude and area code: from the point, else address_id, else the names in address_string."""
    lon, lat = form.degrees("long"), form.degrees("lat")
    if lon is not None or lat is not None:
        return lon, lat, ""
    code, address = form.text("address_id"), form.text("address_string")
    if not code and not address:
        raise refuse(POSITION_MISSING)
    return None, None, code or find_place(address, local_day(at, ZONE))


def _contact(form: _Form) -> Contact:
    """Whom to answer, if the sender says so. device_id and account_id are taken and forgotten."""
    first, last = form.text("first_name"), form.text("last_name")
    blank = " " if (first + last).isascii() else ""
    name = f"{first}{blank}{last}" if blank else f"{last}{first}"
    return tidy(name, form.text("phone"), form.text("email"), demo=settings.DEMO)
