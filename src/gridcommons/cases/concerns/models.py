"""Tables of concerns: words for a while, digests of numbers, wishes to be told. No table here knows a person."""

from __future__ import annotations

import uuid
from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from gridcommons.access.walls import Wall
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

WORDS = Kept(Sensitivity.PERSONAL, "let the office read what people say", Retention.BRIEF)
AROUND = Kept(Sensitivity.OFFICE, "count what people say by place and subject", Retention.BRIEF)
COUNT = Kept(Sensitivity.OFFICE, "show the township what is on people's minds", Retention.FOREVER)
OPEN = Kept(Sensitivity.PUBLIC, "publish what was said and what the office answers", Retention.FOREVER)
WISH = Kept(Sensitivity.SECRET, "tell who asked for it that there is an answer", Retention.CONTACT)


class Concern(models.Model):
    """What somebody said, masked: village, subject, week. A random id, no moment, no door, nobody.

    `mark`: a digest of the words, so that the same sent twice is one.
    """

    wall: ClassVar[Wall] = Wall.area("township_code")
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(["id", "township_code", "village_code", "subject", "week", "aside"], AROUND),
        **dict.fromkeys(["text", "mark"], WORDS),
    }

    # Not uuid7: it would tell the moment.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    township_code = models.CharField(max_length=20)
    village_code = models.CharField(max_length=20, blank=True)
    subject = models.CharField(max_length=20)
    week = models.DateField()
    text = models.TextField(blank=True)
    mark = models.BinaryField(max_length=32)
    aside = models.CharField(max_length=12, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["week", "township_code", "village_code", "subject", "mark"], name="concern_once"
            ),
            models.CheckConstraint(condition=Q(aside="") | Q(text=""), name="concern_aside_without_words"),
            models.CheckConstraint(condition=Q(week__week_day=2), name="concern_week_is_a_monday"),
        ]
        indexes = [models.Index(fields=["township_code", "week"], name="concern_week")]

    def __str__(self) -> str:
        return f"{self.subject} {self.week}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Digest(models.Model):
    """The concerns of a township in a week: figures that may leave, the office's own words, its answer."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "township_code", "week", "figures", "gathered_at", "due_at", "summary", "answer", "answered_at",
         "office"],
        OPEN,
    )  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    township_code = models.CharField(max_length=20)
    week = models.DateField()
    figures = models.JSONField()
    gathered_at = models.DateTimeField()
    due_at = models.DateTimeField()
    summary = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    office = models.ForeignKey("access.Office", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["township_code", "week"], name="digest_once"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, answer="", summary="")
                | (Q(answered_at__isnull=False, office__isnull=False) & ~Q(answer="") & ~Q(summary="")),
                name="digest_answered_whole",
            ),
        ]
        indexes = [models.Index(fields=["-week", "township_code"], name="digest_week")]

    def __str__(self) -> str:
        return f"{self.township_code} {self.week}"


class DigestLine(models.Model):
    """How many concerns of one subject came from one village in a week; exact, for the township alone."""

    wall: ClassVar[Wall] = Wall.area("township_code")
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "digest", "township_code", "village_code", "subject", "n"], COUNT
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    digest = models.ForeignKey("concerns.Digest", on_delete=models.CASCADE, related_name="lines")
    township_code = models.CharField(max_length=20)
    village_code = models.CharField(max_length=20, blank=True)
    subject = models.CharField(max_length=20)
    n = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["digest", "village_code", "subject"], name="digest_line_once")]

    def __str__(self) -> str:
        return f"{self.village_code} {self.subject}"


class Wish(models.Model):
    """Somebody wants to know the answer to a township's week: no words, subject or village lead from here.

    The wall lets through who holds the code, and the program; no area does, so no office finds it.
    """

    wall: ClassVar[Wall] = Wall.area("''", parties="parties")
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "township_code", "week", "code_digest", "contact", "language", "parties", "told_on"], WISH
    )

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    township_code = models.CharField(max_length=20)
    week = models.DateField()
    code_digest = models.BinaryField(max_length=32, unique=True)
    contact = models.ForeignKey("people.ReporterContact", on_delete=models.SET_NULL, null=True, related_name="+")
    language = models.CharField(max_length=10)
    parties = ArrayField(models.CharField(max_length=100), default=list)
    told_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.week)
