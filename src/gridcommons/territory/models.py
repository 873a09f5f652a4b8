"""Tables of territory: areas with their history, boundaries, and what became of areas."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from gridcommons.access.walls import Wall
from gridcommons.kit.ids import uuid7
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


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Succession(models.Model):
    """One pair of the lineage: from a day on, a share of an area's households belongs to another area."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "old_code", "new_code", "since", "share", "is_primary", "is_whole", "plan"], OPEN
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    old_code = models.CharField(max_length=20, db_index=True)
    new_code = models.CharField(max_length=20, db_index=True)
    since = models.DateField()
    share = models.FloatField()
    is_primary = models.BooleanField()
    is_whole = models.BooleanField()
    plan = models.UUIDField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["old_code", "new_code", "since"], name="succession_once"),
            models.UniqueConstraint(
                fields=["old_code", "since"], condition=Q(is_primary=True), name="succession_one_primary"
            ),
            models.CheckConstraint(condition=Q(share__gt=0, share__lte=1), name="succession_share"),
            models.CheckConstraint(
                condition=Q(is_whole=False) | (Q(share=1) & ~Q(old_code=F("new_code"))), name="succession_whole"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old_code} {self.new_code} {self.since}"


class LineageMark(models.Model):
    """One row with texts that change whenever something does: each process knows by them what to read anew.

    `mark`: of the lineage. `ground`: of the areas and outlines that stand.
    """

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(["id", "mark", "ground"], OPEN)

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    mark = models.CharField(max_length=40, default="")
    ground = models.CharField(max_length=40, default="")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="lineage_one_mark")]

    def __str__(self) -> str:
        return self.mark


class Placing(models.Model):
    """In which part of a divided area one thing lies, by its id; the thing itself keeps its code.

    The name of the key is not `id`, so that a wall's look-up means the id of its own row.
    """

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["placing", "thing", "of_code", "to_code", "placed_at"],
        Kept(Sensitivity.OFFICE, "find the office of a thing in a divided area", Retention.CASE_LIFE),
    )

    placing = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    thing = models.UUIDField()
    of_code = models.CharField(max_length=20)
    to_code = models.CharField(max_length=20)
    placed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["thing", "of_code"], name="placing_once")]

    def __str__(self) -> str:
        return f"{self.thing} {self.to_code}"
