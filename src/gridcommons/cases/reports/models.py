"""Tables of the room: schedules, their editions, and what failed. Numbers, and the keys of members of staff."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from gridcommons.access.walls import Wall
from gridcommons.cases.reports.rules import FORMS, LANGUAGES
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity
from gridcommons.outlook.indicators.terms import KINDS

WORK = Kept(Sensitivity.OFFICE, "make reports of indicators for those who are to read them", Retention.FOREVER)


class Schedule(models.Model):
    """A report to be made for every period: of what area, which indicators, for whom, from which hour of the day on."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "name", "area_code", "indicators", "kind", "form", "language", "hour", "receivers", "by_mail", "made_at",
         "made_by", "ended_at", "ended_by"],
        WORK,
    )  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=60)
    area_code = models.CharField(max_length=20, db_index=True)
    indicators = ArrayField(models.CharField(max_length=40), default=list)
    kind = models.CharField(max_length=8, choices=[(k, k) for k in KINDS])
    form = models.CharField(max_length=4, choices=[(f, f) for f in FORMS])
    language = models.CharField(max_length=10, choices=[(one, one) for one in LANGUAGES])
    hour = models.PositiveSmallIntegerField()
    receivers = ArrayField(models.CharField(max_length=100))
    by_mail = models.BooleanField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=100)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(hour__lt=24), name="schedule_hour"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by="") | (Q(ended_at__isnull=False) & ~Q(ended_by="")),
                name="schedule_ended_paired",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Edition(models.Model):
    """One report as it was made: the file and its hash, and of what counts. A later one may correct it."""

    wall: ClassVar[Wall] = Wall("true", grows_only=True)
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "schedule", "term", "number", "made_at", "as_of", "data", "sha256", "content", "version"], WORK
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    schedule = models.ForeignKey("reports.Schedule", on_delete=models.PROTECT, related_name="editions")
    term = models.CharField(max_length=8)
    number = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()
    as_of = models.DateTimeField()
    data = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    content = models.CharField(max_length=64)
    version = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["schedule", "term", "number"], name="edition_once")]

    def __str__(self) -> str:
        return f"{self.term} {self.number}"


class Failure(models.Model):
    """A report that could not be made: why, since when, how often it was tried, and when it was made after all."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "schedule", "term", "reason", "since", "last_at", "tries", "solved_at"], WORK
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    schedule = models.ForeignKey("reports.Schedule", on_delete=models.PROTECT, related_name="failures")
    term = models.CharField(max_length=8)
    reason = models.CharField(max_length=60)
    since = models.DateTimeField()
    last_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField()
    solved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["schedule", "term"], name="failure_once"),
            models.CheckConstraint(condition=Q(last_at__gte=F("since")), name="failure_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.term} {self.reason}"
