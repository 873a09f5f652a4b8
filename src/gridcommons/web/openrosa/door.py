"""What every call of the door passes: the key in the path, the protocol's headers, refusals in its envelope.

A key that is unknown, withdrawn or of somebody who serves no grid is answered 403 with the same words, never 401:
phones would ask for a password. The door reads no session and no cookie.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from typing import Final, TypeVar, cast

from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date
from django.utils.translation import get_language, override

from gridcommons.access.deeds import Outcome
from gridcommons.collection.devices.opening import while_open
from gridcommons.collection.devices.queries import Device, device_of
from gridcommons.collection.devices.rules import BAD_KEY
from gridcommons.collection.inbox.rules import limits
from gridcommons.kit.errors import Refusal, refusal_kind, refuse
from gridcommons.web.front import HouseRequest
from gridcommons.web.openrosa.answers import told

Call = Callable[..., HttpResponse]
R = TypeVar("R")
VERSION: Final = "1.0"
_READING: Final = frozenset({"GET", "HEAD"})

WRONG_METHOD = refusal_kind(
    "openrosa.method",
    status=405,
    zh="这个地址只接受{allowed}。",
    en="This address takes {allowed} alone.",
)
NO_VERSION = refusal_kind(
    "openrosa.no_version",
    status=400,
    zh="请求缺少头X-OpenRosa-Version: 1.0。",
    en="The request lacks the header X-OpenRosa-Version: 1.0.",
)
NOWHERE = refusal_kind(
    "openrosa.nowhere",
    status=404,
    zh="没有这个地址。",
    en="There is no such address.",
)


def call(*methods: str, grace: bool = False) -> Callable[[Call], Call]:
    """Make a function `(request, device, **parts) -> HttpResponse` a view of the door.

    `grace`: also for who lost the grid of late, so that what was filled in before still arrives.
    """

    def decorate(function: Call) -> Call:
        @functools.wraps(function)
        def view(request: HttpRequest, key: str, **parts: str) -> HttpResponse:
            language = get_language() or "zh-hans"
            with override(language):
                try:
                    device = _device(request, key, methods, parts, grace=grace)
                    with _holding(request, device):
                        answer = function(cast(HouseRequest, request), device, **parts)
                except Refusal as refusal:
                    answer = told(refusal.words().in_language(language), refusal.status, "error")
                    answer.headers["X-Reason"] = refusal.code
            if answer.status_code == 405:  # noqa: PLR2004 - the status of a wrong method
                answer.headers["Allow"] = ", ".join(methods)
            return with_headers(answer, language)

        view.csrf_exempt = True  # type: ignore[attr-defined]
        return view

    return decorate


def _device(request: HttpRequest, key: str, methods: tuple[str, ...], parts: dict[str, str], *, grace: bool) -> Device:
    """The phone that calls. Its key is asked first: a stranger learns nothing of what there is."""
    more = timedelta(days=limits().grace_days) if grace else timedelta()
    device = device_of(key, cast(HouseRequest, request).now, more)
    if parts.get("rest") is not None:
        raise refuse(NOWHERE)
    if request.method not in methods:
        raise refuse(WRONG_METHOD, allowed=", ".join(methods))
    if request.headers.get("X-OpenRosa-Version", "").strip() != VERSION:
        raise refuse(NO_VERSION)
    return device


def _holding(request: HttpRequest, device: Device) -> AbstractContextManager[None]:
    """Whatever is read for a phone is read while its key opens; what it sends is asked so by the deeds that take it.

    A body may come slowly, and whoever withdraws a key waits for nobody's network.
    """
    return while_open(device.id) if request.method in _READING else nullcontext()


def by_open_key(done: list[Outcome[R]]) -> list[Outcome[R]]:
    """What became of looks that came together; refuses them as one where the key was withdrawn meanwhile, so that the
    phone keeps them all."""
    for one in done:
        if isinstance(one, Refusal) and one.code == BAD_KEY:
            raise one
    return done


def with_headers(answer: HttpResponse, language: str) -> HttpResponse:
    """The headers that the protocol asks of every answer; nothing of this door is kept by what lies between."""
    answer.headers["X-OpenRosa-Version"] = VERSION
    answer.headers["X-OpenRosa-Accept-Content-Length"] = str(limits().most_bytes)
    answer.headers["Date"] = http_date()
    answer.headers["Content-Language"] = "zh-Hans" if language.lower().startswith("zh") else language
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["Vary"] = "Accept-Language"
    return answer


@call()
def nowhere(_request: HouseRequest, _device: Device, rest: str) -> HttpResponse:  # noqa: ARG001 - the door asks for it
    """Every other address behind a key; the door itself refuses it."""
    raise refuse(NOWHERE)
