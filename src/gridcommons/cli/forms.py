"""`gridcommons forms`: what stands against a form, before anybody is asked its questions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from gridcommons.cli.speech import complain, language
from gridcommons.cli.tables import read_rows
from gridcommons.kit.errors import refusal_kind, refuse

if TYPE_CHECKING:
    from gridcommons.matters.linting.knowing import KnownFact

_FAILED: Final = 1
NO_FORM = refusal_kind(
    "forms.no_file",
    status=404,
    zh="没有文件“{name}”。",
    en="There is no file “{name}”.",
)

forms = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None,
    help="Forms as XLSForm workbooks. Example: gridcommons forms check visit.xlsx --known keys.csv",
)  # fmt: skip


@forms.command()
def check(
    file: Annotated[Path, typer.Argument(help="The workbook, .xlsx or .xls.")],
    known: Annotated[str, typer.Option(help="CSV of known facts: key and, if there are, zh, en, words (a|b).")] = "",
) -> None:
    """Findings as JSON lines; 1 if barred or broken. Example: gridcommons forms check visit.xlsx --known keys.csv"""
    from gridcommons.collection.known import facts_known
    from gridcommons.collection.xlsform import read_xlsform, require_modest
    from gridcommons.matters.linting.knowing import known_by_key
    from gridcommons.matters.linting.minutes import minutes_of
    from gridcommons.matters.linting.policy import linting_policy
    from gridcommons.matters.linting.rules import lint

    if not file.is_file():
        raise refuse(NO_FORM, name=file)
    require_modest(file.stat().st_size)
    form = read_xlsform(file.read_bytes())
    facts = known_by_key(_told(known) if known else facts_known())
    found = sorted([*form.broken, *lint(form.questions, known=facts, head=form.head)], key=lambda one: one.row)
    tongue = language()
    for one in found:
        line = {"rule": one.rule, "row": one.row, "name": one.name, "message": one.message.in_language(tongue)}
        typer.echo(json.dumps(line, ensure_ascii=False))
    asked = sum(1 for one in form.questions if one.is_asked)
    again = sum(1 for one in found if one.rule == "known")
    minutes = minutes_of(form.questions, facts, linting_policy())
    complain(  # standard output holds findings only
        f"{asked}题，其中{again}题已知，填写用时约{minutes:g}分钟。",
        f"{asked} questions, {again} of them known already, about {minutes:g} minutes to fill in.",
    )
    if any(one.refuses for one in found):
        raise typer.Exit(_FAILED)


def _told(name: str) -> list[KnownFact]:
    """The known facts of a table: key, names, further words."""
    from gridcommons.kit.words import Words
    from gridcommons.matters.linting.knowing import KnownFact

    found = []
    for row in read_rows(name, ["key"]):
        said = {column: str(value or "").strip() for column, value in row.items() if isinstance(column, str)}
        if said["key"]:
            words = tuple(word.strip() for word in said.get("words", "").split("|") if word.strip())
            found.append(
                KnownFact(said["key"], Words(said.get("zh") or said["key"], said.get("en") or said["key"]), words)
            )
    return found


def attach(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(forms, name="forms")
