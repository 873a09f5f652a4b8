"""The door `locate` on plain files: exact, in CSV and Parquet, and one clear line for bad input."""

from __future__ import annotations

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


def _run(areas: Path, points: str, out: Path) -> int:
    return run(["locate", "--areas", str(areas), "--points", points, "--out", str(out)])


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
