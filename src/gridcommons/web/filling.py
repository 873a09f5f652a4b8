"""Whether the demo is still filling, as the command that fills it writes it down."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gridcommons.kit.words import Words

_STALE: Final = 120.0
"""Seconds after which a step that says nothing more is over: the command writes every second."""


@dataclass(frozen=True)
class Filling:
    """What is under way, and how much of it is done; `step` of how many `steps` it belongs to, 0 where nobody says."""

    words: Words
    done: int
    total: int
    step: int = 0
    steps: int = 0

    @property
    def before(self) -> int:
        """How many steps are behind it."""
        return max(self.step - 1, 0)


@dataclass(frozen=True)
class Broken:
    """Where a filling broke off, in which of its steps, and what it said."""

    what: Words
    said: Words
    step: int
    steps: int


def filling(data: Path) -> Filling | None:
    """What `gridcommons demo` is doing now; None when it is not at work, or was killed at it."""
    file = data / "run" / "demo.json"
    try:
        if time.time() - file.stat().st_mtime > _STALE:
            return None
        said = json.loads(file.read_text(encoding="utf-8"))
        counts = (said["done"], said["total"], said.get("step", 0), said.get("steps", 0))
        return Filling(Words(said["zh"], said["en"]), *counts)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def broken(data: Path) -> Broken | None:
    """Where the last filling broke off; None when none did, or one has gone on since."""
    try:
        told = json.loads((data / "run" / "demo.broke").read_text(encoding="utf-8"))
        what = Words(told["what"]["zh"], told["what"]["en"])
        return Broken(what, Words(told["zh"], told["en"]), int(told["step"]), int(told["steps"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
