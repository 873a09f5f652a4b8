"""Tables of cases: the case, its steps, the parts of assisting offices, its photos, and what of it is public."""

from __future__ import annotations

from typing import ClassVar

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from gridcommons.access.walls import Wall
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

HANDLE = Kept(Sensitivity.OFFICE, "handle the case", Retention.CASE_LIFE)
WORDS = Kept(Sensitivity.PERSONAL, "handle the case", Retention.CASE_LIFE)
PLACE = Kept(Sensitivity.PERSONAL, "find the place of the matter", Retention.CASE_LIFE)
LINK = Kept(Sensitivity.SECRET, "let the reporter follow the case", Retention.CASE_LIFE)
OPEN = Kept(Sensitivity.PUBLIC, "show the public what was reported and done", Retention.CASE_LIFE)

STATES = (
    "reported", "filed", "returned", "dispatched", "handling", "handled", "rework", "closed", "confirmed", "reopened",
    "void", "settled", "parked", "review", "merged",
)  # fmt: skip
ENDED = ("closed", "confirmed", "void", "settled")
EXTENSIONS = ("asked", "granted", "refused")
ANSWERS = ("yes", "no")
UNCHECKED, CHECKED = "partner", "partner_seen"
"""Duties of a picture that a department's system sent: before and after somebody of the office looked at it."""
SYSTEMS = (UNCHECKED, CHECKED)
CHANNELS = ("page", "open311", "worker", "desk", "phone", "import")


@pghistory.track(
    pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(),
    exclude=["text", "address", "lon", "lat", "contact", "track_digest", "parties", "body"],
)  # fmt: skip
class Case(models.Model):
    """One matter at one place, from report to verified closure."""

    wall: ClassVar[Wall] = Wall.area("area_code", parties="parties", opened="number", placed="territory_placing")
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(
            ["id", "number", "matter_key", "edition", "area_code", "state", "channel", "language", "public",
             "reported_at", "carried_at", "file_by", "filed_at", "due_at", "handled_at", "ended_at", "changed_at",
             "supervision_office", "handler_office", "parties", "returns", "reworks", "reopens", "external_id",
             "share_with_handler", "lead", "lead_state", "review_date", "owner_office", "extension", "wanted_until",
             "first_due_at", "extra_minutes", "raised_level", "raised_office", "raised_at", "appointed", "ownerless",
             "asked_at", "answer"],
            HANDLE,
        ),
        **dict.fromkeys(["text", "body"], WORDS),
        **dict.fromkeys(["address", "lon", "lat"], PLACE),
        **dict.fromkeys(["contact", "track_digest"], LINK),
    }  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=20, unique=True)
    track_digest = models.BinaryField(max_length=32, unique=True)
    matter_key = models.CharField(max_length=40)
    edition = models.CharField(max_length=64)
    area_code = models.CharField(max_length=20)
    state = models.CharField(max_length=12, choices=[(s, s) for s in STATES])
    channel = models.CharField(max_length=12, choices=[(c, c) for c in CHANNELS])
    language = models.CharField(max_length=10)
    public = models.BooleanField()
    text = models.TextField()
    address = models.CharField(max_length=300, blank=True)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    contact = models.ForeignKey("people.ReporterContact", on_delete=models.SET_NULL, null=True, related_name="+")
    share_with_handler = models.BooleanField(default=False)
    parties = ArrayField(models.CharField(max_length=100), default=list)
    supervision_office = models.ForeignKey("access.Office", on_delete=models.PROTECT, null=True, related_name="+")
    handler_office = models.ForeignKey("access.Office", on_delete=models.PROTECT, null=True, related_name="+")
    reported_at = models.DateTimeField()
    carried_at = models.DateTimeField(null=True, blank=True)
    """When a case of a former system was carried over: lateness there raises nothing here."""
    file_by = models.DateTimeField(null=True, blank=True)
    filed_at = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    handled_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField()
    returns = models.PositiveSmallIntegerField(default=0)
    reworks = models.PositiveSmallIntegerField(default=0)
    reopens = models.PositiveSmallIntegerField(default=0)
    external_id = models.CharField(max_length=100, blank=True)
    # Joined with another case: which, and how that one stands, so that its reporter need not see it.
    lead = models.ForeignKey("cases.Case", on_delete=models.PROTECT, null=True, related_name="followers")
    lead_state = models.CharField(max_length=12, blank=True)
    # Parked: until when, and whose it is meanwhile.
    review_date = models.DateField(null=True, blank=True)
    owner_office = models.ForeignKey("access.Office", on_delete=models.PROTECT, null=True, related_name="+")
    # More time: asked for once; what was granted counts on top of the limit, and the first deadline stays readable.
    extension = models.CharField(max_length=8, blank=True, choices=[(e, e) for e in EXTENSIONS])
    wanted_until = models.DateTimeField(null=True, blank=True)
    first_due_at = models.DateTimeField(null=True, blank=True)
    extra_minutes = models.PositiveIntegerField(default=0)
    # Raised: to which level and office; `appointed`: whether the office in charge was appointed by it.
    raised_level = models.CharField(max_length=10, blank=True)
    raised_office = models.ForeignKey("access.Office", on_delete=models.PROTECT, null=True, related_name="+")
    raised_at = models.DateTimeField(null=True, blank=True)
    appointed = models.BooleanField(default=False)
    # Nobody's remit: the government of the place coordinates and has to name the body in charge.
    ownerless = models.BooleanField(default=False)
    body = models.CharField(max_length=200, blank=True)
    # The question after four weeks.
    asked_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(max_length=3, blank=True, choices=[(a, a) for a in ANSWERS])

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("reported_at")), name="case_ends_after_report"
            ),
            models.CheckConstraint(
                condition=Q(state="merged")
                | Q(state__in=ENDED, ended_at__isnull=False)
                | (~Q(state__in=ENDED) & Q(ended_at__isnull=True)),
                name="case_ended_paired",
            ),
            models.CheckConstraint(
                condition=Q(state="merged", lead__isnull=False) | (~Q(state="merged") & Q(lead__isnull=True)),
                name="case_merged_paired",
            ),
            models.CheckConstraint(condition=Q(lead__isnull=True) | ~Q(lead=F("id")), name="case_not_its_own_lead"),
            models.CheckConstraint(
                condition=Q(state="parked", review_date__isnull=False, owner_office__isnull=False)
                | (~Q(state="parked") & Q(review_date__isnull=True, owner_office__isnull=True)),
                name="case_parked_paired",
            ),
            models.CheckConstraint(
                condition=Q(raised_level="", raised_office__isnull=True, raised_at__isnull=True)
                | (~Q(raised_level="") & Q(raised_office__isnull=False, raised_at__isnull=False)),
                name="case_raised_paired",
            ),
            models.CheckConstraint(
                condition=Q(lon__isnull=True, lat__isnull=True) | Q(lon__isnull=False, lat__isnull=False),
                name="case_point_paired",
            ),
            models.UniqueConstraint(
                fields=["channel", "external_id"], condition=~Q(external_id=""), name="case_external_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["area_code", "state"], name="case_area_state", opclasses=["text_pattern_ops", "text_ops"]
            ),
            models.Index(fields=["state", "due_at"], name="case_state_due"),
            GinIndex(fields=["parties"], name="case_parties"),
            models.Index(fields=["changed_at"], name="case_changed"),
            models.Index(fields=["handler_office", "state"], name="case_handler_state"),
            models.Index(fields=["lead"], condition=Q(state="merged"), name="case_merged"),
            models.Index(fields=["ended_at"], condition=Q(state__in=ENDED, asked_at__isnull=True), name="case_unasked"),
        ]

    def __str__(self) -> str:
        return self.number


