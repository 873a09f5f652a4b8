"""Reads of devices: who stands behind a key today, and the keys of an area or of a worker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from gridcommons.access.apikeys import digest_of
from gridcommons.access.deeds import Outcome, look, looks
from gridcommons.access.identify import grants_of, viewer_behind
from gridcommons.access.rules import Place, Viewer
from gridcommons.cases.codes import ZONE
from gridcommons.collection import households
from gridcommons.collection.devices.models import DeviceKey, DeviceUse
from gridcommons.collection.devices.noting import note_looks
from gridcommons.collection.devices.opening import opening
from gridcommons.collection.devices.rules import (
    BAD_KEY,
    NOT_SHOWN,
    UNKNOWN,
    WORKER,
    grids_of,
    held_of_late,
    is_key,
    own_place,
    served_since,
)
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import Refusal, refuse
from gridcommons.kit.lineage import in_force


@dataclass(frozen=True)
class Device:
    """A phone behind a valid key: its worker with the grid worker's grants of this moment alone, and their grids."""

    id: UUID
    viewer: Viewer
    grids: tuple[str, ...]


def device_of(text: str, at: datetime, grace: timedelta = timedelta()) -> Device:
    """The phone of a key as text; refuses alike what is unknown, withdrawn, or of somebody who serves no grid.

    `grace`: who served one so long ago may still send. The grids are those of today in any case.
    """
    key = _valid(text)
    if key is None or not key.user.is_active:
        raise refuse(BAD_KEY)
    worker = viewer_behind(key.user)
    viewer = replace(worker, grants=tuple(g for g in worker.grants if g.role == WORKER), glasses=())
    grids = grids_of(viewer, at)
    if not grids and not served_since(viewer, at - grace, at):
        raise refuse(BAD_KEY)
    _note_day(key, local_day(at, ZONE))
    return Device(key.pk, viewer, grids)


def devices_of(texts: Iterable[str], at: datetime) -> dict[str, Device]:
    """The phones of many keys in two questions, read anew each time; a key that opens nothing now is left out."""
    digests = {digest_of(text): text for text in texts if is_key(text)}
    keys = DeviceKey.objects.filter(digest__in=digests, withdrawn_at__isnull=True, user__is_active=True)
    rows = list(keys.values_list("digest", "id", "user_id", "user__display_name", "use__day"))
    grants = grants_of(row[2] for row in rows)
    found, today = dict[str, Device](), local_day(at, ZONE)
    for digest, key, user, name, _day in rows:
        own = tuple(grant for grant in grants.get(user, ()) if grant.role == WORKER)
        viewer = Viewer(f"user:{user}", user, own, name=name)
        grids = grids_of(viewer, at)
        if grids:
            found[digests[bytes(digest)]] = Device(key, viewer, grids)
    served = {device.id for device in found.values()}
    _note_days([row[1] for row in rows if row[1] in served and row[4] != today], today)
    return found


def _note_days(keys: list[UUID], day: date) -> None:
    """The same as `_note_day` for many."""
    uses = [DeviceUse(key_id=key, day=day) for key in keys]
    DeviceUse.objects.bulk_create(uses, update_conflicts=True, unique_fields=["key"], update_fields=["day"])


def _valid(text: str) -> DeviceKey | None:
    if not is_key(text):
        return None
    rows = DeviceKey.objects.filter(digest=digest_of(text), withdrawn_at__isnull=True)
    return rows.select_related("user", "use").first()


def _note_day(key: DeviceKey, day: date) -> None:
    """Keep the day of use, once a day; the moment is kept nowhere."""
    if not hasattr(key, "use") or key.use.day != day:
        DeviceUse.objects.update_or_create(key=key, defaults={"day": day})


@dataclass(frozen=True)
class DeviceLine:
    """A key as whoever answers for it reads it."""

    id: UUID
    user_id: UUID
    worker: str
    name: str
    grids: tuple[str, ...]
    made_at: datetime
    last_day: date | None
    withdrawn_at: datetime | None
    withdrawn_for: str
    is_released: bool = False

    @property
    def is_valid(self) -> bool:
        """Whether it still opens the door, as long as its worker serves a grid."""
        return self.withdrawn_at is None


def _of_area(facts: Mapping[str, Any]) -> Place:
    return Place(facts["area_code"])


