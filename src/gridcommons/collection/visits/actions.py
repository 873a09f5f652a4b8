"""Writes of visits: one made of a submission, once; a county's day laid into the lake; what is old is deleted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from gridcommons.access.deeds import Outcome, deed, deeds
from gridcommons.access.rules import Place, Viewer
from gridcommons.cases.codes import ZONE
from gridcommons.collection.households import lying
from gridcommons.collection.visits.days import Day, day_of
from gridcommons.collection.visits.models import LeftDay, ReadMark, Visit, VisitWish, WrittenDay
from gridcommons.collection.visits.rules import BAD_HOW, HOWS, keeping
from gridcommons.collection.visits.writing import Called, Recorded, write_visits
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import refuse
from gridcommons.kit.lineage import in_force
from gridcommons.lake.cubes import Cube
from gridcommons.lake.rolling import add_day
from gridcommons.lake.store import Lake
from gridcommons.people.facts.erasing import steady
from gridcommons.people.homes.rules import NO_HOUSEHOLD

LAKE: Final = "lake"


@dataclass(frozen=True)
class Calling:
    """One of many visits to be recorded, and who records it."""

    called: Called
    by: Viewer


def _there(facts: Mapping[str, Any]) -> Place:
    called: Called = facts["called"]
    return Place(called.area_code)


def _subjects(visit: Recorded) -> tuple[str, ...]:
    return (f"visit:{visit.id}", f"chain:{visit.chain}")


def _recorded(visit: Recorded, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return _subjects(visit)


@deed("visit.record", on=_there, subjects=_recorded)
def record_visit(*, called: Called, by: Viewer, at: datetime, purpose: str = "operation") -> Recorded:
    """Record a visit: once for a submission, however often it is read; a correction replaces the former one."""
    return write_visits([called])[0]


def _of_calling(one: Calling, _at: datetime) -> Place:
    return Place(one.called.area_code)


@deeds("visit.record", on=_of_calling, subjects=_subjects)
def record_visits(*, each: Sequence[Calling], at: datetime, purpose: str = "operation") -> list[Outcome[Recorded]]:
    """Record many visits at once, each as it would be alone."""
    return [*write_visits([one.called for one in each])]


@dataclass(frozen=True)
class Laid:
    """A day of a county as it was laid down: its visits, and their cube."""

    day: Day
    cube: Cube


def _county(facts: Mapping[str, Any]) -> Place:
    return Place(facts["county"])


def _of_nobody(_result: object, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return ()


@deed("visit.write_day", on=_county, subjects=_of_nobody, keeps=("county", "day"))
def write_day(
    *, lake: Lake, county: str, day: date, by: Viewer, at: datetime, purpose: str = "operation"
) -> Laid:  # fmt: skip
    """Lay the visits of a county's day into the lake, in place of what was there; the same rows give the same file.

    One that loses its last visit becomes an empty day. Nothing of who was visited or who came is in it.
    """
    held = day_of(county, day)
    cube = add_day(lake, county, held.visits)
    facts = {
        "visits": len(held.visits), "elsewhere": held.elsewhere.total(), "sha256": lake.entry(county, day).sha256,
        "written_at": at,
    }  # fmt: skip
    WrittenDay.objects.update_or_create(county=county, day=day, defaults=facts)
    return Laid(held, cube)


@deed("visit.note_read", subjects=_of_nobody)
def note_read(
    *, until: datetime, left: Sequence[UUID], by: Viewer, at: datetime, purpose: str = "operation"
) -> None:  # fmt: skip
    """Note that all changes of visits before a moment are in the lake and were counted."""
    LeftDay.objects.filter(pk__in=left).delete()
    ReadMark.objects.update_or_create(name=LAKE, defaults={"until": until})


@deed("visit.forget", subjects=_of_nobody)
def forget_visits(*, lake: Lake, by: Viewer, at: datetime, purpose: str = "operation") -> int:
    """Delete visits whose time is over, and the days of the lake with them; their counts stay. Returns how many."""
    before = local_day(at, ZONE) - timedelta(days=keeping().keep_days)
    gone, _by_table = Visit.objects.filter(day__lt=before).delete()
    LeftDay.objects.filter(day__lt=before).delete()
    for old in WrittenDay.objects.filter(day__lt=before):
        if old.day in lake.days(old.county):
            lake.remove(old.county, old.day)
        old.delete()
    return gone


def _at_home(facts: Mapping[str, Any]) -> Place:
    return Place(facts["area_code"], personal=True)


def _of_household(_row: object, facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"household:{facts['household_id']}",)


@deed("visit.stay_away", on=_at_home, subjects=_of_household, keeps=("series", "how"))
def stay_away(
    *, household_id: UUID, area_code: str, series: str, how: str, by: Viewer, at: datetime, purpose: str = "service"
) -> VisitWish:
    """Note that a household wants no visit of a series; no reason is asked, and nothing else changes (charter 13)."""
    return _wish(household_id, area_code, series, how, at, wants=False)


@deed("visit.come", on=_at_home, subjects=_of_household, keeps=("series", "how"))
def come(
    *, household_id: UUID, area_code: str, series: str, how: str, by: Viewer, at: datetime, purpose: str = "service"
) -> VisitWish:
    """Note that a household agrees to visits of a series: what a convenience needs, or a refusal taken back."""
    return _wish(household_id, area_code, series, how, at, wants=True)


def _wish(household_id: UUID, area_code: str, series: str, how: str, at: datetime, *, wants: bool) -> VisitWish:
    """A household's word, kept where it lies; refused where it was put into another grid since it was looked at."""
    if how not in HOWS:
        raise refuse(BAD_HOW)
    steady()
    place = lying([household_id]).get(household_id)
    if place is not None and place.now != in_force().current(area_code):
        raise refuse(NO_HOUSEHOLD)
    facts = {"area_code": area_code, "since": local_day(at, ZONE), "how": how, "wants": wants, "said_by": ""}
    return VisitWish.objects.update_or_create(household_id=household_id, series=series, defaults=facts)[0]
