"""What every call passes: the bearer's token, JSON in and out, refusals as `{code, message}`.

A token is signed and lasts a working day; it ends with the account's password. Where a second factor is asked of staff
a password alone opens nothing here either.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final, cast

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.utils.translation import get_language

from gridcommons.access.identify import viewer_behind
from gridcommons.kit.errors import Refusal, refusal_kind, refuse
from gridcommons.web.front import HouseRequest

Call = Callable[..., HttpResponse]
LIFE: Final = timedelta(hours=12)
_SALT: Final = "central.session"

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
    return JsonResponse({"code": refusal.code, "message": sentence}, status=refusal.status)


@call("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
def nowhere(_request: HouseRequest, rest: str) -> HttpResponse:  # noqa: ARG001 - the address asks for it
    """Every address that is none of the slice's."""
    raise refuse(NOWHERE)
