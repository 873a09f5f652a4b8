"""The benchmark table: registered once, measured in turn, written with all digits."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from gridcommons.cli import bench as table
from gridcommons.cli.bench import COLUMNS, as_dict, known_benches
from gridcommons.cli.benches import BENCHES, Bench, Row, bench
from gridcommons.cli.benches.ledger import cost_of_writing, opening, seal_and_verify
from gridcommons.cli.benches.setup import _HIDDEN, path_without
from gridcommons.cli.main import run


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The only benchmark there is counts to two."""

    def measure() -> Iterator[Row]:
        yield Row("counting", 1 / 3, "limit", 2.0, "s", "lower is better")

    monkeypatch.setattr(table, "known_benches", lambda: {"counting": Bench("counting", measure, database=False)})


def test_a_row_carries_ours_beside_the_other_and_their_ratio(counting: None, tmp_path: Path) -> None:
    file = tmp_path / "rows.json"
    assert run(["bench", "counting", "--json", str(file)]) == 0
    (row,) = json.loads(file.read_text())
    assert tuple(row) == COLUMNS
    assert row == {
        "name": "counting", "ours": 1 / 3, "peer_or_limit": "limit", "other": 2.0, "ratio": 1 / 6, "unit": "s",
        "note": "lower is better",
    }  # fmt: skip


def test_rows_go_to_standard_output_as_json_alone(counting: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["bench", "--json", "-"]) == 0
    said = capsys.readouterr()
    assert [row["name"] for row in json.loads(said.out)] == ["counting"]
    assert said.err.startswith("counting: ")


LONG = "a-benchmark-with-a-name-much-longer-than-any-column"


def _rows() -> Iterator[Row]:
    note = "a note that is wider than a terminal of eighty columns and stands whole on a line of its own below"
    yield Row(LONG, 17.25, "limit", 15.0, "% of the write", note)
    yield Row("kept", 14.0, "limit", 15.0, "s")
    yield Row("rate-kept", 9e3, "limit", 5e3, "entries/s", more_is_better=True)
    yield Row("rate-missed", 4e3, "limit", 5e3, "entries/s", more_is_better=True)
    yield Row("beside-a-peer", 4.0, "SciPy", 1.0, "s")


def test_no_name_is_cut_and_a_missed_limit_is_marked_and_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(table, "known_benches", lambda: {"all": Bench("all", _rows, database=False)})
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    assert run(["bench"]) == 0
    said = capsys.readouterr()
    heading, *lines = said.out.splitlines()
    at = heading.split().index("met")
    met = {words[0]: words[at] for line in lines if not line.startswith(" ") for words in [line.split()]}
    assert met == {LONG: "NO", "kept": "yes", "rate-kept": "yes", "rate-missed": "NO", "beside-a-peer": "-"}
    assert sum(line.endswith("on a line of its own below") for line in lines) == 1
    missed = [line for line in said.err.splitlines() if line.startswith("Limit missed: ")]
    assert missed == [
        f"Limit missed: {LONG} (17.25 / 15 % of the write)", "Limit missed: rate-missed (4,000 / 5,000 entries/s)",
    ]  # fmt: skip


def test_an_unknown_benchmark_is_one_line_that_names_the_known_ones(
    counting: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["bench", "nothing", "counting"]) == 2
    said = capsys.readouterr()
    assert "nothing" in said.err
    assert "counting" in said.err
    assert (said.out, said.err.count("\n")) == ("", 1)


def test_a_name_is_registered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gridcommons.cli.benches.BENCHES", dict(BENCHES))
    bench("twice")(list)
    with pytest.raises(ValueError, match="twice"):
        bench("twice")(list)


def test_nothing_to_compare_with_is_no_number() -> None:
    assert math.isnan(Row("x", 1.0, "", 0.0, "s").ratio)
    assert as_dict(Row("x", 1.0, "peer", 4.0, "s"))["ratio"] == 0.25


def test_the_ledger_is_benchmarked_on_the_real_database() -> None:
    assert known_benches()["ledger"].database


def test_the_benchmark_of_the_ledger_seals_and_verifies_what_it_made(committed: None) -> None:
    sealing, verifying = seal_and_verify(700)
    assert sealing > 0
    assert verifying > 0


def test_with_and_without_an_entry_are_taken_in_turn(committed: None) -> None:
    from gridcommons.access.models import LedgerEntry, Office

    written, bare = cost_of_writing(opening(), 25)
    assert Office.objects.count() == 50
    assert LedgerEntry.objects.count() == 25
    assert written > 0
    assert bare > 0


def test_the_bare_set_up_sees_no_node_and_no_postgresql(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("git", "node", "npm", "psql", "pg_ctl", "nodding"):
        (programs / name).touch()
    monkeypatch.setenv("PATH", f"{programs}:{tmp_path / 'nowhere'}")
    found = path_without(_HIDDEN, tmp_path / "links")
    assert sorted(link.name for link in Path(found).iterdir()) == ["git", "nodding"]
