"""Tables of notices: the outbox, its tries, what people wish, who wants nothing, local wording, counts of delivery."""

from __future__ import annotations

from typing import ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from gridcommons.access.walls import Wall
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity
from gridcommons.notices.rules import CHANNELS, CHOICES, ON_THE_WAY, State

BRIEF = Kept(Sensitivity.PERSONAL, "tell people what happened to their case", Retention.BRIEF)
TRIED = Kept(Sensitivity.OFFICE, "see whether a notice arrived", Retention.BRIEF)
WISHED = Kept(Sensitivity.PERSONAL, "tell people in the way they chose", Retention.CONTACT)
STOPPED = Kept(Sensitivity.SECRET, "never write again to who said stop", Retention.FOREVER)
WORDED = Kept(Sensitivity.PUBLIC, "say what notices are worded as", Retention.OFFICE_LIFE)
COUNTED = Kept(Sensitivity.OFFICE, "see what is stuck", Retention.BRIEF)
_STATES: Final = tuple(state.value for state in State)
_TO_DO: Final = (*(state.value for state in ON_THE_WAY), State.SENDING.value)
_THROUGH_CONTACT: Final = Wall.through("contact_id", "people_reportercontact").reading
_ONE_S_OWN: Final = Wall.area("''", parties="parties").reading
"""Rows at no place: the program's, and of whoever holds one of their keys."""


class Notice(models.Model):
    """One message to one receiver over one channel."""

    wall: ClassVar[Wall] = Wall.area("area_code", parties="parties")
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "to", "channel", "text_key", "edition", "facts", "language", "private", "about", "area_code", "parties",
         "created_at", "state", "next_at", "tries", "message", "claimed_at", "handed_at", "delivered_at", "read_at",
         "failure"],
        BRIEF,
    )  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    to = models.CharField(max_length=100, db_index=True)
    channel = models.CharField(max_length=12, choices=[(c, c) for c in CHANNELS])
    text_key = models.CharField(max_length=40)
    edition = models.CharField(max_length=16, blank=True)
    facts = models.JSONField(default=dict)
    language = models.CharField(max_length=10)
    private = models.BooleanField(default=False)
    about = models.CharField(max_length=60, blank=True, db_index=True)
    area_code = models.CharField(max_length=20, blank=True)
    parties = ArrayField(models.CharField(max_length=100), default=list)
    created_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=[(s, s) for s in _STATES])
    next_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    message = models.UUIDField(null=True, blank=True, db_index=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    handed_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state__in=_TO_DO), name="notice_due"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=_STATES), name="notice_state"),
            models.CheckConstraint(
                condition=~Q(state="delivered") | Q(delivered_at__isnull=False), name="notice_delivered_when"
            ),
            models.CheckConstraint(
                condition=~Q(state="sending") | Q(claimed_at__isnull=False, message__isnull=False),
                name="notice_claimed_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.text_key} to {self.to}"


class Attempt(models.Model):
    """One try to hand a notice over: when, as which message, what the other side answered. Never what was said."""

    wall: ClassVar[Wall] = Wall.through("notice_id", "notices_notice")
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "notice", "message", "channel", "at", "ended_at", "state", "code", "reason"], TRIED
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    notice = models.ForeignKey("notices.Notice", on_delete=models.CASCADE, related_name="attempts")
    message = models.UUIDField()
    channel = models.CharField(max_length=12)
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=12, choices=[(s, s) for s in _STATES])
    code = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return f"{self.channel} {self.at:%F %T} {self.state}"


class Preference(models.Model):
    """How somebody wants to be told: for one report by its contact, or for all reports of an account."""

    wall: ClassVar[Wall] = Wall(f"{_THROUGH_CONTACT} OR {_ONE_S_OWN}")
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "to", "contact", "parties", "channel", "language", "neutral", "quiet_from", "quiet_to",
         "unsubscribed_at", "changed_at"],
        WISHED,
    )  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    to = models.CharField(max_length=100, unique=True)
    contact = models.ForeignKey("people.ReporterContact", on_delete=models.CASCADE, null=True, related_name="+")
    parties = ArrayField(models.CharField(max_length=100), default=list)
    channel = models.CharField(max_length=12, blank=True, choices=[(c, c) for c in CHOICES])
    language = models.CharField(max_length=10, blank=True)
    neutral = models.BooleanField(default=False)
    quiet_from = models.PositiveSmallIntegerField(null=True, blank=True)
    quiet_to = models.PositiveSmallIntegerField(null=True, blank=True)
    unsubscribed_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from__isnull=True, quiet_to__isnull=True) | Q(quiet_from__lt=1440, quiet_to__lt=1440),
                name="wish_quiet_paired",
            ),
            models.CheckConstraint(condition=Q(channel__in=CHOICES), name="wish_channel"),
        ]

    def __str__(self) -> str:
        return self.to


class Stop(models.Model):
    """An address that wants nothing any more, known by its blind index alone."""

    wall: ClassVar[Wall] = Wall(_ONE_S_OWN)
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(["id", "index", "parties", "how", "at"], STOPPED)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    index = models.BinaryField(max_length=16, unique=True)
    parties = ArrayField(models.CharField(max_length=100), default=list)
    how = models.CharField(max_length=12, choices=[(h, h) for h in ("link", "reply")])
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.how


class Wording(models.Model):
    """The words of a text: of the program itself (no area), or as a county words it."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["version", "text_key", "area_code", "zh", "en", "reason", "made_at", "made_by", "ended_at"], WORDED
    )

    version = models.CharField(primary_key=True, max_length=16)
    text_key = models.CharField(max_length=40)
    area_code = models.CharField(max_length=20, blank=True)
    zh = models.CharField(max_length=500)
    en = models.CharField(max_length=500)
    reason = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=100)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["text_key", "area_code"], condition=Q(ended_at__isnull=True) & ~Q(area_code=""),
                name="wording_one_in_force",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.text_key} {self.version}"


class DeliveryCount(models.Model):
    """How many notices stand where: by channel, state and reason, without a person; and whether a retry was asked."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "channel", "state", "reason", "n", "oldest_at", "counted_at", "retry_asked_at"], COUNTED
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    channel = models.CharField(max_length=12)
    state = models.CharField(max_length=12)
    reason = models.CharField(max_length=200, blank=True)
    n = models.PositiveIntegerField()
    oldest_at = models.DateTimeField(null=True, blank=True)
    counted_at = models.DateTimeField()
    retry_asked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "state", "reason"], name="delivery_count_once"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.state} {self.n}"
