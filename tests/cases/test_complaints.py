"""Complaints: who hears which, the way from receipt to a reasoned answer, silence, the second instance, figures."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from gridcommons.access.scope import viewing
from gridcommons.cases.complaints.actions import (
    NewComplaint,
    answer,
    appeal,
    ask,
    escalate,
    file_complaint,
    forget,
    let_ask,
    recuse,
    reply,
    take_on,
    tally,
    withdraw,
)
from gridcommons.cases.complaints.keys import holder
from gridcommons.cases.complaints.models import Complaint, Question, Tally
from gridcommons.cases.complaints.policy import policy
from gridcommons.cases.complaints.queries import (
    complainant_contact,
    complaint_page,
    complaints,
    own_complaint,
    posted_figures,
    questions_to_us,
)
from gridcommons.cases.complaints.subjects import Choice
from gridcommons.cases.complaints.tasks import JOB
from gridcommons.kit.errors import Refusal
from gridcommons.notices.queries import inbox
from quiet_town import CITY, SAID, Quiet, complained, granted, office
from town import AT, COUNTY, GRID, TOWNSHIP
from web.office_town import report, to_handled

LATER = AT + timedelta(days=2)
REASONS = "看了执法记录仪和值班日志，当事人确有不文明用语。"


def _state(code: str) -> str:
    return own_complaint(code=code, viewer=holder(code), at=LATER).line.state


def test_from_receipt_to_a_reasoned_answer(quiet: Quiet) -> None:
    made = complained(quiet)
    assert [row.id for row in complaints(ended=False, viewer=quiet.reviewer, at=LATER).rows] == [made.id]
    take_on(complaint_id=made.id, by=quiet.reviewer, at=LATER)
    page = complaint_page(complaint_id=made.id, viewer=quiet.reviewer, at=LATER)
    assert (page.text, page.person, page.line.kind, page.line.post) == (SAID, "任测试", "grid_staff", "full_time")
    assert complainant_contact(complaint_id=made.id, viewer=quiet.reviewer, at=LATER).phone == "10012340001"
    answer(complaint_id=made.id, outcome="upheld", reasons=REASONS, by=quiet.reviewer, at=LATER)
    own = own_complaint(code=made.code, viewer=holder(made.code), at=LATER)
    assert (own.outcome, own.steps[-1].note) == ("upheld", REASONS)
    assert [step.action for step in own.steps] == ["file", "take_on", "answer"]
    assert complaints(ended=False, viewer=quiet.reviewer, at=LATER).total == 0


@pytest.mark.parametrize(
    ("area", "key", "hears"),
    [
        (GRID, f"{TOWNSHIP}:township_government", COUNTY),
        (GRID, f"{TOWNSHIP}:supervision", COUNTY),
        (COUNTY, f"{COUNTY}:urban_management", CITY),
        (COUNTY, f"{COUNTY}:county_government", CITY),
        (COUNTY, f"{COUNTY}:review", CITY),
    ],
)
def test_who_hears_which_complaint(quiet: Quiet, area: str, key: str, hears: str) -> None:
    made = complained(quiet, Choice(area, office_key=key))
    assert made.office.area_code == hears


def test_nobody_hears_a_complaint_about_the_last_office_and_nothing_is_kept(quiet: Quiet) -> None:
    with pytest.raises(Refusal, match="No office here can review") as refused:
        complained(quiet, Choice(CITY, office_key=f"{CITY}:review"))
    assert refused.value.code == "complaint.no_reviewer"
    with viewing(JOB, AT):
        assert not Complaint.objects.exists()


def test_words_and_subject_are_asked_for_together(quiet: Quiet) -> None:
    with pytest.raises(Refusal) as refused:
        file_complaint(complaint=NewComplaint(Choice(GRID), "  "), by=quiet.public, at=AT)
    assert [reason.code for reason in refused.value.reasons] == ["complaint.no_subject", "complaint.no_words"]
    for choice in (Choice(GRID, post="head"), Choice(GRID, office_key="nothing:here")):
        with pytest.raises(Refusal, match="choose the post"):
            complained(quiet, choice)


@pytest.mark.parametrize("reasons", ["", "属实", "  不 属 实  "])
def test_an_answer_without_reasons_is_void(quiet: Quiet, reasons: str) -> None:
    made = complained(quiet)
    take_on(complaint_id=made.id, by=quiet.reviewer, at=LATER)
    with pytest.raises(Refusal) as refused:
        answer(complaint_id=made.id, outcome="not_upheld", reasons=reasons, by=quiet.reviewer, at=LATER)
    assert refused.value.code == "complaint.no_reasons"
    assert _state(made.code) == "in_review"


@pytest.mark.parametrize("outcome", ["silence", "", "perhaps"])
def test_no_other_outcome_is_taken(quiet: Quiet, outcome: str) -> None:
    made = complained(quiet)
    take_on(complaint_id=made.id, by=quiet.reviewer, at=LATER)
    with pytest.raises(Refusal) as refused:
        answer(complaint_id=made.id, outcome=outcome, reasons=REASONS, by=quiet.reviewer, at=LATER)
    assert refused.value.code == "complaint.bad_outcome"


def test_the_office_is_asked_only_with_leave_and_never_learns_who_complained(quiet: Quiet) -> None:
    made = complained(quiet, may_ask=False)
    take_on(complaint_id=made.id, by=quiet.reviewer, at=LATER)
    question = "10月30日下午该网格入户走访是如何安排的？请附值班表。"
    with pytest.raises(Refusal) as refused:
        ask(complaint_id=made.id, question=question, by=quiet.reviewer, at=LATER)
    assert refused.value.code == "complaint.no_leave"
    let_ask(complaint_id=made.id, may_ask=True, by=holder(made.code), at=LATER)
    ask(complaint_id=made.id, question=question, by=quiet.reviewer, at=LATER)
    found = questions_to_us(viewer=quiet.supervisor, at=LATER)
    assert [one.text for one in found] == [question]
    assert inbox(viewer=quiet.supervisor, language="en", at=LATER)[0].text.startswith("The independent review office")
    with viewing(quiet.worker, LATER):
        assert not Question.objects.exists()
    with viewing(quiet.supervisor, LATER):
        assert not Complaint.objects.exists()
    reply(question_id=found[0].id, text="当天由甲、乙两名网格员走访，值班表附后。", by=quiet.supervisor, at=LATER)
    page = complaint_page(complaint_id=made.id, viewer=quiet.reviewer, at=LATER)
    assert page.questions[0].reply.startswith("当天")
    assert page.line.state == "asked"


@pytest.mark.parametrize("how", ["leave taken back", "withdrawn"])
def test_what_was_asked_is_asked_no_more_once_the_leave_has_ended(quiet: Quiet, how: str) -> None:
    made = complained(quiet)
    take_on(complaint_id=made.id, by=quiet.reviewer, at=LATER)
    ask(
        complaint_id=made.id,
        question="已答复的问题：当日下午该网格的入户走访是如何安排的？",
        by=quiet.reviewer,
        at=LATER,
    )
    replied = questions_to_us(viewer=quiet.supervisor, at=LATER)[0].id
    reply(question_id=replied, text="当日由甲、乙两名网格员一同走访，值班表附后。", by=quiet.supervisor, at=LATER)
    ask(
        complaint_id=made.id, question="还没有答复的问题：请附当日的值班表和当班人员名单。", by=quiet.reviewer, at=LATER
    )
    open_ = questions_to_us(viewer=quiet.supervisor, at=LATER)[0].id
    if how == "withdrawn":
        withdraw(complaint_id=made.id, by=holder(made.code), at=LATER)
    else:
        let_ask(complaint_id=made.id, may_ask=False, by=holder(made.code), at=LATER)
    assert [one.id for one in questions_to_us(viewer=quiet.supervisor, at=LATER)] == [replied]
    with pytest.raises(Refusal) as refused:
        reply(question_id=open_, text="当班人员情况如下，确有争吵发生，特此说明。", by=quiet.supervisor, at=LATER)
    assert refused.value.code == "complaint.question_taken_back"
    told = {one.id: one for one in complaint_page(complaint_id=made.id, viewer=quiet.reviewer, at=LATER).questions}
    assert (told[open_].closed_at, told[open_].reply, told[replied].closed_at) == (LATER, "", None)


def test_an_answer_ends_what_was_asked_and_an_appeal_hands_the_questions_on(quiet: Quiet) -> None:
    made = complained(quiet)
    take_on(complaint_id=made.id, by=quiet.reviewer, at=LATER)
    ask(complaint_id=made.id, question="请附该网格当日下午的值班表和入户走访记录。", by=quiet.reviewer, at=LATER)
    (open_,) = questions_to_us(viewer=quiet.supervisor, at=LATER)
    answer(complaint_id=made.id, outcome="not_upheld", reasons=REASONS, by=quiet.reviewer, at=LATER)
    assert questions_to_us(viewer=quiet.supervisor, at=LATER) == []
    with pytest.raises(Refusal) as refused:
        reply(question_id=open_.id, text="当班人员情况如下，确有争吵发生，特此说明。", by=quiet.supervisor, at=LATER)
    assert refused.value.code == "complaint.question_taken_back"
    appeal(complaint_id=made.id, reason="没有问过当时在场的邻居", by=holder(made.code), at=LATER)
    escalate(by=JOB, at=LATER)
    with viewing(quiet.reviewer, LATER):
        assert not Question.objects.exists(), "the first instance keeps nothing"
    page = complaint_page(complaint_id=made.id, viewer=quiet.city_reviewer, at=LATER)
    assert [one.text for one in page.questions] == [open_.text]


def test_with_leave_given_anew_it_is_asked_anew(quiet: Quiet) -> None:
    made = complained(quiet)
    take_on(complaint_id=made.id, by=quiet.reviewer, at=LATER)
    soon = LATER + timedelta(hours=1)
    for may_ask in (False, True):
        let_ask(complaint_id=made.id, may_ask=may_ask, by=holder(made.code), at=LATER)
    ask(complaint_id=made.id, question="请附该网格当日下午的值班表和入户走访记录。", by=quiet.reviewer, at=soon)
    (found,) = questions_to_us(viewer=quiet.supervisor, at=soon)
    reply(question_id=found.id, text="该网格当日的值班表和入户走访记录附后，请查收。", by=quiet.supervisor, at=soon)
    assert questions_to_us(viewer=quiet.supervisor, at=soon)[0].reply.startswith("该网格")


def test_silence_goes_to_the_second_instance_and_there_upholds(quiet: Quiet) -> None:
    made = complained(quiet)
    assert escalate(by=JOB, at=AT + timedelta(days=7)) == []
    late = AT + timedelta(days=40)
    assert [row.pk for row in escalate(by=JOB, at=late)] == [made.id]
    assert complaints(ended=False, viewer=quiet.reviewer, at=late).total == 0
    assert complaints(ended=False, viewer=quiet.city_reviewer, at=late).total == 1
    escalate(by=JOB, at=late + timedelta(days=40))
    own = own_complaint(code=made.code, viewer=holder(made.code), at=late)
    assert (own.line.state, own.outcome, own.line.instance) == ("answered", "silence", 2)


def test_the_complainant_takes_it_to_the_second_instance_once(quiet: Quiet) -> None:
    made = complained(quiet)
    take_on(complaint_id=made.id, by=quiet.reviewer, at=LATER)
    answer(complaint_id=made.id, outcome="not_upheld", reasons=REASONS, by=quiet.reviewer, at=LATER)
    appeal(complaint_id=made.id, reason="没有问过当时在场的邻居", by=holder(made.code), at=LATER)
    with pytest.raises(Refusal):
        complaint_page(complaint_id=made.id, viewer=quiet.reviewer, at=LATER)
    take_on(complaint_id=made.id, by=quiet.city_reviewer, at=LATER)
    answer(complaint_id=made.id, outcome="partly", reasons=REASONS, by=quiet.city_reviewer, at=LATER)
    with pytest.raises(Refusal, match="last instance") as refused:
        appeal(complaint_id=made.id, reason="还是不服", by=holder(made.code), at=LATER)
    assert refused.value.code == "complaint.last_instance"


def test_a_reviewer_who_stands_back_sees_it_no_more(quiet: Quiet) -> None:
    made = complained(quiet)
    recuse(complaint_id=made.id, reason="被投诉人是我的近亲属，应当回避，请转交办理。", by=quiet.reviewer, at=LATER)
    escalate(by=JOB, at=LATER)
    assert complaints(ended=False, viewer=quiet.reviewer, at=LATER).total == 0
    assert complaints(ended=False, viewer=quiet.city_reviewer, at=LATER).total == 1
    own = own_complaint(code=made.code, viewer=holder(made.code), at=LATER)
    assert "近亲属" not in str(own)


def test_a_reviewer_who_also_serves_the_office_concerned_sees_nothing(quiet: Quiet) -> None:
    made = complained(quiet)
    both = granted(quiet.reviewer, "supervisor", TOWNSHIP, "supervision")
    assert complaints(ended=False, viewer=both, at=LATER).total == 0
    with pytest.raises(Refusal):
        take_on(complaint_id=made.id, by=both, at=LATER)
    assert complaints(ended=False, viewer=quiet.second_reviewer, at=LATER).total == 1


def test_who_took_part_in_the_case_concerned_never_reviews_the_complaint(quiet: Quiet) -> None:
    case = report(quiet.town)
    to_handled(quiet.town, case.case_id)
    made = complained(quiet, Choice(GRID, office_key=f"{TOWNSHIP}:township_government"), case_code=case.code)
    now_reviewer = granted(quiet.handler, "reviewer", COUNTY, "review")
    assert complaints(ended=False, viewer=now_reviewer, at=LATER).total == 0
    with viewing(JOB, LATER):
        barred = Complaint.objects.get(pk=made.id).barred
    assert {quiet.handler.key, quiet.supervisor.key, office(COUNTY, "urban_management").party} <= set(barred)


def test_a_withdrawn_complaint_is_at_rest(quiet: Quiet) -> None:
    made = complained(quiet)
    withdraw(complaint_id=made.id, by=holder(made.code), at=LATER)
    with pytest.raises(Refusal) as refused:
        take_on(complaint_id=made.id, by=quiet.reviewer, at=LATER)
    assert refused.value.code == "complaint.wrong_state"
    assert escalate(by=JOB, at=AT + timedelta(days=90)) == []


def test_everything_is_destroyed_in_time_and_figures_stay(quiet: Quiet) -> None:
    made = [complained(quiet) for _ in range(5)]
    complained(quiet, Choice(GRID, office_key=f"{TOWNSHIP}:township_government"))
    for one in made:
        withdraw(complaint_id=one.id, by=holder(one.code), at=LATER)
    assert tally(today=AT.date(), by=JOB, at=LATER) == 0, "this quarter has not ended"
    assert tally(today=date(2027, 1, 1), by=JOB, at=LATER) > 0
    assert tally(today=date(2027, 1, 2), by=JOB, at=LATER) == 0, "posted once"
    shown = {one.about: (one.mark, one.n) for one in posted_figures(COUNTY)}
    assert shown["all"] == ("exact", 6)
    assert shown["kind:grid_staff"][1] is None
    assert shown["kind:township_office"][1] is None
    assert forget(by=JOB, at=LATER + policy().kept) == 5
    with viewing(JOB, LATER):
        assert Complaint.objects.count() == 1


def test_fewer_than_five_are_never_written_down(quiet: Quiet) -> None:
    for _ in range(4):
        complained(quiet)
    tally(today=date(2027, 1, 1), by=JOB, at=LATER)
    assert Tally.objects.exists()
    assert not Tally.objects.filter(n__isnull=False).exists()


def test_another_job_of_the_program_comes_to_no_complaint(quiet: Quiet) -> None:
    from gridcommons.access.identify import program

    complained(quiet)
    with viewing(program("counting"), LATER):
        assert not Complaint.objects.exists()
