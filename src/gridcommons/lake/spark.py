"""The roll-up by Spark: the expressions of Ibis on a session of its own, for what outgrows one machine."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.lake.files import PARQUET
from gridcommons.lake.parquet import COLUMNS

NO_SPARK = refusal_kind(
    "lake.no_spark",
    status=400,
    zh="用 Spark 汇总需要安装 gridcommons[analysis,spark]。",
    en="Rolling up by Spark needs gridcommons[analysis,spark] installed.",
)
NO_JAVA = refusal_kind(
    "lake.no_java",
    status=400,
    zh="Spark 需要 Java 17 或更新的版本，本机没有找到。",
    en="Spark needs Java 17 or newer, and none was found on this machine.",
)


def has_java() -> bool:
    """Whether a Java is where Spark will look for it."""
    home = os.environ.get("JAVA_HOME")
    return bool(home and (Path(home) / "bin" / "java").exists()) or shutil.which("java") is not None


@contextmanager
def session(master: str = "local[*]") -> Iterator[Any]:
    """A backend of Ibis on a Spark of our own, ended afterwards; refuses where Spark or Java is missing."""
    if importlib.util.find_spec("pyspark") is None or importlib.util.find_spec("ibis") is None:
        raise refuse(NO_SPARK)
    if not has_java():
        raise refuse(NO_JAVA)
    import ibis
    from pyspark.sql import SparkSession

    settings = {
        "spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.log.level": "ERROR",
        "spark.sql.shuffle.partitions": "8", "spark.sql.session.timeZone": "UTC",
        "spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1",
    }  # fmt: skip
    builder = SparkSession.builder.appName("gridcommons").master(master)
    for key, value in settings.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    try:
        yield ibis.pyspark.connect(spark)
    finally:
        spark.stop()


def typed(table: Any) -> Any:
    """Visits of any files with the types that the expressions want: text, day, text, text, whole number."""
    casts = dict(zip(COLUMNS, ("string", "date", "string", "string", "float64"), strict=True))
    table = table.select(**{column: table[column].cast(kind) for column, kind in casts.items()})
    return table.mutate(minutes=table.minutes.cast("int64"))


def read(backend: Any, files: Sequence[Path]) -> Any:
    """Checked files as one table of a backend of Ibis, Spark or another."""
    tables = []
    for packed in (True, False):
        names = [str(file) for file in files if file.name.endswith(PARQUET) is packed]
        if names:
            tables.append(typed(_table(backend, names, packed)))
    return tables[0] if len(tables) == 1 else tables[0].union(tables[1])


def _table(backend: Any, names: list[str], packed: bool) -> Any:
    """Spark takes several files by its own reader alone; signs of patterns in their names mean themselves."""
    if backend.name != "pyspark":
        return backend.read_parquet(names) if packed else backend.read_csv(names, all_varchar=True)
    from pyspark.sql import SparkSession

    reader = SparkSession.active().read
    plain = [re.sub(r"([\\*?\[\]{}])", r"\\\1", name) for name in names]
    frame = reader.parquet(*plain) if packed else reader.csv(plain, header=True, escape='"')
    frame.createOrReplaceTempView(view := f"visits_{'parquet' if packed else 'csv'}")
    return backend.table(view)
