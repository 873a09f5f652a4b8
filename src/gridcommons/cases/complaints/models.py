"""Tables of complaints: the complaint, its steps, questions to an office, figures of quarters.

Nobody comes to a row by an area: only the reviewing office, who holds the complaint's code, and the job that watches
its clock; and never whoever holds a key in `barred`, whatever else they hold.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from gridcommons.access.walls import Wall
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

REVIEW = Kept(Sensitivity.OFFICE, "review the complaint", Retention.CASE_LIFE)
SAID = Kept(Sensitivity.SEALED, "review the complaint", Retention.CASE_LIFE)
LINK = Kept(Sensitivity.SECRET, "let the complainant follow the complaint", Retention.CASE_LIFE)
HIDDEN = Kept(Sensitivity.PERSONAL, "keep the complaint from its subject", Retention.CASE_LIFE)
NUMBER = Kept(Sensitivity.PUBLIC, "show how many complaints there were", Retention.FOREVER)

STATES = ("received", "in_review", "asked", "passed", "answered", "withdrawn")
ENDED = ("answered", "withdrawn")
OUTCOMES = ("", "upheld", "partly", "not_upheld", "cannot_tell", "silence")


class Complaint(models.Model):
    """A complaint about a post, a person as posted, or an office."""

    wall: ClassVar[Wall] = Wall.parties("parties", barred="barred")
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(
            ["id", "label", "subject_kind", "subject_office", "area_code", "post", "state", "outcome", "instance",
             "office", "may_ask", "language", "received_at", "due_at", "ended_at", "asks_closed_at",
             "parties"],
            REVIEW,
        ),
        **dict.fromkeys(["person_sealed", "text_sealed", "contact_sealed"], SAID),
        "code_digest": LINK,
        "barred": HIDDEN,
    }  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    label = models.CharField(max_length=20, unique=True)
    code_digest = models.BinaryField(max_length=32, unique=True)
    subject_kind = models.CharField(max_length=20)
    subject_office = models.ForeignKey("access.Office", on_delete=models.PROTECT, null=True, related_name="+")
    area_code = models.CharField(max_length=20)
    post = models.CharField(max_length=12, blank=True)
    person_sealed = models.BinaryField(null=True)
    text_sealed = models.BinaryField()
    contact_sealed = models.BinaryField(null=True)
    may_ask = models.BooleanField(default=False)
    language = models.CharField(max_length=10)
    state = models.CharField(max_length=12, choices=[(s, s) for s in STATES])
    outcome = models.CharField(max_length=12, blank=True, choices=[(o, o) for o in OUTCOMES])
    instance = models.PositiveSmallIntegerField(default=1)
    office = models.ForeignKey("access.Office", on_delete=models.PROTECT, related_name="+")
    parties = ArrayField(models.CharField(max_length=100))
    barred = ArrayField(models.CharField(max_length=100))
    received_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    asks_closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ENDED, ended_at__isnull=False) | (~Q(state__in=ENDED) & Q(ended_at__isnull=True)),
                name="complaint_ended_paired",
            ),
            models.CheckConstraint(condition=Q(state="answered") ^ Q(outcome=""), name="complaint_outcome_of_answered"),
        ]
        indexes = [GinIndex(fields=["parties"], name="complaint_parties")]

    def __str__(self) -> str:
        return self.label


class Step(models.Model):
    """One step of a complaint, with what was said at it, sealed; no name of a person stands in it."""

    wall: ClassVar[Wall] = Wall.through("complaint_id", "complaints_complaint")
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(
            ["id", "complaint", "action", "state", "instance", "office", "at", "by_key", "outcome"], REVIEW
        ),
        "note_sealed": SAID,
    }  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    complaint = models.ForeignKey("complaints.Complaint", on_delete=models.CASCADE, related_name="+")
    action = models.CharField(max_length=12)
    state = models.CharField(max_length=12)
    outcome = models.CharField(max_length=12, blank=True)
    instance = models.PositiveSmallIntegerField()
    office = models.ForeignKey("access.Office", on_delete=models.PROTECT, null=True, related_name="+")
    by_key = models.CharField(max_length=100)
    at = models.DateTimeField()
    note_sealed = models.BinaryField(null=True)

    class Meta:
        indexes = [models.Index(fields=["complaint", "at"], name="complaint_step_at")]

    def __str__(self) -> str:
        return f"{self.action} {self.at:%F %T}"


class Question(models.Model):
    """A question to the office concerned, which says nothing of who complained; hidden from those concerned by name."""

    wall: ClassVar[Wall] = Wall.parties("parties", barred="barred")
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(
            ["id", "complaint", "office", "asked_by", "asked_at", "replied_at", "replied_by", "parties"], REVIEW
        ),
        **dict.fromkeys(["text_sealed", "reply_sealed"], SAID),
        "barred": HIDDEN,
    }  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    complaint = models.UUIDField()
    office = models.ForeignKey("access.Office", on_delete=models.PROTECT, related_name="+")
    asked_by = models.ForeignKey("access.Office", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    replied_at = models.DateTimeField(null=True, blank=True)
    replied_by = models.CharField(max_length=100, blank=True)
    parties = ArrayField(models.CharField(max_length=100))
    barred = ArrayField(models.CharField(max_length=100))
    text_sealed = models.BinaryField()
    reply_sealed = models.BinaryField(null=True)

    class Meta:
        indexes = [GinIndex(fields=["parties"], name="question_parties")]

    def __str__(self) -> str:
        return str(self.id)


class Tally(models.Model):
    """A figure of an ended quarter as it may be seen by anybody: what is too small was never written."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "quarter", "area_code", "about", "mark", "n", "posted_at"], NUMBER
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    quarter = models.CharField(max_length=6)
    area_code = models.CharField(max_length=20)
    about = models.CharField(max_length=40)
    mark = models.CharField(max_length=10)
    n = models.PositiveIntegerField(null=True)
    posted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["quarter", "area_code", "about"], name="complaint_tally_once"),
            models.CheckConstraint(
                condition=Q(mark="exact", n__isnull=False) | (~Q(mark="exact") & Q(n__isnull=True)),
                name="complaint_tally_says_no_more",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quarter} {self.area_code} {self.about}"
