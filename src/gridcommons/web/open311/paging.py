"""Where a search begins and ends: pages of at most 1,000 rows with their links, and a box on the map."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar

from django.http import HttpRequest

from gridcommons.cases.queries import Box
from gridcommons.kit.clock import w3c
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.numbers import decimal_of
from gridcommons.web.open311.rows import ZONE

Row = TypeVar("Row")
FARTHEST: Final = 100_000
WINDOW: Final = "X-Gridcommons-Window"
_WHOLE: Final = 6
_CORNERS: Final = 4
_LIMITS: Final = (180.0, 90.0, 180.0, 90.0)

NO_PAGE = refusal_kind(
    "open311.page",
    status=400,
    zh="“{name}”要填1到{most}的整数；更早的请缩短时间范围。",
    en="The {name} is a whole number from 1 to {most}; for what lies farther back narrow the dates.",
)
NO_BOX = refusal_kind(
    "open311.bbox",
    status=400,
    zh="bbox要写成“西经度,南纬度,东经度,北纬度”（WGS 84，十进制的度），西小于东、南小于北。",
    en="A bbox is “west,south,east,north” in decimal degrees (WGS 84), west before east and south before north.",
)


@dataclass(frozen=True)
class Page:
    """A page of a search: its number from 1 on, and how many rows it has at most."""

    number: int
    size: int

    @property
    def first(self) -> int:
        """How many rows lie before it."""
        return (self.number - 1) * self.size

    def cut(self, rows: Sequence[Row]) -> Sequence[Row]:
        """The rows of this page; one more was read, to see whether there is a next."""
        return rows[: self.size]


def page_of(request: HttpRequest, most: int) -> Page:
    """The page asked for; `most`: the largest, which is also the page where nothing is said."""
    size = _whole(request, "page_size", most, most)
    return Page(_whole(request, "page", 1, FARTHEST // size), size)


def _whole(request: HttpRequest, name: str, otherwise: int, most: int) -> int:
    said = request.GET.get(name, "").strip()
    if not said:
        return otherwise
    if not (said.isascii() and said.isdigit() and len(said) <= _WHOLE and 1 <= int(said) <= most):
        raise refuse(NO_PAGE, name=name, most=most)
    return int(said)


def headers_of(
    request: HttpRequest, page: Page, found: int, window: tuple[datetime, datetime] | None
) -> dict[str, str]:
    """Links to the pages around, and the span that was searched. `found`: rows read, one more than the page at most."""
    headers = {"Link": ", ".join(_links(request, page, has_next=found > page.size))}
    if window:
        headers[WINDOW] = "/".join(w3c(at, ZONE) for at in window)
    return headers


def _links(request: HttpRequest, page: Page, *, has_next: bool) -> Iterator[str]:
    numbers = {"first": 1}
    if page.number > 1:
        numbers["prev"] = page.number - 1
    if has_next and page.first + page.size < FARTHEST:
        numbers["next"] = page.number + 1
    for name, number in numbers.items():
        query = request.GET.copy()
        query["page"], query["page_size"] = str(number), str(page.size)
        yield f'<{request.build_absolute_uri(f"{request.path}?{query.urlencode()}")}>; rel="{name}"'


def box_of(text: str) -> Box | None:
    """A box from `west,south,east,north`; None where none is given; refuses what is no box."""
    if not text.strip():
        return None
    parts = text.split(",", _CORNERS)
    try:
        corners = [decimal_of(part) for part in parts]
    except ValueError:
        raise refuse(NO_BOX) from None
    if len(corners) != _CORNERS or any(abs(c) > limit for c, limit in zip(corners, _LIMITS, strict=True)):
        raise refuse(NO_BOX)
    west, south, east, north = corners
    if west > east or south > north:
        raise refuse(NO_BOX)
    return west, south, east, north
