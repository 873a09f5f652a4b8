"""Tables of homes: dwellings, households, persons, residences."""

from __future__ import annotations

from typing import ClassVar, Final

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from gridcommons.access.walls import Wall
from gridcommons.kit.ids import uuid7
from gridcommons.kit.privacy import Kept, Retention, Sensitivity
from gridcommons.people.homes.rules import HOUSEHOLD_KINDS, RESIDENCE_KINDS

HOME = Kept(Sensitivity.PERSONAL, "find the door", Retention.RESIDENCE)
LIVES = Kept(Sensitivity.PERSONAL, "know who lives where", Retention.RESIDENCE)
SEALED = Kept(Sensitivity.SEALED, "reach a person and know them again", Retention.RESIDENCE)
INDEX = Kept(Sensitivity.SECRET, "find a person by the exact number", Retention.RESIDENCE)
AROUND = Kept(Sensitivity.OFFICE, "place the row and let its person read it", Retention.RESIDENCE)
_PLACED: Final = Wall.area("area_code", parties="parties", placed="territory_placing")
_AREA: Final = Wall.area("area_code", placed="territory_placing")
_KEY: Final = "'person:' || r.person_id"
_LIVES: Final = f"upper_inf(r.days) AND {Wall.own(_KEY).reading}"


def _home(rows: str) -> Wall:
    """Rows of the areas in scope, and the home of whoever lives there now by a key that the viewer holds.

    No row names who lives there: whoever moves out or has all erased sees it no more without a word being written.
    """
    mine = f"EXISTS (SELECT 1 FROM {rows} AND {_LIVES})"  # noqa: S608 - names of tables, from here
    return Wall(f"{_AREA.reading} OR {mine}")


class Serial(models.Model):
    """The last number of a household given in a county: a number is given once."""

    wall: ClassVar[Wall] = Wall.open()
    privacy: ClassVar[dict[str, Kept]] = dict.fromkeys(
        ["county", "last"], Kept(Sensitivity.OFFICE, "number households once", Retention.FOREVER)
    )

    county = models.CharField(max_length=20, primary_key=True)
    last = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.county} {self.last}"


