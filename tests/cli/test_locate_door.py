"""The door `locate` on plain files: exact, in CSV and Parquet, and one clear line for bad input."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from gridcommons.cli.main import run

SQUARES = {"331123001001001": (0.0, 0.0), "331123001001002": (1.0, 0.0)}


@pytest.fixture
def areas(tmp_path: Path) -> Path:
    features = [
        {
            "type": "Feature",
            "properties": {"code": code},
            "geometry": {"type": "Polygon", "coordinates": [[(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1), (x, y)]]},
        }
        for code, (x, y) in SQUARES.items()
    ]
    path = tmp_path / "areas.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path


@pytest.fixture(autouse=True)
def _in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")


def _run(areas: Path, points: str, out: Path, *words: str) -> int:
    return run(["locate", "--areas", str(areas), "--points", points, "--out", str(out), *words])


def _give(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    """Standard input holds this, read in a locale that is not UTF-8."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content), encoding="gb18030"))


def test_points_get_the_code_of_their_area_and_the_smaller_one_on_a_border(areas: Path, tmp_path: Path) -> None:
    points = tmp_path / "points.csv"
    points.write_text("id,lon,lat\na,0.5,0.5\nb,1.0,0.5\nc,1.5,0.5\nd,9,9\ne,,\n")
    out = tmp_path / "out.csv"
    assert _run(areas, str(points), out) == 0
    assert out.read_text().splitlines() == [
        "id,code", "a,331123001001001", "b,331123001001001", "c,331123001001002", "d,", "e,",
    ]  # fmt: skip


