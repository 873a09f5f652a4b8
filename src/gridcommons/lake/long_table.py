"""Sums as a long table `level,code,date,kind,visits,households,minutes` of Arrow, part of the analysis packages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np

from gridcommons.lake.cubes import LevelSums
from gridcommons.lake.rolling import COLUMNS


def schema() -> Any:
    """The types of the columns; codes are text, counts whole numbers of 64 bits."""
    import pyarrow as pa

    words = pa.dictionary(pa.int32(), pa.string())
    types = (words, words, pa.date32(), words, pa.int64(), pa.int64(), pa.int64())
    return pa.schema(list(zip(COLUMNS, types, strict=True)))


def table_of(day: date, kinds: Sequence[str], sums: Sequence[LevelSums]) -> Any:
    """The sums of a day as rows, for areas and kinds that have visits."""
    import pyarrow as pa

    return pa.concat_tables([_of_level(day, kinds, one) for one in sums]) if sums else schema().empty_table()


def _of_level(day: date, kinds: Sequence[str], one: LevelSums) -> Any:
    import pyarrow as pa

    area, kind = one.visits.nonzero()

    def keyed(places: Any, keys: Sequence[str]) -> Any:
        return pa.DictionaryArray.from_arrays(places.astype(np.int32), pa.array(keys, pa.string()))

    figures = (cells[area, kind].astype(np.int64) for cells in (one.visits, one.households, one.minutes))
    level, days = keyed(np.zeros(area.size), [one.level]), pa.repeat(pa.scalar(day, pa.date32()), area.size)
    columns = [level, keyed(area, one.codes), days, keyed(kind, kinds), *figures]
    return pa.table(columns, schema=schema())


def write_table(table: Any, out: str) -> None:
    """Write a table of such rows in the types that `schema` says."""
    import pyarrow.parquet as pq

    pq.write_table(table.cast(schema()), out, version="2.6")
