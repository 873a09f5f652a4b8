"""Writes of visits: one made of a submission, once; a corrected submission replaces it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gridcommons.access.deeds import Outcome, deed, deeds
from gridcommons.access.rules import Place, Viewer
from gridcommons.collection.visits.writing import Called, Recorded, write_visits


@dataclass(frozen=True)
class Calling:
    """One of many visits to be recorded, and who records it."""

    called: Called
    by: Viewer


def _there(facts: Mapping[str, Any]) -> Place:
    called: Called = facts["called"]
    return Place(called.area_code)


def _subjects(visit: Recorded) -> tuple[str, ...]:
    return (f"visit:{visit.id}", f"chain:{visit.chain}")


def _recorded(visit: Recorded, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return _subjects(visit)


@deed("visit.record", on=_there, subjects=_recorded)
def record_visit(*, called: Called, by: Viewer, at: datetime, purpose: str = "operation") -> Recorded:
    """Record a visit: once for a submission, however often it is read; a correction replaces the former one."""
    return write_visits([called])[0]


def _of_calling(one: Calling, _at: datetime) -> Place:
    return Place(one.called.area_code)


@deeds("visit.record", on=_of_calling, subjects=_subjects)
def record_visits(*, each: Sequence[Calling], at: datetime, purpose: str = "operation") -> list[Outcome[Recorded]]:
    """Record many visits at once, each as it would be alone."""
    return [*write_visits([one.called for one in each])]