def _subjects(found: list[DeviceLine], _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(f"devicekey:{line.id}" for line in found)


@look("look.devices", on=_of_area, subjects=_subjects)
def devices_in(
    *, area_code: str, only: UUID | None = None, viewer: Viewer, at: datetime, purpose: str = "administration"
) -> list[DeviceLine]:
    """The keys of workers who serve in an area today, by worker; `only` that one, refused if it is none of them."""
    rows = DeviceKey.objects.select_related("user", "use").order_by("user__display_name", "-made_at")
    lines = _lines(rows.filter(pk=only) if only else rows, at)
    found = [line for line in lines if any(in_force().covers(grid, (area_code,), ()) for grid in line.grids)]
    if only and not found:
        raise refuse(UNKNOWN)
    return found


def own_devices(viewer: Viewer, at: datetime) -> list[DeviceLine]:
    """The keys of the account itself, valid ones first."""
    if viewer.user_id is None:
        return []
    rows = DeviceKey.objects.filter(user_id=viewer.user_id).select_related("user", "use").order_by("-made_at")
    return sorted(_lines(rows, at), key=lambda line: not line.is_valid)


def _lines(rows: Iterable[DeviceKey], at: datetime) -> list[DeviceLine]:
    grids: dict[UUID, tuple[str, ...]] = {}
    listed = list(rows)
    for row in listed:
        if row.user_id not in grids:
            grids[row.user_id] = grids_of(viewer_behind(row.user), at)
    return [
        DeviceLine(
            row.pk, row.user_id, row.user.display_name, row.name, grids[row.user_id], row.made_at,
            row.use.day if hasattr(row, "use") else None, row.withdrawn_at, row.withdrawn_for,
            row.released_at is not None,
        )
        for row in listed
    ]  # fmt: skip


@dataclass(frozen=True)
class PhoneLook:
    """A household opened on a phone without a network: for which form, on which day."""

    id: UUID
    household_id: UUID
    form_key: str
    day: date


@dataclass(frozen=True)
class LookMade:
    """A look that a phone made without a network: by which worker and phone; `grace`: how late it is still told."""

    seen: PhoneLook
    by: Viewer
    device_id: UUID
    grace: timedelta


def _made(facts: Mapping[str, Any]) -> LookMade:
    return LookMade(facts["seen"], facts["viewer"], facts["device_id"], facts["grace"])


def _of_holder(facts: Mapping[str, Any]) -> Place:
    return _of_looker(_made(facts), facts["at"])


def _of_looker(one: LookMade, at: datetime) -> Place:
    return own_place(one.by, at, one.grace)


def _seen(_result: object, facts: Mapping[str, Any]) -> tuple[str, ...]:
    return _shown(_made(facts))


def _shown(one: LookMade) -> tuple[str, ...]:
    return (f"household:{one.seen.household_id}", f"devicekey:{one.device_id}")


@look("look.on_phone", on=_of_holder, subjects=_seen)
def seen_offline(
    *, seen: PhoneLook, device_id: UUID, grace: timedelta, viewer: Viewer, at: datetime, purpose: str = "visit"
) -> PhoneLook:
    """A look that a phone made without a network, put on record now; refuses a household that it cannot have shown."""
    (done,) = _on_record([LookMade(seen, viewer, device_id, grace)], at)
    if isinstance(done, Refusal):
        raise done
    return seen


@looks("look.on_phone", on=_of_looker, subjects=_shown)
def seen_offline_each(*, each: Sequence[LookMade], at: datetime, purpose: str = "visit") -> list[Outcome[LookMade]]:
    """Looks of phones put on record together, each once; None for what stands there already.

    A household that the phone cannot have shown is refused, and alike whether there is such a household or not; so is
    all that comes by a key that was withdrawn since the call began.
    """
    return _on_record(each, at)


def _on_record(each: Sequence[LookMade], at: datetime) -> list[Outcome[LookMade]]:
    places = households.lying({one.seen.household_id for one in each})
    fits = [
        (held := places.get(one.seen.household_id)) is not None
        and held_of_late(one.by, held.filed, (held.now, *held.held_until(at - one.grace)), at - one.grace, at)
        for one in each
    ]
    valid = opening(one.device_id for one in each)
    noted = [one for one, fit in zip(each, fits, strict=True) if fit and one.device_id in valid]
    new = note_looks([(one.seen.id, one.device_id, one.seen.day) for one in noted])
    found: list[Outcome[LookMade]] = []
    for one, fit in zip(each, fits, strict=True):
        is_new = one.seen.id in new
        new.discard(one.seen.id)
        refusal = refuse(BAD_KEY) if one.device_id not in valid else None if fit else refuse(NOT_SHOWN)
        found.append(refusal or (one if is_new else None))
    return found
