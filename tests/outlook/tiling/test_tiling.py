"""Tiles and their archive, read by a reader of their own: nothing lost, neighbours touch, every tile in its place."""

from __future__ import annotations

import gzip
import json
import struct
from collections.abc import Iterator
from typing import Any

import pytest
import shapely

from gridcommons.outlook.tiling.archive import Entry, archive, directory, tile_number
from gridcommons.outlook.tiling.tiles import EXTENT, Shape, projected, tiles_of

LEFT = shapely.box(119.00, 28.50, 119.02, 28.52)
RIGHT = shapely.box(119.02, 28.50, 119.04, 28.52)
HOLED = shapely.Polygon(
    [(119.0, 28.6), (119.1, 28.6), (119.1, 28.7), (119.0, 28.7)],
    [[(119.04, 28.64), (119.06, 28.64), (119.06, 28.66), (119.04, 28.66)]],
)
ZOOMS = range(11, 14)


def varints(body: bytes) -> Iterator[int]:
    value = shift = 0
    for byte in body:
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            yield value
            value = shift = 0


def fields(body: bytes) -> Iterator[tuple[int, Any]]:
    """The fields of a message: numbers and texts by their tag."""
    at = 0

    def number() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte = body[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(body):
        tag = number()
        if tag & 7 == 2:
            length = number()
            yield tag >> 3, body[at : at + length]
            at += length
        else:
            yield tag >> 3, number()


def read_tile(body: bytes) -> list[tuple[dict[str, Any], list[list[tuple[int, int]]]]]:
    """The features of the only layer: what is said of each, and its rings."""
    [(_tag, layer)] = list(fields(body))
    parts = list(fields(layer))
    keys = [text.decode() for tag, text in parts if tag == 3]
    values = [next(iter(fields(text))) for tag, text in parts if tag == 4]
    said = [one.decode() if tag == 1 else bool(one) for tag, one in values]
    found = []
    for tag, feature in parts:
        if tag != 2:
            continue
        inside = dict(fields(feature))
        tags = list(varints(inside[2]))
        facts = {keys[k]: said[v] for k, v in zip(tags[::2], tags[1::2], strict=True)}
        found.append((facts, read_rings(list(varints(inside[4])))))
    return found


def read_rings(commands: list[int]) -> list[list[tuple[int, int]]]:
    rings: list[list[tuple[int, int]]] = []
    x = y = at = 0
    while at < len(commands):
        what, count = commands[at] & 7, commands[at] >> 3
        at += 1
        if what == 7:
            continue
        for _each in range(count):
            right, down = ((n >> 1) ^ -(n & 1) for n in commands[at : at + 2])
            x, y, at = x + right, y + down, at + 2
            if what == 1:
                rings.append([])
            rings[-1].append((x, y))
    return rings


def doubled(ring: list[tuple[int, int]]) -> int:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1], strict=True))


def read_archive(body: bytes) -> dict[int, bytes]:
    """All tiles of an archive by their number."""
    assert body[:8] == b"PMTiles\x03"
    root, root_length, said, said_length, leaf, _leaves, data, _length = struct.unpack("<8Q", body[8:72])
    assert "day" in json.loads(gzip.decompress(body[said : said + said_length]))
    found: dict[int, bytes] = {}
    todo = [(root, root_length)]
    while todo:
        start, length = todo.pop()
        for one in read_directory(gzip.decompress(body[start : start + length])):
            if one.run:
                found[one.tile] = gzip.decompress(body[data + one.offset : data + one.offset + one.length])
            else:
                todo.append((leaf + one.offset, one.length))
    return found


def read_directory(body: bytes) -> list[Entry]:
    count, *rest = varints(body)
    steps, runs, lengths, places = (rest[n * count : (n + 1) * count] for n in range(4))
    made: list[Entry] = []
    tile = 0
    for step, run, length, place in zip(steps, runs, lengths, places, strict=True):
        tile += step
        offset = place - 1 if place else made[-1].offset + made[-1].length
        made.append(Entry(tile, offset, length, run))
    return made


def shapes() -> list[Shape]:
    return [
        Shape(LEFT, {"code": "1", "colour": "A", "unsure": False}),
        Shape(RIGHT, {"code": "2", "colour": "D", "unsure": True}), Shape(HOLED, {"code": "3"}),
    ]  # fmt: skip


