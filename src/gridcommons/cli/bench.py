"""`gridcommons bench`: the benchmark table."""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from gridcommons.cli.speech import complain
from gridcommons.kit.errors import refusal_kind, refuse

if TYPE_CHECKING:
    from gridcommons.cli.benches import Bench, Row

SCRATCH: Final = "gridcommons_bench"
COLUMNS: Final = ("name", "ours", "peer_or_limit", "other", "ratio", "unit", "note")
_HEADING: Final = ("name", "ours", "peer_or_limit", "other", "ratio", "met", "unit")
_NUMBERS: Final = frozenset({1, 3, 4})

UNKNOWN_BENCH = refusal_kind(
    "bench.unknown",
    status=404,
    zh="没有名为 {names} 的测量；现有：{known}。",
    en="There is no benchmark {names}; there are: {known}.",
)


def known_benches() -> dict[str, Bench]:
    """All benchmarks of the package `benches`, by name."""
    from gridcommons.cli import benches

    for module in pkgutil.iter_modules(benches.__path__):
        importlib.import_module(f"{benches.__name__}.{module.name}")
    return dict(sorted(benches.BENCHES.items()))


@contextmanager
def scratch_database() -> Iterator[None]:
    """An empty, migrated database beside the real one, which this process's Django points at; dropped afterwards."""
    import django

    from gridcommons.cli.django_setup import OWNER_URL, SEALER_URL, WEB_URL, prepare
    from gridcommons.cli.postgres import OWNER, SEALER, WEB
    from gridcommons.cli.server import serving

    with serving() as server:
        server.make_scratch(SCRATCH)
        try:
            urls = {WEB_URL: server.url(WEB, SCRATCH), OWNER_URL: server.url(OWNER, SCRATCH)}
            os.environ |= {**urls, SEALER_URL: server.url(SEALER, SCRATCH), "GRIDCOMMONS_POOL": "0"}
            prepare(server.places, start=False)
            command = [sys.executable, "-m", "gridcommons.cli.main", "migrate"]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            django.setup()
            yield
            from django.db import connections

            connections.close_all()
        finally:
            server.drop(SCRATCH)


def measure(chosen: list[Bench]) -> Iterator[Row]:
    """Run benchmarks one after the other, saying on standard error how long each took."""
    with scratch_database() if any(one.database for one in chosen) else nullcontext():
        for one in chosen:
            began = time.monotonic()
            yield from one.measure()
            typer.echo(f"{one.name}: {time.monotonic() - began:.1f} s", err=True)


def as_dict(row: Row) -> dict[str, object]:
    """A row with all its digits."""
    return {column: getattr(row, column) for column in COLUMNS}


def table_of(rows: list[Row]) -> list[str]:
    """The lines of the table: columns as wide as they need, whatever the terminal; the note on a line below its row."""
    cells = [_HEADING, *(_cells(row) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    notes = ["", *(row.note for row in rows)]
    lines = []
    for line, note in zip(cells, notes, strict=True):
        padded = [
            c.rjust(w) if n in _NUMBERS else c.ljust(w) for n, (c, w) in enumerate(zip(line, widths, strict=True))
        ]
        lines += ["  ".join(padded).rstrip(), *([f"    {note}"] if note else [])]
    return lines


def _cells(row: Row) -> tuple[str, ...]:
    met = "-" if row.met is None else "yes" if row.met else "NO"
    figures = (f"{row.ours:,.4g}", row.peer_or_limit, f"{row.other:,.4g}", f"{row.ratio:.3g}")
    return (row.name, *figures, met, row.unit)


def _tell_missed(rows: list[Row]) -> None:
    """Say which limits were missed; the exit code stays 0, for a measurement is no check."""
    for row in rows:
        if row.met is False:
            figures = f"{row.ours:,.4g} / {row.other:,.4g} {row.unit}"
            complain(f"未达到限值：{row.name}（{figures}）", f"Limit missed: {row.name} ({figures})")


def bench(
    names: Annotated[list[str] | None, typer.Argument(help="Which; all when none is named.")] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the rows there too, - for standard output.")
    ] = None,
) -> None:
    """Measure beside peers and limits and print the table. Example: gridcommons bench ledger --json rows.json"""
    known = known_benches()
    unknown = sorted(set(names or []) - known.keys())
    if unknown:
        raise refuse(UNKNOWN_BENCH, names=", ".join(unknown), known=", ".join(known))
    rows: list[Row] = []
    try:
        rows.extend(measure([known[name] for name in names or known]))
    finally:  # what was measured before one broke was measured
        _tell(rows, json_file)


def _tell(rows: list[Row], json_file: Path | None) -> None:
    _tell_missed(rows)
    text = json.dumps([as_dict(row) for row in rows], indent=1)
    if str(json_file) == "-":
        typer.echo(text)
        return
    if json_file is not None:
        json_file.write_text(text + "\n")
    typer.echo("\n".join(table_of(rows)))


def attach(app: typer.Typer) -> None:
    """Add the command of this module."""
    app.command()(bench)
