"""Tables of the room: counts by period, area and axis; when a period was counted. No person in them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from gridcommons.access.walls import Wall
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

NUMBER = Kept(Sensitivity.OFFICE, "reckon indicators; leaves only through disclosure control", Retention.FOREVER)
AXES = ("all", "office", "matter", "source", "public")


class Cell(models.Model):
    """The counts of one area in one week or month, over all cases or one department, matter or source, or the public's.

    `counts`: by measure. `hands`: by measure, on how many people's work it rests, never more than five. `parent_code`:
    the area in whose list it stands.
    """

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "term", "area_code", "parent_code", "axis", "key", "counts", "hands"], NUMBER
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    term = models.CharField(max_length=12)
    area_code = models.CharField(max_length=20)
    parent_code = models.CharField(max_length=20, blank=True)
    axis = models.CharField(max_length=8, choices=[(axis, axis) for axis in AXES])
    key = models.CharField(max_length=120, blank=True)
    counts = models.JSONField()
    hands = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["area_code", "term", "axis", "key"], name="indicator_cell_once")]
        indexes = [models.Index(fields=["parent_code", "term", "axis"], name="indicator_cell_parent")]

    def __str__(self) -> str:
        return f"{self.term} {self.area_code} {self.axis} {self.key}"


class CountedTerm(models.Model):
    """A week or month as it was counted last: until when, by which formulas, and the hash of all its cells.

    `2026-03~1`: as March 2026 was counted first, kept where another count took the place of one that stood.
    """

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["term", "counted_at", "changed_at", "version", "digest"], NUMBER
    )

    term = models.CharField(max_length=12, primary_key=True)
    counted_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    version = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.term} {self.digest[:8]}"


class Recount(models.Model):
    """A period that stands as published and that an officer asked to be counted anew: why, and when it was done."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "term", "area_code", "reason", "asked_at", "asked_by", "done_at", "changed"],
        Kept(Sensitivity.OFFICE, "say why published figures were counted anew", Retention.FOREVER),
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    term = models.CharField(max_length=8)
    area_code = models.CharField(max_length=20)
    reason = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=100)
    done_at = models.DateTimeField(null=True, blank=True)
    changed = models.BooleanField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["term"], condition=models.Q(done_at__isnull=True), name="recount_waits_once"
            ),
            models.CheckConstraint(
                condition=models.Q(done_at__isnull=True, changed__isnull=True)
                | models.Q(done_at__isnull=False, changed__isnull=False),
                name="recount_done_paired",
            ),
        ]

    def __str__(self) -> str:
        return self.term
