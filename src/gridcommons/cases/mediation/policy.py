"""The policy of mediation as data: subjects, offices, what is kept how long, and the words for it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from gridcommons.kit.shipped import shipped
from gridcommons.kit.words import Words


@dataclass(frozen=True)
class Policy:
    """The whole file. `offices`: level and kind of mediators' offices, the nearest first."""

    version: str
    owner: Words
    offices: tuple[tuple[str, str], ...]
    matters: frozenset[str]
    handed: Words
    court: timedelta
    waiting: timedelta
    quiet: timedelta
    kept: timedelta
    kept_untalked: timedelta
    threshold: int
    minutes: Mapping[str, int]
    subjects: Mapping[str, Words]
    states: Mapping[str, Words]
    outcomes: Mapping[str, Words]


def policy() -> Policy:
    """The policy that ships with the program."""
    return shipped("gridcommons.cases.mediation", "policy.toml", _read)


def _read(raw: dict[str, Any]) -> Policy:
    return Policy(
        version=raw["version"],
        owner=Words(raw["owner_zh"], raw["owner_en"]),
        offices=tuple((row["level"], row["kind"]) for row in raw["offices"]),
        matters=frozenset(raw["handing"]["matters"]),
        handed=_words(raw["handing"]),
        court=timedelta(days=raw["court"]["days"]),
        waiting=timedelta(days=raw["terms"]["waiting_days"]),
        quiet=timedelta(days=raw["terms"]["quiet_days"]),
        kept=timedelta(days=raw["retention"]["days"]),
        kept_untalked=timedelta(days=raw["retention"]["untalked_days"]),
        threshold=raw["figures"]["threshold"],
        minutes=raw["minutes"],
        subjects={key: _words(row) for key, row in raw["subjects"].items()},
        states={key: _words(row) for key, row in raw["states"].items()},
        outcomes={key: _words(row) for key, row in raw["outcomes"].items()},
    )


def _words(row: Mapping[str, str]) -> Words:
    return Words(row["zh"], row["en"])
