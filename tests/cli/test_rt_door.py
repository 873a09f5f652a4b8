"""The door `rt`: a daily series in, R by window out; what is wrong in one line, with exit 2 and no half file."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import duckdb
import pytest

from gridcommons.cli.main import run

FLU = "outlook/flu2009_incidence.csv"
HEAD = "date,count\n"
STEADY = HEAD + "".join(f"2026-03-{day:02d},{day % 4 + 3}\n" for day in range(1, 15))
SI = ("--si-mean", "2.6", "--si-sd", "1.5")


@pytest.fixture(autouse=True)
def _in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")


def _run(series: object, out: object, *words: str) -> int:
    return run(["rt", "--input", str(series), "--out", str(out), *words])


def _rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text("utf-8").splitlines()))


def _file(folder: Path, text: str, name: str = "s.csv") -> Path:
    (folder / name).write_text(text)
    return folder / name


@pytest.mark.parametrize("name", ["nonparam", "parametric_si2.6_sd1.5"])
def test_every_window_is_the_reference(
    name: str, shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    series = _file(tmp_path, (shared / FLU).read_text().replace("date,I", "date,count"))
    mass = (shared / "outlook" / "flu2009_si_distr.csv").read_text().replace("day,w", "day,probability")
    words = ("--si", str(_file(tmp_path, mass, "si.csv"))) if name == "nonparam" else SI
    assert _run(series, tmp_path / "o.csv", *words) == 0
    assert "6 of 25 windows are not estimable" in capsys.readouterr().err
    wanted = _rows(shared / "outlook" / f"epiestim_flu2009_{name}_7day.csv")
    ours = _rows(tmp_path / "o.csv")
    assert list(ours[0]) == ["start", "end", "mean", "sd", "lower", "median", "upper"]
    assert (ours[0]["start"], ours[0]["end"], len(ours)) == ("2009-04-28", "2009-05-04", 25)
    names = {"mean": "Mean(R)", "sd": "Std(R)", "lower": "Quantile.0.025(R)", "median": "Median(R)",
             "upper": "Quantile.0.975(R)"}  # fmt: skip
    for one, other in zip(ours, wanted, strict=True):
        assert all(abs(float(one[a]) - float(other[b])) < 1e-10 for a, b in names.items())


def test_figures_that_are_not_estimable_can_be_left_out(tmp_path: Path) -> None:
    few = _file(tmp_path, HEAD + "".join(f"2026-03-{day:02d},1\n" for day in range(1, 12)))
    assert _run(few, tmp_path / "o.csv", *SI, "--only-estimable", "--quiet") == 0
    assert {row["mean"] + row["upper"] for row in _rows(tmp_path / "o.csv")} == {""}
    assert _run(few, tmp_path / "o.csv", *SI, "--quiet") == 0
    assert all(float(row["mean"]) > 0 for row in _rows(tmp_path / "o.csv"))


def test_no_case_at_all_is_told_and_never_a_silent_figure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    none = _file(tmp_path, HEAD + "".join(f"2026-03-{day:02d},0\n" for day in range(1, 12)))
    assert _run(none, tmp_path / "o.csv", *SI, "--quiet") == 0
    assert "4 of 4 windows are not estimable" in capsys.readouterr().err


def test_order_parquet_and_standard_input_say_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(_file(tmp_path, STEADY), tmp_path / "o.csv", *SI) == 0
    wanted = (tmp_path / "o.csv").read_text()
    turned = _file(tmp_path, HEAD + "\n".join(STEADY.splitlines()[:0:-1]) + "\n", "turned.csv")
    assert _run(turned, tmp_path / "again.csv", *SI) == 0
    assert (tmp_path / "again.csv").read_text() == wanted
    duckdb.connect().execute(f"COPY (FROM '{tmp_path}/s.csv') TO '{tmp_path}/s.parquet'")
    assert _run(tmp_path / "s.parquet", tmp_path / "o.parquet", *SI) == 0
    assert duckdb.connect().execute(f"SELECT count(*) FROM '{tmp_path}/o.parquet'").fetchone() == (7,)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(STEADY.encode())))
    capsys.readouterr()
    assert _run("-", "-", *SI) == 0
    said = capsys.readouterr()
    assert (said.out, said.err) == (wanted, "7 windows written.\n")


def test_growth_and_doubling_go_into_a_file_of_their_own(tmp_path: Path) -> None:
    doubling = _file(tmp_path, HEAD + "".join(f"2026-03-{day:02d},{2 ** (day - 1)}\n" for day in range(1, 12)))
    assert _run(doubling, tmp_path / "o.csv", *SI, "--growth", str(tmp_path / "g.csv")) == 0
    grown = _rows(tmp_path / "g.csv")
    assert [row["start"] for row in grown] == [row["start"] for row in _rows(tmp_path / "o.csv")]
    assert all(float(row["doubling"]) == pytest.approx(1) for row in grown)
    assert all(float(row["doubling_lower"]) < 1 < float(row["doubling_upper"]) for row in grown)


def test_imported_cases_are_taken_from_a_named_column(tmp_path: Path) -> None:
    rows = STEADY.replace("count", "count,abroad").replace("\n2", ",2\n2").rstrip() + ",2\n"
    series = _file(tmp_path, rows.replace("date,count,abroad,2", "date,count,abroad"))
    assert _run(series, tmp_path / "with.csv", *SI, "--imported", "abroad", "--quiet") == 0
    assert _run(series, tmp_path / "all.csv", *SI, "--quiet") == 0
    pairs = zip(_rows(tmp_path / "with.csv"), _rows(tmp_path / "all.csv"), strict=True)
    assert all(float(a["mean"]) < float(b["mean"]) for a, b in pairs)


BAD = {
    "date\n2026-01-01\n": "lacks these columns: count.",
    HEAD: "has a heading and no rows",
    STEADY + "2026-03-14,1\n": "Sat 14 Mar 2026 stands there a second time",
    STEADY + "2026-03-17,1\n": "2 days are missing",
    STEADY.replace("03,6", "03,-6"): "“count” is a whole number from 0 to two thousand million, not “-6”",
    STEADY.replace("03,6", "03,6.5"): "“count” is a whole number from 0 to two thousand million, not “6.5”",
    STEADY.replace("03,6", "03,"): "“count” is a whole number from 0 to two thousand million, not “”",
    STEADY.replace("03,6", "03,1e200"): "“count” is a whole number from 0 to two thousand million, not “1e200”",
    STEADY.replace("03,6", "03,nan"): "“count” is a whole number from 0 to two thousand million, not “nan”",
    STEADY.replace("2026-03-02", "2026-02-30"): "“2026-02-30” is no date",
    HEAD + "2026-03-01,1\n2026-03-02,1\n": "The series has 2 days",
}  # fmt: skip


@pytest.mark.parametrize("content", BAD, ids=BAD.values())
def test_bad_input_is_told_in_one_line(content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    series = _file(tmp_path, content)
    for out in ("-", str(tmp_path / "o.csv")):
        assert _run(series, out, *SI) == 2
        said = capsys.readouterr()
        assert (said.out, said.err.count("\n")) == ("", 1)
        assert BAD[content] in said.err
    assert [path.name for path in tmp_path.iterdir()] == ["s.csv"]


WRONG = {
    (): "both --si-mean and --si-sd",
    ("--si-mean", "2.6"): "both --si-mean and --si-sd",
    ("--si-sd", "2.6"): "both --si-mean and --si-sd",
    (*SI, "--si", "x.csv"): "both --si-mean and --si-sd",
    ("--si-mean", "1", "--si-sd", "1"): "a mean above 1 day",
    ("--si-mean", "2", "--si-sd", "0"): "a standard deviation from 0.001",
    ("--si-mean", "1e300", "--si-sd", "1e300"): "both up to 1,000 days",
    (*SI, "--window", "0"): "Wrong usage",
    (*SI, "--window", "14"): "needs 15 at least",
    (*SI, "--imported", "abroad"): "lacks these columns: abroad",
}


@pytest.mark.parametrize("words", WRONG, ids=WRONG.values())
def test_wrong_usage_is_told_in_one_line(
    words: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(_file(tmp_path, STEADY), tmp_path / "o.csv", *words) == 2
    said = capsys.readouterr().err
    assert WRONG[words] in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("mass", "said"),
    [
        ("0,0.5\n1,0.5\n", "day 0 0.5"),
        ("1,0.5\n2,0.2\n", "sum 0.7"),
        ("1,0.5\n1,0.5\n", "each once"),
        ("1.5,1\n", "“day” is a whole number"),
        ("1,-1\n", "“probability” is a number from 0 to"),
        ("", "no rows"),
    ],
)
def test_a_serial_interval_that_is_none_is_refused(
    mass: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    si = _file(tmp_path, "day,probability\n" + mass, "si.csv")
    assert _run(_file(tmp_path, STEADY), tmp_path / "o.csv", "--si", str(si)) == 2
    assert said in capsys.readouterr().err
