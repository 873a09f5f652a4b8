"""Rules on codes and positions: who is refused, and what the sentence says."""

from __future__ import annotations

from datetime import date

import pytest

from gridcommons.kit.errors import Refusal
from gridcommons.kit.words import Words
from gridcommons.territory.rules import (
    AreaLife,
    distance,
    looks_swapped,
    require_area,
    require_distinct,
    require_inside,
    require_position,
    valid_on,
)

FIRST, LAST = date(2021, 1, 1), date(2023, 7, 1)
MERGED = AreaLife("331123110", FIRST, LAST, ("331123101", "331123102"))
ABOLISHED = AreaLife("331123111", FIRST, LAST)
OPEN = AreaLife("331123001", FIRST)


@pytest.mark.parametrize(
    ("life", "day", "valid"),
    [
        (MERGED, date(2020, 12, 31), False),
        (MERGED, FIRST, True),
        (MERGED, date(2023, 6, 30), True),
        (MERGED, LAST, False),
        (OPEN, date(2999, 1, 1), True),
    ],
)
def test_an_area_is_valid_from_its_first_day_up_to_the_day_it_ends(life: AreaLife, day: date, valid: bool) -> None:
    assert valid_on(life, day) is valid


@pytest.mark.parametrize(
    ("life", "day", "code", "named"),
    [
        (None, FIRST, "area.unknown", ("331123999",)),
        (OPEN, date(2020, 1, 1), "area.not_yet", ("331123001", ("2021年1月1日", "1 Jan 2021"))),
        (MERGED, LAST, "area.retired", ("331123110", ("2023年7月1日", "1 Jul 2023"), "331123101, 331123102")),
        (ABOLISHED, LAST, "area.abolished", ("331123111", ("2023年7月1日", "1 Jul 2023"))),
    ],
)
def test_an_area_that_is_not_there_is_refused_with_what_to_do(
    life: AreaLife | None, day: date, code: str, named: tuple[str | tuple[str, str], ...]
) -> None:
    with pytest.raises(Refusal) as refused:
        require_area("331123999", life, day)
    assert refused.value.code == code
    said = refused.value.words()
    for fact in named:
        zh, en = fact if isinstance(fact, tuple) else (fact, fact)
        assert zh in said.zh
        assert en in said.en


def test_an_area_that_is_there_is_given_back() -> None:
    assert require_area("331123001", OPEN, FIRST) is OPEN


def test_a_code_given_twice_is_named() -> None:
    require_distinct(["1", "2"])
    with pytest.raises(Refusal, match="“2”"):
        require_distinct(["3", "2", "1", "2", "3"])


@pytest.mark.parametrize(
    ("lon", "lat", "code"),
    [
        (None, 28.5, "position.missing"),
        (119.2, None, "position.missing"),
        (float("nan"), 28.5, "position.missing"),
        (28.5, 119.2, "position.swapped"),
        (40.0, 80.0, "position.swapped"),
        (200.0, 28.5, "position.out_of_range"),
        (119.2, float("-inf"), "position.out_of_range"),
    ],
)
def test_a_position_that_cannot_be_used_is_refused(lon: float | None, lat: float | None, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        require_position(lon, lat)
    assert (refused.value.code, refused.value.status) == (code, 400)


@pytest.mark.parametrize(("lon", "lat"), [(119.2, 28.5), (9.5, 47.1), (-180.0, 90.0), (0.0, 0.0)])
def test_a_position_anywhere_on_earth_is_accepted(lon: float, lat: float) -> None:
    assert require_position(lon, lat) == (lon, lat)
    assert not looks_swapped(lon, lat)


def test_a_point_outside_every_grid_hears_how_far_the_nearest_is() -> None:
    near = Words("叶坦社区第1网格", "Yetan Community Grid 1")
    assert require_inside("331123001001001", nearest=near, metres=0.0) == "331123001001001"
    with pytest.raises(Refusal) as refused:
        require_inside("", nearest=near, metres=312.4)
    assert refused.value.code == "position.outside"
    assert "“Yetan Community Grid 1”, about 312 m away" in refused.value.words().en
    assert "“叶坦社区第1网格”，相距约312米" in refused.value.words().zh


@pytest.mark.parametrize(
    ("metres", "zh", "en"), [(0.2, "1米", "1 m"), (1_999, "1999米", "1999 m"), (13_583_882, "13,584公里", "13,584 km")]
)
def test_distances_are_told_as_people_say_them(metres: float, zh: str, en: str) -> None:
    assert distance(metres) == Words(zh, en)
