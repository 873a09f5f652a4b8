"""Pages of a job under way: a part of the page asks again by itself until the job has ended."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse


def is_polled(request: HttpRequest, box: str) -> bool:
    """Whether the part of the page with this id asks, and not a reader for the whole page."""
    return request.headers.get("HX-Target") == box


def poll_answer(request: HttpRequest, box: str, mark: str | None) -> HttpResponse | None:
    """What the asking part is told: nothing new, or to load the page; None where it is to be drawn.

    `mark`: what changes whenever there is something new to say, as the part sends it back in `was`; None once the job
    has ended.
    """
    if not is_polled(request, box):
        return None
    if mark is None:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return HttpResponse(status=204) if request.GET.get("was") == mark else None
