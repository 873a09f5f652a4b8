"""Places by the names of areas: what a text names for sure, and what only perhaps."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcommons.territory.queries import AreaFacts
from gridcommons.web.open311.places import named_in


def _area(code: str, zh: str, en: str = "") -> AreaFacts:
    level = {6: "county", 9: "township", 12: "village"}[len(code)]
    return AreaFacts(code, level, code[:9] if len(code) > 9 else code[:6], zh, en or zh, None, None, None, None)


AREAS = [
    _area("331123", "遂昌县", "Suichang County"),
    _area("331124", "松阳县", "Songyang County"),
    _area("331123001", "妙高街道", "Miaogao Subdistrict"),
    _area("331123102", "新路湾镇", "Xinluwan Town"),
    _area("331123001014", "古院社区", "Guyuan Community"),
    _area("331123001204", "古院村委会", "Guyuan Village"),
    _area("331123001222", "上南门村委会"),
    _area("331123001013", "南门村委会"),
    _area("331123102201", "大桥村委会", "Daqiao Village"),
    _area("331123001220", "大桥村委会", "Daqiao Village"),
    _area("331123001230", "上村"),
]
NAMES = {area.code: area for area in AREAS}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("古院社区3幢", "331123001014"),
        ("古院村口", "331123001204"),
        ("古院村委会门前", "331123001204"),
        ("古 院 社 区", "331123001014"),
        ("上南门村", "331123001222"),
        ("南门村", "331123001013"),
        ("妙高街道大桥村", "331123001220"),
        ("新路湾镇大桥村", "331123102201"),
        ("遂昌县新路湾镇", "331123102"),
        ("妙高街道上村", "331123001230"),
        ("near GUYUAN  community, Suichang County", "331123001014"),
        ("Daqiao Village, Xinluwan Town", "331123102201"),
    ],
)
def test_a_text_names_one_place(text: str, code: str) -> None:
    assert [area.code for area in named_in(text, AREAS).sure] == [code]


@pytest.mark.parametrize(
    ("text", "sure", "perhaps"),
    [
        ("大桥村", {"331123102201", "331123001220"}, set()),
        ("古院社区和南门村", {"331123001014", "331123001013"}, set()),
        ("古院", set(), {"331123001014", "331123001204"}),
        ("上村", set(), {"331123001230"}),
        ("松阳县古院社区", set(), {"331123001014"}),
        ("新路湾镇古院社区", set(), {"331123001014", "331123102"}),
        ("没有这样的地方", set(), set()),
        ("", set(), set()),
        ("aguyuan communityb", set(), set()),
    ],
)
def test_what_is_uncertain_is_not_decided(text: str, sure: set[str], perhaps: set[str]) -> None:
    naming = named_in(text, AREAS)
    assert {area.code for area in naming.sure} == sure
    assert {area.code for area in naming.perhaps} == perhaps


@given(st.text("古院社区村上南门大桥妙高街道 ab", max_size=30))
def test_only_areas_whose_name_stands_in_the_text_are_sure(text: str) -> None:
    plain = "".join(text.split())
    for area in named_in(text, AREAS).sure:
        assert area.name_zh.removesuffix("委会") in plain
