"""Parking: what is unsolved at its limit gets an owner and a date of review, and stands apart until then."""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID

from gridcommons.access.queries import OfficeFacts
from gridcommons.cases.codes import ZONE
from gridcommons.cases.limits import limits
from gridcommons.cases.models import Case
from gridcommons.cases.stepping import Moved, load
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import refusal_kind, refuse

BAD_REVIEW = refusal_kind(
    "case.bad_review_date",
    status=400,
    zh="复核日期须在{first}到{last}之间。",
    en="The date of review has to lie between {first} and {last}.",
)
SAME_REASON = refusal_kind(
    "case.parked_for_the_same",
    status=409,
    zh="再次挂账须有新的理由，不能照抄上一次的。",
    en="A case is parked again only for a new reason, not for the one that was given before.",
)
NOT_DUE = refusal_kind(
    "case.review_not_due",
    status=409,
    zh="还没有到复核日期。",
    en="The date of review has not come yet.",
)


def parked(case_id: UUID, owner: OfficeFacts, reason: str, review: date, at: datetime) -> Moved:
    """A parking with its owner and date; refuses a date too near or too far, and an old reason."""
    _case, steps = load(case_id)
    today = local_day(at, ZONE)
    last = today + limits().parking
    if not today < review <= last:
        raise refuse(BAD_REVIEW, first=f"{today:%Y-%m-%d}", last=f"{last:%Y-%m-%d}")
    if _plain(reason) in {_plain(step.note) for step in steps if step.action == "park"}:
        raise refuse(SAME_REASON)
    return Moved(
        note=reason, given={"owner": str(owner.id), "review": str(review)},
        until=datetime.combine(review, time(), ZONE),
        sets={"review_date": review, "owner_office_id": owner.id},
    )  # fmt: skip


def _plain(text: str) -> str:
    """What is said, without the signs that make it look different."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def require_due(case_id: UUID, at: datetime) -> None:
    """Refuse a parked case whose date of review has not come."""
    case, _steps = load(case_id)
    if case.review_date is None or case.review_date > local_day(at, ZONE):
        raise refuse(NOT_DUE)


def to_review(at: datetime) -> list[UUID]:
    """Parked cases whose date of review has come, the oldest first."""
    rows = Case.objects.filter(state="parked", review_date__lte=local_day(at, ZONE)).order_by("review_date", "id")
    return list(rows.values_list("id", flat=True))
