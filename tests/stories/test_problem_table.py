"""A drain is blocked six times: a problem is proposed, a table sits down, measures are taken, and it is reviewed."""

from __future__ import annotations

from datetime import timedelta

from cases.drains import (
    WATCHER,
    as_it_is,
    blocked,
    proposed,
    taken_up,
)
from gridcommons.cases.problems import actions
from gridcommons.cases.problems.queries import Wanted, problem_page, problems, problems_of_case, public_problems
from gridcommons.notices.queries import inbox
from town import AT, GRID, Town


def _told(town: Town, name: str) -> list[str]:
    told = inbox(viewer=getattr(town, name), language="zh-hans", at=AT + timedelta(days=90))
    return [one.text for one in told if one.facts.get("problem")]


def test_from_six_blocked_drains_to_the_review(town: Town) -> None:
    cases = blocked(town, 6)
    problem = _proposed_and_taken_up(town, cases)
    _table_sits_down(town, problem, cases)
    done = AT + timedelta(days=15)
    _closed(town, problem, done)
    _reviewed(town, problem, done)


def _proposed_and_taken_up(town: Town, cases: list[UUID]) -> Problem:
    [problem] = proposed()
    assert (problem.state, problem.sort, problem.size, problem.area_code) == ("proposed", "near", 6, GRID)
    assert "6件" in problem.verdict["because"][0]["zh"]
    assert "反复出现" in _told(town, "supervisor")[0]
    assert public_problems() == []
    [part] = problems_of_case(case_id=cases[0], viewer=town.worker, at=AT)
    assert part.number == problem.number
    taken_up(town, problem)
    return problem


def test_what_did_not_help_goes_back_to_the_table(town: Town) -> None:
    blocked(town, 6)
    [problem] = proposed()
    taken_up(town, problem)
    review_on = (AT + timedelta(days=30)).date()
    actions.close(problem_id=problem.pk, note="疏通了一次", review_on=review_on, by=town.supervisor, at=AT)
    blocked(town, 5, at=AT + timedelta(days=12))
    again = AT + timedelta(days=31)
    assert proposed(again) == [], "a closed problem waits for its review: nothing is proposed beside it"
    back = actions.review(problem_id=problem.pk, note="又堵了", by=town.supervisor, at=again)
    assert (back.state, back.before, back.after, back.rounds) == ("open", 6, 5, 1)
    assert any("未见效" in text for text in _told(town, "handler"))
    assert actions.join(by=WATCHER, at=again)[0].pk == problem.pk
    assert len(problem_page(problem_id=problem.pk, viewer=town.supervisor, at=again).cases) == 11


def test_a_declined_proposal_comes_back_only_when_it_has_grown(town: Town) -> None:
    blocked(town, 6)
    [problem] = proposed()
    actions.decline(problem_id=problem.pk, reason="同一场大雨所致", by=town.supervisor, at=AT)
    assert proposed() == []
    blocked(town, 2, at=AT + timedelta(days=2))
    assert proposed(AT + timedelta(days=2)) == []
    blocked(town, 1, at=AT + timedelta(days=3))
    [more] = proposed(AT + timedelta(days=3))
    assert more.size == 9
    listed = problems(wanted=Wanted(states=("proposed",)), viewer=town.supervisor, at=AT)
    assert [row.number for row in listed.rows] == [more.number]
    assert listed.states == {"declined": 1, "proposed": 1}
    assert as_it_is(town, problem).state == "declined"
