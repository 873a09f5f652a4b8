"""Areas of other issuers: levels and parents, faulty rows, editions, ties; they never mix with the house's own."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from shapely import Polygon, box
from shapely.geometry import mapping

from gridcommons.kit.errors import Refusal
from gridcommons.territory.locating import Locator
from gridcommons.territory.models import Area
from gridcommons.territory.queries import grid_at, names_of
from gridcommons.territory.schemes.actions import Loaded, confirm_tie, load_edition, remove_tie
from gridcommons.territory.schemes.models import Tie
from gridcommons.territory.schemes.queries import (
    area_of,
    areas_of,
    levels_held,
    loaded_scheme,
    scheme_shapes,
    second_codes,
    turns_of,
)
from gridcommons.territory.schemes.reading import Edition, Fields, find_scheme, read_edition, shipped
from gridcommons.territory.schemes.rules import read_scheme
from redrawn_town import NEXT_COUNTY, SETUP, member
from town import AT, COUNTY, GRID, HERE, NEXT_GRID, Town

DAY = date(2026, 1, 1)
KOREA = {
    "43": ("충청북도", box(127, 36, 128, 37)), "43760": ("괴산군", box(127.5, 36.5, 127.9, 36.9)),
    "43760250": ("괴산읍", box(127.5, 36.5, 127.7, 36.7)), "4376025021": ("동부리", box(127.5, 36.5, 127.6, 36.6)),
    "4376025022": ("서부리", box(127.595, 36.5, 127.7, 36.6)),
}  # fmt: skip


@pytest.fixture
def town(standing_town: Town, db: None) -> Town:
    return standing_town


def layer(rows: list[tuple[object, str, Any]]) -> bytes:
    features = [
        {"type": "Feature", "properties": {"code": code, "name": name}, "geometry": mapping(shape) if shape else None}
        for code, name, shape in rows
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()


def korea(without: str = "", **names: str) -> list[tuple[object, str, Any]]:
    return [(code, names.get(f"n{code}", name), shape) for code, (name, shape) in KOREA.items() if code != without]


def edition(raw: bytes, scheme: str = "kr-bjd", *, leave_out: bool = False, **fields: str) -> Edition:
    facts = find_scheme(scheme)
    return read_edition(
        raw, file="areas", scheme=facts, declared="EPSG:4326", fields=Fields(**fields), known=levels_held(facts.key),
        leave_out=leave_out,
    )  # fmt: skip


def loaded(made: Edition, since: date = DAY, *, whole: bool = False) -> Loaded:
    return load_edition(edition=made, since=since, whole=whole, by=SETUP, at=AT)


def refused(code: str, deed: Any) -> Refusal:
    with pytest.raises(Refusal) as why:
        deed()
    assert why.value.code == code
    return why.value


def test_korean_areas_load_with_their_levels_and_loading_twice_changes_nothing(town: Town) -> None:
    made = edition(layer(korea()))
    assert loaded(made) == Loaded(5, 0, 0, 0, 0)
    assert loaded(made) == Loaded(0, 0, 0, 5, 0)
    held = loaded_scheme("kr-bjd")
    assert dict(held.counts) == {"sido": 1, "sigungu": 1, "emd": 1, "ri": 2}
    area, above = area_of("kr-bjd", "4376025021")
    assert (area.name, [one.code for one in above]) == ("동부리", ["43", "43760", "43760250"])
    assert made.overlaps == 1
    shapes = scheme_shapes("kr-bjd", level="ri")
    assert shapes["4376025022"].equals(KOREA["4376025022"][1]), "an issuer's outline is not moved"
    assert Locator(list(shapes), list(shapes.values())).locate([127.55, 127.597, 119], [36.55, 36.55, 28]).tolist() == [
        "4376025021", "4376025021", "",
    ]  # fmt: skip


def test_the_same_digits_in_two_schemes_are_two_places(town: Town) -> None:
    before = (names_of(["33"])["33"], grid_at(*HERE), Area.objects.count())
    loaded(edition(layer([("33", "다른 곳", box(127, 36, 128, 37)), ("33112", "또", box(127, 36, 127.5, 37))])))
    assert (names_of(["33"])["33"], grid_at(*HERE), Area.objects.count()) == before
    assert area_of("kr-bjd", "33")[0].name == "다른 곳"


def test_a_newer_edition_ends_what_is_gone_and_keeps_what_was(town: Town) -> None:
    loaded(edition(layer(korea())))
    later = DAY + timedelta(days=365)
    newer = edition(layer(korea(without="4376025022", n43760="새이름군")))
    assert loaded(newer, later) == Loaded(0, 1, 0, 3, 0), "a part of the country ends nothing"
    assert loaded(newer, later, whole=True) == Loaded(0, 0, 1, 4, 0)
    assert turns_of("kr-bjd", "43760") == [("괴산군", DAY, later), ("새이름군", later, None)]
    assert area_of("kr-bjd", "4376025022")[0].valid_to == later
    assert [row.code for row in areas_of("kr-bjd", level="ri")[0]] == ["4376025021"]
    refused("schemes.older_edition", lambda: loaded(edition(layer(korea())), DAY))


FAULTS: list[tuple[object, str, Any]] = [
    ("", "", box(127, 36, 128, 37)), ("437602502", "short", box(127, 36, 128, 37)),
    ("4376A", "x", box(127, 36, 128, 37)), ("43999", "empty", None), ("43", "again", box(127, 36, 128, 37)),
]  # fmt: skip


def test_faulty_rows_are_told_and_left_out_only_when_that_is_asked_for(town: Town) -> None:
    raw = layer([*korea(), *FAULTS])
    said = refused("schemes.faulty", lambda: edition(raw))
    assert "--leave-out" in said.words().en
    made = edition(raw, leave_out=True)
    assert dict(made.told()) == {"no_code": 1, "lost_zeros": 1, "bad_code": 1, "no_area": 1, "doubled": 2}
    assert {area.given.code for area in made.areas} == KOREA.keys() - {"43"}
    refused("schemes.nothing_left", lambda: edition(layer(FAULTS[:2]), leave_out=True))
    refused("boundaries.spoiled_code", lambda: edition(layer([("3.3E+11", "", box(0, 0, 1, 1))]), leave_out=True))


def test_rings_that_cross_are_mended_and_marked(town: Town) -> None:
    bow = Polygon([(127, 36), (128, 37), (128, 36), (127, 37)])
    made = edition(layer([("43", "x", bow)]))
    assert made.mended == {"43"}
    loaded(made)
    assert area_of("kr-bjd", "43")[0].mended
    assert scheme_shapes("kr-bjd", ["43"])["43"].is_valid


UNITS = "code,name,above\nO6uvpzGd5pu,Bo,ImspTQPwCqd\nImspTQPwCqd,Sierra Leone,\nYuQRtpLP10I,Badjia,O6uvpzGd5pu\n"


def test_codes_that_say_nothing_of_the_hierarchy_take_a_parent_column(town: Town) -> None:
    made = edition(UNITS.encode(), "dhis2", parent="above")
    assert {area.given.name: area.level for area in made.areas} == {
        "Bo": "unit2", "Sierra Leone": "unit1", "Badjia": "unit3",
    }  # fmt: skip
    loaded(made)
    assert [row.name for row in areas_of("dhis2", under="")[0]] == ["Sierra Leone"]
    more = edition(b"code,name,above\nabcdefghijk,New,YuQRtpLP10I\n", "dhis2", parent="above")
    assert more.areas[0].level == "unit4"
    refused("schemes.no_column", lambda: edition(UNITS.encode(), "dhis2"))
    odd = "code,name,above\nO6uvpzGd5pu,A,YuQRtpLP10I\nYuQRtpLP10I,B,O6uvpzGd5pu\nabcdefghijk,C,nowherenone\nshort,D,\n"
    told = edition(odd.encode() + b"Abcdefghijk,E,\n", "dhis2", parent="above", leave_out=True).told()
    assert dict(told) == {"circle": 2, "no_parent": 1, "bad_code": 1}


def test_p_codes_have_letters_and_any_width(town: Town) -> None:
    made = edition(b"code,name,parent\nRW,Rwanda,\nRW1,Kigali,RW\nRW11,Nyarugenge,RW1\n", "pcode")
    assert [area.level for area in made.areas] == ["adm0", "adm1", "adm2"]


GOOD = 'key="x1"\nname_zh="甲"\nname_en="A"\nissuer_zh="乙"\nissuer_en="B"\nsigns="digits"\nhierarchy="prefix"\n'
LEVEL = '[[levels]]\nkey="a"\nname_zh="甲"\nname_en="A"\nwidth=2\n'
WRONG = [
    "", "key=", GOOD, GOOD.replace('"x1"', '"cn"') + LEVEL, GOOD.replace("digits", "runes") + LEVEL, GOOD + LEVEL * 2,
    GOOD + LEVEL.replace("width=2", ""), GOOD + LEVEL.replace("width=2", "width=0"), GOOD + LEVEL + "odd=1\n",
    GOOD.replace('"prefix"', '"guess"') + LEVEL, GOOD.replace('name_zh="甲"', 'name_zh=" "') + LEVEL,
]  # fmt: skip


@pytest.mark.parametrize("text", WRONG)
def test_a_description_that_says_too_little_is_refused(text: str) -> None:
    refused("schemes.bad_scheme", lambda: read_scheme(text, "x.toml"))


def test_schemes_are_data(tmp_path: Any) -> None:
    assert set(shipped()) == {"dhis2", "kr-bjd", "pcode"}
    own = tmp_path / "own.toml"
    own.write_text(GOOD + LEVEL, "utf-8")
    assert find_scheme(str(own)).levels[0].width == 2
    refused("schemes.unknown", lambda: find_scheme("nowhere"))
    refused("schemes.unknown", lambda: find_scheme(str(tmp_path / "none.toml")))


def tied(town: Town) -> Tie:
    """An area of another scheme nearly where the first grid lies, and one that the file ties by a column."""
    rows = [("11", "near", box(119.261, 28.58, 119.28, 28.60)), ("12", "far", box(10, 10, 11, 11))]
    assert loaded(edition(layer(rows))).proposed == 1
    return Tie.objects.get(scheme_id="kr-bjd", code="11")


def test_a_tie_is_proposed_by_overlap_and_counts_only_when_confirmed(town: Town) -> None:
    tie = tied(town)
    assert (tie.area_code, tie.way, tie.share) == (GRID, "overlap", pytest.approx(0.95, abs=1e-3))
    assert second_codes("kr-bjd", [GRID, NEXT_GRID]) == {}
    confirm_tie(tie_id=tie.pk, by=town.county_officer, at=AT)
    assert second_codes("kr-bjd", [GRID, NEXT_GRID]) == {GRID: "11"}
    remove_tie(tie_id=tie.pk, by=town.county_officer, at=AT)
    assert second_codes("kr-bjd", [GRID]) == {}
    refused("schemes.not_loaded", lambda: second_codes("dhis2", [GRID]))


def test_one_area_of_the_house_has_one_code_in_a_scheme(town: Town) -> None:
    first = tied(town)
    made = edition(f"code,name,here\n13,other,{GRID}\n14,none,999\n".encode(), stands_for="here")
    assert loaded(made).proposed == 1
    second = Tie.objects.get(code="13")
    assert second.way == "column"
    confirm_tie(tie_id=first.pk, by=town.county_officer, at=AT)
    refused("schemes.tied_already", lambda: confirm_tie(tie_id=second.pk, by=town.county_officer, at=AT))


@pytest.mark.parametrize("name", ["supervisor", "worker", "auditor", "stranger", "resident", "public"])
def test_strangers_neither_load_nor_confirm(town: Town, name: str) -> None:
    tie, who = tied(town), getattr(town, name)
    for deed in (
        lambda: load_edition(edition=edition(layer(korea())), since=DAY, whole=True, by=who, at=AT),
        lambda: confirm_tie(tie_id=tie.pk, by=who, at=AT), lambda: remove_tie(tie_id=tie.pk, by=who, at=AT),
    ):  # fmt: skip
        with pytest.raises(Refusal):
            deed()
    assert Tie.objects.get(pk=tie.pk).confirmed_by == ""


def test_an_officer_of_another_county_does_not_confirm(town: Town) -> None:
    tie = tied(town)
    other = member("neighbour_officer", "county_officer", NEXT_COUNTY)
    with pytest.raises(Refusal):
        confirm_tie(tie_id=tie.pk, by=other, at=AT)
    assert tie.area_code.startswith(COUNTY)
