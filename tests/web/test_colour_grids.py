"""Grids on the office's map: drawn with the colours of the night, in ranges for who serves there and nobody else."""

from __future__ import annotations

import gzip
import json
import struct
from datetime import timedelta
from pathlib import Path

import pytest
import shapely

from gridcommons.territory.actions import draw_boundaries
from gridcommons.web.grid_tiles import draw_all, draw_grids, latest_tiles, tiles_named
from outlook.cautions.warned_town import AT, NEXT, warned_town
from outlook.painting.painted_town import BEGIN, SETUP, Painted, member, morning
from outlook.tiling.test_tiling import read_archive, read_tile
from town import COUNTY, FAR_GRID, GRID, TOWNSHIP, Town
from web.office_town import client_of, stop_clock, text_of

OUTSIDE = ("public", "resident", "neighbour", "stranger")
PAGE = f"/office/colours?area={COUNTY}"


@pytest.fixture
def painted(town: Town, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Painted:
    monkeypatch.setattr("django.conf.settings.DATA", tmp_path)
    stop_clock(monkeypatch, AT)
    shapes = {GRID: shapely.box(119.0, 28.5, 119.01, 28.51), FAR_GRID: shapely.box(119.11, 28.5, 119.12, 28.51)}
    draw_boundaries(shapes=shapes, crs="EPSG:4490", source="test", synthetic=True, by=SETUP, at=BEGIN)
    return warned_town(town)


def address() -> str:
    held = latest_tiles(COUNTY)
    assert held is not None
    return f"/office/colours/grids/{COUNTY}-{held.digest}.pmtiles"


def test_a_grid_bears_the_colour_of_its_township_on_that_night(painted: Painted) -> None:
    assert draw_all(AT) == 1
    held = latest_tiles(COUNTY)
    assert held is not None
    assert held.day == NEXT
    body = held.path.read_bytes()
    _root, _length, said, length = struct.unpack("<4Q", body[8:40])
    assert json.loads(gzip.decompress(body[said : said + length]))["county"] == COUNTY
    facts = {one["code"]: one for tile in read_archive(body).values() for one, _rings in read_tile(tile)}
    assert (facts[GRID]["colour"], facts[FAR_GRID]["colour"]) == ("D", "A")
    assert facts[GRID]["name_zh"]


def test_staff_of_the_county_read_it_whole_and_in_ranges(painted: Painted) -> None:
    draw_all(AT)
    client = client_of(painted.town, "supervisor", "en")
    page = text_of(client.get(PAGE))
    assert f'data-grids-url="{address()}"' in page
    assert f'data-grids-day="{NEXT}"' in page
    whole = client.get(address())
    assert (whole.status_code, whole.content[:7], whole["Cache-Control"]) == (200, b"PMTiles", "private, no-store")
    part = client.get(address(), headers={"Range": "bytes=0-126"})
    assert (part.status_code, part.content) == (206, whole.content[:127])
    assert part["Content-Range"] == f"bytes 0-126/{len(whole.content)}"
    open_end = client.get(address(), headers={"Range": "bytes=100-"})
    assert open_end.content == whole.content[100:]
    beyond = client.get(address(), headers={"Range": f"bytes={len(whole.content)}-"})
    assert (beyond.status_code, beyond.content) == (416, b"")
    for nonsense in ("bytes=9-1", "bytes=-5", "bytes=0-1,3-4", "lines=1-2"):
        assert client.get(address(), headers={"Range": nonsense}).status_code in {200, 416}
    assert client.get(f"/office/colours/grids/{COUNTY}-0000.pmtiles").status_code == 404


@pytest.mark.parametrize("name", OUTSIDE)
@pytest.mark.parametrize("part", ["", "bytes=0-126"])
def test_the_stranger_gets_none_of_it_in_ranges_neither(painted: Painted, name: str, part: str) -> None:
    draw_all(AT)
    answer = client_of(painted.town, name).get(address(), headers={"Range": part} if part else {})
    assert answer.status_code == 403
    assert b"PMTiles" not in answer.content


def test_staff_of_another_county_get_none_of_it(painted: Painted) -> None:
    draw_all(AT)
    far = member("elsewhere", "situation_reader", "331102", "health")
    answer = client_of(Town(painted.town.cast | {"far": far}), "far").get(address(), headers={"Range": "bytes=0-126"})
    assert answer.status_code == 403


def test_before_the_first_night_there_are_no_grids_and_the_map_stands(painted: Painted) -> None:
    page = text_of(client_of(painted.town, "supervisor", "en").get(PAGE))
    assert "data-grids-url" not in page
    assert "data-outlines-url" in page


def test_former_nights_go_and_the_last_one_stays(painted: Painted) -> None:
    first = draw_grids(COUNTY, morning(NEXT - timedelta(1)))
    assert first is not None
    draw_all(AT)
    assert tiles_named(COUNTY, first.digest) is not None, "a page that is open goes on"
    draw_all(AT + timedelta(days=400))
    assert [one.name for one in first.path.parent.glob("grids-*")] != []
    assert tiles_named(COUNTY, first.digest) is None


def test_the_office_chooses_a_day_as_everybody_does(painted: Painted) -> None:
    client = client_of(painted.town, "supervisor", "en")
    page = text_of(client.get(PAGE))
    assert "data-days" in page
    past = client.get(f"{PAGE}&day={NEXT - timedelta(1)}")
    assert "as it was shown then" in text_of(past)
    assert client.get(f"{PAGE}&day=2020-01-01").status_code == 404
    assert TOWNSHIP in page
