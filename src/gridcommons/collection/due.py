"""What a worker's day asks for besides cases: the households to visit in the grids of today, the most urgent first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from gridcommons.access.rules import Viewer
from gridcommons.kit.words import Words


@dataclass(frozen=True)
class Due:
    """One visit that is due. `label`: as in the list of households. `because`: what asks for it, in both languages.

    `until`: the day by which; `appointment_at`: what the household asked for, if anything.
    """

    household_id: UUID
    area_code: str
    label: str
    form_key: str
    because: Words
    until: date
    appointment_at: datetime | None = None
    campaign_id: UUID | None = None


def visits_due(*, grids: Sequence[str], viewer: Viewer, at: datetime, most: int) -> tuple[Due, ...]:  # noqa: ARG001
    """The visits due in these grids, at most so many; none as long as nothing asks for visits."""
    return ()
