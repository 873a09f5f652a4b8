"""The numbers beside the tabs of a queue: how much waits for the viewer. No case is shown by them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from gridcommons.access.rules import Viewer
from gridcommons.access.scope import viewing
from gridcommons.cases.lateness import overdue
from gridcommons.cases.models import Case
from gridcommons.cases.pages import APART_STATES, OPEN_STATES
from gridcommons.cases.separation import own_offices, raised_to, taken_part


@dataclass(frozen=True)
class Waiting:
    """How many open cases the viewer may work on: by state, overdue ones, those asked more time for or raised to them.

    `to_do`, and `in_charge` for those of their offices: without those whose next step the viewer may not take, having
    taken part in them.
    """

    states: Mapping[str, int]
    to_do: Mapping[str, int]
    in_charge: Mapping[str, int]
    overdue: int
    extension: int = 0
    raised: int = 0


def waiting(*, viewer: Viewer, at: datetime) -> Waiting:
    """The numbers beside the tabs of a queue; no case is shown by them."""
    free, open_now = ~taken_part(viewer), Q(state__in=OPEN_STATES)
    with viewing(viewer, at):
        rows = list(
            Case.objects.filter(state__in=(*OPEN_STATES, *APART_STATES)).values_list("state")
            .annotate(
                n=Count("id"), todo=Count("id", filter=free),
                mine=Count("id", filter=own_offices(viewer, at) & free),
                late=Count("id", filter=overdue(at)),
                asked=Count("id", filter=Q(extension="asked")),
                raised=Count("id", filter=raised_to(viewer, at) & open_now),
            )
        )  # fmt: skip
    states, to_do, mine = ({row[0]: row[i] for row in rows} for i in (1, 2, 3))
    late, extension, raised = (sum(row[i] for row in rows) for i in (4, 5, 6))
    return Waiting(states, to_do, mine, late, extension, raised)
