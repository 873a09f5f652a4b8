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
from gridcommons.cases.queries import OPEN_STATES
from gridcommons.cases.separation import taken_part


@dataclass(frozen=True)
class Waiting:
    """How many open cases the viewer may work on: by state, and overdue ones.

    `to_do`, and `in_charge` for those of their offices: without those whose next step the viewer may not take, having
    taken part in them.
    """

    states: Mapping[str, int]
    to_do: Mapping[str, int]
    in_charge: Mapping[str, int]
    overdue: int


def waiting(*, viewer: Viewer, at: datetime) -> Waiting:
    """The numbers beside the tabs of a queue; no case is shown by them."""
    in_charge = Q(handler_office_id__in=[g.office_id for g in viewer.grants if g.office_id and g.holds_at(at)])
    free = ~taken_part(viewer)
    with viewing(viewer, at):
        rows = list(
            Case.objects.filter(state__in=OPEN_STATES).values_list("state")
            .annotate(
                n=Count("id"), todo=Count("id", filter=free), mine=Count("id", filter=in_charge & free),
                late=Count("id", filter=overdue(at)),
            )
        )  # fmt: skip
    states, to_do, mine = ({row[0]: row[i] for row in rows} for i in (1, 2, 3))
    return Waiting(states, to_do, mine, sum(row[-1] for row in rows))
