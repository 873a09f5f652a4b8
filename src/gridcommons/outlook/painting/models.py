"""Tables of the room: schemes in force, readings, decisions, how areas stood, packages, past epidemics. No person."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from gridcommons.access.walls import Wall
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

NUMBER = Kept(Sensitivity.OFFICE, "say why an area had its colour; leaves only in classes", Retention.FOREVER)
OFFICIAL = Kept(Sensitivity.OFFICE, "say who answers for a rule, a signature or a package", Retention.FOREVER)
PUBLISHED = Kept(Sensitivity.PUBLIC, "show everybody how an area stands and what follows", Retention.FOREVER)
OPEN = Q(ended_at__isnull=True)
_DECLINED = Q(declined_office__isnull=True) | Q(confirmed_at__isnull=True, ended_at__isnull=False) & ~Q(ended_why="")
"""What a second person declined never was in force, and has a reason."""


class SchemeInForce(models.Model):
    """A scheme that colours the areas of one level below an area: asked for by one officer, confirmed by another.

    `text`: the scheme whole, as asked for. `indicator`: the reported count of cases. `given`: further measures of
    the scheme, with the count that gives each.
    `declined_office`: of the second person who did not confirm it; `ended_by`, `ended_why` tell who and why.
    """

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(
            ["id", "area_code", "level", "scheme", "version", "text", "indicator", "given", "reason", "holds_from",
             "ended_at", "ended_why"], PUBLISHED,
        ),
        **dict.fromkeys(
            ["asked_at", "asked_by", "asked_office", "confirmed_at", "confirmed_by", "confirmed_office", "ended_by",
             "declined_office"],
            OFFICIAL,
        ),
    }  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area_code = models.CharField(max_length=20)
    level = models.CharField(max_length=12)
    scheme = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    text = models.TextField(blank=True)
    indicator = models.CharField(max_length=40)
    given = models.JSONField(default=dict, blank=True)
    reason = models.CharField(max_length=300)
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField()
    asked_office = models.UUIDField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.UUIDField(null=True, blank=True)
    confirmed_office = models.UUIDField(null=True, blank=True)
    holds_from = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=100, blank=True)
    ended_why = models.CharField(max_length=300, blank=True)
    declined_office = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["area_code", "level"], condition=OPEN & Q(confirmed_at__isnull=False),
                name="scheme_in_force_once",
            ),
            models.UniqueConstraint(
                fields=["area_code", "level"], condition=OPEN & Q(confirmed_at__isnull=True), name="scheme_waits_once"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True, confirmed_office__isnull=True,
                            holds_from__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False, confirmed_office__isnull=False,
                    holds_from__isnull=False),
                name="scheme_confirmed_whole",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by="") | Q(ended_at__isnull=False) & ~Q(ended_by=""),
                name="scheme_ended_paired",
            ),
            models.CheckConstraint(condition=_DECLINED, name="scheme_declined_whole"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.scheme}@{self.version} {self.area_code}"


class Reading(models.Model):
    """What the rules read of one area on one day, with all that it rests on; a later revision leaves the former.

    `level`: what the rules say, or grey. `held`: the level that goes on under grey. `run`: days spent lower so far.
    `as_of`: the last day with a report. `known_at`: as of when the counts were known. `why`: of a revision.
    """

    wall: ClassVar[Wall] = Wall.log()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "in_force", "area_code", "day", "revision", "level", "held", "run", "rule", "step", "hatched", "facts",
         "inputs", "because", "notes", "as_of", "review_on", "known_at", "made_at", "why"], NUMBER,
    )  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    in_force = models.ForeignKey("painting.SchemeInForce", on_delete=models.PROTECT, related_name="+")
    area_code = models.CharField(max_length=20)
    day = models.DateField()
    revision = models.PositiveSmallIntegerField()
    level = models.CharField(max_length=12)
    held = models.CharField(max_length=12, blank=True)
    run = models.PositiveSmallIntegerField()
    rule = models.CharField(max_length=100)
    step = models.CharField(max_length=8)
    hatched = models.BooleanField()
    facts = models.JSONField()
    inputs = models.JSONField()
    because = models.JSONField()
    notes = models.JSONField(default=list, blank=True)
    as_of = models.DateField(null=True, blank=True)
    review_on = models.DateField()
    known_at = models.DateTimeField()
    made_at = models.DateTimeField()
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["in_force", "area_code", "day", "revision"], name="reading_once")
        ]

    def __str__(self) -> str:
        return f"{self.area_code} {self.day} {self.level}"


class Decision(models.Model):
    """A named officer's word on what the rules proposed: signed, or not, with the reason and the office as it was."""

    wall: ClassVar[Wall] = Wall.log()
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(["id", "reading", "area_code", "level", "answer", "at", "until"], PUBLISHED),
        **dict.fromkeys(["reason", "by", "name", "office", "office_zh", "office_en"], OFFICIAL),
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    reading = models.ForeignKey("painting.Reading", on_delete=models.PROTECT, related_name="+")
    area_code = models.CharField(max_length=20)
    level = models.CharField(max_length=12)
    answer = models.CharField(max_length=8, choices=[(one, one) for one in ("signed", "refused")])
    reason = models.CharField(max_length=300)
    at = models.DateTimeField()
    until = models.DateField()
    by = models.UUIDField()
    name = models.CharField(max_length=100)
    office = models.UUIDField()
    office_zh = models.CharField(max_length=120)
    office_en = models.CharField(max_length=160, blank=True)

    def __str__(self) -> str:
        return f"{self.area_code} {self.level} {self.answer}"


