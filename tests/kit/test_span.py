from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcommons.kit.calendar import WorkingCalendar
from gridcommons.kit.errors import Refusal
from gridcommons.kit.span import Span, parse_span

CALENDAR = WorkingCalendar.load()
FRIDAY = datetime(2026, 3, 6, 16, 30, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    ("text", "span"),
    [("5d", Span(days=5)), ("4h", Span(minutes=240)), ("30m", Span(minutes=30)), (" 1d4h ", Span(1, 240))],
)
def test_a_limit_is_read_in_days_hours_and_minutes(text: str, span: Span) -> None:
    assert parse_span(text) == span


@pytest.mark.parametrize("text", ["", "5", "d", "0d", "-1h", "4h1d", "5 d", "1.5h", "５d", "99999d", "9999d", "五天"])
def test_anything_else_is_refused_with_the_text_named(text: str) -> None:
    with pytest.raises(Refusal) as caught:
        parse_span(text)
    assert caught.value.code == "calendar.span"
    assert f"“{text}”" in caught.value.words().zh


@given(days=st.integers(0, 999), minutes=st.integers(1, 9_999))
def test_a_written_span_reads_back_the_same(days: int, minutes: int) -> None:
    assert parse_span(str(Span(days, minutes))) == Span(days, minutes)


def test_two_hours_on_a_friday_evening_end_on_monday_by_the_working_clock_only() -> None:
    span = parse_span("2h")
    assert span.due(CALENDAR, FRIDAY) == datetime(2026, 3, 9, 9, 30, tzinfo=FRIDAY.tzinfo)
    assert span.due(CALENDAR, FRIDAY, clock="calendar") == datetime(2026, 3, 6, 18, 30, tzinfo=FRIDAY.tzinfo)


def test_a_day_is_a_working_day_or_a_round_of_the_clock() -> None:
    assert parse_span("1d").total_minutes(CALENDAR) == 420
    assert parse_span("1d").total_minutes(CALENDAR, clock="calendar") == 1440


def test_a_span_says_which_clock_it_runs_on_in_both_languages() -> None:
    assert Span(5).words().zh == "5个工作日"
    assert Span(1, 90).words().en == "1 working day 1 working hour 30 working minutes"
    assert Span(0, 120).words(clock="calendar").en == "2 hours"
