"""Tables of schemes: the schemes themselves, their areas, which of them stand for areas of the house."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import F, Q

from gridcommons.access.walls import Wall
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

OPEN = Kept(Sensitivity.PUBLIC, "know areas by other issuers' codes", Retention.FOREVER)
WAYS = ("column", "overlap", "hand")


class ForeignScheme(models.Model):
    """A code scheme of another issuer, as its file describes it."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["key", "name_zh", "name_en", "issuer_zh", "issuer_en", "described", "loaded_at", "source"], OPEN
    )

    key = models.CharField(max_length=20, primary_key=True)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    issuer_zh = models.CharField(max_length=120)
    issuer_en = models.CharField(max_length=120)
    described = models.JSONField()
    loaded_at = models.DateTimeField()
    source = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.key


class ForeignArea(models.Model):
    """An area of another scheme while it had one name, place and outline; the next edition ends it with a date."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "scheme", "code", "level", "parent_code", "name", "name_en", "valid_from", "valid_to", "shape", "mended",
         "lon", "lat"],
        OPEN,
    )  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    scheme = models.ForeignKey("schemes.ForeignScheme", on_delete=models.PROTECT, related_name="areas")
    code = models.CharField(max_length=40)
    level = models.CharField(max_length=20)
    parent_code = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    shape = models.BinaryField(blank=True)
    mended = models.BooleanField(default=False)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code", "valid_from"], name="foreign_area_once"),
            models.UniqueConstraint(
                fields=["scheme", "code"], condition=Q(valid_to__isnull=True), name="foreign_area_one_stands"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="foreign_area_period"
            ),
        ]
        indexes = [
            models.Index(fields=["scheme", "level", "code"], name="foreign_area_level"),
            models.Index(fields=["scheme", "parent_code", "code"], name="foreign_area_parent"),
        ]

    def __str__(self) -> str:
        return f"{self.scheme_id}:{self.code}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Tie(models.Model):
    """That an area of another scheme stands for an area of the house: proposed by a column or overlap, then confirmed.

    `share`: of the two areas together, how much lies in both; null where nobody could compare outlines.
    """

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "scheme", "code", "area_code", "way", "share", "confirmed_by", "confirmed_at"], OPEN
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    scheme = models.ForeignKey("schemes.ForeignScheme", on_delete=models.PROTECT, related_name="ties")
    code = models.CharField(max_length=40)
    area_code = models.CharField(max_length=20, db_index=True)
    way = models.CharField(max_length=10, choices=[(way, way) for way in WAYS])
    share = models.FloatField(null=True, blank=True)
    confirmed_by = models.CharField(max_length=100, blank=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code"], name="tie_once_for_a_code"),
            models.UniqueConstraint(
                fields=["scheme", "area_code"], condition=~Q(confirmed_by=""), name="tie_once_for_an_area"
            ),
            models.CheckConstraint(condition=Q(way__in=WAYS), name="tie_way"),
            models.CheckConstraint(
                condition=Q(confirmed_by="", confirmed_at__isnull=True)
                | (~Q(confirmed_by="") & Q(confirmed_at__isnull=False)),
                name="tie_confirmed_paired",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.scheme_id}:{self.code} {self.area_code}"
