"""The table of visits that come again: rules, no household."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from gridcommons.access.walls import Wall
from gridcommons.collection.selecting import OPERATORS
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

RULE = Kept(Sensitivity.PUBLIC, "tell everybody who is called on again, and how often", Retention.FOREVER)
WORK = Kept(Sensitivity.OFFICE, "keep who set it up", Retention.FOREVER)


class Round(models.Model):
    """Visits every so many days. `by_consent`: only households that want them, as every convenience needs."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(
            ["id", "area_code", "matter_key", "edition", "form_key", "name_zh", "name_en", "choice_key",
             "choice_operator", "choice_value", "expected", "every_days", "first", "last", "minutes", "by_consent",
             "verdict", "begun_at", "ended_at", "reason"],
            RULE,
        ),
        **dict.fromkeys(["begun_by", "ended_by"], WORK),
    }  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area_code = models.CharField(max_length=20, db_index=True)
    matter_key = models.CharField(max_length=50)
    edition = models.CharField(max_length=64)
    form_key = models.CharField(max_length=60)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    choice_key = models.CharField(max_length=60, blank=True)
    choice_operator = models.CharField(max_length=8, choices=[(o, o) for o in OPERATORS], default="is")
    choice_value = models.CharField(max_length=60, blank=True)
    expected = models.PositiveIntegerField(default=0)
    every_days = models.PositiveSmallIntegerField()
    first = models.DateField()
    last = models.DateField()
    minutes = models.PositiveSmallIntegerField()
    by_consent = models.BooleanField()
    verdict = models.JSONField(default=dict)
    begun_by = models.CharField(max_length=100)
    begun_at = models.DateTimeField()
    ended_by = models.CharField(max_length=100, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=600, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first"), every_days__gt=0), name="round_days"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by="", reason="")
                | (Q(ended_at__isnull=False) & ~Q(ended_by="") & ~Q(reason="")),
                name="round_ended_paired",
            ),
        ]

    def __str__(self) -> str:
        return self.name_zh
