"""`gridcommons areas`: editions of lists of areas, their outlines, areas of other schemes."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Final

import typer

from gridcommons.cli import outlines, schemes
from gridcommons.cli.speech import complain

_NEEDED: Final = ("code", "name")


def diff(
    old: Annotated[str, typer.Argument(help="Older edition: CSV, also .gz, or Parquet: code,level,name,parent.")],
    new: Annotated[str, typer.Argument(help="The newer edition.")],
    out: Annotated[str, typer.Option(help="CSV or Parquet with the changes; - for standard output.")],
) -> None:
    """What was added, retired, renamed, recoded or moved between two editions.

    A list of another publisher is read where its columns are known (territory/data/forms_of_lists.toml).
    Example: gridcommons areas diff 2021.csv 2023.csv --out changes.csv
    """
    from gridcommons.cli.tables import read_rows, write_rows
    from gridcommons.territory.editions import COLUMNS, KINDS, difference, listed

    before, first_only = listed(read_rows(old, _NEEDED), old)
    after, second_only = listed(read_rows(new, _NEEDED), new)
    only = first_only | second_only
    if only:
        before, after = ({c: area for c, area in areas.items() if area.level in only} for areas in (before, after))
        levels = ", ".join(sorted(only))
        complain(f"只比较这些级别：{levels}。", f"Only these levels are compared: {levels}.")
    rows = difference(before, after)
    write_rows(out, COLUMNS, (row.row for row in rows))
    told = Counter(row.change for row in rows)
    shared = len(before.keys() & after.keys())
    counts = ", ".join(f"{told[kind]} {kind}" for kind in KINDS)
    complain(f"代码相同的{shared}个；{counts}。", f"{shared} codes in both; {counts}.")


def attach(app: typer.Typer) -> None:
    """Add the commands."""
    areas = typer.Typer(
        no_args_is_help=True, help="Areas and their editions. Example: gridcommons areas diff A.csv B.csv --out D.csv"
    )
    areas.command("diff")(diff)
    outlines.reach(areas)
    schemes.reach(areas)
    app.add_typer(areas, name="areas")
