"""The door `scan` on plain files: the reference, bad input in one line, and nothing odd without a word."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from gridcommons.cli.main import run
from gridcommons.outlook.scanning.scores import Model
from new_mexico import TOP, new_mexico, written

HEAD = "rank,areas,start,end,score,relative_risk,p"
CODES = "abcdef"
SIX = "area,x,y\n" + "".join(f"{code},{n},0\n" for n, code in enumerate(CODES))


@pytest.fixture(autouse=True)
def _in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")


@pytest.fixture
def six(tmp_path: Path) -> Path:
    """Six areas on a line; 30 quiet days of a case in each area every third day, and nine cases at b on the last."""
    (tmp_path / "areas.csv").write_text(SIX)
    every = [(day, n, code) for day in range(1, 31) for n, code in enumerate(CODES)]
    lines = "\n".join(f"{code},2026-01-{day:02},{int((day + n) % 3 == 0)}" for day, n, code in every)
    (tmp_path / "cases.csv").write_text("area,date,count\n" + lines.replace("b,2026-01-30,0", "b,2026-01-30,9"))
    return tmp_path


def _run(folder: Path, *words: str, model: str = "permutation", out: str = "") -> int:
    given = ["--cases", str(folder / "cases.csv"), "--areas", str(folder / "areas.csv"), "--model", model]
    sizes = ["--neighbours", "4", "--duration", "7", "--replicates", "99", "--seed", "1"]
    return run(["scan", *given, *sizes, "--out", out or str(folder / "out.csv"), *words])


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open() as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize(("model", "table"), [("eb-poisson", "baseline"), ("pb-poisson", "population")])
def test_new_mexico_comes_out_as_in_the_reference(
    shared: Path, tmp_path: Path, model: str, table: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, state = written(shared, tmp_path), new_mexico(shared)
    more = (f"--{table}", str(folder / f"{table}.csv"), "--neighbours", "15", "--duration", "4", "--replicates", "999")
    assert _run(folder, *more, model=model) == 0
    rows = _rows(folder / "out.csv")
    best = state.best(Model(model))
    assert len(rows) == len(best) == 25
    assert TOP[Model(model)].startswith("scan_")
    for n, (row, (areas, duration, score, risk)) in enumerate(zip(rows, best, strict=True), start=1):
        assert int(row["rank"]) == n
        assert row["areas"].split("|") == sorted(state.names[area] for area in areas)
        assert (row["start"], row["end"]) == (f"{1990 - duration}-01-01", "1989-01-01")
        assert abs(float(row["score"]) - score) <= 1e-8
        assert abs(float(row["relative_risk"]) - risk) <= 1e-8
    low, high = {"eb-poisson": (0.001, 0.015), "pb-poisson": (0.008, 0.035)}[model]
    assert low <= float(rows[0]["p"]) <= high
    said = capsys.readouterr().err
    assert "cibola" in said
    assert "longitude and latitude" in said
    assert ("--theta" in said) == (model == "eb-poisson")


@pytest.mark.parametrize("model", ["permutation", "eb-poisson", "eb-negbin"])
def test_the_rise_of_the_last_day_is_found(six: Path, model: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(six, model=model) == 0
    best = _rows(six / "out.csv")[0]
    assert "b" in best["areas"].split("|")
    assert best["end"] == "2026-01-30"
    assert float(best["p"]) <= 0.05
    assert "by days from 2026-01-01 to 2026-01-30: 30 steps" in " ".join(capsys.readouterr().err.split())


def test_the_same_seed_gives_the_same_file_and_apart_shares_no_area(six: Path) -> None:
    assert _run(six, out=str(six / "one.csv")) == 0
    assert _run(six, out=str(six / "two.csv")) == 0
    assert (six / "one.csv").read_bytes() == (six / "two.csv").read_bytes()
    assert _run(six, "--apart", out=str(six / "three.csv")) == 0
    areas = [area for row in _rows(six / "three.csv") for area in row["areas"].split("|")]
    assert len(areas) == len(set(areas))
    assert _rows(six / "three.csv")[0]["areas"] == _rows(six / "one.csv")[0]["areas"]


def test_a_kept_folder_gives_the_same_again(six: Path) -> None:
    for out in ("one", "two"):
        assert _run(six, "--kept", str(six / "kept"), out=str(six / f"{out}.csv")) == 0
    assert (six / "one.csv").read_bytes() == (six / "two.csv").read_bytes()
    assert sorted(file.name.split("-")[0] for file in (six / "kept").iterdir()) == ["null", "zones"]


def test_stopping_and_the_fitted_tail_change_p_alone(six: Path) -> None:
    assert _run(six) == 0
    plain = _rows(six / "out.csv")
    for words in (["--stop", "5"], ["--gumbel"]):
        assert _run(six, *words) == 0
        assert [row | {"p": ""} for row in _rows(six / "out.csv")] == [row | {"p": ""} for row in plain]
    assert 0 < float(_rows(six / "out.csv")[0]["p"]) != float(plain[0]["p"])


def test_parquet_goes_in_and_out(six: Path) -> None:
    duckdb = pytest.importorskip("duckdb", reason="the analysis packages are not installed")
    base = duckdb.connect()
    base.execute(f"COPY (SELECT * FROM read_csv('{six / 'cases.csv'}')) TO '{six / 'c.parquet'}' (FORMAT parquet)")
    assert _run(six) == 0
    assert _run(six, "--cases", str(six / "c.parquet"), out=str(six / "o.parquet")) == 0
    found = base.execute(f"SELECT areas, score FROM '{six / 'o.parquet'}'").fetchall()
    assert [tuple(map(str, row)) for row in found] == [(row["areas"], row["score"]) for row in _rows(six / "out.csv")]


def test_the_last_step_can_be_a_day_without_cases(six: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(six, "--last", "2026-02-01") == 0
    assert {row["end"] for row in _rows(six / "out.csv")} == {"2026-02-01"}
    assert "2 of 32 steps have no row of cases" in capsys.readouterr().err
    assert _run(six, "--last", "2026-01-20") == 0
    assert "Rows of cases after 2026-01-20, not used: 60" in capsys.readouterr().err


def test_nothing_counted_is_a_heading_and_a_sentence(six: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = "".join(f"{code},2026-01-{day:02},0\n" for code in CODES for day in (1, 2))
    (six / "cases.csv").write_text(f"area,date,count\n{rows}")
    assert _run(six, "--quiet") == 0
    assert (six / "out.csv").read_text().splitlines() == [HEAD]
    assert "No window holds more cases than expected (0 in all)" in capsys.readouterr().err


ODD = {
    "a,2026-01-02,-3": "no whole number",
    "a,2026-01-02,1.5": "no whole number",
    "a,2026-01-02,": "no whole number",
    "a,2026-01-02,nan": "no whole number",
    "a,2026-01-02,3000000000": "no whole number",
    "a,2026-01-02,2000000000": "one scan takes ten million at most",
    "a,2026-13-02,1": "no date",
    "z,2026-01-02,1": "“z”",
}


@pytest.mark.parametrize("line", ODD)
def test_a_bad_row_is_one_line(six: Path, line: str, capsys: pytest.CaptureFixture[str]) -> None:
    (six / "cases.csv").write_text(f"area,date,count\na,2026-01-01,1\n{line}\n")
    assert _run(six) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert ODD[line] in said.err
    assert not (six / "out.csv").exists()


@pytest.mark.parametrize(
    ("areas", "word"),
    [
        ("area,x\na,1\n", "y"), ("area,x,y\n", "no area"), ("area,x,y\na,1,1\na,2,2\n", "twice"),
        ("area,x,y\na,1,\nb,2,2\n", "“a”"), ("area,x,y\na,1,1\n", "two areas"),
    ],
)  # fmt: skip
def test_bad_areas_are_one_line(six: Path, areas: str, word: str, capsys: pytest.CaptureFixture[str]) -> None:
    (six / "areas.csv").write_text(areas)
    (six / "cases.csv").write_text("area,date,count\na,2026-01-01,1\na,2026-01-02,1\n")
    assert _run(six) == 2
    said = capsys.readouterr().err
    assert word in said.splitlines()[-1]
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "word"),
    [
        (["--theta", "2"], "--theta"), (["--theta", "-1", "--model", "eb-negbin"], "--theta"),
        (["--model", "pb-poisson"], "--population"), (["--duration", "30", "--model", "eb-poisson"], "--baseline"),
        (["--step", "week"], "week"), (["--out", "o.xlsx"], ".xlsx"), (["--replicates", "0"], "replicates"),
    ],
)  # fmt: skip
def test_what_cannot_be_scanned_is_said(
    six: Path, words: list[str], word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(six, *words) == 2
    said = capsys.readouterr().err
    assert word in said
    assert said.count("\n") == 1


def test_cases_where_nobody_lives_are_refused_and_areas_without_people_left_out(
    six: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people = six / "people.csv"
    rows = [f"{code},2020-01-01,{0 if code == 'b' else 900}\n" for code in CODES]
    people.write_text("area,date,population\n" + "".join(rows))
    assert _run(six, "--population", str(people), model="pb-poisson") == 2
    assert "“b”" in capsys.readouterr().err
    cases = (six / "cases.csv").read_text().splitlines()
    (six / "cases.csv").write_text("\n".join(line for line in cases if not line.startswith("b,")))
    assert _run(six, "--population", str(people), model="pb-poisson") == 0
    assert "without population or expectation, not scanned: 1 (first b)" in capsys.readouterr().err
    people.write_text("area,date,population\n" + "".join(f"{code},2020-01-01,0\n" for code in CODES))
    assert _run(six, "--population", str(people), model="pb-poisson") == 2


def test_an_area_that_splits_repeated_days_and_gaps_are_told(six: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = (six / "cases.csv").read_text().splitlines()
    late = [line for line in lines if not (line.startswith("f,") and line < "f,2026-01-15")]
    (six / "cases.csv").write_text("\n".join([*late, "a,2026-01-03,1", ""]))
    assert _run(six) == 0
    said = " ".join(capsys.readouterr().err.split())
    assert "repeat an area and a day, added up: 1;" in said
    assert "without counts on some dates, taken as 0: 1 (first f)" in said


def test_fewer_areas_and_steps_than_asked_for_are_told(six: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(six, "--neighbours", "50", "--duration", "90") == 0
    said = capsys.readouterr().err
    assert "Areas in all: 6; a zone has 6 at most" in said
    assert "Steps in all: 30" in said


def test_a_figure_given_twice_or_below_nought_is_refused(six: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for rows, word in (("a,2026-01-01,1\na,2026-01-01,1\n", "twice"), ("a,2026-01-01,-1\n", "at least 0")):
        (six / "base.csv").write_text(f"area,date,expected\n{rows}")
        assert _run(six, "--baseline", str(six / "base.csv"), model="eb-poisson") == 2
        assert word in capsys.readouterr().err


def test_it_speaks_chinese(six: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert _run(six) == 0
    assert "序列按日" in capsys.readouterr().err
