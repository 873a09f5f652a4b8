"""What every call passes: the bearer's token, JSON in and out, refusals as `{code, message}`.

A token is signed and lasts a working day; it ends with the account's password. Where a second factor is asked of staff
a password alone opens nothing here either.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final, cast

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.utils.crypto import constant_time_compare
from django.utils.translation import get_language

from gridcommons.access.identify import viewer_behind
from gridcommons.collection.inbox.rules import TOO_LARGE
from gridcommons.kit.cleaning import is_storable
from gridcommons.kit.digits import whole
from gridcommons.kit.errors import Refusal, refusal_kind, refuse
from gridcommons.web.front import HouseRequest
from gridcommons.web.openrosa.taking import CUT_OFF

Call = Callable[..., HttpResponse]
LIFE: Final = timedelta(hours=12)
_SALT: Final = "central.session"
_MOST: Final = 20_000
_PIECE: Final = 65_536

NO_TOKEN = refusal_kind(
    "central.no_token",
    status=401,
    zh="请先登录（POST /v1/sessions），并在Authorization头中带上令牌。",
    en="Sign in first (POST /v1/sessions) and send the token in the header Authorization.",
)
SECOND_FACTOR = refusal_kind(
    "central.second_factor",
    status=403,
    zh="本县的工作账号登录需要第二重验证，这个接口只用密码，所以不开放。",
    en="Staff accounts of this house sign in with a second factor; this door takes a password alone, so it stays shut.",
)
NOWHERE = refusal_kind(
    "central.nowhere",
    status=404,
    zh="没有这个地址，或者不在您的授权范围内。",
    en="There is no such address, or it lies outside your grants.",
)
WRONG_METHOD = refusal_kind(
    "central.method",
    status=405,
    zh="这个地址只接受{allowed}。",
    en="This address takes {allowed} alone.",
)
UNREADABLE = refusal_kind(
    "central.unreadable",
    status=400,
    zh="请求不是所要求的JSON。",
    en="The request is not the JSON that is asked for.",
)
FORMS_BY_HAND = refusal_kind(
    "central.forms_by_hand",
    status=501,
    zh="表单不从这个接口上传：每张表要有准入的事项，由县级业务人员在网页“表单”里交表格、核对、启用。",
    en="Forms are not handed in here: each needs an admitted matter, and the county officer hands it in, looks at it "
    "and puts it in use on the page “Forms”.",
)
PHONES_BY_HAND = refusal_kind(
    "central.phones_by_hand",
    status=501,
    zh="手机的密钥不从这个接口发：由工作人员本人或县级业务人员在网页上登记，一机一钥，可随时停用。",
    en="Keys of phones are not given out here: workers or the county officer make them on their page, one for each "
    "phone, and can withdraw them.",
)
ENTITIES_ELSEWHERE = refusal_kind(
    "central.entities_elsewhere",
    status=501,
    zh="这里没有实体清单：住户由人口部分保管，表单里的households.csv按网格发给手机；不能从这里改。",
    en="There are no entity lists here: households are kept by the part people, and phones get those of their grids as "
    "households.csv; nothing changes them from here.",
)


def token_of(user: Any) -> str:
    """A token for an account; it changes with the password."""
    return TimestampSigner(salt=_SALT).sign_object([str(user.pk), user.get_session_auth_hash()])


def _signed_in(request: HouseRequest) -> None:
    """Put the viewer of the token on the request; refuses without a valid one."""
    if settings.STAFF_SECOND_FACTOR:
        raise refuse(SECOND_FACTOR)
    text = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    try:
        user_id, proof = TimestampSigner(salt=_SALT).unsign_object(text, max_age=LIFE)
    except (BadSignature, ValueError) as fault:
        raise refuse(NO_TOKEN) from fault
    user = get_user_model().objects.filter(pk=user_id, is_active=True).first()
    if user is None or not constant_time_compare(user.get_session_auth_hash(), proof):
        raise refuse(NO_TOKEN)
    request.viewer = viewer_behind(user)


def call(*methods: str, is_open: bool = False) -> Callable[[Call], Call]:
    """Make a function `(request, **parts)` a view of the door; `is_open`: without a token."""

    def decorate(function: Call) -> Call:
        @functools.wraps(function)
        def view(request: HttpRequest, **parts: Any) -> HttpResponse:
            try:
                if request.method not in methods:
                    raise refuse(WRONG_METHOD, allowed=", ".join(methods))
                if not is_open:
                    _signed_in(cast(HouseRequest, request))
                answer = function(cast(HouseRequest, request), **parts)
            except Refusal as refusal:
                answer = _told(refusal)
                if answer.status_code == 405:  # noqa: PLR2004 - the status of a wrong method
                    answer.headers["Allow"] = ", ".join(methods)
            answer.headers["Cache-Control"] = "no-store"
            return answer

        view.csrf_exempt = True  # type: ignore[attr-defined]
        return view

    return decorate


def _told(refusal: Refusal) -> HttpResponse:
    sentence = refusal.words().in_language(get_language() or "zh-hans")
    told = {"code": refusal.code, "message": sentence}
    return JsonResponse(told, status=refusal.status, json_dumps_params={"ensure_ascii": False})


def body_of(request: HttpRequest, most: int, what: str) -> bytes:
    """The body of a request, declared or in chunks, as far as it may go; refuses a longer one."""
    declared = request.META.get("CONTENT_LENGTH") or ""
    if declared and whole(declared, digits=12, otherwise=most + 1) > most:
        raise refuse(TOO_LARGE, what=what, most=most)
    stream = request if declared else request.META.get("wsgi.input", request)
    pieces: list[bytes] = []
    left = most
    try:
        while piece := stream.read(_PIECE):  # a body in chunks comes chunk by chunk, whatever size is asked for
            pieces.append(piece)
            left -= len(piece)
            if left < 0:
                raise refuse(TOO_LARGE, what=what, most=most)
    except UnreadablePostError as fault:
        raise refuse(CUT_OFF) from fault
    if declared and most - left < int(declared):
        raise refuse(CUT_OFF)
    return b"".join(pieces)


def given(request: HttpRequest, *fields: str) -> dict[str, str]:
    """The texts of a JSON object by these names; refuses a request that has them not."""
    try:
        said = json.loads(body_of(request, _MOST, "JSON"))
    except (ValueError, RecursionError) as fault:
        raise refuse(UNREADABLE) from fault
    found = {name: said[name] for name in fields if isinstance(said, dict) and isinstance(said.get(name), str)}
    if len(found) < len(fields) or not all(map(is_storable, found.values())):
        raise refuse(UNREADABLE)
    return found


_ANY: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


@call(*_ANY)
def by_hand(_request: HouseRequest, **_parts: Any) -> HttpResponse:
    """Drafts of forms: they are handed in on a page."""
    raise refuse(FORMS_BY_HAND)


@call(*_ANY)
def phones(_request: HouseRequest, **_parts: Any) -> HttpResponse:
    """Users of apps and what they may fill in: keys of phones are made on a page."""
    raise refuse(PHONES_BY_HAND)


@call(*_ANY)
def entities(_request: HouseRequest, **_parts: Any) -> HttpResponse:
    """Entity lists: there are none."""
    raise refuse(ENTITIES_ELSEWHERE)


@call(*_ANY)
def nowhere(_request: HouseRequest, rest: str) -> HttpResponse:  # noqa: ARG001 - the address asks for it
    """Every address that is none of the slice's."""
    raise refuse(NOWHERE)
