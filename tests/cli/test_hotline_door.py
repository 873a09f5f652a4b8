"""`gridcommons hotline` as an engineer meets it: exit codes, one line, the error sheet, twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from cases.hotline.calls import MAPPING, csv_of
from gridcommons.cases.hotline.mapping import read_scheme
from gridcommons.cli.main import run
from town import Town


@pytest.fixture(autouse=True)
def _own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, town: Town) -> None:
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.setenv("GRIDCOMMONS_DATA", str(tmp_path / "data"))
    monkeypatch.setattr("gridcommons.cli.django_setup.setup", lambda *_a, **_k: None)
    monkeypatch.setattr("gridcommons.cli.django_setup.own_cluster", lambda *_a: None)


def files(folder: Path, *rows: dict[str, str]) -> list[str]:
    (folder / "calls.csv").write_bytes(csv_of(*rows))
    (folder / "m.toml").write_text(MAPPING, encoding="utf-8")
    return [str(folder / "calls.csv"), "--mapping", str(folder / "m.toml")]


def test_checked_then_taken_over_then_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = files(tmp_path, {}, {"工单状态": "已办结"})
    assert run(["hotline", "check", *given]) == 0
    assert "2 rows" in capsys.readouterr().out
    assert run(["hotline", "import", *given, "--quiet"]) == 0
    assert "Took over 2 rows" in capsys.readouterr().out
    assert run(["hotline", "import", *given, "--quiet"]) == 0
    assert "Nothing to change" in capsys.readouterr().out


def test_rows_left_out_are_counted_and_listed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = files(tmp_path, {}, {"工单状态": "挂起"})
    assert run(["hotline", "check", *given]) == 1
    said = capsys.readouterr()
    assert "state not mapped “挂起”: 1" in said.out
    assert said.err.count("\n") == 1
    assert "挂起" in (tmp_path / "calls.errors.csv").read_text("utf-8")
    assert (tmp_path / "calls.errors.xlsx").read_bytes().startswith(b"PK")


def test_bad_input_is_one_line_and_exit_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = files(tmp_path, {})
    for wrong in ([str(tmp_path / "none.csv"), *given[1:]], [given[0], "--mapping", given[0]], [given[0]]):
        assert run(["hotline", "import", *wrong]) == 2
        assert capsys.readouterr().err.count("\n") == 1


def test_the_sample_is_a_mapping(tmp_path: Path) -> None:
    assert run(["hotline", "sample", str(tmp_path / "own.toml")]) == 0
    assert read_scheme((tmp_path / "own.toml").read_bytes()).county == "331123"
