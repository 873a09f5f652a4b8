"""Areas are loaded once and whole, and their figures are set only where the area is known."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime

import pytest

from gridcommons.access.identify import program
from gridcommons.kit.errors import Refusal
from gridcommons.territory.actions import NewArea, load_areas, set_figures
from gridcommons.territory.models import Area
from gridcommons.territory.queries import known_codes, outlined
from gridcommons.territory.rules import Figures

AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
SETUP = program("test")
TOWN = NewArea("331123001", "township", "妙高街道", "331123", "miao gao jie dao", "street", 12, 34)
VILLAGE = NewArea("331123001007", "village", "叶坦社区", "331123001", "ye tan she qu")


def _load(*areas: NewArea) -> int:
    return load_areas(areas=areas, issuer="test", valid_from=date(2023, 6, 30), by=SETUP, at=AT)


def test_an_area_is_stored_as_it_was_given(db: None) -> None:
    assert _load(TOWN, VILLAGE) == 2
    town = Area.objects.get(pk=TOWN.code)
    assert (town.name_zh, town.name_en, town.sort_key, town.kind) == (
        TOWN.name,
        "Miaogao Subdistrict",
        TOWN.sort_key,
        "street",
    )
    assert (town.level, town.parent_code, town.issuer, town.scheme) == ("township", "331123", "test", "cn")
    assert (town.households, town.residents, town.replaced_by, town.valid_to) == (12, 34, [], None)
    assert Area.objects.get(pk=VILLAGE.code).residents is None


def test_a_code_that_is_taken_refuses_the_whole_list(db: None) -> None:
    _load(TOWN)
    with pytest.raises(Refusal) as refusal:
        _load(VILLAGE, dataclasses.replace(TOWN, name="别处"))
    assert refusal.value.code == "area.taken"
    assert known_codes([TOWN.code, VILLAGE.code]) == {TOWN.code}


def test_a_code_given_twice_is_refused(db: None) -> None:
    with pytest.raises(Refusal) as refusal:
        _load(TOWN, TOWN)
    assert refusal.value.code == "area.twice"


def test_figures_are_set_for_known_areas_only(db: None) -> None:
    _load(TOWN, VILLAGE)
    assert set_figures(figures={VILLAGE.code: Figures(3, 7)}, source="test", by=SETUP, at=AT) == 1
    village = Area.objects.get(pk=VILLAGE.code)
    assert (village.households, village.residents) == (3, 7)
    with pytest.raises(Refusal) as refusal:
        set_figures(figures={TOWN.code: Figures(1, 1), "331123999": Figures(1, 1)}, source="test", by=SETUP, at=AT)
    assert refusal.value.code == "area.no_such"
    assert Area.objects.get(pk=TOWN.code).residents == 34


def test_an_area_without_an_outline_has_none(db: None) -> None:
    _load(TOWN)
    assert outlined([TOWN.code]) == set()
