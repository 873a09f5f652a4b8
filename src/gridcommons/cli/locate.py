"""`gridcommons locate`: which area each point lies in, exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gridcommons.cli.speech import complain

if TYPE_CHECKING:
    from rich.progress import Progress

    from gridcommons.territory.cutting import Outline
    from gridcommons.territory.locating import Locator


def locate(
    areas: Annotated[Path, typer.Option(help="GeoJSON polygons (WGS 84) with property `code`.")],
    points: Annotated[str, typer.Option(help="CSV or Parquet with id, lon, lat; - for standard input.")],
    out: Annotated[str, typer.Option(help="CSV or Parquet with id, code; - for standard output.")],
    index: Annotated[
        Path | None, typer.Option(help="Keep the index over the areas in this file, and read it from there next time.")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No progress bar.")] = False,
) -> None:
    """The area of each point: empty when outside, the smaller code on a shared border.

    Example: gridcommons locate --areas grids.geojson --points points.csv --out codes.csv
    """
    from gridcommons.cli.columns import locate_columns
    from gridcommons.territory.geojson import read_areas

    locator = _locator(read_areas(areas), index)
    with _progress(quiet) as shown:
        task = shown.add_task("locate", total=None)
        done = locate_columns(locator, points, out, lambda more: shown.advance(task, more))
        total, found = done or _row_by_row(locator, points, out, lambda: shown.advance(task))
    complain(f"{total} 个点，{found} 个在区内。", f"{total} points, {found} inside an area.")


def _row_by_row(locator: Locator, points: str, out: str, advance: Callable[[], object]) -> tuple[int, int]:
    """The same one by one: from and to the standard streams, and where something has to be said about a row."""
    from gridcommons.cli.tables import read_rows, write_rows
    from gridcommons.territory.locating import POINT_COLUMNS, locate_rows

    found = 0

    def counted() -> Iterator[tuple[str, str]]:
        nonlocal found
        for name, code in locate_rows(locator, read_rows(points, POINT_COLUMNS)):
            found += bool(code)
            advance()
            yield name, code

    return write_rows(out, ("id", "code"), counted()), found


def _locator(known: Mapping[str, Outline], index: Path | None) -> Locator:
    """The locator over areas, its raster kept in a file where one is named."""
    from gridcommons.territory.indexfile import kept_locator
    from gridcommons.territory.locating import Locator

    codes, polygons = list(known), list(known.values())
    if index is None:
        return Locator(codes, polygons)
    locator, was_read = kept_locator(codes, polygons, index)
    if was_read:
        complain(f"读取了索引“{index.name}”。", f"The index “{index.name}” was read.")
    return locator


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
