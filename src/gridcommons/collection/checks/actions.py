"""Writes of checks: a result taken once and its step with it; a late one kept beside its case; old ones forgotten."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from gridcommons.access.deeds import deed
from gridcommons.access.rules import NO_DEED, Place, Viewer
from gridcommons.cases import actions as cases
from gridcommons.cases.codes import ZONE
from gridcommons.cases.evidence import CASE_FULL, PHOTO_TOO_LATE
from gridcommons.cases.filing import PHOTO_BYTES, PHOTO_PIXELS
from gridcommons.cases.photos import reencode
from gridcommons.cases.stepping import MOVED_ON, UNKNOWN
from gridcommons.collection.checks.models import Check, PhoneCase
from gridcommons.collection.checks.queries import require_given
from gridcommons.collection.checks.rules import NO_NOTE, OTHER_CONTENT, RESULTS, Sending, late_note, step_note
from gridcommons.collection.devices.opening import require_open
from gridcommons.collection.devices.rules import grids_or_late
from gridcommons.collection.inbox.rules import limits
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import Refusal, refuse

_LEAST: Final = 2
_TAKES: Final[Mapping[str, Callable[..., object]]] = {
    "close": lambda note, **facts: cases.close(check=note, **facts),
    "rework": lambda note, **facts: cases.rework(reason=note, **facts),
    "attempt": lambda note, **facts: cases.attempt(check=note, **facts),
}


def _areas(by: Viewer, at: datetime) -> tuple[str, ...]:
    return grids_or_late(by, at, timedelta(days=limits().grace_days))


def _of_sender(facts: Mapping[str, Any]) -> Place:
    """In the worker's own name; who serves nowhere, and did not of late, sends nothing."""
    areas = _areas(facts["by"], facts["at"])
    if not areas:
        raise refuse(NO_DEED)
    return Place(areas[0], parties=frozenset({facts["by"].key}))


def _of_check(result: Check, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"check:{result.pk}", f"case:{result.case_id}")


@deed("check.send", on=_of_sender, subjects=_of_check)
def send_check(*, check: Sending, device_id: UUID, by: Viewer, at: datetime, purpose: str = "service") -> Check:
    """Take a result in, once, and its step of the case with it, in the worker's own name.

    The same id with the same content does nothing more; where the case has moved on since, nothing is done at all.
    """
    require_open(device_id)
    known = Check.objects.filter(pk=check.id).first()
    if known is not None:
        if bytes(known.sha256) != check.sha256:
            raise refuse(OTHER_CONTENT)
        return known
    require_given(by.key, check.case_id)
    if len("".join(check.note.split())) < _LEAST:
        raise refuse(NO_NOTE)
    row = _kept(check, device_id, by, at)
    if not check.late:
        _take(check, by, at)
    return row


def _kept(check: Sending, device_id: UUID, by: Viewer, at: datetime) -> Check:
    """Its row first: who sends the same in the same moment waits for it."""
    says: dict[str, Any] = {"state": "done"}
    if check.late:
        photo = reencode(check.photo, max_bytes=PHOTO_BYTES, max_pixels=PHOTO_PIXELS) if check.photo else None
        says = {"state": "waits", "note": check.note, "picture": photo.jpeg_bytes if photo else None}
    return Check.objects.create(
        id=check.id, device_id=device_id, by_key=by.key, by_name=by.name, area_code=_areas(by, at)[0], parties=[by.key],
        case_id=check.case_id, result=check.result, said_on=check.said_on, sha256=check.sha256, sent_at=at, **says,
    )  # fmt: skip


def _take(check: Sending, by: Viewer, at: datetime) -> None:
    facts: dict[str, Any] = {"case_id": check.case_id, "by": by, "at": at, "purpose": "verification"}
    if check.photo:  # before the step: one that ends the case takes no photo afterwards, and both stand or none
        _add_photo(check.photo, facts)
    _TAKES[RESULTS[check.result].step](step_note(check.result, check.note), seen=check.seen, **facts)


def _add_photo(photo: bytes, facts: Mapping[str, Any]) -> None:
    """Add it; a case that took none any more has ended since the phone was told that it waits for its check."""
    try:
        cases.add_photo(data=photo, **facts)
    except Refusal as refusal:
        raise refuse(MOVED_ON) if refusal.code == PHOTO_TOO_LATE else refusal from None


@deed("check.carry", subjects=_of_check)
def carry_late(*, check_id: UUID, by: Viewer, at: datetime, purpose: str = "operation") -> Check:
    """Keep a late result beside its case, for whoever has the case now."""
    row = Check.objects.select_for_update().get(pk=check_id)
    if row.state != "waits":
        return row
    row.state = "kept" if _keep_beside(row, by, at) else "gone"
    row.note, row.picture = "", None
    row.save(update_fields=["state", "note", "picture"])
    return row


def _keep_beside(row: Check, by: Viewer, at: datetime) -> bool:
    """Whether it could be kept: a case that is gone takes nothing."""
    facts: dict[str, Any] = {"case_id": row.case_id, "by": by, "at": at}
    lost = row.picture is not None and not _added(bytes(row.picture), facts)
    note = late_note(who=row.by_name, on=row.said_on, result=row.result, note=row.note, without_photo=lost)
    try:
        cases.late_check(note=note, **facts)
    except Refusal:
        return False
    return True


def _added(picture: bytes, facts: Mapping[str, Any]) -> bool:
    try:
        cases.add_photo(data=picture, purpose="operation", **facts)
    except Refusal as refusal:
        if refusal.code not in {PHOTO_TOO_LATE, CASE_FULL, UNKNOWN}:
            raise
        return False
    return True


@deed("check.forget")
def forget_checks(*, by: Viewer, at: datetime, purpose: str = "operation") -> int:
    """Forget what phones were given and what they sent once none may send it any more: as late as a form may come."""
    old = at - timedelta(days=limits().late_days + limits().grace_days)
    gone = PhoneCase.objects.filter(day__lt=local_day(old, ZONE)).delete()[0]
    return gone + Check.objects.filter(sent_at__lt=old).exclude(state="waits").delete()[0]
