"""Households counted by grid: numbers for those who plan visits. No household comes out of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.db.models import Count

from gridcommons.kit.lineage import in_force
from gridcommons.people.homes.models import Household


def homes_by_grid(codes: Sequence[str]) -> dict[str, int]:
    """How many households lie in each grid, named by all codes that records carry, within the scope of who counts."""
    rows = Household.objects.filter(area_code__in=list(codes), until__isnull=True)
    found: Counter[str] = Counter()
    for code, n in rows.values_list("area_code").annotate(n=Count("id")):
        found[in_force().current(code)] += n
    return dict(found)
