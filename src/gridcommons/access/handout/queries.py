"""Reads of exports with personal data: one's own, those that wait for one's word, those of the areas one watches."""

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
from gridcommons.access.handout.actions import UNKNOWN
from gridcommons.access.handout.models import Handout
from gridcommons.access.handout.rows import handout_facts
from gridcommons.access.handout.rules import HandoutFacts, missing_to_read
from gridcommons.access.queries import OfficeFacts, offices
from gridcommons.access.rules import Viewer
from gridcommons.access.scope import lying_in
from gridcommons.kit.errors import Refusal, refuse

PAGE: Final = 30
_WATCH: Final = frozenset({"handout.confirm", "glass.review", "access.grant"})


@dataclass(frozen=True)
class HandoutLine:
    """An export as those concerned read it: offices, never the names of persons."""

    handout: HandoutFacts
    office: OfficeFacts | None
    state: str
    mine: bool


def _visible(viewer: Viewer, at: datetime) -> Q:
    mine = Q(asked_by_id=viewer.user_id) | Q(confirmed_by_id=viewer.user_id) if viewer.user_id else Q(pk__in=())
    watched = [g for role, g in viewer.roles_at(at) if g is not None and role.deeds & _WATCH]
    return reduce(or_, (lying_in("area_code", g.areas_now, g.left_out_now) for g in watched), mine)


def _subjects(found: list[HandoutLine], _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(f"asked_handout:{line.handout.id}" for line in found)


@look("look.handouts", subjects=_subjects)
def handouts(
    *, viewer: Viewer, at: datetime, first: int = 0, most: int = PAGE, only: UUID | None = None, purpose: str
) -> list[HandoutLine]:
    """Exports that concern the viewer, newest first; `only` that one, which is refused where it does not."""
    rows = Handout.objects.filter(_visible(viewer, at)).order_by("-asked_at", "id")
    found = _lines(rows.filter(pk=only) if only else rows[first : first + most], viewer, at)
    if only and not found:
        raise refuse(UNKNOWN)
    return found


def _lines(rows: Iterable[Handout], viewer: Viewer, at: datetime) -> list[HandoutLine]:
    facts = [handout_facts(row) for row in rows]
    known = offices(one.office_id for one in facts)
    return [
        HandoutLine(one, known.get(one.office_id), one.state_at(at), one.asked_by == viewer.user_id) for one in facts
    ]


def being_made(handout_id: UUID, viewer: Viewer, at: datetime) -> HandoutFacts:
    """The export whose content this viewer may read out now, having taken it; refuses any other."""
    row = Handout.objects.filter(pk=handout_id).first()
    if row is None:
        raise refuse(UNKNOWN)
    handout = handout_facts(row)
    reasons = missing_to_read(handout, viewer.user_id, at)
    if reasons:
        raise Refusal(reasons)
    return handout


def untold(at: datetime) -> list[tuple[HandoutFacts, str]]:
    """Exports of the last days with a stage that nobody was told of yet."""
    rows = Handout.objects.filter(asked_at__gt=at - timedelta(days=7)).order_by("asked_at")
    found = [(handout_facts(row), row.told) for row in rows]
    return [(one, one.state_at(at)) for one, told in found if one.state_at(at) != told]


def handout_named(mark: str) -> tuple[UUID, str] | None:
    """Office and reason of the export behind a mark, None for a mark of something else."""
    pk = mark.removeprefix("handout:")
    if pk == mark:
        return None
    return Handout.objects.filter(pk=pk).values_list("office_id", "reason").first()
