"""Two editions of a list: what was added, retired, renamed, recoded, moved; and nothing guessed."""

from __future__ import annotations

from pathlib import Path

import pytest

from gridcommons.cli.main import run
from gridcommons.kit.errors import Refusal
from gridcommons.territory.editions import Listed, difference, listed, read_difference

from .shapes import SHARED_DIVISIONS

OLD = [
    ("33", "province", "浙江省", ""), ("3301", "city", "甲市", "33"), ("330101", "county", "子区", "3301"),
    ("330102", "county", "丑区", "3301"), ("330101001", "township", "东街道", "330101"),
    ("330101002", "township", "西街道", "330101"), ("330101003", "township", "南街道", "330101"),
    ("330101001001", "village", "三联村", "330101001"), ("330101002001", "village", "三联村", "330101002"),
]  # fmt: skip


def edition(rows: list[tuple[str, str, str, str]]) -> dict[str, Listed]:
    return {row[0]: Listed(*row) for row in rows}


def changed(*changes: tuple[str, tuple[str, str, str, str] | None]) -> list[tuple[str, ...]]:
    """The difference of the old edition and one in which some codes became other rows, or none."""
    rows = dict(edition(OLD))
    for code, row in changes:
        rows.pop(code, None)
        if row is not None:
            rows[row[0]] = Listed(*row)
    return [found.row for found in difference(edition(OLD), rows)]


def test_equal_editions_differ_in_nothing() -> None:
    assert changed() == []


def test_each_kind_of_change() -> None:
    assert changed(("330101003", None)) == [("retired", "330101003", "南街道", "", "")]
    assert changed(("x", ("330101009", "township", "北街道", "330101"))) == [("added", "", "", "330101009", "北街道")]
    assert changed(("330101003", ("330101003", "township", "南镇", "330101"))) == [
        ("renamed", "330101003", "南街道", "330101003", "南镇")
    ]
    assert changed(("330101003", ("330101008", "township", "南街道", "330101"))) == [
        ("recoded", "330101003", "南街道", "330101008", "南街道")
    ]
    assert changed(("330101003", ("330102001", "township", "南街道", "330102"))) == [
        ("moved", "330101003", "南街道", "330102001", "南街道")
    ]


def test_what_lies_below_is_told_to_have_been_recoded_with_its_parent() -> None:
    found = changed(
        ("330101001", ("330101007", "township", "东街道", "330101")),
        ("330101001001", ("330101007001", "village", "三联村", "330101007")),
    )
    assert [row[0] for row in found] == ["recoded", "recoded"]


def test_a_name_that_several_bear_is_not_guessed() -> None:
    found = changed(
        ("330101001001", ("330102001001", "village", "三联村", "330102")),
        ("330101002001", ("330102001002", "village", "三联村", "330102")),
    )
    assert sorted(row[0] for row in found) == ["added", "added", "retired", "retired"]


def test_a_code_under_another_parent_with_another_name_makes_two_rows() -> None:
    found = changed(("330101003", ("330101003", "township", "南镇", "330102")))
    assert [row[0] for row in found] == ["moved", "renamed"]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"code": "33", "name": "x"}, "editions.columns"),
        ({"code": "3", "level": "", "name": "x", "parent": ""}, "area.shape"),
        ({"code": "33", "level": "city", "name": "x", "parent": ""}, "editions.level"),
    ],
)
def test_rows_that_are_no_areas_are_refused(row: dict[str, object], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        listed([row], "x.csv")
    assert refused.value.code == code


def test_a_code_given_twice_is_refused() -> None:
    row = {"code": "33", "level": "province", "name": "x", "parent": ""}
    with pytest.raises(Refusal) as refused:
        listed([row, row], "x.csv")
    assert refused.value.code == "area.twice"


def test_an_unknown_change_is_named_with_its_line() -> None:
    row = {"change": "exploded", "old_code": "", "old_name": "", "new_code": "", "new_name": ""}
    with pytest.raises(Refusal, match="Line 2"):
        read_difference([row])


def test_both_editions_of_the_townships(shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "D.csv"
    old, new = SHARED_DIVISIONS / "zhejiang_2021_townships.csv", SHARED_DIVISIONS / "zhejiang_2023.csv.gz"
    assert run(["areas", "diff", str(old), str(new), "--out", str(out)]) == 0
    rows = [line.split(",") for line in out.read_text().splitlines()]
    assert rows[0] == ["change", "old_code", "old_name", "new_code", "new_name"]
    kinds = [row[0] for row in rows[1:]]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {"added": 4, "moved": 4, "renamed": 1, "retired": 1}
    assert ["renamed", "330326401", "滨海新区", "330326401", "开发区"] in rows
    assert "1379" in capsys.readouterr().err


def test_parquet_in_and_out(tmp_path: Path) -> None:
    head, same = "code,level,name,parent", "33,province,浙江省,"
    (tmp_path / "a.csv").write_text(f"{head}\n{same}\n")
    (tmp_path / "b.csv").write_text(f"{head}\n{same}\n3301,city,甲市,33\n")
    arguments = ["areas", "diff", str(tmp_path / "a.csv"), str(tmp_path / "b.csv")]
    assert run([*arguments, "--out", str(tmp_path / "d.parquet")]) == 0
    again = ["areas", "diff", str(tmp_path / "d.parquet"), str(tmp_path / "b.csv"), "--out", "-"]
    assert run(again) == 2


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "code,level,name,parent\n33,province\n"])
def test_bad_files_end_in_one_line(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.csv").write_text(text)
    assert run(["areas", "diff", str(tmp_path / "a.csv"), str(tmp_path / "a.csv"), "--out", "-"]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_a_missing_file_ends_in_one_line(tmp_path: Path) -> None:
    assert run(["areas", "diff", str(tmp_path / "no.csv"), str(tmp_path / "no.csv"), "--out", "-"]) == 2
