"""The door `colours`: counts and people in, a colour with reasons out; barred columns and odd counts are refused."""

from __future__ import annotations

import csv
import io
import re
from importlib.resources import files
from pathlib import Path

import duckdb
import pytest

from gridcommons.cli.main import run
from gridcommons.outlook.colours.scheme import PACKAGE

HEAD = "area,date,count\n"
PEOPLE = "area,population\na,8000\nb,50000\n"
HAN = re.compile("[\u4e00-\u9fff]")


@pytest.fixture(autouse=True)
def _in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")


def _days(area: str, figures: list[object], more: str = "") -> str:
    return "".join(f"{area},2026-03-{day:02d},{figure}{more}\n" for day, figure in enumerate(figures, 1))


QUIET = HEAD + _days("a", [0] * 19 + [3]) + _days("b", [0] * 15 + [150, 0, 0, 0, 0])


def _file(folder: Path, text: str, name: str = "c.csv") -> Path:
    (folder / name).write_text(text)
    return folder / name


def _run(folder: Path, counts: str, *words: str, people: str = PEOPLE, out: str = "o.csv") -> int:
    given = _file(folder, counts), _file(folder, people, "a.csv")
    target = out if out == "-" else str(folder / out)
    return run(["colours", "--counts", str(given[0]), "--areas", str(given[1]), "--out", target, *words])


def _rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text("utf-8").splitlines()))


def test_every_area_has_a_colour_with_its_rule_and_reasons_on_every_day(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(tmp_path, QUIET) == 0
    rows = _rows(tmp_path / "o.csv")
    assert list(rows[0]) == ["area", "date", "colour", "rule", "reasons"]
    assert [(row["area"], row["date"]) for row in rows[::20]] == [("a", "2026-03-01"), ("b", "2026-03-01")]
    assert len(rows) == 40
    assert [row["colour"] for row in rows[13:20]] == ["green"] * 6 + ["blue"]
    assert (rows[35]["colour"], rows[35]["rule"]) == ("red", "default@2026.1/E1")
    assert "3 cases in 14 days, 37.5 per 100,000" in rows[19]["reasons"]
    assert "not known: open clusters" in rows[19]["reasons"]
    said = capsys.readouterr().err.splitlines()
    assert said[0] == (
        "Not given, though “default” asks for it: open clusters, p of the space-time scan, grids that reported (%)."
    )
    assert said[1] == "default@2026.1: 2 areas, 20 days; 2 up, 0 down, 1 to be signed, 26 area-days grey."


def test_reasons_are_said_in_chinese_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "zh_CN.UTF-8")
    assert _run(tmp_path, QUIET, "--quiet") == 0
    assert all(HAN.search(row["reasons"]) for row in _rows(tmp_path / "o.csv"))


@pytest.mark.parametrize("scheme", ["default", "state-council-2020", "ecdc-2021", "italy-2021", "cdc-2022"])
def test_the_named_schemes_colour_a_plain_table(scheme: str, tmp_path: Path) -> None:
    assert _run(tmp_path, QUIET, "--scheme", scheme, "--quiet") == 0
    rows = _rows(tmp_path / "o.csv")
    assert {row["rule"].split("@")[0] for row in rows} == {scheme}
    last = {row["area"]: row["colour"] for row in rows}
    assert last["b"] in {"red", "yellow", "grey"}, "never the colour of nothing"


def test_a_scheme_may_be_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = files(PACKAGE).joinpath("data", "schemes", "default.toml").read_text("utf-8")
    own = _file(tmp_path, text.replace('key = "default"', 'key = "own"').replace('>=", 200]', '>=", 900]'), "own.toml")
    assert _run(tmp_path, QUIET, "--scheme", str(own), "--quiet") == 0
    assert _rows(tmp_path / "o.csv")[35]["rule"] == "own@2026.1/D1"
    for content, said in (("key = 1\n", "unsound"), ("key = [\n", "unsound")):
        assert _run(tmp_path, QUIET, "--scheme", str(_file(tmp_path, content, "bad.toml"))) == 2
        assert said in capsys.readouterr().err
    (tmp_path / "bad.toml").write_bytes(b"\xff\xfe")
    assert _run(tmp_path, QUIET, "--scheme", str(tmp_path / "bad.toml")) == 2
    assert _run(tmp_path, QUIET, "--scheme", str(tmp_path / "none.toml")) == 2
    assert "cannot be opened" in capsys.readouterr().err


def test_further_measures_are_read_from_columns_of_their_names(tmp_path: Path) -> None:
    head = "area,date,count,imported,completeness,clusters\n"
    counts = head + _days("a", [3] * 20, ",3,90,0") + _days("b", [0] * 20, ",0,79,0")
    assert _run(tmp_path, counts, "--quiet") == 0
    last = {row["area"]: row for row in _rows(tmp_path / "o.csv")}
    assert (last["a"]["colour"], last["b"]["colour"]) == ("green", "grey")
    assert "only 79 % of grids reported" in last["b"]["reasons"]
    assert _run(tmp_path, counts.replace(",3,90,0", ",0,90,2"), "--quiet") == 0
    assert {row["area"]: row["colour"] for row in _rows(tmp_path / "o.csv")}["a"] == "red"


def test_an_empty_share_of_grids_is_unknown_and_makes_nothing_greener(tmp_path: Path) -> None:
    days = [f"2026-03-{day:02}" for day in range(1, 31)]
    told = "".join(f"a,{day},0,50\n" for day in days[:20]) + "".join(f"a,{day},0,\n" for day in days[20:])
    assert _run(tmp_path, "area,date,count,completeness\n" + told, "--quiet") == 0
    rows = {row["date"]: row for row in _rows(tmp_path / "o.csv") if row["area"] == "a"}
    assert {rows[day]["colour"] for day in days} == {"grey"}
    assert "only 50 % of grids reported" in rows["2026-03-20"]["reasons"]
    assert "how many grids reported is not known (80 % are needed)" in rows["2026-03-21"]["reasons"]


