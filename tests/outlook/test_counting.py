"""Counts over six levels: posted again they change nothing, and they follow cases and areas wherever these go."""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridcommons.access.identify import program
from gridcommons.cases.actions import accept, close, dispatch, feed_back, file_case, reopen
from gridcommons.cases.counting import count_changes, count_days
from gridcommons.cases.queries import with_code
from gridcommons.outlook.actions import Count, post_counts, roll_anew
from gridcommons.outlook.cube import head_of, pack, unpack, unpack_alike, widened
from gridcommons.outlook.gathering import Span, gather
from gridcommons.outlook.models import Block
from gridcommons.outlook.queries import sums_by_child, sums_by_matter, sums_of
from gridcommons.outlook.situation import situation
from gridcommons.territory.actions import NewArea, load_areas
from gridcommons.territory.models import Area
from town import AT, COUNTY, FAR_GRID, GRID, NEXT_GRID, OTHER_TOWNSHIP, TOWNSHIP, VILLAGE, Town
from web.office_town import report, to_handled

TODAY = AT.date()
LEVELS = ("province", "city", "county", "township", "village", "grid")
_COUNTER = program("counting")


def post(rows: list[tuple[str, int, str, str, int]], **more: Any) -> int:
    """Counts by grid, days ago, matter, measure."""
    counts = [Count(area, TODAY - timedelta(days=ago), matter, measure, n) for area, ago, matter, measure, n in rows]
    days = [TODAY - timedelta(days=i) for i in range(70)]
    facts: dict[str, Any] = {"days": days, "measures": ("reported", "closed", "open")}
    return post_counts(counts=counts, by=_COUNTER, at=AT, **(facts | more))


def of(code: str, ago: int = 69) -> dict[str, int]:
    return sums_of(code, TODAY - timedelta(days=ago), TODAY)


ROWS = [
    (GRID, 0, "street_lamps", "reported", 7), (GRID, 40, "street_lamps", "reported", 300),
    (NEXT_GRID, 1, "potholes", "reported", 2), (FAR_GRID, 1, "street_lamps", "closed", 70_000),
    (VILLAGE, 2, "street_lamps", "reported", 5),
]  # fmt: skip


def test_the_sums_of_all_six_levels_equal_those_of_their_parts(town: Town) -> None:
    post(ROWS)
    whole = of("33")
    assert whole == {"reported": 314, "closed": 70_000}
    first = TODAY - timedelta(days=69)
    for level in LEVELS[:5]:
        parts = sums_by_child("33", level, first, TODAY)
        assert sum(part.get("reported", 0) for part in parts.values()) == 314, level
    grids = sums_by_child("33", "grid", first, TODAY)
    assert sum(part.get("reported", 0) for part in grids.values()) == 309, "five were filed under the village itself"
    assert sums_by_matter(COUNTY, first, TODAY) == {
        "street_lamps": {"reported": 312, "closed": 70_000}, "potholes": {"reported": 2},
    }  # fmt: skip


def test_posting_the_same_again_changes_no_row(town: Town) -> None:
    post(ROWS)
    before = list(Block.objects.order_by("id").values_list("id", "days", "whole"))
    post(ROWS)
    assert [(a, bytes(b), bytes(c)) for a, b, c in Block.objects.order_by("id").values_list("id", "days", "whole")] == [
        (a, bytes(b), bytes(c)) for a, b, c in before
    ]


def test_what_is_posted_replaces_its_days_measures_and_areas_alone(town: Town) -> None:
    post(ROWS)
    post([(GRID, 0, "street_lamps", "reported", 1)], days=[TODAY])
    assert of("33")["reported"] == 314 - 6
    post([], days=[TODAY - timedelta(days=1)], measures=("reported",), areas=[NEXT_GRID])
    assert of("33") == {"reported": 314 - 8, "closed": 70_000}
    post([], areas=[FAR_GRID])
    assert of("33") == {"reported": 314 - 8}


