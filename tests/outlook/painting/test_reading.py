"""Readings of days: going on from what was shown, missed days, corrections, second runs, no figures in public."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gridcommons.access.rules import PUBLIC
from gridcommons.kit.errors import Refusal
from gridcommons.outlook.painting import actions
from gridcommons.outlook.painting.models import Reading, Stood
from gridcommons.outlook.painting.queries import area_now, areas_now, readings_of
from gridcommons.outlook.watching.queries import Standing
from outlook.painting.painted_town import DAY, Painted, cases, morning, paint_town, run_job
from town import COUNTY, GRID, OTHER_TOWNSHIP, TOWNSHIP, Town


@pytest.fixture
def painted(town: Town) -> Painted:
    return paint_town(town)


def levels(code: str = TOWNSHIP) -> list[str]:
    """What was read of an area, the last revision of each day."""
    rows = Reading.objects.filter(area_code=code).order_by("day", "-revision").distinct("day")
    return [row.level for row in rows]


def test_a_second_run_of_the_job_adds_nothing(painted: Painted) -> None:
    at = morning(DAY - timedelta(1))
    assert run_job(at) == 2
    assert run_job(at + timedelta(hours=1)) == 0
    assert (Reading.objects.count(), Stood.objects.count()) == (2, 2)


def test_days_that_the_job_missed_are_read_by_what_was_known_at_their_end(painted: Painted) -> None:
    run_job(morning(DAY - timedelta(1)))
    cases(DAY, {TOWNSHIP: 44, OTHER_TOWNSHIP: 0}, painted.health, morning(DAY + timedelta(1), 8))
    run_job(morning(DAY + timedelta(2)))
    rows = Reading.objects.filter(area_code=TOWNSHIP).order_by("day")
    assert [(row.day - DAY).days for row in rows] == [-1, 0, 1, 2]
    assert [row.level for row in rows][:2] == ["A", "A"], "on those days it was not known yet"
    assert rows[1].known_at == morning(DAY + timedelta(1), 0)
    assert rows[2].held == "D"


def test_a_level_comes_down_one_step_after_seven_days_of_reports_and_not_for_want_of_them(painted: Painted) -> None:
    run_job(morning(DAY - timedelta(1)))
    cases(DAY - timedelta(1), {TOWNSHIP: 0, OTHER_TOWNSHIP: 7}, painted.health, morning(DAY, 8))
    for n in range(40):
        day = DAY + timedelta(n)
        run_job(morning(day))
        if n < 30:
            cases(day, {TOWNSHIP: 0, OTHER_TOWNSHIP: 0}, painted.health, morning(day + timedelta(1), 8))
    told = levels(OTHER_TOWNSHIP)
    assert told[:2] == ["A", "C"]
    first_b = told.index("B")
    assert set(told[1:first_b]) == {"C"}
    assert first_b >= 14 + 7 - 2, "the window has to empty, and seven days to pass"
    first_a = told.index("A", 1)
    assert first_a - first_b == 7
    assert told[-1] == "grey", "no report for ten days: unknown, and not green"


def test_a_correction_does_not_reach_back_into_what_was_shown(painted: Painted) -> None:
    run_job(morning(DAY - timedelta(1)))
    cases(DAY - timedelta(1), {TOWNSHIP: 44, OTHER_TOWNSHIP: 0}, painted.health, morning(DAY, 8))
    run_job(morning(DAY))
    cases(DAY - timedelta(1), {TOWNSHIP: 0}, painted.health, morning(DAY + timedelta(1), 8), reason="录入有误")
    run_job(morning(DAY + timedelta(1)))
    kept = Reading.objects.get(area_code=TOWNSHIP, day=DAY)
    assert (kept.level, kept.inputs["cases"]) == ("D", 44)
    now = area_now(TOWNSHIP, viewer=painted.health, at=morning(DAY + timedelta(1), 10))
    assert now.standing.proposal == "D", "it comes down after its days, unless an officer has it read anew"
    actions.make_anew(
        area_code=TOWNSHIP, scheme_id=painted.in_force.pk, first=DAY, reason="录入有误", by=painted.health,
        at=morning(DAY + timedelta(1), 11),
    )  # fmt: skip
    now = area_now(TOWNSHIP, viewer=painted.health, at=morning(DAY + timedelta(1), 12))
    assert (now.standing.level, now.standing.proposal) == ("A", "")
    revisions = readings_of(TOWNSHIP, viewer=painted.health, at=morning(DAY + timedelta(1), 12))
    assert [(one.day, one.revision) for one in revisions if one.why] == [(DAY + timedelta(1), 1), (DAY, 1)]
    assert Reading.objects.get(pk=kept.pk).level == "D", "the former reading stays"
    with pytest.raises(Refusal):
        actions.make_anew(
            area_code=TOWNSHIP, scheme_id=painted.in_force.pk, first=DAY + timedelta(9), reason="将来",
            by=painted.health, at=morning(DAY + timedelta(1), 12),
        )  # fmt: skip


def test_an_area_nobody_reported_of_is_unknown_and_never_green(painted: Painted) -> None:
    run_job(morning(DAY + timedelta(9)))
    shown, _schemes = areas_now(COUNTY, viewer=PUBLIC, at=morning(DAY + timedelta(9)), public=True)
    assert {one.colour for one in shown} == {"grey"}
    assert all(any("days old" in because.words.en for because in one.verdict.because) for one in shown)


def test_a_grid_has_no_colour_and_another_scheme_than_those_with_numbers_none(painted: Painted) -> None:
    run_job(morning(DAY - timedelta(1)))
    with pytest.raises(Refusal):
        area_now(GRID, viewer=painted.health, at=morning(DAY))
    wish = {"area_code": COUNTY, "indicator": "cases", "reason": "试", "by": painted.health, "at": morning(DAY)}
    for more in (
        {"scheme": "zhejiang-2020", "level": "county"}, {"scheme": "default", "level": "grid"},
        {"scheme": "none", "level": "county"}, {"scheme": "default", "level": "county", "given": {"icu": "cases"}},
    ):  # fmt: skip
        with pytest.raises(Refusal):
            actions.ask_scheme(**wish, **more)


def test_a_cluster_of_the_scan_makes_an_area_yellow_until_an_officer_calls_it_false(
    painted: Painted, monkeypatch: pytest.MonkeyPatch
) -> None:
    standing = Standing(OTHER_TOWNSHIP, "cases", DAY - timedelta(1), "scan", "0.01")
    monkeypatch.setattr("gridcommons.outlook.painting.inputs.scanned_by", lambda _at: True)
    monkeypatch.setattr("gridcommons.outlook.painting.inputs.standing_clusters", lambda *_facts: [standing])
    run_job(morning(DAY - timedelta(1)))
    assert (levels(), levels(OTHER_TOWNSHIP)) == (["A"], ["C"])
    now = area_now(OTHER_TOWNSHIP, viewer=painted.health, at=morning(DAY - timedelta(1), 10))
    assert any("space-time scan" in one.words.en for one in now.verdict.because)
    monkeypatch.undo()
    cases(DAY - timedelta(1), {TOWNSHIP: 0, OTHER_TOWNSHIP: 0}, painted.health, morning(DAY, 8))
    run_job(morning(DAY))
    assert levels(OTHER_TOWNSHIP) == ["C", "C"], "it comes down after its days, not at once"
