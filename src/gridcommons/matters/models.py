"""Tables of matters: the published editions of the catalogue, and where matters are switched off."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from gridcommons.access.walls import Wall
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

LISTED = Kept(Sensitivity.PUBLIC, "public list of what may enter the grid", Retention.FOREVER)


class Edition(models.Model):
    """One published edition of the catalogue, whole; cases name the edition they were made under."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["digest", "content", "published_at", "published_by", "base", "changes", "in_force_at"], LISTED
    )

    digest = models.CharField(max_length=64, primary_key=True)
    content = models.JSONField()
    published_at = models.DateTimeField(db_index=True)
    published_by = models.CharField(max_length=100)
    base = models.CharField(max_length=64, blank=True)
    """The shipped list that a county's own edition changes."""
    changes = models.JSONField(default=dict)
    in_force_at = models.DateTimeField(null=True)
    """When it was published last: an edition may come back."""

    def __str__(self) -> str:
        return self.digest[:12]


class Switch(models.Model):
    """A matter taken in an area from a day on, or no longer: decided with a reason that is public."""

    wall: ClassVar[Wall] = Wall.log()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "matter_key", "area_code", "is_on", "since", "reason", "at", "by_key"], LISTED
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    matter_key = models.CharField(max_length=50, db_index=True)
    area_code = models.CharField(max_length=20)
    is_on = models.BooleanField()
    since = models.DateField()
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by_key = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(is_on=True) | ~Q(reason=""), name="switch_off_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.matter_key} {self.area_code}"
