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
    """The step under way, and how much of it is done."""

    words: Words
    done: int
    total: int


def filling(data: Path) -> Filling | None:
    """What `gridcommons demo` is doing now; None when it is not at work, or was killed at it."""
    file = data / "run" / "demo.json"
    try:
        if time.time() - file.stat().st_mtime > _STALE:
            return None
        said = json.loads(file.read_text(encoding="utf-8"))
        return Filling(Words(said["zh"], said["en"]), said["done"], said["total"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
