"""Reads of notices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q

from gridcommons.access.deeds import look
from gridcommons.access.rules import Place, Viewer
from gridcommons.access.scope import lying_in
from gridcommons.notices.models import Notice
from gridcommons.notices.texts import text_of

PAGE = 50


@dataclass(frozen=True)
class Told:
    """A notice as its receiver reads it."""

    id: UUID
    text: str
    at: datetime
    is_read: bool
    facts: Mapping[str, str]


def _own(_facts: Mapping[str, Any]) -> Place:
    return Place()


def _subjects(told: list[Told], _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(f"notice:{t.id}" for t in told)


def received_by(viewer: Viewer, at: datetime) -> Q:
    """Notices to the viewer, and those to an office they serve about the areas that they serve it for."""
    mine = Q(to=viewer.key) if viewer.user_id else Q(pk__in=())
    for grant in viewer.grants:
        if grant.office_id and grant.holds_at(at):
            there = lying_in("area_code", grant.included, grant.excluded)
            mine |= Q(to=f"office:{grant.office_id}") & there
    return mine


@look("look.own_notices", on=_own, subjects=_subjects)
def inbox(
    *, viewer: Viewer, language: str, at: datetime, first: int = 0, most: int = PAGE, purpose: str = "own_case"
) -> list[Told]:
    """The notices to the viewer and to the offices they serve, newest first, at most `most` from `first` on."""
    received = Notice.objects.filter(received_by(viewer, at), channel="inside").order_by("-created_at", "id")
    rows = received[first : first + most]
    return [
        Told(n.id, text_of(n.text_key, n.facts, language), n.created_at, n.read_at is not None, n.facts) for n in rows
    ]