class Step(models.Model):
    """One step of a case's life line: who did what, when, and why."""

    wall: ClassVar[Wall] = Wall.through("case_id", "cases_case", grows_only=True, blanks=("note",))
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(
            ["id", "case", "action", "duty", "from_state", "to_state", "at", "by_key", "by_name", "office", "to_office",
             "private", "until", "before_at"],
            HANDLE,
        ),
        "note": WORDS,
    }  # fmt: skip

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="steps")
    action = models.CharField(max_length=20)
    duty = models.CharField(max_length=12)
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12)
    at = models.DateTimeField()
    by_key = models.CharField(max_length=100)
    by_name = models.CharField(max_length=100)
    office = models.ForeignKey("access.Office", on_delete=models.PROTECT, null=True, related_name="+")
    to_office = models.ForeignKey("access.Office", on_delete=models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)
    private = models.BooleanField(default=False)
    # A moment that the step names (wanted, granted, to be reviewed), and the one it takes the place of.
    until = models.DateTimeField(null=True, blank=True)
    before_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["case", "at"], name="step_case_at"),
            models.Index(fields=["at"], name="step_at"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.at:%F %T}"


class Part(models.Model):
    """What an assisting office has to do in a case, and whether it says that it has."""

    wall: ClassVar[Wall] = Wall.through("case_id", "cases_case")
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(["id", "case", "office", "named_at", "done_at"], HANDLE),
        "text": WORDS,
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="parts")
    office = models.ForeignKey("access.Office", on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=1_000)
    named_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "office"], name="part_once_an_office")]

    def __str__(self) -> str:
        return f"{self.office_id} {self.named_at:%F}"


class Photo(models.Model):
    """A photo, decoded and written anew, without what the camera knew."""

    wall: ClassVar[Wall] = Wall.through("case_id", "cases_case")
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(["id", "case", "width", "height", "at", "by_key", "duty"], HANDLE),
        **dict.fromkeys(["sha256", "path"], WORDS),
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="photos")
    sha256 = models.BinaryField(max_length=32)
    path = models.CharField(max_length=120)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    at = models.DateTimeField()
    by_key = models.CharField(max_length=100)
    duty = models.CharField(max_length=12)

    def __str__(self) -> str:
        return self.path


class PublicCase(models.Model):
    """What everybody may see of a case of a public matter: masked words, a snapped place, no person.

    A table of its own, so that a public door cannot show more even by mistake.
    """

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["number", "matter_key", "area_code", "state", "text", "lon", "lat", "reported_at", "changed_at", "due_at",
         "ended_at", "office_zh", "office_en", "status_note", "language", "lead_number", "review_date"],
        OPEN,
    )  # fmt: skip

    number = models.CharField(max_length=20, primary_key=True)
    matter_key = models.CharField(max_length=40)
    area_code = models.CharField(max_length=20, db_index=True)
    state = models.CharField(max_length=12)
    text = models.TextField()
    language = models.CharField(max_length=10)
    lon = models.FloatField(null=True, blank=True)
    lat = models.FloatField(null=True, blank=True)
    reported_at = models.DateTimeField(db_index=True)
    changed_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    office_zh = models.CharField(max_length=120, blank=True)
    office_en = models.CharField(max_length=160, blank=True)
    status_note = models.CharField(max_length=500, blank=True)
    lead_number = models.CharField(max_length=20, blank=True)
    review_date = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.number


class PublicStep(models.Model):
    """A public case as it stood after a step: what other programs read as its updates. No person, no office."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(["id", "number", "state", "at", "note"], OPEN)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=20, db_index=True)
    state = models.CharField(max_length=12)
    at = models.DateTimeField(db_index=True)
    note = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return f"{self.number} {self.state}"
