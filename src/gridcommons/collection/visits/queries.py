"""Reads of visits: those that a submission led to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from gridcommons.access.deeds import look
from gridcommons.access.rules import Place, Viewer
from gridcommons.collection.visits.models import Visit


@dataclass(frozen=True)
class VisitLine:
    """One visit."""

    id: UUID
    household_id: UUID | None
    area_code: str
    day: date
    kind: str
    outcome: str
    is_current: bool


def _there(facts: Mapping[str, Any]) -> Place:
    return Place(facts["area_code"], personal=True)


def _subjects(found: list[VisitLine], _facts: Mapping[str, Any]) -> tuple[str, ...]:
    households = {f"household:{line.household_id}" for line in found if line.household_id}
    return (*(f"visit:{line.id}" for line in found), *sorted(households))


@look("look.visits", on=_there, subjects=_subjects)
def visits_of(*, submission_id: UUID, area_code: str, viewer: Viewer, at: datetime, purpose: str) -> list[VisitLine]:
    """The visits that a submission led to, within the viewer's scope. `area_code`: where the submission lies."""
    rows = Visit.objects.filter(submission_id=submission_id).order_by("id")
    return [
        VisitLine(row.pk, row.household_id, row.area_code, row.day, row.kind, row.outcome, row.is_current)
        for row in rows
    ]
