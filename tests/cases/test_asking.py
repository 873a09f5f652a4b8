"""Reopening that reaches the offices, its limit, and the question after four weeks."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from cases.higher import JOB, closed, filed, hours, mine, own_page, page_of, reported, told
from gridcommons.access.rules import Viewer
from gridcommons.cases.actions import (
    Reported,
    ask_still,
    confirm,
    reopen,
    still_fine,
    still_wrong,
)
from gridcommons.cases.calling import call_each, due_now
from gridcommons.cases.counting import count_days
from gridcommons.cases.queries import Filter, queue
from gridcommons.cases.reviewing import life_lines
from gridcommons.kit.errors import Refusal
from gridcommons.kit.ids import uuid7
from gridcommons.outlook.queries import sums_of
from town import AT, TOWNSHIP, Town

FOUR_WEEKS = AT + timedelta(days=28, hours=3)


def ask(at: datetime) -> int:
    return call_each(ask_still, due_now("ask", by=JOB, at=at), by=JOB, at=at)


def asked(town: Town, by: str = "resident") -> Reported:
    made = closed(town, by=by)
    assert ask(FOUR_WEEKS) == 1
    return made


def test_a_reopened_case_is_seen_and_told_at_the_dispatcher_s_and_the_former_handling_office(town: Town) -> None:
    made = closed(town)
    at = AT + timedelta(days=3)
    reopen(case_id=made.case_id, reason="又灭了", by=mine(town, made), at=at)
    assert "case.reopened" in told(town.dispatcher, made, at)
    assert "case.reopened_handled" in told(town.handler, made, at)
    (row,) = queue(wanted=Filter(states=("reopened",), handled_by_me=True), viewer=town.handler, at=at).rows
    assert (row.number, row.reopens) == (made.number, 1)
    page = page_of(made, town.handler, at)
    assert [line.action for line in page.steps][-2:] == ["close", "reopen"]
    assert page.may == ()


def test_after_its_limit_a_case_is_reported_anew(town: Town) -> None:
    made = closed(town)
    with pytest.raises(Refusal) as late:
        reopen(case_id=made.case_id, reason="又灭了", by=mine(town, made), at=AT + timedelta(days=91))
    assert late.value.code == "case.not_allowed_here"
    assert "report it anew" in late.value.words().en


def test_four_weeks_after_the_end_the_reporter_is_asked_once(town: Town) -> None:
    made, other = closed(town, by="resident"), filed(town)
    assert ask(AT + timedelta(days=27)) == 0
    assert (ask(FOUR_WEEKS), ask(FOUR_WEEKS + hours(1)), ask(FOUR_WEEKS + timedelta(days=9))) == (1, 0, 0)
    assert told(town.resident, made, FOUR_WEEKS).count("case.still_account") == 1
    page = own_page(town, made, FOUR_WEEKS)
    assert {"still_fine", "still_wrong"} <= {action.key for action in page.may}
    assert own_page(town, other, FOUR_WEEKS).apart.asked_at is None


def test_yes_ends_the_question_and_counts(town: Town) -> None:
    made = asked(town)
    done = still_fine(case_id=made.case_id, by=town.resident, at=FOUR_WEEKS + hours(1))
    assert (done.state, done.answer) == ("closed", "yes")
    for deed, facts in ((still_fine, {}), (still_wrong, {"reason": "又坏了"})):
        with pytest.raises(Refusal) as again:
            deed(case_id=made.case_id, by=town.resident, at=FOUR_WEEKS + hours(2), **facts)
        assert again.value.code == "case.not_allowed_here"
    count_days(first=AT.date(), last=FOUR_WEEKS.date(), by=JOB, at=FOUR_WEEKS)
    sums = sums_of(TOWNSHIP, AT.date(), FOUR_WEEKS.date())
    assert (sums["asked_again"], sums["still_fine"], sums.get("still_wrong", 0)) == (1, 1, 0)


def test_no_takes_it_up_again_with_words_even_where_it_was_confirmed(town: Town) -> None:
    made = closed(town, by="resident")
    confirm(case_id=made.case_id, by=town.resident, at=AT + hours(5))
    with pytest.raises(Refusal):
        reopen(case_id=made.case_id, reason="又灭了", by=town.resident, at=AT + hours(6))
    assert ask(FOUR_WEEKS + hours(9)) == 1
    with pytest.raises(Refusal) as silent:
        still_wrong(case_id=made.case_id, reason=" ", by=town.resident, at=FOUR_WEEKS + hours(10))
    assert silent.value.code == "case.missing"
    at = FOUR_WEEKS + hours(10)
    done = still_wrong(case_id=made.case_id, reason="又灭了", by=town.resident, at=at)
    assert (done.state, done.reopens, done.asked_at, done.answer) == ("reopened", 1, None, "")
    assert "case.reopened" in told(town.dispatcher, made, at)
    assert "case.reopened_handled" in told(town.handler, made, at)
    assert life_lines(by=JOB, at=at).broken == []


def test_no_answer_is_an_answer_too_and_the_question_ends_by_itself(town: Town) -> None:
    made = asked(town)
    with pytest.raises(Refusal) as late:
        still_fine(case_id=made.case_id, by=town.resident, at=FOUR_WEEKS + timedelta(days=61))
    assert late.value.code == "case.not_allowed_here"
    assert own_page(town, made, FOUR_WEEKS + timedelta(days=61)).state == "closed"


@pytest.mark.parametrize("name", ["neighbour", "stranger", "public", "handler", "supervisor"])
def test_a_stranger_answers_for_nobody(town: Town, name: str) -> None:
    made = asked(town)
    with pytest.raises(Refusal):
        still_fine(case_id=made.case_id, by=getattr(town, name), at=FOUR_WEEKS + hours(1))


def test_what_a_worker_found_and_what_is_too_old_is_not_asked_about(town: Town) -> None:
    from gridcommons.cases.actions import settle

    found = reported(town, by="worker", matter_key="waste_litter")
    settle(case_id=found.case_id, evidence="已清走", by=town.worker, at=AT + hours(1))
    closed(town)
    assert ask(AT + timedelta(days=200)) == 0


def test_a_case_that_breaks_holds_up_no_other(town: Town) -> None:
    done = []

    def deed(*, case_id: UUID, by: Viewer, at: datetime) -> object:
        if not done:
            done.append("broken")
            raise ValueError("a row that nobody foresaw")
        done.append("done")
        return case_id

    assert call_each(deed, [uuid7(), uuid7()], by=JOB, at=AT) == 1  # type: ignore[arg-type]
    assert done == ["broken", "done"]
