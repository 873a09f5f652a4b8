"""The table of handouts: one row from the request to the one taking."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import F, Q

from gridcommons.access.walls import Wall
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

WORK = Kept(Sensitivity.OFFICE, "answer for exports of personal data", Retention.OFFICE_LIFE)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Handout(models.Model):
    """One export: its kind, the filter it is bound to, the two persons, when it was taken. `reason` is masked."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "number", "kind", "bound", "asked_by", "office", "area_code", "reason", "asked_at", "confirmed_by",
         "confirmed_at", "ended_at", "ended_by", "taken_at", "told"],
        WORK,
    )  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=40)
    bound = models.JSONField(default=dict)
    asked_by = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey("access.Office", on_delete=models.PROTECT, related_name="+")
    area_code = models.CharField(max_length=20)
    reason = models.CharField(max_length=500)
    asked_at = models.DateTimeField(db_index=True)
    confirmed_by = models.ForeignKey("access.User", on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=80, blank=True)
    taken_at = models.DateTimeField(null=True, blank=True)
    told = models.CharField(max_length=12, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False),
                name="handout_confirmed_paired",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("asked_by")), name="handout_two_persons"
            ),
            models.CheckConstraint(
                condition=Q(taken_at__isnull=True) | Q(taken_at__gte=F("confirmed_at")), name="handout_confirmed_first"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by="") | (Q(ended_at__isnull=False) & ~Q(ended_by="")),
                name="handout_ended_paired",
            ),
        ]

    def __str__(self) -> str:
        return self.number