class Dwelling(models.Model):
    """A door: the words of its address, where it lies."""

    wall: ClassVar[Wall] = _home(
        "homes_household AS h JOIN homes_residence AS r ON r.household_id = h.id "
        "WHERE h.dwelling_id = homes_dwelling.id"
    )
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(["address", "lon", "lat"], HOME),
        **dict.fromkeys(["id", "area_code", "since"], AROUND),
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area_code = models.CharField(max_length=20, db_index=True)
    address = models.CharField(max_length=200)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    since = models.DateField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(lon__isnull=True, lat__isnull=True) | Q(lon__isnull=False, lat__isnull=False),
                name="dwelling_point_whole",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Regridding(models.Model):
    """That a dwelling was put from the grid in which it had been settled by mistake into the one where it lies.

    Seen by whoever sees the dwelling, its own people too, and gone with it. The latest one says where it lay before.
    """

    wall: ClassVar[Wall] = Wall.through("dwelling_id", "homes_dwelling")
    privacy: ClassVar[dict[str, Kept]] = {
        "reason": Kept(Sensitivity.PERSONAL, "answer for a grid that was put right", Retention.RESIDENCE),
        **dict.fromkeys(["id", "dwelling", "from_code", "to_code", "made_by", "made_at"], AROUND),
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dwelling = models.ForeignKey("homes.Dwelling", on_delete=models.CASCADE, related_name="regriddings")
    from_code = models.CharField(max_length=20)
    to_code = models.CharField(max_length=20)
    reason = models.CharField(max_length=300)
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(from_code=F("to_code")), name="regridding_to_another"),
            models.CheckConstraint(condition=~Q(reason=""), name="regridding_for_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.from_code} {self.to_code}"


class Household(models.Model):
    """Who lives together behind one door; `number` stands for it in statistics of its county."""

    wall: ClassVar[Wall] = _home("homes_residence AS r WHERE r.household_id = homes_household.id")
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(["kind", "since", "until"], LIVES),
        **dict.fromkeys(["id", "area_code", "dwelling", "county", "number"], AROUND),
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    dwelling = models.ForeignKey("homes.Dwelling", on_delete=models.PROTECT, related_name="behind")
    area_code = models.CharField(max_length=20, db_index=True)
    county = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=12, choices=[(kind, kind) for kind in HOUSEHOLD_KINDS])
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["county", "number"], name="household_number"),
            models.CheckConstraint(condition=Q(kind__in=HOUSEHOLD_KINDS), name="household_kind"),
            models.CheckConstraint(condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="household_period"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Person(models.Model):
    """Somebody who lives here: sealed name, citizen number and phone; the year of birth only where it is needed.

    `canonical_id`: the row that stands for the same person since two were joined. `shielded`: a person under threat,
    whose row lies in no area; where they live is sealed (`place_sealed`), and one named officer is party to it. After
    the threat it holds what was put away in other townships until the program has put that back too.
    """

    wall: ClassVar[Wall] = _PLACED
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(["name_sealed", "number_sealed", "phone_sealed", "place_sealed"], SEALED),
        **dict.fromkeys(["number_index", "phone_index"], INDEX),
        "birth_year": Kept(Sensitivity.PERSONAL, "know children from grown-ups", Retention.RESIDENCE),
        **dict.fromkeys(["id", "area_code", "parties", "canonical_id", "shielded", "since"], AROUND),
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    area_code = models.CharField(max_length=20, db_index=True, blank=True)
    parties = ArrayField(models.CharField(max_length=100), default=list)
    canonical_id = models.UUIDField(null=True)
    name_sealed = models.BinaryField()
    number_sealed = models.BinaryField(null=True)
    phone_sealed = models.BinaryField(null=True)
    place_sealed = models.BinaryField(null=True)
    number_index = models.BinaryField(null=True, db_index=True)
    phone_index = models.BinaryField(null=True, db_index=True)
    birth_year = models.PositiveSmallIntegerField(null=True)
    shielded = models.BooleanField(default=False)
    since = models.DateField()

    class Meta:
        indexes = [GinIndex(fields=["parties"], name="person_parties")]
        constraints = [
            models.CheckConstraint(
                condition=Q(shielded=False) | Q(shielded=True, area_code="", place_sealed__isnull=False),
                name="shielded_lies_nowhere",
            ),
            models.CheckConstraint(condition=~Q(canonical_id=F("id")), name="person_not_own_double"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Residence(models.Model):
    """A person in a household, as what and from when to when; seen by whoever sees the person.

    A newcomer's registration waits for consent (`consent_key`, the party key of the code that gives it), and is
    deleted when none comes.
    """

    wall: ClassVar[Wall] = Wall.through("person_id", "homes_person")
    privacy: ClassVar[dict[str, Kept]] = {
        **dict.fromkeys(["person", "household", "kind", "days", "consent_at", "consent_how"], LIVES),
        **dict.fromkeys(["id", "made_by", "made_at"], AROUND),
        "consent_key": Kept(Sensitivity.SECRET, "know the person's own code", Retention.RESIDENCE),
    }

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey("homes.Person", on_delete=models.CASCADE, related_name="residences")
    household = models.ForeignKey("homes.Household", on_delete=models.PROTECT, related_name="residences")
    kind = models.CharField(max_length=12, choices=[(kind, kind) for kind in RESIDENCE_KINDS])
    days = DateRangeField()
    consent_key = models.CharField(max_length=100, blank=True)
    consent_at = models.DateTimeField(null=True)
    consent_how = models.CharField(max_length=12, blank=True)
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=RESIDENCE_KINDS), name="residence_kind"),
            models.CheckConstraint(
                condition=Q(consent_at__isnull=True, consent_how="")
                | (Q(consent_at__isnull=False) & ~Q(consent_how="")),
                name="consent_paired",
            ),
            ExclusionConstraint(
                name="one_home_at_a_time",
                expressions=[("person", RangeOperators.EQUAL), ("days", RangeOperators.OVERLAPS)],
                condition=~Q(kind="moved"),
            ),
            ExclusionConstraint(
                name="once_in_a_household",
                expressions=[
                    ("person", RangeOperators.EQUAL), ("household", RangeOperators.EQUAL),
                    ("days", RangeOperators.OVERLAPS),
                ],
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return str(self.id)
