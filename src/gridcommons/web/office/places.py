"""Where a case lies: its areas in words, and a small drawing of its grid with a mark."""

from __future__ import annotations

from typing import Any, Final

from gridcommons.cases.finding_same import Same
from gridcommons.cases.queries import CasePage
from gridcommons.kit.codes import CHINA
from gridcommons.kit.words import Words
from gridcommons.territory.queries import below, names_of, trail
from gridcommons.web.case_words import name_of
from gridcommons.web.drawing import Sketch, sketch
from gridcommons.web.office.areas import LETTERS, plain_features, short_named
from gridcommons.web.pieces import say

_SMALL: Final = 0.0005
"""Half the width of the mark in degrees: about 50 m."""
_MARK: Final = "mark"


def place_names(code: str) -> list[Words]:
    """The names from the township down."""
    return [name_of(area) for area in trail(code) if CHINA.depth_at_least(area.code, "township")]


def place_sketch(page: CasePage, language: str) -> Sketch | None:
    """The grid of a case among the grids of its village, with a mark at the place; None where nothing is drawn."""
    village = CHINA.cut(page.area_code, "village")
    codes = {page.area_code, *(area.code for area in below(village, "grid"))}
    drawn = short_named(plain_features(codes, names_of(codes), language), language)
    if not drawn:
        return None
    for feature in drawn:
        feature["properties"]["own"] = 2 * (feature["properties"]["code"] == page.area_code)
    if page.lon is not None and page.lat is not None:
        drawn.append(_mark(page.lon, page.lat))
    name = say(Words("地点示意图", "Drawing of the place"), language)
    return sketch(drawn, here=_MARK, value="own", edges=(1,), name=name, width=400, height=260, letters=LETTERS)


def pair_sketch(page: CasePage, other: Same, language: str) -> Sketch | None:
    """Two places in their grids, this one filled and the other outlined; None where one has no point or no drawing."""
    if page.lon is None or page.lat is None or other.lon is None or other.lat is None:
        return None
    codes = {page.area_code, other.area_code}
    drawn = plain_features(codes, names_of(codes), language)
    if not drawn:
        return None
    drawn += [_mark(page.lon, page.lat), {**_mark(other.lon, other.lat), "properties": {"code": "other", "name": ""}}]
    for feature in drawn:
        feature["properties"]["own"] = 3 * (feature["properties"]["code"] == "other")
    metres = other.likeness.metres
    name = say(Words(f"两处相距约{metres}米", f"The two lie about {metres} m apart"), language)
    return sketch(drawn, here=_MARK, value="own", edges=(1, 2), name=name, width=320, height=200)


def _mark(lon: float, lat: float) -> dict[str, Any]:
    ring = [(lon - _SMALL, lat), (lon, lat + _SMALL), (lon + _SMALL, lat), (lon, lat - _SMALL), (lon - _SMALL, lat)]
    return {
        "type": "Feature",
        "properties": {"code": _MARK, "name": ""},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
