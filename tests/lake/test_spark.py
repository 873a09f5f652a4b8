"""The same expressions on Spark say what the cubes say. Slow: Spark needs a Java and half a minute."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gridcommons.cli.main import run
from gridcommons.kit.errors import Refusal
from gridcommons.lake import spark
from gridcommons.lake.store import plain_files
from lake.saying_the_same import (
    LAST,
    by_cubes,
    by_expressions,
    covered_by_cubes,
    covered_by_expressions,
    filled,
    odd_file,
)


@pytest.fixture(scope="module")
def backend() -> Iterator[Any]:
    if not spark.has_java():
        pytest.skip("no Java on this machine: .ci/run installs one")
    with spark.session("local[2]") as backend:
        yield backend


@pytest.mark.slow
def test_a_lake_is_rolled_up_and_covered_alike(backend: Any, tmp_path: Path) -> None:
    lake = filled(tmp_path)
    assert by_expressions(backend, plain_files(lake), of_a_lake=True) == by_cubes(lake) != []
    assert covered_by_expressions(backend, lake, LAST) == covered_by_cubes(lake, LAST) != []


@pytest.mark.slow
@pytest.mark.usefixtures("backend")
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_the_door_answers_alike_by_either_engine(tmp_path: Path, ending: str) -> None:
    visits = odd_file(tmp_path / f"v.{ending}")
    said = {}
    for engine in ("duckdb", "spark"):
        out = tmp_path / f"{engine}.csv"
        assert run(["rollup", "--visits", str(visits), "--out", str(out), "--engine", engine]) == 0
        said[engine] = sorted(out.read_text("utf-8").splitlines())
    assert said["spark"] == said["duckdb"]
    assert len(said["spark"]) > 20


def test_without_java_or_spark_one_sentence_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spark, "has_java", lambda: False)
    monkeypatch.setattr(spark.importlib.util, "find_spec", lambda _name: object())
    assert _code() == "lake.no_java"
    monkeypatch.setattr(spark.importlib.util, "find_spec", lambda _name: None)
    assert _code() == "lake.no_spark"


def _code() -> str:
    with pytest.raises(Refusal) as refusal, spark.session():
        pass
    return refusal.value.code
