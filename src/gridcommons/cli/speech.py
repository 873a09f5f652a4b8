"""What the command line says: plain lines, in the reader's language by `LANG`."""

from __future__ import annotations

import os

import typer

from gridcommons.kit.words import Words


def language() -> str:
    """`zh-hans` when LANG asks for Chinese, else `en`."""
    return "zh-hans" if os.environ.get("LANG", "").lower().startswith("zh") else "en"


def say(zh: str, en: str) -> None:
    """One line on standard output."""
    typer.echo(Words(zh, en).in_language(language()))


def complain(zh: str, en: str) -> None:
    """One line on standard error, line breaks taken out."""
    typer.echo(" ".join(Words(zh, en).in_language(language()).split()), err=True)
