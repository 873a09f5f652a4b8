from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from gridcommons.kit.clock import local_day, require_aware, require_order, w3c
from gridcommons.kit.errors import Refusal

SHANGHAI = ZoneInfo("Asia/Shanghai")
NAIVE = datetime(2026, 3, 2, 9, 30)  # noqa: DTZ001  the very thing that must be refused


def test_a_time_without_a_zone_is_refused_in_both_languages() -> None:
    with pytest.raises(Refusal) as caught:
        require_aware(NAIVE)
    assert caught.value.code == "clock.naive"
    assert "2026-03-02T09:30:00" in caught.value.words().zh
    assert "2026-03-02T09:30:00" in caught.value.words().en


@pytest.mark.parametrize("use", [lambda: local_day(NAIVE, SHANGHAI), lambda: w3c(NAIVE, SHANGHAI)])
def test_no_function_of_the_clock_guesses_a_zone(use) -> None:
    with pytest.raises(Refusal, match="time zone"):
        use()


def test_the_local_day_is_that_of_the_area_not_of_utc() -> None:
    late = datetime(2026, 3, 1, 16, 30, tzinfo=UTC)
    assert local_day(late, SHANGHAI) == date(2026, 3, 2)
    assert local_day(late, ZoneInfo("America/Chicago")) == date(2026, 3, 1)


def test_w3c_text_has_seconds_and_offset_and_reads_back() -> None:
    at = datetime(2026, 3, 2, 1, 30, 0, 999, tzinfo=UTC)
    assert w3c(at, SHANGHAI) == "2026-03-02T09:30:00+08:00"
    assert datetime.fromisoformat(w3c(at, SHANGHAI)) == at.replace(microsecond=0)


def test_a_clock_that_jumps_back_is_refused_and_equal_moments_are_not() -> None:
    at = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
    assert require_order(at, at.astimezone(SHANGHAI)) == (at, at)
    with pytest.raises(Refusal) as caught:
        require_order(at, datetime(2026, 3, 2, 1, 29, tzinfo=UTC))
    assert (caught.value.code, caught.value.status) == ("clock.backwards", 409)
