"""`gridcommons figures`: recompute what was posted, and reckon indicators from counts in a file."""

from __future__ import annotations

import csv
import sys
from pathlib import Path
from typing import Annotated, Final

import typer

from gridcommons.cli.speech import language, say
from gridcommons.kit.errors import refusal_kind, refuse

_FAILED: Final = 1
_MOST: Final = 10**12
BAD_COUNTS = refusal_kind(
    "figures.bad_counts",
    status=400,
    zh="{file}第{line}行有误：须为 area,measure,n 三列，n 为不小于零的整数，measure 为已知的计数。",
    en="Line {line} of {file} is wrong: three columns area,measure,n, n a whole number not below nought, measure a "
    "known one.",
)
NOTHING_COUNTED = refusal_kind(
    "figures.nothing_counted",
    status=404,
    zh="这一时期还没有统计过：{term}。",
    en="This period was never counted: {term}.",
)

figures = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="National indicators. Example: figures recompute --period 2026-10"
)


@figures.command()
def recompute(
    period: Annotated[list[str] | None, typer.Option(help="A week (2026-W45) or month; all that was counted.")] = None,
) -> None:
    """Measure posted periods again from the life lines and check stored reports. Example: figures recompute"""
    from gridcommons.cli.django_setup import setup

    setup()
    from gridcommons.access.identify import program
    from gridcommons.cases.measuring.counting import recompute as again
    from gridcommons.cases.reports.editions import false_files
    from gridcommons.outlook.indicators.terms import term_of

    wanted = [part for key in period or () for part in term_of(key).parts]
    found = again(wanted, by=program("measuring"))
    if wanted and not found:
        raise refuse(NOTHING_COUNTED, term=", ".join(wanted))
    for one in found:
        mark = "=" if one.is_equal else "!"
        say(
            f"{mark} {one.term}  {one.cells} 格  公布 {one.posted[:12]}  重算 {one.again[:12]}",
            f"{mark} {one.term}  {one.cells} cells  posted {one.posted[:12]}  again {one.again[:12]}",
        )
    wrong = [one.term for one in found if not one.is_equal]
    kept, false = false_files()
    say(f"报告 {kept} 份，散列不符 {len(false)} 份", f"{kept} stored reports, {len(false)} with another hash")
    if wrong or false:
        say(
            f"不一致：{'、'.join([*wrong, *map(str, false)])}。后来写入或更正的步骤会在夜间重算。",
            f"Not equal: {', '.join([*wrong, *map(str, false)])}. What was written since is counted at night.",
        )
        raise typer.Exit(_FAILED)
    say(f"{len(found)} 期全部一致。", f"All {len(found)} periods are equal.")


@figures.command()
def formulas() -> None:
    """The indicators with their formulas. Example: figures formulas"""
    from gridcommons.outlook.indicators.formulas import formulas as packaged

    for one in packaged().indicators.values():
        under = f" / ({' + '.join(one.under)})" if one.under else ""
        typer.echo(f"{one.key}: ({' + '.join(one.over)}){under}  {one.name.in_language(language())}")


@figures.command()
def reckon(
    counts: Annotated[Path, typer.Argument(help="CSV with the columns area,measure,n.")],
    out: Annotated[Path | None, typer.Option(help="Where the CSV goes; standard output without it.")] = None,
) -> None:
    """Indicators of areas from counts in a file, without a database. Example: figures reckon counts.csv"""
    from gridcommons.kit.sheets import csv_text
    from gridcommons.outlook.indicators.formulas import formulas as packaged

    rules = packaged()
    rows: list[list[str]] = [["area", "indicator", "numerator", "denominator", "value"]]
    for area, held in sorted(_counts(counts).items()):
        for one in rules.indicators.values():
            value = one.reckon(held)
            under = str(one.denominator(held)) if one.under else ""
            rows.append([area, one.key, str(one.numerator(held)), under, "" if value is None else str(value)])
    text = csv_text(rows)
    if out is None:
        sys.stdout.write(text)
    else:
        out.write_text(text, encoding="utf-8")


def _counts(path: Path) -> dict[str, dict[str, int]]:
    """Counts by area and measure; refuses the first line that is none."""
    from gridcommons.outlook.indicators.rules import MEASURES

    found: dict[str, dict[str, int]] = {}
    try:
        lines = list(csv.reader(path.read_text(encoding="utf-8-sig").splitlines()))
    except (UnicodeDecodeError, csv.Error):
        raise refuse(BAD_COUNTS, file=path.name, line=1) from None
    if not lines or [cell.strip() for cell in lines[0]] != ["area", "measure", "n"]:
        raise refuse(BAD_COUNTS, file=path.name, line=1)
    for number, row in enumerate(lines[1:], start=2):
        cells = [cell.strip() for cell in row]
        known = len(cells) == len(lines[0]) and cells[0] and cells[1] in MEASURES  # an empty area is none
        if not known or not (cells[2].isascii() and cells[2].isdigit()) or int(cells[2][:15]) > _MOST:
            raise refuse(BAD_COUNTS, file=path.name, line=number)
        held = found.setdefault(cells[0], {})
        held[cells[1]] = held.get(cells[1], 0) + int(cells[2])
    return found


def attach(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(figures, name="figures")
