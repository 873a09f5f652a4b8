"""A hotline's file: any encoding, dates, numbers of twenty digits; unmapped words by count; twice; with changes."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from cases.hotline.calls import COUNTY, HEADS, NOW, ROW, csv_of, read, scheme, take
from gridcommons.access.scope import viewing
from gridcommons.cases.hotline.carrying_out import read_file
from gridcommons.cases.hotline.entries import Reading
from gridcommons.cases.hotline.lines import MOST_BYTES, lines_of
from gridcommons.cases.hotline.models import CallRow, Import, Unplaced
from gridcommons.cases.hotline.queries import past_of
from gridcommons.cases.hotline.report import error_book, error_csv
from gridcommons.cases.models import Case
from gridcommons.kit.errors import Refusal
from town import GRID, HERE, TOWNSHIP, VILLAGE, Town

CLOSED = {"工单状态": "已办结", "办结时间": "2026-11-01 17:00"}


def said(reading: Reading) -> list[str]:
    return [one.reason.code for one in reading.findings.found]


def ways(reading: Reading) -> list[str]:
    return [one.outcome for one in reading.entries]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_usual_encoding_says_the_same(town: Town, encoding: str) -> None:
    reading = read({"诉求内容": "第一行\n第二行，“引号”,逗号"}, encoding=encoding)
    [one] = reading.entries
    assert one.item is not None
    assert (one.item.text, one.item.number) == ("第一行\n第二行，“引号”,逗号", "20261101000000000000")


@pytest.mark.parametrize(
    "text", ["2026-11-01 08:30", "2026/11/1 8:30:00", "2026年11月1日 上午8:30", "20261101 08:30", "46327.354166667",
             "2026-11-01T08:30:00"],
)  # fmt: skip
def test_a_date_is_read_however_it_is_written(town: Town, text: str) -> None:
    [one] = read({"来电时间": text}).entries
    assert one.item is not None
    assert one.item.reported_at == datetime(2026, 11, 1, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("text", ["2026-11-01 12:05 AM", "2026-10-31T16:05:00Z", "2026-11-01T00:05:00+08:00"])
def test_midnight_and_offsets_are_read_as_they_are_meant(town: Town, text: str) -> None:
    [one] = read({"来电时间": text}).entries
    assert one.item is not None
    assert one.item.reported_at == datetime(2026, 10, 31, 16, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "forms", [{}, {"[places]": '[dates]\nforms = ["%Y-%m-%d"]\n[places]'}], ids=["as it stands", "by a form"]
)
def test_a_year_that_no_file_can_mean_is_told_and_the_other_rows_come(town: Town, forms: dict[str, str]) -> None:
    rows = ({"来电时间": "0001-01-01"}, {"来电时间": "0001-01-01", "工单状态": "已办结"}, {})
    reading = read_file(csv_of(*rows), scheme(**forms), NOW)
    assert ways(reading) == ["faulty", "faulty", "open"]
    assert said(reading) == ["founding.year_far"] * 2
    closed = read({"办结时间": "0001-01-01", "工单状态": "已办结"})
    assert ways(closed) == ["past"]
    assert said(closed) == ["founding.year_far"]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"来电时间": "01/11/2026 08:30"}, "founding.day_unsure"),
        ({"来电时间": "昨天"}, "founding.day_shape"),
        ({"来电时间": ""}, "hotline.no_reported"),
        ({"来电时间": "2027-01-01 08:00"}, "hotline.future"),
        ({"诉求内容": ""}, "hotline.no_words"),
        ({"诉求内容": "长" * 4_000_000}, "text.too_long"),
        ({"工单编号": ""}, "hotline.no_number"),
    ],
)
def test_a_faulty_row_is_left_out_with_its_reason_and_the_others_come(
    town: Town, row: dict[str, str], code: str
) -> None:
    reading = read(row, {})
    assert ways(reading) == ["faulty", "open"]
    assert code in said(reading)


def test_a_number_that_a_spreadsheet_shortened_is_refused(town: Town) -> None:
    reading = read({"工单编号": "2.02611E+19"})
    assert ways(reading) == ["faulty"]
    assert said(reading) == ["founding.digits_lost"]


def test_what_is_not_mapped_is_listed_by_count_and_never_guessed(town: Town) -> None:
    reading = read(
        {"一级分类": "路灯", "二级分类": ""}, {"一级分类": "路灯", "二级分类": ""}, {"工单状态": "挂起"},
        {"承办单位": "县某局"}, {"村社区": "无名村"}, {"一级分类": "咨询", "二级分类": "社保"},
    )  # fmt: skip
    assert ways(reading) == ["unmapped", "unmapped", "unmapped", "open", "unplaced", "left"]
    assert {what: dict(counted) for what, counted in reading.unmapped.items() if counted} == {
        "type": {"路灯": 2}, "state": {"挂起": 1}, "agency": {"县某局": 1}, "area": {"无名村": 1},
    }  # fmt: skip
    assert "无名村" in error_csv(reading)
    assert error_book(reading).startswith(b"PK")


def test_open_rows_enter_the_machine_with_their_days_and_past_ones_are_days_alone(town: Town) -> None:
    reading = read({}, {"承办单位": "县执法局"}, CLOSED, CLOSED | {"一级分类": "矛盾纠纷"})
    assert take(reading) == 4
    with viewing(town.supervisor, NOW):
        first, second = Case.objects.order_by("external_id")
    assert (first.state, first.channel, first.area_code, first.text) == ("reported", "import", VILLAGE, ROW["诉求内容"])
    assert first.reported_at == datetime(2026, 11, 1, 0, 30, tzinfo=UTC)
    assert first.external_id == "12345:20261101000000000000"
    assert second.state == "dispatched"
    past = CallRow.objects.filter(kind="past").order_by("matter_key")
    assert [(one.matter_key, one.area_code, one.closed_date) for one in past] == [
        ("dispute_mediation", TOWNSHIP, date(2026, 11, 1)), ("street_lamps", VILLAGE, date(2026, 11, 1)),
    ]  # fmt: skip
    assert {one.matter_key: (one.rows, one.ended) for one in past_of(COUNTY)} == {
        "dispute_mediation": (1, 1), "street_lamps": (1, 1),
    }  # fmt: skip


def test_the_same_file_twice_changes_nothing(town: Town) -> None:
    rows = ({}, CLOSED, {"乡镇": "", "村社区": ""})
    assert take(read(*rows)) == 3
    again = read(*rows)
    assert again.counts()["same"] == 3
    assert take(again) == 0
    assert Import.objects.count() == 1


def test_changed_rows_are_shown_and_what_began_here_is_left(town: Town) -> None:
    take(read({}, CLOSED, {"乡镇": "", "村社区": ""}))
    later = read(CLOSED, CLOSED | {"办结时间": "2026-11-01 18:00"}, {"诉求内容": "改了"}, {})
    assert [(one.status, one.changed) for one in later.entries[:2]] == [
        ("changed", ("closed", "state")), ("changed", ("closed",)),
    ]  # fmt: skip
    assert "hotline.closed_there" in said(later)
    assert take(later) == 3
    with viewing(town.supervisor, NOW):
        assert sorted(Case.objects.values_list("state", flat=True)) == ["reported"] * 3
        assert Unplaced.objects.count() == 0
    assert read(CLOSED | {"办结时间": "2026-11-01 18:00"}).counts()["changed"] == 1


def test_one_number_twice_in_a_file(town: Town) -> None:
    reading = read({"工单编号": "1"}, {"工单编号": "1"}, {"工单编号": "1", "诉求内容": "别的"})
    assert ways(reading) == ["open", "again", "faulty"]


def test_what_ends_before_it_begins_is_history_without_a_length(town: Town) -> None:
    reading = read({"工单状态": "已办结", "办结时间": "2026-10-31 08:00"})
    assert said(reading) == ["hotline.closed_first"]
    take(reading)
    assert CallRow.objects.get().closed_date is None


def test_the_place_by_point_by_name_by_address_and_never_by_a_guess(town: Town) -> None:
    nowhere = {"乡镇": "", "村社区": "", "诉求地址": ""}
    reading = read(
        nowhere | {"经度": str(HERE[0]), "纬度": str(HERE[1])},
        nowhere | {"诉求地址": "遂昌县妙高街道（腾龙社区）广场路1号"},
        nowhere | {"村社区": "新路湾村"},
        nowhere | {"村社区": "新路湾"},
        nowhere | {"乡镇": "妙高街道"},
        nowhere,
        {"村社区": "新路湾村", "乡镇": "新路湾镇", "经度": str(HERE[0]), "纬度": str(HERE[1])},
        nowhere | {"经度": "-73.9", "纬度": "40.7"},
        nowhere | {"诉求地址": "腾龙社区和新路湾村之间"},
    )
    areas = [(one.outcome, one.area) for one in reading.entries]
    assert areas == [
        ("open", GRID), ("open", VILLAGE), ("open", "331123102200"), ("unplaced", "331123102"),
        ("unplaced", TOWNSHIP), ("unplaced", COUNTY),
        ("unplaced", COUNTY), ("unplaced", COUNTY), ("unplaced", COUNTY),
    ]  # fmt: skip
    assert [one.why.removeprefix("hotline.") for one in reading.entries[3:]] == [
        "place_several", "village_unknown", "place_unknown", "point_disagrees", "place_unknown", "place_several",
    ]  # fmt: skip
    assert "hotline.point_outside" in said(reading)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"PK\x03\x04 a workbook", "hotline.no_csv"),
        (b"\x89PNG\x00\x00", "hotline.no_csv"),
        (b"\xff\xff\xff\x80\x80", "hotline.wrong_signs"),
        (",".join(HEADS).encode(), "hotline.no_rows"),
        ("工单编号,别的\n1,2\n".encode(), "hotline.no_column"),
    ],
)
def test_what_is_no_file_of_the_hotline_is_refused_in_one_sentence(content: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        lines_of(content, scheme())
    assert refused.value.code == code


def test_a_file_that_is_too_large_is_refused_unread() -> None:
    with pytest.raises(Refusal) as refused:
        lines_of(b"x" * (MOST_BYTES + 1), scheme())
    assert (refused.value.code, refused.value.status) == ("hotline.too_large", 413)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({'number = "工单编号"': ""}, "hotline.mapping_lacks"),
        ({'crs = "WGS84"': ""}, "hotline.mapping_no_crs"),
        ({'crs = "WGS84"': 'crs = "Mars"'}, None),
        ({'crs = "WGS84"': 'crs = "某坐标"'}, "boundaries.unknown_system"),
        ({'"办理中" = "open"': '"办理中" = "offen"'}, "hotline.mapping_state"),
        ({'person = "来电人"': 'person = "宗教信仰"'}, "hotline.mapping_barred"),
        ({'county = "331123"': 'county = "33"'}, "hotline.mapping_county"),
        ({"[types]": "[typen]"}, "hotline.mapping_strange"),
        ({"[source]": "[source"}, "hotline.mapping_no_toml"),
        ({'key = "12345"': 'key = "Ä"'}, "hotline.mapping_key"),
        ({'owner = "县政务服务中心"': 'zone = "Mars/Phobos"'}, "hotline.mapping_lacks"),
        *(
            ({"[places]": f"[dates]\nforms = ['{form}']\n[places]"}, "hotline.mapping_form")
            for form in ("%d/%m/%d", "%Q%", "%H:%M", "%m-%d", "", "%Y-%m-%d %")
        ),
        ({"[places]": "[dates]\nforms = [1]\n[places]"}, "hotline.mapping_lacks"),
        ({"[places]": '[places]\ntownship_is_enough = "false"'}, "hotline.mapping_yes_no"),
        ({"[places]": "[places]\ntownship_is_enough = 0"}, "hotline.mapping_yes_no"),
    ],
)
def test_a_mapping_is_refused_with_what_is_wrong(changes: dict[str, str], code: str | None) -> None:
    if code is None:
        assert scheme(**changes).crs == "GCJ-02"
        return
    with pytest.raises(Refusal) as refused:
        scheme(**changes)
    assert code in {reason.code for reason in refused.value.reasons}


@pytest.mark.parametrize("form", ["%Y-%m-%d %H:%M", "%d/%m/%Y", "%d.%m.%y %I:%M %p", "%Y-%m-%dT%H:%M:%S%z", "%x"])
def test_forms_that_tell_a_day_are_taken(form: str) -> None:
    assert scheme(**{"[places]": f"[dates]\nforms = ['{form}']\n[places]"}).forms == (form,)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({'"street_lamps"': '"no_such_matter"'}, "hotline.mapping_matter"),
        ({"331123:urban_management": "331123:nobody"}, "hotline.mapping_office"),
        ({'[types]': '[places.areas]\n"城北" = "331123999"\n[types]'}, "hotline.mapping_area"),
    ],
)  # fmt: skip
def test_a_mapping_that_names_what_the_county_lacks_is_refused(town: Town, changes: dict[str, str], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        read_file(csv_of({}), scheme(**changes), NOW)
    assert refused.value.code == code
