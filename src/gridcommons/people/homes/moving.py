"""What lies where its person lies goes along when they move: parts say what of theirs does. Called inside the deed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import UUID

Take = Callable[[UUID, str], object]
_along: Final[dict[str, Take]] = {}


def moves_along(key: str, take: Take) -> None:
    """Register what of a part lies where its person lies; it is given the person and the code of the new home."""
    _along[key] = take


def moved(person_id: UUID, area_code: str) -> None:
    """Tell every part that a person lies elsewhere from now on."""
    for take in _along.values():
        take(person_id, area_code)
