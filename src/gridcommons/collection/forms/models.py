"""Tables of forms: a form, its versions as they were compiled, the files of a version."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import Q

from gridcommons.access.walls import Wall
from gridcommons.collection.asking import KINDS
from gridcommons.collection.forms.rules import STATES
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

LISTED = Kept(Sensitivity.PUBLIC, "public list of what is asked", Retention.FOREVER)
WORK = Kept(Sensitivity.OFFICE, "answer for what is asked", Retention.OFFICE_LIFE)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Form(models.Model):
    """A form: for which matter, in which area, how it stands."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(["id", "key", "matter_key", "area_code", "kind", "name_zh", "name_en", "state"], LISTED),
        **dict.fromkeys(["made_by", "made_at", "changed_at", "reason"], WORK),
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=60, unique=True)
    matter_key = models.CharField(max_length=50)
    area_code = models.CharField(max_length=20, db_index=True)
    kind = models.CharField(max_length=12, choices=[(kind, kind) for kind in KINDS])
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120)
    state = models.CharField(max_length=8, choices=[(state, state) for state in STATES])
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.key


class FormVersion(models.Model):
    """One version, whole: the workbook as handed in, the XForm rendered once; never changed but for its publishing."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(
            ["id", "form", "version", "workbook", "xform", "md5", "questions", "lists_households", "published_at"],
            LISTED,
        ),
        **dict.fromkeys(["made_by", "made_at", "published_by"], WORK),
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    form = models.ForeignKey("forms.Form", on_delete=models.PROTECT, related_name="versions")
    version = models.CharField(max_length=60)
    workbook = models.BinaryField()
    xform = models.BinaryField()
    md5 = models.CharField(max_length=32)
    questions = models.JSONField()
    lists_households = models.BooleanField()
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    published_by = models.CharField(max_length=80, blank=True)
    published_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["form", "version"], name="form_version_once"),
            models.CheckConstraint(
                condition=Q(published_at__isnull=True, published_by="")
                | (Q(published_at__isnull=False) & ~Q(published_by="")),
                name="form_version_published_by",
            ),
        ]

    def __str__(self) -> str:
        return self.version


class FormFile(models.Model):
    """A file that belongs to a version: a list to choose from, a picture."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "version", "name", "content", "md5", "media_type"], LISTED
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.ForeignKey("forms.FormVersion", on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=80)
    content = models.BinaryField()
    md5 = models.CharField(max_length=32)
    media_type = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "name"], name="form_file_once")]

    def __str__(self) -> str:
        return self.name
