"""Tables of joining: invitations, and who leads whom and who left."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from gridcommons.access.walls import Wall
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

WORK = Kept(Sensitivity.OFFICE, "hand accounts to their holders", Retention.OFFICE_LIFE)
CODE = Kept(Sensitivity.SECRET, "know the invitation by its code", Retention.OFFICE_LIFE)


class Invitation(models.Model):
    """A code by which one person sets up their own login, once, until it expires."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(["id", "user", "made_at", "made_by", "expires_at", "used_at", "ended_at"], WORK),
        "digest": CODE,
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey("access.User", on_delete=models.PROTECT, related_name="invitations")
    digest = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(used_at__isnull=True, ended_at__isnull=True), name="invitation_one_open"
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="invitation_period"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Membership(models.Model):
    """Who leads a member of staff, and when they left."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(["user", "manager", "left_at", "left_by"], WORK)

    user = models.OneToOneField("access.User", on_delete=models.PROTECT, primary_key=True, related_name="membership")
    manager = models.ForeignKey("access.User", on_delete=models.PROTECT, null=True, related_name="led")
    left_at = models.DateTimeField(null=True, blank=True)
    left_by = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(manager__isnull=True) | ~Q(manager=F("user")), name="no_own_manager"),
        ]

    def __str__(self) -> str:
        return str(self.user_id)

    @classmethod
    def managers(cls) -> dict[str, str]:
        """Who leads whom, by login names."""
        led = cls.objects.filter(manager__isnull=False)
        return dict(led.values_list("user__username", "manager__username"))
