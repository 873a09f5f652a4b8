"""Tables of outlook: counts by grid and day."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from gridcommons.access.walls import Wall
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

NUMBER = Kept(Sensitivity.OFFICE, "show where things stand; leaves only through disclosure control", Retention.FOREVER)


class DailyCount(models.Model):
    """How many of one measure on one local day in one grid for one matter."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(["id", "area_code", "day", "matter_key", "measure", "n"], NUMBER)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area_code = models.CharField(max_length=20)
    day = models.DateField()
    matter_key = models.CharField(max_length=40)
    measure = models.CharField(max_length=20)
    n = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area_code", "day", "matter_key", "measure"], name="count_once"),
        ]
        indexes = [models.Index(fields=["day", "measure"], name="count_day_measure")]

    def __str__(self) -> str:
        return f"{self.area_code} {self.day} {self.measure}"


class PostedDay(models.Model):
    """Until when the counts of a day were posted: the as-of of every figure."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(["day", "posted_at"], NUMBER)

    day = models.DateField(primary_key=True)
    posted_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.day)
