"""Tables of checks: which case went onto which phone, and each result that a phone sent, once."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from gridcommons.access.walls import Wall
from gridcommons.collection.checks.rules import RESULTS, STATES
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

WORK = Kept(Sensitivity.OFFICE, "take each result of a check once", Retention.BRIEF)
SAID = Kept(Sensitivity.PERSONAL, "keep a late check beside its case", Retention.BRIEF)


class PhoneCase(models.Model):
    """That a case went onto a phone of a worker, and the last day: of no other case may their phones say anything."""

    wall: ClassVar[Wall] = Wall.open(free_writes=True)
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(["id", "by_key", "case_id", "day"], WORK)

    id = models.BigAutoField(primary_key=True)
    by_key = models.CharField(max_length=80)
    case_id = models.UUIDField()
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["by_key", "case_id"], name="phone_case_once")]

    def __str__(self) -> str:
        return f"{self.by_key} {self.case_id}"


class Check(models.Model):
    """A result of a check by the id that the phone gave it. `note`, `picture`: only while it waits for its case.

    `said_on`: the day on which it was written down, as the phone says. `sha256`: tells the same from other content.
    """

    wall: ClassVar[Wall] = Wall.area("area_code", parties="parties")
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(
            ["id", "device_id", "by_key", "by_name", "area_code", "parties", "case_id", "result", "said_on", "sha256",
             "sent_at", "state"],
            WORK,
        ),
        **dict.fromkeys(["note", "picture"], SAID),
    }  # fmt: skip

    id = models.UUIDField(primary_key=True, editable=False)
    device_id = models.UUIDField()
    by_key = models.CharField(max_length=80)
    by_name = models.CharField(max_length=150, blank=True)
    area_code = models.CharField(max_length=20)
    parties = ArrayField(models.CharField(max_length=80))
    case_id = models.UUIDField(db_index=True)
    result = models.CharField(max_length=10, choices=[(one, one) for one in RESULTS])
    said_on = models.DateField()
    sha256 = models.BinaryField(max_length=32)
    sent_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=[(one, one) for one in STATES])
    note = models.CharField(max_length=4_000, blank=True)
    picture = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waits") | Q(note="", picture__isnull=True), name="check_says_while_it_waits"
            ),
        ]
        indexes = [models.Index(fields=["sent_at"], condition=Q(state="waits"), name="check_to_carry")]

    def __str__(self) -> str:
        return str(self.id)
