"""How times, durations and figures are written."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcommons.kit import dates
from gridcommons.web import formats

SHANGHAI = timezone(timedelta(hours=8))
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "zh", "en"),
    [
        (datetime(2026, 11, 22, 6, 5, tzinfo=UTC), "11月22日 周日 14:05", "Sun 22 Nov 14:05"),
        (datetime(2026, 1, 1, 16, 0, tzinfo=UTC), "1月2日 周五 00:00", "Fri 2 Jan 00:00"),
        (datetime(2024, 11, 22, 6, 5, tzinfo=UTC), "2024年11月22日 周五 14:05", "Fri 22 Nov 2024 14:05"),
    ],
)
def test_a_moment_is_written_in_the_time_of_the_place(at: datetime, zh: str, en: str) -> None:
    assert dates.moment_text(at, "zh-hans", zone=SHANGHAI, now=NOW) == zh
    assert dates.moment_text(at, "en", zone=SHANGHAI, now=NOW) == en


def test_the_year_is_left_out_by_the_year_of_the_place_and_not_of_utc() -> None:
    new_year = datetime(2026, 12, 31, 17, 0, tzinfo=UTC)
    assert dates.moment_text(new_year, "en", zone=SHANGHAI, now=new_year) == "Fri 1 Jan 01:00"


def test_a_day_has_no_time() -> None:
    assert dates.day_text(date(2026, 3, 5), "zh-hans", this_year=2026) == "3月5日 周四"


@pytest.mark.parametrize(
    ("shift", "zh", "en"),
    [
        (timedelta(seconds=-50), "刚刚", "just now"),
        (timedelta(minutes=-1), "1分钟前", "1 minute ago"),
        (timedelta(hours=-3, minutes=-40), "3小时前", "3 hours ago"),
        (timedelta(days=2), "2天后", "in 2 days"),
        (timedelta(days=-40), "1个月前", "1 month ago"),
        (timedelta(days=800), "2年后", "in 2 years"),
    ],
)
def test_a_distance_is_told_in_its_largest_whole_unit(shift: timedelta, zh: str, en: str) -> None:
    assert formats.relative_text(NOW + shift, "zh-hans", now=NOW) == zh
    assert formats.relative_text(NOW + shift, "en-GB", now=NOW) == en


@pytest.mark.parametrize(
    ("minutes", "zh", "en"),
    [
        (0, "0分钟", "0 min"),
        (20, "20分钟", "20 min"),
        (60, "1小时", "1 h"),
        (200, "3小时20分", "3 h 20 min"),
        (961, "16小时1分", "16 h 1 min"),
    ],
)
def test_working_minutes_are_hours_and_minutes(minutes: int, zh: str, en: str) -> None:
    assert formats.minutes_text(minutes, "zh-hans") == zh
    assert formats.minutes_text(minutes, "en") == en


@pytest.mark.parametrize(
    ("minutes", "per_day", "zh", "en"),
    [
        (1_260, 420, "3个工作日", "3 working days"),
        (1_085, 420, "2个工作日4小时", "2 working days 4 h"),
        (449, 420, "1个工作日", "1 working day"),
        (419, 420, "6小时59分", "6 h 59 min"),
        (0, 420, "0分钟", "0 min"),
        (1_500, 1_440, "1天1小时", "1 day 1 h"),
    ],
)
def test_a_promise_in_days_is_said_in_days(minutes: int, per_day: int, zh: str, en: str) -> None:
    working = per_day == 420
    assert formats.days_text(minutes, "zh-hans", per_day=per_day, working=working) == zh
    assert formats.days_text(minutes, "en", per_day=per_day, working=working) == en


def test_a_negative_duration_is_refused() -> None:
    with pytest.raises(ValueError, match="not negative"):
        formats.minutes_text(-1, "en")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1317, "1,317"), (0, "0"), (-3, "−3"), (91.44, "91.4"), (5.0, "5"), (Decimal("12.30"), "12.3"), (None, "—"),
        ("<5", "<5"),
    ],
)  # fmt: skip
def test_a_figure_has_thousands_and_one_decimal(value: int | float | Decimal | str | None, text: str) -> None:
    assert formats.figure_text(value) == text


def test_a_yes_is_no_figure() -> None:
    with pytest.raises(TypeError):
        formats.figure_text(True)


@pytest.mark.parametrize(("value", "text"), [(12, "+12"), (-3, "−3"), (0, "±0"), (0.04, "±0"), (-0.04, "±0")])
def test_a_change_carries_its_sign(value: float, text: str) -> None:
    assert formats.change_text(value) == text


@given(st.integers(0, 10_000), st.integers(1, 10_000))
def test_a_hundred_per_cent_is_said_only_of_all(part: int, whole: int) -> None:
    text = formats.share_text(min(part, whole), whole, "en")
    assert (text == "100%") == (part >= whole)


def test_a_share_of_nothing_is_no_figure() -> None:
    assert formats.share_text(0, 0, "en") == "—"


@pytest.mark.parametrize(
    ("part", "whole", "zh", "en"),
    [(0, 400, "0%", "0%"), (1, 101, "不到1%", "under 1%"), (1, 100, "1%", "1%"), (3, 400, "不到1%", "under 1%")],
)
def test_a_share_below_one_per_cent_is_said_as_that(part: int, whole: int, zh: str, en: str) -> None:
    assert (formats.share_text(part, whole, "zh-hans"), formats.share_text(part, whole, "en")) == (zh, en)
