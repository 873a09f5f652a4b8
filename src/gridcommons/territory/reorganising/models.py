"""Tables of reorganising: plans, their lines, hand-over lists."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from gridcommons.access.walls import Wall
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

PLANNED = Kept(Sensitivity.OFFICE, "reorganise areas", Retention.FOREVER)
STATES = ("draft", "proposed", "reviewed", "adopted", "in_force", "withdrawn")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Plan(models.Model):
    """Changes of areas that take effect together on one day; proposed by one person, reviewed by another."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "title", "area_code", "state", "on_day", "authority", "reason", "old_codes", "new_codes", "created_by",
         "created_at", "proposed_by", "proposed_at", "reviewed_by", "reviewed_at", "adopted_by", "adopted_at",
         "switched_at", "withdrawn_by", "withdrawn_at", "said", "problem", "source"],
        PLANNED,
    )  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    title = models.CharField(max_length=120)
    area_code = models.CharField(max_length=20, db_index=True)
    state = models.CharField(max_length=12, choices=[(state, state) for state in STATES])
    on_day = models.DateField()
    authority = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    old_codes = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    new_codes = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    created_by = models.CharField(max_length=100)
    created_at = models.DateTimeField()
    proposed_by = models.CharField(max_length=100, blank=True)
    proposed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.CharField(max_length=100, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)
    adopted_by = models.CharField(max_length=100, blank=True)
    adopted_at = models.DateTimeField(null=True, blank=True)
    switched_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.CharField(max_length=100, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    said = models.CharField(max_length=500, blank=True)
    problem = models.CharField(max_length=1000, blank=True)
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="plan_state"),
            models.CheckConstraint(
                condition=~Q(proposed_by=F("reviewed_by")) | Q(proposed_by=""), name="plan_two_persons"
            ),
            models.CheckConstraint(
                condition=~Q(proposed_by=F("adopted_by")) | Q(proposed_by=""), name="plan_adopted_by_another"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["adopted", "in_force"]) | (~Q(authority="") & Q(adopted_at__isnull=False)),
                name="plan_adopted_with_authority",
            ),
            models.CheckConstraint(
                condition=Q(state="in_force", switched_at__isnull=False)
                | (~Q(state="in_force") & Q(switched_at__isnull=True)),
                name="plan_switched_paired",
            ),
        ]
        indexes = [models.Index(fields=["state", "on_day"], name="plan_state_day")]

    def __str__(self) -> str:
        return self.title


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Line(models.Model):
    """One line of a plan: a verb, the areas it takes, the areas it leads to; a question where a file left it open."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "plan", "place", "verb", "old_codes", "old_names", "into", "question"], PLANNED
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    plan = models.ForeignKey("reorganising.Plan", on_delete=models.PROTECT, related_name="lines")
    place = models.PositiveIntegerField()
    verb = models.CharField(max_length=12)
    old_codes = ArrayField(models.CharField(max_length=20))
    old_names = models.JSONField(default=list)
    """What the old areas were called until the plan took force, as pairs of Chinese and English; empty before."""
    into = models.JSONField(default=list)
    question = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "place"], name="line_place_once")]

    def __str__(self) -> str:
        return f"{self.verb} {','.join(self.old_codes)}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class HandOver(models.Model):
    """What one area gave to another on the day of a plan: numbers, never the things; and who received it."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "plan", "from_code", "to_code", "same_office", "counts", "posts", "made_at", "received_by",
         "received_name", "received_at", "note"],
        PLANNED,
    )  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    plan = models.ForeignKey("reorganising.Plan", on_delete=models.PROTECT, related_name="hand_overs")
    from_code = models.CharField(max_length=20, db_index=True)
    to_code = models.CharField(max_length=20, db_index=True)
    same_office = models.BooleanField()
    counts = models.JSONField(default=dict)
    posts = models.JSONField(default=list)
    made_at = models.DateTimeField()
    received_by = models.CharField(max_length=100, blank=True)
    received_name = models.CharField(max_length=100, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "from_code", "to_code"], name="hand_over_once"),
            models.CheckConstraint(
                condition=Q(received_at__isnull=True, received_by="")
                | (Q(received_at__isnull=False) & ~Q(received_by="")),
                name="hand_over_received_paired",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_code} {self.to_code}"
