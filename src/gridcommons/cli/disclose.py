"""`gridcommons disclose`: counts by area and day as they may be published, small ones and their givers-away hidden."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Final

import typer

from gridcommons.cli.speech import complain
from gridcommons.cli.tables import STANDARD, read_rows, require_written, write_rows
from gridcommons.kit.errors import refusal_kind, refuse

if TYPE_CHECKING:
    from gridcommons.kit.counted import Table
    from gridcommons.kit.disclosing import Release
    from gridcommons.outlook.publishing import CountFile

LOW_THRESHOLD = refusal_kind(
    "disclose.threshold", status=400,
    zh="门槛{threshold}太低：至少是3，否则“小于门槛”就等于说出了这个数。",
    en="A threshold of {threshold} is too low: from 3 on, for below that “fewer than it” says the number.",
)  # fmt: skip

_ODD: Final = (
    ("处缺数：视为读者已知，不作保护。", "gaps: taken as known to a reader, and covering nothing."),
    ("处合计大于各部分之和：差额按一个单元保护。", "wholes exceed their parts: the rest is protected like a cell."),
    ("处各部分之和大于合计：自相矛盾，照原样给出。", "wholes are less than their parts: both stand, contradictory."),
    ("个隐去的单元因数据矛盾可能被推算出来。", "hidden cells may be reckoned where the file contradicts itself."),
)


def disclose(
    counts: Annotated[str, typer.Option(help="CSV or Parquet: code,date,count, areas of all levels; - for input.")],
    out: Annotated[str, typer.Option(help="CSV or Parquet: code,date,count with marks <5 and x; - for output.")],
    threshold: Annotated[int, typer.Option(help="Counts from 1 to one below it are hidden.")] = 5,
    sums: Annotated[
        str | None, typer.Option(help="Write code,count there too: sums over all days, as far as they can be told.")
    ] = None,
    attack: Annotated[
        bool, typer.Option("--attack", help="Print the cells that a subtracting reader learns; exit 1 if any.")
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="No line on what was done.")] = False,
) -> None:
    """Hide small counts, and what would give them back by subtraction over siblings, levels and days.

    Example: gridcommons disclose --counts counts.csv --out public.csv --attack
    """
    from gridcommons.kit.disclosing import LEAST_THRESHOLD, release
    from gridcommons.outlook.publishing import COUNT_COLUMNS, cells_out, read_counts, sums_out

    for name in (out, *([sums] if sums else [])):
        require_written(name)
    if threshold < LEAST_THRESHOLD:
        raise refuse(LOW_THRESHOLD, threshold=threshold)
    file = read_counts(read_rows(counts, COUNT_COLUMNS))
    table = file.table()
    shown = release(table, threshold)
    _tell_odd(file, table, shown)
    write_rows(out, COUNT_COLUMNS, cells_out(file, table, shown))
    if sums:
        write_rows(sums, ("code", "count"), sums_out(file, table, shown))
    if not quiet:
        _tell_done(table, shown)
    if attack:
        _attack(file, table, shown, to_error=STANDARD in {out, sums})


def _tell_odd(file: CountFile, table: Table, shown: Release) -> None:
    """What is odd about the file, and how it was taken."""
    found = (
        file.gaps,
        int((table.seen & table.is_rest[:, None]).sum()),
        int(table.apart.sum()),
        int(shown.unkept.sum()),
    )
    for number, (zh, en) in zip(found, _ODD, strict=True):
        if number:
            complain(f"{number}{zh}", f"{number:,} {en}")


def _tell_done(table: Table, shown: Release) -> None:
    """How much is hidden, beside what must be."""
    from gridcommons.kit.disclosing import least_hidden
    from gridcommons.outlook.publishing import hidden_cells

    hidden, cells = int(hidden_cells(table, shown.marks).sum()), int((table.seen & ~table.is_rest[:, None]).sum())
    share, least = hidden / max(1, cells), least_hidden(table, shown.threshold)
    complain(
        f"{cells}个单元中隐去{hidden}个（{share:.1%}）；任何方法至少要隐去{least}个。",
        f"{hidden:,} of {cells:,} cells hidden ({share:.1%}); no method hides fewer than {least:,}.",
    )


def _attack(file: CountFile, table: Table, shown: Release, *, to_error: bool) -> None:
    """Print what the reader of the file and of the told sums learns beyond the marks; exit 1 if anything."""
    import numpy as np

    from gridcommons.kit.subtracting import attack, learned
    from gridcommons.outlook.publishing import BOUND_COLUMNS

    known = attack(table, shown)
    cells = np.argwhere(learned(table, shown, known))

    def rows() -> Iterator[tuple[object, ...]]:
        for at, day in cells.tolist():
            yield table.codes[at], file.days[day], known.low[at, day], known.high[at, day]

    for row in (BOUND_COLUMNS, *rows()) if len(cells) else ():
        typer.echo(",".join(map(str, row)), err=to_error)
    complain(f"相减的读者推算出{len(cells)}个隐去的单元。", f"A subtracting reader learns {len(cells):,} hidden cells.")
    if len(cells):
        raise typer.Exit(1)


def attach(app: typer.Typer) -> None:
    """Add the command."""
    app.command("disclose")(disclose)
