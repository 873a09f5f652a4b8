"""Cases whose next step a viewer may not take, for what they did in them before: as the rules say it, asked of rows."""

from __future__ import annotations

from typing import Final

from django.db.models import Exists, OuterRef, Q

from gridcommons.access.rules import Viewer
from gridcommons.cases.models import Step
from gridcommons.cases.transitions import packaged

_LEADS_ON: Final = ("file", "dispatch", "accept", "feed_back", "close")
_REPORTER: Final = "reporter"


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
