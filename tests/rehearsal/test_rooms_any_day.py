"""The demo may be filled on any day of the week and at any hour: in each room nothing comes before what it follows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import pytest
from django.db import transaction

from gridcommons.access.glass.models import Glass
from gridcommons.access.rules import Scope
from gridcommons.access.scope import on_day, scoped
from gridcommons.cases.models import Case, Step
from gridcommons.cases.problems.models import Problem
from gridcommons.kit.calendar import WorkingCalendar
from gridcommons.kit.errors import Refusal, refuse
from gridcommons.rehearsal import rooms
from gridcommons.rehearsal.cast import Cast
from gridcommons.rehearsal.county import build_county
from gridcommons.rehearsal.lived_in import ADMISSION, TWO, UNHEARD, VISITS, WORK
from gridcommons.rehearsal.rooms import Stage, fill_rooms
from gridcommons.territory.succession import ZONE
from rehearsal.lived_town import put_in_use, stage_at
from small_county import keep_small

ROOMS: Final = (*WORK, *ADMISSION, *VISITS, *TWO)
"""The rooms whose deeds lie days back; the others are filled as of now."""
MONDAY: Final = datetime(2026, 11, 9, tzinfo=ZONE)
HOURS: Final = (0.2, 8.5, 10.6, 14.5, 17.6, 19.0, 23.8)
NOWS: Final = [
    *(MONDAY + timedelta(days=day, hours=hour) for day in range(7) for hour in (HOURS[day], HOURS[(day + 3) % 7])),
    datetime(2026, 10, 6, 10, 30, tzinfo=ZONE),  # within the longest days off of the year
    datetime(2026, 10, 8, 8, 40, tzinfo=ZONE),
]


@pytest.fixture(scope="module")
def county() -> Iterator[None]:
    stands = min(NOWS) - timedelta(days=60)
    with pytest.MonkeyPatch.context() as patch, transaction.atomic(), on_day(stands):
        keep_small(patch)
        build_county(seed=1, at=stands, staff="few")
        put_in_use(stands)
        yield
        transaction.set_rollback(True)


@contextmanager
def undone() -> Iterator[None]:
    """What happens within leaves nothing."""
    sid = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(sid)


@pytest.mark.usefixtures("county")
@pytest.mark.parametrize(
    "now", [pytest.param(now, marks=() if at % 4 == 0 else pytest.mark.slow) for at, now in enumerate(NOWS)],
    ids=[f"{now:%a-%d-%H%M}" for now in NOWS],
)  # fmt: skip
def test_rooms_are_filled_in_order_whatever_day_it_is(now: datetime) -> None:
    with on_day(now), undone():
        filled = fill_rooms(stage_at(now), ROOMS, lambda words, done, total: None)
        assert filled == [room.name.en for room in ROOMS]
        with scoped(Scope("^")):
            glass, problem = Glass.objects.get(), Problem.objects.get(state="open")
            assert glass.ended_at is not None
            assert glass.reviewed_at is not None
            assert glass.ended_at < glass.reviewed_at <= now
            moments = [step.at for step in problem.life.order_by("id")]
            assert moments == sorted(moments)
            assert max(Step.objects.values_list("at", flat=True)) <= now


def test_moments_of_a_stage_keep_their_order_on_every_day_and_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rooms, "gather", lambda _at: Cast())  # nobody acts here
    calendar = WorkingCalendar.packaged()
    for hour in range(24 * 7):
        stage = stage_at(MONDAY + timedelta(hours=hour, minutes=17))
        back = [stage.ago(days=tenths / 10) for tenths in range(400)]
        assert back == sorted(back, reverse=True)
        review = stage.ago(days=1)
        night = stage.night(before=review)
        assert night + timedelta(hours=1) < review
        assert calendar.is_working(review.astimezone(ZONE).date())


@pytest.mark.usefixtures("county")
def test_a_room_that_breaks_off_leaves_nothing_and_the_others_are_filled() -> None:
    now = NOWS[0]
    calls, orders = WORK[:2]

    def half(stage: Stage) -> None:
        calls.fill(stage)
        raise refuse(UNHEARD, seconds=60)

    broken = replace(calls, fill=half)
    with on_day(now), undone():
        with pytest.raises(Refusal) as told:
            fill_rooms(stage_at(now), [broken, orders], lambda words, done, total: None)
        assert told.value.words().en.startswith("“hotline and desk” was not filled: The program did not hear")
        assert told.value.words().zh.startswith("“热线与窗口”没有填好：程序在60秒内")
        with scoped(Scope("^")):
            assert not Case.objects.exists(), "no half of it stays public"
        assert fill_rooms(stage_at(now), [calls, orders], lambda words, done, total: None) == ["hotline and desk"]
