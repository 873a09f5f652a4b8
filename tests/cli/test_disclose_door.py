"""The door `disclose` on plain files: marks, sums, the attacker, and one clear line for bad input."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from gridcommons.cli import bench as table
from gridcommons.cli.benches import disclosing
from gridcommons.cli.main import run

HEAD = "code,date,count\n"
ROWS = {"33": (98, 60), "3301": (2, 3), "3302": (6, 2), "3303": (90, 55), "3304": (0, 0)}
FILE = HEAD + "".join(f"{c},2020-01-0{d + 1},{n}\n" for c, row in ROWS.items() for d, n in enumerate(row))


@pytest.fixture(autouse=True)
def _in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")


def _run(tmp_path: Path, content: str, *words: str, out: str = "o.csv") -> int:
    (tmp_path / "c.csv").write_text(content, encoding="utf-8")
    target = out if out == "-" else str(tmp_path / out)
    return run(["disclose", "--counts", str(tmp_path / "c.csv"), "--out", target, *words])


def _cells(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return [row["count"] for row in csv.DictReader(file)]


def test_small_cells_and_their_covers_are_marked_in_the_order_of_the_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(tmp_path, FILE, "--sums", str(tmp_path / "s.csv"), "--attack") == 0
    assert _cells(tmp_path / "o.csv") == ["98", "60", "<5", "<5", "6", "<5", "x", "55", "0", "0"]
    assert (tmp_path / "s.csv").read_text() == "code,count\n33,158\n3301,5\n3302,x\n3303,x\n3304,0\n"
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines() == [
        "4 of 10 cells hidden (40.0%); no method hides fewer than 4.", "A subtracting reader learns 0 hidden cells.",
    ]  # fmt: skip


def test_the_threshold_is_that_of_the_mark(tmp_path: Path) -> None:
    assert _run(tmp_path, FILE, "--threshold", "3", "--quiet") == 0
    assert _cells(tmp_path / "o.csv") == ["98", "60", "<3", "x", "x", "<3", "90", "55", "0", "0"]
    assert _run(tmp_path, FILE, "--threshold", "1") == 2


def test_standard_output_holds_the_table_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(tmp_path, FILE, "--attack", "--quiet", out="-") == 0
    assert capsys.readouterr().out.splitlines()[:3] == ["code,date,count", "33,2020-01-01,98", "33,2020-01-02,60"]


def test_parquet_goes_in_and_out(tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb", reason="the analysis packages are not installed")
    rows = "SELECT * FROM (VALUES (33, DATE '2020-01-01', 9.0), (3301, DATE '2020-01-01', 9.0)) t(code, date, count)"
    duckdb.connect().execute(f"COPY ({rows}) TO '{tmp_path / 'c.parquet'}' (FORMAT parquet)")
    assert run(["disclose", "--counts", str(tmp_path / "c.parquet"), "--out", str(tmp_path / "o.parquet")]) == 0
    found = duckdb.connect().execute(f"SELECT * FROM '{tmp_path / 'o.parquet'}'").fetchall()
    assert found == [("33", "2020-01-01", "9"), ("3301", "2020-01-01", "9")]


ODD = {
    "33,2020-01-01,98\n3301,2020-01-01,90\n": "1 wholes exceed their parts",
    "33,2020-01-01,9\n33,2020-01-03,9\n": "1 gaps",
    "33,2020-01-01,\n3301,2020-01-01,9\n": "1 gaps",
    "33,2020-01-01,8\n3301,2020-01-01,9\n": "1 wholes are less than their parts",
    "33,2020-01-01,3\n3301,2020-01-01,6\n3302,2020-01-01,0\n": "hidden cells may be reckoned",
    "33,2020-01-01,40\n3301,2020-01-01,40\n33,2020-01-02,40\n330101,2020-01-02,20\n330102,2020-01-02,20\n": "gaps",
}


@pytest.mark.parametrize("rows", ODD, ids=ODD.values())
def test_what_is_odd_is_told_and_never_silent(rows: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(tmp_path, HEAD + rows, "--quiet") == 0
    assert ODD[rows] in capsys.readouterr().err


def test_what_a_contradicting_file_gives_away_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = HEAD + "33,2020-01-01,3\n3301,2020-01-01,6\n3302,2020-01-01,0\n"
    assert _run(tmp_path, content, "--quiet", "--attack") == 1
    assert capsys.readouterr().out == "code,date,low,high\n33,2020-01-01,3,3\n"


@pytest.mark.parametrize("rows", ["", "33,2020-01-01,0\n", "33,2020-01-01,4\n", "33,2020-01-01,7\n"])
def test_an_empty_table_one_area_and_nothing_but_noughts_are_fine(rows: str, tmp_path: Path) -> None:
    assert _run(tmp_path, HEAD + rows, "--attack", "--sums", str(tmp_path / "s.csv")) == 0


BAD = {
    "code,day\n": "lacks these columns: date, count.",
    HEAD + "33,2020-01-01,-1\n": "“-1” of “33” on “Wed 1 Jan 2020” is no whole number",
    HEAD + "33,2020-01-01,1.5\n": "“1.5” of",
    HEAD + "33,2020-01-01,nan\n": "“nan” of",
    HEAD + "33,2020-01-01,3000000000\n": "two thousand million",
    HEAD + "33,2020-01-01,1\n33,2020-01-01,2\n": "“33” stands twice on “Wed 1 Jan 2020”.",
    HEAD + "33,2020-02-30,1\n": "“2020-02-30” is no date",
    HEAD + "33,20200101,1\n": "“20200101” is no date",
    HEAD + ",2020-01-01,1\n": "“” is no area code",
    HEAD + "3 3,2020-01-01,1\n": "“3 3” is no area code",
}


@pytest.mark.parametrize("content", BAD, ids=BAD.values())
def test_bad_input_is_told_in_one_line(content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(tmp_path, content) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert BAD[content] in said.err
    assert not (tmp_path / "o.csv").exists()


def test_the_bench_measures_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(disclosing, "COUNTIES", 2)
    monkeypatch.setattr(disclosing, "DAYS", 3)
    rows = list(disclosing.disclose_rows())
    assert [(row.peer_or_limit, row.unit) for row in rows] == [
        ("limit", "s"), ("limit", "cells learned"), ("lower bound", "cells"), ("whole families", "cells"),
    ]  # fmt: skip
    assert rows[1].ours == 0
    assert rows[2].ours >= rows[2].other
    assert rows[3].ours < rows[3].other
    assert "disclose" in table.known_benches()
