"""The door `smooth`: counts and people in, raw and steadied rates out; every rule on odd input is told."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from gridcommons.cli.main import run

HEAD = "area,count,population\n"
TOWNS = HEAD + "a,30,1000\nb,25,1000\nc,35,1000\nd,28,1000\ne,0,1000\nf,1,1000\n"


@pytest.fixture(autouse=True)
def _in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")


def _run(given: object, out: object, *words: str) -> int:
    return run(["smooth", "--input", str(given), "--out", str(out), *words])


def _rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text("utf-8").splitlines()))


def _file(folder: Path, text: str, name: str = "a.csv") -> Path:
    (folder / name).write_text(text)
    return folder / name


def test_rates_are_the_reference(shared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (shared / "outlook" / "nm_EBest_global_1973_1991.csv").read_text()
    given = _file(tmp_path, text.replace("county,", "area,"))
    assert _run(given, tmp_path / "o.csv") == 0
    assert capsys.readouterr().err == "32 areas written.\n"
    ours, wanted = _rows(tmp_path / "o.csv"), _rows(given)
    assert list(ours[0]) == ["area", "raw", "smoothed"]
    for one, other in zip(ours, wanted, strict=True):
        assert one["area"] == other["area"]
        assert float(one["raw"]) == pytest.approx(float(other["raw"]), rel=1e-9)
        assert float(one["smoothed"]) == pytest.approx(float(other["eb"]), rel=1e-9)
    assert _run(given, tmp_path / "o.csv", "--more", "--cut", "5") == 0
    chances = _rows(shared / "outlook" / "nm_probmap.csv")
    for one, other in zip(_rows(tmp_path / "o.csv"), chances, strict=True):
        assert float(one["probability"]) == pytest.approx(float(other["pmap"]), abs=1e-9)
        assert float(one["expected"]) == pytest.approx(float(other["expCount"]), rel=1e-9)
        assert 0 <= float(one["probability_above"]) <= 1


def test_neighbours_lend_and_too_few_of_them_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pairs = _file(tmp_path, "a,b\na,b\na,c\na,d\ne,f\nb,a\n", "n.csv")
    assert _run(_file(tmp_path, TOWNS), tmp_path / "o.csv", "--neighbours", str(pairs), "--more", "--cut", "1000") == 0
    assert "5 areas have fewer than 3 neighbours" in capsys.readouterr().err
    ours = _rows(tmp_path / "o.csv")
    assert [row["neighbours_used"] for row in ours] == ["1", "0", "0", "0", "0", "0"]
    assert float(ours[0]["prior_mean"]) == pytest.approx(118 / 4000)
    assert float(ours[1]["prior_mean"]) == pytest.approx(119 / 6000)
    assert float(ours[0]["probability_above"]) > 0.99
    assert float(ours[4]["probability_above"]) < 0.5


NOTES = {
    HEAD + "a,0,0\nb,9,10000\nc,200,10000\n": "1 areas have no people",
    HEAD + "a,0,10\nb,0,10\n": "the common rate",
    HEAD + "a,3,8000\n": "the common rate",
    HEAD + "a,10,1000\nb,20,2000\nc,30,3000\n": "the common rate",
}


@pytest.mark.parametrize("content", NOTES)
def test_odd_maps_are_told(content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(_file(tmp_path, content), tmp_path / "o.csv", "--quiet") == 0
    assert NOTES[content] in capsys.readouterr().err
    first = _rows(tmp_path / "o.csv")[0]
    assert (first["raw"] == "") == (content.splitlines()[1] == "a,0,0") == (first["smoothed"] == "")


BAD = {
    "area,count\na,1\n": "lacks these columns: population",
    HEAD: "no rows",
    HEAD + "a,1,0\n": "there are cases but no people",
    HEAD + "a,1,10\na,1,10\n": "a stands there a second time",
    HEAD + "a,-1,10\n": "not “-1”",
    HEAD + "a,1.5,10\n": "not “1.5”",
    HEAD + "a,1,-10\n": "“population” is a number from 0 to",
    HEAD + ",1,10\n": "“area” is empty",
}


@pytest.mark.parametrize("content", BAD, ids=BAD.values())
def test_bad_input_is_told_in_one_line(content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(_file(tmp_path, content), tmp_path / "o.csv") == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert BAD[content] in said.err
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_neighbours_that_are_no_areas_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pairs = _file(tmp_path, "a,b\na,z\n", "n.csv")
    assert _run(_file(tmp_path, TOWNS), tmp_path / "o.csv", "--neighbours", str(pairs)) == 2
    assert "not areas of the input: z." in capsys.readouterr().err
