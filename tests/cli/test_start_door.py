"""`gridcommons start` and `gridcommons staff` as a clerk meets them: exit codes, one line, the error sheet, twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import TestCase

from cases.founding.sheets_of_a_county import CASES, COUNTY, STAFF, book, own_folder, with_row
from gridcommons.cli.main import run
from gridcommons.territory.queries import all_under


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, db: None) -> Iterator[None]:
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.setenv("GRIDCOMMONS_DATA", str(tmp_path / "data"))
    yield from own_folder(tmp_path, monkeypatch)


def sheets(folder: Path, **other: object) -> str:
    folder.mkdir(exist_ok=True)
    (folder / "county.xlsx").write_bytes(book(**{**COUNTY, **other}))  # type: ignore[arg-type]
    return str(folder)


def test_a_dry_run_then_the_run_then_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = sheets(tmp_path / "in")
    assert run(["start", folder, "--dry-run", "--quiet"]) == 0
    assert "nothing was written" in capsys.readouterr().out
    assert all_under("331123") == {}
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert run(["start", folder, "--quiet"]) == 0
    assert "all in the ledger" in capsys.readouterr().out
    assert len(all_under("331123")) == 10
    assert run(["start", folder, "--quiet"]) == 0
    assert "Nothing to change" in capsys.readouterr().out


def test_errors_end_with_two_and_one_line_that_names_the_sheet(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = sheets(tmp_path / "in", 人员=with_row(STAFF, 1, 所属机构="没有的局"))
    assert run(["start", folder, "--quiet"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert f"1 error; nothing was written. See {tmp_path / 'in' / 'errors.xlsx'}" in said.err
    assert (tmp_path / "in" / "errors.csv").read_text("utf-8").count("没有的局") == 3
    assert all_under("331123") == {}
    sheets(tmp_path / "in")
    assert run(["start", folder, "--dry-run", "--quiet"]) == 0


@pytest.mark.parametrize("name", ["errors.xlsx", "errors.csv"])
def test_a_file_of_that_name_that_is_somebody_elses_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    folder = tmp_path / "in"
    wrong = sheets(folder, 人员=with_row(STAFF, 1, 所属机构="没有的局"))
    mine = book(我的=(("甲",), ("乙",))) if name.endswith("xlsx") else "我的,表\n".encode()
    (folder / name).write_bytes(mine)
    assert run(["start", wrong, "--quiet"]) == 2
    assert f"{name}” is no error sheet of ours" in capsys.readouterr().err
    assert [one.name for one in sorted(folder.iterdir())] == ["county.xlsx", name]
    assert run(["start", wrong, "--quiet", "--errors", str(tmp_path / "out")]) == 2
    assert sorted(one.name for one in (tmp_path / "out").iterdir()) == ["errors.csv", "errors.xlsx"]
    assert (
        run(["start", sheets(folder, 在办事项=CASES[:3]), "--dry-run", "--quiet", "--errors", str(tmp_path / "out")])
        == 0
    )
    assert list((tmp_path / "out").iterdir()) == []
    assert run(["start", str(folder), "--dry-run", "--quiet"]) == 0
    assert (folder / name).read_bytes() == mine


@pytest.mark.parametrize("arguments", [["start"], ["start", "nowhere"], ["start", ".", "--county", "33"]])
def test_wrong_usage_is_one_line(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_folder_that_holds_a_demo_takes_no_real_county(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("GRIDCOMMONS_DEMO")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "demo").touch()
    assert run(["start", sheets(tmp_path / "in"), "--quiet"]) == 2
    assert "holds a demo" in capsys.readouterr().err


def test_templates_are_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["start", "--templates", str(tmp_path / "t")]) == 0
    assert len(list((tmp_path / "t").glob("*.xlsx"))) == 7
    assert "7 empty sheets" in capsys.readouterr().out


def test_the_very_first_officer_is_invited_by_a_link(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["staff", "invite", "li.na"]) == 2
    assert "--county" in capsys.readouterr().err
    assert run(["staff", "invite", "li.na", "--county", "331123", "--name", "李示例"]) == 0
    first = capsys.readouterr().out.splitlines()[-1]
    assert "/join/" in first
    assert run(["staff", "invite", "li.na"]) == 0
    assert capsys.readouterr().out.splitlines()[-1] != first
