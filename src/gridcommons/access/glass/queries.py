"""Reads of break-glass: what one asked for, what waits for one's word, what auditor and officer are told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any, Final
from uuid import UUID

from django.db.models import Q

from gridcommons.access.deeds import look
from gridcommons.access.glass.actions import UNKNOWN
from gridcommons.access.glass.models import Glass
from gridcommons.access.glass.opening import glass_facts
from gridcommons.access.glass.rules import GlassFacts, limits
from gridcommons.access.queries import OfficeFacts, offices
from gridcommons.access.rules import Viewer
from gridcommons.access.scope import lying_in
from gridcommons.kit.errors import refuse

PAGE: Final = 30
_WATCH: Final = frozenset({"glass.confirm", "glass.review", "access.grant"})
"""Whoever may do one of these at the place is told of every glass there."""


@dataclass(frozen=True)
class GlassLine:
    """A glass as those concerned read it: offices, never the names of persons."""

    glass: GlassFacts
    office: OfficeFacts | None
    state: str
    mine: bool
    confirmed_by_me: bool


def _visible(viewer: Viewer, at: datetime) -> Q:
    """What a viewer asked for or confirmed, and what lies in the areas that they watch over."""
    mine = Q(asked_by_id=viewer.user_id) | Q(confirmed_by_id=viewer.user_id) if viewer.user_id else Q(pk__in=())
    watched = [g for role, g in viewer.roles_at(at) if g is not None and role.deeds & _WATCH]
    return reduce(or_, (lying_in("area_code", g.areas_now, g.left_out_now) for g in watched), mine)


def _subjects(found: list[GlassLine], _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(f"asked_glass:{line.glass.id}" for line in found)


@look("look.glass", subjects=_subjects)
def glasses(
    *, viewer: Viewer, at: datetime, state: str = "", first: int = 0, most: int = PAGE, purpose: str
) -> list[GlassLine]:
    """Requests and readings that concern the viewer, newest first; `state` keeps those in one state."""
    rows = Glass.objects.filter(_visible(viewer, at)).order_by("-asked_at", "id")
    if state:
        rows = rows.filter(_in_state(state, at))
    return _lines(rows[first : first + most], viewer, at)


def _in_state(state: str, at: datetime) -> Q:
    """A state as the database asks for it: the same as `GlassFacts.state_at`, which a test compares."""
    lapse = at - timedelta(minutes=limits().wait_minutes)
    waits = Q(confirmed_at__isnull=True, ended_at__isnull=True)
    runs = Q(confirmed_at__isnull=False, reviewed_at__isnull=True)
    is_over = Q(valid_to__lte=at) | Q(ended_at__lte=at)
    return {
        "waiting": waits & Q(asked_at__gte=lapse),
        "lapsed": waits & Q(asked_at__lt=lapse),
        "declined": Q(confirmed_at__isnull=True, ended_at__isnull=False),
        "open": runs & ~is_over,
        "over": runs & is_over,
        "reviewed": Q(reviewed_at__isnull=False),
    }.get(state, Q(pk__in=()))


@look("look.glass", subjects=_subjects)
def glass_of(*, glass_id: UUID, viewer: Viewer, at: datetime, purpose: str) -> list[GlassLine]:
    """One of them; what does not concern the viewer is not there."""
    found = _lines(Glass.objects.filter(_visible(viewer, at), pk=glass_id), viewer, at)
    if not found:
        raise refuse(UNKNOWN)
    return found


def _lines(rows: Iterable[Glass], viewer: Viewer, at: datetime) -> list[GlassLine]:
    facts = [glass_facts(row) for row in rows]
    known = offices(one.office_id for one in facts)
    return [
        GlassLine(
            one, known.get(one.office_id), one.state_at(at), one.asked_by == viewer.user_id,
            viewer.user_id is not None and one.confirmed_by == viewer.user_id,
        )
        for one in facts
    ]  # fmt: skip


def untold(at: datetime) -> list[tuple[GlassFacts, str, str]]:
    """Glasses of the last days with a stage that nobody was told of yet: the glass, that stage, what was told."""
    found = []
    for row in Glass.objects.filter(asked_at__gt=at - timedelta(days=7)).order_by("asked_at"):
        glass = glass_facts(row)
        stage = _stage(glass, at)
        if stage != row.told:
            found.append((glass, stage, row.told))
    return found


def _stage(glass: GlassFacts, at: datetime) -> str:
    state = glass.state_at(at)
    return {"waiting": "asked", "open": "opened", "over": "ended", "reviewed": "ended"}.get(state, "declined")


def glass_named(mark: str) -> tuple[UUID, str] | None:
    """Office and reason of the glass behind a mark, None for a mark of something else."""
    pk = mark.removeprefix("glass:")
    if pk == mark:
        return None
    return Glass.objects.filter(pk=pk).values_list("office_id", "reason").first()
