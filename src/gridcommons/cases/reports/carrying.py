"""Reports when areas are reorganised: they follow an area that moved, and end with one that was divided or merged."""

from __future__ import annotations

from collections.abc import Iterator

from gridcommons.access.scope import lying_in
from gridcommons.cases.reports.models import Schedule
from gridcommons.kit.lineage import holding
from gridcommons.kit.words import Words
from gridcommons.territory.reorganising.touching import Moving, Touched, touches


@touches
def touched(moving: Moving) -> Iterator[Touched]:
    """How many reports go along with their areas, and which end because theirs is no more."""
    with holding(lambda: moving.before):
        here = lying_in("area_code", moving.roots)
        held = list(Schedule.objects.filter(here, ended_at__isnull=True).order_by("area_code", "name"))
    ends = [row for row in held if not moving.after.follow(row.area_code)]
    if len(held) > len(ends):
        yield Touched("reports", "follows", Words("定期报告", "reports by schedule"), n=len(held) - len(ends))
    for row in ends:
        yield Touched("reports", "ends", Words(row.name, row.name), area=row.area_code)
