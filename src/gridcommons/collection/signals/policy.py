"""The policy of signals, read from `data/signals.toml`, with its owner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from gridcommons.kit.shipped import Raw, shipped
from gridcommons.kit.words import Words


@dataclass(frozen=True)
class Policy:
    """Limits and lists; each is explained in the file."""

    version: str
    owner: Words
    triage_minutes: int
    most_raises: int
    words_days: int
    kinds: Mapping[str, Words]
    sizes: Mapping[str, Words]
    outcomes: Mapping[str, Words]

    @property
    def within(self) -> timedelta:
        """How long a signal may wait, by the clock."""
        return timedelta(minutes=self.triage_minutes)


def policy() -> Policy:
    """The policy as packaged."""
    return shipped("gridcommons.collection.signals", "signals.toml", _read)


def _read(raw: Raw) -> Policy:
    lists: Any = {
        name: {key: Words(*said) for key, said in raw.pop(name).items()} for name in ("kinds", "sizes", "outcomes")
    }
    return Policy(owner=Words(**raw.pop("owner")), **lists, **raw)
