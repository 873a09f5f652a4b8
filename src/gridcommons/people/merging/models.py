"""The table of merging: which row was joined with which, why, what was changed, whether it was undone."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from gridcommons.access.walls import Wall
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

WHY = Kept(Sensitivity.PERSONAL, "answer for two rows that became one", Retention.RESIDENCE)
WORK = Kept(Sensitivity.OFFICE, "put a join back exactly", Retention.RESIDENCE)


class Join(models.Model):
    """A row joined with the one that stands for the same person; seen by whoever sees that one, gone with either."""

    wall: ClassVar[Wall] = Wall.through("kept_id", "homes_person")
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(["reason", "undone_why"], WHY),
        **dict.fromkeys(["id", "kept_id", "gone_id", "changed", "made_by", "made_at", "undone_by", "undone_at"], WORK),
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kept_id = models.UUIDField(db_index=True)
    gone_id = models.UUIDField()
    reason = models.CharField(max_length=300)
    changed = models.JSONField()
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    undone_why = models.CharField(max_length=300, blank=True)
    undone_by = models.CharField(max_length=80, blank=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gone_id"], condition=Q(undone_at__isnull=True), name="join_once"),
            models.CheckConstraint(condition=~Q(kept_id=F("gone_id")), name="join_of_two"),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True, undone_by="")
                | (Q(undone_at__isnull=False) & ~Q(undone_by="") & ~Q(undone_why="")),
                name="join_undone_paired",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
