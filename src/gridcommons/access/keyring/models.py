"""Tables of the keyring: the terms of a key, the day it was last used, and the count of the minute under way."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from gridcommons.access.walls import Wall
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

WORK = Kept(Sensitivity.OFFICE, "answer for what machine clients may do", Retention.OFFICE_LIFE)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class KeyTerms(models.Model):
    """What a key may do. One without terms was made on the command line: it posts everywhere and updates nothing."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["key", "areas", "office", "may_post", "may_update", "per_minute", "made_by", "reason", "withdrawn_by",
         "withdrawn_for"],
        WORK,
    )  # fmt: skip

    key = models.OneToOneField("access.ApiKey", on_delete=models.PROTECT, primary_key=True, related_name="terms")
    areas = ArrayField(models.CharField(max_length=20))
    office = models.ForeignKey("access.Office", on_delete=models.PROTECT, null=True, related_name="+")
    may_post = models.BooleanField()
    may_update = models.BooleanField()
    per_minute = models.PositiveIntegerField()
    made_by = models.CharField(max_length=80)
    reason = models.CharField(max_length=300)
    withdrawn_by = models.CharField(max_length=80, blank=True)
    withdrawn_for = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(may_post=True) | Q(may_update=True), name="key_may_something"),
            models.CheckConstraint(
                condition=Q(may_update=False) | Q(office__isnull=False), name="key_updates_for_an_office"
            ),
            models.CheckConstraint(condition=Q(per_minute__gte=1), name="key_has_calls"),
        ]

    def __str__(self) -> str:
        return str(self.key_id)


class KeyUse(models.Model):
    """The last day on which a key was used: enough to see that nobody needs it any more."""

    wall: ClassVar[Wall] = Wall.open(free_writes=True)
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(["key", "day"], WORK)

    key = models.OneToOneField("access.ApiKey", on_delete=models.PROTECT, primary_key=True, related_name="+")
    day = models.DateField()

    def __str__(self) -> str:
        return f"{self.key_id} {self.day}"


class KeyRate(models.Model):
    """The calls of a key in the minute under way; the next call of any key removes what is over."""

    wall: ClassVar[Wall] = Wall.open(free_writes=True)
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(["key", "minute", "calls"], WORK)

    key = models.OneToOneField("access.ApiKey", on_delete=models.PROTECT, primary_key=True, related_name="+")
    minute = models.DateTimeField(db_index=True)
    calls = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.key_id} {self.calls}"