@pytest.mark.parametrize("stray", [("area", FAR_GRID), ("day", 99), ("measure", "filed")])
def test_a_count_outside_what_is_replaced_is_an_error(town: Town, stray: tuple[str, Any]) -> None:
    what, value = stray
    row = (
        value if what == "area" else GRID, value if what == "day" else 0, "street_lamps",
        value if what == "measure" else "reported", 1,
    )  # fmt: skip
    with pytest.raises(ValueError, match="outside"):
        post([row], areas=[GRID])


def test_sums_follow_an_area_that_was_replaced_and_no_record_is_touched(town: Town) -> None:
    post(ROWS)
    other = [
        NewArea("331124", "county", "松阳县", "3311", "S"), NewArea("331124001", "township", "新街道", "331124", "N"),
        NewArea("331124001008", "village", "腾龙社区", "331124001", "T"),
        NewArea("331124001008001", "grid", "一", "331124001008", "1"),
    ]  # fmt: skip
    load_areas(areas=other, issuer="test", valid_from=date(2023, 6, 30), by=_COUNTER, at=AT)
    with_owner_rights_retire(TOWNSHIP, "331124001")
    recorded = set(Block.objects.filter(recorded=True).values_list("area_code", flat=True))
    assert roll_anew(under=TOWNSHIP, by=_COUNTER, at=AT) > 0
    assert (of(COUNTY).get("reported"), of("331124")["reported"]) == (None, 314)
    assert of("331124001008001")["reported"] == 307
    assert of("33") == {"reported": 314, "closed": 70_000}
    assert set(Block.objects.filter(recorded=True).values_list("area_code", flat=True)) == recorded
    assert roll_anew(under=TOWNSHIP, by=_COUNTER, at=AT) == 0
    post([*ROWS[1:], (GRID, 0, "street_lamps", "reported", 8)])
    assert (of("331124")["reported"], of("33")["reported"]) == (315, 315), "new counts of the old code go there too"


def with_owner_rights_retire(code: str, after: str) -> None:
    """Retire an area for another, as a reorganisation will."""
    from gridcommons.access.scope import viewing

    with viewing(_COUNTER, AT, deed="territory.load"):
        Area.objects.filter(pk=code).update(valid_to=TODAY, replaced_by=[after])


def test_a_case_closed_in_time_and_reopened_was_closed_in_time(town: Town) -> None:
    made = report(town)
    to_handled(town, made.case_id)
    close(case_id=made.case_id, check="看过了", by=town.worker, at=AT + timedelta(hours=4))
    count_days(first=TODAY, last=TODAY, by=_COUNTER, at=AT + timedelta(hours=5))
    assert {k: of(GRID)[k] for k in ("closed", "closed_on_time")} == {"closed": 1, "closed_on_time": 1}
    reopen(case_id=made.case_id, reason="又坏了", by=with_code(town.public, made.code), at=AT + timedelta(hours=6))
    count_changes(by=_COUNTER, at=AT + timedelta(hours=7))
    found = of(GRID)
    assert {k: found[k] for k in ("closed", "closed_on_time", "reopened", "open")} == {
        "closed": 1, "closed_on_time": 1, "reopened": 1, "open": 1,
    }  # fmt: skip


def test_a_corrected_case_takes_its_past_along(town: Town) -> None:
    made = report(town)
    count_days(first=TODAY, last=TODAY, by=_COUNTER, at=AT + timedelta(minutes=1))
    later = AT + timedelta(days=5)
    count_changes(by=_COUNTER, at=later)
    file_case(case_id=made.case_id, area_code=NEXT_GRID, matter_key="roads", by=town.supervisor, at=later)
    count_changes(by=_COUNTER, at=later + timedelta(minutes=1))
    day = later.date()
    assert "reported" not in sums_of(GRID, TODAY, day)
    found = sums_of(NEXT_GRID, TODAY, day)
    assert (found["reported"], found["filed"]) == (1, 1)
    assert sums_by_matter("33", TODAY, day).keys() - {"street_lamps"} == {"roads"}
    assert sums_by_matter("33", TODAY, day).get("street_lamps", {}).get("reported") is None


