"""The question after four weeks: whom it is put to, and until when it can be answered."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from gridcommons.cases.limits import limits
from gridcommons.cases.models import Case, Step
from gridcommons.cases.stepping import Moved, load
from gridcommons.kit.errors import refusal_kind, refuse

_STATES = ("closed", "confirmed")
_TAKEN_DOWN = ("phone", "desk")
"""Channels by which a clerk writes down what a resident says: the clerk is the finder, the resident is asked."""
NOT_NOW = refusal_kind(
    "case.not_to_ask",
    status=409,
    zh="这件事现在不用回访，或者已经回访过。",
    en="This case is not to be asked about now, or was asked about already.",
)


def question(case_id: UUID, at: datetime) -> Moved:
    """The question about one case; refuses one that was asked about or whose time has not come."""
    case, _steps = load(case_id)
    rule = limits().asking
    if case.asked_at is not None or case.ended_at is None or case.ended_at > at - rule.after:
        raise refuse(NOT_NOW)
    return Moved(sets={"asked_at": at, "answer": ""}, until=at + rule.answer_within)


def to_ask(at: datetime) -> list[UUID]:
    """Closed cases that a resident reported, also by telephone or at the desk, and nobody asked about yet."""
    rule = limits().asking
    by_resident = Step.objects.filter(case=OuterRef("pk"), action="report", duty="reporter")
    rows = Case.objects.filter(
        Exists(by_resident) | Q(channel__in=_TAKEN_DOWN), state__in=_STATES, asked_at__isnull=True,
        ended_at__range=(at - rule.after - rule.not_older_than, at - rule.after),
    )  # fmt: skip
    return list(rows.order_by("ended_at", "id").values_list("id", flat=True))
