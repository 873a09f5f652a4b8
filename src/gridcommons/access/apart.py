"""The same deed for many things, each for itself: one that breaks the program holds up none of the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

import structlog

from gridcommons.kit.errors import code_of

_log = structlog.get_logger()
T = TypeVar("T")
R = TypeVar("R")


def each_apart(things: Iterable[T], do: Callable[[T], R], *, fault: str, named: str = "") -> list[R]:
    """What came of each that did not break; `fault`: what the program's log says of one that did, with its code.

    `named`: under which name the log says which one it was; of persons it does not.
    """
    done = list[R]()
    for thing in things:
        try:
            done.append(do(thing))
        except Exception as error:  # noqa: BLE001 - one that breaks the program must not stop the others
            _log.error(fault, error=code_of(error), **({named: str(thing)} if named else {}))
    return done
