"""The replay plan: the same seed gives the same days, rates hold, and nearly everything ends in time."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridcommons.kit.errors import Refusal
from gridcommons.rehearsal.behaviour import Conduct, load_behaviours, squeezed, stage_names, stage_shares
from gridcommons.rehearsal.duplicates import Candidate, choose_duplicates
from gridcommons.rehearsal.extract import Extract, load_extract
from gridcommons.rehearsal.mapping import NO_MATTER, load_mapping
from gridcommons.rehearsal.plan import SHANGHAI, PlannedRequest, closed_share, make_plan, plan_end
from gridcommons.rehearsal.pool import pool_of

START = date(2026, 3, 2)


@cache
def plan_of(days: int = 14, per_day: float | None = None, seed: int = 7) -> list[PlannedRequest]:
    return make_plan(load_extract(), days=days, per_day=per_day, start=START, seed=seed)


def share(plan: list[PlannedRequest], holds: list[bool]) -> float:
    return sum(holds) / len(plan)


def test_the_same_seed_gives_the_same_plan_and_another_seed_another() -> None:
    again = make_plan(load_extract(), days=14, start=START, seed=7)
    assert again == plan_of()
    assert [r.text for r in plan_of(seed=8)] != [r.text for r in again]


def test_fourteen_days_replay_every_mapped_request_and_every_chain_once() -> None:
    extract = load_extract()
    mapped = {r.id for r in extract.requests if r.matter not in (None, NO_MATTER)}
    origins = Counter((r.source, r.origin) for r in plan_of())
    assert len(plan_of()) == len(mapped) + 25 == 972
    assert set(origins.values()) == {1}
    assert {origin for source, origin in origins if source == "nyc"} == mapped


@pytest.mark.parametrize("days", [1, 2, 7, 14, 30])
def test_at_least_nineteen_of_twenty_are_closed_when_the_days_are_over(days: int) -> None:
    for seed in range(5):
        assert closed_share(plan_of(days, None, seed), plan_end(START, days)) >= 0.95


def test_only_what_the_source_left_open_has_no_end() -> None:
    closed = {r.id for r in load_extract().requests if r.hours_to_close is not None or r.closed_before_created}
    open_in_plan = {r.origin for r in plan_of() if r.ends_at is None}
    assert open_in_plan
    assert open_in_plan.isdisjoint(closed)


def test_requests_come_in_order_within_the_days_at_their_sources_time_of_day() -> None:
    extract = load_extract()
    minutes = {r.id: r.minute for r in extract.requests}
    begin = datetime(2026, 3, 1, 16, tzinfo=UTC)
    plan = plan_of()
    assert [r.serial for r in plan] == list(range(1, len(plan) + 1))
    assert [r.at for r in plan] == sorted(r.at for r in plan)
    assert begin <= plan[0].at <= plan[-1].at < plan_end(START, 14) == begin + timedelta(days=14)
    local = [(r, r.at.astimezone(SHANGHAI)) for r in plan if r.source == "nyc"]
    assert [r.serial for r, at in local if at.hour * 60 + at.minute != minutes[r.origin]] == []


def test_days_get_equal_numbers() -> None:
    days = Counter(r.at.astimezone(SHANGHAI).date() for r in plan_of())
    assert len(days) == 14
    assert max(days.values()) - min(days.values()) <= 1


def test_every_stage_is_aware_utc_and_follows_the_one_before() -> None:
    for r in plan_of(per_day=220):
        moments = [r.at, *(stage.at for stage in r.stages)]
        assert all(moment.tzinfo is UTC for moment in moments)
        assert all(one < other for one, other in pairwise(moments))


def test_every_life_line_is_complete() -> None:
    for r in plan_of(per_day=220):
        names = [stage.name for stage in r.stages]
        if r.ends_at is None:
            assert names == ["filed", "dispatched"]
        elif names[-1] == "closed":
            assert names[:2] == ["filed", "dispatched"]
            assert names.count("handled") == names.count("closed") + names.count("rework")
            assert ("sent_back" in names) == (r.conduct.sent_back_reason is not None)
            assert names.count("closed") == 1 + r.conduct.reopened
        else:
            assert names in (["settled"], ["merged"])


def test_nobody_reopens_within_the_hours_of_the_closing() -> None:
    """A whole course is squeezed into an hour of the night: closed twice within a minute, it is told twice alike."""
    for seed in range(3):
        reopened = [r for r in plan_of(seed=seed) if r.conduct.reopened and r.conduct.duplicate_of is None]
        assert reopened
        for r in reopened:
            at = {stage.name: stage.at for stage in reversed(r.stages)}
            assert at["reopened"] - at["closed"] >= timedelta(hours=48), r.serial
            assert r.ends_at is not None
            assert r.ends_at < plan_end(START, 14)


def test_declared_rates_are_kept_within_bounds() -> None:
    plan, rates = plan_of(per_day=500), load_behaviours().rates
    minor = load_behaviours().minor
    handled = [r for r in plan if r.conduct.duplicate_of is None and r.stages[0].name == "filed" and not r.legs]
    handled = [r for r in handled if not r.conduct.stays_open]
    could_settle = [r for r in plan if r.matter in minor and not r.legs and not r.conduct.stays_open]
    could_settle = [r for r in could_settle if r.conduct.duplicate_of is None]
    given = [r for r in plan if r.conduct.contact_given]
    measured = {
        "chinese": (share(plan, [r.language == "zh" for r in plan]), rates.chinese),
        "duplicate": (share(plan, [r.conduct.duplicate_of is not None for r in plan]), rates.duplicate),
        "sent_back": (share(handled, [r.conduct.sent_back_reason is not None for r in handled]), rates.sent_back),
        "rework": (share(handled, [r.conduct.rework for r in handled]), rates.rework),
        "reopened": (share(handled, [r.conduct.reopened for r in handled]), rates.reopened),
        "settled": (share(could_settle, [r.conduct.settled_on_the_spot for r in could_settle]), 0.25),
        "contact_given": (share(plan, [r.conduct.contact_given for r in plan]), rates.contact_given),
        "contact_shown": (share(given, [r.conduct.contact_shown for r in given]), rates.contact_shown),
    }
    assert {name: pair for name, pair in measured.items() if abs(pair[0] - pair[1]) > 0.03} == {}
    assert all(value > 0 for value, _ in measured.values())


def test_a_contact_is_shown_only_where_one_was_given() -> None:
    assert [r.serial for r in plan_of(per_day=220) if r.conduct.contact_shown and not r.conduct.contact_given] == []


def test_reasons_for_sending_back_are_declared_in_both_languages() -> None:
    reasons = load_behaviours().reasons
    used = {r.conduct.sent_back_reason for r in plan_of(per_day=220)} - {None}
    assert used == set(reasons)
    assert all(words.zh and words.en for words in reasons.values())


def test_a_duplicate_repeats_an_open_case_of_its_matter_at_its_place() -> None:
    plan = plan_of(per_day=220)
    repeats = [r for r in plan if r.conduct.duplicate_of is not None]
    assert repeats
    for r in repeats:
        original = plan[(r.conduct.duplicate_of or 0) - 1]
        assert original.serial == r.conduct.duplicate_of
        assert (original.matter, original.place) == (r.matter, r.place)
        assert original.conduct.duplicate_of is None
        assert original.stages[0].name == "filed"
        assert original.stages[0].at <= r.at
        assert r.ends_at is not None
        assert original.ends_at is None or r.ends_at <= original.ends_at


def test_places_lie_in_the_unit_square_and_unknown_ones_say_so() -> None:
    plan = plan_of()
    assert all(0 <= axis <= 1 for r in plan for axis in r.place)
    known = {r.id: r.x is not None for r in load_extract().requests}
    single = [r for r in plan if r.source == "nyc" and r.conduct.duplicate_of is None]
    assert [r.serial for r in single if r.place_known != known[r.origin]] == []
    assert 40 < sum(not r.place_known for r in plan) < 110


def test_more_a_day_than_the_extract_holds_brings_new_places_and_texts() -> None:
    plan = plan_of(7, 1000.0)
    assert len(plan) == 7000
    assert sum(bool(r.legs) for r in plan) == 25
    by_origin: dict[int, set[tuple[float, float]]] = {}
    for r in plan:
        if r.source == "nyc":
            by_origin.setdefault(r.origin, set()).add(r.place)
    assert min(len(places) for places in by_origin.values()) >= 1
    assert sum(len(places) for places in by_origin.values()) > 6000
    assert len({r.text for r in plan}) > 1000


def test_fewer_a_day_are_a_part_of_the_extract_without_repetition() -> None:
    plan = plan_of(3, 20.0)
    assert len(plan) == 60 == len({(r.source, r.origin) for r in plan})


def test_chains_walk_their_departments_before_they_are_closed() -> None:
    chains = [r for r in plan_of() if r.legs]
    assert len(chains) == 25
    departments = {leg.department for r in chains for leg in r.legs}
    assert departments == {"transport", "housing_construction", "water_utility", "power_supply"}
    assert departments <= load_mapping().departments
    for r in chains:
        closed = next(stage.at for stage in r.stages if stage.name == "closed")
        starts = [leg.starts_at for leg in r.legs]
        assert starts == sorted(starts)
        assert all(r.at < leg.starts_at <= leg.ends_at < closed for leg in r.legs)
        assert max(leg.ends_at for leg in r.legs) > r.legs[0].starts_at


def test_a_request_closed_before_it_was_created_gets_a_real_duration() -> None:
    backwards = {r.id for r in load_extract().requests if r.closed_before_created}
    drafts = [draft for draft in pool_of(load_extract()) if draft.source == "nyc" and draft.origin in backwards]
    assert len(drafts) == 10
    assert all(draft.hours is not None and draft.hours > 0 for draft in drafts)


@pytest.mark.parametrize(
    ("days", "per_day", "seed"),
    [(0, None, 1), (367, None, 1), (14, 0.0, 1), (14, -3.0, 1), (14, float("nan"), 1), (14, 1e9, 1), (14, None, -1)],
)
def test_an_impossible_plan_is_refused_with_the_bounds(days: int, per_day: float | None, seed: int) -> None:
    with pytest.raises(Refusal) as refusal:
        make_plan(load_extract(), days=days, per_day=per_day, start=START, seed=seed)
    assert refusal.value.code == "rehearsal.plan_impossible"
    assert "366" in refusal.value.words().zh


def test_an_extract_without_any_mapped_request_is_refused() -> None:
    full = load_extract()
    empty = Extract(tuple(replace(r, matter=None) for r in full.requests), (), full.gate, full.chain_gate)
    with pytest.raises(Refusal):
        make_plan(empty, days=14, start=START, seed=1)


def test_a_plan_can_be_made_from_a_given_file(tmp_path: Path) -> None:
    header = "Unique Key,Created Date,Closed Date,Agency,Complaint Type,Descriptor,Latitude,Longitude\n"
    row = "{},06/26/2018 10:58:54 AM,06/26/2018 11:58:54 AM,DOT,Street Condition,Pothole,40.{},-73.{}\n"
    path = tmp_path / "given.csv"
    path.write_text(header + "".join(row.format(n, n, n) for n in range(100, 1100)), encoding="utf-8")
    plan = make_plan(load_extract(path), days=2, start=START, seed=1)
    assert Counter(r.source for r in plan) == {"file": 1000, "chicago": 25}


def test_another_zone_keeps_its_own_local_days() -> None:
    zone = ZoneInfo("Europe/Vaduz")
    plan = make_plan(load_extract(), days=3, start=date(2026, 3, 28), seed=1, zone=zone)
    assert {r.at.astimezone(zone).date() for r in plan} == {date(2026, 3, day) for day in (28, 29, 30)}


@given(st.floats(0, 1e5), st.floats(0, 1e5), st.integers(1, 60), st.floats(0, 1500))
def test_squeezing_keeps_the_order_and_stays_below_the_longest(
    one: float, other: float, days: int, room: float
) -> None:
    times = load_behaviours().times
    low, high = (squeezed(h, days=days, room_hours=room, times=times) for h in sorted((one, other)))
    assert times.shortest_hours <= low <= high <= max(1.0, 0.4 * 24 * days)
    assert high <= max(times.least_hours, 0.9 * room)


@given(st.booleans(), st.booleans(), st.booleans())
def test_stage_shares_rise_to_one(back: bool, rework: bool, reopened: bool) -> None:
    conduct = Conduct(sent_back_reason="outside_remit" if back else None, rework=rework, reopened=reopened)
    shares = stage_shares(stage_names(conduct), load_behaviours().weights)
    assert all(one < other for one, other in pairwise(shares))
    assert shares[-1] == pytest.approx(1.0)


@settings(max_examples=50)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 9), st.integers(1, 20)), max_size=40), st.randoms())
def test_no_original_is_itself_a_duplicate(rows: list[tuple[str, int, int]], random: Random) -> None:
    begin = datetime(2026, 3, 2, tzinfo=UTC)
    candidates = []
    for place, (matter, gap, length) in enumerate(rows):
        at = begin + timedelta(minutes=10 * place + gap)
        candidates.append(Candidate(matter, at, at + timedelta(minutes=1), at + timedelta(minutes=9 * length), True))
    order = list(range(len(rows)))
    random.shuffle(order)
    found = choose_duplicates(candidates, 0.5, order)
    assert set(found).isdisjoint(found.values())
    assert len(found) <= round(0.5 * len(rows))
    assert all(original < place for place, original in found.items())
