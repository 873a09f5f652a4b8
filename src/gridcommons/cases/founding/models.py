"""Tables of founding: what was sent in and waits, which cases were carried over, trials of a first case."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from gridcommons.access.walls import Wall
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

WAITS = Kept(Sensitivity.OFFICE, "let a county move in with its own sheets", Retention.BRIEF)
SHEET = Kept(Sensitivity.SEALED, "read the sheet that was sent in, as its sender", Retention.BRIEF)
CARRIED = Kept(Sensitivity.OFFICE, "carry a former case over once only", Retention.FOREVER)
TRIED = Kept(Sensitivity.OFFICE, "know that a first report would arrive", Retention.OFFICE_LIFE)


class SentSheet(models.Model):
    """A file that an officer sent in: sealed, for them alone, gone when it was carried out or after thirty days."""

    wall: ClassVar[Wall] = Wall.area("county_code", parties="parties")
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(["id", "county_code", "name", "size", "parties", "at"], WAITS),
        "sealed": SHEET,
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    county_code = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    size = models.PositiveIntegerField()
    sealed = models.BinaryField()
    parties = ArrayField(models.CharField(max_length=100), default=list)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.id)


class CarriedCase(models.Model):
    """That a case of a former system stands here already, by the hash of its county and former number."""

    wall: ClassVar[Wall] = Wall.log()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(["digest", "case", "at"], CARRIED)

    digest = models.BinaryField(max_length=32, primary_key=True)
    case = models.ForeignKey("cases.Case", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.case_id)


class Trial(models.Model):
    """A first case that was tried in a township and removed again: whether it would have arrived, and what it said."""

    wall: ClassVar[Wall] = Wall.log()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "county_code", "area_code", "matter_key", "arrived", "said_zh", "said_en", "at", "by_key"], TRIED
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    county_code = models.CharField(max_length=20)
    area_code = models.CharField(max_length=20)
    matter_key = models.CharField(max_length=50)
    arrived = models.BooleanField()
    said_zh = models.TextField()
    said_en = models.TextField()
    at = models.DateTimeField()
    by_key = models.CharField(max_length=80)

    def __str__(self) -> str:
        return f"{self.area_code} {self.matter_key}"