def test_changes_alone_give_what_counting_everything_gives(town: Town) -> None:
    moments = [AT + timedelta(hours=n) for n in range(1, 30)]
    cases = []
    for number, at in enumerate(moments[:8]):
        cases.append(report(town, at=at))
        if number % 2:
            to_handled_at(town, cases[-1].case_id, at)
        elif number % 4:
            file_case(case_id=cases[-1].case_id, by=town.supervisor, at=at + timedelta(minutes=5))
        count_changes(by=_COUNTER, at=at + timedelta(minutes=50))
    end = AT + timedelta(days=20)
    count_changes(by=_COUNTER, at=end)
    first = TODAY - timedelta(days=1)
    step_by_step = {level: sums_by_child("33", level, first, end.date()) for level in LEVELS}
    count_days(first=first, last=end.date(), by=_COUNTER, at=end)
    again = {level: sums_by_child("33", level, first, end.date()) for level in LEVELS}
    assert again == step_by_step
    assert again["province"]["33"]["turned_late"] > 0


def to_handled_at(town: Town, case_id: UUID, at: datetime) -> None:
    file_case(case_id=case_id, by=town.supervisor, at=at + timedelta(minutes=5))
    dispatch(
        case_id=case_id, to_area=COUNTY, to_kind="urban_management", by=town.dispatcher, at=at + timedelta(minutes=9)
    )
    accept(case_id=case_id, by=town.handler, at=at + timedelta(minutes=20))
    feed_back(case_id=case_id, evidence="修好了", by=town.handler, at=at + timedelta(minutes=40))


def test_the_very_first_count_begins_with_the_first_case(town: Town) -> None:
    report(town)
    count_changes(by=_COUNTER, at=AT + timedelta(days=30))
    assert sums_of("33", TODAY, TODAY)["reported"] == 1


def test_a_case_turns_late_on_the_day_of_its_deadline_and_only_then(town: Town) -> None:
    made = report(town)
    file_case(case_id=made.case_id, by=town.supervisor, at=AT + timedelta(minutes=5))
    dispatch(
        case_id=made.case_id,
        to_area=COUNTY,
        to_kind="urban_management",
        by=town.dispatcher,
        at=AT + timedelta(minutes=9),
    )
    for days in range(20):
        count_changes(by=_COUNTER, at=AT + timedelta(days=days, hours=3))
    found = {d: sums_of(GRID, TODAY + timedelta(days=d), TODAY + timedelta(days=d)) for d in range(20)}
    turned = [d for d, held in found.items() if held.get("turned_late")]
    assert len(turned) == 1
    assert [d for d, held in found.items() if held.get("overdue")] == list(range(turned[0], 20))


