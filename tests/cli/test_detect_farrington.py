"""The door `detect --method farrington` on plain files: the reference's bounds, and one clear line for bad input."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from gridcommons.cli.main import run

WEEKS = 312
MONDAY = date(2020, 1, 6)
Rows = list[dict[str, str]]


@pytest.fixture(autouse=True)
def _in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")


def _read(path: Path) -> Rows:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def _detect(source: Path, out: Path, words: str = "") -> int:
    return run(["detect", "--method", "farrington", "--input", str(source), "--out", str(out), *words.split()])


def _weekly(tmp_path: Path, counts: Sequence[object], first: date = MONDAY) -> Path:
    lines = [f"{first + timedelta(weeks=n)},{count}" for n, count in enumerate(counts)]
    path = tmp_path / "weekly.csv"
    path.write_text("\n".join(["date,count", *lines, ""]))
    return path


NEWPORT = [(bound, seasons) for bound in ("delta", "muan", "nbPlugin") for seasons in (1, 10)]


@pytest.mark.parametrize(("bound", "seasons"), NEWPORT)
def test_the_reference_s_bounds_and_alarms_come_out_of_the_door(
    shared: Path, tmp_path: Path, bound: str, seasons: int
) -> None:
    given, out = shared / "outlook" / "salmNewport_germany.csv", tmp_path / "alarms.csv"
    words = (
        f"--column observed --first 2011-01-03 --years-back 4 --half-window 3 --season-levels {seasons} "
        f"--weights-threshold 2.58 --exclude-weeks 26 --trend-threshold 1 --limit 5:4 --power 2/3 --bound {bound}"
    )
    assert _detect(given, out, words) == 0
    name = f"farringtonFlexible_salmNewport2011_{bound}_periods{seasons}_alpha0.01.csv"
    theirs, ours = _read(shared / "outlook" / name), _read(out)[:52]
    assert [row["alarm"] for row in ours] == [row["alarm"] for row in theirs]
    for mine, other in zip(ours, theirs, strict=True):
        for column, its in (("upper", "upperbound"), ("expected", "expected")):
            assert (mine[column] == "") == (other[its] == "NA")
            if mine[column]:
                assert float(mine[column]) == pytest.approx(float(other[its]), abs=1e-9)


def test_the_reference_s_defaults_are_those_of_the_door(shared: Path, tmp_path: Path) -> None:
    counts = [row["observed"] for row in _read(shared / "outlook" / "salmonella_agona.csv")]
    source, out = _weekly(tmp_path, counts, date(1990, 1, 1)), tmp_path / "alarms.csv"
    assert _detect(source, out, "--first 1995-01-16 --bound nbPlugin --alpha 0.1") == 0
    theirs = _read(shared / "outlook" / "farringtonFlexible_agona_default_nbPlugin_alpha0.1.csv")
    ours = _read(out)
    assert [row["alarm"] for row in ours] == [row["alarm"] for row in theirs]
    upper = ["NA" if row["upper"] == "" else str(int(float(row["upper"]))) for row in ours]
    assert upper == [row["upperbound"] for row in theirs]


def test_fewer_cases_than_the_limit_have_no_bound_and_no_alarm(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    assert _detect(_weekly(tmp_path, [1] * WEEKS), out, "--limit 5:4") == 0
    last = _read(out)[-1]
    assert (last["expected"], last["upper"], last["alarm"]) == ("", "", "0")
    assert _detect(_weekly(tmp_path, [1] * WEEKS), out, "--limit 4:4") == 0
    assert float(_read(out)[-1]["expected"]) == pytest.approx(1)


def test_gaps_short_histories_and_seasons_without_a_case_are_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    counts: list[object] = [0] * WEEKS
    counts[-1], counts[-2] = 7, ""
    out = tmp_path / "out.csv"
    assert _detect(_weekly(tmp_path, counts), out) == 0
    rows, said = _read(out), capsys.readouterr().err
    assert [rows[-1][one] for one in ("date", "expected", "upper", "alarm")] == ["2025-12-22", "0.0", "0.0", "1"]
    assert rows[-2]["date"] == "2025-12-08"
    assert "The first 261 dates serve as the past" in said
    assert "1 dates are missing or empty" in said
    assert "On 50 dates the past did not vary, was all nought" in said


def test_months_have_twelve_steps_a_year(tmp_path: Path) -> None:
    lines = [f"{2015 + n // 12}-{n % 12 + 1:02}-01,{10 + n % 12}" for n in range(96)]
    source, out = tmp_path / "months.csv", tmp_path / "out.csv"
    source.write_text("\n".join(["date,count", *lines, ""]))
    assert _detect(source, out, "--years-back 4 --half-window 1 --weights-threshold 9") == 0
    assert len(_read(out)) == 96 - 48


@pytest.mark.parametrize("text", ["0.7", "x", "1/0", "-1/2", "3/2"])
def test_other_powers_are_refused(tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _detect(_weekly(tmp_path, [3] * WEEKS), tmp_path / "out.csv", f"--power={text}") == 2
    assert capsys.readouterr().err == f"--power is 2/3, 1/2 or 1; “{text}” is not.\n"


@pytest.mark.parametrize("text", ["5", "5:", ":4", "5:4:3", "-5:4", "5.5:4", "五:四", "٥:٤"])
def test_other_limits_are_refused(tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _detect(_weekly(tmp_path, [3] * WEEKS), tmp_path / "out.csv", f"--limit={text}") == 2
    assert capsys.readouterr().err == f"--limit is CASES:PERIODS such as 5:4; “{text}” is not.\n"


@pytest.mark.parametrize("text", ["2/3", "0.667", "0.5", "1/2", "1"])
def test_powers_are_written_as_fractions_or_decimals(tmp_path: Path, text: str) -> None:
    assert _detect(_weekly(tmp_path, [3] * WEEKS), tmp_path / "out.csv", f"--power {text}") == 0


WRONG = (
    "--years-back 0", "--half-window 30", "--season-levels 99", "--bound gamma", "--limit 5:0",
    "--exclude-weeks 300", "--trend-threshold 2", "--weights-threshold 0",
)  # fmt: skip


@pytest.mark.parametrize("words", WRONG)
def test_what_cannot_be_is_refused_in_one_line_with_the_option_s_name(
    tmp_path: Path, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.csv"
    assert _detect(_weekly(tmp_path, [3] * WEEKS), out, words) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert words.split(maxsplit=1)[0] in said
    assert not out.exists()


def test_options_of_other_methods_are_refused_and_its_own_elsewhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out = _weekly(tmp_path, [3] * WEEKS), tmp_path / "out.csv"
    assert _detect(source, out, "--min-sigma 1") == 2
    words = ["detect", "--method", "ears-c1", "--input", str(source), "--out", str(out), "--season-levels", "10"]
    assert run(words) == 2
    assert "--season-levels" in capsys.readouterr().err


def test_a_series_that_is_too_short_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _detect(_weekly(tmp_path, [3] * 200), tmp_path / "out.csv") == 2
    assert "needs a longer past" in capsys.readouterr().err


@pytest.mark.parametrize("bad", ["-1", "2.5", "many"])
def test_what_is_no_count_is_refused(tmp_path: Path, bad: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _detect(_weekly(tmp_path, [3] * 300 + [bad] * 12), tmp_path / "out.csv") == 2
    assert capsys.readouterr().err.count("\n") == 1
