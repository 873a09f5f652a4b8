"""How areas get, keep and lose a colour: the published fixtures, the grey, the steps, and what must always hold."""

from __future__ import annotations

import json
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from gridcommons.kit.errors import Refusal
from gridcommons.outlook.colours.colouring import coloured, coloured_as_known, is_review_due, summary, tried
from gridcommons.outlook.colours.measures import Counts
from gridcommons.outlook.colours.rules import UNSET
from gridcommons.outlook.colours.scheme import recut, scheme_named
from outlook.colours.made import FIRST, UNKNOWN, colours_of, counts, last_day, last_of, runs

DEFAULT = scheme_named("default")
ORDER = ["green", "blue", "yellow", "orange", "red"]


def test_three_cases_in_8000_people_do_not_turn_yellow_by_themselves() -> None:
    rows = [0.0] * 20 + [3]
    one = last_of(counts(rows, 8_000))
    assert one.inputs["rate"] == 37.5
    assert (one.colour, one.hatched) == ("blue", True)
    assert colours_of(counts([3], 8_000)) == ["grey"]
    town = np.zeros((21, 40))
    town[-1, 0] = 3
    assert last_of(counts(town, 8_000)).colour == "blue", "nor among quiet neighbours"
    assert last_day(37.5, "default", 80_000) == "yellow", "ten times the people are sure"


@pytest.mark.parametrize(("reported", "colour"), [(79, "grey"), (79.99, "grey"), (80, "green"), (100, "green")])
def test_under_80_per_cent_of_grids_an_area_is_grey(reported: float, colour: str) -> None:
    one = last_of(counts([0.0] * 20, given={"completeness": reported}))
    assert one.colour == colour
    hot = last_of(counts([0.0] * 19 + [500], given={"completeness": reported}))
    assert hot.colour == ("grey" if colour == "grey" else "red"), "grey stands for the unknown, whatever is known"
    if colour == "grey":
        assert hot.last_known.colour == "red", "and what is known is not lost under it"


def test_areas_that_never_reported_lend_nothing_to_the_others() -> None:
    seven = np.zeros((21, 1))
    seven[-7:] = 1
    alone = last_of(counts(seven, 20_000))
    silent = last_of(counts(np.hstack([seven, np.full((21, 9), UNKNOWN)]), 20_000))
    quiet = last_of(counts(np.hstack([seven, np.zeros((21, 9))]), 20_000))
    assert (alone.colour, silent.colour) == ("yellow", "yellow"), "no case was reported there, and no day without one"
    assert quiet.colour == "blue", "areas that reported noughts are known to have had none"


@pytest.mark.parametrize("name", ["ecdc-2021", "state-council-2022-june", "italy-2021"])
def test_orange_and_red_of_every_scheme_wait_for_an_officer(name: str) -> None:
    scheme = scheme_named(name)
    high = [one for one in scheme.levels if one.colour in {"orange", "red", "dark-red"}]
    assert high
    assert all(one.signed for one in high)


@pytest.mark.parametrize("population", [100_000, 1_000_000, 50_000_000])
def test_a_rate_that_swings_from_74_to_76_for_30_days_changes_at_most_twice(population: int) -> None:
    per = population / 100_000
    daily = [1.5 * per if n % 2 == 0 else (74 / 7 - 1.5) * per for n in range(14)]
    for day in range(30):
        daily.append((76 if day % 2 == 0 else 74) * per - sum(daily[-13:]))
    found = coloured(counts(np.round(daily, 6), population), DEFAULT)
    rates = found.known.values["rate"][14:, 0]
    assert np.allclose(rates, [76, 74] * 15)
    assert summary(found).changes <= 2
    assert len(runs([row[0] for row in found.colours()])) <= 3
    straight = coloured(counts(np.round(daily, 6), population), scheme_named("ecdc-2021"))
    assert len(runs([str(x) for x in straight.known.values["rate"][14:, 0] >= 75])) == 30, "the bare rate swings daily"


def test_up_at_once_and_down_one_level_after_seven_days_each() -> None:
    rows = [0.0] * 14 + [300] + [0.0] * 60
    stood = runs(colours_of(counts(rows)))
    # 14 days the cases are in the window; the seventh day lower is the first of the next level
    assert stood[-5:] == [("red", 13 + 7), ("orange", 7), ("yellow", 7), ("blue", 7), ("green", 20)]
    assert stood[-6][0] == "green"


