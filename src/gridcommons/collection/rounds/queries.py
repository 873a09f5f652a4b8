"""Reads of visits that come again: rules that everybody may know."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from gridcommons.access.rules import Viewer
from gridcommons.cases.orders.rules import area_now
from gridcommons.collection.rounds.models import Round
from gridcommons.collection.selecting import Choice
from gridcommons.collection.visits.series import Reaching, reaches
from gridcommons.kit.codes import within
from gridcommons.kit.words import Words
from gridcommons.outlook.rules import require_staff
from gridcommons.territory.queries import AreaFacts, names_of


@dataclass(frozen=True)
class RoundFacts:
    """A visit that comes again."""

    id: UUID
    area: AreaFacts
    matter_key: str
    form_key: str
    name: Words
    choice: Choice
    expected: int
    every_days: int
    first: date
    last: date
    minutes: int
    by_consent: bool
    verdict: dict[str, Any]
    ended_at: datetime | None
    reason: str

    @property
    def series(self) -> str:
        """Its key among what a household may decline for good."""
        return f"round:{self.id}"


def _facts(rows: Iterable[Round]) -> list[RoundFacts]:
    held = list(rows)
    names = names_of(area_now(row.area_code) for row in held)
    return [
        RoundFacts(
            row.pk, names[area_now(row.area_code)], row.matter_key, row.form_key, Words(row.name_zh, row.name_en),
            Choice(row.choice_key, row.choice_operator, row.choice_value), row.expected, row.every_days, row.first,
            row.last, row.minutes, row.by_consent, row.verdict, row.ended_at, row.reason,
        )
        for row in held
    ]  # fmt: skip


def rounds_for(*, viewer: Viewer, at: datetime) -> list[RoundFacts]:
    """All rules that touch one of the viewer's areas, those in force first."""
    require_staff(viewer, at)
    areas = [code for _role, grant in viewer.roles_at(at) if grant is not None for code in grant.areas_now]
    found = [
        one
        for one in _facts(Round.objects.order_by("-begun_at"))
        if any(one.area.code.startswith(area) or area.startswith(one.area.code) for area in areas)
    ]
    return sorted(found, key=lambda one: one.ended_at is not None)


def public_rounds() -> list[RoundFacts]:
    """All rules in force."""
    return _facts(Round.objects.filter(ended_at__isnull=True).order_by("area_code", "begun_at"))


def rounds_in(grids: Sequence[str], day: date) -> list[RoundFacts]:
    """The rules by which households of these grids are called on."""
    rows = Round.objects.filter(ended_at__isnull=True, first__lte=day, last__gte=day).order_by("id")
    return [one for one in _facts(rows) if any(within(grid, (one.area.code,)) for grid in grids)]


@reaches
def reaching(area_code: str, day: date) -> list[Reaching]:
    """The rules by which households of a grid are called on, those to come as well."""
    rows = Round.objects.filter(ended_at__isnull=True, last__gte=day).order_by("first", "id")
    return [
        Reaching(one.series, one.name, one.first, one.last, by_consent=one.by_consent)
        for one in _facts(rows)
        if within(area_code, (one.area.code,))
    ]
