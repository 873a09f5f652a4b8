"""The table of break-glass: one row from the request to the auditor's answer."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import F, Q

from gridcommons.access.walls import Wall
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

_LONGEST = timedelta(hours=3)
WORK = Kept(Sensitivity.OFFICE, "answer for urgent reading", Retention.OFFICE_LIFE)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Glass(models.Model):
    """A case (`number`) or an area opened to one person for hours, because a second person confirmed it.

    `reason` is masked before it is kept and is told to those concerned: it is about the work, not about a resident.
    """

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "asked_by", "office", "number", "area_code", "purpose", "reason", "asked_at", "confirmed_by",
         "confirmed_at", "valid_to", "ended_at", "ended_by", "ended_why", "told", "reviewed_by", "reviewed_at", "right",
         "answer"],
        WORK,
    )  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    asked_by = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="+")
    office = models.ForeignKey("access.Office", on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=20, blank=True)
    area_code = models.CharField(max_length=20)
    purpose = models.CharField(max_length=40)
    reason = models.CharField(max_length=500)
    asked_at = models.DateTimeField(db_index=True)
    confirmed_by = models.ForeignKey("access.User", on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    valid_to = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=80, blank=True)
    ended_why = models.CharField(max_length=500, blank=True)
    told = models.CharField(max_length=12, blank=True)
    reviewed_by = models.ForeignKey("access.User", on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    right = models.BooleanField(null=True)
    answer = models.CharField(max_length=2000, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True, confirmed_at__isnull=True, valid_to__isnull=True)
                | Q(confirmed_by__isnull=False, confirmed_at__isnull=False, valid_to__isnull=False),
                name="glass_confirmed_paired",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("asked_by")), name="glass_two_persons"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__lte=F("confirmed_at") + _LONGEST), name="glass_hours"
            ),
            models.CheckConstraint(condition=Q(area_code__regex=r"^[0-9]{9,}$"), name="glass_local"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by="") | (Q(ended_at__isnull=False) & ~Q(ended_by="")),
                name="glass_ended_paired",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_at__isnull=True, reviewed_by__isnull=True, right__isnull=True, answer="")
                | (Q(reviewed_at__isnull=False, reviewed_by__isnull=False, right__isnull=False) & ~Q(answer="")),
                name="glass_reviewed_paired",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True)
                | (~Q(reviewed_by=F("asked_by")) & ~Q(reviewed_by=F("confirmed_by"))),
                name="glass_third_reviews",
            ),
        ]
        indexes = [models.Index(fields=["asked_by", "-asked_at"], name="glass_asker")]

    def __str__(self) -> str:
        return f"{self.number or self.area_code} {self.asked_at:%F %T}"
