"""The door `detect` on plain files: exact, CSV and Parquet, unknown never taken for nought, bad input in one line."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta
from pathlib import Path
from typing import get_args

import pytest

from gridcommons.cli.detect_options import Rule, Transform
from gridcommons.cli.main import run
from gridcommons.outlook.detectors import bayes, cusum
from gridcommons.outlook.detectors.methods import METHODS

MONDAY = date(2026, 1, 5)


@pytest.fixture(autouse=True)
def _in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")


def _text(counts: list[object], days: int = 1, column: str = "count") -> str:
    lines = [f"{(MONDAY + timedelta(days=days * n)).isoformat()},{count}" for n, count in enumerate(counts)]
    return "\n".join([f"date,{column}", *lines, ""])


def _run(source: object, out: object, *words: str) -> int:
    return run(["detect", "--input", str(source), "--out", str(out), *words])


def _given(tmp_path: Path, counts: list[object], days: int = 1) -> Path:
    path = tmp_path / "in.csv"
    path.write_text(_text(counts, days))
    return path


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open() as file:
        return list(csv.DictReader(file))


OUTBREAK: list[object] = [3, 4, 2, 5, 3, 4, 3, 4, 30, 2]


def test_bounds_and_alarms_are_written_with_all_their_digits(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.csv"
    assert _run(_given(tmp_path, OUTBREAK), out, "--method", "ears-c1", "--alpha", "0.05") == 0
    assert out.read_text().splitlines()[0] == "date,count,expected,upper,alarm"
    rows = _rows(out)
    assert [row["date"] for row in rows] == ["2026-01-12", "2026-01-13", "2026-01-14"]
    assert [row["alarm"] for row in rows] == ["0", "1", "0"]
    assert float(rows[0]["expected"]) == 24 / 7
    assert rows[1]["count"] == "30"
    said = capsys.readouterr().err.splitlines()
    assert said == [
        "The first 7 dates serve as the past and are not judged; the result begins on Mon 12 Jan 2026.",
        "3 dates judged, 1 alarms.",
    ]


@pytest.mark.parametrize("method", METHODS)
def test_every_method_speaks_through_the_door(tmp_path: Path, method: str) -> None:
    counts: list[object] = [(n * 7) % 5 + 3 for n in range(160)]
    counts[140:142] = [90, 90]
    out = tmp_path / "out.csv"
    words = ["--method", method, "--first", (MONDAY + timedelta(days=7 * 120)).isoformat()]
    words += ["--years-back", "2"] if method == "farrington" else []
    assert _run(_given(tmp_path, counts, days=7), out, *words, "--quiet") == 0
    rows = _rows(out)
    assert len(rows) == 40
    assert "1" in {row["alarm"] for row in rows[20:23]}
    assert {row["alarm"] for row in rows[:20]} == {"0"}


def test_the_reference_comes_through_the_door(shared: Path, tmp_path: Path) -> None:
    source, out = shared / "outlook" / "salmNewport_germany.csv", tmp_path / "out.csv"
    words = ["--column", "observed", "--first", "2011-01-03", "--alpha", "0.05"]
    assert _run(source, out, "--method", "ears-c1", *words) == 0
    rows = _rows(out)
    known = [3.278853594, 3.278853594, 3.436517274, 3.855616645]
    assert [float(row["upper"]) for row in rows[:4]] == pytest.approx(known, abs=1e-9)
    assert [n + 1 for n, row in enumerate(rows[:52]) if row["alarm"] == "1"] == [31, 35, 43, 44, 45, 46]


def test_a_first_date_before_the_baseline_is_full_is_no_mistake(tmp_path: Path) -> None:
    source, out = _given(tmp_path, OUTBREAK), tmp_path / "out.csv"
    for first in ("2025-01-01", "2026-01-05"):
        assert _run(source, out, "--method", "ears-c1", "--first", first) == 0
        assert [row["date"] for row in _rows(out)] == ["2026-01-12", "2026-01-13", "2026-01-14"]


def test_parquet_and_the_standard_streams_say_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    duckdb = pytest.importorskip("duckdb", reason="the analysis packages are not installed")
    source, out = _given(tmp_path, OUTBREAK), tmp_path / "out.parquet"
    duckdb.connect().execute(f"COPY (FROM read_csv('{source}')) TO '{tmp_path}/in.parquet'")
    assert _run(tmp_path / "in.parquet", out, "--method", "ears-c2", "--baseline", "3") == 0
    capsys.readouterr()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(source.read_bytes())))
    assert _run("-", "-", "--method", "ears-c2", "--baseline", "3") == 0
    by_text = list(csv.reader(capsys.readouterr().out.splitlines()))
    assert [list(map(str, row)) for row in duckdb.connect().execute(f"FROM '{out}'").fetchall()] == by_text[1:]


def test_what_is_unknown_is_left_out_said_and_never_green(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source, out = tmp_path / "in.csv", tmp_path / "out.csv"
    lines = _text([3, 4, 2, 5, 3, 4, 3, 4, "", 2, 3, 3, 4, 3]).splitlines()
    del lines[11]
    source.write_text("\n".join(reversed(lines[1:])).join(["date,count\n", "\n"]))
    assert _run(source, out, "--method", "ears-c1", "--quiet") == 0
    assert [row["date"] for row in _rows(out)] == ["2026-01-12", "2026-01-14", "2026-01-16", "2026-01-17", "2026-01-18"]
    said = capsys.readouterr().err
    assert "2 dates are missing or empty, the first is Tue 13 Jan 2026: unknown, not nought" in said


def test_a_flat_past_and_an_empty_one_are_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out.csv"
    assert _run(_given(tmp_path, [0] * 9 + [1]), out, "--method", "ears-c1", "--quiet") == 0
    assert [row["alarm"] for row in _rows(out)] == ["0", "0", "1"]
    assert "On 3 dates the past did not vary" in capsys.readouterr().err
    assert _run(_given(tmp_path, [0] * 9 + [1]), out, "--method", "ears-c1", "--min-sigma", "0.5", "--quiet") == 0
    assert [row["alarm"] for row in _rows(out)] == ["0", "0", "0"]
    varied = [1, 2, 1, 1, 2, 1, 1, 2, 1, 2, 1, *[0] * 14]
    assert _run(_given(tmp_path, list(varied)), out, "--method", "ears-c3", "--quiet") == 0
    assert "more dates are not judged" in capsys.readouterr().err


def test_counts_of_other_borders_are_no_past(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    source = _given(tmp_path, [90] * 30 + [3, 4, 2, 5, 3, 4, 3, 4, 30, 2])
    since = (MONDAY + timedelta(days=30)).isoformat()
    assert _run(source, out, "--method", "ears-c1", "--since", since) == 0
    assert [row["alarm"] for row in _rows(out)] == ["0", "1", "0"]


def test_an_option_for_all_methods_is_named_where_it_is_of_no_use(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = _given(tmp_path, [3, 4] * 20)
    assert _run(source, "-", "--method", "cusum", "--alpha", "0.01", "--baseline", "10", "--quiet") == 0
    said = capsys.readouterr()
    assert "The method “cusum” has no use for --alpha: left out." in said.err
    assert len(said.out.splitlines()) == 1 + 30
    assert _run(source, "-", "--method", "bayes", "--baseline", "10", "--quiet") == 0
    assert len(capsys.readouterr().out.splitlines()) == 1 + 30


BAD = {
    "no such column": (["--column", "cases"], OUTBREAK, "lacks these columns: cases."),
    "negative": ([], [3, -1, 4], "“-1” of Tue 6 Jan 2026 is no count"),
    "fractional": ([], [3, 1.5, 4], "“1.5” of Tue 6 Jan 2026 is no count"),
    "no count of people": ([], [3, "1e300", 4], "“1e300” of Tue 6 Jan 2026 is no count"),
    "too short": (["--method", "ears-c1"], [3, 4, 2, 5], "No date can be judged: 4 dates are known"),
    "all unknown": ([], ["", "", ""], "No date can be judged: 0 dates are known"),
    "one row": ([], [3], "at least two dates"),
    "unknown method": (["--method", "arima"], OUTBREAK, "There is no method “arima”; there are: ears-c1,"),
    "an option of another": (["--method", "glr", "--min-sigma", "1"], OUTBREAK, "has no such options: --min-sigma."),
    "no alpha": (["--method", "bayes", "--alpha", "0"], OUTBREAK, "With --alpha 0 there would never be an alarm"),
    "alpha too large": (["--alpha", "0.9"], OUTBREAK, "should be less than or equal to 0.5"),
    "no date": (["--first", "soon"], OUTBREAK, "“soon” is no date"),
    "first too late": (["--first", "2027-01-01"], OUTBREAK, "Nothing can be judged from Fri 1 Jan 2027 on"),
    "first too early": (["--method", "cusum", "--first", "2026-01-05"], OUTBREAK, "needs two dates before it"),
    "younger than its past": (["--since", "2027-01-01"], OUTBREAK, "No date can be judged: 0 dates"),
    "another kind of file": (["--out", "alarms.xlsx"], OUTBREAK, "“.xlsx” file cannot be written"),
}  # fmt: skip


@pytest.mark.parametrize("how", BAD)
@pytest.mark.parametrize("tongue", ["en_GB.UTF-8", "zh_CN.UTF-8"])
def test_bad_input_is_one_line_with_exit_2_and_nothing_written(
    tmp_path: Path, how: str, tongue: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", tongue)
    monkeypatch.chdir(tmp_path)
    words, counts, expected = BAD[how]
    assert _run(_given(tmp_path, list(counts)), tmp_path / "out.csv", *words) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert expected in said.err or tongue.startswith("zh")
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_a_day_twice_and_a_stray_day_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = tmp_path / "in.csv"
    source.write_text(_text(OUTBREAK) + "2026-01-06,4\n")
    assert _run(source, "-") == 2
    assert "1 dates stand there more than once, the first is Tue 6 Jan 2026." in capsys.readouterr().err
    source.write_text(_text(OUTBREAK, days=7) + "2026-01-06,4\n")
    assert _run(source, "-") == 2
    assert "not equally spaced: Tue 6 Jan 2026 is off" in capsys.readouterr().err


def test_the_words_of_the_door_are_those_of_the_detectors() -> None:
    assert tuple(Transform) == cusum.TRANSFORMS == get_args(cusum.Transform)
    assert tuple(Rule) == bayes.RULES
