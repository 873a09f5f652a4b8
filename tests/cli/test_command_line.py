"""The command: what it says, in which language, with which exit code."""

from __future__ import annotations

import subprocess
import sys

import pytest
import typer
from typer.core import TyperGroup

from gridcommons.cli import speech
from gridcommons.cli.main import build, run

ASK = """
import sys
from gridcommons.cli.main import run
code = run(["--help"])
heavy = sorted({"django", "psycopg", "numpy", "shapely", "cryptography"} & set(sys.modules))
sys.stderr.write(f"{code} {heavy}")
"""


def test_help_needs_neither_django_nor_the_database() -> None:
    done = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, check=True)
    assert done.stderr == "0 []"
    assert "gridcommons run --demo" in done.stdout


def _commands(group: TyperGroup, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], str]:
    found: dict[tuple[str, ...], str] = {}
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            found |= _commands(command, (*path, name))
        else:
            found[*path, name] = command.help or ""
    return found


def test_every_command_shows_an_example_that_is_itself() -> None:
    whole = typer.main.get_command(build())
    assert isinstance(whole, TyperGroup)
    commands = _commands(whole)
    assert {("run",), ("db", "upgrade"), ("ledger", "witness"), ("keys", "open311"), ("bench",)} <= commands.keys()
    without = [
        path
        for path, text in commands.items()
        if " ".join(path) not in text.partition("Example:")[2].replace("\n", " ")
    ]
    assert without == []


@pytest.mark.parametrize(
    "arguments",
    [
        ["runn"],
        ["run", "--port", "http"],
        ["run", "--port", "70000"],
        ["db", "backup"],
        ["ledger", "prove", "x", "--y"],
    ],
)
def test_wrong_usage_is_one_line_and_exit_code_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
    assert said.err.startswith("Wrong usage:")


@pytest.mark.parametrize(
    ("lang", "word"),
    [("zh_CN.UTF-8", "密钥要有名称"), ("zh_TW", "密钥要有名称"), ("en_GB.UTF-8", "A key needs"), ("", "A key")],
)
def test_a_refusal_speaks_the_readers_language(
    lang: str, word: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LANG", lang)
    assert run(["keys", "device", " "]) == 2
    said = capsys.readouterr()
    assert said.err.startswith(word)
    assert (said.out, said.err.count("\n")) == ("", 1)


def test_the_language_goes_by_the_first_setting_that_posix_looks_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "C.UTF-8")
    assert speech.language() == "en"
    monkeypatch.setenv("LC_MESSAGES", "zh_CN.UTF-8")
    assert speech.language() == "zh-hans"
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    assert speech.language() == "en"


def test_a_complaint_never_breaks_into_lines(capsys: pytest.CaptureFixture[str]) -> None:
    speech.complain("一\n二", "one\n  two")
    assert capsys.readouterr().err == "one two\n"


def test_a_group_without_a_command_answers_with_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["db"]) == 2
    assert "backup" in capsys.readouterr().err


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    from gridcommons import __version__

    assert run(["--version"]) == 0
    assert capsys.readouterr().out == f"gridcommons {__version__}\n"


@pytest.mark.parametrize(
    "line",
    [
        ["db", "backup", "/proc/x"], ["bench", "load-province", "--json", "/proc/x/y.json"],
        ["run", "--port", "8", "--data", "/proc/x"], ["keys", "open311", "x" * 200],
    ],
)  # fmt: skip
def test_a_place_that_takes_no_files_is_one_line_and_exit_code_2(
    line: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GRIDCOMMONS_DATA", "/proc/x")
    assert run(line) == 2
    said = capsys.readouterr()
    assert said.err.count("\n") == 1
    assert "Traceback" not in said.err
