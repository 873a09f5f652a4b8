"""A row as the CAP message that it is, before and after it was published."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, cast

from gridcommons.kit.words import Words
from gridcommons.outlook.alerts import Alert, Kind, Place, Reference, Scope, Status, Warned
from gridcommons.outlook.categories import Category
from gridcommons.outlook.cautions.grounds import names_words
from gridcommons.outlook.cautions.models import Caution
from gridcommons.outlook.cautions.templates import said_of, templates
from gridcommons.outlook.periods import ZONE
from gridcommons.territory.queries import map_of

Ring = tuple[tuple[float, float], ...]
_DIGITS: Final = 5


def outlines_of(codes: tuple[str, ...]) -> tuple[Ring, ...]:
    """The outer rings of areas, latitude first, closed; empty where none is drawn."""
    drawn = cast(dict[str, Any], map_of(codes))["features"]
    rings: list[Ring] = []
    for one in drawn:
        shape = one["geometry"]
        parts = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
        rings += [tuple((round(lat, _DIGITS), round(lon, _DIGITS)) for lon, lat in part[0]) for part in parts]
    return tuple(rings)


def reference_of(row: Caution) -> Reference:
    """How a later message names a published one."""
    assert row.issued_at is not None
    return Reference(row.sender, row.identifier, row.issued_at.astimezone(ZONE))


def before(row: Caution) -> list[Caution]:
    """The published messages of a warning before this one, the first first."""
    if row.first_id is None:
        return []
    rows = Caution.objects.filter(issued_at__isnull=False).exclude(pk=row.pk)
    found = [*rows.filter(pk=row.first_id), *rows.filter(first_id=row.first_id)]
    return sorted(found, key=lambda one: (one.issued_at, one.pk))


def alert_of(row: Caution, sent: datetime, *, outlines: tuple[Ring, ...], former: list[Caution]) -> Alert:
    """The message. `sent`: its moment; `former`: those before it."""
    held, said, local = templates().of.get(row.template), said_of(row.said), sent.astimezone(ZONE)
    held = held or templates().by_ground("hand")[-1]
    codes = tuple(row.codes)
    warned = Warned(
        said.event, said.headline, said.description, said.instruction,
        Words(row.office_zh, row.office_en or row.office_zh), Place(names_words(codes), codes, outlines),
        Category(row.category), held.urgency, held.severity, held.certainty, local, row.expires.astimezone(ZONE),
        web=row.web, response=held.response, colour=row.colour, decision=row.decision, rule=row.rule,
    )  # fmt: skip
    return Alert(
        row.identifier, row.sender, local, Status.EXERCISE if row.exercise else Status.ACTUAL, Kind(row.kind),
        Scope.PUBLIC, warned, references=tuple(reference_of(one) for one in former),
    )  # fmt: skip
