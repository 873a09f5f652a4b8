"""Rows that wait to be placed, as data say how long: when their desk is told again, when their words are destroyed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from gridcommons.kit.shipped import Raw, shipped
from gridcommons.kit.words import Words


@dataclass(frozen=True)
class Waiting:
    """The whole file. `aside`: the reasons for which a row becomes no case."""

    owner: Words
    version: str
    press: timedelta
    kept: timedelta
    aside: Mapping[str, Words]


def waiting() -> Waiting:
    """The terms as packaged."""
    return shipped("gridcommons.cases.hotline", "waiting.toml", _read)


def _read(raw: Raw) -> Waiting:
    return Waiting(
        owner=Words(raw["owner"]["zh"], raw["owner"]["en"]),
        version=raw["version"],
        press=timedelta(days=raw["press_days"]),
        kept=timedelta(days=raw["kept_days"]),
        aside={key: Words(row["zh"], row["en"]) for key, row in raw["aside"].items()},
    )
