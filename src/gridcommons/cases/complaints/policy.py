"""The policy of complaints as data: who hears what, by when, what is kept, and the words for it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from gridcommons.kit.shipped import shipped
from gridcommons.kit.words import Words


@dataclass(frozen=True)
class Instance:
    """An instance: the office of this kind at this level above a subject, and the levels of subjects that it hears."""

    level: str
    kind: str
    hears: frozenset[str]


@dataclass(frozen=True)
class Action:
    """A step: where it may be taken, where it leads, by whom."""

    key: str
    words: Words
    sources: frozenset[str]
    target: str
    by: str


@dataclass(frozen=True)
class Policy:
    """The whole file."""

    version: str
    owner: Words
    take_on_days: int
    answer_days: int
    second_days: int
    kept: timedelta
    threshold: int
    instances: tuple[Instance, ...]
    line: frozenset[str]
    outside: Words
    subjects: Mapping[str, Words]
    states: Mapping[str, Words]
    outcomes: Mapping[str, Words]
    actions: Mapping[str, Action]


def policy() -> Policy:
    """The policy that ships with the program."""
    return shipped("gridcommons.cases.complaints", "policy.toml", _read)


def _read(raw: dict[str, Any]) -> Policy:
    limits = raw["deadlines"]
    return Policy(
        version=raw["version"],
        owner=Words(raw["owner_zh"], raw["owner_en"]),
        take_on_days=limits["take_on_days"],
        answer_days=limits["answer_days"],
        second_days=limits["second_days"],
        kept=timedelta(days=raw["retention"]["days"]),
        threshold=raw["figures"]["threshold"],
        instances=tuple(Instance(row["level"], row["kind"], frozenset(row["hears"])) for row in raw["instances"]),
        line=frozenset(raw["line"]["kinds"]),
        outside=_words(raw["outside"]),
        subjects={key: _words(row) for key, row in raw["subjects"].items()},
        states={key: _words(row) for key, row in raw["states"].items()},
        outcomes={key: _words(row) for key, row in raw["outcomes"].items()},
        actions={key: _action(key, row) for key, row in raw["actions"].items()},
    )


def _words(row: Mapping[str, str]) -> Words:
    return Words(row["zh"], row["en"])


def _action(key: str, row: Mapping[str, Any]) -> Action:
    return Action(key, _words(row), frozenset(row["from"]), row["to"], row["by"])
