"""Following a report by its code, which goes by POST and stays in the browser: no address, log or table holds it."""

from __future__ import annotations

import re
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gridcommons.access.queries import who_looked
from gridcommons.access.rules import Viewer
from gridcommons.cases.actions import confirm, reopen, still_fine, still_wrong
from gridcommons.cases.codes import track_key
from gridcommons.cases.hotline.queries import followed_number
from gridcommons.cases.queries import CasePage, own_photo, public_cases, tracked_case, with_code
from gridcommons.cases.stepping import UNKNOWN
from gridcommons.cases.storing import read
from gridcommons.kit.errors import Refusal, refuse
from gridcommons.web.pieces import say
from gridcommons.web.public.asking import asked, language
from gridcommons.web.public.held import Held, held, hold, let_go
from gridcommons.web.public.looks import MOST_LOOKS
from gridcommons.web.public.tracked import Doors, case_context

_SIGNS: Final = re.compile(r"[^0-9A-Z]")
_GROUP: Final = 4
_LONGEST: Final = 40
_NUMBER: Final = re.compile(r"([0-9]{6})([0-9A-Z]{7})")


def tidy_code(text: str) -> str:
    """A code as it is kept: capitals, groups of four; what people type between them does not matter."""
    signs = _SIGNS.sub("", text[:_LONGEST].upper())
    return "-".join(signs[i : i + _GROUP] for i in range(0, len(signs), _GROUP))


def number_in(text: str) -> str:
    """The public number that was typed where a code was asked; empty for anything else. The two are easily mixed up."""
    parts = _NUMBER.fullmatch(_SIGNS.sub("", text[:_LONGEST].upper()))
    return f"{parts[1]}-{parts[2]}" if parts else ""


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    """Enter the code; an unknown one and one that is not a code are answered alike."""
    if request.method != "POST":
        return render(request, "public/track.html", {"open": bool(held(request).code)})
    code = tidy_code(request.POST.get("code", ""))
    house = asked(request)
    try:
        tracked_case(code=code, viewer=with_code(house.viewer, code), at=house.now)
    except Refusal as refusal:
        if number := followed_number(code=code, viewer=with_code(house.viewer, code), at=house.now):
            return redirect("public-case", number)
        return render(request, "public/track.html", _not_opened(request, refusal), status=refusal.status)
    answer = redirect("public-track-case")
    hold(answer, Held(code, held(request).sent))
    return answer


def _not_opened(request: HttpRequest, refusal: Refusal) -> dict[str, object]:
    """What is said where no case was opened; a number is told apart from a code, and led to its page."""
    typed = request.POST.get("code", "")[:_LONGEST]
    number = number_in(typed)
    is_public = bool(number and public_cases(codes=(number,)))
    return {"wrong": say(refusal.words(), language()), "typed": typed, "number": number, "is_public": is_public}


def _holder(request: HttpRequest) -> tuple[str, Viewer]:
    """The code in this browser and the viewer that holds it; without one nothing is found."""
    code = held(request).code
    if not code:
        raise refuse(UNKNOWN)
    return code, with_code(asked(request).viewer, code)


def _page(request: HttpRequest) -> tuple[CasePage, str, Viewer]:
    code, viewer = _holder(request)
    return tracked_case(code=code, viewer=viewer, at=asked(request).now), code, viewer


@never_cache
@require_safe
def tracked(request: HttpRequest) -> HttpResponse:
    """The case of the code in this browser."""
    if not held(request).code:
        return redirect("public-track")
    page, code, viewer = _page(request)
    at = asked(request).now
    looks = who_looked(about=track_key(code), viewer=viewer, at=at, most=MOST_LOOKS, by_others=True)
    photos = reverse("public-photo", args=[page.id, page.id]).removesuffix(str(page.id))
    ways = [reverse(f"public-{way}") for way in ("confirm", "reopen", "still-fine", "still-wrong")]
    doors = Doors(ways[0], ways[1], ways[2], ways[3], photos)
    context = case_context(page, now=at, looks=looks, doors=doors) | {"by_code": True}
    return render(request, "public/case.html", context)


@require_POST
def confirmed(request: HttpRequest) -> HttpResponseRedirect:
    """The reporter agrees that it is settled."""
    page, _code, viewer = _page(request)
    confirm(case_id=page.id, by=viewer, at=asked(request).now)
    return redirect("public-track-case")


@require_POST
def reopened(request: HttpRequest) -> HttpResponseRedirect:
    """The reporter says why it is not settled."""
    page, _code, viewer = _page(request)
    reopen(case_id=page.id, reason=request.POST.get("reason", ""), by=viewer, at=asked(request).now)
    return redirect("public-track-case")


@require_POST
def fine(request: HttpRequest) -> HttpResponseRedirect:
    """Four weeks later it is still in order, says the reporter."""
    page, _code, viewer = _page(request)
    still_fine(case_id=page.id, by=viewer, at=asked(request).now)
    return redirect("public-track-case")


@require_POST
def wrong(request: HttpRequest) -> HttpResponseRedirect:
    """Four weeks later it is not, and the reporter says why."""
    page, _code, viewer = _page(request)
    still_wrong(case_id=page.id, reason=request.POST.get("reason", ""), by=viewer, at=asked(request).now)
    return redirect("public-track-case")


@require_POST
def forget(_request: HttpRequest) -> HttpResponseRedirect:
    """Take the code out of this browser, as on a computer that others use."""
    answer = redirect("public-track")
    let_go(answer)
    return answer


@never_cache
@require_safe
def photo(request: HttpRequest, case_id: UUID, photo_id: UUID) -> HttpResponse:
    """One photo of the case of the code in this browser."""
    _code, viewer = _holder(request)
    found = own_photo(case_id=case_id, photo_id=photo_id, viewer=viewer, at=asked(request).now)
    return photo_answer(found.path)


def photo_answer(path: str) -> HttpResponse:
    """The bytes of a photo, kept by no cache."""
    answer = HttpResponse(read(path), content_type="image/jpeg")
    answer["Content-Disposition"] = 'inline; filename="photo.jpg"'
    return answer
