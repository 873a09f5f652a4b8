"""A new case: what came in, checked and placed, before anything is written."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from gridcommons.cases.codes import ZONE
from gridcommons.cases.photos import Photo, reencode
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.matters.matter import Matter
from gridcommons.matters.queries import current, require_taken
from gridcommons.matters.rules import require_admitted
from gridcommons.notices.rules import Wish
from gridcommons.people.contacts import Contact
from gridcommons.territory.queries import area_on, grid_at

TEXT_LIMIT: Final = 4_000
ADDRESS_LIMIT: Final = 300
PHOTO_BYTES: Final = 12_000_000
PHOTO_PIXELS: Final = 60_000_000
MOST_PHOTOS: Final = 4

NO_TEXT = refusal_kind(
    "case.no_text",
    status=400,
    zh="请写几句话说明是什么事。",
    en="Please say in a few words what it is about.",
)
NO_PLACE = refusal_kind(
    "case.no_place",
    status=400,
    zh="请在地图上点出位置，或选择所在的村、社区。",
    en="Please mark the place on the map, or choose the village or community.",
)
TOO_MANY_PHOTOS = refusal_kind(
    "case.too_many_photos",
    status=400,
    zh="一次最多上传{most}张照片。",
    en="At most {most} photos can be sent at once.",
)


@dataclass(frozen=True)
class Report:
    """What a reporter gives. `area_code`: the place by name, where there is no point on the map.

    `once`: a secret of this one sending (32 bytes); a second report with the same is refused, so that nothing is filed
    twice. `external_id`: the client's own name for it, likewise taken once a channel.
    """

    matter_key: str
    text: str
    lon: float | None = None
    lat: float | None = None
    area_code: str = ""
    address: str = ""
    contact: Contact = field(default_factory=Contact)
    share_with_handler: bool = False
    language: str = "zh-hans"
    photos: tuple[bytes, ...] = ()
    external_id: str = ""
    once: bytes = b""
    wish: Wish = field(default_factory=Wish)
    """How the reporter wants to be told."""

    @property
    def known_as(self) -> str:
        """By what the database knows that it came already; empty where nothing tells."""
        return hashlib.sha256(self.once).hexdigest() if self.once else self.external_id


@dataclass(frozen=True)
class Placed:
    """A report that was checked: its matter, its area, its words made plain, its photos written anew."""

    matter: Matter
    edition: str
    area_code: str
    text: str
    address: str
    photos: tuple[Photo, ...]


def checked(report: Report, at: datetime) -> Placed:
    """Check a report whole before anything is written; refuses with one clear sentence."""
    text = clean_text(report.text, limit=TEXT_LIMIT)
    if not text:
        raise refuse(NO_TEXT)
    catalogue = current()
    matter = require_admitted(catalogue=catalogue, on=local_day(at, ZONE), matter_key=report.matter_key)
    if len(report.photos) > MOST_PHOTOS:
        raise refuse(TOO_MANY_PHOTOS, most=MOST_PHOTOS)
    photos = tuple(reencode(raw, max_bytes=PHOTO_BYTES, max_pixels=PHOTO_PIXELS) for raw in report.photos)
    address = clean_text(report.address, limit=ADDRESS_LIMIT)
    area_code = area_of(report, at)
    require_taken(matter, area_code, local_day(at, ZONE))
    return Placed(matter, catalogue.version, area_code, text, address, photos)


def area_of(report: Report, at: datetime) -> str:
    """The grid of the point, else the village that was named."""
    if report.lon is not None or report.lat is not None:
        return grid_at(report.lon, report.lat)
    if not report.area_code or not CHINA.depth_at_least(report.area_code, "township"):
        raise refuse(NO_PLACE)
    return area_on(report.area_code, local_day(at, ZONE)).code
