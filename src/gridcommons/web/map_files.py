"""What a map of colours is delivered in: outlines once, under a name with their hash, and a day as a byte an area."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, cast

from django.conf import settings
from django.urls import reverse

from gridcommons.outlook.painting.days import DayStand, areas_on, days_of_other_areas, last_of_areas, stands_on
from gridcommons.territory.queries import map_of, maps_edition
from gridcommons.web.case_words import name_of
from gridcommons.web.colour_words import letter_of
from gridcommons.web.pieces import say

NONE: Final = "-"
"""The sign of an area that no scheme coloured that day."""
_PRESSED: Final = ".json.gz"
_DIGEST: Final = 20
_KEPT: Final = timedelta(days=40)


@dataclass(frozen=True)
class Outlines:
    """The outlines of an area's parts of one level: their file, pressed, the hash of what it holds, their order."""

    digest: str
    codes: tuple[str, ...]
    pressed: bytes


def outlines_of(code: str, level: str, last: date | None = None) -> Outlines:
    """The outlines of the areas of a level within one, from the file that the nightly job left, else drawn now.

    `last`: of the areas of before a reorganisation, the last day on which they stood.
    """
    return _outlines(code, level, maps_edition(), last)


@lru_cache(maxsize=64)
def _outlines(code: str, level: str, edition: str, last: date | None) -> Outlines:
    mark = hashlib.sha256(f"{edition}{last or ''}".encode()).hexdigest()[:_DIGEST]
    file = _folder() / f"{code}-{level}-{mark}{_PRESSED}"
    held = _read(file)
    if held is not None:
        return held
    made = _drawn(code, level, last)
    if made.codes:
        _write(file, made.pressed)
    return made


def map_addresses(code: str, level: str, day: date, today: date, page: str) -> dict[str, Any]:
    """The addresses that the browser's map is drawn from; `page`: where an area of it leads.

    `other_days`: those on which other areas stood, so that the page is loaded anew with their outlines.
    """
    digest = outlines_of(code, level, last_of_areas(code, level, day, today)).digest
    return {
        "outlines_url": reverse("public-outlines", args=[code, level, digest]),
        "day_url": reverse("public-colours-day", args=[code, level, digest, "DAY"]).replace("DAY", "{day}"),
        "page_url": reverse(page, args=["CODE"]).replace("CODE", "{code}"),
        "day_iso": day.isoformat(),
        "other_days": days_of_other_areas(code, level, day, today),
    }


def forget_outlines(at: datetime) -> None:
    """Remove files of former outlines; what is still asked for is drawn anew."""
    for file in _folder().glob(f"*{_PRESSED}"):
        if file.stat().st_mtime < (at - _KEPT).timestamp():
            file.unlink(missing_ok=True)


def _folder() -> Path:
    return Path(settings.DATA) / "maps"


def _drawn(code: str, level: str, last: date | None) -> Outlines:
    areas = areas_on(code, level, last)
    features = cast(Mapping[str, Any], map_of(one.code for one in areas))["features"]
    known = {one.code: one for one in areas}
    shown = [_feature(one, known[one["properties"]["code"]], level) for one in features]
    body = json.dumps({"type": "FeatureCollection", "features": shown}, ensure_ascii=False, separators=(",", ":"))
    return _held(body.encode(), gzip.compress(body.encode(), 9, mtime=0))


def _feature(feature: Mapping[str, Any], area: Any, level: str) -> dict[str, Any]:
    """An outline with both names: one file serves readers of either language, and so is kept once."""
    words = name_of(area)
    facts = {
        "code": area.code, "name_zh": say(words, "zh-hans"), "name_en": say(words, "en"), "level": level,
        "synthetic": feature["properties"]["synthetic"],
    }  # fmt: skip
    return {"type": "Feature", "properties": facts, "geometry": feature["geometry"]}


def _held(body: bytes, pressed: bytes) -> Outlines:
    codes = tuple(one["properties"]["code"] for one in json.loads(body)["features"])
    return Outlines(hashlib.sha256(body).hexdigest()[:_DIGEST], codes, pressed)


def _read(file: Path) -> Outlines | None:
    """What a file holds; None where there is none, or it is broken."""
    try:
        pressed = file.read_bytes()
        return _held(gzip.decompress(pressed), pressed)
    except (OSError, ValueError, KeyError, EOFError):
        return None


def _write(file: Path, pressed: bytes) -> None:
    """Put a file in place whole; a folder that cannot be written to costs time, never the map."""
    half = file.with_name(f".{file.name}.{hashlib.sha256(pressed).hexdigest()[:8]}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        half.write_bytes(pressed)
        half.replace(file)
    except OSError:
        half.unlink(missing_ok=True)


def sign_of(one: DayStand | None) -> str:
    """An area's byte: the letter of its colour, small where the colour is striped."""
    if one is None:
        return NONE
    letter = letter_of(one.colour)
    return letter.lower() if one.hatched and letter != "X" else letter


def day_of(code: str, level: str, codes: Sequence[str], day: date, at: datetime) -> bytes:
    """How areas stood on a day, a byte each, in the order of their outlines."""
    stood = stands_on(code, level, day, at)
    return "".join(sign_of(stood.get(one)) for one in codes).encode("ascii")
