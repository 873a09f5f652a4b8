"""The command `gridcommons`: its commands, and how a refusal is told.

Exit 0 done, 1 a check that failed, 2 bad input or usage with one line on standard error.
A command's module is named in `COMMANDS` and has `attach(app)`; it imports Django and the
database only inside its functions, so that `--help` is quick.
"""

from __future__ import annotations

import functools
import importlib
import sys
from collections.abc import Callable
from typing import Annotated, Final

import typer

from gridcommons import __version__
from gridcommons.cli.speech import complain, say
from gridcommons.kit.errors import Refusal

COMMANDS: Final = (
    "serve",
    "database",
    "ledger",
    "keys",
    "notices",
    "figures",
    "demo",
    "start",
    "hotline",
    "forms",
    "locate",
    "areas",
    "rollup",
    "detect",
    "scan",
    "rt",
    "smooth",
    "colours",
    "disclose",
    "bench",
)
BAD_INPUT: Final = 2
INTERRUPTED: Final = 130


def _version(wanted: bool) -> None:
    if wanted:
        say(f"gridcommons {__version__}", f"gridcommons {__version__}")
        raise typer.Exit


def build() -> typer.Typer:
    """The whole command with all its parts."""
    app = typer.Typer(
        name="gridcommons", no_args_is_help=True, add_completion=False, rich_markup_mode=None,
        pretty_exceptions_enable=False, help="Grid-based community service. Example: gridcommons run --demo",
    )  # fmt: skip

    @app.callback()
    def gridcommons(
        version: Annotated[
            bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
        ] = False,
    ) -> None:
        """Grid-based community service. Example: gridcommons run --demo"""

    for name in COMMANDS:
        importlib.import_module(f"gridcommons.cli.{name}").attach(app)
    return app


@functools.cache
def _command() -> Callable[..., object]:
    """The command, put together once: reading the signatures of all its parts takes a tenth of a second."""
    return typer.main.get_command(build())


def run(arguments: list[str] | None = None) -> int:
    """Run one command line; returns its exit code."""
    try:
        code = _command()(args=arguments, prog_name="gridcommons", standalone_mode=False)
    except Refusal as refusal:
        words = refusal.words()
        complain(words.zh, words.en)
        return BAD_INPUT
    except typer.Abort:
        complain("已中断。", "Broken off.")
        return INTERRUPTED
    except typer.TyperException as wrong:
        _tell(wrong.format_message())
        return BAD_INPUT
    except OSError as error:
        complain(f"无法读写：{_file_words(error)}", f"Cannot be read or written: {_file_words(error)}")
        return BAD_INPUT
    except Exception as error:
        if not _tell_database(error):
            raise
        return BAD_INPUT
    return code if isinstance(code, int) else 0


def _tell(wrong: str) -> None:
    """What is wrong with the usage in one line; a command group without a command answers with its help."""
    if wrong.startswith("Usage:"):
        typer.echo(wrong, err=True)
    else:
        complain(f"用法有误：{wrong}（见 --help）", f"Wrong usage: {wrong} (see --help)")


def _file_words(error: OSError) -> str:
    """The file and what the system says of it, in one line."""
    said = error.strerror or str(error) or type(error).__name__
    return f"{error.filename}: {said}" if error.filename else said


def _tell_database(error: Exception) -> bool:
    """One line for a database that cannot be reached or was never migrated; False for any other error."""
    psycopg = sys.modules.get("psycopg")
    cause = error.__cause__ or error
    if psycopg is not None and isinstance(cause, psycopg.errors.UndefinedTable):
        complain(
            "数据库还没有建表：请运行 gridcommons migrate。", "The database has no tables yet: run gridcommons migrate."
        )
        return True
    if psycopg is not None and isinstance(cause, psycopg.errors.StringDataRightTruncation):
        complain("有一项内容太长，未作任何改动。", "Something given is too long; nothing was changed.")
        return True
    if psycopg is not None and isinstance(cause, psycopg.OperationalError):
        complain(f"连不上数据库：{cause}", f"The database cannot be reached: {cause}")
        return True
    return False


def main() -> None:
    """Entry point of the command."""
    sys.exit(run())


if __name__ == "__main__":
    main()
