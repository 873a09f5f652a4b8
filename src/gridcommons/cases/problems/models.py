"""Tables of problems: the problem, its cases, who sits at the table, meetings, measures, life line, public row."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from gridcommons.access.walls import Wall
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

WORK = Kept(Sensitivity.OFFICE, "solve what keeps coming back", Retention.CASE_LIFE)
SAID = Kept(Sensitivity.PERSONAL, "remember what was agreed and why", Retention.CASE_LIFE)
OPEN = Kept(Sensitivity.PUBLIC, "show the public what is being done", Retention.CASE_LIFE)

STATES = ("proposed", "declined", "open", "closed", "settled")
SORTS = ("reopened", "near", "area", "private")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Problem(models.Model):
    """Something that keeps coming back at one place, from the proposal to the review after closing.

    `size`: cases of the proposal. `days`: over which the pattern looked. `before`, `after`: cases in as many days
    before the proposal and after the closing. `verdict`: why it was proposed, as its card shows it.
    """

    wall: ClassVar[Wall] = Wall.area("area_code", parties="parties")
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(
            ["id", "number", "state", "sort", "pattern", "verdict", "matter_key", "area_code", "lon", "lat", "metres",
             "days", "size", "public", "parties", "owner", "proposed_at", "accepted_at", "ended_at", "closed_at",
             "review_on", "reminded_at", "rounds", "changed_at"],
            WORK,
        ),
        **dict.fromkeys(["cause", "note", "before", "after"], OPEN),
    }  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=20, unique=True)
    state = models.CharField(max_length=12, choices=[(s, s) for s in STATES])
    sort = models.CharField(max_length=12, choices=[(s, s) for s in SORTS])
    pattern = models.CharField(max_length=40)
    verdict = models.JSONField()
    matter_key = models.CharField(max_length=40)
    area_code = models.CharField(max_length=20)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    metres = models.PositiveIntegerField(default=0)
    days = models.PositiveSmallIntegerField()
    size = models.PositiveIntegerField()
    public = models.BooleanField()
    parties = ArrayField(models.CharField(max_length=100), default=list)
    owner = models.ForeignKey("access.Office", on_delete=models.PROTECT, null=True, related_name="+")
    cause = models.CharField(max_length=20, blank=True)
    note = models.TextField(blank=True)
    proposed_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    before = models.PositiveIntegerField(null=True, blank=True)
    after = models.PositiveIntegerField(null=True, blank=True)
    rounds = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["proposed", "declined"])
                | (Q(owner__isnull=False, accepted_at__isnull=False) & ~Q(cause="")),
                name="problem_owned",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False, review_on__isnull=False) | ~Q(state="closed"),
                name="problem_closed_with_review",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["declined", "settled"], ended_at__isnull=False)
                | (~Q(state__in=["declined", "settled"]) & Q(ended_at__isnull=True)),
                name="problem_ended_paired",
            ),
            models.CheckConstraint(condition=~Q(sort="private", public=True), name="problem_private_never_public"),
            models.CheckConstraint(
                condition=Q(lon__isnull=True, lat__isnull=True) | Q(lon__isnull=False, lat__isnull=False),
                name="problem_point_paired",
            ),
        ]
        indexes = [
            models.Index(
                fields=["area_code", "state"], name="problem_area_state", opclasses=["text_pattern_ops", "text_ops"]
            ),
            GinIndex(fields=["parties"], name="problem_parties"),
        ]

    def __str__(self) -> str:
        return self.number


class ProblemCase(models.Model):
    """A case that belongs to a problem. `how`: proposed, joined by itself, linked by hand, or left out by hand.

    Cases of matters that are never public are not linked: they are only counted.
    """

    wall: ClassVar[Wall] = Wall.through("problem_id", "problems_problem")
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(["id", "problem", "case", "how", "at"], WORK)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    problem = models.ForeignKey("problems.Problem", on_delete=models.CASCADE, related_name="links")
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="+")
    how = models.CharField(max_length=12, choices=[(h, h) for h in ("proposed", "joined", "by_hand", "left_out")])
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["problem", "case"], name="problem_case_once")]

    def __str__(self) -> str:
        return f"{self.problem_id} {self.case_id}"


class Seat(models.Model):
    """A place at the table: an office, or a body, association or firm by its name; asked, and answered yes or no."""

    wall: ClassVar[Wall] = Wall.through("problem_id", "problems_problem")
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(["id", "problem", "office", "kind", "asked_at", "answer_by", "answer", "answered_at"], WORK),
        "name": OPEN,
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    problem = models.ForeignKey("problems.Problem", on_delete=models.CASCADE, related_name="seats")
    office = models.ForeignKey("access.Office", on_delete=models.PROTECT, null=True, related_name="+")
    kind = models.CharField(max_length=12)
    name = models.CharField(max_length=120, blank=True)
    asked_at = models.DateTimeField()
    answer_by = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=3, blank=True, choices=[(a, a) for a in ("yes", "no")])
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=(Q(office__isnull=True) & ~Q(name="")) | Q(office__isnull=False, name=""),
                name="seat_office_or_name",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="seat_answered_paired",
            ),
            models.UniqueConstraint(fields=["problem", "office"], name="seat_office_once"),
            models.UniqueConstraint(fields=["problem", "name"], condition=~Q(name=""), name="seat_name_once"),
        ]

    def __str__(self) -> str:
        return self.name or str(self.office_id)


class Meeting(models.Model):
    """A meeting of the table: day and place, how many came (a number, no names), what was agreed."""

    wall: ClassVar[Wall] = Wall.through("problem_id", "problems_problem")
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(["id", "problem", "held_on", "place", "present"], WORK),
        "notes": SAID,
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    problem = models.ForeignKey("problems.Problem", on_delete=models.CASCADE, related_name="meetings")
    held_on = models.DateField()
    place = models.CharField(max_length=120, blank=True)
    present = models.PositiveSmallIntegerField(null=True, blank=True)
    notes = models.TextField(blank=True)

    def __str__(self) -> str:
        return str(self.held_on)


class Measure(models.Model):
    """What somebody at the table will do, by when; public, so it is masked and names no person."""

    wall: ClassVar[Wall] = Wall.through("problem_id", "problems_problem")
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(["id", "problem", "seat"], WORK),
        **dict.fromkeys(["what", "due_date", "state", "ended_on"], OPEN),
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    problem = models.ForeignKey("problems.Problem", on_delete=models.CASCADE, related_name="measures")
    seat = models.ForeignKey("problems.Seat", on_delete=models.PROTECT, related_name="+")
    what = models.CharField(max_length=300)
    due_date = models.DateField()
    state = models.CharField(max_length=8, choices=[(s, s) for s in ("planned", "done", "dropped")])
    ended_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="planned", ended_on__isnull=True) | (~Q(state="planned") & Q(ended_on__isnull=False)),
                name="measure_ended_paired",
            ),
        ]

    def __str__(self) -> str:
        return self.what


class ProblemStep(models.Model):
    """One step of a problem's life line: who did what, when, and why."""

    wall: ClassVar[Wall] = Wall.through("problem_id", "problems_problem", grows_only=True, blanks=("note",))
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(["id", "problem", "action", "at", "by_key", "by_name", "office"], WORK),
        "note": SAID,
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    problem = models.ForeignKey("problems.Problem", on_delete=models.CASCADE, related_name="life")
    action = models.CharField(max_length=12)
    at = models.DateTimeField()
    by_key = models.CharField(max_length=100)
    by_name = models.CharField(max_length=100, blank=True)
    office = models.ForeignKey("access.Office", on_delete=models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["problem", "at"], name="problem_step_at")]

    def __str__(self) -> str:
        return f"{self.action} {self.at:%F %T}"


