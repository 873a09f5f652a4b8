"""The reader of divisions: the real file as published, and every kind of bad row."""

from __future__ import annotations

import gzip
from collections import Counter
from pathlib import Path

import pytest

from gridcommons.kit.errors import Refusal
from gridcommons.territory.divisions import Division, Gate, read_divisions, strange_signs
from gridcommons.territory.pinyin import sort_key

from .shapes import HEADING, SHARED_DIVISIONS, table, zhejiang

PROVINCE = "33,province,浙江省,,"
CITY = "3311,city,丽水市,33,"
COUNTY = "331123,county,遂昌县,3311,"
TOWN = "331123001,township,妙高街道,331123,"


@pytest.fixture(scope="module")
def published() -> tuple[list[Division], Gate]:
    gate = Gate()
    return list(read_divisions(gate=gate)), gate


def codes(path: Path, gate: Gate | None = None, **options: object) -> list[str]:
    return [division.code for division in read_divisions(path, gate=gate, **options)]


def test_all_of_zhejiang_is_read_and_nothing_refused(published: tuple[list[Division], Gate]) -> None:
    divisions, gate = published
    levels = Counter(division.level for division in divisions)
    assert levels == {"province": 1, "city": 11, "county": 90, "township": 1387, "village": 25547}
    assert (gate.read, gate.accepted, gate.repaired, gate.refused) == (27036, 27036, 0, [])


def test_the_kinds_of_villages_are_those_counted_on_the_file(published: tuple[list[Division], Gate]) -> None:
    kinds = Counter(division.kind for division in published[0] if division.level == "village")
    assert kinds == {
        "villagers_committee": 19708,
        "residents_committee": 5716,
        "community_like": 64,
        "virtual_or_living_area": 59,
    }


def test_every_parent_is_read_before_its_children(published: tuple[list[Division], Gate]) -> None:
    seen = {""}
    for division in published[0]:
        assert division.parent in seen
        seen.add(division.code)


def test_suichang_has_20_townships_and_214_villages(published: tuple[list[Division], Gate]) -> None:
    below = Counter(division.level for division in published[0] if division.code.startswith("331123"))
    assert below == {"county": 1, "township": 20, "village": 214}


def test_longgang_has_one_artificial_township_with_103_villages(published: tuple[list[Division], Gate]) -> None:
    below = Counter(division.parent for division in published[0] if division.code.startswith("330383"))
    assert below == {"3303": 1, "330383": 1, "330383198": 103}


def test_names_repeat_so_that_they_can_be_no_keys(published: tuple[list[Division], Gate]) -> None:
    names = Counter(division.name for division in published[0] if division.level == "village")
    assert len(names) == 20557


def test_every_division_has_a_sort_key(published: tuple[list[Division], Gate]) -> None:
    assert all(division.sort_key.strip() for division in published[0])


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("遂昌县", "sui chang xian"),
        ("长兴县", "chang xing xian"),
        ("乐清市", "yue qing shi"),
        ("长乐镇", "chang le zhen"),
        ("莲都区", "lian du qu"),
        ("崧厦街道", "song xia jie dao"),
        ("缪家村委会", "miao jia cun wei hui"),
        ("A区", "a qu"),
        ("", ""),
    ],
)
def test_place_names_are_read_as_the_place_reads_them(name: str, key: str) -> None:
    assert sort_key(name) == key


def test_the_shipped_list_is_the_published_one() -> None:
    source = SHARED_DIVISIONS / "zhejiang_2023.csv.gz"
    if not source.exists():
        pytest.skip("the folder of source data does not stand beside the checkout")
    assert tuple(read_divisions(source)) == zhejiang()


def test_the_edition_of_2021_has_other_columns_and_says_which_are_missing() -> None:
    source = SHARED_DIVISIONS / "zhejiang_2021_townships.csv"
    if not source.exists():
        pytest.skip("the folder of source data does not stand beside the checkout")
    with pytest.raises(Refusal) as refused:
        list(read_divisions(source))
    assert refused.value.code == "divisions.columns"
    assert "level, parent" in refused.value.words().en


def test_rows_may_come_in_any_order_packed_or_plain(tmp_path: Path) -> None:
    expected = ["33", "3311", "331123", "331123001"]
    assert codes(table(tmp_path, TOWN, COUNTY, PROVINCE, CITY)) == expected
    assert codes(table(tmp_path, TOWN, CITY, COUNTY, PROVINCE, packed=True)) == expected


def test_a_level_may_be_missing(tmp_path: Path) -> None:
    path = table(tmp_path, PROVINCE, CITY, COUNTY, "331123000201,village,某村,331123,villagers_committee")
    assert codes(path)[-1] == "331123000201"


def test_a_parent_may_be_known_from_elsewhere(tmp_path: Path) -> None:
    path = table(tmp_path, TOWN)
    assert codes(path, known={"331123"}) == ["331123001"]
    with pytest.raises(Refusal, match="331123"):
        codes(path)


def test_the_kind_may_be_left_out_and_other_columns_are_ignored(tmp_path: Path) -> None:
    path = table(tmp_path, "x,33,province,浙江省,", heading="note,code,level,name,parent")
    (division,) = read_divisions(path)
    assert (division.code, division.kind) == ("33", "")


