"""What phones hold under an entry of today: so that a home or case is named again only where something is new."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from gridcommons.collection.devices.halves import half_of
from gridcommons.collection.devices.models import DevicePack

_SIGNS = 12


def marks_of(device_id: UUID, rows: Mapping[UUID, Any]) -> dict[str, str]:
    """By household or case a digest of what the phone is sent of it, under a key that is no other phone's."""
    key = hmac.digest(half_of(device_id), b"marks", hashlib.sha256)
    said = {home: json.dumps(row, sort_keys=True, ensure_ascii=False, default=str) for home, row in rows.items()}
    return {str(home): hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:_SIGNS] for home, text in said.items()}


def take_note(device_id: UUID, what: str, rows: Mapping[UUID, Any], day: date) -> set[UUID]:
    """Keep what a phone holds from now on; returns the homes or cases of which it had not the same already today."""
    marks = marks_of(device_id, rows)
    former = DevicePack.objects.filter(key_id=device_id, what=what, day=day).values_list("marks", flat=True).first()
    if former != marks:
        facts = {"day": day, "marks": marks}
        DevicePack.objects.update_or_create(key_id=device_id, what=what, defaults=facts)
    held = former or {}
    return {home for home in rows if held.get(str(home)) != marks[str(home)]}
