"""Tables of workforce: workers and their assignments to grids."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import Q

from gridcommons.access.walls import Wall
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

POSTED = Kept(Sensitivity.PUBLIC, "posting of who serves a grid", Retention.OFFICE_LIFE)
WORK = Kept(Sensitivity.OFFICE, "know who works here", Retention.OFFICE_LIFE)

EMPLOYMENTS = ("employed", "purchased_service", "all_round_social_worker", "part_time", "volunteer")
POSTS = ("head", "full_time", "part_time", "mentor")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Worker(models.Model):
    """Somebody who works in grids, however employed."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(["id", "user", "employment", "added_at", "left_at"], WORK),
        **dict.fromkeys(["name", "work_phone"], POSTED),
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.OneToOneField("access.User", on_delete=models.PROTECT, null=True, related_name="worker")
    name = models.CharField(max_length=100)
    employment = models.CharField(max_length=30, choices=[(e, e) for e in EMPLOYMENTS])
    work_phone = models.CharField(max_length=20, blank=True)
    added_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Assignment(models.Model):
    """A worker in a post of a grid over days; a grid has one head at a time."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(["id", "worker", "grid_code", "post", "days", "grant"], POSTED)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    worker = models.ForeignKey("workforce.Worker", on_delete=models.PROTECT, related_name="assignments")
    grid_code = models.CharField(max_length=20, db_index=True)
    post = models.CharField(max_length=12, choices=[(p, p) for p in POSTS])
    days = DateRangeField()
    grant = models.ForeignKey("access.Grant", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            ExclusionConstraint(
                name="one_post_of_a_worker_in_a_grid",
                expressions=[
                    ("worker", RangeOperators.EQUAL), ("grid_code", RangeOperators.EQUAL),
                    ("days", RangeOperators.OVERLAPS),
                ],
            ),
            ExclusionConstraint(
                name="one_head_of_a_grid",
                expressions=[("grid_code", RangeOperators.EQUAL), ("days", RangeOperators.OVERLAPS)],
                condition=Q(post="head"),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.post} {self.grid_code}"
