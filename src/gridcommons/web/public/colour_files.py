"""The files of the public map of colours: outlines for good, each day as a small array, and what keeps them offline."""

from __future__ import annotations

import gzip
import hashlib
from datetime import date, timedelta
from typing import Final

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.outlook.painting.days import MOST_DAYS, days_shown, former_lasts, is_mapped, last_of_areas
from gridcommons.territory.queries import area_on
from gridcommons.web.map_files import Outlines, day_of, outlines_of
from gridcommons.web.public.asking import asked, today

_WORKER: Final = "built/colours-worker.js"
_FOR_GOOD: Final = "public, max-age=31536000, immutable"
_PAST, _TODAY = "public, max-age=3600", "public, max-age=60"

NO_FILE = refusal_kind(
    "web.no_map_file",
    status=404,
    zh="地图的这个文件已经不在了，轮廓可能重新画过。请重新打开五色图页面。",
    en="This file of the map is gone; the outlines may have been drawn anew. Open the page of colours again.",
)
NO_DAY = refusal_kind(
    "web.no_map_day",
    status=404,
    zh="“{day}”不是五色图有记录的日子。请在页面上的日期里选一个。",
    en="“{day}” is no day of which the map of colours has a record. Choose one of the days on its page.",
)


def _known(request: HttpRequest, code: str, level: str, digest: str) -> Outlines:
    """The outlines by the hash in the address, of today or of before a reorganisation; refuses any other hash."""
    now = today(request)
    CHINA.level_of(code)
    area_on(code, now)
    if not is_mapped(code, level, asked(request).now):
        raise refuse(NO_FILE)
    for last in (None, *former_lasts(code, level, now - timedelta(MOST_DAYS), now)):
        found = outlines_of(code, level, last)
        if found.digest == digest:
            return found
    raise refuse(NO_FILE)


@require_safe
def outlines(request: HttpRequest, code: str, level: str, digest: str) -> HttpResponse:
    """The outlines of an area's counties or townships, with both names; kept for good under their hash."""
    found = _known(request, code, level, digest)
    pressed = "gzip" in request.headers.get("Accept-Encoding", "")
    body = found.pressed if pressed else gzip.decompress(found.pressed)
    answer = HttpResponse(body, content_type="application/geo+json")
    if pressed:
        answer["Content-Encoding"] = "gzip"
    answer["Vary"], answer["Cache-Control"], answer["ETag"] = "Accept-Encoding", _FOR_GOOD, f'"{digest}"'
    return answer


def day_asked(code: str, level: str, text: str, now: date) -> date:
    """A day of which the map has a record; refuses any other, and what is no day."""
    try:
        wanted = date.fromisoformat(text)
    except ValueError:
        raise refuse(NO_DAY, day=text[:40]) from None
    if wanted not in days_shown(code, level, now):
        raise refuse(NO_DAY, day=text[:40])
    return wanted


@require_safe
def day(request: HttpRequest, code: str, level: str, digest: str, day: str) -> HttpResponse:
    """How the areas stood on a day: a byte each in the order of the outlines with this hash."""
    found, now = _known(request, code, level, digest), today(request)
    wanted = day_asked(code, level, day, now)
    if outlines_of(code, level, last_of_areas(code, level, wanted, now)).codes != found.codes:
        raise refuse(NO_FILE)
    body = day_of(code, level, found.codes, wanted, asked(request).now)
    mark = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    same = mark in request.headers.get("If-None-Match", "")
    answer = HttpResponseNotModified() if same else HttpResponse(body, content_type="text/plain; charset=us-ascii")
    answer["ETag"], answer["Cache-Control"] = mark, _TODAY if wanted == now else _PAST
    return answer


@require_safe
def not_kept(request: HttpRequest) -> HttpResponse:
    """What the script shows without a network in place of a page of colours that was never loaded."""
    return render(request, "public/colours_offline.html")


@require_safe
def service_worker(_request: HttpRequest) -> HttpResponse:
    """The script that keeps the public map of colours for reading without a network."""
    path = finders.find(_WORKER)
    if path is None:
        raise refuse(NO_FILE)
    with open(str(path), "rb") as file:  # noqa: PTH123 - a path of the finders
        answer = HttpResponse(file.read(), content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"], answer["Service-Worker-Allowed"] = "no-cache", reverse("public-colours")
    return answer
