"""Tables of devices: keys of workers' phones, the day each was last used, the looks that phones made offline."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from gridcommons.access.walls import Wall
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

WORK = Kept(Sensitivity.OFFICE, "know which phones may send", Retention.OFFICE_LIFE)
LOGIN = Kept(Sensitivity.SECRET, "check a key without keeping it", Retention.OFFICE_LIFE)


class DeviceKey(models.Model):
    """A key of one phone, of one worker. What it may is what the worker's own grant says on the day.

    `released`: the office lets the worker open what waits, sealed, on a phone whose key was withdrawn.
    """

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(
            [
                "id",
                "user",
                "name",
                "made_by",
                "made_at",
                "withdrawn_by",
                "withdrawn_at",
                "withdrawn_for",
                "released_by",
                "released_at",
            ],
            WORK,
        ),
        "digest": LOGIN,
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    digest = models.BinaryField(max_length=32, unique=True)
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    withdrawn_by = models.CharField(max_length=80, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_for = models.CharField(max_length=300, blank=True)
    released_by = models.CharField(max_length=80, blank=True)
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_by="")),
                name="device_withdrawn_by",
            ),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True, released_by="")
                | (Q(released_at__isnull=False, withdrawn_at__isnull=False) & ~Q(released_by="")),
                name="device_released_by",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DeviceUse(models.Model):
    """The last day on which a key was used, and no moment: enough to see that a phone is out of use (charter 12)."""

    wall: ClassVar[Wall] = Wall.open(free_writes=True)
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(["key", "day"], WORK)

    key = models.OneToOneField("devices.DeviceKey", on_delete=models.PROTECT, primary_key=True, related_name="use")
    day = models.DateField()

    def __str__(self) -> str:
        return f"{self.key_id} {self.day}"


class DevicePack(models.Model):
    """What a phone holds under an entry of the ledger today: of each home and case the digest of what it was sent.

    `what`: the pack, its cases, or the list of a form. `marks`: by home or case a keyed digest, from which nobody finds
    an answer by trying. Of the last day alone; it goes with the key.
    """

    wall: ClassVar[Wall] = Wall.open(free_writes=True)
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(["id", "key", "what", "day", "marks"], WORK)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.ForeignKey("devices.DeviceKey", on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=70)
    day = models.DateField()
    marks = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "what"], name="device_pack_once")]

    def __str__(self) -> str:
        return f"{self.key_id} {self.what} {self.day}"


class DeviceLook(models.Model):
    """A look made offline that stands in the ledger already: its id, of which key, the day it was said. Once each."""

    wall: ClassVar[Wall] = Wall.open(free_writes=True)
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(["id", "key", "day"], WORK)

    id = models.UUIDField(primary_key=True, editable=False)
    key = models.ForeignKey("devices.DeviceKey", on_delete=models.PROTECT, related_name="+")
    day = models.DateField()

    def __str__(self) -> str:
        return str(self.id)
