"""Tables of founding: what was sent in, how far it is, which cases were carried over, trials of a first case."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from gridcommons.access.walls import Wall
from gridcommons.cases.founding.sealing import BOOK, LINES, SUMMARY
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

WAITS = Kept(Sensitivity.OFFICE, "let a county move in with its own sheets", Retention.BRIEF)
SHEET = Kept(Sensitivity.SEALED, "read the sheet that was sent in, as its sender", Retention.BRIEF)
CARRIED = Kept(Sensitivity.OFFICE, "carry a former case over once only", Retention.FOREVER)
CARRYING = ("to_carry", "carrying")
UNDER_WAY = ("waiting", "checking", *CARRYING)
STAGES = (*UNDER_WAY, "checked", "done", "failed")
PARTS = (SUMMARY, BOOK, LINES)
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


class MoveIn(models.Model):
    """How far one officer's moving in is: the sheets are checked and carried out by a job beside the pages.

    `turn` grows with all that the officer does: what the job read before is then not kept. `tries`: how often the job
    began without getting on. `written`: whether rows of these sheets may stand already.
    """

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "county_code", "by_key", "stage", "turn", "tries", "doing", "done", "total", "written", "faults",
         "asked_at", "checked_at", "ended_at"],
        WAITS,
    )  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    county_code = models.CharField(max_length=20)
    by_key = models.CharField(max_length=80, unique=True)
    stage = models.CharField(max_length=10, choices=[(stage, stage) for stage in STAGES], default="waiting")
    turn = models.PositiveIntegerField(default=1)
    tries = models.PositiveSmallIntegerField(default=0)
    doing = models.JSONField(default=dict)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    written = models.BooleanField(default=False)
    faults = models.PositiveIntegerField(default=0)
    asked_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(stage__in=STAGES), name="move_in_stage"),
            models.CheckConstraint(condition=Q(done__lte=models.F("total")), name="move_in_done_of_total"),
            models.CheckConstraint(
                condition=~Q(stage__in=["checked", "to_carry", "carrying", "done"]) | Q(checked_at__isnull=False),
                name="move_in_carried_when_checked",
            ),
            models.CheckConstraint(
                condition=~Q(stage__in=["to_carry", "carrying", "done"]) | Q(faults=0),
                name="move_in_carried_when_sound",
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], condition=Q(stage__in=UNDER_WAY), name="move_in_under_way"),
        ]

    def __str__(self) -> str:
        return f"{self.county_code} {self.stage}"


class MoveFound(models.Model):
    """A part of what a check found, for its officer alone: the summary for the page, the workbook, the CSV; sealed."""

    wall: ClassVar[Wall] = Wall.area("county_code", parties="parties")
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(["id", "move", "part", "county_code", "parties"], WAITS),
        "sealed": SHEET,
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    move = models.ForeignKey("founding.MoveIn", on_delete=models.CASCADE, related_name="parts_kept")
    part = models.CharField(max_length=20, choices=[(part, part) for part in PARTS])
    county_code = models.CharField(max_length=20)
    parties = ArrayField(models.CharField(max_length=100), default=list)
    sealed = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["move", "part"], name="move_found_once"),
            models.CheckConstraint(condition=Q(part__in=PARTS), name="move_found_part"),
        ]

    def __str__(self) -> str:
        return f"{self.move_id} {self.part}"


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
