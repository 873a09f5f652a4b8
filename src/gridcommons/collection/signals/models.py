"""The table of signals. Nobody who sent one or is meant by one is in it."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from gridcommons.access.walls import Wall
from gridcommons.collection.signals.rules import SOURCES, STATES
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

WORDS = Kept(Sensitivity.PERSONAL, "look into what is unusual", Retention.CASE_LIFE)
WORK = Kept(Sensitivity.OFFICE, "see that somebody looks at it in time", Retention.FOREVER)


class Signal(models.Model):
    """Something unusual. `parties`: the duty desks that look at it, beside the township where it lies.

    `next_at`: when it is raised, while nobody has looked at it. `case_id`: the case that it was passed on as.
    """

    wall: ClassVar[Wall] = Wall.area("area_code", parties="parties")
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(["place", "text", "note"], WORDS),
        **dict.fromkeys(
            ["id", "area_code", "parties", "kind", "size", "source", "state", "outcome", "sent_at", "next_at", "raises",
             "triaged_at", "checked_at", "case_id"],
            WORK,
        ),
    }  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area_code = models.CharField(max_length=20, db_index=True)
    parties = ArrayField(models.CharField(max_length=80), default=list)
    kind = models.CharField(max_length=20)
    size = models.CharField(max_length=8)
    place = models.TextField(blank=True)
    text = models.TextField(blank=True)
    source = models.CharField(max_length=10, choices=[(key, key) for key in SOURCES])
    state = models.CharField(max_length=12, choices=[(key, key) for key in STATES])
    outcome = models.CharField(max_length=12, blank=True)
    note = models.TextField(blank=True)
    sent_at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    raises = models.PositiveSmallIntegerField(default=0)
    triaged_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    case_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", triaged_at__isnull=True, outcome="")
                | (~Q(state="open") & Q(triaged_at__isnull=False) & ~Q(outcome="")),
                name="signal_triaged_paired",
            ),
            models.CheckConstraint(condition=~Q(state="closed") | Q(next_at__isnull=True), name="signal_closed_quiet"),
        ]
        indexes = [
            GinIndex(fields=["parties"], name="signal_parties"),
            models.Index(fields=["next_at"], condition=Q(state="open"), name="signal_next"),
        ]

    def __str__(self) -> str:
        return self.kind
