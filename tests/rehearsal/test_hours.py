"""People of the demo act in their hours: what came later still does, and nothing is put off past the end."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from gridcommons.kit.calendar import WorkingCalendar
from gridcommons.kit.words import Words
from gridcommons.rehearsal.extract import load_extract
from gridcommons.rehearsal.hours import at_desk, on_duty
from gridcommons.rehearsal.places import Spot
from gridcommons.rehearsal.plan import make_plan
from gridcommons.rehearsal.replay import Running, _events, _in_service

CALENDAR = WorkingCalendar.packaged()
ZONE = CALENDAR.zone
FAR = datetime(2027, 6, 1, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(2026, 2, 1), datetime(2026, 11, 28), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis takes naive bounds


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZONE)  # type: ignore[arg-type]


@given(st.lists(MOMENTS, min_size=2, max_size=20, unique=True))
def test_desks_act_in_office_hours_and_in_the_same_order(moments: list[datetime]) -> None:
    found = [at_desk(one, CALENDAR) for one in sorted(moments)]
    assert found == sorted(found)
    for one in found:
        day = one.astimezone(ZONE)
        assert CALENDAR.is_working(day.date())
        since = timedelta(hours=day.hour, minutes=day.minute, seconds=day.second, microseconds=day.microsecond)
        assert any(opens <= since <= closes for opens, closes in CALENDAR.hours)


def test_a_day_off_falls_on_the_last_working_day_before_it() -> None:
    sunday, monday = at_desk(local(2026, 11, 22, 3, 0), CALENDAR), at_desk(local(2026, 11, 23, 3, 0), CALENDAR)
    assert sunday.astimezone(ZONE).date() == local(2026, 11, 20).date()
    assert monday.astimezone(ZONE).date() == local(2026, 11, 23).date()


@given(st.lists(MOMENTS, min_size=2, max_size=20, unique=True))
def test_the_service_acts_by_day_and_in_the_same_order(moments: list[datetime]) -> None:
    found = [on_duty(one, CALENDAR, FAR) for one in sorted(moments)]
    assert all(one <= other for one, other in pairwise(found))
    assert all(time(8) <= one.astimezone(ZONE).time() <= time(20) for one in found)
    assert all(one <= other for one, other in zip(sorted(moments), found, strict=True)), "nothing happens too early"


def test_what_happens_to_a_request_keeps_its_order_by_day() -> None:
    start = local(2026, 3, 2)
    end = start + timedelta(days=14)
    plan = make_plan(load_extract(), days=14, start=start.date(), seed=7)
    nowhere = Spot("331123001001001", None, None, Words("", ""))
    for request in plan:
        events = [one for one in _events(Running(request, nowhere)) if one.at <= end]
        by_day = [_in_service(one, end) for one in events]
        assert [one.what for one in sorted(by_day)] == [one.what for one in sorted(events)]
        assert all(one.at <= end for one in by_day)


def test_what_the_next_day_would_bring_too_late_is_done_at_night() -> None:
    late, end = local(2026, 11, 22, 22, 0), local(2026, 11, 23, 0, 0)
    assert on_duty(late, CALENDAR, end) == late
    assert on_duty(late, CALENDAR, FAR).astimezone(ZONE).date() == local(2026, 11, 23).date()
    noon = local(2026, 11, 22, 12, 0)
    assert on_duty(noon, CALENDAR, end) == noon
