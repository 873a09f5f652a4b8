"""The table of the room: how many signals of which kind came from an area on a day. No person, no words in it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from gridcommons.access.walls import Wall
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

FEWEST = 5
"""Workers of whom together something may be told."""
NUMBER = Kept(Sensitivity.OFFICE, "see signals beside alarms of the same days and places", Retention.FOREVER)


class SignalDay(models.Model):
    """The signals of a township or county on a day, by kind, false alarms left out.

    `told`: five workers or more serve there, so that a figure is not about a few of them; otherwise `kinds` is
    empty and `workers`, how many serve there, is not told.
    """

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "area_code", "day", "told", "kinds", "workers", "posted_at"], NUMBER
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area_code = models.CharField(max_length=20)
    day = models.DateField()
    told = models.BooleanField()
    kinds = models.JSONField()
    workers = models.PositiveIntegerField(null=True, blank=True)
    posted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area_code", "day"], name="signal_day_once"),
            models.CheckConstraint(
                condition=models.Q(told=True, workers__gte=FEWEST)
                | models.Q(told=False, kinds={}, workers__isnull=True),
                name="signal_day_few_workers_untold",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area_code} {self.day}"
