from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gridcommons.kit.calendar import WorkingCalendar, parse_calendar
from gridcommons.kit.errors import Refusal

ZONE = ZoneInfo("Asia/Shanghai")
CALENDAR = WorkingCalendar.load()
TEXT = files("gridcommons.kit").joinpath("data/calendar_cn.toml").read_text(encoding="utf-8")
MOMENTS = st.datetimes(datetime(2018, 1, 1), datetime(2025, 12, 31), timezones=st.just(ZONE))  # noqa: DTZ001


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


# Days named in the notices of the General Office of the State Council.
MADE_UP = ["2018-02-11", "2018-12-29", "2019-05-05", "2020-01-19", "2021-09-18", "2022-10-09", "2023-06-25"]
MADE_UP += ["2024-05-11", "2025-01-26", "2026-01-04", "2026-02-14", "2026-02-28", "2026-09-20", "2026-10-10"]
FREE = ["2018-12-31", "2019-05-03", "2020-01-31", "2021-02-11", "2022-04-05", "2023-05-03", "2024-02-16"]
FREE += ["2025-01-28", "2026-01-02", "2026-02-23", "2026-04-06", "2026-06-19", "2026-10-07", "2027-02-05"]


@pytest.mark.parametrize("day", MADE_UP)
def test_a_make_up_weekend_day_is_worked(day: str) -> None:
    assert date.fromisoformat(day).isoweekday() > 5
    assert CALENDAR.is_working(date.fromisoformat(day))


@pytest.mark.parametrize("day", FREE)
def test_a_holiday_on_a_weekday_is_not_worked_and_has_a_name(day: str) -> None:
    assert date.fromisoformat(day).isoweekday() < 6
    assert not CALENDAR.is_working(date.fromisoformat(day))
    assert CALENDAR.festival(date.fromisoformat(day)) is not None


def test_the_working_days_of_each_year_are_those_of_the_notices() -> None:
    totals = {number: year.total for number, year in CALENDAR.years.items()}
    assert totals == WORKING_DAYS


# 2018-2026 as counted by PyPI chinesecalendar 1.11.0; 2027 by hand: 261 weekdays, 7 of them statutory days off.
WORKING_DAYS = {2018: 250, 2019: 250, 2020: 249, 2021: 250, 2022: 249, 2023: 249, 2024: 251, 2025: 248, 2026: 248}
# 2028: 260 less 9; 2029: 261 less 11.
WORKING_DAYS |= {2027: 254, 2028: 251, 2029: 250}


def test_only_the_years_without_a_notice_are_provisional() -> None:
    assert [number for number, year in CALENDAR.years.items() if year.provisional] == [2027, 2028, 2029]
    assert all(year.source for year in CALENDAR.years.values())


def test_a_day_has_420_office_minutes_and_lunch_does_not_count() -> None:
    assert CALENDAR.minutes_per_day == 420
    assert CALENDAR.minutes_between(local("2026-03-02T00:00"), local("2026-03-03T00:00")) == 420
    assert CALENDAR.minutes_between(local("2026-03-02T11:50"), local("2026-03-02T14:05")) == 15


# start, minutes, deadline
DEADLINES = [
    ("2026-03-02T10:00", 30, "2026-03-02T10:30"),
    ("2026-03-02T11:50", 20, "2026-03-02T14:10"),
    ("2026-03-02T11:00", 60, "2026-03-02T12:00"),
    ("2026-03-02T17:00", 60, "2026-03-03T09:00"),
    ("2026-03-06T17:30", 1, "2026-03-09T08:31"),
    ("2026-02-13T17:00", 60, "2026-02-14T09:00"),
    ("2026-02-14T17:00", 60, "2026-02-24T09:00"),
    ("2025-12-31T17:00", 60, "2026-01-04T09:00"),
    ("2026-03-02T03:00", 420, "2026-03-02T17:30"),
    ("2026-03-02T10:00", 0, "2026-03-02T10:00"),
]


@pytest.mark.parametrize(("start", "minutes", "due"), DEADLINES)
def test_a_deadline_counts_office_minutes_only(start: str, minutes: int, due: str) -> None:
    assert CALENDAR.add(local(start), minutes=minutes) == local(due)


def test_days_are_working_days_and_keep_the_time_of_day() -> None:
    assert CALENDAR.add(local("2026-02-13T10:00"), days=1) == local("2026-02-14T10:00")
    assert CALENDAR.add(local("2026-02-13T10:00"), days=2) == local("2026-02-24T10:00")
    assert CALENDAR.add(local("2026-02-15T10:00"), days=1) == local("2026-02-24T17:30")


def test_a_deadline_is_a_moment_in_utc() -> None:
    assert CALENDAR.add(local("2026-03-02T10:00"), minutes=5).utcoffset() == timedelta()


@given(start=MOMENTS, minutes=st.integers(0, 60_000))
def test_adding_minutes_and_counting_them_gives_the_same_minutes(start: datetime, minutes: int) -> None:
    assert CALENDAR.minutes_between(start, CALENDAR.add(start, minutes=minutes)) == minutes


@given(start=MOMENTS, minutes=st.integers(1, 60_000))
def test_a_deadline_is_the_first_moment_that_far_away(start: datetime, minutes: int) -> None:
    due = CALENDAR.add(start, minutes=minutes)
    assert CALENDAR.worked(start, due) == timedelta(minutes=minutes)
    assert CALENDAR.worked(start, due - timedelta(microseconds=1)) < timedelta(minutes=minutes)
    assert CALENDAR.is_working(due.astimezone(ZONE).date())


