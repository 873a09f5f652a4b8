"""The link that stops messages without a login: the page asks, the button acts, and so does a mail program's own."""

from __future__ import annotations

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from gridcommons.access.rules import Viewer
from gridcommons.notices.actions import resume, stop
from gridcommons.notices.queries import link_state
from gridcommons.notices.signing import Link, holding, read_link
from gridcommons.web.public.asking import asked

_ONE_CLICK: Final = "List-Unsubscribe"


@csrf_exempt  # the signed address is the proof; a mail program posts without a page of ours (RFC 8058)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop_page(request: HttpRequest, token: str) -> HttpResponse:
    """Where the holder of a link stands; with POST what they want. Opening it changes nothing."""
    link = read_link(token)
    by = holding(asked(request).viewer, link.parties)
    done = _act(request, link, by) if request.method == "POST" else ""
    state = link_state(link=link, viewer=by, at=asked(request).now)
    answer = render(request, "notices/stop.html", {"state": state, "done": done})
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _act(request: HttpRequest, link: Link, by: Viewer) -> str:
    at, wanted = asked(request).now, request.POST.get("do", "")
    if _ONE_CLICK in request.POST or wanted == "all":
        stop(index=link.index, how="link", by=by, at=at)
        return "all"
    if wanted == "one":
        stop(index=link.index, to=link.to, how="link", by=by, at=at)
        return "one"
    if wanted == "again":
        resume(index=link.index, to=link.to, by=by, at=at)
        return "again"
    return ""
