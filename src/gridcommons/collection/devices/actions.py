"""Writes of devices: a key made by the office or the worker, withdrawn by either; a phone opened again."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from gridcommons.access.apikeys import digest_of
from gridcommons.access.deeds import deed
from gridcommons.access.identify import viewer_of
from gridcommons.access.rules import Place, Viewer
from gridcommons.collection.devices.halves import half_of
from gridcommons.collection.devices.models import DeviceKey, DevicePack
from gridcommons.collection.devices.rules import (
    NOT_A_WORKER,
    NOT_RELEASED,
    NOT_WITHDRAWN,
    NOT_YOURS,
    UNKNOWN,
    faults,
    grids_of,
)
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.errors import refuse, require_none

_BYTES: Final = 48
"""64 signs as text, as the path of the door has them."""
_NAME, _REASON = 500, 300


@dataclass(frozen=True)
class Made:
    """A key as it is handed over, once."""

    id: UUID
    name: str
    text: str


def _subject(result: Made, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"devicekey:{result.id}",)


def _of_worker(facts: Mapping[str, Any]) -> Place:
    """Where the worker serves today; refuses whoever serves nowhere."""
    grids = grids_of(viewer_of(facts["user_id"]), facts["at"])
    if not grids:
        raise refuse(NOT_A_WORKER)
    return Place(grids[0])


def _of_self(facts: Mapping[str, Any]) -> Place:
    grids = grids_of(facts["by"], facts["at"])
    if not grids:
        raise refuse(NOT_A_WORKER)
    return Place(grids[0])


@deed("device.make", on=_of_worker, subjects=_subject)
def make_device(*, user_id: UUID, name: str, by: Viewer, at: datetime, purpose: str = "administration") -> Made:
    """Make a key for a worker's phone; the key itself is returned once and kept nowhere."""
    return _made(user_id, name, by, at)


@deed("device.make_own", on=_of_self, subjects=_subject)
def make_own_device(*, name: str, by: Viewer, at: datetime, purpose: str = "service") -> Made:
    """A worker makes a key for the phone in hand."""
    if by.user_id is None:
        raise refuse(NOT_A_WORKER)
    return _made(by.user_id, name, by, at)


def _made(user_id: UUID, name: str, by: Viewer, at: datetime) -> Made:
    said = clean_text(name, limit=_NAME)
    require_none(faults(said, DeviceKey.objects.filter(user_id=user_id, withdrawn_at__isnull=True).count()))
    text = secrets.token_urlsafe(_BYTES)
    key = DeviceKey.objects.create(user_id=user_id, name=said, digest=digest_of(text), made_by=by.key, made_at=at)
    return Made(key.pk, said, text)


def _of_key(facts: Mapping[str, Any]) -> Place:
    """Where its worker serves; nowhere for one who left, so that a lost phone can always be stopped."""
    grids = grids_of(viewer_of(_held(facts["key_id"]).user_id), facts["at"])
    return Place(grids[0] if grids else "")


def _held(key_id: UUID) -> DeviceKey:
    key = DeviceKey.objects.select_for_update().filter(pk=key_id, withdrawn_at__isnull=True).first()
    if key is None:
        raise refuse(UNKNOWN)
    return key


@deed("device.withdraw", on=_of_key)
def withdraw_device(
    *, key_id: UUID, reason: str, by: Viewer, at: datetime, purpose: str = "administration"
) -> DeviceKey:
    """Withdraw a key: the phone is answered 403 from this moment."""
    return _withdrawn(_held(key_id), reason, by, at)


@deed("device.withdraw_own")
def withdraw_own_device(*, key_id: UUID, reason: str, by: Viewer, at: datetime, purpose: str = "service") -> DeviceKey:
    """A worker withdraws a key of their own: the phone is lost, sold or changed."""
    key = _held(key_id)
    if key.user_id != by.user_id:
        raise refuse(NOT_YOURS)
    return _withdrawn(key, reason, by, at)


def _withdrawn(key: DeviceKey, reason: str, by: Viewer, at: datetime) -> DeviceKey:
    key.withdrawn_at, key.withdrawn_by = at, by.key
    key.withdrawn_for = clean_text(reason, limit=_REASON)
    key.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_for"])
    DevicePack.objects.filter(key=key).delete()
    return key


def _of_any(facts: Mapping[str, Any]) -> Place:
    """Where the worker of a key serves, whether it is valid or not."""
    key = DeviceKey.objects.select_for_update().filter(pk=facts["key_id"]).first()
    if key is None:
        raise refuse(UNKNOWN)
    grids = grids_of(viewer_of(key.user_id), facts["at"])
    return Place(grids[0] if grids else "")


@deed("device.release", on=_of_any)
def release_device(*, key_id: UUID, by: Viewer, at: datetime, purpose: str = "administration") -> DeviceKey:
    """Let the worker of a withdrawn key open what waits on the phone, sealed, and send it with a new key."""
    key = DeviceKey.objects.get(pk=key_id)
    if key.withdrawn_at is None or key.released_at is not None:
        raise refuse(NOT_WITHDRAWN)
    key.released_at, key.released_by = at, by.key
    key.save(update_fields=["released_at", "released_by"])
    return key


@dataclass(frozen=True)
class Opened:
    """The server's half of a store, and whether the key of its phone still opens the door."""

    key_id: UUID
    half: bytes
    is_valid: bool


def _opened(result: Opened, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"devicekey:{result.key_id}",)


@deed("device.open_again", on=_of_self, subjects=_opened)
def open_again(*, key_id: UUID, by: Viewer, at: datetime, purpose: str = "service") -> Opened:
    """Give a worker the server's half of the store of their own phone; of a withdrawn one only once it is released."""
    key = DeviceKey.objects.select_for_update().filter(pk=key_id).first()
    if key is None:
        raise refuse(UNKNOWN)
    if key.user_id != by.user_id:
        raise refuse(NOT_YOURS)
    if key.withdrawn_at is not None and key.released_at is None:
        raise refuse(NOT_RELEASED)
    return Opened(key.pk, half_of(key.pk), key.withdrawn_at is None)
