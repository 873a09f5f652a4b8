"""`gridcommons locate`: which area each point lies in, exactly."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from gridcommons.cli.speech import complain


def locate(
    areas: Annotated[Path, typer.Option(help="GeoJSON polygons (WGS 84) with property `code`.")],
    points: Annotated[str, typer.Option(help="CSV or Parquet with id, lon, lat; - for standard input.")],
    out: Annotated[str, typer.Option(help="CSV or Parquet with id, code; - for standard output.")],
) -> None:
    """The area of each point: empty when outside, the smaller code on a shared border.

    Example: gridcommons locate --areas grids.geojson --points points.csv --out codes.csv
    """
    from gridcommons.cli.tables import read_rows, write_rows
    from gridcommons.territory.geojson import read_areas
    from gridcommons.territory.locating import Locator, locate_rows

    known = read_areas(areas)
    locator = Locator(list(known), list(known.values()))
    found = 0

    def counted() -> Iterator[tuple[str, str]]:
        nonlocal found
        for name, code in locate_rows(locator, read_rows(points)):
            found += bool(code)
            yield name, code

    total = write_rows(out, ("id", "code"), counted())
    complain(f"{total} 个点，{found} 个在区内。", f"{total} points, {found} inside an area.")


def attach(app: typer.Typer) -> None:
    """Add the command."""
    app.command("locate")(locate)
