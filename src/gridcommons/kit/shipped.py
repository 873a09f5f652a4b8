"""Data files that ship with the program (limits, policies, lists): read in one way, once, with one kind of error."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar, cast

from gridcommons.kit.errors import refusal_kind, refuse

T = TypeVar("T")
Raw = dict[str, Any]
"""A file as TOML reads it."""

UNSOUND = refusal_kind(
    "shipped.unsound",
    status=500,
    zh="程序自带的文件有误：{what}。请改正该文件，或重新安装程序。",
    en="A file that ships with the program is unsound: {what}. Correct that file, or install the program again.",
)


def shipped_text(package: str, name: str) -> str:
    """The text of a file in the folder `data` of a package."""
    return files(package).joinpath("data", name).read_text(encoding="utf-8")


def shipped(package: str, name: str, read: Callable[[Raw], T]) -> T:
    """What `read` makes of a file in the folder `data` of a package, made once; what lacks something is refused."""
    return cast(T, _shipped(package, name, read))


@cache
def _shipped(package: str, name: str, read: Callable[[Raw], object]) -> object:
    return understood(shipped_text(package, name), read, UNSOUND, name)


def understood(text: str, read: Callable[[Raw], T], refusal: str, name: str = "") -> T:
    """What `read` makes of TOML text; refuses (`refusal`, which says `{what}`) what cannot be read."""
    where = f"{name}: " if name else ""
    try:
        return read(tomllib.loads(text))
    except KeyError as missing:
        raise refuse(refusal, what=f"{where}{missing.args[0]}?") from missing
    except (ValueError, TypeError) as fault:
        raise refuse(refusal, what=f"{where}{fault}") from fault
