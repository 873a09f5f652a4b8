"""Which period a situation page speaks of: read from the address, offered as links and as a small form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from gridcommons.kit.disclosure import Shown
from gridcommons.kit.errors import refuse
from gridcommons.kit.words import Words
from gridcommons.outlook.actions import UNKNOWN_EVENT
from gridcommons.outlook.periods import (
    PERIODS,
    USUAL,
    Against,
    Asked,
    Days,
    around,
    between,
    day_of,
    last_days,
    require_span,
    this_week,
    whole_weeks,
)
from gridcommons.outlook.queries import EventFacts, event_of, events_over
from gridcommons.outlook.rules import is_local
from gridcommons.outlook.situation import QUIET, Figures, spans_of
from gridcommons.web.formats import figure_text
from gridcommons.web.office.figures import cell_text, speaks
from gridcommons.web.staff import asked, today

KEPT: Final = ("days", "from", "to", "event", "against", "work", "quiet", "show", "sort")
"""What of an address goes along in every link of the page."""
_USUAL_QUIET: Final = 7
Choice = tuple[Words, str, bool]
"""Words, address, whether it is chosen."""


def query_of(request: HttpRequest, **changes: str) -> str:
    """The filter of the address, with changes; what says nothing is left out."""
    changed = {name.rstrip("_"): value for name, value in changes.items()}
    return urlencode({key: value for key in KEPT if (value := changed.get(key, request.GET.get(key, "")))})


def chosen_event(request: HttpRequest, code: str) -> EventFacts | None:
    """The event named in the address; refuses one that does not concern the area."""
    wish = request.GET.get("event", "")
    if not wish:
        return None
    try:
        key = UUID(wish)
    except ValueError:
        raise refuse(UNKNOWN_EVENT) from None
    return event_of(key, code)


def period_of(request: HttpRequest, code: str, event: EventFacts | None) -> Asked:
    """The period of the address, the usual one where it says nothing or nonsense; refuses impossible days.

    Days of one's own choice are widened to whole weeks for those to whom small figures of the area are hidden.
    """
    house = asked(request)
    day, wish = today(request), request.GET.get("days", "")
    against: Against = "year" if request.GET.get("against") == "year" else "before"
    working = request.GET.get("work") == "1"
    if event is not None and event.first <= day:
        return between(event.first, min(event.last, day), day, key="event", against=against, working=working)
    since, until = request.GET.get("from", ""), request.GET.get("to", "")
    if since or until:
        last = day_of(until) if until else day
        first, last = require_span(day_of(since) if since else last, last, today=day)
        if not is_local(house.viewer, code, house.now):
            first, last = whole_weeks(first, last, day)
        return between(first, last, day, against=against, working=working)
    if wish == "week":
        return this_week(day, against=against, working=working)
    days = next((days for days in PERIODS if str(days) == wish), USUAL)
    return last_days(days, day, against=against, working=working)


def quiet_of(request: HttpRequest) -> int:
    """For how many days an area may have reported nothing before it is named."""
    wish = request.GET.get("quiet", "")
    return next((days for days in QUIET if str(days) == wish), _USUAL_QUIET)


def _fresh(request: HttpRequest, **changes: str) -> str:
    """An address with another period and nothing of the old one."""
    return f"?{query_of(request, **{'from_': '', 'to': '', 'event': '', 'days': ''} | changes)}"


def period_choices(request: HttpRequest, period: Asked) -> list[Choice]:
    """The usual periods."""
    last = [
        (Words(f"{days}天", f"{days} days"), _fresh(request, days=str(days)), period.key == str(days))
        for days in PERIODS
    ]
    return [(Words("本周", "this week"), _fresh(request, days="week"), period.key == "week"), *last]


def against_choices(request: HttpRequest, period: Asked) -> list[Choice]:
    """What the period is compared with, and which days count."""
    before = Words("上周同期", "last week") if period.key == "week" else Words("上一时段", "period before")
    return [
        (before, f"?{query_of(request, against='')}", period.against == "before"),
        (Words("上年同期", "year before"), f"?{query_of(request, against='year')}", period.against == "year"),
    ]


def working_choices(request: HttpRequest, period: Asked) -> list[Choice]:
    """Whether only working days count."""
    return [
        (Words("全部日期", "all days"), f"?{query_of(request, work='')}", not period.working),
        (Words("只计工作日", "working days only"), f"?{query_of(request, work='1')}", period.working),
    ]


def quiet_choices(request: HttpRequest, days: int) -> list[Choice]:
    """For how long nothing came."""
    return [
        (Words(f"{n}天", f"{n} days"), f"?{query_of(request, quiet=str(n))}#silent-title", n == days) for n in QUIET
    ]


@dataclass(frozen=True)
class EventRow:
    """One measure before, during and after: figures, and what that is a day."""

    label: Words
    cells: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class EventTable:
    """An event with its three spans; a span that has not come is absent. `note`: what the reader must know of it."""

    event: EventFacts
    spans: tuple[tuple[Words, date, date, int], ...]
    rows: tuple[EventRow, ...]
    coming: bool
    cut: bool


_SPANS: Final[Mapping[str, Words]] = {
    "before": Words("之前", "Before"), "during": Words("期间", "During"), "after": Words("之后", "After"),
}  # fmt: skip
_EVENT_ROWS: Final[Mapping[str, Words]] = {
    "reported": Words("上报", "Reported"), "done": Words("办结", "Closed or settled"),
    "turned_late": Words("转为超期", "Became overdue"), "reopened": Words("要求重办", "Reopened"),
    "open": Words("期末未办结", "Open at the end"), "overdue": Words("期末已超期", "Overdue at the end"),
}  # fmt: skip
_AT_THE_END: Final = frozenset({"open", "overdue"})


def event_table(request: HttpRequest, code: str, event: EventFacts, *, working: bool) -> EventTable:
    """The figures of an area before, during and after an event, as the viewer may see them."""
    house, day = asked(request), today(request)
    found = around(event.first, event.last, day)
    spans = {name: days for name in _SPANS if (days := getattr(found, name)) is not None}
    seen = spans_of(code=code, spans=spans, working=working, viewer=house.viewer, at=house.now)
    length = (event.last - event.first).days + 1
    rows = [_event_row(key, spans, seen) for key in _EVENT_ROWS]
    return EventTable(
        event, tuple((_SPANS[name], days[0], days[1], _length(days)) for name, days in spans.items()),
        tuple(row for row in rows if row is not None), coming=event.first > day,
        cut=any(_length(days) < length for days in spans.values()),
    )  # fmt: skip


def _length(days: Days) -> int:
    return (days[1] - days[0]).days + 1


def _event_row(key: str, spans: Mapping[str, Days], seen: Mapping[str, Figures]) -> EventRow | None:
    """A row; None where none of its figures may be shown."""
    shown: Sequence[Shown | None] = [seen[name].get(key) for name in spans]
    if not speaks([one for one in shown if one is not None]):
        return None
    return EventRow(
        _EVENT_ROWS[key], tuple(_cell(key, one, days) for one, days in zip(shown, spans.values(), strict=True))
    )


def _cell(key: str, shown: Shown | None, days: Days) -> tuple[str, str]:
    if shown is None:
        return ("–", "")
    if shown.value is None or key in _AT_THE_END:
        return (cell_text(shown), "")
    return (figure_text(shown.value), f"{shown.value / _length(days):.1f}")


def event_choices(request: HttpRequest, code: str, chosen: EventFacts | None) -> list[tuple[EventFacts, str, bool]]:
    """The events that concern an area."""
    return [
        (one, _fresh(request, event=str(one.id)), chosen is not None and one.id == chosen.id)
        for one in events_over(code)
    ]


def events_url(code: str) -> str:
    """Where the events of an area are kept."""
    return reverse("office-events", args=[code])
