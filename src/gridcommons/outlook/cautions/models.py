"""Table of the room: messages of warning with their words, grounds, officers and published bytes. No person in it."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from gridcommons.access.walls import Wall
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity
from gridcommons.outlook.categories import Category

PUBLISHED = Kept(Sensitivity.PUBLIC, "warn everybody in an area and say what to do", Retention.FOREVER)
OFFICIAL = Kept(Sensitivity.OFFICE, "say who answers for a warning, and on what it rests", Retention.FOREVER)
KINDS = ("Alert", "Update", "Cancel")
CATEGORIES = tuple(one.value for one in Category)


class Caution(models.Model):
    """One message: a warning, its update or its cancellation; asked for by one officer, issued by another.

    `first`: the message that began the warning; `former`: the one that this follows. `ground`: `colour:AREA`,
    `warning:THREAD` or nothing. `category`: what it is about, a word of CAP. `said`: event, headline, description and
    instruction in both languages. `expires`: the moment from which it holds no more. `declined_office`: of the second
    person who did not issue it; `dropped_by` and `dropped_why` tell who and why. `message`: the bytes that were
    published; `signature`, `key`: Ed25519 over them.
    """

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(
            ["id", "kind", "first", "former", "area_code", "county_code", "codes", "template", "version", "category",
             "exercise", "said", "colour", "decision", "rule", "expires", "identifier", "sender", "web", "office_zh",
             "office_en", "issued_at", "message", "signature", "key", "sha256"], PUBLISHED,
        ),
        **dict.fromkeys(
            ["ground", "asked_at", "asked_by", "asked_office", "name", "issued_by", "issued_office", "dropped_at",
             "dropped_by", "dropped_why", "declined_office"], OFFICIAL,
        ),
    }  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=6, choices=[(one, one) for one in KINDS])
    first = models.ForeignKey("cautions.Caution", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    former = models.ForeignKey("cautions.Caution", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    area_code = models.CharField(max_length=20)
    county_code = models.CharField(max_length=20)
    codes = ArrayField(models.CharField(max_length=20))
    template = models.CharField(max_length=40)
    version = models.CharField(max_length=20)
    category = models.CharField(max_length=9, choices=[(one, one) for one in CATEGORIES])
    exercise = models.BooleanField()
    said = models.JSONField()
    colour = models.CharField(max_length=8, blank=True)
    decision = models.CharField(max_length=60, blank=True)
    rule = models.CharField(max_length=100, blank=True)
    expires = models.DateTimeField()
    ground = models.CharField(max_length=120, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField()
    asked_office = models.UUIDField()
    name = models.CharField(max_length=100)
    office_zh = models.CharField(max_length=120)
    office_en = models.CharField(max_length=160, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_by = models.CharField(max_length=100, blank=True)
    dropped_why = models.CharField(max_length=300, blank=True)
    declined_office = models.UUIDField(null=True, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    issued_by = models.UUIDField(null=True, blank=True)
    issued_office = models.UUIDField(null=True, blank=True)
    identifier = models.CharField(max_length=40, blank=True)
    sender = models.CharField(max_length=120, blank=True)
    web = models.CharField(max_length=200, blank=True)
    message = models.BinaryField(default=bytes, blank=True)
    signature = models.BinaryField(default=bytes, blank=True)
    key = models.BinaryField(default=bytes, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["identifier"], condition=~Q(identifier=""), name="caution_identifier_once"),
            models.UniqueConstraint(
                fields=["former"], condition=Q(former__isnull=False, dropped_at__isnull=True),
                name="caution_followed_once",
            ),
            models.CheckConstraint(
                condition=Q(issued_at__isnull=True, issued_by__isnull=True, issued_office__isnull=True, identifier="")
                | Q(issued_at__isnull=False, issued_by__isnull=False, issued_office__isnull=False,
                    dropped_at__isnull=True) & ~Q(identifier="") & ~Q(issued_by=models.F("asked_by")),
                name="caution_issued_by_two",
            ),
            models.CheckConstraint(
                condition=Q(declined_office__isnull=True) | Q(dropped_at__isnull=False) & ~Q(dropped_why=""),
                name="caution_declined_whole",
            ),
            models.CheckConstraint(
                condition=Q(kind="Alert", first__isnull=True, former__isnull=True)
                | ~Q(kind="Alert") & Q(first__isnull=False, former__isnull=False),
                name="caution_follows",
            ),
            models.CheckConstraint(condition=Q(category__in=CATEGORIES), name="caution_of_a_category"),
        ]  # fmt: skip
        indexes = [models.Index(fields=["county_code", "-issued_at"], name="caution_county")]

    def __str__(self) -> str:
        return self.identifier or f"{self.kind} {self.area_code}"
