"""Writes of visits: one made of a submission, once; a corrected submission replaces it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

from gridcommons.access.deeds import deed
from gridcommons.access.rules import Place, Viewer
from gridcommons.collection.visits.models import Visit, VisitWish
from gridcommons.collection.visits.rules import BAD_HOW, HOWS
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import refuse
from gridcommons.territory.succession import ZONE


@dataclass(frozen=True)
class Called:
    """A visit as a submission says it. `worker_id`: of `workforce`, None for an account without one.

    `owner`: the office that owns the matter in that county, None where there is none.
    """

    household_id: UUID | None
    area_code: str
    day: date
    kind: str
    outcome: str
    minutes: int
    worker_id: UUID | None
    submission_id: UUID
    root: str
    matter_key: str = ""
    owner: UUID | None = None
    wanted_at: datetime | None = None
    no_more: bool = False


def _there(facts: Mapping[str, Any]) -> Place:
    called: Called = facts["called"]
    return Place(called.area_code)


def _recorded(visit: Visit, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"visit:{visit.pk}", f"chain:{visit.chain}")


@deed("visit.record", on=_there, subjects=_recorded)
def record_visit(*, called: Called, by: Viewer, at: datetime, purpose: str = "operation") -> Visit:
    """Record a visit: once for a submission, however often it is read; a correction replaces the former one."""
    facts = {
        "household_id": called.household_id, "area_code": called.area_code, "day": called.day, "kind": called.kind,
        "outcome": called.outcome, "minutes": called.minutes, "worker_id": called.worker_id, "root": called.root,
        "matter_key": called.matter_key, "chain": uuid5(NAMESPACE_OID, called.root),
        "parties": [f"office:{called.owner}"] if called.owner else [], "wanted_at": called.wanted_at,
        "no_more": called.no_more,
    }  # fmt: skip
    Visit.objects.filter(root=called.root, is_current=True).exclude(submission_id=called.submission_id).update(
        is_current=False
    )
    visit, _is_new = Visit.objects.update_or_create(submission_id=called.submission_id, is_current=True, defaults=facts)
    return visit


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
    if how not in HOWS:
        raise refuse(BAD_HOW)
    facts = {"area_code": area_code, "since": local_day(at, ZONE), "how": how, "wants": wants}
    return VisitWish.objects.update_or_create(household_id=household_id, series=series, defaults=facts)[0]
