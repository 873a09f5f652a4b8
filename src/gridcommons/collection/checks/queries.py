"""Reads of checks: the cases that go onto a phone, how one of them stands now, looks that a phone made offline."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from gridcommons.access.deeds import look
from gridcommons.access.rules import Place, Viewer
from gridcommons.cases.codes import ZONE
from gridcommons.cases.queries import ToCheck, cases_to_check
from gridcommons.collection.checks.models import PhoneCase
from gridcommons.collection.checks.rules import NOT_GIVEN
from gridcommons.collection.devices.noting import note_look, noted
from gridcommons.collection.devices.queries import require_open
from gridcommons.collection.devices.rules import grids_of, served_of_late
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import refuse


def checks_on_phone(*, viewer: Viewer, at: datetime, most: int) -> tuple[ToCheck, ...]:
    """The cases to check, one look; that they went onto a phone of this worker is noted, once a day."""
    found, day = cases_to_check(viewer=viewer, at=at, most=most), local_day(at, ZONE)
    ids = {one.row.id for one in found}
    known = PhoneCase.objects.filter(by_key=viewer.key, day=day, case_id__in=ids).values_list("case_id", flat=True)
    new = [PhoneCase(by_key=viewer.key, case_id=one, day=day) for one in sorted(ids - set(known))]
    PhoneCase.objects.bulk_create(
        new, update_conflicts=True, unique_fields=["by_key", "case_id"], update_fields=["day"]
    )
    return found


def was_given(by_key: str, case_ids: Iterable[UUID]) -> set[UUID]:
    """Which of these cases went onto a phone of this worker."""
    rows = PhoneCase.objects.filter(by_key=by_key, case_id__in=list(case_ids))
    return set(rows.values_list("case_id", flat=True))


def require_given(by_key: str, case_id: UUID) -> None:
    """Refuses a case that never went onto a phone of this worker."""
    if not was_given(by_key, [case_id]):
        raise refuse(NOT_GIVEN)


@dataclass(frozen=True)
class CaseSeen:
    """A case opened on a phone without a network: on which day."""

    id: UUID
    case_id: UUID
    day: date


def _of_holder(facts: Mapping[str, Any]) -> Place:
    """In the worker's own name, where they serve or served of late: what they saw is on record in any case."""
    viewer, at = facts["viewer"], facts["at"]
    areas = grids_of(viewer, at) or served_of_late(viewer, at - facts["grace"], at)
    return Place(areas[0] if areas else "", parties=frozenset({viewer.key}))


def _seen(_result: object, facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"case:{facts['seen'].case_id}", f"devicekey:{facts['device_id']}")


@look("look.on_phone", on=_of_holder, subjects=_seen)
def case_seen_offline(
    *, seen: CaseSeen, device_id: UUID, grace: timedelta, viewer: Viewer, at: datetime, purpose: str = "service"
) -> CaseSeen:
    """A look at a case that a phone made without a network, put on record now."""
    require_open(device_id)
    note_look(seen.id, device_id, seen.day)
    return seen


def cases_not_on_record(looks: Collection[CaseSeen], by_key: str) -> list[CaseSeen]:
    """Those of the looks that were never put on record, each once, at cases that went onto the worker's phones."""
    by_id = {one.id: one for one in looks}
    there, given = noted(by_id), was_given(by_key, {one.case_id for one in looks})
    return [one for one in by_id.values() if one.id not in there and one.case_id in given]
