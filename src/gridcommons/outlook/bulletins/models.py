"""Tables of the room: bulletins as they were made, numbers and words about areas; and who of the staff is told."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from gridcommons.access.walls import Wall
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

TOLD = Kept(Sensitivity.OFFICE, "tell leaders how an area stands, and what was told them", Retention.FOREVER)

WISH = Kept(
    Sensitivity.OFFICE, "tell members of staff who asked for it that a bulletin is there", Retention.OFFICE_LIFE
)


class Receiver(models.Model):
    """A member of staff who asked to be told of the bulletins of an area; it goes when they ask no longer."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(["id", "area_code", "party", "since"], WISH)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area_code = models.CharField(max_length=20)
    party = models.CharField(max_length=100)
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["area_code", "party"], name="bulletin_receiver_once")]

    def __str__(self) -> str:
        return f"{self.area_code} {self.party}"


class Bulletin(models.Model):
    """One bulletin of an area on a day; a later one of the same day corrects it. `sheet`: all it says, as JSON.

    `sha256`: of the sheet. `pdf_zh`, `pdf_en`: the files, empty where the machine had no font; then `no_pdf` says why.
    """

    wall: ClassVar[Wall] = Wall.log()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "area_code", "day", "number", "made_at", "made_by", "sheet", "sha256", "pdf_zh", "pdf_zh_sha256",
         "pdf_en", "pdf_en_sha256", "no_pdf"],
        TOLD,
    )  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area_code = models.CharField(max_length=20)
    day = models.DateField()
    number = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=100)
    sheet = models.JSONField()
    sha256 = models.CharField(max_length=64)
    pdf_zh = models.BinaryField(default=b"")
    pdf_zh_sha256 = models.CharField(max_length=64, blank=True)
    pdf_en = models.BinaryField(default=b"")
    pdf_en_sha256 = models.CharField(max_length=64, blank=True)
    no_pdf = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area_code", "day", "number"], name="bulletin_once"),
            models.CheckConstraint(
                condition=Q(no_pdf="") & ~Q(pdf_zh_sha256="") & ~Q(pdf_en_sha256="")
                | ~Q(no_pdf="") & Q(pdf_zh_sha256="", pdf_en_sha256=""),
                name="bulletin_pdf_or_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area_code} {self.day} {self.number}"
