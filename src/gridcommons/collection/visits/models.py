"""Table of visits."""

from __future__ import annotations

from typing import ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from gridcommons.access.walls import Wall
from gridcommons.collection.asking import OUTCOMES
from gridcommons.collection.visits.rules import HOWS
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity

WORK = Kept(Sensitivity.OFFICE, "know which visits were made", Retention.CASE_LIFE)
HOME = Kept(Sensitivity.PERSONAL, "know which households were reached", Retention.CASE_LIFE)

_KEY: Final = "'person:' || r.person_id"
_AT_HOME: Final = (
    "EXISTS (SELECT 1 FROM homes_residence AS r WHERE r.household_id = visits_visitwish.household_id "  # noqa: S608 - names of tables, from here
    f"AND upper_inf(r.days) AND {Wall.own(_KEY).reading})"
)
"""The household's own people, by their key; whoever moves out sees it no more."""


class Visit(models.Model):
    """A call at a household. `minutes`: what the matter is reckoned with, never measured. `root`: its submission's.

    `is_current`: false for one whose submission was corrected by a later one. `chain`: the same for all of these.
    `parties`: the office that owns the matter, whose own system may be told of this visit over an agreed link.
    `wanted_at`: the moment for which an appointment was asked. `no_more`: that no further visit of this kind is wanted.
    """

    wall: ClassVar[Wall] = Wall.area("area_code", parties="parties")
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
    wanted_at = models.DateTimeField(null=True)
    no_more = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["root"], condition=Q(is_current=True), name="visit_current_once"),
        ]
        indexes = [
            models.Index(fields=["area_code", "day"], name="visit_area_day"),
            models.Index(fields=["kind", "area_code", "day"], name="visit_kind_area_day"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.day}"


class VisitWish(models.Model):
    """A household's own word on a series of visits (a campaign, or one that comes again): whether it wants them.

    `series`: `campaign:<id>` or `round:<id>`. `how`: told to the worker, on paper at the desk, or by their own page.
    """

    wall: ClassVar[Wall] = Wall(f"{Wall.area('area_code').reading} OR {_AT_HOME}")
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(["id", "area_code", "series", "since", "how"], WORK),
        **dict.fromkeys(["household_id", "wants"], HOME),
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    household_id = models.UUIDField()
    area_code = models.CharField(max_length=20)
    series = models.CharField(max_length=60)
    wants = models.BooleanField()
    since = models.DateField()
    how = models.CharField(max_length=8, choices=[(how, how) for how in HOWS])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["household_id", "series"], name="visit_wish_once")]
        indexes = [models.Index(fields=["series", "area_code"], name="visit_wish_series")]

    def __str__(self) -> str:
        return f"{self.series} {self.since}"
