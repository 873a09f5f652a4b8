"""Reads of visits: those that a submission led to, a worker's own, what goes to the system of the matter's owner."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Count

from gridcommons.access.deeds import look
from gridcommons.access.rules import Place, Scope, Viewer
from gridcommons.access.scope import scoped
from gridcommons.cases.partners.content import Value
from gridcommons.cases.partners.terms import Terms
from gridcommons.collection.asking import OUTCOMES
from gridcommons.collection.calling import Made
from gridcommons.collection.visits.models import Visit, VisitWish
from gridcommons.collection.visits.rules import UNKNOWN
from gridcommons.collection.visits.writing import chain_of
from gridcommons.kit.errors import refuse
from gridcommons.matters.queries import matter_name
from gridcommons.people.crypto import pseudonym
from gridcommons.people.homes.places import lying_at
from gridcommons.people.keys import fact_keys_folder
from gridcommons.territory.queries import names_of
from gridcommons.territory.succession import area_now

_EVERYWHERE: Final = Scope(pattern="^")


@dataclass(frozen=True)
class VisitLine:
    """One visit."""

    id: UUID
    household_id: UUID | None
    area_code: str
    day: date
    kind: str
    outcome: str
    is_current: bool


def _there(facts: Mapping[str, Any]) -> Place:
    return Place(facts["area_code"], personal=True)


def _subjects(found: list[VisitLine], _facts: Mapping[str, Any]) -> tuple[str, ...]:
    households = {f"household:{line.household_id}" for line in found if line.household_id}
    return (*(f"visit:{line.id}" for line in found), *sorted(households))


def _of_chain(facts: Mapping[str, Any]) -> Place:
    row = _current(facts["chain"])
    if row is None:
        raise refuse(UNKNOWN)
    return Place(area_now(row.area_code, row.pk), frozenset(row.parties), personal=True)


def _current(chain: UUID) -> Visit | None:
    return Visit.objects.filter(chain=chain, is_current=True).first()


def _told(_found: dict[str, Value], facts: Mapping[str, Any]) -> tuple[str, ...]:
    row = _current(facts["chain"])
    home = (f"household:{row.household_id}",) if row and row.household_id else ()
    return (f"visit:{row.pk}", *home) if row else ()


@look("look.partner_visit", on=_of_chain, subjects=_told, keeps=("link",))
def visit_for(
    *, chain: UUID, link: str, terms: Terms, viewer: Viewer, at: datetime, purpose: str = "service"
) -> dict[str, Value]:
    """What of a visit a link hands over: its matter, day, outcome and grid, the household by a name of that link's own.

    Nobody else's system knows the household by that name, and nothing leads back from it to a door or a person.
    """
    row = Visit.objects.get(chain=chain, is_current=True)
    area = names_of([row.area_code]).get(row.area_code)
    every: dict[str, Value] = {
        "number": number_of(chain), "matter": row.matter_key, "matter_name": matter_name(row.matter_key).zh,
        "form": row.kind, "day": row.day.isoformat(), "outcome": row.outcome, "outcome_name": OUTCOMES[row.outcome].zh,
        "area_code": row.area_code, "area_name": area.name.zh if area else row.area_code,
        "minutes": float(row.minutes),
        "household": pseudonym(row.household_id, f"link:{link}", _link_key()) if row.household_id else "",
    }  # fmt: skip
    return {key: every[key] for key in terms.fields}


def number_of(chain: UUID) -> str:
    """The number of a visit for others' systems: the same after a correction, and telling of nobody."""
    return f"V{chain.hex[:15].upper()}"


def _link_key() -> bytes:
    return fact_keys_folder().secret("households-of-links")


@look("look.visits", on=_there, subjects=_subjects)
def visits_of(
    *, submission_id: UUID, root: str, area_code: str, viewer: Viewer, at: datetime, purpose: str
) -> list[VisitLine]:  # fmt: skip
    """The visits that a submission led to, within the viewer's scope. `area_code`: where the submission lies.

    `root`: of its chain of corrections, by which they are found: no index leads from a submission to its visits.
    """
    rows = Visit.objects.filter(chain=chain_of(root), submission_id=submission_id).order_by("id")
    return [
        VisitLine(row.pk, row.household_id, row.area_code, row.day, row.kind, row.outcome, row.is_current)
        for row in rows
    ]


def _of_home(_found: object, facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"household:{facts['household_id']}",)


@look("look.visit_wishes", on=_there, subjects=_of_home)
def wishes_of(
    *, household_id: UUID, area_code: str, viewer: Viewer, at: datetime, purpose: str = "register"
) -> dict[str, bool]:
    """What one household said of series of visits: whether it wants them."""
    rows = VisitWish.objects.filter(household_id=household_id)
    return dict(rows.values_list("series", "wants"))


@dataclass(frozen=True)
class Calls:
    """What is known of calls at the households of a grid: visits by household and kind, wishes by household."""

    made: Mapping[tuple[UUID, str], tuple[Made, ...]]
    wishes: Mapping[UUID, Mapping[str, bool]] = field(default_factory=dict)

    def households(self) -> set[UUID]:
        """Whom it tells of."""
        return {household for household, _kind in self.made} | set(self.wishes)


def _of_calls(found: Calls, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(sorted(f"household:{one}" for one in found.households()))


@look("look.calls", on=_there, subjects=_of_calls)
def calls_at(
    *, area_code: str, kinds: Sequence[str], series: Sequence[str], since: date, viewer: Viewer, at: datetime,
    purpose: str = "visit",
) -> Calls:  # fmt: skip
    """The calls by these forms at the households of one grid since a day, and what households said of these series."""
    there = Visit.objects.filter(kind__in=list(kinds), day__gte=since, is_current=True, household_id__isnull=False)
    rows = lying_at(there, [area_code]).order_by("day", "id")
    made: dict[tuple[UUID, str], list[Made]] = defaultdict(list)
    for row in rows:
        assert row.household_id is not None
        made[row.household_id, row.kind].append(Made(row.day, row.outcome, row.wanted_at, no_more=row.no_more))
    wishes: dict[UUID, dict[str, bool]] = defaultdict(dict)
    for wish in lying_at(VisitWish.objects.filter(series__in=list(series)), [area_code]):
        wishes[wish.household_id][wish.series] = wish.wants
    return Calls({key: tuple(calls) for key, calls in made.items()}, wishes)


def _mine(facts: Mapping[str, Any]) -> Place:
    return Place(parties=frozenset({facts["viewer"].key}))


@look("look.own_visits", on=_mine, subjects=lambda _found, facts: (facts["viewer"].key,))
def own_visits(
    *, kind: str, first: date, last: date, viewer: Viewer, at: datetime, purpose: str = "service"
) -> dict[date, dict[str, int]]:
    """How the viewer's own visits by a form ended, by day: nobody else's, wherever they served, and of no household."""
    if viewer.user_id is None:
        return {}
    with scoped(_EVERYWHERE):
        rows = Visit.objects.filter(worker__user_id=viewer.user_id, kind=kind, day__range=(first, last))
        counted = list(
            rows.filter(is_current=True).values_list("day", "outcome").annotate(n=Count("id")).order_by("day")
        )
    found: dict[date, dict[str, int]] = {}
    for day, outcome, n in counted:
        found.setdefault(day, {})[outcome] = n
    return found
