"""Posts when areas are reorganised: they follow a grid that moved, and end with one that was divided or merged."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q

from gridcommons.access.scope import lying_in
from gridcommons.kit.codes import CHINA
from gridcommons.kit.lineage import holding
from gridcommons.kit.words import Words
from gridcommons.territory.reorganising.touching import Carried, Moving, Touched, carries, touches
from gridcommons.workforce.actions import end_assignment
from gridcommons.workforce.models import Assignment


def _held(moving: Moving) -> list[Assignment]:
    """The posts that are held in the areas of a plan on its day."""
    with holding(lambda: moving.before):
        rows = Assignment.objects.filter(lying_in("grid_code", moving.roots), _goes_on(moving))
        return list(rows.select_related("worker").order_by("grid_code", "post", "worker__name"))


def _goes_on(moving: Moving) -> Q:
    return Q(days__contains=moving.day)


def _ends(moving: Moving, post: Assignment) -> bool:
    return not moving.after.follow(post.grid_code)


@touches
def touched(moving: Moving) -> Iterator[Touched]:
    """Which posts follow their grid and which end with it: names and posts are public."""
    posts = _held(moving)
    ends = [post for post in posts if _ends(moving, post)]
    if len(posts) > len(ends):
        yield Touched(
            "posts", "follows", Words("随网格转移的岗位", "posts that follow their grid"), n=len(posts) - len(ends)
        )
    for post in ends:
        name = Words(post.worker.name, post.worker.name)
        yield Touched("posts", "ends", name, area=post.grid_code, group=Words("网格岗位", "posts in grids"))


@carries
def carried(moving: Moving) -> Iterator[Carried]:
    """End the posts of grids that ended, and name those that have to be filled where they went."""
    for post in _held(moving):
        if not _ends(moving, post):
            continue
        if post.days.lower < moving.day and post.days.upper_inf:
            end_assignment(assignment_id=post.pk, until=moving.day, by=moving.by, at=moving.at)
        before = CHINA.cut(moving.before.current(post.grid_code), "township")
        for grid in moving.after.spread(post.grid_code):
            yield Carried((before, CHINA.cut(grid, "township")), posts=(f"{grid}:{post.post}",))