@given(starts=st.tuples(MOMENTS, MOMENTS), minutes=st.integers(0, 60_000))
def test_who_starts_later_is_never_due_earlier(starts: tuple[datetime, datetime], minutes: int) -> None:
    early, late = sorted(starts)
    assert CALENDAR.add(early, minutes=minutes) <= CALENDAR.add(late, minutes=minutes)


@given(start=MOMENTS, minutes=st.tuples(st.integers(0, 60_000), st.integers(0, 60_000)))
def test_a_longer_limit_is_never_due_earlier(start: datetime, minutes: tuple[int, int]) -> None:
    short, long = sorted(minutes)
    assert CALENDAR.add(start, minutes=short) <= CALENDAR.add(start, minutes=long)


@given(moments=st.tuples(MOMENTS, MOMENTS, MOMENTS))
def test_working_time_adds_up_over_parts(moments: tuple[datetime, datetime, datetime]) -> None:
    first, middle, last = sorted(moments)
    assert CALENDAR.worked(first, middle) + CALENDAR.worked(middle, last) == CALENDAR.worked(first, last)


@given(start=MOMENTS, length=st.timedeltas(timedelta(), timedelta(days=60)))
def test_the_stretches_are_apart_in_order_and_sum_to_the_working_time(start: datetime, length: timedelta) -> None:
    stretches = list(CALENDAR.stretches(start, start + length))
    assert sum((until - since for since, until in stretches), timedelta()) == CALENDAR.worked(start, start + length)
    assert all(before[1] < after[0] for before, after in pairwise(stretches))


def test_a_year_without_an_arrangement_is_refused_and_named() -> None:
    for use in (
        lambda: CALENDAR.is_working(date(2031, 5, 1)),
        lambda: CALENDAR.add(local("2029-12-31T17:00"), minutes=60),
        lambda: CALENDAR.minutes_between(local("2017-12-31T17:00"), local("2018-01-02T10:00")),
    ):
        with pytest.raises(Refusal) as caught:
            use()
        assert (caught.value.code, caught.value.status) == ("calendar.missing", 409)
        assert dict(caught.value.reasons[0].facts)["year"] in {"2031", "2030", "2017"}


def test_a_clock_that_jumps_back_is_refused() -> None:
    for use in (
        lambda: CALENDAR.minutes_between(local("2026-03-02T10:00"), local("2026-03-02T09:59")),
        lambda: list(CALENDAR.stretches(local("2026-03-02T10:00"), local("2026-03-02T09:59"))),
        lambda: CALENDAR.after(local("2026-03-02T10:00"), timedelta(minutes=-1)),
    ):
        with pytest.raises(Refusal) as caught:
            use()
        assert caught.value.code == "clock.backwards"


@pytest.mark.parametrize("amount", [{}, {"minutes": 1, "days": 1}, {"minutes": -1}, {"days": -1}])
def test_a_deadline_needs_one_amount_and_no_negative_one(amount: dict[str, int]) -> None:
    with pytest.raises(Refusal) as caught:
        CALENDAR.add(local("2026-03-02T10:00"), **amount)
    assert caught.value.code == "calendar.amount"


# what is put into the file, in place of what; the word that the refusal must hold
FAULTS = [
    ('zone = "Asia/Shanghai"', 'zone = "Asia/Suichang"', "Suichang"),
    ('["08:30", "12:00"]', '["08:30", "14:30"]', "hours"),
    ('["08:30", "12:00"]', '["8 Uhr", "12:00"]', "8 Uhr"),
    ("worked = [2018-02-11,", "worked = [2019-02-11,", "2019-02-11"),
    ("worked = [2018-02-11,", "worked = [2018-10-01,", "2018-10-01"),
    ("mid_autumn = [2027-09-15]", "moon_day = [2027-09-15]", "moon_day"),
    ('key = "cn"', "", "key"),
    ('key = "cn"', "key = = 3", "line"),
]


@pytest.mark.parametrize(("old", "new", "word"), FAULTS)
def test_a_faulty_file_is_refused_with_what_is_wrong(old: str, new: str, word: str) -> None:
    assert old in TEXT
    with pytest.raises(Refusal) as caught:
        parse_calendar(TEXT.replace(old, new, 1))
    assert caught.value.code == "calendar.unreadable"
    assert word in caught.value.words().en


def test_a_calendar_of_another_place_loads_from_a_file(tmp_path) -> None:
    path = tmp_path / "calendar.toml"
    path.write_text(
        'key = "li"\nzone = "Europe/Vaduz"\nweekend = [7]\nhours = [["08:00", "16:00"]]\n'
        'owner_zh = "邦政府"\nowner_en = "Government"\n[names]\nassumption = { zh = "圣母升天", en = "Assumption" }\n'
        '[[years]]\nyear = 2026\nprovisional = false\nsource = "test"\nworked = []\n[years.off]\n'
        "assumption = [2026-08-15]\n",
        encoding="utf-8",
    )
    calendar = WorkingCalendar.load(path)
    start = datetime(2026, 8, 14, 13, 0, tzinfo=UTC)  # 15:00 in Vaduz, Friday
    assert calendar.add(start, minutes=61) == datetime(2026, 8, 17, 6, 1, tzinfo=UTC)
    assert calendar.minutes_per_day == 480
