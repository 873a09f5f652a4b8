"""`gridcommons start` as the first command ever on a machine: no data folder, no database, no tables."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cases.founding.sheets_of_a_county import COUNTY, book


def _door(*words: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gridcommons.cli.main", *words]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False, timeout=300)


@pytest.fixture
def bare(tmp_path: Path) -> dict[str, str]:
    """The environment of somebody who set nothing."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GRIDCOMMONS_")}
    kept.pop("XDG_DATA_HOME", None)
    return kept | {"HOME": str(tmp_path / "home"), "LANG": "en_US.UTF-8"}


def test_empty_sheets_need_no_data_folder(tmp_path: Path, bare: dict[str, str]) -> None:
    made = _door("start", "--templates", str(tmp_path / "sheets"), env=bare)
    assert (made.returncode, made.stderr) == (0, "")
    assert len(list((tmp_path / "sheets").glob("*.xlsx"))) == 7
    assert not (tmp_path / "home").exists()


@pytest.mark.slow
def test_the_first_command_makes_the_tables_that_it_needs(tmp_path: Path, bare: dict[str, str]) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "county.xlsx").write_bytes(book(**COUNTY))
    try:
        for words, says in (
            (["--dry-run"], "nothing was written"),
            ([], "all in the ledger"),
            ([], "Nothing to change"),
        ):
            made = _door("start", str(tmp_path / "in"), "--quiet", *words, env=bare)
            assert (made.returncode, made.stderr) == (0, "")
            assert says in made.stdout
    finally:
        stopped = _door("db", "stop", env=bare)
    assert stopped.returncode == 0