class Stood(models.Model):
    """How an area stood from a moment on; the last row is how it stands. A row is added whenever that changes."""

    wall: ClassVar[Wall] = Wall.log()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "in_force", "area_code", "at", "day", "level", "state", "proposal", "signed", "until", "refused",
         "refused_until", "reading", "decision"], PUBLISHED,
    )  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    in_force = models.ForeignKey("painting.SchemeInForce", on_delete=models.PROTECT, related_name="+")
    area_code = models.CharField(max_length=20)
    at = models.DateTimeField()
    day = models.DateField()
    level = models.CharField(max_length=12)
    state = models.CharField(max_length=8)
    proposal = models.CharField(max_length=12, blank=True)
    signed = models.CharField(max_length=12, blank=True)
    until = models.DateField(null=True, blank=True)
    refused = models.CharField(max_length=12, blank=True)
    refused_until = models.DateField(null=True, blank=True)
    reading = models.ForeignKey("painting.Reading", on_delete=models.PROTECT, related_name="+")
    decision = models.ForeignKey("painting.Decision", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["in_force", "area_code", "-at", "-id"], name="stood_last")]

    def __str__(self) -> str:
        return f"{self.area_code} {self.level} {self.state}"


class Package(models.Model):
    """What a colour of a scheme opens, closes and brings in an area, for at most thirty days; two officers stand by it.

    `content`: as it was published, in both languages. `places`: the kinds of places that may ask for a pass.
    `declined_office`: of the second person who did not confirm it; `ended_by`, `ended_why` tell who and why.
    """

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(
            ["id", "area_code", "scheme", "level", "content", "places", "basis", "source", "first", "last",
             "confirmed_at", "holds_from", "ended_at", "ended_why"], PUBLISHED,
        ),
        **dict.fromkeys(
            ["asked_at", "asked_by", "asked_office", "confirmed_by", "confirmed_office", "ended_by", "declined_office"],
            OFFICIAL,
        ),
    }  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area_code = models.CharField(max_length=20)
    scheme = models.CharField(max_length=60)
    level = models.CharField(max_length=12)
    content = models.JSONField()
    places = models.JSONField(default=list, blank=True)
    basis = models.CharField(max_length=300)
    source = models.CharField(max_length=100)
    first = models.DateField()
    last = models.DateField()
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField()
    asked_office = models.UUIDField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.UUIDField(null=True, blank=True)
    confirmed_office = models.UUIDField(null=True, blank=True)
    holds_from = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=100, blank=True)
    ended_why = models.CharField(max_length=300, blank=True)
    declined_office = models.UUIDField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(last__gte=models.F("first"))
                & Q(last__lt=models.ExpressionWrapper(models.F("first") + models.Value(30), models.DateField())),
                name="package_thirty_days",
            ),
            models.UniqueConstraint(
                fields=["area_code", "scheme", "level"], condition=OPEN & Q(confirmed_at__isnull=True),
                name="package_waits_once",
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True, holds_from__isnull=True)
                | Q(confirmed_at__isnull=False, confirmed_by__isnull=False, holds_from__isnull=False),
                name="package_confirmed_whole",
            ),
            models.CheckConstraint(condition=_DECLINED, name="package_declined_whole"),
        ]  # fmt: skip
        indexes = [models.Index(fields=["area_code", "scheme", "level"], name="package_place")]

    def __str__(self) -> str:
        return f"{self.area_code} {self.scheme} {self.level}"


class Past(models.Model):
    """Counts of a past epidemic as they were published, for replay: a file of areas and days, no person in it."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(["id", "name", "counts", "people", "digest", "added_at"], PUBLISHED),
        "added_by": OFFICIAL,
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=80)
    counts = models.TextField()
    people = models.TextField()
    digest = models.CharField(max_length=64, unique=True)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.name