BAD_ROWS = [
    ("area.twice", "331123001", "331123001,township,另一街道,331123,"),
    ("divisions.level", "hamlet", "331123001201,hamlet,某村,331123001,"),
    ("divisions.width", "331123002", "331123002,village,某村,331123,"),
    ("area.shape", "33112300A", "33112300A,township,某镇,331123,"),
    ("area.shape", "33112", "33112,county,某县,3311,"),
    ("area.shape", "", ",county,某县,3311,"),
    ("divisions.parent", "331124", "331124001,township,某镇,331124,"),
    ("divisions.parent", "331123", "331124001,township,某镇,331123,"),
    ("divisions.parent", "331124", "331124,county,某县,,"),
    ("divisions.name", "331123002", "331123002,township,,331123,"),
    ("divisions.name", "331123002", f"331123002,township,{'长' * 101},331123,"),
    ("divisions.name", "331123002", "331123002,township,某\x07镇,331123,"),
    ("divisions.cells", "331123002", "331123002,township,某镇,331123,,更多"),
]


@pytest.mark.parametrize(("code", "named", "row"), BAD_ROWS)
def test_a_bad_row_is_refused_and_named(tmp_path: Path, code: str, named: str, row: str) -> None:
    path = table(tmp_path, PROVINCE, CITY, COUNTY, TOWN, row)
    with pytest.raises(Refusal) as refused:
        codes(path)
    assert refused.value.code == code
    assert named in refused.value.words().en
    assert named in refused.value.words().zh


def test_with_a_gate_the_bad_rows_are_reported_and_the_good_ones_kept(tmp_path: Path) -> None:
    gate = Gate()
    path = table(tmp_path, PROVINCE, CITY, COUNTY, TOWN, *(row for _, _, row in BAD_ROWS))
    assert codes(path, gate) == ["33", "3311", "331123", "331123001"]
    assert (gate.read, gate.accepted, len(gate.refused)) == (4 + len(BAD_ROWS), 4, len(BAD_ROWS))
    assert Counter(row.reasons[0].code for row in gate.refused) == Counter(code for code, _, _ in BAD_ROWS)
    assert sorted(row.line for row in gate.refused) == list(range(6, 6 + len(BAD_ROWS)))


def test_children_of_a_refused_row_are_refused_too(tmp_path: Path) -> None:
    gate = Gate()
    path = table(tmp_path, PROVINCE, "3311,city,,33,", COUNTY, TOWN)
    assert codes(path, gate) == ["33"]
    assert [row.reasons[0].code for row in gate.refused] == ["divisions.name", "divisions.parent", "divisions.parent"]


def test_blanks_full_width_digits_and_a_byte_order_mark_are_repaired_and_counted(tmp_path: Path) -> None:
    gate = Gate()
    path = tmp_path / "d.csv"
    path.write_bytes(
        (
            "\ufeff code , level,name ,parent\n３３,province,浙江省,\n3311, city ,丽水市,33\n"
            "331123,county,遂昌县,3311\n"
        ).encode()
    )
    assert codes(path, gate) == ["33", "3311", "331123"]
    assert (gate.accepted, gate.repaired, gate.refused) == (3, 2, [])


def test_strange_signs_in_names_are_kept_and_reported(tmp_path: Path) -> None:
    gate = Gate()
    path = table(
        tmp_path, PROVINCE, CITY, COUNTY, "331123001,township,\ue123岙镇,331123,", "331123002,township,𡎚头镇,331123,"
    )
    names = [division.name for division in read_divisions(path, gate=gate)]
    assert names[-2:] == ["\ue123岙镇", "𡎚头镇"]
    assert [(note.line, note.code, note.what) for note in gate.notes] == [
        (5, "331123001", "private use U+E123"),
        (6, "331123002", "outside the basic plane U+2139A"),
    ]
    assert strange_signs("艾溪（西湖）社区") == ""


BAD_FILES = {
    "no file": (None, "divisions.unreadable"),
    "empty": (b"", "divisions.columns"),
    "other encoding": (HEADING.encode() + "\n33,province,浙江省,,\n".encode("gb18030"), "divisions.unreadable"),
    "cut gzip": (gzip.compress(HEADING.encode())[:20], "divisions.unreadable"),
    "picture": (b"\x89PNG\r\n\x1a\n\x00\x00\xff\xfe", "divisions.unreadable"),
    "endless cell": (HEADING.encode() + b"\n33,province," + b"x" * 200_000 + b",,\n", "divisions.unreadable"),
    "other columns": (b"id,title\n1,2\n", "divisions.columns"),
}


@pytest.mark.parametrize("case", BAD_FILES)
def test_a_file_that_is_no_such_table_is_refused_in_one_sentence(tmp_path: Path, case: str) -> None:
    raw, code = BAD_FILES[case]
    path = tmp_path / "d.csv"
    if raw is not None:
        path.write_bytes(raw)
    for gate in (None, Gate()):
        with pytest.raises(Refusal) as refused:
            codes(path, gate)
        assert refused.value.code == code
        assert str(tmp_path) not in refused.value.words().en


def test_missing_columns_are_all_named(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="level, name, parent"):
        codes(table(tmp_path, "33", heading="code"))
