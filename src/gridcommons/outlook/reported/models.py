"""Tables of the room: what was handed in, and the figures in it. Rows are added, never changed. No person in them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from gridcommons.access.walls import Wall
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

NUMBER = Kept(Sensitivity.OFFICE, "show what was known when; leaves only through disclosure control", Retention.FOREVER)


class HandIn(models.Model):
    """One file of daily counts as it was handed in: of what, for which area, by whom, why it corrects others.

    `fresh`, `changed`, `same`: how many of its lines were new, corrected a figure, or stood already.
    """

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        [
            "id", "indicator", "area_code", "name", "reason", "fresh", "changed", "same", "first", "last",
            "handed_at", "handed_by", "withdrawn_at", "withdrawn_by", "withdrawn_why",
        ],
        NUMBER,
    )  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    indicator = models.CharField(max_length=40)
    area_code = models.CharField(max_length=20)
    name = models.CharField(max_length=80, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    fresh = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    same = models.PositiveIntegerField()
    first = models.DateField()
    last = models.DateField()
    handed_at = models.DateTimeField()
    handed_by = models.CharField(max_length=100)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=100, blank=True)
    withdrawn_why = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["area_code", "-handed_at"], name="handin_area")]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_by="")),
                name="handin_withdrawn_paired",
            ),
            models.CheckConstraint(condition=Q(changed=0) | ~Q(reason=""), name="handin_correction_reasoned"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.indicator} {self.area_code} {self.handed_at:%Y-%m-%d}"


class Figure(models.Model):
    """The count of one area and day as one hand-in says it; `imported`: infected elsewhere, among them, if known."""

    wall: ClassVar[Wall] = Wall.log()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "hand_in", "indicator", "area_code", "day", "count", "imported", "as_of"], NUMBER
    )

    id = models.BigAutoField(primary_key=True)
    hand_in = models.ForeignKey("reported.HandIn", on_delete=models.PROTECT, related_name="+", db_index=False)
    indicator = models.CharField(max_length=40)
    area_code = models.CharField(max_length=20)
    day = models.DateField()
    count = models.PositiveIntegerField()
    imported = models.PositiveIntegerField(null=True, blank=True)
    as_of = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["hand_in", "area_code", "day"], name="figure_once"),
            models.CheckConstraint(
                condition=Q(imported__isnull=True) | Q(imported__lte=F("count")), name="figure_imported_among"
            ),
        ]
        indexes = [models.Index(fields=["indicator", "area_code", "day", "-as_of"], name="figure_known")]

    def __str__(self) -> str:
        return f"{self.indicator} {self.area_code} {self.day}"
