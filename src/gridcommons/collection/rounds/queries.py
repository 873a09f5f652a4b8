"""Reads of visits that come again: rules that everybody may know."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from gridcommons.access.rules import Viewer
from gridcommons.cases.orders.rules import area_now
from gridcommons.collection.concerning import concerns
from gridcommons.collection.rounds.models import Round
from gridcommons.collection.selecting import Choice
from gridcommons.collection.visits.series import Reaching, reaches
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import within
from gridcommons.kit.words import Words
from gridcommons.outlook.rules import require_staff
from gridcommons.territory.queries import AreaFacts, names_of
from gridcommons.territory.succession import ZONE


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

    def is_over(self, day: date) -> bool:
        """Whether nothing of it is due any more: it was ended, or its last day has passed."""
        return self.ended_at is not None or self.last < day


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
    rows = [row for row in Round.objects.order_by("-begun_at") if concerns(row.area_code, areas)]
    today = local_day(at, ZONE)
    return sorted(_facts(rows), key=lambda one: one.is_over(today))


def public_rounds(day: date) -> list[RoundFacts]:
    """All rules in force on a day or still to come."""
    return _facts(Round.objects.filter(ended_at__isnull=True, last__gte=day).order_by("area_code", "begun_at"))


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
