"""Periods, comparisons and events: what is counted, what is refused."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gridcommons.access.identify import program
from gridcommons.kit.calendar import WorkingCalendar
from gridcommons.kit.disclosure import exact
from gridcommons.kit.errors import Refusal
from gridcommons.outlook.actions import Count, add_event, drop_event, post_counts
from gridcommons.outlook.periods import (
    around,
    between,
    counted_days,
    day_of,
    last_days,
    this_week,
    whole_weeks,
)
from gridcommons.outlook.queries import event_of, events_over
from gridcommons.outlook.situation import situation, spans_of
from town import AT, COUNTY, GRID, OTHER_TOWNSHIP, TOWNSHIP, Town

TODAY = AT.date()  # Monday 2 November 2026


def test_a_period_is_compared_with_as_many_days_before_or_with_last_year() -> None:
    assert last_days(7, TODAY).before == (date(2026, 10, 20), date(2026, 10, 26))
    assert last_days(7, TODAY, against="year").before == (date(2025, 10, 27), date(2025, 11, 2))
    wednesday = date(2026, 11, 4)
    week = this_week(wednesday)
    assert (week.days, week.before) == ((TODAY, wednesday), (date(2026, 10, 26), date(2026, 10, 28)))
    leap = between(date(2024, 2, 29), date(2024, 2, 29), TODAY, against="year")
    assert leap.before == (date(2023, 2, 28), date(2023, 2, 28))


@pytest.mark.parametrize(
    ("first", "last", "code"),
    [
        (TODAY, TODAY - timedelta(days=1), "outlook.period_reversed"),
        (TODAY, TODAY + timedelta(days=1), "outlook.period_future"),
        (TODAY - timedelta(days=3650), TODAY, "outlook.period_long"),
    ],
)
def test_impossible_periods_are_refused(first: date, last: date, code: str) -> None:
    with pytest.raises(Refusal) as no:
        between(first, last, TODAY)
    assert no.value.code == code


@pytest.mark.parametrize("text", ["", "2026-13-01", "yesterday", "0001-01-01", "20000-01-01", "2026-1-1"])
def test_what_is_no_date_is_told_so(text: str) -> None:
    with pytest.raises(Refusal) as no:
        day_of(text)
    assert no.value.code == "outlook.no_date"


def test_weeks_are_whole_and_over() -> None:
    assert whole_weeks(date(2026, 10, 21), date(2026, 10, 27), TODAY) == (date(2026, 10, 19), date(2026, 11, 1))
    assert whole_weeks(TODAY, TODAY, TODAY) == (date(2026, 10, 26), date(2026, 11, 1))


def test_only_working_days_count_where_that_is_asked(town: Town) -> None:
    days = (date(2026, 9, 28), date(2026, 10, 11))
    working = counted_days(days, working=True, calendar=WorkingCalendar.load())
    assert date(2026, 10, 1) not in working
    assert 0 < len(working) < 10
    _post({0: 5, 1: 7, 2: 11})
    asked = last_days(7, TODAY, working=True)
    page = situation(code=TOWNSHIP, period=asked, viewer=town.supervisor, at=AT)
    assert page.now["reported"] == exact(5), "yesterday was a Sunday"


def test_before_during_and_after_as_far_as_they_have_come() -> None:
    long_ago = around(date(2026, 9, 1), date(2026, 9, 3), TODAY)
    assert (long_ago.before, long_ago.during, long_ago.after) == (
        (date(2026, 8, 29), date(2026, 8, 31)), (date(2026, 9, 1), date(2026, 9, 3)),
        (date(2026, 9, 4), date(2026, 9, 6)),
    )  # fmt: skip
    now = around(date(2026, 11, 1), date(2026, 11, 5), TODAY)
    assert (now.during, now.after) == ((date(2026, 11, 1), TODAY), None)
    assert around(date(2026, 12, 1), date(2026, 12, 2), TODAY).during is None


def _post(by_days_ago: dict[int, int]) -> None:
    counts = [Count(GRID, TODAY - timedelta(days=ago), "street_lamps", "reported", n) for ago, n in by_days_ago.items()]
    days = [TODAY - timedelta(days=i) for i in range(70)]
    post_counts(counts=counts, days=days, measures=("reported",), by=program("test"), at=AT)


def test_spans_of_an_event_are_summed_each_for_itself(town: Town) -> None:
    _post({10: 1, 9: 2, 8: 4, 7: 8, 6: 16, 5: 32})
    spans = {"before": _days(10, 9), "during": _days(8, 7), "after": _days(6, 5)}
    found = spans_of(code=TOWNSHIP, spans=spans, viewer=town.supervisor, at=AT)
    assert [found[name]["reported"] for name in spans] == [exact(3), exact(12), exact(48)]
    hidden = spans_of(code=TOWNSHIP, spans=spans, viewer=town.county_officer, at=AT)
    assert hidden["before"]["reported"].value is None
    with pytest.raises(Refusal):
        spans_of(code=TOWNSHIP, spans=spans, viewer=town.stranger, at=AT)


def _days(first: int, last: int) -> tuple[date, date]:
    return TODAY - timedelta(days=first), TODAY - timedelta(days=last)


def _add(town: Town, name: str = "台风", first: int = 9, last: int = 5, area: str = COUNTY) -> object:
    days = _days(first, last)
    return add_event(area_code=area, name=name, first=days[0], last=days[1], by=town.county_officer, at=AT)


def test_an_event_concerns_its_area_and_what_is_below_and_tells_of_overlaps(town: Town) -> None:
    _add(town)
    _add(town, "集中整治", first=6, last=1)
    assert [(one.name, one.overlaps) for one in events_over(GRID)] == [("集中整治", ("台风",)), ("台风", ("集中整治",))]
    assert events_over("3311") == []
    gone = events_over(COUNTY)[0]
    drop_event(event_id=gone.id, by=town.county_officer, at=AT)
    assert [one.name for one in events_over(OTHER_TOWNSHIP)] == ["台风"]
    with pytest.raises(Refusal) as no:
        event_of(gone.id, COUNTY)
    assert no.value.code == "outlook.unknown_event"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"first": 5, "last": 9}, "outlook.period_reversed"),
        ({"first": 5000, "last": 5}, "outlook.period_long"),
        ({"name": "  "}, "outlook.nameless_event"),
        ({"name": "找张三13812345678"}, "outlook.person_in_event"),
        ({"area": "331123999"}, "area.unknown"),
    ],
)
def test_events_that_cannot_be(town: Town, more: dict[str, object], code: str) -> None:
    with pytest.raises(Refusal) as no:
        _add(town, **more)  # type: ignore[arg-type]
    assert no.value.code == code


@pytest.mark.parametrize("name", ["supervisor", "worker", "auditor", "handler", "stranger", "public"])
def test_who_enters_no_events(town: Town, name: str) -> None:
    with pytest.raises(Refusal):
        add_event(area_code=COUNTY, name="台风", first=TODAY, last=TODAY, by=getattr(town, name), at=AT)
    assert events_over(COUNTY) == []
