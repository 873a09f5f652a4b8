"""Charter 4, problems: never a household; matters inside homes are numbers of a township, without cases, unshown."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest

from cases.drains import blocked, proposed, taken_up
from gridcommons.access.scope import viewing
from gridcommons.cases.actions import report_case
from gridcommons.cases.filing import Report
from gridcommons.cases.problems import actions
from gridcommons.cases.problems.models import Problem, ProblemCase, PublicProblem
from gridcommons.cases.problems.patterns import packaged
from gridcommons.cases.problems.queries import Wanted, problem_page, problems
from gridcommons.cases.problems.rules import CaseFact, find
from gridcommons.kit.errors import Refusal
from town import AT, GRID, TOWNSHIP, VILLAGE, Town

HOME = "housing_repairs"


def _of_homes(town: Town, n: int = 20) -> Problem:
    """`n` leaks in homes over three grids and the villages of a township."""
    places = (GRID, f"{VILLAGE}002", VILLAGE)
    for i in range(n):
        report = Report(HOME, f"第{i}户屋顶漏水", area_code=places[i % 3])
        report_case(report=report, channel="page", by=town.public, at=AT - timedelta(days=i % 5))
    [problem] = proposed()
    return problem


def test_homes_are_counted_for_a_township_and_no_case_is_linked(town: Town) -> None:
    problem = _of_homes(town)
    assert (problem.sort, problem.area_code, problem.lon, problem.public) == ("private", TOWNSHIP, None, False)
    with viewing(town.supervisor, AT):
        assert not ProblemCase.objects.exists()
    page = problem_page(problem_id=problem.pk, viewer=town.supervisor, at=AT)
    assert (page.cases, page.facts.cases) == ((), 20)
    assert "link" not in page.may


def test_they_never_have_a_public_row_whatever_is_done(town: Town) -> None:
    problem = _of_homes(town)
    taken_up(town, problem)
    actions.publish(problem_id=problem.pk, note="正在检修", by=town.supervisor, at=AT)
    actions.close(
        problem_id=problem.pk, note="修好了", review_on=(AT + timedelta(days=30)).date(), by=town.supervisor, at=AT
    )
    assert not PublicProblem.objects.exists()
    done = actions.review(problem_id=problem.pk, note="看过", by=town.supervisor, at=AT + timedelta(days=31))
    assert (done.before, done.after, done.state) == (20, 0, "settled")
    assert not PublicProblem.objects.exists()


def test_no_case_of_a_home_is_linked_by_hand(town: Town) -> None:
    blocked(town, 6)
    [problem] = proposed()
    inside = report_case(report=Report(HOME, "漏水", area_code=GRID), channel="page", by=town.public, at=AT)
    for number in (inside.number, "nonsense", ""):
        with pytest.raises(Refusal) as refused:
            actions.link(problem_id=problem.pk, number=number, by=town.supervisor, at=AT)
        assert refused.value.code == "problem.no_case"


@pytest.mark.parametrize("n", [5, 19, 200])
def test_one_household_is_never_a_problem_however_often_it_calls(n: int) -> None:
    cases = [CaseFact(uuid.UUID(int=i + 1), f"N{i}", HOME, GRID, AT, 119.27, 28.59, 9, True) for i in range(n)]
    assert find(cases, packaged(), now=AT + timedelta(hours=1), names={}) == []


@pytest.mark.parametrize("name", ["county_officer", "auditor", "stranger", "public", "far_supervisor", "next_worker"])
def test_levels_above_and_strangers_have_no_rows(town: Town, name: str) -> None:
    blocked(town, 6)
    [problem] = proposed()
    viewer = getattr(town, name)
    assert problems(wanted=Wanted(), viewer=viewer, at=AT).total == 0
    with pytest.raises(Refusal):
        problem_page(problem_id=problem.pk, viewer=viewer, at=AT)
    with pytest.raises(Refusal):
        taken_up(Town({"supervisor": viewer}), problem)


def test_an_office_at_the_table_opens_no_case_that_is_not_its_own(town: Town) -> None:
    blocked(town, 6)
    [problem] = proposed()
    taken_up(town, problem)
    page = problem_page(problem_id=problem.pk, viewer=town.handler, at=AT)
    assert (page.cases, page.unseen, page.may) == ((), 6, frozenset())
    with viewing(town.handler, AT):
        assert not ProblemCase.objects.exclude(problem=problem).exists()
