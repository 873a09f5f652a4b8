"""`gridcommons locate`: which area each point lies in, exactly."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gridcommons.cli.speech import complain

if TYPE_CHECKING:
    from rich.progress import Progress


def locate(
    areas: Annotated[Path, typer.Option(help="GeoJSON polygons (WGS 84) with property `code`.")],
    points: Annotated[str, typer.Option(help="CSV or Parquet with id, lon, lat; - for standard input.")],
    out: Annotated[str, typer.Option(help="CSV or Parquet with id, code; - for standard output.")],
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress bar.")] = False,
) -> None:
    """The area of each point: empty when outside, the smaller code on a shared border.

    Example: gridcommons locate --areas grids.geojson --points points.csv --out codes.csv
    """
    from gridcommons.cli.tables import read_rows, write_rows
    from gridcommons.territory.geojson import read_areas
    from gridcommons.territory.locating import POINT_COLUMNS, Locator, locate_rows

    known = read_areas(areas)
    locator = Locator(list(known), list(known.values()))
    found = 0

    with _progress(quiet) as shown:
        task = shown.add_task("locate", total=None)

        def counted() -> Iterator[tuple[str, str]]:
            nonlocal found
            for name, code in locate_rows(locator, read_rows(points, POINT_COLUMNS)):
                found += bool(code)
                shown.advance(task)
                yield name, code

        total = write_rows(out, ("id", "code"), counted())
    complain(f"{total} 个点，{found} 个在区内。", f"{total} points, {found} inside an area.")


def _progress(quiet: bool) -> Progress:
    """A bar on standard error that goes when the work is done; none where nobody watches."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal)


def attach(app: typer.Typer) -> None:
    """Add the command."""
    app.command("locate")(locate)
