"""The one write of the room: those concerned are told of what was asked, opened, read and handed out."""

from __future__ import annotations

from datetime import datetime

from gridcommons.access.book.actions import marks_told
from gridcommons.access.book.queries import untold_marks
from gridcommons.access.deeds import deed
from gridcommons.access.glass import actions as glass_actions
from gridcommons.access.glass import queries as glass_queries
from gridcommons.access.handout import actions as handout_actions
from gridcommons.access.handout import queries as handout_queries
from gridcommons.access.rules import Viewer
from gridcommons.cases.beyond.announcing import tell_of_glass, tell_of_handout, tell_reporter
from gridcommons.cases.models import Case


@deed("case.announce")
def announce(*, by: Viewer, at: datetime, purpose: str = "operation") -> list[Case]:
    """Tell of every new stage of a glass or export, and the reporter of each case that was read by one, once."""
    for glass, stage, before in glass_queries.untold(at):
        tell_of_glass(glass, stage, before, at)
        glass_actions.told(glass_id=glass.id, stage=stage, by=by, at=at)
    for handout, state in handout_queries.untold(at):
        tell_of_handout(handout, state, at)
        handout_actions.told(handout_id=handout.id, stage=state, by=by, at=at)
    marks = untold_marks()
    wanted = {(mark, key.removeprefix("case:")) for _row, mark, what, keys in marks for key in keys if _tells(what)}
    cases = {str(case.pk): case for case in Case.objects.filter(pk__in={key for _mark, key in wanted})}
    for mark, key in sorted(wanted):
        if key in cases:
            tell_reporter(cases[key], mark, at)
    if marks:
        marks_told(marks=[row for row, *_rest in marks], by=by, at=at)
    return list(cases.values())


def _tells(what: str) -> bool:
    """Lists are in “who looked”; a notice goes to whoever's case was opened or left the house."""
    return what in {"look.case", "look.export"}