def test_a_colour_says_who_why_until_when_and_what_wants_a_signature() -> None:
    rows = [0.0] * 14 + [300] + [0.0] * 16
    found = coloured(counts(rows), DEFAULT)
    red, held = found.colour_at(14, 0), found.colour_at(30, 0)
    assert (red.level.key, red.rule, red.is_proposal) == ("E", "default@2026.1/E1", True)
    assert red.until - red.day == timedelta(7)
    assert red.owner == DEFAULT.owner
    words = " ".join(one.words.en for one in red.because)
    assert "at least 200 per 100,000 with probability 1" in words
    assert "until a named officer signs" in words
    assert "300 cases in 14 days" in words
    assert held.rule == "default@2026.1/E-held"
    assert "lower for 3 days, comes down after 7" in held.because[0].words.en
    assert "低于此级已3天" in held.because[0].words.zh
    assert all(one.words.zh and one.words.en and one.source == DEFAULT.source for one in red.because)
    blue = last_of(counts([0.0] * 20 + [1]))
    assert (blue.level.key, blue.is_proposal) == ("B", False)


def test_a_colour_is_carried_whole_and_runs_out_into_review() -> None:
    one = last_of(counts([0.0] * 20 + [300])).as_dict()
    assert (one["level"], one["colour"], one["pattern"], one["proposal"]) == ("E", "red", "solid", True)
    assert one["inputs"]["rate"] == 300
    assert one["contest"]["zh"].startswith("认为数据有误的，请向县疾病预防控制中心")
    assert all(reason.keys() == {"zh", "en"} for reason in one["because"])
    assert json.loads(json.dumps(one)) == one
    signed = FIRST + timedelta(1)
    assert [is_review_due(DEFAULT, signed, FIRST + timedelta(n)) for n in (7, 8, 9)] == [False, True, True]


def test_clusters_and_r_and_the_scan_raise_by_their_rules() -> None:
    assert last_day(0, "default", clusters=1) == "yellow"
    assert last_day(0, "default", clusters=2) == "orange"
    assert last_day(0, "default", scan_p=0.01) == "yellow"
    assert last_day(0, "default", scan_p=0.02) == "green"
    growing = [0.0] * 14 + [round(1.35**n) for n in range(16)]
    steady = [5.0] * 44
    big, small = last_of(counts(growing, 900_000)), last_of(counts(steady, 140_000))
    assert (big.colour, big.rule) == ("orange", "default@2026.1/D3")
    assert big.inputs["r_lower"] > 1
    assert small.rule == "default@2026.1/C1"
    both = last_of(counts(growing, 200_000, given={"clusters": 2}))
    assert both.rule == "default@2026.1/E2"
    assert "cluster" in both.because[0].words.en


def test_imported_cases_colour_nothing_by_default_and_count_where_the_scheme_counts_all() -> None:
    rows, abroad = [0.0] * 20 + [90], [0.0] * 20 + [90]
    assert last_of(counts(rows, imported=abroad)).colour == "green"
    assert last_of(counts(rows, imported=[0.0] * 20 + [60])).colour == "yellow"
    assert last_of(counts(rows, imported=abroad), "state-council-2020").colour == "yellow"


@pytest.mark.parametrize(("population", "colour"), [(0, "grey"), (999, "grey"), (1000, "green")])
def test_under_1000_people_an_area_is_grey(population: int, colour: str) -> None:
    assert last_of(counts([0.0] * 20, population)).colour == colour
    beside = counts([[0.0, 4.0]] * 20, [population, 90_000])
    assert last_of(beside).colour == colour


def test_cases_in_an_area_without_people_are_grey_and_disturb_nobody() -> None:
    found = coloured(counts([[5.0, 0.0]] * 20, [0, 90_000]), DEFAULT)
    assert [row[0] for row in found.colours()][-1] == "grey"
    assert [row[1] for row in found.colours()][-1] == "green"


def test_after_three_days_without_a_report_an_area_is_grey_and_not_greener() -> None:
    rows = [0.0] * 14 + [300, *[UNKNOWN] * 6, *[0.0] * 40]
    found = coloured(counts(rows), DEFAULT)
    colours = [row[0] for row in found.colours()]
    assert colours[14:22] == ["red", "red", "red", "red", "grey", "grey", "grey", "red"]
    assert found.colour_at(19, 0).last_known is not None
    assert "5 days old" in found.colour_at(19, 0).because[0].words.en
    assert "very high" in found.colour_at(19, 0).because[1].words.en
    whole = runs(colours_of(counts([0.0] * 14 + [300, *[0.0] * 46])))
    red, late = colours.count("red"), dict(whole)["red"]
    assert colours.index("orange") > 14 + late, "days that nobody reported are not days at the lower reading"
    assert red >= late - 3


def test_a_missing_day_in_a_quiet_window_is_not_taken_as_free_of_cases() -> None:
    rows = [0.0] * 20 + [UNKNOWN] + [0.0] * 14
    colours = colours_of(counts(rows))
    assert colours[19:21] == ["green", "green"], "the last report stands for three days"
    assert colours[21:34] == ["blue"] * 13
    one = coloured(counts(rows), DEFAULT).colour_at(22, 0)
    assert one.rule == "default@2026.1/B-gap"
    assert "not taken as free of cases" in one.because[0].words.en


