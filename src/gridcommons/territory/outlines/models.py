"""Tables of outlines: drafts, what each area would get, findings, outlines that were replaced."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from gridcommons.access.walls import Wall
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

DRAWN = Kept(Sensitivity.OFFICE, "look at outlines before they hold", Retention.FOREVER)
FORMER = Kept(Sensitivity.PUBLIC, "say where a border ran, and put it back", Retention.FOREVER)
STATES = ("draft", "adopted", "dropped", "put_back")
KINDS = ("same", "changed", "new", "unknown", "left_out")
UNDER_WAY = ("waiting", "reading", "mending")
STAGES = (*UNDER_WAY, "done", "failed", "given_up")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Draft(models.Model):
    """A layer that was handed in: by whom, in which declared system, from which source, and what became of it."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "area_code", "name", "digest", "source", "system", "synthetic", "state", "offset_metres", "counts",
         "handed_in_by", "handed_in_at", "adopted_by", "adopted_at", "authority", "dropped_by", "dropped_at",
         "put_back_by", "put_back_at", "said"],
        DRAWN,
    )  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area_code = models.CharField(max_length=20, db_index=True)
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    source = models.CharField(max_length=200)
    system = models.CharField(max_length=20)
    synthetic = models.BooleanField()
    state = models.CharField(max_length=12, choices=[(state, state) for state in STATES])
    offset_metres = models.PositiveIntegerField(null=True, blank=True)
    counts = models.JSONField(default=dict)
    handed_in_by = models.CharField(max_length=100)
    handed_in_at = models.DateTimeField()
    adopted_by = models.CharField(max_length=100, blank=True)
    adopted_at = models.DateTimeField(null=True, blank=True)
    authority = models.CharField(max_length=200, blank=True)
    dropped_by = models.CharField(max_length=100, blank=True)
    dropped_at = models.DateTimeField(null=True, blank=True)
    put_back_by = models.CharField(max_length=100, blank=True)
    put_back_at = models.DateTimeField(null=True, blank=True)
    said = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=STATES), name="outline_draft_state"),
            models.CheckConstraint(
                condition=~Q(handed_in_by=F("adopted_by")) | Q(handed_in_by__startswith="program:"),
                name="outline_draft_two_persons",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["adopted", "put_back"])
                | (~Q(authority="") & Q(adopted_at__isnull=False) & ~Q(adopted_by="")),
                name="outline_draft_adopted_with_authority",
            ),
            models.CheckConstraint(
                condition=Q(state="put_back", put_back_at__isnull=False)
                | (~Q(state="put_back") & Q(put_back_at__isnull=True)),
                name="outline_draft_put_back_paired",
            ),
        ]
        indexes = [models.Index(fields=["state", "handed_in_at"], name="outline_draft_state_at")]

    def __str__(self) -> str:
        return self.name


class Sent(models.Model):
    """The file of a large layer on its way to become the draft of the same id; it lies there until that has ended.

    `refused`: the sentence in both languages by which it failed. `tries`: how often its reading was begun.
    """

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "area_code", "name", "digest", "size", "path", "source", "system", "code_field", "synthetic", "stage",
         "tries", "refused", "handed_in_by", "handed_in_at", "ended_at"],
        DRAWN,
    )  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area_code = models.CharField(max_length=20, db_index=True)
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    path = models.CharField(max_length=100, blank=True)
    source = models.CharField(max_length=200)
    system = models.CharField(max_length=20)
    code_field = models.CharField(max_length=60)
    synthetic = models.BooleanField()
    stage = models.CharField(max_length=10, choices=[(stage, stage) for stage in STAGES], default="waiting")
    tries = models.PositiveSmallIntegerField(default=0)
    refused = models.JSONField(default=dict)
    handed_in_by = models.CharField(max_length=100)
    handed_in_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(stage__in=STAGES), name="sent_layer_stage"),
            models.CheckConstraint(
                condition=(Q(stage__in=UNDER_WAY, ended_at__isnull=True) & ~Q(path=""))
                | (~Q(stage__in=UNDER_WAY) & Q(path="", ended_at__isnull=False)),
                name="sent_layer_file_while_under_way",
            ),
        ]
        indexes = [models.Index(fields=["handed_in_at"], condition=Q(stage__in=UNDER_WAY), name="sent_layer_under_way")]

    def __str__(self) -> str:
        return f"{self.name} {self.stage}"


class DraftOutline(models.Model):
    """What one area of a layer would get: as it was handed in and as it would hold, both in WGS 84 as WKB.

    `change`: the share of the present outline's area that comes or goes; null where there is none to compare.
    """

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "draft", "code", "kind", "raw", "shape", "before", "after", "change"], DRAWN
    )

    id = models.BigAutoField(primary_key=True)
    draft = models.ForeignKey("outlines.Draft", on_delete=models.PROTECT, related_name="outlines")
    code = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in KINDS])
    raw = models.BinaryField()
    shape = models.BinaryField()
    before = models.FloatField(null=True)
    after = models.FloatField()
    change = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draft", "code"], name="outline_once_in_draft"),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="outline_kind"),
        ]
        indexes = [models.Index(fields=["draft", "kind", "-change"], name="outline_by_change")]

    def __str__(self) -> str:
        return self.code


class DraftFinding(models.Model):
    """One thing found in a layer; where a person has to decide, the answer: `accept`, `leave_out`, or a code."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "draft", "place", "kind", "codes", "square_metres", "lon", "lat", "piece", "is_open", "answer",
         "answered_by", "answered_at"],
        DRAWN,
    )  # fmt: skip

    id = models.BigAutoField(primary_key=True)
    draft = models.ForeignKey("outlines.Draft", on_delete=models.PROTECT, related_name="findings")
    place = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    codes = ArrayField(models.CharField(max_length=40))
    square_metres = models.FloatField()
    lon = models.FloatField()
    lat = models.FloatField()
    piece = models.BinaryField()
    is_open = models.BooleanField()
    answer = models.CharField(max_length=40, blank=True)
    answered_by = models.CharField(max_length=100, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["draft", "place"], name="finding_place_once"),
            models.CheckConstraint(
                condition=Q(answer="", answered_by="", answered_at__isnull=True)
                | (~Q(answer="") & ~Q(answered_by="") & Q(answered_at__isnull=False, is_open=True)),
                name="finding_answer_paired",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {','.join(self.codes)}"


class FormerOutline(models.Model):
    """The outline of an area until a draft took its place; an empty shape says that there was none."""

    wall: ClassVar[Wall] = Wall.log()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "draft_id", "code", "shape", "crs", "source", "synthetic", "drawn_at", "replaced_at"], FORMER
    )

    id = models.BigAutoField(primary_key=True)
    draft_id = models.UUIDField(db_index=True)
    code = models.CharField(max_length=20, db_index=True)
    shape = models.BinaryField()
    crs = models.CharField(max_length=20)
    source = models.CharField(max_length=200)
    synthetic = models.BooleanField()
    drawn_at = models.DateTimeField(null=True)
    replaced_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["draft_id", "code"], name="former_outline_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.replaced_at:%Y-%m-%d}"