def test_other_schemes_are_tried_beside_it_and_summed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--try", "state-council-2020", "--try", "cdc-2022", "--summary", str(tmp_path / "s.csv"))
    assert _run(tmp_path, QUIET, *words) == 0
    rows = _rows(tmp_path / "s.csv")
    assert {row["scheme"] for row in rows} == {"default@2026.1", "state-council-2020@1", "cdc-2022@1"}
    for name in {row["scheme"] for row in rows}:
        assert sum(int(row["area_days"]) for row in rows if row["scheme"] == name) == 40
    said = capsys.readouterr().err
    assert said.count(" up, ") == 3
    assert "Not given, though “cdc-2022” asks for it:" in said, "or nobody knew why it is grey"


def test_parquet_and_standard_streams(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _run(tmp_path, QUIET, "--quiet") == 0
    wanted = (tmp_path / "o.csv").read_text()
    duckdb.connect().execute(f"COPY (FROM '{tmp_path}/c.csv') TO '{tmp_path}/c.parquet'")
    given = ["colours", "--areas", str(tmp_path / "a.csv"), "--quiet"]
    assert run([*given, "--counts", str(tmp_path / "c.parquet"), "--out", str(tmp_path / "p.parquet")]) == 0
    found = duckdb.connect().execute(f"SELECT count(*) FROM '{tmp_path}/p.parquet'").fetchone()
    assert found == (40,)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(QUIET.encode())))
    capsys.readouterr()
    assert run([*given, "--counts", "-", "--out", "-"]) == 0
    assert capsys.readouterr().out == wanted


NOTES = {
    QUIET + _days("c", []): ("a,8000\nb,50000\nc,9000\n", "1 areas never reported and are grey: c."),
    QUIET.replace("a,2026-03-05,0\n", ""): ("a,8000\nb,50000\n", "1 area-days between reports are missing"),
    QUIET: ("a,0\nb,50000\n", "1 areas have too few people"),
}


@pytest.mark.parametrize("counts", NOTES, ids=[said for _people, said in NOTES.values()])
def test_odd_counts_are_told_also_when_the_rest_is_quiet(
    counts: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    people, said = NOTES[counts]
    assert _run(tmp_path, counts, "--quiet", people="area,population\n" + people) == 0
    assert said in capsys.readouterr().err


def test_all_zero_and_one_area(tmp_path: Path) -> None:
    assert _run(tmp_path, HEAD + _days("a", [0] * 20), "--quiet", people="area,population\na,8000\n") == 0
    assert _rows(tmp_path / "o.csv")[-1]["colour"] == "green"


BAD = {
    "area,date\na,2026-03-01\n": "lacks these columns: count.",
    HEAD: "no rows",
    HEAD + "a,2026-03-01,-1\n": "“count” is a whole number from 0 to two thousand million, not “-1”",
    HEAD + "a,2026-03-01,1e300\n": "not “1e300”",
    HEAD + "a,2026-03-01,0.5\n": "not “0.5”",
    HEAD + "a,2026-03-01,\n": "not “”",
    HEAD + "a,2026-3-1,1\n": "“2026-3-1” is no date",
    HEAD + ",2026-03-01,1\n": "“area” is empty",
    HEAD + "a,2026-03-01,1\na,2026-03-01,1\n": "a 2026-03-01 stands there a second time",
    HEAD + "z,2026-03-01,1\n": "not in the table of areas, so their people are not known: z.",
    HEAD + "a,1926-03-01,1\na,2026-03-01,1\n": "check the years",
    "area,date,count,imported\na,2026-03-01,1,2\n": "more imported cases than cases",
    "area,date,count,beds\na,2026-03-01,1,-2\n": "“beds” is a number from 0 to",
}


@pytest.mark.parametrize("counts", BAD, ids=BAD.values())
def test_bad_counts_are_told_in_one_line(counts: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for out in ("-", "o.csv"):
        assert _run(tmp_path, counts, out=out) == 2
        said = capsys.readouterr()
        assert (said.out, said.err.count("\n")) == ("", 1)
        assert BAD[counts] in said.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "c.csv"]


@pytest.mark.parametrize("column", ["race", "ethnicity", "民族", "religion", "party", "income", "Party_Member", "宗教"])
def test_columns_that_the_charter_bars_are_refused_by_name(
    column: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    barred = HEAD.replace("count", f"count,{column}") + "a,2026-03-01,1,x\n"
    assert _run(tmp_path, barred) == 2
    assert f"“{column}”" in capsys.readouterr().err
    assert _run(tmp_path, QUIET, people=f"area,population,{column}\na,8000,x\nb,50000,x\n") == 2
    said = capsys.readouterr().err
    assert f"“{column}”" in said
    assert "charter 2" in said
    assert not (tmp_path / "o.csv").exists()


def test_harmless_further_columns_are_ignored(tmp_path: Path) -> None:
    counts = HEAD.replace("count", "count,remark,field_7") + "a,2026-03-01,1,x,y\n"
    assert _run(tmp_path, counts, "--quiet") == 0


def test_people_must_be_a_table_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for people, said in [
        ("area\na\n", "population"),
        (PEOPLE + "a,1\n", "a second time"),
        ("area,population\na,-1\n", "is a number from 0 to two thousand million"),
    ]:
        assert _run(tmp_path, QUIET, people=people) == 2
        assert said in capsys.readouterr().err


def test_a_scheme_without_numbers_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(tmp_path, QUIET, "--scheme", "zhejiang-2020") == 2
    assert "only the structure was published" in capsys.readouterr().err
