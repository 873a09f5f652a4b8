"""Counts when areas are reorganised: which days of figures lie under the old codes. No count is written anew."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Max, Min

from gridcommons.access.scope import lying_in
from gridcommons.kit.lineage import holding
from gridcommons.kit.words import Words
from gridcommons.outlook.models import DailyCount
from gridcommons.territory.reorganising.touching import Moving, Touched, touches


@touches
def touched(moving: Moving) -> Iterator[Touched]:
    """How many days of figures will be shown under the new areas, and which will be estimates."""
    with holding(lambda: moving.before):
        rows = DailyCount.objects.filter(lying_in("area_code", moving.roots)).order_by()
        days = rows.aggregate(n=Count("day", distinct=True), first=Min("day"), last=Max("day"))
    if days["n"]:
        span = f"{days['first']} – {days['last']}"
        what = Words(f"有统计数字的天数（{span}）", f"days with figures ({span})")
        yield Touched("figures", "follows", what, n=days["n"])
    parted = sorted(moving.divided)
    if days["n"] and rows.filter(area_code__in=parted).exists():
        what = Words("分设前的数字按户数占比估算，并标明为估计", "figures of before a division are estimated by shares")
        yield Touched("figures", "lacks", what, n=len({moving.before.current(code) for code in parted}))
