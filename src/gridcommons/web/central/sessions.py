"""Signing in and out, and who is signed in."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpResponse, JsonResponse

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.web.central.door import LIFE, SECOND_FACTOR, call, given, token_of
from gridcommons.web.front import HouseRequest

BAD_LOGIN = refusal_kind(
    "central.bad_login",
    status=401,
    zh="用户名或密码不对，或者尝试次数太多。",
    en="The user name or password is wrong, or was tried too often.",
)


@call("POST", is_open=True)
def sessions(request: HouseRequest) -> HttpResponse:
    """A token for a login name (`email`) and password."""
    if settings.STAFF_SECOND_FACTOR:
        raise refuse(SECOND_FACTOR)
    said = given(request, "email", "password")
    user = authenticate(request, username=said["email"], password=said["password"])
    if user is None:
        raise refuse(BAD_LOGIN)
    moments = {"createdAt": request.now.isoformat(), "expiresAt": (request.now + LIFE).isoformat()}
    return JsonResponse({"token": token_of(user), "csrf": "", **moments})


@call("GET")
def current(request: HouseRequest) -> HttpResponse:
    """The account behind a token."""
    viewer = request.viewer
    return JsonResponse({"id": 0, "type": "user", "displayName": viewer.name, "email": viewer.name, "createdAt": None,
                         "updatedAt": None, "deletedAt": None})  # fmt: skip
