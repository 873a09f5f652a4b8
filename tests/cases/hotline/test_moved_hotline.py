"""A hotline's file when its county got another code: rows, history and mapping stay those of the county."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cases.hotline.calls import NOW, csv_of, read, scheme, take
from cases.hotline.test_file import CLOSED, ways
from gridcommons.access.scope import on_day, viewing
from gridcommons.cases.hotline.actions import place_row
from gridcommons.cases.hotline.carrying_out import read_file
from gridcommons.cases.hotline.mapping import read_scheme
from gridcommons.cases.hotline.models import CallRow, Unplaced
from gridcommons.cases.hotline.queries import imports, mapping_used, past_of, to_place
from gridcommons.cases.models import Case
from gridcommons.kit.errors import Refusal
from gridcommons.territory.reorganising.rules import Change, Target
from redrawn_town import CITY, SETUP, carried_out, redraw
from town import COUNTY, TOWNSHIP, Town

LATER = NOW + timedelta(days=1)
SMALLER, LARGER = "331120", "331199"


@pytest.fixture(scope="module")
def standing_more_town(standing_town: Town) -> Town:
    return redraw(standing_town)


@pytest.fixture
def town(standing_more_town: Town, db: None) -> Town:
    return standing_more_town


def recode(town: Town, code: str) -> None:
    carried_out(
        town, Change("recode", (COUNTY,), (Target(code, "遂昌区"),)), area=CITY, at=LATER,
        who=("city_officer", "second_city_officer"),
    )  # fmt: skip


@pytest.mark.parametrize("code", [SMALLER, LARGER])
@pytest.mark.parametrize("mapping", ["of before", "of today"])
def test_the_same_file_after_a_recode_is_known_again(town: Town, code: str, mapping: str) -> None:
    rows = ({}, CLOSED, {"诉求内容": "另一件"})
    take(read(*rows))
    recode(town, code)
    asked = scheme() if mapping == "of before" else scheme(**{f'county = "{COUNTY}"': f'county = "{code}"'})
    again = read_file(csv_of(*rows), asked, LATER)
    assert {one.status for one in again.entries} == {"same"}
    assert take(again, at=LATER) == 0
    changed = read_file(csv_of({}, CLOSED, {"诉求内容": "另一件", **CLOSED}), asked, LATER)
    assert [one.status for one in changed.entries] == ["same", "same", "changed"]


def test_rows_that_come_after_a_recode_are_taken_and_known_by_both_mappings(town: Town) -> None:
    take(read({}))
    recode(town, LARGER)
    more = csv_of({}, {"诉求内容": "新来的"})
    assert take(read_file(more, scheme(), LATER), at=LATER) == 1
    today = scheme(**{f'county = "{COUNTY}"': f'county = "{LARGER}"'})
    assert {one.status for one in read_file(more, today, LATER).entries} == {"same"}
    with viewing(SETUP, LATER):
        assert Case.objects.count() == 2


def test_history_and_mapping_stay_with_the_county(town: Town) -> None:
    take(read({}, CLOSED))
    recode(town, LARGER)
    with on_day(LATER):
        for code in (COUNTY, LARGER):
            assert len(imports(code)) == 1
            assert [one.rows for one in past_of(code)] == [1]
            assert read_scheme(mapping_used(code)).today().county == LARGER
        assert imports("331124") == []


def test_a_mapping_that_names_areas_of_before_is_read_by_their_codes_of_today(town: Town) -> None:
    named = scheme(**{"[types]": f'[places.areas]\n"老街" = "{TOWNSHIP}"\n[types]'})
    recode(town, LARGER)
    assert set(named.today().areas.values()) == {TOWNSHIP}
    with on_day(LATER):
        assert set(named.today().areas.values()) == {f"{LARGER}{TOWNSHIP[6:]}"}
        assert ways(read_file(csv_of({"村社区": "腾龙社区"}), named, LATER)) == ["open"]


def test_what_waited_to_be_placed_is_placed_under_the_code_of_today_and_not_elsewhere(town: Town) -> None:
    take(read({"村社区": "无名村", "诉求地址": ""}))
    recode(town, LARGER)
    with viewing(SETUP, LATER):
        [row] = Unplaced.objects.all()
    assert to_place(viewer=town.supervisor, at=LATER).rows[0].area_code == f"{LARGER}{TOWNSHIP[6:]}"
    for wrong in ("331124100", f"{TOWNSHIP}008"):
        with pytest.raises(Refusal):
            place_row(unplaced_id=row.pk, area_code=wrong, by=town.supervisor, at=LATER)
    case = place_row(unplaced_id=row.pk, area_code=f"{LARGER}001008", by=town.supervisor, at=LATER)
    assert case.area_code == f"{LARGER}001008"
    with viewing(SETUP, LATER):
        assert list(CallRow.objects.values_list("kind", flat=True)) == ["open"]
