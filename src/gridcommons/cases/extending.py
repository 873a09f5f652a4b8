"""More time, once: how far a new deadline may lie, and what it adds to the limit."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from uuid import UUID

from gridcommons.cases.casting import clock_kind
from gridcommons.cases.clocks import later, passed
from gridcommons.cases.codes import ZONE
from gridcommons.cases.limits import limits
from gridcommons.cases.models import Case
from gridcommons.cases.stepping import Moved, load
from gridcommons.kit.calendar import WorkingCalendar
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.matters.queries import matter_as_of

NOT_LATER = refusal_kind(
    "case.extension_not_later",
    status=400,
    zh="新的期限须晚于现在的期限（{due}）。",
    en="The new date has to lie after the present deadline ({due}).",
)
TOO_FAR = refusal_kind(
    "case.extension_too_far",
    status=400,
    zh="最多延到{last}；还办不完的，请在到期后由派遣员挂账。",
    en="The new date may be {last} at the latest; what takes longer is parked by the dispatcher when it is due.",
)


def asked_for(case_id: UUID, reason: str, until: date) -> Moved:
    """The request of the office in charge for more time."""
    case, _steps = load(case_id)
    if case.due_at is None:
        return Moved(note=reason, given={"until": str(until)})
    moment, _extra = _reckoned(case, case.due_at, until)
    sets = {"extension": "asked", "wanted_until": moment}
    return Moved(note=reason, given={"until": str(until)}, until=moment, before_at=case.due_at, sets=sets)


def granted(case_id: UUID, note: str, until: date | None) -> Moved:
    """More time as it is granted: until another day, or as it was asked for."""
    case, _steps = load(case_id)
    day = until or (local_day(case.wanted_until, ZONE) if case.wanted_until else None)
    if case.due_at is None or day is None:
        return Moved(note=note, given={"until": str(day or "")})
    moment, extra = _reckoned(case, case.due_at, day)
    sets = {
        "extension": "granted", "first_due_at": case.due_at, "extra_minutes": case.extra_minutes + extra,
        "wanted_until": None,
    }  # fmt: skip
    return Moved(note=note, given={"until": str(day)}, until=moment, before_at=case.due_at, sets=sets)


def _reckoned(case: Case, due: datetime, until: date) -> tuple[datetime, int]:
    """The last moment of the clock on a day, and the minutes it adds; refuses a day too early or too late."""
    last = local_day(due, ZONE) + limits().extension
    if until > last:
        raise refuse(TOO_FAR, last=last)
    kind, calendar = clock_kind(matter_as_of(case.edition, case.matter_key).deadline.clock), WorkingCalendar.load()
    end = datetime.combine(until + timedelta(days=1), time(), ZONE)
    extra = passed(calendar, due, end, kind) // timedelta(minutes=1) if end > due else 0
    if extra < 1:
        raise refuse(NOT_LATER, due=f"{due.astimezone(ZONE):%Y-%m-%d %H:%M}")
    return later(calendar, due, timedelta(minutes=extra), kind), extra
