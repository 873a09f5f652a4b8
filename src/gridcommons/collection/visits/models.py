"""Tables of visits: the visits themselves, which days of them lie in the lake, and how far these were read."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from gridcommons.access.walls import Wall
from gridcommons.collection.asking import OUTCOMES
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

WORK = Kept(Sensitivity.OFFICE, "know which visits were made", Retention.CASE_LIFE)
COUNTED = Kept(Sensitivity.OFFICE, "write the lake's days once and no day never", Retention.FOREVER)
HOME = Kept(Sensitivity.PERSONAL, "know which households were reached", Retention.CASE_LIFE)


class Visit(models.Model):
    """A call at a household. `minutes`: what the matter is reckoned with, never measured. `root`: its submission's.

    `is_current`: false for one whose submission was corrected by a later one. `chain`: the same for all of these.
    `changed_at`: the database's own moment of the last change, by which it is known what is still to be counted.
    `parties`: the office that owns the matter, whose own system may be told of this visit over an agreed link.
    """

    wall: ClassVar[Wall] = Wall.area("area_code", parties="parties")
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(
            [
                "id",
                "area_code",
                "day",
                "kind",
                "minutes",
                "worker",
                "submission_id",
                "root",
                "is_current",
                "matter_key",
                "chain",
                "parties",
                "changed_at",
            ],
            WORK,
        ),
        **dict.fromkeys(["household_id", "outcome"], HOME),
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    household_id = models.UUIDField(null=True)
    area_code = models.CharField(max_length=20)
    day = models.DateField()
    kind = models.CharField(max_length=60)
    outcome = models.CharField(max_length=12, choices=[(outcome, outcome) for outcome in OUTCOMES])
    minutes = models.PositiveSmallIntegerField()
    worker = models.ForeignKey("workforce.Worker", on_delete=models.PROTECT, null=True, related_name="+")
    submission_id = models.UUIDField()
    root = models.CharField(max_length=249)
    matter_key = models.CharField(max_length=50, blank=True)
    chain = models.UUIDField(null=True, db_index=True)
    parties = ArrayField(models.CharField(max_length=80), default=list)
    is_current = models.BooleanField(default=True)
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["root"], condition=Q(is_current=True), name="visit_current_once"),
        ]
        indexes = [
            models.Index(fields=["area_code", "day"], name="visit_area_day"),
            models.Index(fields=["day", "area_code"], name="visit_day_area", condition=Q(is_current=True)),
            BrinIndex(fields=["changed_at"], name="visit_changed", autosummarize=True),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.day}"


class WrittenDay(models.Model):
    """A day of a county that lies in the lake: how many visits at homes and elsewhere, and the hash of its file."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "county", "day", "visits", "elsewhere", "sha256", "written_at"], COUNTED
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    county = models.CharField(max_length=20)
    day = models.DateField()
    visits = models.PositiveIntegerField()
    elsewhere = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, blank=True)
    written_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["county", "day"], name="written_day_once")]

    def __str__(self) -> str:
        return f"{self.county} {self.day}"


class LeftDay(models.Model):
    """That a visit was moved out of an area's day, or deleted: the day has to be written again."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(["id", "area_code", "day"], COUNTED)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area_code = models.CharField(max_length=20)
    day = models.DateField()

    def __str__(self) -> str:
        return f"{self.area_code} {self.day}"


class ReadMark(models.Model):
    """Up to which moment of the database changes of visits are in the lake."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(["name", "until"], COUNTED)

    name = models.CharField(max_length=20, primary_key=True)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.until}"
