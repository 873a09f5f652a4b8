"""The app for a phone without a network: its page, its service worker, and what only a signed-in worker is given once.

The page is the same for everybody and holds nothing of anybody: the phone keeps it and opens it without the server.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from csp.constants import WASM_UNSAFE_EVAL
from csp.decorators import csp_update
from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gridcommons.collection.devices.actions import make_own_device, open_again
from gridcommons.collection.devices.halves import half_of
from gridcommons.collection.devices.rules import UNKNOWN
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.web.staff import asked
from gridcommons.web.worker.today import require_worker

_WORKER: Final = "built/field/worker.js"
_LONGEST: Final = 150

NOT_BUILT = refusal_kind(
    "web.app_not_built",
    status=404,
    zh="离线应用还没有构建。请管理员运行安装步骤后再试。",
    en="The app has not been built yet. Ask the administrator to run the set-up, then try again.",
)
SIGN_IN_FIRST = refusal_kind(
    "web.sign_in_first",
    status=403,
    zh="您还没有登录。请先登录您的网格员账号，再回到外勤应用。",
    en="You have not signed in. Sign in with your grid worker's account first, then come back to the field app.",
)


@require_safe
@csp_update({"script-src": [WASM_UNSAFE_EVAL]})
def shell(request: HttpRequest) -> HttpResponse:
    """The page of the app, without anything of whoever asks for it."""
    answer = render(request, "worker/app.html", {"is_demo": settings.DEMO})
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@require_safe
def service_worker(_request: HttpRequest) -> HttpResponse:
    """The script that keeps the app's own files on the phone."""
    path = finders.find(_WORKER)
    if path is None:
        raise refuse(NOT_BUILT)
    with open(str(path), "rb") as file:  # noqa: PTH123 - a path of the finders
        answer = HttpResponse(file.read(), content_type="text/javascript; charset=utf-8")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@require_safe
def manifest(_request: HttpRequest) -> JsonResponse:
    """What a phone needs to know to put the app on its home screen."""
    facts: dict[str, Any] = {
        "name": "网格共治·外勤", "short_name": "网格外勤", "lang": "zh-Hans", "display": "standalone",
        "start_url": reverse("worker-app"), "scope": reverse("worker-app"), "id": reverse("worker-app"),
        "background_color": "#FBFAF7", "theme_color": "#0F6B6B",
        "icons": [
            {"src": static("built/mark.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
            {"src": static("built/field/icon-192.png"), "sizes": "192x192", "type": "image/png"},
            {"src": static("built/field/icon-512.png"), "sizes": "512x512", "type": "image/png"},
        ],
    }  # fmt: skip
    return JsonResponse(facts, content_type="application/manifest+json")


def _require_signed_in(request: HttpRequest) -> None:
    """Refuse in JSON whoever has not signed in, or is no grid worker, in the language that the app speaks."""
    said = request.headers.get("Accept-Language", "").lower()
    translation.activate("en" if said.startswith("en") else "zh-hans")
    if asked(request).viewer.user_id is None:
        raise refuse(SIGN_IN_FIRST)
    require_worker(request)


@never_cache
@require_safe
def me(request: HttpRequest) -> JsonResponse:
    """Who is signed in, and the token that a form of the app sends back."""
    _require_signed_in(request)
    return JsonResponse({"name": asked(request).viewer.name, "token": get_token(request)})


@never_cache
@require_POST
def key(request: HttpRequest) -> JsonResponse:
    """Make a key for the phone in hand; it and the server's half of its store are told on this answer."""
    _require_signed_in(request)
    house = asked(request)
    made = make_own_device(name=request.POST.get("name", "")[:_LONGEST], by=house.viewer, at=house.now)
    return JsonResponse({"id": str(made.id), "key": made.text, "name": made.name, "half": half_of(made.id).hex()})


@never_cache
@require_POST
def half(request: HttpRequest) -> JsonResponse:
    """Give the server's half to a worker who signs in on a phone that does not open by itself any more."""
    _require_signed_in(request)
    house = asked(request)
    try:
        key_id = UUID(request.POST.get("device", ""))
    except ValueError:
        raise refuse(UNKNOWN) from None
    opened = open_again(key_id=key_id, by=house.viewer, at=house.now)
    return JsonResponse({"half": opened.half.hex(), "valid": opened.is_valid})
