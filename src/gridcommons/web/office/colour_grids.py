"""Grids on the office's map of colours: one archive a county, given in ranges of bytes to whoever serves there."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from gridcommons.access.rules import NOT_THERE
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import refuse
from gridcommons.outlook.rules import require_staff
from gridcommons.outlook.tiling.archive import MEDIA_TYPE
from gridcommons.web.grid_tiles import latest_tiles, tiles_named
from gridcommons.web.office.choosing import areas_held
from gridcommons.web.public.colour_files import NO_FILE
from gridcommons.web.staff import asked, signed_in

_RANGE: Final = re.compile(r"bytes=(\d{1,12})-(\d{0,12})", re.ASCII)


def serves_there(request: HttpRequest, county: str) -> bool:
    """Whether a post of the viewer holds the county, or lies in it."""
    house = asked(request)
    return any(county.startswith(code) or code.startswith(county) for code in areas_held(house.viewer, house.now))


def grid_addresses(request: HttpRequest, code: str) -> dict[str, str | date]:
    """Where the map finds the grids of a county, and the day of their colours; nothing where there are none."""
    if not CHINA.depth_at_least(code, "county"):
        return {}
    county = CHINA.cut(code, "county")
    held = latest_tiles(county) if serves_there(request, county) else None
    if held is None:
        return {}
    return {
        "grids_url": reverse("office-colours-grids", args=[county, held.digest]), "grids_day": held.day,
    }  # fmt: skip


@signed_in
@require_safe
def grids(request: HttpRequest, code: str, digest: str) -> HttpResponse:
    """An archive of grids, whole or a range of its bytes; kept by no device."""
    house = asked(request)
    require_staff(house.viewer, house.now)
    CHINA.level_of(code)
    if not serves_there(request, code):
        raise refuse(NOT_THERE)
    found = tiles_named(code, digest)
    if found is None:
        raise refuse(NO_FILE)
    answer = _ranged(found.path.read_bytes(), request.headers.get("Range", ""))
    answer["Accept-Ranges"], answer["Cache-Control"], answer["ETag"] = "bytes", "private, no-store", f'"{digest}"'
    return answer


def _ranged(body: bytes, wanted: str) -> HttpResponse:
    """The bytes asked for; all of them where no range is asked for, or one of another kind."""
    asked_for = _RANGE.fullmatch(wanted.strip())
    if asked_for is None:
        return HttpResponse(body, content_type=MEDIA_TYPE)
    first, last = int(asked_for[1]), min(int(asked_for[2] or len(body)), len(body) - 1)
    if first > last:
        answer = HttpResponse(status=416, content_type=MEDIA_TYPE)
        answer["Content-Range"] = f"bytes */{len(body)}"
        return answer
    answer = HttpResponse(body[first : last + 1], status=206, content_type=MEDIA_TYPE)
    answer["Content-Range"] = f"bytes {first}-{last}/{len(body)}"
    return answer
