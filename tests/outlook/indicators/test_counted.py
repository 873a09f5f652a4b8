"""Counts posted from the tables: of all levels, offices, matters and sources; posted again, and recomputed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gridcommons.access.identify import program
from gridcommons.access.scope import viewing
from gridcommons.cases.actions import file_case
from gridcommons.cases.measuring.counting import post_again, post_running, recompute
from gridcommons.cases.models import Case, Step
from gridcommons.kit.errors import Refusal
from gridcommons.outlook.indicators.models import Cell, CountedTerm
from gridcommons.outlook.indicators.queries import board, is_counted, plain_board
from gridcommons.outlook.indicators.rules import Why
from gridcommons.outlook.indicators.terms import term_of, term_on
from tianmen import MONTH, TO_HANDLING, Line, count, day, done, lay, walked
from town import AT, COUNTY, FAR_GRID, GRID, NEXT_GRID, OTHER_TOWNSHIP, TOWNSHIP, VILLAGE, Town
from web.office_town import report, to_handled

JOB = program("measuring")
_HOUR = timedelta(hours=1)


def lines(number: int, area: str, matter: str = "parking_traffic", channel: str = "worker") -> list[Line]:
    ways = (*TO_HANDLING, *done(2 * _HOUR))
    return [Line(matter, channel, area, walked(n, day(12, 9 + n % 5), *ways)) for n in range(number)]


def test_all_levels_offices_matters_and_sources_add_up(town: Town) -> None:
    lay([*lines(20, GRID), *lines(30, NEXT_GRID, "roads", "page"), *lines(25, FAR_GRID)])
    count()
    for code, due in {
        "33": 75,
        COUNTY: 75,
        TOWNSHIP: 50,
        VILLAGE: 50,
        GRID: 20,
        NEXT_GRID: 30,
        OTHER_TOWNSHIP: 25,
    }.items():
        cell = Cell.objects.get(term=MONTH.key, area_code=code, axis="all")
        assert (cell.counts["due"], cell.counts["closed"]) == (due, due), code
        for axis in ("matter", "source"):
            parts = Cell.objects.filter(term=MONTH.key, area_code=code, axis=axis)
            assert sum(one.counts.get("due", 0) for one in parts) == due, (code, axis)
    page = board(code=COUNTY, term=MONTH, by="office", viewer=town.county_officer, at=AT)
    assert {
        part: page.rows[part]["closing_rate"].over for part in page.parts if page.rows[part]["closing_rate"].over
    } == {f"{COUNTY}:urban_management": 75}
    one = board(code=COUNTY, term=MONTH, by="office", part=f"{COUNTY}:urban_management", viewer=town.auditor, at=AT)
    assert one.own["closing_rate"].over == 75
    assert one.own["on_time_filing_rate"].why is Why.NOTHING, "another office files"
    quarter = board(code=COUNTY, term=term_of("2026-Q4"), viewer=town.county_officer, at=AT)
    assert quarter.own["filed"].over == 75
    assert quarter.before["filed"].why is Why.NOTHING, "nothing was counted then"


def test_figures_of_few_people_are_withheld_at_every_level(town: Town) -> None:
    ways = (*TO_HANDLING, *done(2 * _HOUR))
    lay([Line("parking_traffic", "worker", GRID, walked(1, day(12, 9), *ways)) for _ in range(30)])
    count()
    for code, name in ((COUNTY, "county_officer"), (GRID, "supervisor"), ("33", "auditor")):
        page = board(code=code, term=MONTH, viewer=getattr(town, name), at=AT)
        assert page.own["closing_rate"].why is Why.FEW_PEOPLE, code
        assert page.own["filed"].over == 30, "a number of matters tells of nobody's work"


def test_posting_again_changes_nothing_and_recomputing_gives_the_same(town: Town) -> None:
    lay(lines(30, GRID))
    assert count() == [MONTH.key]
    before = list(Cell.objects.order_by("id").values_list("id", flat=True))
    assert count(at=AT + _HOUR) == []
    assert list(Cell.objects.order_by("id").values_list("id", flat=True)) == before
    [compared] = recompute(by=JOB)
    assert compared.is_equal
    assert compared.cells == len(before)


def test_a_step_that_came_late_and_one_that_was_tampered_with_are_found(town: Town) -> None:
    cases = lay(lines(30, GRID))
    count()
    with viewing(JOB, AT, deed="case.report"):
        Step.objects.create(
            case=cases[0], action="reopen", duty="reporter", from_state="closed", to_state="reopened", at=day(14),
            by_key="public",
        )  # fmt: skip
        Case.objects.filter(pk=cases[0].pk).update(changed_at=AT)
    assert not recompute([MONTH.key], by=JOB)[0].is_equal
    assert count(at=AT + _HOUR) == [MONTH.key]
    assert recompute([MONTH.key], by=JOB)[0].is_equal
    with viewing(JOB, AT, deed="indicators.post"):
        Cell.objects.filter(area_code=COUNTY, axis="all").update(counts={"due": 1})
    [tampered] = recompute([MONTH.key], by=JOB)
    assert not tampered.is_equal
    assert tampered.noted == tampered.again != tampered.posted


def test_the_job_counts_what_runs_and_what_ended_since(town: Town) -> None:
    made = report(town)
    to_handled(town, made.case_id)
    assert set(post_running(by=JOB, at=AT + _HOUR)) == {"2026-W45", "2026-11"}
    assert post_running(by=JOB, at=AT + 3 * _HOUR) == ["2026-11", "2026-W45"], "fed back since"
    assert not is_counted(term_of("2026-W45"))
    later = AT + timedelta(days=9)
    post_running(by=JOB, at=later)
    assert is_counted(term_of("2026-W45"))
    assert CountedTerm.objects.get(term="2026-W46").counted_at == later
    assert post_again(by=JOB, at=later) == []


def test_a_corrected_case_takes_its_counts_along(town: Town) -> None:
    made = report(town)
    post_running(by=JOB, at=AT + _HOUR / 60)
    file_case(case_id=made.case_id, area_code=NEXT_GRID, matter_key="roads", by=town.supervisor, at=AT + _HOUR)
    post_running(by=JOB, at=AT + 2 * _HOUR)
    month = term_on("month", AT.date()).key
    assert not Cell.objects.filter(term=month, area_code=GRID).exists()
    assert Cell.objects.get(term=month, area_code=NEXT_GRID, axis="matter").key == "roads"


@pytest.mark.parametrize("name", ["resident", "stranger", "public"])
def test_residents_read_the_public_figures_and_no_others(town: Town, name: str) -> None:
    with pytest.raises(Refusal) as refused:
        board(code=COUNTY, term=MONTH, viewer=getattr(town, name), at=AT)
    assert refused.value.code == "outlook.staff_only"


def test_a_report_hides_small_numbers_whoever_reads_it(town: Town) -> None:
    lay([*lines(30, GRID), *lines(3, FAR_GRID)])
    count()
    assert board(code=OTHER_TOWNSHIP, term=MONTH, viewer=town.far_supervisor, at=AT).own["filed"].over == 3
    assert plain_board(code=OTHER_TOWNSHIP, term=MONTH, at=AT).own["filed"].value is None
