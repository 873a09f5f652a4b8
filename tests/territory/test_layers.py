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
from zipped import zipped

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


def test_a_zip_holds_one_layer_and_nothing_that_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(read(zipped(("a/l.geojson", geojson()), ("__MACOSX/l.geojson", b"x"))).raw) == set(SQUARES)
    for files, code in (
        ((("a.geojson", geojson()), ("b.csv", table())), "boundaries.several_layers"),
        ((("a.shp", b"x"), ("a.dbf", b"x")), "boundaries.other_format"),
        ((("a.txt", b"x"),), "boundaries.unreadable"),
    ):
        refuses(zipped(*files), code)
    refuses(zipped(("a.geojson", geojson()))[:-30], "boundaries.unreadable")
    monkeypatch.setattr(layerfile, "MOST_BYTES", 100_000)
    bomb = zipped(("a.geojson", b" " * 10_000_000))
    assert len(bomb) < 100_000
    refuses(bomb, "boundaries.too_large")


def refuses(raw: bytes, code: str, **more: Any) -> str:
    with pytest.raises(Refusal) as refused:
        read(raw, **more)
    assert refused.value.code == code
    return refused.value.words().en


def test_codes_that_a_spreadsheet_has_spoiled_are_told() -> None:
    for code in ("3.3E+11", "3,31123E+14", 331123001.0, "331123001.0", "#N/A"):
        assert str(code)[:5] in refuses(geojson({code: SQUARES["331123001"]}), "boundaries.spoiled_code")


def test_one_file_has_one_system() -> None:
    square = SQUARES["331123001"].wkt
    mixed = f'code,wkt\n1,"SRID=4490;{square}"\n2,"SRID=4549;{square}"\n3,"SRID=4490;{square}"\n'
    assert "): 2." in refuses(mixed.encode(), "boundaries.mixed")
    one = f'code,wkt\n1,"SRID=4490;{SQUARES["331123001"].wkt}"\n'
    assert set(read(one.encode()).raw) == {"1"}
    refuses(one.encode(), "boundaries.contradiction", declared="EPSG:4549")
    metres = {"1": SQUARES["331123001"], "2": box(5e5, 3e6, 6e5, 4e6)}
    refuses(geojson(metres), "boundaries.mixed")
    refuses(geojson(metres), "boundaries.mixed", declared="EPSG:4549")


def test_a_layer_of_which_a_part_is_shifted_is_told_with_the_codes() -> None:
    known = {f"{n:02d}": box(119 + n / 100, 28, 119.01 + n / 100, 28.01) for n in range(8)}
    half = {code: shapely.transform(s, wgs_to_gcj) if code < "04" else s for code, s in known.items()}
    said = refuses(geojson(half), "boundaries.mixed", known=known)
    assert "GCJ-02" in said
    assert "00, 01, 02, 03" in said
    assert read(geojson(known), known=known).offset is not None


ROUND = shapely.Polygon([(179, 28), (-179, 28), (-179, 29), (179, 29)])


def test_odd_coordinates_are_refused_or_flattened() -> None:
    refuses(geojson({"1": ROUND}), "boundaries.antimeridian")
    refuses(geojson({"1": box(181, 28, 182, 29)}), "boundaries.beyond")
    refuses(geojson({"1": box(1e300, 28, 2e300, 29)}), "boundaries.beyond")
    refuses(geojson({"1": shapely.Polygon()}), "boundaries.without_area")
    high = shapely.force_3d(SQUARES["331123001"], 812.0)
    assert not read(geojson({"331123001": high})).whole.shapes["331123001"].has_z


def test_properties_in_gb18030_are_read() -> None:
    text = geojson().decode().replace('"code"', '"代码"')
    layer = layer_of(text.encode("gb18030"), file="l", declared="CGCS2000", known={}, code_field="代码")
    assert set(layer.raw) == set(SQUARES)


def test_members_behind_the_features_count_too() -> None:
    behind = geojson().decode()[:-1] + ', "crs": {"type": "name", "properties": {"name": "EPSG:4549"}}}'
    refuses(behind.encode(), "boundaries.contradiction")
    refuses(geojson() + b"x", "boundaries.unreadable")


def test_a_layer_that_does_not_tile_goes_back_to_its_source() -> None:
    heap = {f"{n:03d}": box(119 + n / 1e3, 28 + n / 1e3, 119.2 + n / 1e3, 28.2 + n / 1e3) for n in range(30)}
    refuses(geojson(heap), "boundaries.does_not_tile")