def test_every_area_is_in_the_tiles_with_what_is_said_of_it() -> None:
    tiles = dict(tiles_of(shapes(), ZOOMS, "grids"))
    assert {zoom for zoom, _x, _y in tiles} == set(ZOOMS)
    for zoom in ZOOMS:
        facts = [facts for (z, _x, _y), body in tiles.items() if z == zoom for facts, _rings in read_tile(body)]
        assert {one["code"] for one in facts} == {"1", "2", "3"}
        assert {one["unsure"] for one in facts if one["code"] == "2"} == {True}


def test_rings_turn_as_the_specification_asks_and_holes_stay_holes() -> None:
    for body in dict(tiles_of(shapes(), [11], "grids")).values():
        for facts, rings in read_tile(body):
            assert doubled(rings[0]) > 0
            if facts["code"] == "3" and len(rings) > 1:
                assert doubled(rings[1]) < 0
    whole = [rings for body in dict(tiles_of(shapes(), [11], "grids")).values() for f, rings in read_tile(body)
             if f["code"] == "3"]  # fmt: skip
    assert any(len(rings) == 2 for rings in whole)


def test_neighbours_share_their_border_to_the_step() -> None:
    for body in dict(tiles_of(shapes(), ZOOMS, "grids")).values():
        corners = {facts["code"]: {one[0] for one in rings[0]} for facts, rings in read_tile(body)}
        if {"1", "2"} <= set(corners):
            assert max(corners["1"]) == min(corners["2"])


def test_corners_lie_where_they_lie_on_earth_to_half_a_step() -> None:
    zoom, column, row = next(address for address in dict(tiles_of(shapes(), [13], "grids")))
    for (zoom, column, row), body in dict(tiles_of(shapes(), [13], "grids")).items():
        flat = projected(LEFT).bounds
        for facts, rings in read_tile(body):
            if facts["code"] != "1":
                continue
            for x, y in rings[0]:
                own = ((column + x / EXTENT) / 2**zoom, (row + y / EXTENT) / 2**zoom)
                inside = [low - 1e-9 <= value <= high + 1e-9 for value, low, high in (
                    (own[0], flat[0] - 0.5 / EXTENT / 2**zoom, flat[2] + 0.5 / EXTENT / 2**zoom),
                    (own[1], flat[1] - 0.5 / EXTENT / 2**zoom, flat[3] + 0.5 / EXTENT / 2**zoom),
                )]  # fmt: skip
                assert all(inside)
    assert (zoom, column > 0, row > 0) == (13, True, True)


def test_the_archive_gives_every_tile_back_and_is_the_same_bytes_again() -> None:
    tiles = dict(tiles_of(shapes(), ZOOMS, "grids"))
    body = archive(tiles, (119.0, 28.5, 119.1, 28.7), {"day": "2026-11-02"})
    assert read_archive(body) == {tile_number(*address): tile for address, tile in tiles.items()}
    assert body == archive(dict(reversed(tiles.items())), (119.0, 28.5, 119.1, 28.7), {"day": "2026-11-02"})
    assert body[100:102] == bytes((11, 13))


def test_many_tiles_lie_in_directories_below_the_first_which_a_reader_gets_at_once() -> None:
    tiles = {(14, n % 128, n // 128): bytes((n % 251, n // 251)) * (n % 91 + 1) for n in range(16_000)}
    body = archive(tiles, (0, 0, 1, 1), {"day": "2026-11-02"})
    root, length = struct.unpack("<2Q", body[8:24])
    assert root + length <= 16_384
    assert read_archive(body) == {tile_number(*address): tile for address, tile in tiles.items()}


def test_places_along_the_curve() -> None:
    """The numbers of the specification's table."""
    told = {
        (0, 0, 0): 0,
        (1, 0, 0): 1,
        (1, 0, 1): 2,
        (1, 1, 1): 3,
        (1, 1, 0): 4,
        (2, 0, 0): 5,
        (12, 3423, 1763): 19078479,
    }
    assert {address: tile_number(*address) for address in told} == told
    assert sorted(tile_number(3, x, y) for x in range(8) for y in range(8)) == list(range(21, 85))


def test_what_is_too_small_to_be_seen_is_left_out_and_nothing_is_no_archive() -> None:
    speck = Shape(shapely.box(119, 28, 119.0000001, 28.0000001), {"code": "s"})
    assert dict(tiles_of([speck], [11], "grids")) == {}
    with pytest.raises(ValueError, match="a tile at least"):
        archive({}, (0, 0, 1, 1), {})
    assert read_directory(gzip.decompress(directory([Entry(7, 0, 3)]))) == [Entry(7, 0, 3)]
