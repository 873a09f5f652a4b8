"""Counts when areas are reorganised: which days of figures follow, and the sums that are brought to where they belong.

What was posted is not written anew; only the sums of areas that lose or get something are.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models import Q, QuerySet

from gridcommons.access.scope import lying_in
from gridcommons.kit.lineage import holding
from gridcommons.kit.words import Words
from gridcommons.outlook.cube import unpack
from gridcommons.outlook.models import Block
from gridcommons.outlook.summing import one_at_a_time, roll
from gridcommons.territory.reorganising.touching import Carried, Moving, Touched, carries, touches


@touches
def touched(moving: Moving) -> Iterator[Touched]:
    """How many days of figures will be shown under the new areas, and which will be estimates."""
    with holding(lambda: moving.before):
        rows = Block.objects.filter(lying_in("area_code", moving.roots), recorded=True).order_by()
        days = _days(rows)
    if days:
        span = f"{min(days)} – {max(days)}"
        what = Words(f"有统计数字的天数（{span}）", f"days with figures ({span})")
        yield Touched("figures", "follows", what, n=len(days))
    parted = sorted(moving.divided)
    if days and rows.filter(area_code__in=parted).exists():
        what = Words("分设前的数字按户数占比估算，并标明为估计", "figures of before a division are estimated by shares")
        yield Touched("figures", "lacks", what, n=len({moving.before.current(code) for code in parted}))


def _days(rows: QuerySet[Block]) -> set[date]:
    """The days on which anything was counted."""
    found = set()
    for month, packed in rows.values_list("month", "days"):
        by_day = unpack(bytes(packed)).sum(axis=(1, 2)).tolist()
        found |= {month.replace(day=number) for number, n in enumerate(by_day, start=1) if n}
    return found


@carries
def carried(moving: Moving) -> Iterator[Carried]:
    """Bring the sums over the areas of today to what the lineage says from now on, inside the deed of the switch.

    Under which codes it was counted does not matter: what lay below a root until now is found where it stands.
    """
    one_at_a_time()
    with holding(lambda: moving.before):
        lying = lying_in("area_code", moving.roots)
        for root in moving.roots:
            lying |= Q(parent_code__startswith=root)
    with holding(lambda: moving.after):
        roll(lying)
    yield from ()
