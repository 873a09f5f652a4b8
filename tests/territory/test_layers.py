"""Layers as they are handed in: what is read, what is refused and in which words."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
import shapely
from shapely import box
from shapely.geometry import mapping

from gridcommons.kit.errors import Refusal
from gridcommons.territory import layerfile, layers
from gridcommons.territory.layers import layer_of, read_layer
from gridcommons.territory.systems import wgs_to_gcj

SQUARES = {"331123001": box(119.2, 28.5, 119.3, 28.6), "331123101": box(119.3, 28.5, 119.4, 28.6)}
CRS = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}}


def geojson(shapes: dict[Any, Any] = SQUARES, **more: Any) -> bytes:
    features = [{"type": "Feature", "properties": {"code": c}, "geometry": mapping(s)} for c, s in shapes.items()]
    return json.dumps({"type": "FeatureCollection", "features": features, **more}).encode()


def table(shapes: dict[Any, Any] = SQUARES, heading: str = "code,wkt") -> bytes:
    return "\n".join([heading, *(f'{code},"{shape.wkt}"' for code, shape in shapes.items()), ""]).encode()


def read(raw: bytes, declared: str = "EPSG:4490", known: dict[str, Any] | None = None) -> layers.Layer:
    return layer_of(raw, file="layer", declared=declared, known=known or {})


WITH_A_NUMBER = {331123001: SQUARES["331123001"], "331123101": SQUARES["331123101"]}
READ = [
    geojson(), geojson(crs=CRS), gzip.compress(geojson()), table(), b"\xef\xbb\xbf" + table(), geojson(WITH_A_NUMBER),
]  # fmt: skip


@pytest.mark.parametrize("raw", READ)
def test_a_layer_is_read_from_geojson_and_from_csv(raw: bytes) -> None:
    layer = read(raw)
    assert layer.whole.findings == ()
    assert {code: shape.area for code, shape in layer.whole.shapes.items()} == pytest.approx(
        {code: shape.area for code, shape in SQUARES.items()}
    )


def _feature(geometry: object, code: object = "1") -> bytes:
    feature = {"type": "Feature", "properties": {"code": code}, "geometry": geometry}
    return json.dumps({"type": "FeatureCollection", "features": [feature]}).encode()


def _ring(first: list[object]) -> bytes:
    return _feature({"type": "Polygon", "coordinates": [[first, [1, 2], [3, 4], first]]})


def _named(name: str) -> dict[str, Any]:
    return {"type": "name", "properties": {"name": name}}


def _changed(how: Any) -> bytes:
    return geojson({code: shapely.transform(shape, how) for code, shape in SQUARES.items()})


REFUSED = {
    "a broken zip": (b"PK\x03\x04rest", "boundaries.unreadable"),
    "a shapefile": (b"\x00\x00\x27\x0a" + b"\x00" * 96, "boundaries.other_format"),
    "a geopackage": (b"SQLite format 3\x00", "boundaries.other_format"),
    "no text": (b"\xff\xfe\xff\xff\xff", "boundaries.unreadable"),
    "broken json": (b'{"type": ', "boundaries.unreadable"),
    "nested without end": (b'{"a":' * 200_000, "boundaries.unreadable"),
    "no features": (geojson({}), "boundaries.unreadable"),
    "a table of something else": (table(heading="id,shape"), "boundaries.unreadable"),
    "a broken gzip": (gzip.compress(geojson())[:-20], "boundaries.unreadable"),
    "no code": (_feature(mapping(SQUARES["331123001"]), None), "boundaries.without_code"),
    "an empty code": (_feature(mapping(SQUARES["331123001"]), "  "), "boundaries.without_code"),
    "yes as a code": (_feature(mapping(SQUARES["331123001"]), True), "boundaries.without_code"),
    "a line": (_feature(mapping(SQUARES["331123001"].exterior)), "boundaries.without_area"),
    "no geometry": (_feature(None), "boundaries.without_area"),
    "two points": (_feature({"type": "Polygon", "coordinates": [[[119, 28], [120, 28]]]}), "boundaries.without_area"),
    "words for numbers": (_ring(["a", 28]), "boundaries.without_area"),
    "no numbers": (_ring([float("nan"), 28]), "boundaries.without_area"),
    "broken wkt": (b"code,wkt\n1,POLYGON((1 2\n", "boundaries.without_area"),
    "a code twice": (table() + table().split(b"\n", 1)[1], "boundaries.doubled"),
    "another system than declared": (geojson(crs=_named("EPSG:4549")), "boundaries.contradiction"),
    "a system nobody knows": (geojson(crs=_named("Xian 1980")), "boundaries.unknown_system"),
    "latitude first": (_changed(lambda points: points[:, ::-1]), "boundaries.swapped"),
    "metres": (_changed(lambda points: points * 1e5), "boundaries.beyond"),
}  # fmt: skip


@pytest.mark.parametrize("how", REFUSED)
def test_what_cannot_be_used_is_refused_in_one_sentence(how: str) -> None:
    raw, code = REFUSED[how]
    with pytest.raises(Refusal) as refused:
        read(raw)
    assert refused.value.code == code
    assert "\n" not in refused.value.words().en


def test_a_layer_of_a_web_map_declared_as_surveyed_is_refused_and_declared_rightly_is_taken() -> None:
    shifted = geojson({code: shapely.transform(shape, wgs_to_gcj) for code, shape in SQUARES.items()})
    with pytest.raises(Refusal) as refused:
        read(shifted, "CGCS2000", known=SQUARES)
    assert refused.value.code == "boundaries.shifted"
    assert "GCJ-02" in refused.value.words().zh
    layer = read(shifted, "GCJ-02", known=SQUARES)
    assert layer.offset is not None
    assert layer.offset.metres == 0
    with pytest.raises(Refusal) as again:
        read(geojson(), "GCJ-02", known=SQUARES)
    assert again.value.code == "boundaries.shifted"


def test_a_file_in_the_old_encoding_of_offices_is_read() -> None:
    raw = 'code,wkt,名称\n1,"POLYGON((119 28,119.1 28,119.1 28.1,119 28))",遂昌\n'.encode("gb18030")
    assert list(read(raw).whole.shapes) == ["1"]


def test_what_is_too_large_is_refused_before_it_fills_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layerfile, "MOST_BYTES", 10_000)
    for raw in (b"{" + b" " * 20_000, gzip.compress(b" " * 9_000_000)):
        with pytest.raises(Refusal) as refused:
            read_layer(raw, file="bomb")
        assert refused.value.code == "boundaries.too_large"
    monkeypatch.setattr(layerfile, "MOST_BYTES", 10_000_000)
    monkeypatch.setattr(layerfile, "MOST_POINTS", 9)
    with pytest.raises(Refusal) as many:
        read_layer(geojson(), file="many")
    assert many.value.code == "boundaries.too_large"


def test_only_the_first_of_many_faults_are_named() -> None:
    features = [{"type": "Feature", "properties": {}, "geometry": None}] * 30
    with pytest.raises(Refusal) as refused:
        read_layer(json.dumps({"type": "FeatureCollection", "features": features}).encode(), file="f")
    assert "1, 2, 3, 4, 5, 6, 7, 8 … (+22)" in refused.value.words().en
