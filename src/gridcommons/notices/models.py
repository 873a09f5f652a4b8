"""Tables of notices: the outbox."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from gridcommons.access.walls import Wall
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

BRIEF = Kept(Sensitivity.PERSONAL, "tell people what happened to their case", Retention.BRIEF)


class Notice(models.Model):
    """One message to one receiver over one channel."""

    wall: ClassVar[Wall] = Wall.area("area_code", parties="parties")
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "to", "channel", "text_key", "facts", "language", "area_code", "parties", "created_at", "state",
         "delivered_at", "read_at", "failure"],
        BRIEF,
    )  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    to = models.CharField(max_length=100, db_index=True)
    channel = models.CharField(max_length=12, choices=[(c, c) for c in ("inside", "email", "sms")])
    text_key = models.CharField(max_length=40)
    facts = models.JSONField(default=dict)
    language = models.CharField(max_length=10)
    area_code = models.CharField(max_length=20, blank=True)
    parties = ArrayField(models.CharField(max_length=100), default=list)
    created_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=[(s, s) for s in ("waiting", "delivered", "failed")])
    delivered_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["created_at"], condition=Q(state="waiting"), name="notice_waiting")]

    def __str__(self) -> str:
        return f"{self.text_key} to {self.to}"
