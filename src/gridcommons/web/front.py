"""What every request passes: who is asking, what time it is, and how a refusal is told."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, cast

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language

from gridcommons.access.identify import viewer_behind
from gridcommons.access.rules import PUBLIC, Viewer
from gridcommons.access.scope import on_day
from gridcommons.kit.errors import Refusal, refusal_kind, refuse
from gridcommons.web.filling import broken, filling
from gridcommons.web.news import with_news
from gridcommons.web.public.held import let_go
from gridcommons.web.second_factor import wanting
from gridcommons.web.signposts import account_menu, error_words, is_for_staff, navigation, resident_words

_CLEANS_ITSELF: Final = ("/open311/", "/openrosa/", "/v1/")
_REFUSED: Final = 400
_NOT_YOURS: Final = 403
_WRONG_WAY: Final = 405
_PIECE: Final = 65_536
_MOST_PIECES: Final = 1_024
"""64 MB in pieces: enough for any honest mistake, and no more than a client can send anyway while it is refused."""

FORM_TOO_BIG = refusal_kind(
    "web.form_too_big",
    status=413,
    zh="文字太长，无法接收：一次最多{megabytes}MB，事情的经过最多4000个字。请缩短后再提交，其余内容可以作为照片附上。",
    en="This is too much text to take: {megabytes} MB at once, 4,000 characters for what happened. Shorten it and send "
    "it again; the rest can come as photos.",
)
UNREADABLE = refusal_kind(
    "web.unreadable",
    status=400,
    zh="请求的格式有误，无法读取。请返回上一页重新提交。",
    en="The request could not be read: its form is wrong. Go back one page and send it again.",
)

WRONG_WAY = refusal_kind(
    "web.wrong_way",
    status=405,
    zh="这个网址不能这样打开。它只用来接收表单，或者只能查看。",
    en="This address cannot be opened in this way: it only takes a form, or can only be read.",
)


class HouseRequest(HttpRequest):
    """A request that passed the front: it knows its viewer and its moment."""

    viewer: Viewer
    now: datetime


def _viewer(request: HttpRequest) -> Viewer:
    if not request.user.is_authenticated:
        return PUBLIC
    return viewer_behind(request.user)


class Front:
    """Names viewer and moment, and turns a refusal into a page or a JSON answer with its status."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Put viewer and moment on the request."""
        house = cast(HouseRequest, request)
        house.now, house.viewer = datetime.now(UTC), PUBLIC
        with on_day(house.now):
            answer = self.get_response(request)
        if answer.status_code == _WRONG_WAY and not answer.content:
            answer = _wrong_way(request, answer)
        if answer.status_code >= _REFUSED:
            drain(request)
        if request.method == "POST" and request.path == reverse("account_logout"):
            let_go(answer)  # whoever signs out leaves no code to the next person
        return answer

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        """Read the grants of whoever is signed in; who brings no session is the public, without asking the database."""
        if not request.path.startswith(_CLEANS_ITSELF) and holds_nul(request):
            return refused(request, refuse(UNREADABLE))
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            viewer = cast(HouseRequest, request).viewer = _viewer(request)
            return wanting(request, viewer)
        return None

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """A refusal is an answer, not a failure."""
        return refused(request, error) if isinstance(error, Refusal) else None


def holds_nul(request: HttpRequest) -> bool:
    """Whether an address or a field holds the sign that no database keeps and nobody types."""
    sent = [request.GET, request.POST] if request.method == "POST" else [request.GET]
    fields = (text for form in sent for key, held in form.lists() for text in (key, *held))
    return any("\0" in str(text) for text in (request.path, *fields))


def drain(request: HttpRequest) -> None:
    """Read what a client still sends, up to a limit: one that is cut off while sending never reads the answer."""
    with suppress(OSError):
        for _piece in range(_MOST_PIECES):
            if not request.read(_PIECE):
                return


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The answer to a refusal: its sentence, its status, in the reader's language."""
    sentence = refusal.words().in_language(get_language() or "zh-hans")
    if "json" in request.headers.get("Accept", "") or request.path.endswith((".json", ".geojson")):
        return JsonResponse({"code": refusal.code, "message": sentence}, status=refusal.status)
    words = error_words(refusal.status, sent=request.method == "POST", gives=_gives(request))
    context = {"what": sentence, "code": refusal.code, **words}
    if refusal.status == _NOT_YOURS and is_for_staff(request.path) and _is_resident(request):
        context |= resident_words()
    return render(request, "error.html", context, status=refusal.status)


def _is_resident(request: HttpRequest) -> bool:
    """Whether somebody is signed in who holds no post: to them no post and no grant is of any use."""
    viewer: Viewer = getattr(request, "viewer", PUBLIC)
    return viewer.user_id is not None and all(grant is None for _role, grant in viewer.roles_at(datetime.now(UTC)))


def _gives(request: HttpRequest) -> bool:
    """Whether the reader gives grants themselves."""
    viewer: Viewer = getattr(request, "viewer", PUBLIC)
    moment = getattr(request, "now", None)
    return moment is not None and any("access.grant" in role.deeds for role, grant in viewer.roles_at(moment) if grant)


def _wrong_way(request: HttpRequest, bare: HttpResponse) -> HttpResponse:
    """The house's page where the framework answers a wrong method with nothing; what is allowed stays in the header."""
    answer = refused(request, refuse(WRONG_WAY))
    answer.headers["Allow"] = bare.headers.get("Allow", "")
    return answer


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """What the framework itself turns away: a form too long to read is told so, with its status."""
    if isinstance(exception, RequestDataTooBig):
        return refused(request, refuse(FORM_TOO_BIG, megabytes=settings.DATA_UPLOAD_MAX_MEMORY_SIZE // 1_000_000))
    return refused(request, refuse(UNREADABLE))


def _room(request: HttpRequest, viewer: Viewer, *, is_staff: bool) -> str:
    """The path whose ways around are offered: a resident who came to a page for staff is shown their own."""
    strays = viewer.user_id is not None and not is_staff and is_for_staff(request.path)
    return "/" if strays else request.path


def house(request: HttpRequest) -> dict[str, object]:
    """What every template may use: the way around for this audience, and whether this is a demo."""
    viewer: Viewer = getattr(request, "viewer", PUBLIC)
    roles = [role for role, grant in viewer.roles_at(datetime.now(UTC)) if grant is not None]
    deeds = frozenset(deed for role in roles for deed in role.deeds)
    return {
        "demo": settings.DEMO,
        "synthetic": settings.DEMO,
        "filling": filling(Path(settings.DATA)) if settings.DEMO else None,
        "broken": broken(Path(settings.DATA)) if settings.DEMO else None,
        "nav": with_news(
            navigation(_room(request, viewer, is_staff=bool(roles)), signed_in=viewer.user_id is not None, deeds=deeds),
            viewer,
            datetime.now(UTC),
        ),
        "user_nav": account_menu(is_staff=bool(roles)),
        "session_mark": _session_mark(request),
    }


def _session_mark(request: HttpRequest) -> str:
    """By what a page tells whether the same session still reads in this tab; gives nothing of the session away."""
    session: SessionBase | None = getattr(request, "session", None)
    return (
        salted_hmac("gridcommons.web.tab", session.session_key).hexdigest()[:16]
        if session and session.session_key
        else ""
    )
