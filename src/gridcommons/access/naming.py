"""What deeds and looks are called on pages: data with an owner (`data/deeds.toml`)."""

from __future__ import annotations

from collections.abc import Mapping

from gridcommons.kit.shipped import Raw, shipped
from gridcommons.kit.words import Words


def deed_names() -> Mapping[str, Words]:
    """The names of all deeds and looks by key."""
    return shipped("gridcommons.access", "deeds.toml", _names)


def _names(raw: Raw) -> dict[str, Words]:
    return {key: Words(zh, en) for key, (zh, en) in raw["deeds"].items()}


def deed_words(key: str) -> Words:
    """The name of one; its key where the data lack it."""
    return deed_names().get(key, Words(key, key))
