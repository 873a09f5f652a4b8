"""Tables of people: for now the contacts of those who reported something."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from gridcommons.access.walls import Wall
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

SEALED = Kept(Sensitivity.SEALED, "call back about the case that was reported", Retention.CONTACT)
AROUND = Kept(Sensitivity.OFFICE, "find and forget the contact in time", Retention.CONTACT)


class ReporterContact(models.Model):
    """How to reach somebody who reported: encrypted, opened one by one, forgotten after the case."""

    wall: ClassVar[Wall] = Wall.area("area_code", parties="parties", placed="territory_placing")
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(["name_sealed", "phone_sealed", "email_sealed"], SEALED),
        "phone_index": Kept(Sensitivity.SECRET, "find a caller's earlier cases", Retention.CONTACT),
        **dict.fromkeys(
            ["id", "area_code", "parties", "language", "share_with_handler", "created_at", "forget_at"], AROUND
        ),
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area_code = models.CharField(max_length=20, db_index=True)
    parties = ArrayField(models.CharField(max_length=100), default=list)
    name_sealed = models.BinaryField(null=True)
    phone_sealed = models.BinaryField(null=True)
    email_sealed = models.BinaryField(null=True)
    phone_index = models.BinaryField(null=True, db_index=True)
    language = models.CharField(max_length=10, default="zh-hans")
    share_with_handler = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    forget_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(name_sealed__isnull=False) | Q(phone_sealed__isnull=False) | Q(email_sealed__isnull=False),
                name="contact_not_empty",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
