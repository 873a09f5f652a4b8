"""Points looked up column by column: the quick way of `locate` for files that DuckDB reads as we would.

Whatever is unusual about a file (a broken row, a number that is none, a type we would write otherwise) is left to the
reading row by row, which knows what to say: then nothing has been written.
"""

from __future__ import annotations

import csv
import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gridcommons.kit.errors import Refusal

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from gridcommons.territory.locating import Locator

_PARQUET: Final = ".parquet"
_WHOLE: Final = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "VARCHAR")
_NUMBERS: Final = (*_WHOLE, "DOUBLE")
_DECIMAL: Final = r"\s*([+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,3})?)?\s*"
_PIECE: Final = 1_000_000


def locate_columns(locator: Locator, points: str, out: str, advance: Callable[[int], object]) -> tuple[int, int] | None:
    """Look up a file of points and write the file of codes, in its order; returns how many and how many are inside.

    None, with nothing written, where the rows have to be read one by one. `advance` hears of each piece looked up.
    """
    if "-" in {points, out} or importlib.util.find_spec("duckdb") is None:
        return None
    import duckdb

    target = Path(out)
    half = target.with_name(f".{target.name}.half")
    try:
        with duckdb.connect() as base:
            if not _taken_in(base, points):
                return None
            places = _looked_up(base, locator, advance)
            inside = int((places < len(locator.polygons)).sum())
            _written(base, locator, places, half, parquet=out.endswith(_PARQUET))
        half.replace(target)
    except (duckdb.Error, OSError, Refusal, UnicodeDecodeError, csv.Error):
        return None
    finally:
        half.unlink(missing_ok=True)
    return places.size, inside


def _taken_in(base: Any, points: str) -> bool:
    """The points as table `point`, in their order; False where a value is nothing that this way knows to read."""
    source = "read_parquet(?)" if points.endswith(_PARQUET) else _csv_source(points)
    if not source:
        return False
    described = f"DESCRIBE SELECT * FROM {source}"  # noqa: S608 - names of columns, without quotes
    kinds = {name: str(kind) for name, kind, *_more in base.execute(described, [points]).fetchall()}
    if kinds.get("id") not in _WHOLE or kinds.get("lon") not in _NUMBERS or kinds.get("lat") not in _NUMBERS:
        return False
    base.execute(f"CREATE TABLE point AS SELECT id::VARCHAR AS id, lon, lat FROM {source}", [points])  # noqa: S608
    for column in ("lon", "lat"):
        if kinds[column] != "VARCHAR":
            continue
        odd = f"SELECT 1 FROM point WHERE NOT regexp_full_match({column}, ?) LIMIT 1"  # noqa: S608 - one of two names
        if base.execute(odd, [_DECIMAL]).fetchone():
            return False
    return True


def _csv_source(points: str) -> str:
    """How DuckDB is told to read the file: every column as text, by the names of the heading; empty if it cannot be."""
    with Path(points).open(encoding="utf-8-sig", newline="") as file:
        names = [name.strip() for name in next(csv.reader(file), [])]
    if len(set(names)) != len(names) or not {"id", "lon", "lat"} <= set(names):
        return ""
    columns = ", ".join(f"'{name or f'column {n}'}': 'VARCHAR'".replace("''", "''''") for n, name in enumerate(names))
    if any("'" in name or '"' in name for name in names):
        return ""
    return (
        f"read_csv(?, header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"', "
        f"strict_mode = true, columns = {{{columns}}})"
    )


def _looked_up(base: Any, locator: Locator, advance: Callable[[int], object]) -> npt.NDArray[np.int32]:
    """The position of the area of each point in `locator.codes`, in the order of the file."""
    import numpy as np

    kinds = {name: kind for name, kind, *_more in base.execute("DESCRIBE point").fetchall()}
    text = "try_cast(nullif(trim({0}), '') AS DOUBLE) AS {0}"
    wanted = ", ".join((text if kinds[column] == "VARCHAR" else "{0}").format(column) for column in ("lon", "lat"))
    held = base.execute(f"SELECT {wanted} FROM point").fetchnumpy()  # noqa: S608 - two fixed names
    lon, lat = (np.ma.filled(held[column].astype(np.float64), np.nan) for column in ("lon", "lat"))
    found = np.empty(lon.size, dtype=np.int32)
    locator.raster()
    for start in range(0, lon.size, _PIECE):
        piece = slice(start, start + _PIECE)
        found[piece] = locator.positions(lon[piece], lat[piece])
        advance(found[piece].size)
    return found


def _written(base: Any, locator: Locator, places: npt.NDArray[np.int32], half: Path, *, parquet: bool) -> None:
    """The codes beside the ids, in the order of the file."""
    import numpy as np

    # The points stay the streaming side of the join, which keeps their order, and the few areas the side looked up.
    base.execute("SET disabled_optimizers = 'join_order,build_side_probe_side'")
    base.register("place", {"area": places})
    base.register("known", {"code": locator.codes, "number": np.arange(locator.codes.size, dtype=np.int32)})
    into = str(half).replace("'", "''")
    # A CSV says nothing where there is nothing, not "".
    columns = "id, code" if parquet else "nullif(id, '') AS id, nullif(code, '') AS code"
    shape = "FORMAT parquet" if parquet else "HEADER, DELIMITER ',', NULL ''"
    rows = f"SELECT {columns} FROM point POSITIONAL JOIN place LEFT JOIN known ON known.number = place.area"  # noqa: S608 - fixed words
    base.execute(f"COPY ({rows}) TO '{into}' ({shape})")
