"""The door `rollup`: files in, sums of every level out; what is wrong in one line, with exit 2 and no half file."""

from __future__ import annotations

import csv
import gzip
import io
from pathlib import Path

import duckdb
import pytest

from gridcommons.cli.benches import rolling as bench
from gridcommons.cli.benches import visits as made
from gridcommons.cli.main import run
from gridcommons.lake.store import Lake
from lake.saying_the_same import odd_file
from lake.town_of_visits import a_day

HEAD = "grid,date,kind,household,minutes\n"
ROWS = (
    "331123001001001,2026-01-01,elder,h1,10\n331123001001001,2026-01-01,policy,h1,7\n"
    "331123001001002,2026-01-01,elder,h1,7\n331123001001002,2026-01-02,elder,0012,0\n"
)


@pytest.fixture(autouse=True)
def _in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")


def _run(visits: object, out: object, *words: str) -> int:
    return run(["rollup", "--visits", str(visits), "--out", str(out), *words])


def _rows(path: Path) -> list[list[str]]:
    return list(csv.reader(path.read_text("utf-8").splitlines()))


def test_the_sums_of_every_level_are_written(tmp_path: Path) -> None:
    (tmp_path / "v.csv").write_text(HEAD + ROWS)
    assert _run(tmp_path / "v.csv", tmp_path / "o.csv") == 0
    head, *rows = _rows(tmp_path / "o.csv")
    assert head == ["level", "code", "date", "kind", "visits", "households", "minutes"]
    assert len(rows) == 5 * 3 + 2 + 2, "five levels with three pairs of day and kind, and four of the grids"
    assert ["village", "331123001001", "2026-01-01", "elder", "2", "1", "17"] in rows
    assert ["grid", "331123001001002", "2026-01-02", "elder", "1", "1", "0"] in rows
    assert [row[2] for row in rows] == sorted(row[2] for row in rows)


def test_parquet_csv_a_folder_of_both_and_standard_input_say_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "v.csv").write_text(HEAD + ROWS)
    assert _run(tmp_path / "v.csv", tmp_path / "o.csv", "--quiet") == 0
    base, wanted = duckdb.connect(), (tmp_path / "o.csv").read_text()
    base.execute(
        f"COPY (FROM read_csv('{tmp_path}/v.csv', types = {{'household': 'VARCHAR'}})) TO '{tmp_path}/v.parquet'"
    )
    (tmp_path / "folder" / "deep").mkdir(parents=True)
    base.execute(f"COPY (FROM '{tmp_path}/v.parquet' LIMIT 2) TO '{tmp_path}/folder/one.parquet'")
    with gzip.open(tmp_path / "folder" / "deep" / "two.csv.gz", "wt") as file:
        file.write(HEAD + "".join(ROWS.splitlines(keepends=True)[2:]))
    (tmp_path / "folder" / "notes.txt").write_text("no table")
    for given in ("v.parquet", "folder"):
        assert _run(tmp_path / given, tmp_path / "again.csv", "--quiet") == 0
        assert (tmp_path / "again.csv").read_text() == wanted, given
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO((HEAD + ROWS).encode())))
    capsys.readouterr()
    assert _run("-", "-") == 0
    said = capsys.readouterr()
    assert (said.out, said.err) == (wanted, "19 rows written.\n")


def test_parquet_out_holds_the_same_rows_typed(tmp_path: Path) -> None:
    visits = odd_file(tmp_path / "v.parquet")
    assert _run(visits, tmp_path / "o.csv") == 0
    assert _run(visits, tmp_path / "o.parquet") == 0
    base = duckdb.connect()
    rows = base.execute("SELECT * FROM read_parquet(?)", [str(tmp_path / "o.parquet")]).fetchall()
    assert [[str(cell) for cell in row] for row in rows] == _rows(tmp_path / "o.csv")[1:]
    described = base.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(tmp_path / "o.parquet")]).fetchall()
    assert [kind for _name, kind, *_ in described] == ["VARCHAR", "VARCHAR", "DATE", "VARCHAR", *["BIGINT"] * 3]


