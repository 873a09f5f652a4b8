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
    term = models.CharField(max_length=8)
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
    """A week or month as it was counted last: until when, by which formulas, and the hash of all its cells."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["term", "counted_at", "changed_at", "version", "digest"], NUMBER
    )

    term = models.CharField(max_length=8, primary_key=True)
    counted_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    version = models.CharField(max_length=20)
    digest = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.term} {self.digest[:8]}"
