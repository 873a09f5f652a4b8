"""Names on drawings of the server: inside their area or a number in their place, never over a neighbour."""

from __future__ import annotations

from itertools import pairwise

import pytest

from gridcommons.web.drawing import sketch
from gridcommons.web.shape_names import names_within, width_of, without

Box = tuple[float, float, float, float]


def ring(west: float, south: float, east: float, north: float) -> list[tuple[float, float]]:
    return [(west, south), (east, south), (east, north), (west, north), (west, south)]


@pytest.mark.parametrize(
    ("name", "box", "lines"),
    [
        ("第1网格", (0, 0, 80, 20), ["第1网格"]),
        ("叶坦社区第一网格", (0, 0, 80, 60), ["叶坦社区", "第一网格"]),
        ("Yetan Grid", (0, 0, 60, 60), ["Yetan", "Grid"]),
        ("第1网格", (0, 0, 12, 12), ["1"]),
    ],
)
def test_a_name_stands_inside_its_area_in_one_line_or_two_else_a_number_does(
    name: str, box: Box, lines: list[str]
) -> None:
    found = names_within([(name, [ring(*box)])], 15)
    assert [label.text for label in found.labels] == lines
    assert found.key == (() if len(lines[0]) > 1 else (("1", name),))
    for label in found.labels if not found.key else ():
        half = width_of(label.text, 15) / 2
        assert box[0] <= label.x - half <= label.x + half <= box[2]
    assert all(one.y < two.y for one, two in pairwise(found.labels))


def test_an_area_too_small_for_its_name_keeps_the_letter_of_its_colour() -> None:
    areas = [("A 湖山乡", [ring(0, 0, 90, 30)]), ("C 新路湾镇", [ring(100, 0, 120, 20)])]
    found = names_within(areas, 15, signs=["A", "C"])
    assert [label.text for label in found.labels] == ["A 湖山乡", "C1"]
    assert found.key == (("C1", "C 新路湾镇"),)


def test_a_hole_and_an_island_hold_no_name() -> None:
    hole = ring(30, 0.5, 70, 19.5)
    assert names_within([("第1网格", [ring(0, 0, 100, 20), hole])], 15, keyed=False).labels == ()
    (label,) = names_within([("甲", [ring(0, 0, 20, 20), ring(200, 0, 400, 200)])], 15).labels
    assert label.x > 200


def test_a_drawing_knows_the_form_of_its_frame_and_writes_short_names() -> None:
    def feature(box: Box) -> dict[str, object]:
        geometry = {"type": "Polygon", "coordinates": [ring(*box)]}
        return {"properties": {"code": "1", "name": "叶坦社区第1网格", "short": "第1网格"}, "geometry": geometry}

    assert [sketch([feature(box)]).form for box in ((0, 0, 2, 1), (0, 0, 1, 1), (0, 0, 1, 2))] == [
        "flat",
        "",
        "upright",
    ]
    high = sketch([feature((0, 0, 1, 2))], fitted=True)
    assert (high.width, high.height) == (640, 1280), "the box has the form of what is drawn"
    drawn = sketch([feature((0, 0, 1, 1))], letters=15)
    assert [label.text for label in drawn.names.labels] == ["第1网格"]
    assert sketch([feature((0, 0, 1, 1))]).names.labels == ()


def test_the_name_of_the_area_above_is_not_repeated() -> None:
    assert without("叶坦社区第1网格", "叶坦社区") == "第1网格"
    assert without("叶坦社区", "叶坦社区") == "叶坦社区"
    assert without("东街", "") == "东街"
