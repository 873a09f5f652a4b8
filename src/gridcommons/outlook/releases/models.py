"""Tables of the room: releases of open data and their files. Numbers about areas, no person."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from gridcommons.access.walls import Wall
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

PUBLISHED = Kept(Sensitivity.PUBLIC, "give everybody the counts of an area as open data", Retention.FOREVER)
OFFICIAL = Kept(Sensitivity.OFFICE, "say who withdrew a release, and why", Retention.FOREVER)
BASIS = Kept(Sensitivity.OFFICE, "keep later releases from giving away what this one hides", Retention.FOREVER)


class Release(models.Model):
    """The counts of a county and its townships for one day; a later revision corrects it, the former stays.

    `scheme`: the list by which it was made. `basis`: the sheets with their hidden counts. `held_back`: sheets of which
    a correction is not told. A withdrawal is asked for by one officer and confirmed by another.
    """

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(
            ["id", "area_code", "day", "revision", "scheme", "threshold", "held_back", "made_at", "withdrawn_at",
             "withdrawn_why"], PUBLISHED,
        ),
        **dict.fromkeys(["asked_at", "asked_by", "asked_office", "asked_why", "withdrawn_by", "withdrawn_office"],
                        OFFICIAL),
        "basis": BASIS,
    }  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area_code = models.CharField(max_length=20)
    day = models.DateField()
    revision = models.PositiveSmallIntegerField()
    scheme = models.CharField(max_length=20)
    threshold = models.PositiveSmallIntegerField()
    held_back = models.PositiveSmallIntegerField()
    basis = models.JSONField()
    made_at = models.DateTimeField()
    asked_at = models.DateTimeField(null=True, blank=True)
    asked_by = models.UUIDField(null=True, blank=True)
    asked_office = models.UUIDField(null=True, blank=True)
    asked_why = models.CharField(max_length=300, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.UUIDField(null=True, blank=True)
    withdrawn_office = models.UUIDField(null=True, blank=True)
    withdrawn_why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area_code", "day", "revision"], name="release_once"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False, asked_by__isnull=False)
                & ~Q(withdrawn_by=models.F("asked_by")) & ~Q(withdrawn_why=""),
                name="release_withdrawn_by_two",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.area_code} {self.day} {self.revision}"


class ReleaseFile(models.Model):
    """One file of a release, exactly as it is given out, with its hash."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(["id", "release", "name", "media", "body", "sha256"], PUBLISHED)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    release = models.ForeignKey("releases.Release", on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=60)
    media = models.CharField(max_length=60)
    body = models.BinaryField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["release", "name"], name="release_file_once")]

    def __str__(self) -> str:
        return self.name
