"""Looks that phones made offline, noted by the ids that the phones gave them: each goes on record once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from gridcommons.collection.devices.models import DeviceLook


def note_look(look_id: UUID, key_id: UUID, day: date) -> None:
    """Note one; whoever brings the same in the same moment meets an `IntegrityError`."""
    DeviceLook.objects.create(pk=look_id, key_id=key_id, day=day)


def noted(look_ids: Iterable[UUID]) -> set[UUID]:
    """Which of these were noted before."""
    return set(DeviceLook.objects.filter(pk__in=list(look_ids)).values_list("id", flat=True))
