"""Tables of the room: runs, alarms, clusters with their versions, and what officers said of them. No person in them."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from gridcommons.access.walls import Wall
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

NUMBER = Kept(Sensitivity.OFFICE, "warn early; leaves only through disclosure control", Retention.FOREVER)
VERDICTS = ("true", "false", "known")
P_CLASSES = ("0.001", "0.01", "0.05")


class WatchRun(models.Model):
    """One run over all series: which days, by which rules, as of when; how much was judged and how much was unknown."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "method", "first", "last", "rules", "at", "series", "judged", "unknown", "alarms", "dropped", "notes"],
        NUMBER,
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    method = models.CharField(max_length=12)
    first = models.DateField()
    last = models.DateField()
    rules = models.CharField(max_length=20)
    at = models.DateTimeField(db_index=True)
    series = models.PositiveIntegerField()
    judged = models.PositiveIntegerField()
    unknown = models.PositiveIntegerField()
    alarms = models.PositiveIntegerField()
    dropped = models.PositiveIntegerField()
    notes = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.method} {self.last}"


class Alarm(models.Model):
    """A count above its bound, as one version: later figures write another and end this one (`until`).

    `stands`: whether it is an alarm; a version that is none says that a correction lifted it. `thread`: what all its
    versions share. `excess`: over what was expected, by the way to the bound. `evidence`: the last days with
    expectation and bound, as they were then. -1: not to be had.
    """

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        [
            "id", "thread", "version", "area_code", "county_code", "indicator", "day", "method", "count", "expected",
            "bound", "p", "q", "excess", "place", "stands", "rules", "as_of", "until", "evidence", "notes",
        ],
        NUMBER,
    )  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    thread = models.CharField(max_length=100)
    version = models.PositiveSmallIntegerField()
    area_code = models.CharField(max_length=20)
    county_code = models.CharField(max_length=20)
    indicator = models.CharField(max_length=40)
    day = models.DateField()
    method = models.CharField(max_length=12)
    count = models.FloatField()
    expected = models.FloatField()
    bound = models.FloatField()
    p = models.FloatField()
    q = models.FloatField()
    excess = models.FloatField()
    place = models.PositiveIntegerField()
    stands = models.BooleanField()
    rules = models.CharField(max_length=20)
    as_of = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    evidence = models.JSONField(default=dict)
    notes = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thread", "version"], name="alarm_version_once"),
            models.UniqueConstraint(fields=["thread"], condition=Q(until__isnull=True), name="alarm_one_standing"),
        ]
        indexes = [
            models.Index(fields=["day", "method"], condition=Q(until__isnull=True), name="alarm_day"),
            models.Index(fields=["area_code", "day"], name="alarm_area"),
        ]

    def __str__(self) -> str:
        return f"{self.thread} {self.version}"


class Cluster(models.Model):
    """Areas near one another with more cases over the last days than chance gives; one version, as an alarm's.

    `areas` stay inside: what leaves is the township of the centre, the radius in whole kilometres, start, class of p.
    """

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        [
            "id", "thread", "version", "indicator", "centre", "county_code", "areas", "radius", "start", "end",
            "count", "expected", "excess", "p_class", "stands", "rules", "as_of", "until", "notes",
        ],
        NUMBER,
    )  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    thread = models.CharField(max_length=100)
    version = models.PositiveSmallIntegerField()
    indicator = models.CharField(max_length=40)
    centre = models.CharField(max_length=20)
    county_code = models.CharField(max_length=20)
    areas = ArrayField(models.CharField(max_length=20))
    radius = models.PositiveSmallIntegerField()
    start = models.DateField()
    end = models.DateField()
    count = models.FloatField()
    expected = models.FloatField()
    excess = models.FloatField()
    p_class = models.CharField(max_length=5, choices=[(one, one) for one in P_CLASSES])
    stands = models.BooleanField()
    rules = models.CharField(max_length=20)
    as_of = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    notes = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["thread", "version"], name="cluster_version_once"),
            models.UniqueConstraint(fields=["thread"], condition=Q(until__isnull=True), name="cluster_one_standing"),
        ]
        indexes = [models.Index(fields=["end"], condition=Q(until__isnull=True), name="cluster_end")]

    def __str__(self) -> str:
        return f"{self.thread} {self.version}"


class Judgement(models.Model):
    """What an officer said of an alarm or cluster: true, false or known already, with a word. The last one holds."""

    wall: ClassVar[Wall] = Wall.log()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "thread", "area_code", "indicator", "method", "verdict", "word", "at", "by"], NUMBER
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    thread = models.CharField(max_length=100, db_index=True)
    area_code = models.CharField(max_length=20)
    indicator = models.CharField(max_length=40)
    method = models.CharField(max_length=12)
    verdict = models.CharField(max_length=5, choices=[(one, one) for one in VERDICTS])
    word = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    by = models.CharField(max_length=100)

    def __str__(self) -> str:
        return f"{self.thread} {self.verdict}"
