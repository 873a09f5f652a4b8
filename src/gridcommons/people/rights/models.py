"""Tables of rights: private logins, guardians, requests that a person has to look at, who had everything erased."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from gridcommons.access.walls import Wall
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

WORK = Kept(Sensitivity.OFFICE, "let a person act for themselves", Retention.RESIDENCE)
THEIRS = Kept(Sensitivity.PERSONAL, "answer what a person asked", Retention.RESIDENCE)
REQUEST_KINDS = ("correct", "object", "erase")
STATES = ("open", "done", "partly", "refused")


class PrivateLogin(models.Model):
    """An account that holds a person's key: invited by a code for three days, then the person's own until it ends."""

    wall: ClassVar[Wall] = Wall.area("area_code", parties="parties")
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "person_id", "user", "area_code", "parties", "made_at", "made_by", "expires_at", "accepted_at",
         "ended_at"],
        WORK,
    )  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person_id = models.UUIDField(db_index=True)
    user = models.ForeignKey("access.User", on_delete=models.PROTECT, null=True, related_name="private_logins")
    area_code = models.CharField(max_length=20, blank=True)
    parties = ArrayField(models.CharField(max_length=100), default=list)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=80)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person_id"], condition=Q(ended_at__isnull=True), name="private_login_one_open"
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, user__isnull=True)
                | Q(accepted_at__isnull=False, user__isnull=False),
                name="private_login_accepted",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Guardian(models.Model):
    """Who acts for a child, until the day it comes of age; both read that it is so."""

    wall: ClassVar[Wall] = Wall.area("area_code", parties="parties")
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "child_id", "guardian_id", "area_code", "parties", "since", "until", "made_by", "made_at"], WORK
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    child_id = models.UUIDField(db_index=True)
    guardian_id = models.UUIDField(db_index=True)
    area_code = models.CharField(max_length=20, blank=True)
    parties = ArrayField(models.CharField(max_length=100), default=list)
    since = models.DateField()
    until = models.DateField()
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["child_id", "guardian_id"], name="guardian_once"),
            models.CheckConstraint(condition=Q(until__gt=F("since")), name="guardian_period"),
            models.CheckConstraint(condition=~Q(child_id=F("guardian_id")), name="guardian_another"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Request(models.Model):
    """What a resident asked that a person has to look at: of which thing, in which words, until when, what came.

    `reworded_at`: when other words took the place of those that were asked first.
    """

    wall: ClassVar[Wall] = Wall.area("area_code", parties="parties")
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(["words_sealed"], Kept(Sensitivity.SEALED, "answer what a person asked", Retention.RESIDENCE)),
        **dict.fromkeys(["kind", "thing", "answer"], THEIRS),
        **dict.fromkeys(
            ["id", "person_id", "area_code", "parties", "state", "made_at", "due_date", "answered_at", "answered_by",
             "raised_at", "reworded_at"],
            WORK,
        ),
    }  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person_id = models.UUIDField(db_index=True)
    area_code = models.CharField(max_length=20, blank=True)
    parties = ArrayField(models.CharField(max_length=100), default=list)
    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in REQUEST_KINDS])
    thing = models.CharField(max_length=60, blank=True)
    words_sealed = models.BinaryField(null=True)
    state = models.CharField(max_length=10, choices=[(state, state) for state in STATES], default="open")
    answer = models.TextField(blank=True)
    made_at = models.DateTimeField()
    due_date = models.DateField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.CharField(max_length=80, blank=True)
    raised_at = models.DateTimeField(null=True)
    reworded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", answered_at__isnull=True) | Q(answered_at__isnull=False),
                name="request_answered_paired",
            )
        ]
        indexes = [
            models.Index(fields=["due_date", "id"], condition=Q(state="open"), name="request_open_due"),
            models.Index(fields=["thing"], condition=Q(state="open"), name="request_open_thing"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class FormerPerson(models.Model):
    """Somebody who had everything erased: by it their accounts read who had looked at them, and nothing else.

    `homes`: where they lived, by the household's id with the first and the last day: looks at a home are found by it.
    """

    wall: ClassVar[Wall] = Wall.area("''", parties="parties")
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "person_id", "parties", "homes", "erased_at"],
        Kept(Sensitivity.PERSONAL, "let a person read who had looked at what was erased", Retention.RESIDENCE),
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person_id = models.UUIDField()
    parties = ArrayField(models.CharField(max_length=100), default=list)
    homes = models.JSONField(default=list)
    erased_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.id)
