"""Whose a case is, asked of rows: the viewer's offices, and what they may not go on with, having taken part in it."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from gridcommons.access.rules import Viewer
from gridcommons.cases.models import Part, Step
from gridcommons.cases.transitions import packaged

_LEADS_ON: Final = ("file", "dispatch", "appoint", "accept", "feed_back", "close")
_REPORTER: Final = "reporter"


def _offices(viewer: Viewer, at: datetime) -> list[UUID]:
    return [grant.office_id for grant in viewer.grants if grant.office_id and grant.holds_at(at)]


def own_offices(viewer: Viewer, at: datetime) -> Q:
    """Cases that the viewer's offices are in charge of or assist in."""
    own = _offices(viewer, at)
    assists = Part.objects.filter(case=OuterRef("pk"), office_id__in=own, done_at__isnull=True)
    return Q(handler_office_id__in=own) | Q(Exists(assists))


def raised_to(viewer: Viewer, at: datetime) -> Q:
    """Cases that were raised to the viewer's offices and wait for them to appoint."""
    return Q(raised_office_id__in=_offices(viewer, at), appointed=False)


def taken_part(viewer: Viewer) -> Q:
    """Open cases that wait for a step whose duty the viewer may not hold beside one they held in the same case."""
    found, machine = Q(pk__in=[]), packaged()
    for key in _LEADS_ON:
        row = machine.action(key)
        held = _apart_from(key)
        theirs = Q(action__in=[one.key for one in machine.actions.values() if held.intersection(one.holds)])
        if _REPORTER in held:
            theirs |= Q(duty=_REPORTER)
        steps = Step.objects.filter(theirs, case=OuterRef("pk"), by_key=viewer.key)
        found |= Q(state__in=row.sources) & Q(Exists(steps))
    return found


def _apart_from(key: str) -> frozenset[str]:
    """The duties that nobody may have held who takes this step."""
    row = packaged().action(key)
    others = {
        apart.other(duty) for apart in packaged().persons_apart if key not in apart.excepted for duty in row.holds
    }
    return frozenset(other for other in others if other)
