"""Signing in and out, and who is signed in."""

from __future__ import annotations

import json
from typing import Final

from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpResponse, JsonResponse

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.web.central.door import LIFE, SECOND_FACTOR, call, token_of
from gridcommons.web.front import HouseRequest

_MOST: Final = 10_000

BAD_LOGIN = refusal_kind(
    "central.bad_login",
    status=401,
    zh="用户名或密码不对，或者尝试次数太多。",
    en="The user name or password is wrong, or was tried too often.",
)
UNREADABLE = refusal_kind(
    "central.unreadable",
    status=400,
    zh="请求不是所要求的JSON。",
    en="The request is not the JSON that is asked for.",
)


@call("POST", is_open=True)
def sessions(request: HouseRequest) -> HttpResponse:
    """A token for a login name (`email`) and password."""
    if settings.STAFF_SECOND_FACTOR:
        raise refuse(SECOND_FACTOR)
    given = _given(request)
    user = authenticate(request, username=given.get("email"), password=given.get("password"))
    if user is None:
        raise refuse(BAD_LOGIN)
    moments = {"createdAt": request.now.isoformat(), "expiresAt": (request.now + LIFE).isoformat()}
    return JsonResponse({"token": token_of(user), "csrf": "", **moments})


def _given(request: HouseRequest) -> dict[str, str]:
    try:
        said = json.loads(request.body[:_MOST])
    except ValueError as fault:
        raise refuse(UNREADABLE) from fault
    fields = ("email", "password")
    given = {name: said[name] for name in fields if isinstance(said, dict) and isinstance(said.get(name), str)}
    if len(given) < len(fields) or any("\0" in text for text in given.values()):
        raise refuse(UNREADABLE)
    return given


@call("GET")
def current(request: HouseRequest) -> HttpResponse:
    """The account behind a token."""
    viewer = request.viewer
    return JsonResponse({"id": 0, "type": "user", "displayName": viewer.name, "email": viewer.name, "createdAt": None,
                         "updatedAt": None, "deletedAt": None})  # fmt: skip
