"""Names of divisions in English, names of grids, and places where a list names their committee."""

from __future__ import annotations

import pytest

from gridcommons.territory.divisions import read_divisions
from gridcommons.territory.names import english_name, grid_name, place_name
from gridcommons.territory.pinyin import sort_key


@pytest.mark.parametrize(
    ("name", "english"),
    [
        ("妙高街道", "Miaogao Subdistrict"),
        ("三仁畲族乡", "Sanren She Ethnic Township"),
        ("景宁畲族自治县", "Jingning She Autonomous County"),
        ("磐安县", "Pan'an County"),
        ("乐清市", "Yueqing City"),
        ("东红村委会", "Donghong Village"),
        ("花田坌村村委会", "Huatianben Village"),
        ("通济社区居委会", "Tongji Community"),
        ("叶坦社区第1网格", "Yetan Community Grid 1"),
        ("东红村第12网格", "Donghong Village Grid 12"),
        ("叶坦社区溪滨网格", "Yetan Community Xibin Grid"),
        ("东红村第2网格（西片）", "Donghong Village Grid 2 (Xipian)"),
        ("市", "Shi"),
    ],
)
def test_english_names(name: str, english: str) -> None:
    assert english_name(name) == english


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("东红村委会", "东红村"),
        ("夏峰村村民委员会", "夏峰村"),
        ("通济社区居委会", "通济社区"),
        ("叶坦社区", "叶坦社区"),
    ],
)
def test_the_place_behind_a_committee(name: str, place: str) -> None:
    assert place_name(name) == place


def test_a_grid_bears_the_name_of_its_place() -> None:
    assert grid_name("东红村委会", 3) == "东红村第3网格"


def test_a_reading_known_already_changes_no_english_name() -> None:
    names = sorted({division.name for division in read_divisions()})[::40]
    assert [english_name(name, sort_key(name)) for name in names] == [english_name(name) for name in names]
