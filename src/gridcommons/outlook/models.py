"""Tables of outlook: counts by area and month as dense blocks, their axes, the days counted, and events."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from gridcommons.access.walls import Wall
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

NUMBER = Kept(Sensitivity.OFFICE, "show where things stand; leaves only through disclosure control", Retention.FOREVER)
AXES = ("matter", "measure")


class Block(models.Model):
    """The counts of one area in one local month: day x matter x measure (`cube`), and the same over the whole month.

    `recorded`: posted under this very code; else the sum over all that stands below. `parent_code`: the area in whose
    list it stands. `homes`: of a recorded one, the areas whose sums hold it.
    """

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "area_code", "parent_code", "homes", "month", "recorded", "days", "whole"], NUMBER
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area_code = models.CharField(max_length=20)
    parent_code = models.CharField(max_length=20, blank=True)
    homes = ArrayField(models.CharField(max_length=20), default=list)
    month = models.DateField()
    recorded = models.BooleanField()
    days = models.BinaryField()
    whole = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["area_code", "month", "recorded"], name="block_once")]
        indexes = [
            models.Index(fields=["parent_code", "month"], name="block_parent_month"),
            models.Index(fields=["month"], condition=Q(recorded=True), name="block_recorded"),
        ]

    def __str__(self) -> str:
        return f"{self.area_code} {self.month:%Y-%m}"


class AxisPlace(models.Model):
    """The place of a matter or measure in every block: given once, never to another."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(["id", "axis", "key", "place"], NUMBER)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    axis = models.CharField(max_length=8, choices=[(axis, axis) for axis in AXES])
    key = models.CharField(max_length=40)
    place = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["axis", "key"], name="axis_key_once"),
            models.UniqueConstraint(fields=["axis", "place"], name="axis_place_once"),
        ]

    def __str__(self) -> str:
        return f"{self.axis} {self.key}"


class PostedDay(models.Model):
    """Until when the counts of a day were posted: the as-of of every figure.

    `stood`: what stood at the end of the day was posted too; of days counted later only what happened is known.
    """

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(["day", "posted_at", "stood"], NUMBER)

    day = models.DateField(primary_key=True)
    posted_at = models.DateTimeField()
    stood = models.BooleanField(default=False)

    def __str__(self) -> str:
        return str(self.day)


class PostedBy(models.Model):
    """Until when a source other than cases posted the counts of a day: visits, households."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(["id", "source", "day", "posted_at"], NUMBER)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    source = models.CharField(max_length=20)
    day = models.DateField()
    posted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "day"], name="posted_by_once")]

    def __str__(self) -> str:
        return f"{self.source} {self.day}"


class WeekTold(models.Model):
    """That figures of an area's visits in the week up to its Sunday may be told: those who made them are not few.

    Settled once for all areas, when the week is closed; how many they were is kept nowhere.
    """

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(["id", "last", "area_code"], NUMBER)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    last = models.DateField()
    area_code = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["last", "area_code"], name="week_told_once")]

    def __str__(self) -> str:
        return f"{self.area_code} {self.last}"


class Event(models.Model):
    """Something by which periods are compared (a typhoon, a campaign): a name, an area, its days. No person."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "name", "area_code", "first", "last", "added_by", "added_at", "dropped_at"], NUMBER
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=60)
    area_code = models.CharField(max_length=20, db_index=True)
    first = models.DateField()
    last = models.DateField()
    added_by = models.CharField(max_length=100)
    added_at = models.DateTimeField()
    dropped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(last__gte=F("first")), name="event_days")]

    def __str__(self) -> str:
        return self.name
