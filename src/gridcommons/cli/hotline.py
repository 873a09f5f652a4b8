"""`gridcommons hotline`: files of a 12345 hotline, checked and taken over by a mapping."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from gridcommons.cli.holding import only_one
from gridcommons.cli.places import here
from gridcommons.cli.speech import complain, say
from gridcommons.kit.errors import refusal_kind, refuse

if TYPE_CHECKING:
    from gridcommons.cases.hotline.entries import Reading

_FAILED: Final = 1
_SHOWN: Final = 8
_STANDS: Final = {"new": ("新增", "new"), "same": ("已有，不变", "there already"), "changed": ("有变化", "changed")}
AT_WORK = refusal_kind(
    "hotline.at_work",
    status=409,
    zh="另一次导入正在进行：请等它结束。",
    en="Another import is at work in this data folder: wait until it is done.",
)

hotline = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None,
    help="Files of a 12345 hotline. Example: gridcommons hotline check calls.csv --mapping county.toml",
)  # fmt: skip
_File = Annotated[Path, typer.Argument(help="The hotline's CSV.")]
_Mapping = Annotated[Path, typer.Option(help="The mapping, a TOML file; --sample writes one to begin with.")]
_Errors = Annotated[Path | None, typer.Option(help="Folder for the error sheet; else beside the file.")]


@hotline.command()
def sample(to: Annotated[Path, typer.Argument(help="Where to write it.")]) -> None:
    """Write a sample mapping with explanations. Example: gridcommons hotline sample county.toml"""
    from gridcommons.cases.hotline.samples import sample_mapping

    to.write_text(sample_mapping(), encoding="utf-8")
    say(f"样例已写入 {to}。", f"Wrote a sample to {to}.")


@hotline.command()
def check(file: _File, mapping: _Mapping, errors: _Errors = None) -> None:
    """Read a file, write nothing; 1 if rows are left out. Example: gridcommons hotline check a.csv --mapping m.toml"""
    reading = _read(file, mapping, datetime.now(UTC))
    _answer(reading, file, errors)
    if reading.loose_ends():
        raise typer.Exit(_FAILED)


@hotline.command("import")
def take(
    file: _File,
    mapping: _Mapping,
    errors: _Errors = None,
    quiet: Annotated[bool, typer.Option(help="No progress bar.")] = False,
) -> None:
    """Take a file over; safe to repeat. Example: gridcommons hotline import calls.csv --mapping county.toml"""
    places, now = here().make(), datetime.now(UTC)
    with only_one(places, "hotline.lock", AT_WORK):
        reading = _read(file, mapping, now)
        _answer(reading, file, errors)
        from gridcommons.access.identify import program
        from gridcommons.cases.hotline.carrying_out import carry_out

        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=Console(stderr=True), disable=quiet) as bar:
            task = bar.add_task("", total=None)
            done = carry_out(
                reading, by=program("hotline"), at=now,
                progress=lambda so_far, total: bar.update(task, completed=so_far, total=total),
            )  # fmt: skip
    if done:
        say(f"已带入{done}行。", f"Took over {done} {'row' if done == 1 else 'rows'}.")
    else:
        say("没有需要更改的内容：文件中各行都已在系统里。", "Nothing to change: all rows of the file stand already.")


def _read(file: Path, mapping: Path, now: datetime) -> Reading:
    from gridcommons.cases.hotline import faults
    from gridcommons.cases.hotline.lines import require_modest
    from gridcommons.cases.hotline.mapping import read_scheme
    from gridcommons.cli.django_setup import setup_migrated

    for one in (file, mapping):
        if not one.is_file():
            raise refuse(faults.NO_FILE, name=one)
    require_modest(file.stat().st_size)
    scheme = read_scheme(mapping.read_bytes())
    places = here().make()
    setup_migrated(places)
    from gridcommons.cases.hotline.carrying_out import read_file

    return read_file(file.read_bytes(), scheme, now)


def _answer(reading: Reading, file: Path, folder: Path | None) -> None:
    """Say how many rows go which way, what is not mapped by count, and where the rest stands."""
    from gridcommons.cases.hotline.entries import OUTCOMES, WHAT
    from gridcommons.cases.hotline.report import error_book, error_csv

    counts = reading.counts()
    say(f"共{counts['rows']}行：", f"{counts['rows']} rows:")
    for way, words in OUTCOMES.items():
        if counts[way]:
            say(f"  {words.zh}：{counts[way]}", f"  {words.en}: {counts[way]}")
    say(
        "  " + "，".join(f"{zh}{counts.get(key, 0)}" for key, (zh, _en) in _STANDS.items()),
        "  " + ", ".join(f"{counts.get(key, 0)} {en}" for key, (_zh, en) in _STANDS.items()),
    )
    for what, counted in reading.unmapped.items():
        for value, n in counted.most_common(_SHOWN):
            say(f"  对照表中没有的{WHAT[what].zh}“{value}”：{n}行", f"  {WHAT[what].en} not mapped “{value}”: {n} rows")
    if not reading.findings.found:
        return
    folder = folder or file.parent
    folder.mkdir(parents=True, exist_ok=True)
    book = folder / f"{file.stem}.errors.xlsx"
    book.write_bytes(error_book(reading))
    book.with_suffix(".csv").write_text(error_csv(reading), encoding="utf-8")
    if reading.loose_ends():
        n = reading.loose_ends()
        complain(f"有{n}行没有带入，逐行原因见 {book}", f"{n} rows are left out; why stands in {book}")
    else:
        say(f"逐行提示见 {book}", f"Notes row by row: {book}")


def attach(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.add_typer(hotline, name="hotline")
