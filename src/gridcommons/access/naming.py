"""What deeds and looks are called on pages: data with an owner (`data/deeds.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from gridcommons.kit.words import Words


@cache
def deed_names() -> Mapping[str, Words]:
    """The names of all deeds and looks by key."""
    raw = tomllib.loads(files("gridcommons.access").joinpath("data/deeds.toml").read_text(encoding="utf-8"))
    return {key: Words(zh, en) for key, (zh, en) in raw["deeds"].items()}


def deed_words(key: str) -> Words:
    """The name of one; its key where the data lack it."""
    return deed_names().get(key, Words(key, key))
