"""Under which areas a counted thing stands: the one place of the room that says so, after `outlook.belonging`."""

from __future__ import annotations

from collections.abc import Iterable

from gridcommons.outlook.belonging import homes_of

Standing = tuple[tuple[str, str], ...]
"""Areas, each with the one in whose list it stands."""


def areas_over(codes: Iterable[str]) -> dict[str, Standing]:
    """For each recorded code the areas whose counts hold it, itself among them."""
    return {
        code: _pairs((*home.above, *([] if code in home.above else [code]))) for code, home in homes_of(codes).items()
    }


def _pairs(way: tuple[str, ...]) -> Standing:
    return tuple(zip(way, ("", *way), strict=False))
