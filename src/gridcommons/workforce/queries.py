"""Reads of workforce: the public posting of who serves a grid."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Case, Count, IntegerField, Value, When

from gridcommons.access.scope import lying_in
from gridcommons.kit.lineage import in_force
from gridcommons.workforce.models import POSTS, Assignment, Worker


@dataclass(frozen=True)
class Posted:
    """One line of the posting: name, post, kind of employment, work phone."""

    name: str
    post: str
    employment: str
    work_phone: str


def posting(grid_code: str, day: date) -> list[Posted]:
    """Who serves a grid on a day, the head first; public by regulation. Posts move along with their grid."""
    order = Case(*(When(post=p, then=Value(i)) for i, p in enumerate(POSTS)), output_field=IntegerField())
    codes = in_force().origins(grid_code)
    rows = Assignment.objects.filter(grid_code__in=codes, days__contains=day).select_related("worker")
    return [
        Posted(a.worker.name, a.post, a.worker.employment, a.worker.work_phone)
        for a in rows.order_by(order, "worker__name")
    ]


def enlisted(user_ids: Iterable[UUID]) -> set[UUID]:
    """Which of these accounts belong to a worker."""
    return set(Worker.objects.filter(user_id__in=set(user_ids)).values_list("user_id", flat=True))


def count_by_employment(area_code: str, day: date) -> dict[str, int]:
    """How many workers of each kind of employment serve below an area on a day."""
    rows = Worker.objects.filter(lying_in("assignments__grid_code", [area_code]), assignments__days__contains=day)
    return dict(rows.values_list("employment").annotate(number=Count("id", distinct=True)))


def grids_of(user_id: UUID, day: date) -> list[str]:
    """The grids an account's worker serves on a day, by the codes they have now; a grid that ended is left out."""
    rows = Assignment.objects.filter(worker__user_id=user_id, days__contains=day)
    codes = {in_force().follow(code) for code in rows.values_list("grid_code", flat=True)}
    return sorted(codes - {""})


def count_workers(area_code: str, day: date) -> int:
    """How many workers serve below an area on a day; one who serves two grids counts once."""
    rows = Assignment.objects.filter(lying_in("grid_code", [area_code]), days__contains=day)
    return rows.values("worker_id").distinct().count()
