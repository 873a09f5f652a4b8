"""`gridcommons areas draw`, `load` and `outlines` on the machine itself: one line for each fault, exit codes, twice."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from shapely import box
from shapely.geometry import mapping

from cases.founding.sheets_of_a_county import own_folder
from gridcommons.access.identify import program
from gridcommons.cli.main import run
from gridcommons.territory import layerfile
from gridcommons.territory.outlines.queries import drafts
from gridcommons.territory.queries import grid_at
from gridcommons.territory.schemes.queries import loaded_scheme
from town import AT, GRID, NEXT_GRID, Town

MOVED = {GRID: box(119.26, 28.58, 119.285, 28.60), NEXT_GRID: box(119.28499, 28.58, 119.30, 28.60)}
KOREA = {"43": box(127, 36, 128, 37), "43760": box(127, 36, 127.5, 37)}


@pytest.fixture(autouse=True)
def _own_folder(standing_town: Town, db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.setenv("GRIDCOMMONS_DATA", str(tmp_path / "data"))
    yield from own_folder(tmp_path, monkeypatch)


def layer(folder: Path, shapes: Mapping[str, Any], name: str = "layer.geojson") -> str:
    rows = [
        {"type": "Feature", "properties": {"code": c, "name": f"n{c}"}, "geometry": mapping(s)}
        for c, s in shapes.items()
    ]
    (folder / name).write_text(json.dumps({"type": "FeatureCollection", "features": rows}), "utf-8")
    return str(folder / name)


def kept() -> int:
    return drafts(program("test"), AT)[1]


def test_a_layer_is_told_then_kept_then_adopted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file, report = layer(tmp_path, MOVED), tmp_path / "found.csv"
    order = ["areas", "draw", file, "--crs", "EPSG:4490", "--quiet"]
    assert run([*order, "--dry-run", "--report", str(report)]) == 0
    assert "Nothing was kept" in capsys.readouterr().out
    assert [row["kind"] for row in csv.DictReader(report.open(encoding="utf-8"))] == ["overlap"]
    assert run(order) == 2
    assert "where the outlines come from" in capsys.readouterr().err
    assert kept() == 0
    assert run([*order, "--source", "survey"]) == 0
    assert (kept(), grid_at(119.282, 28.59)) == (1, NEXT_GRID)
    assert run([*order, "--source", "survey", "--adopt", "No. 12"]) == 0
    assert (kept(), grid_at(119.282, 28.59)) == (2, GRID)


BAD = {
    "no file": (["nowhere.geojson", "--crs", "WGS84"], "cannot be opened"),
    "no system": (["layer.geojson"], "not guessed"),
    "an unknown system": (["layer.geojson", "--crs", "Mars 2"], "not known"),
    "swapped": (["swapped.geojson", "--crs", "WGS84"], "exchanged"),
    "unknown codes": (["korea.geojson", "--crs", "WGS84"], "Check the code field"),
}  # fmt: skip


@pytest.mark.parametrize("how", BAD)
def test_every_bad_layer_is_one_line_and_two(
    how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    layer(tmp_path, MOVED)
    layer(tmp_path, {GRID: box(28.58, 119.26, 28.60, 119.28)}, "swapped.geojson")
    layer(tmp_path, KOREA, "korea.geojson")
    arguments, said = BAD[how]
    assert run(["areas", "draw", *arguments, "--source", "x", "--quiet"]) == 2
    told = capsys.readouterr().err
    assert (told.count("\n"), said in told) == (1, True)
    assert kept() == 0


def test_a_file_that_is_too_large_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(layerfile, "MOST_BYTES", 100)
    monkeypatch.setattr(Path, "read_bytes", lambda _path: pytest.fail("it was read"))
    file = layer(tmp_path, MOVED)
    for order in (["draw", file], ["load", file, "--scheme", "kr-bjd"]):
        assert run(["areas", *order, "--crs", "WGS84", "--quiet"]) == 2
        assert "too large" in capsys.readouterr().err


def test_a_scheme_loads_twice_and_its_outlines_serve_locate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    order = ["areas", "load", layer(tmp_path, KOREA), "--scheme", "kr-bjd", "--crs", "EPSG:4326", "--quiet"]
    assert run([*order, "--dry-run"]) == 0
    assert run(order) == 0
    assert "2 added, 0 changed, 0 ended, 0 the same" in capsys.readouterr().out
    assert run(order) == 0
    assert "0 added, 0 changed, 0 ended, 2 the same" in capsys.readouterr().out
    assert loaded_scheme("kr-bjd").total == 2
    out, points = tmp_path / "out.geojson", tmp_path / "p.csv"
    assert run(["areas", "outlines", str(out), "--scheme", "kr-bjd", "--level", "sigungu"]) == 0
    points.write_text("id,lon,lat\na,127.2,36.5\nb,127.8,36.5\n")
    capsys.readouterr()
    assert run(["locate", "--areas", str(out), "--points", str(points), "--out", "-"]) == 0
    assert capsys.readouterr().out.split() == ["id,code", "a,43760", "b,"]
    for wrong in (["--scheme", "nowhere"], ["--scheme", "kr-bjd", "--since", "soon"]):
        assert run([*order[:3], *wrong, "--crs", "EPSG:4326", "--quiet"]) == 2
        assert capsys.readouterr().err.count("\n") == 1
