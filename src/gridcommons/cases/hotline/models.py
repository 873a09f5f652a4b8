"""Tables of the hotline: who follows a case, files that wait, rows that came, what is to be placed by hand."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from gridcommons.access.walls import Wall
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

FOLLOWS = Kept(Sensitivity.OFFICE, "let a caller follow a case that was known already", Retention.CASE_LIFE)
LINK = Kept(Sensitivity.SECRET, "let a caller follow a case that was known already", Retention.CASE_LIFE)
WAITS = Kept(Sensitivity.OFFICE, "take a hotline's file over", Retention.BRIEF)
SEALED = Kept(Sensitivity.SEALED, "take a hotline's file over, as its sender", Retention.BRIEF)
CAME = Kept(Sensitivity.OFFICE, "take a hotline's row over once only, and count its past apart", Retention.FOREVER)
BY_HAND = Kept(Sensitivity.OFFICE, "find the place of a hotline's row", Retention.CASE_LIFE)
UNPLACED = Kept(Sensitivity.SEALED, "find the place of a hotline's row", Retention.CASE_LIFE)
KINDS = ("open", "past", "unplaced", "aside")


class Follower(models.Model):
    """A caller who meant a case that was known already: a code of their own, and how to tell them of its end."""

    wall: ClassVar[Wall] = Wall.area("area_code", parties="parties", placed="territory_placing")
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(["id", "case", "number", "area_code", "parties", "channel", "language", "at"], FOLLOWS),
        **dict.fromkeys(["digest", "contact"], LINK),
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="+")
    number = models.CharField(max_length=20)
    digest = models.BinaryField(max_length=32, unique=True)
    area_code = models.CharField(max_length=20)
    parties = ArrayField(models.CharField(max_length=100), default=list)
    contact = models.ForeignKey("people.ReporterContact", on_delete=models.SET_NULL, null=True, related_name="+")
    channel = models.CharField(max_length=12)
    language = models.CharField(max_length=10)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["case"], name="follower_case")]

    def __str__(self) -> str:
        return self.number


class HotlineFile(models.Model):
    """A hotline's file with its mapping that an officer sent in: sealed, for them alone, gone when carried out."""

    wall: ClassVar[Wall] = Wall.area("county_code", parties="parties")
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(["id", "county_code", "name", "size", "parties", "mapping", "at"], WAITS),
        "sealed": SEALED,
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    county_code = models.CharField(max_length=20)
    name = models.CharField(max_length=200)
    size = models.PositiveIntegerField()
    mapping = models.TextField()
    sealed = models.BinaryField()
    parties = ArrayField(models.CharField(max_length=100), default=list)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.id)


class Import(models.Model):
    """One time that a hotline's file was taken over: by which mapping, and how many rows went which way."""

    wall: ClassVar[Wall] = Wall.log()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "county_code", "source", "name_zh", "name_en", "version", "mapping", "counts", "at"], CAME
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    county_code = models.CharField(max_length=20, db_index=True)
    source = models.CharField(max_length=20)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    version = models.CharField(max_length=64)
    mapping = models.TextField()
    counts = models.JSONField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.source} {self.at:%F}"


class CallRow(models.Model):
    """A row of a hotline's file that came: known again by its hash; no words and no person, its past by days.

    `marks`: keyed fingerprints of what it said, so that a change is seen and nothing can be read. A past row of a
    matter inside homes names the township alone.
    """

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["digest", "county_code", "source", "kind", "marks", "case", "matter_key", "area_code", "reported_date",
         "closed_date", "first_import", "last_import"],
        CAME,
    )  # fmt: skip

    digest = models.BinaryField(max_length=32, primary_key=True)
    county_code = models.CharField(max_length=20)
    source = models.CharField(max_length=20)
    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in KINDS])
    marks = models.JSONField()
    case = models.ForeignKey("cases.Case", on_delete=models.SET_NULL, null=True, related_name="+")
    matter_key = models.CharField(max_length=40)
    area_code = models.CharField(max_length=20, blank=True)
    reported_date = models.DateField()
    closed_date = models.DateField(null=True, blank=True)
    first_import = models.ForeignKey("hotline.Import", on_delete=models.PROTECT, related_name="+")
    last_import = models.ForeignKey("hotline.Import", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(closed_date__isnull=True) | Q(kind="past", closed_date__gte=F("reported_date")),
                name="callrow_ends_after_report",
            ),
        ]
        indexes = [models.Index(fields=["county_code", "kind", "reported_date"], name="callrow_past")]

    def __str__(self) -> str:
        return f"{self.source} {self.kind} {self.reported_date:%F}"


class Unplaced(models.Model):
    """An open row of a hotline whose place nobody can tell from its words: sealed, for the desk that places it."""

    wall: ClassVar[Wall] = Wall.area("area_code", parties="parties")
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(
            ["id", "row", "area_code", "parties", "matter_key", "reported_at", "why", "at", "told_at"], BY_HAND
        ),
        "sealed": UNPLACED,
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    row = models.OneToOneField("hotline.CallRow", on_delete=models.PROTECT, related_name="unplaced")
    area_code = models.CharField(max_length=20)
    parties = ArrayField(models.CharField(max_length=100), default=list)
    matter_key = models.CharField(max_length=40)
    reported_at = models.DateTimeField()
    why = models.CharField(max_length=40)
    sealed = models.BinaryField()
    at = models.DateTimeField()
    told_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["area_code", "reported_at"], name="unplaced_area")]

    def __str__(self) -> str:
        return str(self.id)
