"""What every call of the door passes: format, language, method, and refusals told as the standard's errors."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Final, cast

from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, get_supported_language_variant, override

from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.errors import Refusal, refusal_kind, refuse
from gridcommons.web.front import HouseRequest
from gridcommons.web.open311.answers import Answer, errors_of, written

Call = Callable[..., Answer]
_UTF8: Final = frozenset({"", "utf-8", "utf8"})

WRONG_METHOD = refusal_kind(
    "open311.method",
    status=405,
    zh="这个地址不接受{method}，请改用{allowed}。",
    en="This address does not take {method}; use {allowed}.",
)
NO_SUCH_CALL = refusal_kind(
    "open311.no_such_call",
    status=404,
    zh="没有这个接口。请从discovery.xml或discovery.json开始，地址以.xml或.json结尾。",
    en="There is no such call. Start at discovery.xml or discovery.json; addresses end in .xml or .json.",
)
NOT_UTF8 = refusal_kind(
    "open311.not_utf8",
    status=415,
    zh="文字须以UTF-8编码发送，请检查客户端的编码设置。",
    en="Text has to be sent in UTF-8; check the encoding that your client uses.",
)


def call(*methods: str) -> Callable[[Call], Callable[..., HttpResponse]]:
    """Make a function `(request, language, **parts) -> Answer` a view in both formats.

    The door reads no session and no cookie of a login, so it needs no CSRF token: only a key opens it for writing.
    """

    def decorate(function: Call) -> Callable[..., HttpResponse]:
        @functools.wraps(function)
        def view(request: HttpRequest, form: str, **parts: str) -> HttpResponse:
            language = _language(request)
            with override(language):
                try:
                    _require(request, methods)
                    answer = function(cast(HouseRequest, request), language, **parts)
                except Refusal as refusal:
                    answer = errors_of(refusal, language)
            response = written(answer, form, language)
            if response.status_code == 405:  # noqa: PLR2004 - the status of a wrong method
                response.headers["Allow"] = ", ".join(methods)
            return response

        view.csrf_exempt = True  # type: ignore[attr-defined]
        return view

    return decorate


def _require(request: HttpRequest, methods: tuple[str, ...]) -> None:
    if request.method not in methods:
        raise refuse(WRONG_METHOD, method=str(request.method)[:20], allowed=", ".join(methods))
    if (request.content_params or {}).get("charset", "").strip("\"'").lower() not in _UTF8:
        raise refuse(NOT_UTF8)


def _language(request: HttpRequest) -> str:
    """`?lang=` if it names a language of the program, else what the client accepts, else Chinese."""
    request.encoding = "utf-8"
    wanted = request.GET.get("lang", "")
    try:
        return get_supported_language_variant(wanted) if wanted else get_language() or "zh-hans"
    except (LookupError, ValueError):
        return get_language() or "zh-hans"


def plain(value: str, most: int = 60) -> str:
    """A short value from an address or query: cut, and without signs that a database cannot hold."""
    return clean_text(value[:most], limit=most)


def listed(value: str, most: int = 1_000) -> tuple[str, ...]:
    """The parts of a comma-separated value, blanks dropped."""
    return tuple(part for part in map(plain, value.split(",")[:most]) if part)


@call("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
def no_such_call(_request: HouseRequest, _language: str) -> Answer:
    """Every address that is none of the standard's."""
    raise refuse(NO_SUCH_CALL)


def nowhere(request: HttpRequest, rest: str) -> HttpResponse:
    """The view of addresses that do not exist, in the format that their ending asks for."""
    return no_such_call(request, "json" if rest.endswith(".json") else "xml")
