"""Coordinate systems: published pairs of positions, there and back, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from gridcommons.kit.errors import Refusal
from gridcommons.territory.systems import (
    bd_to_wgs,
    gcj_to_bd,
    gcj_to_wgs,
    shift_to_gcj,
    system_of,
    to_wgs_84,
    wgs_to_gcj,
)

# Pairs as the open implementations give them in their own tests and manuals (eviltransform, coordtransform).
SHIFTED = [
    ((121.5272106, 31.1774276), (121.531541859215, 31.17530398364597)),
    ((113.912316, 22.543847), (113.9171764808363, 22.540796131694766)),
    ((116.377817, 39.911954), (116.38404722455657, 39.91334545536069)),
    ((116.404, 39.915), (116.41024449916938, 39.91640428150164)),
]
TWICE_SHIFTED = ((116.404, 39.915), (116.41036949371029, 39.92133699351021))
CHINA = st.tuples(st.floats(73.5, 135.0), st.floats(18.2, 53.5))


@pytest.mark.parametrize(("wgs", "gcj"), SHIFTED)
def test_published_positions_are_met_both_ways(wgs: tuple[float, float], gcj: tuple[float, float]) -> None:
    assert wgs_to_gcj(np.array([wgs]))[0] == pytest.approx(gcj, abs=1e-9)
    assert gcj_to_wgs(np.array([gcj]))[0] == pytest.approx(wgs, abs=1e-9)


def test_the_second_shift_is_met_too() -> None:
    gcj, bd = TWICE_SHIFTED
    assert gcj_to_bd(np.array([gcj]))[0] == pytest.approx(bd, abs=1e-9)


@given(CHINA)
def test_there_and_back_is_where_one_was(place: tuple[float, float]) -> None:
    here = np.array([place])
    assert gcj_to_wgs(wgs_to_gcj(here)) == pytest.approx(here, abs=1e-9)
    assert bd_to_wgs(gcj_to_bd(wgs_to_gcj(here))) == pytest.approx(here, abs=1e-9)


def test_outside_china_nothing_is_shifted_and_in_suichang_some_hundred_metres() -> None:
    assert shift_to_gcj(9.52, 47.14) == (0.0, 0.0)
    east, north = shift_to_gcj(119.27, 28.59)
    metres = np.hypot(east * 111_320 * np.cos(np.radians(28.59)), north * 111_320)
    assert 300 < metres < 800


NAMED = {
    "EPSG:4490": "EPSG:4490", "epsg:4326": "EPSG:4326", "urn:ogc:def:crs:EPSG::4549": "EPSG:4549",
    "urn:ogc:def:crs:OGC:1.3:CRS84": "OGC:CRS84", "WGS84": "EPSG:4326", "cgcs2000": "EPSG:4490", "gcj02": "GCJ-02",
    "BD-09": "BD-09", " EPSG:4549 ": "EPSG:4549",
}  # fmt: skip


@pytest.mark.parametrize("named", NAMED)
def test_a_declared_system_has_one_name(named: str) -> None:
    assert system_of(named) == NAMED[named]


@pytest.mark.parametrize(
    ("named", "code"),
    [("", "boundaries.no_system"), ("  ", "boundaries.no_system"), ("EPSG:999999", "boundaries.unknown_system"),
     ("Beijing 54", "boundaries.unknown_system"), ("4490", "boundaries.unknown_system")],
)  # fmt: skip
def test_what_is_no_system_is_refused(named: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        system_of(named)
    assert refused.value.code == code


def test_a_local_zone_in_metres_comes_to_degrees_and_keeps_its_area() -> None:
    square = shapely.box(500_000, 3_160_000, 501_000, 3_161_000)  # zone EPSG:4549, central meridian 120 E
    found = to_wgs_84({"a": square}, "EPSG:4549")["a"]
    assert found.centroid.x == pytest.approx(120.005, abs=0.01)
    assert found.centroid.y == pytest.approx(28.56, abs=0.02)
    metres = found.area * 111_320**2 * np.cos(np.radians(found.centroid.y))
    assert metres == pytest.approx(1e6, rel=0.01)


def test_heights_are_dropped() -> None:
    tall = shapely.Polygon([(119, 28, 5), (120, 28, 5), (120, 29, 7)])
    assert not to_wgs_84({"a": tall}, "EPSG:4490")["a"].has_z


@pytest.mark.parametrize("system", ["EPSG:4326", "EPSG:4490", "GCJ-02", "BD-09"])
def test_metres_declared_as_degrees_are_refused(system: str) -> None:
    with pytest.raises(Refusal) as refused:
        to_wgs_84({"a": shapely.box(500_000, 3_160_000, 501_000, 3_161_000)}, system)
    assert refused.value.code == "boundaries.beyond"


def test_what_a_projection_cannot_hold_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        to_wgs_84({"a": shapely.box(1e30, 1e30, 2e30, 2e30)}, "EPSG:4549")
    assert refused.value.code == "boundaries.beyond"
