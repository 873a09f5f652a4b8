"""What calls on households: each room that does says which series reach a place today. A plain list: no signals."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from gridcommons.kit.words import Words


@dataclass(frozen=True)
class Reaching:
    """A series of visits that reaches a place. `by_consent`: it comes only to households that want it."""

    key: str
    name: Words
    first: date
    last: date
    by_consent: bool = False


Reach = Callable[[str, date], Iterable[Reaching]]
_reaches: Final[list[Reach]] = []


def reaches(read: Reach) -> Reach:
    """Register a room that calls on households."""
    _reaches.append(read)
    return read


def reaching(area_code: str, day: date) -> list[Reaching]:
    """All series that reach a grid on a day."""
    return [one for read in _reaches for one in read(area_code, day)]
