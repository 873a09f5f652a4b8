"""Writes of outlook: counts posted by the parts above, sums brought to areas that moved, events."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Q

from gridcommons.access.deeds import deed
from gridcommons.access.rules import Place, Viewer
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.masking import mask
from gridcommons.outlook.models import Event, PostedBy, PostedDay, WeekTold
from gridcommons.outlook.periods import ZONE, require_span
from gridcommons.outlook.rules import STOCKS
from gridcommons.outlook.summing import one_at_a_time, replace, roll
from gridcommons.territory.queries import area_on

NAME_LENGTH: Final = 60
MOST_EVENT_DAYS: Final = 92

UNKNOWN_EVENT = refusal_kind(
    "outlook.unknown_event",
    status=404,
    zh="没有这个事件，或它已被撤销。请从事件清单中选择。",
    en="There is no such event, or it was dropped. Choose one from the list of events.",
)
NAMELESS_EVENT = refusal_kind(
    "outlook.nameless_event",
    status=400,
    zh="请给事件起一个名称（最多{most}个字）。",
    en="Give the event a name, of {most} characters at most.",
)
PERSON_IN_EVENT = refusal_kind(
    "outlook.person_in_event",
    status=422,
    zh="事件名称里不能有人名、电话或证件号，请改写后再提交。",
    en="The name of an event must hold no person, phone or document number; write it otherwise.",
)


@dataclass(frozen=True)
class Count:
    """A number to post: recorded area, local day, matter, measure."""

    area_code: str
    day: date
    matter_key: str
    measure: str
    n: int


@deed("outlook.post")
def post_counts(
    *, counts: Iterable[Count], days: Iterable[date], measures: Iterable[str], areas: Iterable[str] | None = None,
    under: str = "", source: str = "", told: Iterable[str] | None = None, by: Viewer, at: datetime,
    purpose: str = "operation",
) -> int:  # fmt: skip
    """Replace the counts of the given days and measures by these; posting the same again changes nothing.

    `areas`: only those recorded under these codes are replaced, all where it is None; `under`: only those recorded
    below this code. `source`: who posts, where it is not cases: a source has days of its own. `told`: of weeks of
    visits that end on these days, the areas of which they may be told. Returns how many counts changed hands.
    """
    days, given, measures = sorted(set(days)), list(counts), list(measures)
    one_at_a_time()
    if measures:
        replace([(c.area_code, c.day, c.matter_key, c.measure, c.n) for c in given], days, measures, areas, under)
    if told is not None:
        _tell_weeks(days, sorted(set(told)))
    if source:
        PostedBy.objects.bulk_create(
            [PostedBy(source=source, day=day, posted_at=at) for day in days],
            update_conflicts=True, unique_fields=["source", "day"], update_fields=["posted_at"],
        )  # fmt: skip
        return len(given)
    PostedDay.objects.bulk_create(
        [PostedDay(day=day, posted_at=at) for day in days],
        update_conflicts=True, unique_fields=["day"], update_fields=["posted_at"],
    )  # fmt: skip
    if not set(STOCKS).isdisjoint(measures):
        PostedDay.objects.filter(day__in=days, stood=False).update(stood=True)
    return len(given)


def _tell_weeks(days: Iterable[date], codes: Iterable[str]) -> None:
    """Keep of which areas the weeks up to these days may be told, in place of what was kept of them."""
    held, wanted = list(days), list(codes)
    WeekTold.objects.filter(last__in=held).delete()
    rows = [WeekTold(last=day, area_code=code) for day in held for code in wanted]
    WeekTold.objects.bulk_create(rows, batch_size=2_000)


@deed("outlook.roll", keeps=("under",))
def roll_anew(*, under: str, by: Viewer, at: datetime, purpose: str = "operation") -> int:
    """Bring the sums to where the counts recorded under a code belong today, after areas were moved or made.

    Only the sums of areas that lose or get something are written; nothing recorded changes. Returns how many months of
    recorded areas went elsewhere; a second run finds none.
    """
    CHINA.level_of(under)
    one_at_a_time()
    return roll(Q(area_code__startswith=under))


def _there(facts: Mapping[str, Any]) -> Place:
    return Place(facts["area_code"])


def _of_event(facts: Mapping[str, Any]) -> Place:
    found = Event.objects.filter(pk=facts["event_id"], dropped_at__isnull=True).first()
    if found is None:
        raise refuse(UNKNOWN_EVENT)
    return Place(found.area_code)


@deed("outlook.add_event", on=_there, keeps=("name", "first", "last"))
def add_event(
    *, area_code: str, name: str, first: date, last: date, by: Viewer, at: datetime, purpose: str = "administration"
) -> Event:
    """Enter an event by name and days, so that the time before, during and after it can be compared.

    Days to come are allowed, a campaign may be announced; reversed days and more than 92 are refused. It may overlap
    another: the page says so.
    """
    today = local_day(at, ZONE)
    area_on(area_code, today)
    words = clean_text(name, limit=NAME_LENGTH).strip()
    if not words:
        raise refuse(NAMELESS_EVENT, most=NAME_LENGTH)
    if mask(words).findings:
        raise refuse(PERSON_IN_EVENT)
    require_span(first, last, most=MOST_EVENT_DAYS)
    return Event.objects.create(name=words, area_code=area_code, first=first, last=last, added_by=by.key, added_at=at)


@deed("outlook.drop_event", on=_of_event)
def drop_event(*, event_id: UUID, by: Viewer, at: datetime, purpose: str = "administration") -> Event:
    """Take an event off the list; the figures themselves are untouched."""
    event = Event.objects.select_for_update().get(pk=event_id)
    event.dropped_at = event.dropped_at or at
    event.save(update_fields=["dropped_at"])
    return event
