"""Whether a declared emergency covers an area: the one place where campaigns ask for it.

Emergencies are declared, bounded and ended by a part of their own, which answers here once it stands. Until then none
is declared anywhere, and nobody can say otherwise by a tick in a form: a campaign without one has its public notice.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Declared:
    """An emergency in force: its number in the register and its last day."""

    number: str
    until: date


def emergency_over(area_code: str, day: date) -> Declared | None:  # noqa: ARG001 - none is declared yet
    """The emergency that covers the whole of an area on a day; None where none is declared."""
    return None
