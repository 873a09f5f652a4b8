from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcommons.cases.clocks import Step, clock_of, due_at
from gridcommons.cases.transitions import packaged
from gridcommons.kit.calendar import WorkingCalendar
from gridcommons.kit.errors import Refusal
from gridcommons.kit.span import Span, parse_span

CALENDAR = WorkingCalendar.load()
ZONE = ZoneInfo("Asia/Shanghai")
DAY = parse_span("1d")  # 420 office minutes


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-{text}").replace(tzinfo=ZONE)


REPORTED = Step("reported", at("02T08:30"))
FILED = Step("filed", at("02T09:30"))  # Monday
DISPATCHED = Step("dispatched", at("02T10:30"))
HANDLED = Step("handled", at("02T15:00"))


def test_the_clock_does_not_run_before_filing() -> None:
    clock = clock_of([REPORTED], CALENDAR, DAY, now=at("02T12:00"))
    assert (clock.used_minutes, clock.left_minutes, clock.overdue, clock.due_at) == (0, 420, False, None)
    assert clock_of([], CALENDAR, DAY, now=at("02T12:00")).due_at is None


def test_it_runs_in_office_hours_from_filing() -> None:
    clock = clock_of([REPORTED, FILED, DISPATCHED], CALENDAR, DAY, now=at("02T15:00"))
    assert (clock.used_minutes, clock.left_minutes, clock.overdue) == (210, 210, False)
    assert clock.due_at == at("03T09:30") == due_at(FILED.at, CALENDAR, DAY)


def test_it_stands_while_the_result_waits_for_the_check() -> None:
    steps = [REPORTED, FILED, DISPATCHED, HANDLED]
    early, late = (clock_of(steps, CALENDAR, DAY, now=at(now)) for now in ("02T15:01", "20T15:00"))
    assert early == late
    assert (early.used_minutes, early.overdue) == (210, False)


def test_rework_goes_on_with_what_was_used_and_the_wait_moves_the_deadline() -> None:
    steps = [REPORTED, FILED, HANDLED, Step("rework", at("04T09:00"))]
    clock = clock_of(steps, CALENDAR, DAY, now=at("04T10:00"))
    assert (clock.used_minutes, clock.left_minutes) == (270, 150)
    assert clock.due_at == at("04T14:30")


def test_a_reopened_case_is_not_given_a_new_limit() -> None:
    steps = [FILED, Step("handled", at("03T09:00")), Step("closed", at("03T10:00")), Step("reopened", at("09T09:00"))]
    clock = clock_of(steps, CALENDAR, DAY, now=at("09T09:31"))
    assert (clock.used_minutes, clock.left_minutes, clock.overdue) == (421, -1, True)
    assert clock.due_at == at("09T09:30")


def test_on_the_minute_is_in_time_and_a_moment_later_is_not() -> None:
    due = at("03T09:30")
    assert not clock_of([FILED], CALENDAR, DAY, now=due).overdue
    assert clock_of([FILED], CALENDAR, DAY, now=due + timedelta(microseconds=1)).overdue


def test_on_a_day_off_what_was_due_on_friday_is_late_though_no_minute_is_over() -> None:
    steps = [Step("filed", at("06T08:00")), Step("dispatched", at("06T09:00"))]  # filed before office hours
    due = due_at(steps[0].at, CALENDAR, DAY)
    friday, saturday = (clock_of(steps, CALENDAR, DAY, now=now) for now in (due, at("07T10:00")))
    assert (friday.left_minutes, friday.overdue, friday.due_at) == (0, False, due)
    assert (saturday.left_minutes, saturday.overdue, saturday.due_at) == (0, True, due)


def test_a_late_case_stays_late_after_it_was_closed_and_keeps_its_deadline() -> None:
    steps = [FILED, Step("handled", at("05T09:30")), Step("closed", at("06T09:30")), Step("confirmed", at("09T09:30"))]
    clock = clock_of(steps, CALENDAR, DAY, now=at("20T09:30"))
    assert (clock.used_minutes, clock.overdue, clock.due_at) == (1260, True, at("03T09:30"))


def test_a_limit_by_the_plain_clock_runs_through_nights_and_weekends() -> None:
    steps = [Step("filed", at("06T17:00"))]  # Friday
    clock = clock_of(steps, CALENDAR, parse_span("2h"), now=at("06T18:00"), clock="calendar")
    assert (clock.used_minutes, clock.left_minutes, clock.due_at) == (60, 60, at("06T19:00"))


def test_steps_that_run_backwards_are_refused_also_by_the_plain_clock() -> None:
    for kind in ("working", "calendar"):
        with pytest.raises(Refusal) as caught:
            clock_of([DISPATCHED, FILED], CALENDAR, DAY, now=at("02T12:00"), clock=kind)
        assert caught.value.code == "clock.backwards"


def test_a_server_clock_a_little_behind_does_not_stop_the_page() -> None:
    clock = clock_of([FILED], CALENDAR, DAY, now=FILED.at - timedelta(seconds=3))
    assert (clock.used_minutes, clock.due_at) == (0, at("03T09:30"))


MOMENTS = st.datetimes(datetime(2018, 1, 1), datetime(2025, 12, 31), timezones=st.just(ZONE))  # noqa: DTZ001
STATES = st.sampled_from([key for key in packaged().states if key != "new"])


@given(
    steps=st.lists(st.tuples(MOMENTS, STATES), max_size=8),
    now=MOMENTS,
    minutes=st.integers(1, 5_000),
    kind=st.sampled_from(["working", "calendar"]),
)
def test_used_and_left_add_up_and_late_means_past_due(steps, now, minutes, kind) -> None:
    ordered = [Step(state, moment) for moment, state in sorted(steps)]
    clock = clock_of(ordered, CALENDAR, Span(minutes=minutes), now=now, clock=kind)
    assert clock.used_minutes + clock.left_minutes == minutes
    assert clock.used_minutes >= 0
    assert clock.overdue <= (clock.left_minutes <= 0)
    if clock.overdue:
        assert clock.due_at is not None
        assert clock.due_at < max([now, *(step.at for step in ordered)])


@given(moments=st.lists(MOMENTS, min_size=3, max_size=6), minutes=st.integers(1, 5_000))
def test_time_never_gives_back_what_was_used(moments: list[datetime], minutes: int) -> None:
    start, *later = sorted(moments)
    clocks = [clock_of([Step("filed", start)], CALENDAR, Span(minutes=minutes), now=now) for now in later]
    assert all(before.used_minutes <= after.used_minutes for before, after in pairwise(clocks))
    assert len({clock.due_at for clock in clocks}) == 1
