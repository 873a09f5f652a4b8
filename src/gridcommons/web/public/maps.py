"""Outlines for maps, and the grid of a point: public facts, the same for everybody."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, Final, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from gridcommons.kit.codes import CHINA
from gridcommons.kit.dates import is_chinese
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.numbers import decimal_of
from gridcommons.territory.queries import area_on, grid_at, map_of, maps_edition, names_of, outlined_below
from gridcommons.web.drawing import Sketch, sketch
from gridcommons.web.pieces import say
from gridcommons.web.public.asking import language, today

CACHED: Final = "public, max-age=600"
Feature = Mapping[str, Any]

NO_NUMBER = refusal_kind(
    "web.no_number",
    status=400,
    zh="“{text}”不是经纬度；请在地图上重新选点。",
    en="“{text}” is no coordinate; choose the point on the map again.",
)


@lru_cache(maxsize=256)
def _features(code: str, level: str, _edition: str) -> tuple[tuple[Feature, ...], bool]:
    """The outlines below an area, and whether any is drawn rather than surveyed; kept until one is drawn anew."""
    drawn = cast(Mapping[str, Any], map_of(outlined_below(code, level)))
    return tuple(drawn["features"]), bool(drawn.get("synthetic"))


def _place(feature: Feature, *, to: str, tongue: str) -> dict[str, Any]:
    """A feature with its name in one language and the address it leads to."""
    facts = feature["properties"]
    name = facts["name_zh"] if is_chinese(tongue) else facts["name_en"] or facts["name_zh"]
    level = CHINA.level_of(facts["code"]).key
    properties = {"code": facts["code"], "name": name, "level": level, "synthetic": facts["synthetic"]}
    if to:
        properties["url"] = address(facts["code"], to)
    return {"type": "Feature", "properties": properties, "geometry": feature["geometry"]}


def address(code: str, to: str) -> str:
    """Where an area of a map leads: to its own page, or to the choice of a place on the home page."""
    if to == "home":
        return f"{reverse('public-home')}?place={code}#place"
    return reverse("public-area", args=[code])


def places_on_map(code: str, *, level: str = "", to: str = "") -> list[dict[str, Any]]:
    """The features of a map below an area, in the reader's language."""
    features, _synthetic = _features(code, level, maps_edition())
    return [_place(feature, to=to, tongue=language()) for feature in features]


def drawing(code: str, *, name: str, here: str = "", level: str = "", to: str = "", fitted: bool = False) -> Sketch:
    """The server's drawing of the areas below `code`; `fitted`: in a box of its own form."""
    return sketch(places_on_map(code, level=level, to=to), here=here, name=name, fitted=fitted)


def areas_url(code: str, *, level: str = "", to: str = "", here: str = "") -> str:
    """The address of a map's outlines, the language in it so that caches keep the two apart; `here` is marked."""
    facts = {"level": level, "to": to, "here": here, "lang": language()}
    return f"{reverse('public-map', args=[code])}?{urlencode({key: fact for key, fact in facts.items() if fact})}"


def finer_url() -> str:
    """The pattern of addresses of what lies below an area of a map; the page itself puts in `{code}` and `{level}`."""
    address = reverse("public-map", args=["CODE"]).replace("CODE", "{code}")
    return f"{address}?level={{level}}&lang={language()}"


@require_safe
def outlines(request: HttpRequest, code: str) -> HttpResponse:
    """Outlines below an area as GeoJSON; `level` names one, else the first level below that is drawn."""
    area_on(code, today(request))
    level = request.GET.get("level", "")
    known = level if level in {one.key for one in CHINA.levels} else ""
    to = request.GET.get("to", "") if request.GET.get("to") in {"home", "area"} else ""
    tongue = "en" if request.GET.get("lang") == "en" else "zh-hans" if "lang" in request.GET else language()
    features, synthetic = _features(code, known, maps_edition())
    places = [_place(feature, to=to, tongue=tongue) for feature in features]
    return _answer(request, [_marked(place, request.GET.get("here", "")) for place in places], synthetic)


def _marked(place: dict[str, Any], here: str) -> dict[str, Any]:
    """The place itself, saying so where it is the one that a page is about."""
    if here and place["properties"]["code"] == here:
        place["properties"]["here"] = True
    return place


def _answer(request: HttpRequest, features: Iterable[Feature], synthetic: bool) -> HttpResponse:
    body = json.dumps(
        {"type": "FeatureCollection", "synthetic": synthetic, "features": list(features)},
        ensure_ascii=False, separators=(",", ":"),
    ).encode()  # fmt: skip
    mark = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    same = mark in request.headers.get("If-None-Match", "")
    answer = HttpResponseNotModified() if same else HttpResponse(body, content_type="application/geo+json")
    answer["ETag"], answer["Cache-Control"] = mark, CACHED
    return answer


@require_safe
def locate(request: HttpRequest) -> JsonResponse:
    """The grid of a point, by name; a point outside is refused with its sentence (422), nonsense with 400."""
    lat, lon = (_degrees(request.GET.get(key, "")) for key in ("lat", "lon"))
    code = grid_at(lon, lat)
    area = names_of([code])[code]
    name = say(area.name, language())
    answer = JsonResponse({"code": code, "name": name, "name_zh": area.name_zh, "name_en": area.name_en})
    answer["Cache-Control"] = "private, max-age=60"
    return answer


def _degrees(text: str) -> float | None:
    """A coordinate; None for a missing one, so that the territory's own sentence answers."""
    if not text.strip():
        return None
    try:
        return decimal_of(text)
    except ValueError as error:
        raise refuse(NO_NUMBER, text=text[:40]) from error
