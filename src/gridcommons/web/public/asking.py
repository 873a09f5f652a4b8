"""What each view of this audience takes from a request: viewer and moment, the local day, the language."""

from __future__ import annotations

from datetime import date
from typing import Final, cast
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from gridcommons.kit.clock import local_day
from gridcommons.kit.digits import as_page
from gridcommons.web.front import HouseRequest

ZONE: Final = ZoneInfo(settings.TIME_ZONE)


def asked(request: HttpRequest) -> HouseRequest:
    """The request with its viewer and its moment."""
    return cast(HouseRequest, request)


def today(request: HttpRequest) -> date:
    """The local day of a request."""
    return local_day(asked(request).now, ZONE)


def language() -> str:
    """The reader's language tag."""
    return get_language() or "zh-hans"


def page_number(request: HttpRequest) -> int:
    """The page asked for, from 1; nonsense is the first page."""
    text = request.GET.get("page", "")
    return as_page(text)