def test_a_lake_is_rolled_up_from_its_folder(tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    lake.replace("331123", a_day("331123"))
    assert _run(lake.folder, tmp_path / "o.csv") == 0
    assert [row[4] for row in _rows(tmp_path / "o.csv") if row[0] == "county" and row[3] == "fire"] == [
        str(sum(a_day("331123").kind == 1))
    ]
    lake.replace("331123", a_day("331123", 1), key=b"k" * 32)
    assert _run(lake.folder, tmp_path / "none.csv") == 2
    assert not (tmp_path / "none.csv").exists()


def test_a_heading_without_rows_is_an_empty_table(tmp_path: Path) -> None:
    (tmp_path / "v.csv").write_text(HEAD)
    for out in ("o.csv", "o.parquet"):
        assert _run(tmp_path / "v.csv", tmp_path / out) == 0
        assert duckdb.connect().execute(f"SELECT count(*) FROM '{tmp_path / out}'").fetchone() == (0,)


BAD = {
    "grid,date,kind\n": "lacks these columns: household, minutes.",
    HEAD + "33112,2026-01-01,elder,h,1\n": "“33112” is no area code",
    HEAD + "33112300100100x,2026-01-01,elder,h,1\n": "“33112300100100x” is no area code",
    HEAD + ",2026-01-01,elder,h,1\n": "“” is no area code",
    HEAD + "331123,2026-02-30,elder,h,1\n": "“2026-02-30” is no date",
    HEAD + "331123,1/2/2026,elder,h,1\n331123,2026-01-01,elder,h,1\n": "“1/2/2026” is no date",
    HEAD + "331123,20260101,elder,h,1\n": "“20260101” is no date",
    HEAD + "331123,,elder,h,1\n": "“” is no date",
    HEAD + "331123,2026-01-01,,h,1\n": "no valid “kind”",
    HEAD + "331123,2026-01-01,elder,,1\n": "no valid “household”",
    HEAD + "331123,2026-01-01,elder,h,-1\n": "no valid “minutes”: “-1”",
    HEAD + "331123,2026-01-01,elder,h,1.5\n": "no valid “minutes”: “1.5”",
    HEAD + "331123,2026-01-01,elder,h,nan\n": "no valid “minutes”: “nan”",
    HEAD + "331123,2026-01-01,elder,h,65536\n": "no valid “minutes”: “65536”",
    HEAD + "331123,2026-01-01,elder,h,\n": "no valid “minutes”: “”",
    HEAD + "331123,2026-01-01,elder\n331123,2026-01-01,elder,h,1\n": "is no table that can be read",
}


@pytest.mark.parametrize("content", BAD, ids=BAD.values())
def test_bad_input_is_told_in_one_line(content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "v.csv").write_text(content)
    for out in ("o.csv", "o.parquet", "-"):
        target = out if out == "-" else tmp_path / out
        assert _run(tmp_path / "v.csv", target) == 2
        said = capsys.readouterr()
        assert (said.out, said.err.count("\n")) == ("", 1)
        assert BAD[content] in said.err
    assert [path.name for path in tmp_path.iterdir()] == ["v.csv"]


def test_what_is_no_file_of_visits_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "v.parquet").write_bytes(b"PAR1 no")
    for name, word in (("none.csv", "no visits"), ("empty", "no visits"), ("v.parquet", "is no table")):
        assert _run(tmp_path / name, tmp_path / "o.csv") == 2
        said = capsys.readouterr().err
        assert said.count("\n") == 1
        assert word in said


def test_a_target_that_cannot_be_written_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "v.csv").write_text(HEAD + ROWS)
    for out in ("none/o.csv", "none/o.parquet"):
        assert _run(tmp_path / "v.csv", tmp_path / out) == 2
        assert capsys.readouterr().err.count("\n") == 1


def test_the_yardstick_is_as_it_says() -> None:
    codes = [code for number in range(made.COUNTIES) for code in made.grid_codes(number)]
    assert len(codes) == len(set(codes)) == 61_000
    assert {len(code) for code in codes} == {15}
    assert made.visits_wanted() == 292_000_000
    one, again = made.county_day(3, 5, 900_000), made.county_day(3, 5, 900_000)
    assert (one.household == again.household).all()
    assert sum(len(made.county_day(number, 0, 100_001)) for number in range(made.COUNTIES)) == 100_001


@pytest.mark.slow
def test_the_benches_measure_what_they_say(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a thousandth of the visits: every row there, the sums of DuckDB and ours equal, or it would have stopped."""
    monkeypatch.setenv("GRIDCOMMONS_BENCH_VISITS", "292000")
    rows = [*bench.rollup_rows(), *bench.rollup_day_rows(), *bench.coverage_rows()]
    assert [(row.name, row.peer_or_limit, row.unit) for row in rows] == [
        ("rollup", "limit", "s"), ("rollup", "limit", "GB"), ("rollup", "limit", "bytes/visit"),
        ("rollup", "DuckDB group-by", "s"), ("rollup", "counting anew", "s"),
        ("rollup-day", "limit", "s"), ("rollup-day", "DuckDB group-by", "s"),
        ("coverage", "limit", "s"), ("coverage", "DuckDB distinct", "s"),
    ]  # fmt: skip