def test_the_first_days_are_grey_unless_what_is_known_is_enough() -> None:
    quiet = colours_of(counts([0.0] * 16))
    assert quiet == ["grey"] * 13 + ["green"] * 3
    assert colours_of(counts([0.0] * 16, from_nothing=True)) == ["green"] * 16
    assert colours_of(counts([300.0] * 3)) == ["red"] * 3


def test_an_area_that_begins_or_ends_in_mid_series_is_grey_where_it_is_not_known() -> None:
    rows = np.zeros((40, 2))
    rows[20:, 0], rows[:20, 1] = UNKNOWN, UNKNOWN
    found = coloured(counts(rows), DEFAULT).colours()
    assert [row[0] for row in found][19:] == ["green"] * 4 + ["grey"] * 17
    assert [row[1] for row in found] == ["grey"] * 33 + ["green"] * 7


def test_counts_that_cannot_be_are_refused() -> None:
    for bad in (counts([-1.0]), counts([1.0], -5), counts([1.0], imported=[2.0]), counts([1.0], given={"icu": -1})):
        with pytest.raises(Refusal, match="not below 0"):
            coloured(bad, DEFAULT)


def test_other_cuts_are_tried_on_the_same_counts() -> None:
    rows = np.zeros((60, 3))
    rows[:, 0], rows[20, 1] = 3, 300
    found = tried(counts(rows), {"as it is": DEFAULT, "50": recut(DEFAULT, {"rate": {25: 50}})})
    now, then = found["as it is"], found["50"]
    assert (now.areas["yellow"], then.areas["yellow"]) == (2, 1)
    assert (now.areas["red"], now.proposals) == (1, 1)
    assert now.raised == then.raised == 1
    assert sum(now.days.values()) == sum(then.days.values()) == 180
    assert now.changes == now.raised + now.lowered
    assert then.days["yellow"] == 7 < now.days["yellow"]


ROWS = st.lists(st.lists(st.one_of(st.integers(0, 40), st.just(None)), min_size=3, max_size=3), min_size=3, max_size=50)


def _drawn(rows: list[list[int | None]], **more: object) -> Counts:
    return counts([[UNKNOWN if x is None else x for x in row] for row in rows], [9_000, 30_000, 120_000], **more)


@settings(max_examples=60, deadline=None)
@drawn(ROWS)
def test_levels_rise_at_once_and_fall_one_step_after_seven_days_and_never_without_a_report(
    rows: list[list[int | None]],
) -> None:
    found = coloured(_drawn(rows), DEFAULT)
    level, certain, grey = found.standing.level.astype(int), found.read.certain, found.read.grey
    held = level != UNSET
    assert (level[held] >= certain[held]).all()
    steps = np.diff(level, axis=0)
    fell = (steps < 0) & held[:-1]
    assert (steps[fell] == -1).all()
    assert found.known.fresh[1:][fell].all()
    assert not grey[1:][fell].any()
    for area in range(3):
        days = np.flatnonzero(fell[:, area])
        assert (np.diff(days) >= 7).all()
    shown = found.shown
    assert not ((shown == 0) & ((found.known.missing > 0) | (found.known.values["cases"] > 0))).any(), (
        "green is a whole window without a local case"
    )


@settings(max_examples=40, deadline=None)
@drawn(ROWS, st.sampled_from(["default", "state-council-2020", "italy-2021-spring"]))
def test_what_comes_later_never_reaches_back(rows: list[list[int | None]], name: str) -> None:
    whole, scheme = _drawn(rows), scheme_named(name)
    parts = [_drawn(rows[: n + 1]) for n in range(len(rows))]
    then, now = coloured_as_known(parts, scheme), coloured(whole, scheme)
    assert then.colours() == now.colours()
    assert [then.colour_at(n, 2).rule for n in range(len(rows))] == [now.colour_at(n, 2).rule for n in range(len(rows))]
    assert then.days[0] == now.days[0] == FIRST


@settings(max_examples=40, deadline=None)
@drawn(ROWS, st.integers(0, 49), st.integers(1, 60))
def test_more_cases_never_make_an_area_greener(rows: list[list[int | None]], at: int, more: int) -> None:
    full = [[x or 0 for x in row[:1]] for row in rows]
    worse = [list(row) for row in full]
    worse[at % len(rows)][0] += more
    r_free = scheme_named("ecdc-2021")
    before = coloured(counts(full, 9_000, given={"positivity": 2, "tests": 900}), r_free)
    after = coloured(counts(worse, 9_000, given={"positivity": 2, "tests": 900}), r_free)
    assert (after.shown >= before.shown).all()


@settings(max_examples=30, deadline=None)
@drawn(ROWS)
def test_the_order_of_areas_does_not_matter(rows: list[list[int | None]]) -> None:
    given = _drawn(rows)
    turned = Counts(given.areas[::-1], given.first, given.cases[:, ::-1], given.population[::-1])
    assert coloured(turned, DEFAULT).colours() == [row[::-1] for row in coloured(given, DEFAULT).colours()]
