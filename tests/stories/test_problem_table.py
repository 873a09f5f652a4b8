"""A drain is blocked six times: a problem is proposed, a table sits down, measures are taken, and it is reviewed."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from cases.drains import DRAIN, SECRET, WATCHER, as_it_is, blocked, measure_of, proposed, seat_of, taken_up
from gridcommons.cases.problems import actions
from gridcommons.cases.problems.models import Problem
from gridcommons.cases.problems.queries import Wanted, problem_page, problems, problems_of_case, public_problems
from gridcommons.kit.errors import Refusal
from gridcommons.notices.queries import inbox
from town import AT, COUNTY, GRID, Town


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


def _table_sits_down(town: Town, problem: Problem, cases: list[UUID]) -> None:
    actions.invite(
        problem_id=problem.pk, office_area=COUNTY, office_kind="housing_construction", by=town.supervisor, at=AT
    )
    actions.invite(problem_id=problem.pk, kind="body", name="腾龙社区议事会", by=town.supervisor, at=AT)
    assert "会商" in _told(town, "other_handler")[0]
    seat = seat_of(town, problem, "housing_construction")
    actions.reply(problem_id=problem.pk, seat_id=seat, answer="yes", by=town.other_handler, at=AT)
    body = seat_of(town, problem, name="腾龙社区议事会")
    actions.reply(problem_id=problem.pk, seat_id=body, answer="yes", by=town.supervisor, at=AT)
    day = (AT + timedelta(days=3)).date()
    actions.meet(problem_id=problem.pk, held_on=day, place="社区会议室", by=town.supervisor, at=AT)
    later = AT + timedelta(days=3)
    actions.meet(problem_id=problem.pk, held_on=day, present=7, notes="先疏通，再换管", by=town.supervisor, at=later)
    _measures_agreed(town, problem, later)
    # A new case joins by itself; the table sees it.
    new = blocked(town, 1, at=later)
    assert [one.pk for one in actions.join(by=WATCHER, at=later)] == [problem.pk]
    page = problem_page(problem_id=problem.pk, viewer=town.supervisor, at=later)
    assert {case.id for case in page.cases} == {*cases, *new}


def _measures_agreed(town: Town, problem: Problem, later: datetime) -> None:
    due = (AT + timedelta(days=20)).date()
    for seat, what in (
        (seat_of(town, problem, "urban_management"), "每周疏通一次"),
        (seat_of(town, problem, "housing_construction"), "更换为三百毫米管"),
        (seat_of(town, problem, name="腾龙社区议事会"), "提醒商户不倒油水"),
    ):
        actions.plan(problem_id=problem.pk, what=what, seat_id=seat, due_date=due, by=town.supervisor, at=later)
    actions.publish(problem_id=problem.pk, note="雨天积水，正在换管。电话13812345678", by=town.supervisor, at=later)


def _closed(town: Town, problem: Problem, done: datetime) -> None:
    """Each reports its own measure; then it is closed, with the day of the review, and the public page says so."""
    with pytest.raises(Refusal) as refused:
        actions.close(
            problem_id=problem.pk, note="都做完了", review_on=(done + timedelta(days=30)).date(), by=town.supervisor,
            at=done,
        )  # fmt: skip
    assert refused.value.code == "problem.measures_open"
    for who, what in (
        (town.handler, "每周疏通一次"),
        (town.other_handler, "更换为三百毫米管"),
        (town.supervisor, "提醒商户不倒油水"),
    ):
        actions.finish(
            problem_id=problem.pk, measure_id=measure_of(town, problem, what), done=True, note="已完成", by=who, at=done
        )
    review_on = (done + timedelta(days=30)).date()
    closed = actions.close(
        problem_id=problem.pk, note="管已换好，雨天不再积水", review_on=review_on, by=town.supervisor, at=done
    )
    assert (closed.state, closed.before) == ("closed", 6)
    [shown] = public_problems(matter_key=DRAIN)
    assert [row["state"] for row in shown.measures] == ["done"] * 3
    assert {"zh": "腾龙社区议事会", "en": "腾龙社区议事会"} in shown.table
    assert "13812345678" not in shown.note
    assert SECRET not in repr(shown.__dict__)
    with pytest.raises(Refusal) as early:
        actions.review(problem_id=problem.pk, note="看过了", by=town.supervisor, at=done + timedelta(days=2))
    assert early.value.code == "problem.too_early"


def _reviewed(town: Town, problem: Problem, done: datetime) -> None:
    # One case came again: a sixth of before. It helped.
    blocked(town, 1, at=done + timedelta(days=10))
    again = done + timedelta(days=30)
    assert [one.pk for one in actions.remind(by=WATCHER, at=again)] == [problem.pk]
    assert actions.remind(by=WATCHER, at=again) == []
    assert any("回头看" in text for text in _told(town, "supervisor"))
    settled = actions.review(problem_id=problem.pk, note="雨后去看过，不积水", by=town.supervisor, at=again)
    assert (settled.state, settled.before, settled.after) == ("settled", 6, 1)
    page = problem_page(problem_id=problem.pk, viewer=town.supervisor, at=again)
    assert page.review is not None
    assert page.review.is_yes
    assert [line.action for line in page.life] == [
        "propose", "accept", *["invite"] * 2, *["said_yes"] * 2, *["meet"] * 2, *["plan"] * 3, "publish",
        *["finish"] * 3, "close", "review",
    ]  # fmt: skip
    assert proposed(again) == []


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
