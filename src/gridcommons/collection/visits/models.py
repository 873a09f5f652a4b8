"""Tables of visits: the visits themselves, which days of them lie in the lake, and how far these were read."""

from __future__ import annotations

from typing import ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from gridcommons.access.walls import Wall
from gridcommons.collection.asking import OUTCOMES
from gridcommons.collection.visits.rules import HOWS
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

WORK = Kept(Sensitivity.OFFICE, "know which visits were made", Retention.CASE_LIFE)
COUNTED = Kept(Sensitivity.OFFICE, "write the lake's days once and no day never", Retention.FOREVER)
HOME = Kept(Sensitivity.PERSONAL, "know which households were reached", Retention.CASE_LIFE)

_AREA: Final = Wall.area("area_code", placed="territory_placing")
_KEY: Final = "'person:' || r.person_id"
_AT_HOME: Final = (
    "EXISTS (SELECT 1 FROM homes_residence AS r WHERE r.household_id = visits_visitwish.household_id "  # noqa: S608 - names of tables, from here
    f"AND upper_inf(r.days) AND {Wall.own(_KEY).reading})"
)
"""The household's own people, by their key; whoever moves out sees it no more."""


class Visit(models.Model):
    """A call at a household. `minutes`: what the matter is reckoned with, never measured. `root`: its submission's.

    `is_current`: false for one whose submission was corrected by a later one or set aside. `chain`: the same for all.
    `changed_at`: the database's own moment of the last change, by which it is known what is still to be counted.
    `counted_in`: the grid under whose code it was counted, where its home was put into another since, as settled there
    by mistake: `area_code` is where it lies, and what was published stands. Empty for all others.
    `parties`: the office that owns the matter, whose own system may be told of this visit over an agreed link.
    `wanted_at`: the moment for which an appointment was asked. `no_more`: that no further visit of this kind is wanted.
    """

    wall: ClassVar[Wall] = Wall.area("area_code", parties="parties", placed="territory_placing")
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(
            [
                "id",
                "area_code",
                "day",
                "kind",
                "minutes",
                "worker",
                "submission_id",
                "root",
                "is_current",
                "matter_key",
                "chain",
                "parties",
                "changed_at",
                "counted_in",
            ],
            WORK,
        ),
        **dict.fromkeys(["household_id", "outcome", "wanted_at", "no_more"], HOME),
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    household_id = models.UUIDField(null=True)
    area_code = models.CharField(max_length=20)
    day = models.DateField()
    kind = models.CharField(max_length=60)
    outcome = models.CharField(max_length=12, choices=[(outcome, outcome) for outcome in OUTCOMES])
    minutes = models.PositiveSmallIntegerField()
    worker = models.ForeignKey("workforce.Worker", on_delete=models.PROTECT, null=True, related_name="+")
    submission_id = models.UUIDField()
    root = models.CharField(max_length=249)
    matter_key = models.CharField(max_length=50, blank=True)
    chain = models.UUIDField(null=True, db_index=True)
    parties = ArrayField(models.CharField(max_length=80), default=list)
    is_current = models.BooleanField(default=True)
    changed_at = models.DateTimeField(db_default=Now())
    counted_in = models.CharField(max_length=20, blank=True, db_default="")
    wanted_at = models.DateTimeField(null=True)
    no_more = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["root"], condition=Q(is_current=True), name="visit_current_once"),
        ]
        indexes = [
            models.Index(fields=["area_code", "day"], name="visit_area_day"),
            models.Index(fields=["day", "area_code"], name="visit_day_area", condition=Q(is_current=True)),
            BrinIndex(fields=["changed_at"], name="visit_changed", autosummarize=True),
            models.Index(fields=["kind", "area_code", "day"], name="visit_kind_area_day"),
            models.Index(fields=["counted_in", "day"], name="visit_counted_in", condition=~Q(counted_in="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.day}"


class WrittenDay(models.Model):
    """A day of a county that lies in the lake: how many visits at homes and elsewhere, and the hash of its file."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["id", "county", "day", "visits", "elsewhere", "sha256", "written_at"], COUNTED
    )

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    county = models.CharField(max_length=20)
    day = models.DateField()
    visits = models.PositiveIntegerField()
    elsewhere = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, blank=True)
    written_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["county", "day"], name="written_day_once")]

    def __str__(self) -> str:
        return f"{self.county} {self.day}"


class LeftDay(models.Model):
    """That a visit was moved out of an area's day, or deleted: the day has to be written again."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(["id", "area_code", "day"], COUNTED)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area_code = models.CharField(max_length=20)
    day = models.DateField()

    def __str__(self) -> str:
        return f"{self.area_code} {self.day}"


class ReadMark(models.Model):
    """Up to which moment of the database changes of visits are in the lake."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(["name", "until"], COUNTED)

    name = models.CharField(max_length=20, primary_key=True)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.until}"


class VisitWish(models.Model):
    """A household's own word on a series of visits (a campaign, or one that comes again): whether it wants them.

    `series`: `campaign:<id>` or `round:<id>`. `how`: told to the worker, on paper at the desk, or by their own page.
    `said_by`: by whose page (`person:<id>`); nobody for what was said at the door or the desk.
    """

    wall: ClassVar[Wall] = Wall(f"{_AREA.reading} OR {_AT_HOME}")
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(["id", "area_code", "series", "since", "how"], WORK),
        **dict.fromkeys(["household_id", "wants", "said_by"], HOME),
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    household_id = models.UUIDField()
    area_code = models.CharField(max_length=20)
    series = models.CharField(max_length=60)
    wants = models.BooleanField()
    since = models.DateField()
    how = models.CharField(max_length=8, choices=[(how, how) for how in HOWS])
    said_by = models.CharField(max_length=100, blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["household_id", "series"], name="visit_wish_once")]
        indexes = [models.Index(fields=["series", "area_code"], name="visit_wish_series")]

    def __str__(self) -> str:
        return f"{self.series} {self.since}"
