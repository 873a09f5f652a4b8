"""Reads of signals: the queue of the duty desk and of a township, and counts by area and day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models.functions import TruncDate

from gridcommons.access.deeds import look
from gridcommons.access.entries import things_done_by
from gridcommons.access.rules import Place, Viewer
from gridcommons.access.scope import lying_in
from gridcommons.collection.signals.models import Signal
from gridcommons.collection.signals.policy import policy
from gridcommons.collection.signals.rules import UNKNOWN, is_late, left, mark_of
from gridcommons.kit.errors import refuse
from gridcommons.territory.queries import AreaFacts, names_of
from gridcommons.territory.succession import ZONE, area_now

PAGE: Final = 30
OWN_PAGE: Final = 10
_ASKED: Final = 5_000
"""Newest signals of the viewer's areas among which their own are looked for: a whole province's of some weeks."""


@dataclass(frozen=True)
class SignalLine:
    """One signal. `minutes_left`: until it is late, 0 once it is; None when somebody has looked at it."""

    id: UUID
    area: AreaFacts
    kind: str
    size: str
    place: str
    text: str
    source: str
    state: str
    outcome: str
    note: str
    sent_at: datetime
    triaged_at: datetime | None
    checked_at: datetime | None
    case_id: UUID | None
    raises: int
    is_late: bool
    minutes_left: int | None

    @property
    def mark(self) -> str:
        """By what people tell it from another one of the same place and minute."""
        return mark_of(self.id)


def _of_page(found: tuple[list[SignalLine], int], _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(f"signal:{line.id}" for line in found[0])


def _one(facts: Mapping[str, Any]) -> Place:
    row = Signal.objects.filter(pk=facts["signal_id"]).first()
    if row is None:
        raise refuse(UNKNOWN)
    return Place(area_now(row.area_code, row.pk), frozenset(row.parties), personal=True)


def _of_one(found: SignalLine, _facts: Mapping[str, Any]) -> tuple[str, ...]:
    return (f"signal:{found.id}",)


@look("look.signals", subjects=_of_page)
def signals(
    *, states: tuple[str, ...] = ("open", "site_check"), first: int = 0, most: int = PAGE, viewer: Viewer, at: datetime,
    purpose: str = "service",
) -> tuple[list[SignalLine], int]:  # fmt: skip
    """The signals that the viewer's desk or township sees, what has waited longest first, and how many there are."""
    rows = Signal.objects.filter(state__in=states).order_by("sent_at" if "open" in states else "-sent_at", "id")
    return _lines(list(rows[first : first + most]), at), rows.count()


@look("look.signal", on=_one, subjects=_of_one)
def signal(*, signal_id: UUID, viewer: Viewer, at: datetime, purpose: str = "service") -> SignalLine:
    """One signal."""
    return _lines([Signal.objects.get(pk=signal_id)], at)[0]


def _own(facts: Mapping[str, Any]) -> Place:
    return Place(parties=frozenset({facts["viewer"].key}))


@look("look.own_signals", on=_own, subjects=_of_page)
def own_signals(
    *, first: int = 0, most: int = OWN_PAGE, viewer: Viewer, at: datetime, purpose: str = "service"
) -> tuple[list[SignalLine], int]:
    """The signals that the viewer sent and whose words are still kept, newest first, and how many there are.

    No row says who sent it: the ledger does, and tells it to whoever did it alone. Only where they still serve.
    """
    since = at - timedelta(days=policy().words_days)
    rows = Signal.objects.filter(sent_at__gt=since).order_by("-sent_at", "-id")
    there = [f"signal:{pk}" for pk in rows.values_list("pk", flat=True)[:_ASKED]]
    sent = things_done_by(viewer.key, "signal.send", there)
    mine = rows.filter(pk__in=[key.removeprefix("signal:") for key in sent])
    return _lines(list(mine[first : first + most]), at), len(sent)


def _lines(rows: list[Signal], at: datetime) -> list[SignalLine]:
    codes = {row.pk: area_now(row.area_code, row.pk) for row in rows}
    names, held = names_of(codes.values()), policy()
    return [
        SignalLine(
            row.pk, names[codes[row.pk]], row.kind, row.size, row.place, row.text, row.source, row.state, row.outcome,
            row.note, row.sent_at, row.triaged_at, row.checked_at, row.case_id, row.raises,
            is_late(row.sent_at, row.triaged_at, at, held),
            None if row.triaged_at else int(left(row.sent_at, at, held).total_seconds() // 60),
        )
        for row in rows
    ]  # fmt: skip


def signals_by_day(area_code: str, first: date, last: date) -> dict[tuple[str, date, str], int]:
    """How many signals of which kind came from each grid of an area on which day, but those that were false alarms.

    Counts within the scope of whoever counts, for the roll-up of areas; no signal comes out.
    """
    rows = Signal.objects.filter(lying_in("area_code", [area_code])).exclude(outcome="false_alarm")
    days = rows.annotate(day=TruncDate("sent_at", tzinfo=ZONE)).filter(day__gte=first, day__lte=last)
    return dict(Counter((area_now(code, pk), day, kind) for pk, code, day, kind in days.values_list(
        "pk", "area_code", "day", "kind"
    )))  # fmt: skip
