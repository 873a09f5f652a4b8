"""A thing reported twice: joined, followed, taken out again; the reporter keeps their code and sees no stranger."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cases.higher import JOB, closed, end, filed, handling, hours, mine, own_page, page_of, reported, told
from gridcommons.access.scope import viewing
from gridcommons.cases.actions import (
    close,
    confirm,
    feed_back,
    file_case,
    follow_lead,
    merge,
    reopen,
    unmerge,
    void,
)
from gridcommons.cases.calling import call_each, due_now
from gridcommons.cases.counting import count_days
from gridcommons.cases.models import Case, PublicCase
from gridcommons.cases.reviewing import life_lines
from gridcommons.kit.errors import Refusal
from gridcommons.outlook.queries import sums_of
from town import AT, FAR, TOWNSHIP, Town

NEXT = AT + timedelta(days=1)


def follow(at: object) -> int:
    return call_each(follow_lead, due_now("follow", by=JOB, at=at), by=JOB, at=at)  # type: ignore[arg-type]


def row(made: object) -> Case:
    with viewing(JOB, AT):
        return Case.objects.get(pk=made.case_id)  # type: ignore[attr-defined]


def test_a_joined_case_keeps_its_code_and_shows_the_other_in_public_words_only(town: Town) -> None:
    lead = handling(town, text="路灯不亮，请打13812345678", address="5幢")
    twice = reported(town, AT + hours(2))
    merge(case_id=twice.case_id, lead=lead.number, by=town.supervisor, at=AT + hours(3))
    page = own_page(town, twice, AT + hours(4))
    assert page.state == "merged"
    assert page.apart.lead is not None
    assert (page.apart.lead.state, page.apart.lead.number, page.apart.lead.id) == ("handling", lead.number, None)
    assert page.text == "路灯不亮"
    assert "138" not in repr(page)
    assert "5幢" not in repr(page)
    assert own_page(town, lead, AT + hours(4)).apart.followers == ()
    assert [one[1] for one in page_of(lead, town.supervisor, AT + hours(4)).apart.followers] == [twice.number]
    public = PublicCase.objects.get(number=twice.number)
    assert (public.state, public.lead_number, public.text) == ("merged", lead.number, "")


def test_a_case_joined_with_one_inside_a_home_names_no_number(town: Town) -> None:
    lead = filed(town, matter_key="home_fire_safety", text="家里电线老化")
    twice = reported(town, AT + hours(1))
    merge(case_id=twice.case_id, lead=lead.number, by=town.supervisor, at=AT + hours(2))
    page = own_page(town, twice, AT + hours(3))
    assert page.apart.lead is not None
    assert (page.apart.lead.state, page.apart.lead.number) == ("filed", "")
    assert PublicCase.objects.get(number=twice.number).lead_number == ""


def test_when_the_other_ends_the_reporter_is_told_and_agrees_and_nothing_counts_as_closed(town: Town) -> None:
    lead, twice = handling(town), reported(town, AT + hours(1), by="resident")
    merge(case_id=twice.case_id, lead=lead.number, by=town.supervisor, at=AT + hours(2))
    with pytest.raises(Refusal) as early:
        confirm(case_id=twice.case_id, by=town.resident, at=AT + hours(3))
    assert early.value.code == "case.not_allowed_here"
    end(town, lead, AT + hours(3))
    assert follow(NEXT) == 1
    assert follow(NEXT) == 0
    assert row(twice).ended_at == NEXT
    assert "case.lead_ended_account" in told(town.resident, twice, NEXT)
    done = confirm(case_id=twice.case_id, by=town.resident, at=NEXT + hours(1))
    assert done.state == "merged"
    with pytest.raises(Refusal):
        confirm(case_id=twice.case_id, by=town.resident, at=NEXT + hours(2))
    count_days(first=AT.date(), last=NEXT.date(), by=JOB, at=NEXT)
    sums = sums_of(TOWNSHIP, AT.date(), NEXT.date())
    assert (sums["closed"], sums["merged"], sums.get("confirmed", 0), sums.get("open", 0)) == (1, 1, 0, 0)
    assert life_lines(by=JOB, at=NEXT).broken == []


def test_a_reporter_who_is_not_content_gets_a_case_of_their_own_again(town: Town) -> None:
    lead, twice = handling(town), reported(town, AT + hours(1))
    merge(case_id=twice.case_id, lead=lead.number, by=town.supervisor, at=AT + hours(2))
    end(town, lead, AT + hours(3))
    follow(AT + hours(6))
    with pytest.raises(Refusal) as silent:
        reopen(case_id=twice.case_id, reason=" ", by=mine(town, twice), at=AT + hours(7))
    assert silent.value.code == "case.missing"
    again = reopen(case_id=twice.case_id, reason="我说的是另一盏", by=mine(town, twice), at=AT + hours(7))
    assert (again.state, again.lead_id, again.ended_at, again.reopens) == ("reported", None, None, 1)
    assert "case.left" in told(town.supervisor, twice, NEXT)
    file_case(case_id=twice.case_id, by=town.supervisor, at=AT + hours(8))
    assert life_lines(by=JOB, at=NEXT).broken == []


def test_a_reopened_other_case_takes_the_joined_one_along(town: Town) -> None:
    lead, twice = handling(town), reported(town, AT + hours(1))
    merge(case_id=twice.case_id, lead=lead.number, by=town.supervisor, at=AT + hours(2))
    end(town, lead, AT + hours(3))
    follow(AT + hours(6))
    reopen(case_id=lead.case_id, reason="又灭了", by=mine(town, lead), at=AT + hours(7))
    assert follow(AT + hours(8)) == 1
    page = own_page(town, twice, AT + hours(9))
    assert (page.state, page.ended_at, page.apart.lead and page.apart.lead.state) == ("merged", None, "reopened")
    assert [step.action for step in page.steps] == ["report", "merge", "lead_ended", "lead_goes_on"]


def test_taken_out_it_stands_where_it_stood_with_the_time_it_had(town: Town) -> None:
    lead, twice = filed(town), reported(town, AT + hours(1))
    before = row(twice)
    merge(case_id=twice.case_id, lead=lead.number, by=town.supervisor, at=AT + hours(2))
    back = unmerge(case_id=twice.case_id, reason="是另一盏灯", by=town.second_supervisor, at=NEXT + hours(2))
    assert (back.state, back.lead_id) == ("reported", None)
    assert before.file_by is not None
    # A whole working day of 7 hours passed while it stood: so much later is it to be filed.
    assert back.file_by == before.file_by + timedelta(days=1)
    assert PublicCase.objects.get(number=twice.number).lead_number == ""


def test_the_handling_clock_of_a_filed_case_stands_while_it_is_joined(town: Town) -> None:
    lead, twice = filed(town), filed(town, AT + hours(1))
    due = row(twice).due_at
    merge(case_id=twice.case_id, lead=lead.number, by=town.supervisor, at=AT + hours(2))
    back = unmerge(case_id=twice.case_id, reason="是另一盏灯", by=town.second_supervisor, at=NEXT + hours(2))
    assert due is not None
    assert (back.state, back.due_at) == ("filed", due + timedelta(days=1))


def test_chains_are_flattened_and_rings_refused(town: Town) -> None:
    first, second, third = (reported(town, AT + hours(n)) for n in (0, 1, 2))
    merge(case_id=third.case_id, lead=second.number, by=town.supervisor, at=AT + hours(3))
    with pytest.raises(Refusal) as ring:
        merge(case_id=second.case_id, lead=third.number, by=town.supervisor, at=AT + hours(3))
    assert ring.value.code == "case.own_lead"
    merge(case_id=second.case_id, lead=first.number, by=town.supervisor, at=AT + hours(4))
    assert {row(second).lead_id, row(third).lead_id} == {first.case_id}
    fourth = reported(town, AT + hours(5))
    merge(case_id=fourth.case_id, lead=third.number, by=town.supervisor, at=AT + hours(6))
    assert row(fourth).lead_id == first.case_id
    assert PublicCase.objects.get(number=third.number).lead_number == first.number


def test_wrong_joinings_are_refused_before_anything_is_written(town: Town) -> None:
    made, other = reported(town), reported(town, AT + hours(0.1))
    far = reported(town, lon=FAR[0], lat=FAR[1])
    done = closed(town)
    wrong = {made.number: "case.own_lead", "261102-ZZZZZZZ": "case.no_lead", "": "case.no_lead",
             "x" * 9_000: "case.no_lead", far.number: "case.no_lead", done.number: "case.lead_ended"}  # fmt: skip
    for lead, code in wrong.items():
        with pytest.raises(Refusal) as refused:
            merge(case_id=made.case_id, lead=lead, by=town.supervisor, at=AT + hours(4))
        assert refused.value.code == code, lead[:20]
    with pytest.raises(Refusal) as long:
        merge(case_id=made.case_id, lead=other.number, note="长" * 4_001, by=town.supervisor, at=AT + hours(4))
    assert long.value.code.startswith("text.")
    late = handling(town, AT + hours(1))
    with pytest.raises(Refusal) as handled:
        merge(case_id=late.case_id, lead=other.number, by=town.supervisor, at=AT + hours(4))
    assert handled.value.code == "case.wrong_state"
    assert row(made).state == "reported"


@pytest.mark.parametrize("name", ["worker", "dispatcher", "handler", "far_supervisor", "county_officer", "stranger"])
def test_nobody_but_the_filers_of_the_place_joins_cases(town: Town, name: str) -> None:
    lead, twice = filed(town), reported(town, AT + hours(1))
    with pytest.raises(Refusal):
        merge(case_id=twice.case_id, lead=lead.number, by=getattr(town, name), at=AT + hours(2))
    assert row(twice).state == "reported"


def test_a_case_of_two_townships_is_not_joined_even_by_whoever_serves_both(town: Town) -> None:
    from cases.higher import member
    from town import OTHER_TOWNSHIP

    both = member("both", "supervisor", TOWNSHIP, TOWNSHIP, "supervision")
    there = member("there", "supervisor", OTHER_TOWNSHIP, OTHER_TOWNSHIP, "supervision")
    two = type(both)(key=both.key, user_id=both.user_id, grants=(*both.grants, *there.grants), name="both")
    made, far = reported(town), reported(town, lon=FAR[0], lat=FAR[1])
    with pytest.raises(Refusal) as refused:
        merge(case_id=made.case_id, lead=far.number, by=two, at=AT + hours(1))
    assert refused.value.code == "case.lead_elsewhere"


def test_a_voided_other_case_is_a_result_too(town: Town) -> None:
    lead, twice = reported(town), reported(town, AT + hours(1))
    merge(case_id=twice.case_id, lead=lead.number, by=town.supervisor, at=AT + hours(2))
    void(case_id=lead.case_id, reason="不是我们的路灯", by=town.supervisor, at=AT + hours(3))
    follow(AT + hours(4))
    page = own_page(town, twice, AT + hours(5))
    assert page.apart.lead is not None
    assert page.apart.lead.state == "void"
    assert {action.key for action in page.may} == {"agree", "leave"}


def test_who_filed_the_lead_and_joined_the_other_still_checks_neither(town: Town) -> None:
    lead, twice = handling(town), reported(town, AT + hours(1))
    merge(case_id=twice.case_id, lead=lead.number, by=town.supervisor, at=AT + hours(2))
    feed_back(case_id=lead.case_id, evidence="已修", by=town.handler, at=AT + hours(3))
    with pytest.raises(Refusal) as refused:
        close(case_id=lead.case_id, check="看过了", by=town.supervisor, at=AT + hours(4))
    assert refused.value.code == "case.same_person"
