"""`gridcommons rollup`: visits added up by day, kind and area of every level."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from enum import StrEnum
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from gridcommons.cli.speech import complain
from gridcommons.cli.tables import NO_FILE, NO_PARQUET, STANDARD, require_written, write_rows
from gridcommons.kit.errors import refuse

if TYPE_CHECKING:
    from gridcommons.lake.cubes import LevelSums

    Day = tuple[date, tuple[str, ...], list[LevelSums]]

_PARQUET: Final = ".parquet"


class Engine(StrEnum):
    """By what is added up."""

    DUCKDB = "duckdb"
    SPARK = "spark"


def rollup(
    visits: Annotated[str, typer.Option(help="A lake's folder, or CSV or Parquet: grid,date,kind,household,minutes.")],
    out: Annotated[str, typer.Option(help="CSV or Parquet with the sums; - for standard output.")],
    engine: Annotated[Engine, typer.Option(help="duckdb: on this machine; spark: the same by Spark.")] = Engine.DUCKDB,
    quiet: Annotated[bool, typer.Option("--quiet", help="No line on what was done.")] = False,
) -> None:
    """Visits, distinct households and minutes by day, kind and area of all levels, where there are any.

    Example: gridcommons rollup --visits visits.csv --out sums.csv

    Parquet, read or written, needs the analysis packages: pip install gridcommons[analysis].
    """
    require_written(out)
    with _given(visits) as source:
        if out.endswith(_PARQUET) and importlib.util.find_spec("pyarrow") is None:
            next(_days(source), None)  # what is wrong with the input is said first
            raise refuse(NO_PARQUET)
        rows = _by_spark(source, out) if engine is Engine.SPARK else _written(_days(source), out)
    if not quiet:
        complain(f"写出{rows}行。", f"{rows} rows written.")


@contextmanager
def _given(visits: str) -> Iterator[str]:
    """The name of what was given; standard input is laid in a file first."""
    if visits != STANDARD:
        yield visits
        return
    with TemporaryDirectory(prefix="gridcommons-") as folder:
        path = Path(folder) / "standard-input.csv"
        path.write_bytes(sys.stdin.buffer.read())
        yield str(path)


def _is_lake(name: str) -> bool:
    from gridcommons.lake.store import MANIFEST

    return any(Path(name).glob(f"*/{MANIFEST}"))


def _days(name: str) -> Iterator[Day]:
    """The sums day after day: from a lake's cubes, else from whatever files these are."""
    from gridcommons.lake import files
    from gridcommons.lake.cubes import level_sums
    from gridcommons.lake.rolling import rolled
    from gridcommons.lake.store import Lake

    if _is_lake(name):
        yield from rolled(Lake(Path(name)))
        return
    with files.base_of(files.files_of(name)) as base:
        for cube in files.counted_days(base, files.check(base)):
            yield cube.day, cube.kinds, level_sums(cube)


def _written(days: Iterator[Day], out: str) -> int:
    """Write the sums as rows; nothing is left behind where something is refused half-way."""
    from gridcommons.lake.rolling import COLUMNS, rows_of

    if not out.endswith(_PARQUET):
        return write_rows(out, COLUMNS, chain.from_iterable(rows_of(*day) for day in days))
    with _parquet(out) as keep:
        return sum(keep(day) for day in days)


@contextmanager
def _parquet(out: str) -> Iterator[Any]:
    """A way to add days to a Parquet file that is there when all of them are."""
    import pyarrow.parquet as pq

    from gridcommons.lake.long_table import schema, table_of

    target = Path(out)
    half = target.with_name(f".{target.name}.half")
    try:
        with pq.ParquetWriter(str(half), schema(), version="2.6") as writer:

            def keep(day: Day) -> int:
                table = table_of(*day)
                writer.write_table(table)
                return int(table.num_rows)

            yield keep
        half.replace(target)
    except OSError as error:
        raise refuse(NO_FILE, name=out, said=error.strerror or str(error)) from error
    finally:
        half.unlink(missing_ok=True)


def _by_spark(name: str, out: str) -> int:
    """The expressions on Spark, over files that were checked first."""
    from gridcommons.lake import files, spark
    from gridcommons.lake.expressions import of_counties, rolled_up
    from gridcommons.lake.rolling import COLUMNS
    from gridcommons.lake.store import Lake, plain_files

    listed = plain_files(Lake(Path(name))) if _is_lake(name) else files.files_of(name)
    with files.base_of(listed) as base:
        files.check(base)
    with spark.session() as backend:
        visits = spark.read(backend, listed)
        sums = rolled_up(of_counties(visits) if _is_lake(name) else visits)
        table = sums.select(*COLUMNS).order_by("date", "level", "code", "kind").to_pyarrow()
    if not out.endswith(_PARQUET):
        return write_rows(out, COLUMNS, (tuple(row.values()) for row in table.to_pylist()))
    from gridcommons.lake.long_table import write_table

    write_table(table, out)
    return int(table.num_rows)


def attach(app: typer.Typer) -> None:
    """Add the command."""
    app.command("rollup")(rollup)
