"""Tables of admission: proposals, their reviews, the decisions on them. All public; nothing is about residents."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from gridcommons.access.walls import Wall
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

REGISTER = Kept(Sensitivity.PUBLIC, "public register of what may enter the grid", Retention.FOREVER)
WHO = Kept(Sensitivity.OFFICE, "keep proposer, reviewers and decider apart", Retention.FOREVER)
KINDS = ("matter", "form")
STATES = ("proposed", "piloted", "admitted", "refused", "withdrawn", "ended")
DESKS = ("law", "staff_council", "data_protection")
ANSWERS = ("agrees", "objects")
DECISIONS = ("pilot", "admit", "refuse", "end")


class Proposal(models.Model):
    """What a department would have enter the grid: a matter with its entry, or a form with its workbook."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(
            ["id", "kind", "key", "matter_key", "area_code", "office", "name_zh", "name_en", "matter_class", "minutes",
             "per_year", "reason", "entry", "questions", "findings", "workbook", "workbook_name", "sha256", "drops",
             "state", "edition", "proposed_at", "until", "pilot_area", "withdrawn_at", "withdrawn_said"],
            REGISTER,
        ),
        "proposed_by": WHO,
    }  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=8, choices=[(kind, kind) for kind in KINDS])
    key = models.CharField(max_length=50)
    matter_key = models.CharField(max_length=50, blank=True)
    """The admitted matter that a form serves."""
    area_code = models.CharField(max_length=20, db_index=True)
    office = models.ForeignKey("access.Office", on_delete=models.PROTECT, related_name="+")
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160)
    matter_class = models.CharField(max_length=12)
    minutes = models.FloatField()
    per_year = models.PositiveIntegerField()
    reason = models.CharField(max_length=500)
    entry = models.JSONField(default=dict)
    questions = models.JSONField(default=list)
    findings = models.JSONField(default=list)
    workbook = models.BinaryField(default=bytes)
    workbook_name = models.CharField(max_length=120, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    drops = ArrayField(models.CharField(max_length=50), default=list, blank=True)
    state = models.CharField(max_length=10, choices=[(state, state) for state in STATES])
    edition = models.PositiveIntegerField(default=1)
    """Goes up with each amendment: reviews hold for the edition that they read."""
    proposed_by = models.CharField(max_length=100)
    proposed_at = models.DateTimeField()
    until = models.DateField(null=True, blank=True)
    pilot_area = models.CharField(max_length=20, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_said = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES) & Q(kind__in=KINDS), name="proposal_state"),
            models.CheckConstraint(
                condition=~Q(kind="form") | (~Q(matter_key="") & ~Q(sha256="")), name="proposal_form_whole"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["piloted", "admitted"]) | Q(until__isnull=False), name="proposal_ends"
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn", withdrawn_at__isnull=False)
                | (~Q(state="withdrawn") & Q(withdrawn_at__isnull=True)),
                name="proposal_withdrawn_paired",
            ),
            models.UniqueConstraint(
                fields=["area_code", "kind", "key"],
                condition=Q(state__in=["proposed", "piloted", "admitted"]),
                name="proposal_one_of_a_key",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Review(models.Model):
    """What one desk says of an edition of a proposal; never changed, only followed by one of the next edition."""

    wall: ClassVar[Wall] = Wall.log()
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(["id", "proposal", "edition", "desk", "answer", "said", "office", "at"], REGISTER),
        "by_key": WHO,
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    proposal = models.ForeignKey("admission.Proposal", on_delete=models.PROTECT, related_name="reviews")
    edition = models.PositiveIntegerField()
    desk = models.CharField(max_length=16, choices=[(desk, desk) for desk in DESKS])
    answer = models.CharField(max_length=8, choices=[(answer, answer) for answer in ANSWERS])
    said = models.CharField(max_length=500, blank=True)
    office = models.ForeignKey("access.Office", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by_key = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["proposal", "edition", "desk"], name="review_desk_once"),
            models.UniqueConstraint(fields=["proposal", "edition", "by_key"], name="review_person_once"),
            models.CheckConstraint(condition=Q(answer="agrees") | ~Q(said=""), name="review_objection_said"),
            models.CheckConstraint(condition=Q(desk__in=DESKS) & Q(answer__in=ANSWERS), name="review_kinds"),
        ]

    def __str__(self) -> str:
        return f"{self.desk} {self.answer}"


class Decision(models.Model):
    """What was decided on a proposal, by which office, why, with the sum of the load; never changed."""

    wall: ClassVar[Wall] = Wall.log()
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(
            ["id", "proposal", "edition", "answer", "area_code", "until", "reason", "drops", "verdict", "office", "at"],
            REGISTER,
        ),
        "by_key": WHO,
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    proposal = models.ForeignKey("admission.Proposal", on_delete=models.PROTECT, related_name="decisions")
    edition = models.PositiveIntegerField()
    answer = models.CharField(max_length=8, choices=[(answer, answer) for answer in DECISIONS])
    area_code = models.CharField(max_length=20)
    until = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    drops = ArrayField(models.CharField(max_length=50), default=list, blank=True)
    verdict = models.JSONField(default=dict)
    office = models.ForeignKey("access.Office", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    by_key = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(answer__in=DECISIONS), name="decision_kind"),
            models.CheckConstraint(
                condition=~Q(answer__in=["refuse", "end"]) | ~Q(reason=""), name="decision_no_has_reason"
            ),
            models.CheckConstraint(
                condition=~Q(answer__in=["pilot", "admit"]) | Q(until__isnull=False),
                name="decision_has_end",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.answer} {self.proposal_id}"
