"""What the pages of members of staff share: who asks, for which purpose, the header, the door for whoever signs in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import wraps
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language

from gridcommons.access.queries import posts_of
from gridcommons.access.roles import PURPOSES
from gridcommons.access.rules import NO_DEED, Viewer
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import refuse
from gridcommons.kit.words import Words
from gridcommons.web.front import HouseRequest

ZONE: Final = ZoneInfo(settings.TIME_ZONE)
View = Callable[..., HttpResponseBase]
_PURPOSE: Final = "purpose"


def asked(request: HttpRequest) -> HouseRequest:
    """The request with its viewer and its moment."""
    return cast(HouseRequest, request)


def today(request: HttpRequest) -> date:
    """The local day of a request."""
    return local_day(asked(request).now, ZONE)


def language() -> str:
    """The reader's language tag."""
    return get_language() or "zh-hans"


def can(viewer: Viewer, deed: str, at: datetime) -> bool:
    """Whether a role of the viewer lists a deed or look: what a header offers; the deed itself still asks."""
    return any(deed in role.deeds for role, grant in viewer.roles_at(at) if grant is not None)


def require_can(viewer: Viewer, deed: str, at: datetime) -> None:
    """Refuse to show a form to whoever's post does not include what it does."""
    if not can(viewer, deed, at):
        raise refuse(NO_DEED)


def duties_of(viewer: Viewer, at: datetime) -> frozenset[str]:
    """The duties in cases that the viewer's roles may hold."""
    return frozenset(duty for role, grant in viewer.roles_at(at) if grant is not None for duty in role.duties)


def purposes_for(viewer: Viewer, deed: str, at: datetime) -> list[str]:
    """The purposes for which the viewer's grants cover a deed or look, in the order of the house."""
    held = {
        purpose
        for role, grant in viewer.roles_at(at)
        if grant is not None and deed in role.deeds
        for purpose in grant.purposes & role.purposes
    }
    return [purpose for purpose in PURPOSES if purpose in held]


def purpose_of(request: HttpRequest, deed: str) -> str:
    """The purpose named in the address, else the one named last, else the first that the grants cover."""
    house = asked(request)
    held = purposes_for(house.viewer, deed, house.now)
    for wish in (request.GET.get(_PURPOSE, ""), request.session.get(_PURPOSE, "")):
        if wish in held:
            if request.session.get(_PURPOSE) != wish:
                request.session[_PURPOSE] = wish
            return str(wish)
    return held[0] if held else "service"


def signed_in(view: View) -> View:
    """Show whoever has not signed in the door (403) instead of the page."""

    @wraps(view)
    def run(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if asked(request).viewer.user_id is None:
            facts = {"login_url": f"{reverse('account_login')}?next={request.path}"}
            return render(request, "office/sign_in.html", facts, status=403)
        return view(request, *args, **kwargs)

    return run


def frame(request: HttpRequest) -> dict[str, object]:
    """What the header of staff pages says beside the ways: the office that the viewer serves."""
    key = asked(request).viewer.key
    post = posts_of([key]).get(key)
    return {"user_office": Words(post.office.name_zh, post.office.name_en) if post and post.office else ""}
