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


@dataclass(frozen=True)
class Waiting:
    """How many open cases the viewer may work on: by state, those their offices are in charge of, and overdue ones."""

    states: Mapping[str, int]
    in_charge: Mapping[str, int]
    overdue: int


def waiting(*, viewer: Viewer, at: datetime) -> Waiting:
    """The numbers beside the tabs of a queue; no case is shown by them."""
    mine = Q(handler_office_id__in=[g.office_id for g in viewer.grants if g.office_id and g.holds_at(at)])
    with viewing(viewer, at):
        rows = list(
            Case.objects.filter(state__in=OPEN_STATES).values_list("state")
            .annotate(n=Count("id"), mine=Count("id", filter=mine), late=Count("id", filter=overdue(at)))
        )  # fmt: skip
    return Waiting({s: n for s, n, _, _ in rows}, {s: n for s, _, n, _ in rows}, sum(late for *_, late in rows))
