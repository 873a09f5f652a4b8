"""Looks beyond the ordinary: a case by the number that was opened, the lines of an export with words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from gridcommons.access.deeds import look
from gridcommons.access.handout.queries import being_made
from gridcommons.access.rules import BREAK_GLASS, Place, Viewer
from gridcommons.cases.models import Case
from gridcommons.cases.queries import Filter, QueuePage, queue
from gridcommons.cases.stepping import place_of

PIECE: Final = 500
KIND: Final = "queue"
"""The kind of an export of the queue with the words of its cases."""


def _of_number(facts: Mapping[str, Any]) -> Place:
    return place_of(Case.objects.filter(number=facts["number"]))


def _that_case(found: UUID, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    parties = Case.objects.values_list("parties", flat=True).get(pk=found)
    return (f"case:{found}", *(party for party in parties if not party.startswith("office:")))


@look("look.case", on=_of_number, subjects=_that_case)
def opened_case(*, number: str, viewer: Viewer, at: datetime, purpose: str = BREAK_GLASS) -> UUID:
    """The id of the case whose number was opened to the viewer."""
    return Case.objects.values_list("pk", flat=True).get(number=number)


@dataclass(frozen=True)
class CaseKey:
    """What leads an auditor from a number to the entries about it: no words, no place, no person."""

    key: str
    since: datetime
    until: datetime | None


def _key_subject(found: CaseKey, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (found.key,)


def _there(facts: Mapping[str, Any]) -> Place:
    return Place(place_of(Case.objects.filter(number=facts["number"])).area_code, personal=True)


@look("look.case_key", on=_there, subjects=_key_subject)
def case_key(*, number: str, viewer: Viewer, at: datetime, purpose: str = "audit") -> CaseKey:
    """The ledger's key of a case, for an auditor of a township or below; above it there are numbers only."""
    row = Case.objects.only("pk", "reported_at").get(number=number)
    return CaseKey(f"case:{row.pk}", row.reported_at, None)


def _handed_out(page: QueuePage, facts: Mapping[str, Any]) -> tuple[str, ...]:
    """The cases with those who reported them, and the mark of the export."""
    ids = [row.id for row in page.rows]
    parties = {p for held in Case.objects.filter(pk__in=ids).values_list("parties", flat=True) for p in held}
    about = sorted(p for p in parties if not p.startswith("office:"))
    return (*(f"case:{i}" for i in ids), *about, f"handout:{facts['handout_id']}")


@look("look.export", subjects=_handed_out)
def exported_cases(
    *, handout_id: UUID, viewer: Viewer, at: datetime, first: int = 0, purpose: str = "service"
) -> QueuePage:
    """A piece of the export that the viewer has just taken: what their own grants show of its filter, with words."""
    handout = being_made(handout_id, viewer, at)
    order = str(handout.bound.get("order", "due"))
    wanted = filter_of(handout.bound, handout.asked_at)
    return queue(wanted=wanted, viewer=viewer, at=at, first=first, most=PIECE, order=order, purpose=purpose)


def filter_of(bound: Mapping[str, Any], asked_at: datetime) -> Filter:
    """The filter that an export is bound to, from the plain values it was kept as."""
    return Filter(
        states=tuple(filter(None, str(bound.get("states", "")).split(","))), matter_key=str(bound.get("matter", "")),
        area_code=str(bound.get("area", "")), words=str(bound.get("words", "")),
        overdue_at=asked_at if bound.get("late") else None, handled_by_me=bool(bound.get("own")),
        to_do=bool(bound.get("to_do")),
    )  # fmt: skip


def bound_of(wanted: Filter, order: str) -> dict[str, str]:
    """The plain values of a filter; `filter_of` reads them."""
    return {
        "states": ",".join(wanted.states), "matter": wanted.matter_key, "area": wanted.area_code,
        "words": wanted.words, "late": "1" if wanted.overdue_at else "", "own": "1" if wanted.handled_by_me else "",
        "to_do": "1" if wanted.to_do else "", "order": order,
    }  # fmt: skip
