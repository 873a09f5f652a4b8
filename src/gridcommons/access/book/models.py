"""Tables of the ledger's reading: counts by day, how far was read, marked readings, checks."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from gridcommons.access.walls import Wall
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

COUNTED = Kept(Sensitivity.OFFICE, "show what is done and read, in numbers", Retention.FOREVER)
WORK = Kept(Sensitivity.OFFICE, "tell those whose things were read", Retention.OFFICE_LIFE)
STATES = ("waiting", "running", "done", "failed")
KINDS = ("check", "proof")


class DayCount(models.Model):
    """How many entries of one kind a local day has in a township (or above, where they lie at no lower place)."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(["id", "day", "area_code", "what", "n"], COUNTED)

    id = models.BigAutoField(primary_key=True)
    day = models.DateField()
    area_code = models.CharField(max_length=20, blank=True)
    what = models.CharField(max_length=60)
    n = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "area_code", "what"], name="book_day_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.what} {self.n}"


class Used(models.Model):
    """The last month in which an account left an entry: enough to see a grant that nobody uses, and no more."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(["account", "month"], WORK)

    account = models.CharField(max_length=60, primary_key=True)
    month = models.DateField()

    def __str__(self) -> str:
        return f"{self.account} {self.month:%Y-%m}"


class ReadSoFar(models.Model):
    """Up to which number the sealed entries were counted: one row."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(["id", "size"], COUNTED)

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    size = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="book_one_position")]

    def __str__(self) -> str:
        return str(self.size)


class Mark(models.Model):
    """An entry that was read through a glass or for an export, with the cases it showed and when they were told."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(["id", "seq", "mark", "what", "at", "cases", "told_at"], WORK)

    id = models.BigAutoField(primary_key=True)
    seq = models.BigIntegerField()
    mark = models.CharField(max_length=60)
    what = models.CharField(max_length=60)
    at = models.DateTimeField()
    cases = ArrayField(models.CharField(max_length=60), default=list)
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["seq", "mark"], name="book_mark_once")]
        indexes = [
            models.Index(fields=["mark", "seq"], name="book_mark_seq"),
            models.Index(fields=["id"], condition=Q(told_at__isnull=True), name="book_untold"),
        ]

    def __str__(self) -> str:
        return f"{self.mark} {self.what}"


class Check(models.Model):
    """A verification of a range, or a proof of one entry, asked for on a page and done by a job."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "kind", "first", "last", "asked_at", "state", "finished_at", "result"], COUNTED
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=8, choices=[(k, k) for k in KINDS])
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    asked_at = models.DateTimeField(db_index=True)
    state = models.CharField(max_length=8, choices=[(s, s) for s in STATES], default="waiting")
    finished_at = models.DateTimeField(null=True, blank=True)
    result = models.JSONField(default=dict)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(first__gte=0, last__gt=F("first")), name="book_check_range")]

    def __str__(self) -> str:
        return f"{self.kind} {self.first}-{self.last}"
