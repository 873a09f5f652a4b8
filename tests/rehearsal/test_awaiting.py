"""Some requests of a replay stop short, so that the worker of the demo finds work."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gridcommons.kit.words import Words
from gridcommons.rehearsal.awaiting import left_to_check, left_to_file
from gridcommons.rehearsal.extract import load_extract
from gridcommons.rehearsal.places import Spot
from gridcommons.rehearsal.plan import PlannedRequest, make_plan, plan_end
from gridcommons.rehearsal.replay import Running, _events, _up_to

START = date(2026, 11, 9)


@pytest.fixture(scope="module")
def plan() -> list[PlannedRequest]:
    return make_plan(load_extract(), days=14, start=START, seed=1)


def test_the_newest_plain_requests_wait_for_their_check(plan: list[PlannedRequest]) -> None:
    until = plan_end(START, 14)
    stops = left_to_check(plan, until)
    assert set(stops.values()) == {"handled"}
    assert len(stops) == 4
    known = {request.serial: request for request in plan}
    for serial in stops:
        names = [stage.name for stage in known[serial].stages if stage.at <= until]
        assert "handled" in names
        assert not known[serial].legs
        assert serial not in {request.conduct.duplicate_of for request in plan}
    assert len({known[serial].matter for serial in stops}) == 4
    assert min(known[serial].at for serial in stops) > until - timedelta(days=3)


def test_a_small_replay_leaves_little_and_a_day_not_begun_nothing(plan: list[PlannedRequest]) -> None:
    assert len(left_to_check(plan[:40], plan_end(START, 14))) == 1
    assert left_to_file(plan, plan[0].at - timedelta(seconds=1)) == {}
    fresh = left_to_file(plan, plan[200].at)
    assert list(fresh.values()) == ["reported", "reported"]
    assert all(request.at <= plan[200].at for request in plan if request.serial in fresh)


def test_nothing_comes_after_the_stop(plan: list[PlannedRequest]) -> None:
    stops = left_to_check(plan, plan_end(START, 14))
    request = next(one for one in plan if one.serial in stops)
    running = Running(request, Spot("331123001007001", None, None, Words("某路1号", "1 Some Road")))
    whole = [event.what for event in _events(running)]
    short = [event.what for event in _up_to(_events(running), "handled")]
    assert "closed" in whole
    assert short == whole[: whole.index("handled") + 1]
