"""What the command line says: plain lines, in the reader's language by `LC_ALL`, `LC_MESSAGES` or `LANG`."""

from __future__ import annotations

import os

import typer

from gridcommons.kit.words import Words


def language() -> str:
    """`zh-hans` when the environment asks for Chinese, else `en`; the first of three that is set decides (POSIX)."""
    asked = next(filter(None, (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))), "")
    return "zh-hans" if asked.lower().startswith("zh") else "en"


def say(zh: str, en: str) -> None:
    """One line on standard output."""
    typer.echo(_sayable(Words(zh, en).in_language(language())))


def complain(zh: str, en: str) -> None:
    """One line on standard error, line breaks taken out."""
    typer.echo(" ".join(_sayable(Words(zh, en).in_language(language())).split()), err=True)


def _sayable(text: str) -> str:
    """Bytes of a command line or a variable that are no UTF-8 are shown as `\\udcff`."""
    return text.encode("utf-8", "backslashreplace").decode()
