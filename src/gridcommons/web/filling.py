"""Whether the demo is still filling, as the command that fills it writes it down."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from gridcommons.kit.words import Words


@dataclass(frozen=True)
class Filling:
    """The step under way, and how much of it is done."""

    words: Words
    done: int
    total: int


def filling(data: Path) -> Filling | None:
    """What `gridcommons demo` is doing now; None when it is not at work."""
    try:
        said = json.loads((data / "run" / "demo.json").read_text(encoding="utf-8"))
        return Filling(Words(said["zh"], said["en"]), said["done"], said["total"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