class PublicProblem(models.Model):
    """What everybody may see of a problem in public space: a table of its own, as with cases (ADR 0006).

    `measures`: rows of what, who, due date, state, day of the end. `table`: names of who agreed to take part.
    """

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["number", "state", "matter_key", "area_code", "lon", "lat", "metres", "cases", "cause", "note", "owner_zh",
         "owner_en", "measures", "table", "accepted_at", "closed_at", "review_on", "before", "after", "days",
         "changed_at"],
        OPEN,
    )  # fmt: skip

    number = models.CharField(max_length=20, primary_key=True)
    state = models.CharField(max_length=12)
    matter_key = models.CharField(max_length=40)
    area_code = models.CharField(max_length=20, db_index=True)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    metres = models.PositiveIntegerField(default=0)
    cases = models.PositiveIntegerField()
    cause = models.CharField(max_length=20)
    note = models.TextField(blank=True)
    owner_zh = models.CharField(max_length=120)
    owner_en = models.CharField(max_length=160)
    measures = models.JSONField(default=list)
    table = models.JSONField(default=list)
    accepted_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    review_on = models.DateField(null=True, blank=True)
    before = models.PositiveIntegerField(null=True, blank=True)
    after = models.PositiveIntegerField(null=True, blank=True)
    days = models.PositiveSmallIntegerField(default=0)
    changed_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(closed_at__isnull=True) | Q(closed_at__gte=F("accepted_at")),
                                   name="public_problem_order"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number