def test_parquet_goes_in_and_out(areas: Path, tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb", reason="the analysis packages are not installed")
    points, out = tmp_path / "points.parquet", tmp_path / "out.parquet"
    duckdb.connect().execute(f"COPY (SELECT 'a' AS id, 0.5 AS lon, 0.5 AS lat) TO '{points}' (FORMAT parquet)")
    assert _run(areas, str(points), out) == 0
    assert duckdb.connect().execute(f"SELECT id, code FROM '{out}'").fetchall() == [("a", "331123001001001")]


MISSING = {
    "id,x\n": "lon, lat", "": "id, lon, lat", "\n": "id, lon, lat", "id,lon\na,1\n": "lat",
    "id,x,y\na,1,2\n": "lon, lat",
}  # fmt: skip


@pytest.mark.parametrize("content", MISSING)
@pytest.mark.parametrize("standard", [False, True])
def test_missing_columns_are_named_also_where_there_are_no_rows(
    areas: Path, tmp_path: Path, content: str, standard: bool, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    points = tmp_path / "points.csv"
    points.write_text(content)
    _give(monkeypatch, content.encode())
    assert _run(areas, "-" if standard else str(points), Path("-")) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert f": {MISSING[content]}." in said.err


def test_a_heading_without_rows_is_an_empty_table(areas: Path, tmp_path: Path) -> None:
    points, out = tmp_path / "points.csv", tmp_path / "out.csv"
    points.write_text("id,lon,lat,,\n")
    assert _run(areas, str(points), out) == 0
    assert out.read_text() == "id,code\n"


@pytest.mark.parametrize("standard", [False, True])
def test_a_byte_order_mark_and_blanks_in_the_heading_are_no_part_of_it(
    areas: Path, tmp_path: Path, standard: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    content, out = "\ufeffid, lon,lat \n遂昌,0.5,0.5\n".encode(), tmp_path / "out.csv"
    (tmp_path / "points.csv").write_bytes(content)
    _give(monkeypatch, content)
    assert _run(areas, "-" if standard else str(tmp_path / "points.csv"), out) == 0
    assert out.read_text("utf-8") == "id,code\n遂昌,331123001001001\n"


UNUSABLE = {
    "another encoding": ("id,lon,lat\n遂昌,1,1\n".encode("gb18030"), "is no table"),
    "a heading twice": (b"id,lon,lat,lon\na,1,1,9\n", "more than once: lon."),
}


@pytest.mark.parametrize("how", UNUSABLE)
@pytest.mark.parametrize("standard", [False, True])
def test_a_table_that_cannot_be_used_is_refused_from_a_file_and_from_standard_input(
    areas: Path, tmp_path: Path, how: str, standard: bool, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    content, word = UNUSABLE[how]
    (tmp_path / "points.csv").write_bytes(content)
    _give(monkeypatch, content)
    assert _run(areas, "-" if standard else str(tmp_path / "points.csv"), tmp_path / "out.csv") == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert word in said


def test_quiet_drops_the_bar_and_keeps_the_sum(
    areas: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    (tmp_path / "points.csv").write_text("id,lon,lat\na,0.5,0.5\n")
    for words, barred in (([], True), (["--quiet"], False)):
        assert _run(areas, str(tmp_path / "points.csv"), tmp_path / "out.csv", *words) == 0
        said = capsys.readouterr().err
        assert ("locate" in said) == barred
        assert said.endswith("1 points, 1 inside an area.\n")


BROKEN = ["id,lon,lat\na,1,1\nb,1\n", "id,lon,lat\na,1,1,1\n", "id,lon,lat\na,nan,1\n", "id,lon,lat\na,2_8,1\n"]


@pytest.mark.parametrize("content", ["id,lon\na,1\n", "id,lon,lat\na,x,1\n", "id,lon,lat\na,500,1\n", *BROKEN])
def test_bad_points_end_in_one_line_and_leave_no_file(
    areas: Path, tmp_path: Path, content: str, capsys: pytest.CaptureFixture[str]
) -> None:
    points, out = tmp_path / "points.csv", tmp_path / "out.csv"
    points.write_text(content)
    assert _run(areas, str(points), out) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
    assert not out.exists()


def test_a_missing_file_is_named(areas: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(areas, str(tmp_path / "nowhere.csv"), tmp_path / "out.csv") == 2
    assert "nowhere.csv" in capsys.readouterr().err


ODD = (
    'id,lon,lat,note\na,0.5,0.5,x\n"b,""1""", 1.0 ,0.5,\nc,+1.5e0,.5,y\nd,9,9,\ne,,,\n007,,0.5,\n'
    '隐患,0.25,0.25,"two\nlines"\n'
)


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_column_by_column_and_row_by_row_write_the_same(
    areas: Path, tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    duckdb = pytest.importorskip("duckdb", reason="the analysis packages are not installed")
    points, quick, slow = tmp_path / "points.csv", tmp_path / f"quick.{ending}", tmp_path / f"slow.{ending}"
    points.write_text(ODD, encoding="utf-8")
    with monkeypatch.context() as blocked:
        blocked.setattr("gridcommons.cli.locate._row_by_row", _not_this_way)
        assert _run(areas, str(points), quick) == 0
    with monkeypatch.context() as blocked:
        blocked.setattr("gridcommons.cli.columns._taken_in", lambda *_: False)
        assert _run(areas, str(points), slow) == 0
    if ending == "csv":
        assert quick.read_bytes() == slow.read_bytes()
    read = (
        "SELECT id, coalesce(code, '') FROM '{}'"
        if ending == "parquet"
        else "SELECT * FROM read_csv('{}', all_varchar = true)"
    )
    rows = [duckdb.connect().execute(read.format(file)).fetchall() for file in (quick, slow)]
    assert rows[0] == rows[1]
    assert len(rows[0]) == 7


def _not_this_way(*_: object) -> tuple[int, int]:
    raise AssertionError("read row by row")


@pytest.mark.parametrize("kind", ["SMALLINT", "DOUBLE", "VARCHAR"])
def test_typed_coordinates_of_parquet_are_taken_by_columns(
    areas: Path, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    duckdb = pytest.importorskip("duckdb", reason="the analysis packages are not installed")
    points, out = tmp_path / "points.parquet", tmp_path / "out.csv"
    duckdb.connect().execute(
        f"COPY (SELECT 7 AS id, '1'::{kind} AS lon, '1'::{kind} AS lat) TO '{points}' (FORMAT parquet)"
    )
    monkeypatch.setattr("gridcommons.cli.locate._row_by_row", _not_this_way)
    assert _run(areas, str(points), out) == 0
    assert out.read_text() == "id,code\n7,331123001001001\n"


@pytest.mark.parametrize("bad", ["a,nan,1\n", "a,1,٣\n", "a,1_0,1\n", "a,1\n", "a,200,1\n", "a,1e999,1\n"])
def test_what_columns_cannot_read_is_told_of_as_before_and_nothing_is_written(
    areas: Path, tmp_path: Path, bad: str, capsys: pytest.CaptureFixture[str]
) -> None:
    points, out = tmp_path / "points.csv", tmp_path / "out.csv"
    points.write_text(f"id,lon,lat\nz,0.5,0.5\n{bad}", encoding="utf-8")
    assert _run(areas, str(points), out) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert list(tmp_path.glob("*out*")) == []


def test_a_long_file_keeps_its_order(areas: Path, tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb", reason="the analysis packages are not installed")
    points, out = tmp_path / "points.parquet", tmp_path / "out.parquet"
    drawn = "SELECT i AS id, (i * 7919 % 4001) / 2000.0 AS lon, 0.5::DOUBLE AS lat FROM range(400000) t(i)"
    duckdb.connect().execute(f"COPY ({drawn}) TO '{points}' (FORMAT parquet)")
    assert _run(areas, str(points), out) == 0
    rows = duckdb.connect().execute(f"SELECT id, code FROM '{out}'").fetchall()
    assert [row[0] for row in rows] == [str(n) for n in range(400_000)]
    codes = sorted(SQUARES)
    assert [row[1] for row in rows] == [codes[0 if n * 7919 % 4001 <= 2000 else 1] for n in range(400_000)]
