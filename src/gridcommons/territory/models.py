"""Tables of territory: areas with their history, and boundaries."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from gridcommons.access.walls import Wall
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

OPEN = Kept(Sensitivity.PUBLIC, "say where a thing is", Retention.FOREVER)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Area(models.Model):
    """An area of any level; its code is never given again, and a retired area stays."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["code", "scheme", "issuer", "level", "parent_code", "name_zh", "name_en", "sort_key", "kind", "valid_from",
         "valid_to", "replaced_by", "households", "residents", "lon", "lat"],
        OPEN,
    )  # fmt: skip

    code = models.CharField(max_length=20, primary_key=True)
    scheme = models.CharField(max_length=20, default="cn")
    issuer = models.CharField(max_length=60)
    level = models.CharField(max_length=20)
    parent_code = models.CharField(max_length=20, blank=True, db_index=True)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=200)
    sort_key = models.CharField(max_length=200)
    kind = models.CharField(max_length=40, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    replaced_by = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    households = models.PositiveIntegerField(null=True, blank=True)
    residents = models.PositiveIntegerField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="area_period"
            ),
        ]
        indexes = [models.Index(fields=["level", "code"], name="area_level_code")]

    def __str__(self) -> str:
        return self.name_zh


class Boundary(models.Model):
    """The outline of an area in WGS 84 (lon, lat), as WKB; `synthetic` outlines are drawn, not surveyed."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["area", "shape", "crs", "source", "synthetic", "drawn_at"], OPEN
    )

    area = models.OneToOneField("territory.Area", on_delete=models.PROTECT, primary_key=True, related_name="boundary")
    shape = models.BinaryField()
    crs = models.CharField(max_length=20)
    source = models.CharField(max_length=200)
    synthetic = models.BooleanField()
    drawn_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.area_id
