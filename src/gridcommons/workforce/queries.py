"""Reads of workforce: the public posting of who serves a grid."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Case, Count, IntegerField, Q, Value, When

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


@dataclass(frozen=True)
class Serving:
    """Who holds a post of a grid, with the account behind it, for what must be kept from just these people."""

    worker_id: UUID
    user_id: UUID | None
    name: str
    post: str


def serving(grid_code: str, day: date) -> list[Serving]:
    """Who serves a grid on a day, in the order of the posting."""
    rows = Assignment.objects.filter(grid_code=grid_code, days__contains=day).select_related("worker")
    found = [Serving(a.worker_id, a.worker.user_id, a.worker.name, a.post) for a in rows]
    return sorted(found, key=lambda one: (POSTS.index(one.post), one.name))


def only_server(grid_code: str, first: date, last: date) -> UUID | None:
    """The account of the one worker who served a grid on its last day; None if another did on any day from the first.

    Whoever served what lies in the grid by now counts as well: of a grid that was divided, each part.
    """
    there = lying_in("grid_code", [grid_code]) | Q(grid_code__in=in_force().reach((grid_code,)).divided)
    rows = Assignment.objects.filter(there, days__overlap=DateRange(first, last, "[]"))
    found = set(rows.values_list("worker_id", "worker__user_id"))
    now = {one.user_id for code in in_force().origins(grid_code) for one in serving(code, last)}
    return now.pop() if len(found) == 1 and len(now) == 1 else None


@dataclass(frozen=True)
class PostStanding:
    """A post in a grid as it stands, by the login name of who holds it."""

    login: str
    grid: str
    post: str


def standing_posts(area_code: str) -> list[PostStanding]:
    """The posts below an area that have not ended, of workers with an account."""
    rows = Assignment.objects.filter(
        lying_in("grid_code", [area_code]), days__upper_inf=True, worker__user__isnull=False
    ).values_list("worker__user__username", "grid_code", "post")
    return [PostStanding(login, in_force().follow(grid) or grid, post) for login, grid, post in rows]


def worker_ids(user_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """The worker of each of these accounts that has one."""
    rows = Worker.objects.filter(user_id__in=set(user_ids)).values_list("user_id", "id")
    return {user: worker for user, worker in rows if user is not None}


def grids_without_head(area_code: str, grids: Iterable[str]) -> set[str]:
    """Which of these grids below an area have no head."""
    held = Assignment.objects.filter(lying_in("grid_code", [area_code]), days__upper_inf=True, post="head")
    return set(grids) - {in_force().follow(grid) for grid in held.values_list("grid_code", flat=True)}


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


@dataclass(frozen=True)
class Held:
    """A post that a worker holds in a grid, with the kind of employment: what a budget of time is made of."""

    worker_id: UUID
    grid: str
    post: str
    employment: str


def held_posts(area_code: str, day: date) -> list[Held]:
    """All posts held below an area on a day, by the codes that grids have now."""
    rows = Assignment.objects.filter(lying_in("grid_code", [area_code]), days__contains=day)
    return [
        Held(worker, grid, post, employment)
        for worker, code, post, employment in rows.values_list("worker_id", "grid_code", "post", "worker__employment")
        if (grid := in_force().follow(code))
    ]