def test_a_whole_month_is_read_as_one_sum_with_the_same_result(town: Town) -> None:
    post([(GRID, n, "street_lamps", "reported", n + 1) for n in range(60)])
    october = tuple(date(2026, 10, d) for d in range(1, 32))
    whole = gather(own=["33"], spans={"a": Span(october)})
    parts = gather(own=["33"], spans={"a": Span(october), "b": Span(october[3:9])})
    assert whole.totals[0, 0].tolist() == parts.totals[0, 0].tolist()
    assert whole.totals.sum() == sum(TODAY.toordinal() - d.toordinal() + 1 for d in october)


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_gathered_at_once_equals_the_posted_counts_added_up(town: Town, seed: int) -> None:
    rng = random.Random(seed)
    grids, matters, measures = (GRID, NEXT_GRID, FAR_GRID), ("street_lamps", "potholes"), ("reported", "closed", "open")
    held = {
        (rng.choice(grids), rng.randrange(70), rng.choice(matters), rng.choice(measures)): rng.choice((1, 4, 300))
        for _ in range(80)
    }
    post([(*key, n) for key, n in held.items()])
    every = [TODAY - timedelta(days=ago) for ago in range(70)]
    whole_month = [day for day in every if day.month == AT.month - 1]
    asked = [sorted(rng.sample(every, rng.randrange(1, 60))) for _ in range(3)] + [sorted(whole_month)]
    spans = {f"{n}": Span(tuple(days), rng.choice([None, days[-1], rng.choice(every)])) for n, days in enumerate(asked)}
    days = sorted(rng.sample(every, 5)) if seed % 2 else []
    found = gather(own=["33", *grids], spans=spans, by_day=days, matters=spans)

    def told(code: str, span: Span, measure: str, matter: str | None) -> int:
        wanted = {span.stock} if measure == "open" else set(span.flows)
        return sum(
            n for (area, ago, key, what), n in held.items()
            if area.startswith(code) and what == measure and key in (matter or key) and every[ago] in wanted
        )  # fmt: skip

    assert list(found.codes) == sorted({"33", *(area for area, *_rest in held)})
    for place, code in enumerate(found.codes):
        for number, (name, span) in enumerate(spans.items()):
            for measure, column in found.on.measures.items():
                assert found.totals[place, number, column] == told(code, span, measure, None), (code, name, measure)
                for matter, row in found.on.matters.items():
                    assert found.matters[name][place, row, column] == told(code, span, measure, matter)
        for number, day in enumerate(days):
            for measure, column in found.on.measures.items():
                assert found.by_day[place, number, column] == told(code, Span((day,), day), measure, None)


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.integers(0, 30), st.integers(0, 40), st.integers(0, 15), st.sampled_from([1, 255, 256, 70_000])),
        max_size=20,
    )
)
def test_a_block_is_read_as_it_was_packed(cells: list[tuple[int, int, int, int]]) -> None:
    made = np.zeros((31, 41, 16), np.int64)
    for day, matter, measure, n in cells:
        made[day, matter, measure] = n
    packed = pack(made)
    assert (widened(packed, made.shape) == made).all()
    assert unpack(packed).sum(dtype=np.int64) == made.sum()


def test_only_what_becomes_much_smaller_is_deflated_and_both_are_read_alike() -> None:
    busy = np.random.default_rng(7).integers(0, 256, (3, 31, 40, 12))
    busy[:, -1, -1, -1] = 1
    quiet = busy * (np.arange(40) == 39)[:, None]
    for made, is_smaller in ((busy, False), (quiet, True)):
        packed = [pack(cells) for cells in made]
        assert all((len(block) < made[0].size / 2) is is_smaller for block in packed)
        assert len({head_of(block) for block in packed}) == 1
        assert (unpack_alike(packed) == made).all()


def test_a_negative_count_is_no_count() -> None:
    with pytest.raises(ValueError, match="negative"):
        pack(np.full((1, 1, 1), -1))


@pytest.mark.parametrize("level", ["33", "3311", COUNTY, TOWNSHIP, VILLAGE, GRID, OTHER_TOWNSHIP])
def test_a_reader_of_numbers_at_any_level_sees_small_ones_hidden(town: Town, level: str) -> None:
    from cases.orders.order_town import officer

    post([(GRID, 1, "street_lamps", "reported", 3), (NEXT_GRID, 1, "street_lamps", "reported", 30),
          (FAR_GRID, 1, "street_lamps", "reported", 40)])  # fmt: skip
    reader = officer(level, "situation_reader")
    page = situation(code=GRID, period=7, viewer=reader, at=AT)
    assert (page.is_exact, page.now["reported"].value) == (False, None)
    assert situation(code="33", period=7, viewer=reader, at=AT).now["reported"].value == 73
