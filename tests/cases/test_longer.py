"""More time once with a reason, and parking with an owner and a date: clocks, words, and everything out of order."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from cases.higher import JOB, closed, end, filed, handling, hours, own_page, page_of, raise_town, told
from gridcommons.access.scope import viewing
from gridcommons.cases.actions import (
    Reported,
    ask_extension,
    dispatch,
    end_parking,
    grant_extension,
    park,
    refuse_extension,
    send_back,
    unpark,
)
from gridcommons.cases.calling import call_each, due_now
from gridcommons.cases.counting import count_days
from gridcommons.cases.models import Case, PublicCase
from gridcommons.cases.queries import Filter, queue
from gridcommons.cases.reviewing import life_lines
from gridcommons.cases.waiting import waiting
from gridcommons.kit.errors import Refusal
from gridcommons.outlook.queries import sums_of
from gridcommons.web.case_why import why_it_stands_so
from town import AT, COUNTY, OTHER_TOWNSHIP, TOWNSHIP, Town

DUE = date(2026, 11, 5)  # three working days from Monday 2 November
WANTED = date(2026, 11, 12)
LATE = AT + timedelta(days=7)
REVIEW = date(2026, 12, 1)


@pytest.fixture(scope="module")
def standing_more_town(standing_town: Town) -> Town:
    return raise_town(standing_town)


@pytest.fixture
def town(standing_more_town: Town, db: None) -> Town:
    return standing_more_town


def asked(town: Town) -> Reported:
    made = handling(town)
    ask_extension(case_id=made.case_id, reason="灯杆要定做", until=WANTED, by=town.handler, at=AT + hours(2))
    return made


def parking(town: Town, made: Reported, at: datetime = LATE, **more: object) -> Case:
    facts = {"owner_area": COUNTY, "owner_kind": "urban_management", "reason": "等管线迁改", "review": REVIEW} | more
    return park(case_id=made.case_id, by=town.dispatcher, at=at, **facts)


def test_a_longer_time_is_asked_granted_and_reckoned_by(town: Town) -> None:
    made = asked(town)
    first = page_of(made, town.dispatcher, AT + hours(3))
    assert first.due_at is not None
    assert first.due_at.date() == DUE
    assert "case.extension_asked" in told(town.dispatcher, made, AT + hours(3))
    done = grant_extension(case_id=first.id, by=town.dispatcher, at=AT + hours(4))
    assert done.due_at is not None
    assert (done.due_at.date(), done.first_due_at, done.extension) == (WANTED, first.due_at, "granted")
    after_first = first.due_at + timedelta(days=2)
    page = page_of(made, town.handler, after_first)
    assert (page.is_late, page.clock.overdue) == (False, False)
    granted = next(line for line in page.steps if line.action == "grant_extension")
    assert (granted.before_at, granted.until) == (first.due_at, done.due_at)
    (row,) = queue(wanted=Filter(overdue_at=done.due_at + hours(1)), viewer=town.dispatcher, at=LATE).rows
    assert row.number == page.number
    assert not queue(wanted=Filter(overdue_at=after_first), viewer=town.dispatcher, at=LATE).rows
    why = why_it_stands_so(page, after_first)
    assert why is not None
    said = " ".join(one.words.en for one in why.because)
    assert "Thu 5 Nov" in said
    assert "Thu 12 Nov" in said
    assert "case.extended_reporter" not in told(town.handler, made, AT + hours(5))


def test_the_reporter_reads_that_it_takes_longer_but_not_what_the_offices_wrote(town: Town) -> None:
    made = asked(town)
    grant_extension(case_id=made.case_id, by=town.dispatcher, at=AT + hours(4))
    page = own_page(town, made, AT + hours(5))
    by_action = {line.action: line for line in page.steps}
    assert by_action["ask_extension"].note == ""
    assert by_action["grant_extension"].until == page.due_at


def test_more_time_is_asked_once_whatever_the_answer(town: Town) -> None:
    made = asked(town)
    case = made.case_id
    with pytest.raises(Refusal) as twice:
        ask_extension(case_id=case, reason="还要更久", until=WANTED, by=town.handler, at=AT + hours(3))
    assert twice.value.code == "case.not_allowed_here"
    with pytest.raises(Refusal) as silent:
        refuse_extension(case_id=case, reason="", by=town.dispatcher, at=AT + hours(3))
    assert silent.value.code == "case.missing"
    refused = refuse_extension(case_id=case, reason="灯泡有库存", by=town.dispatcher, at=AT + hours(4))
    assert refused.due_at is not None
    assert refused.due_at.date() == DUE
    for deed, facts in ((ask_extension, {"reason": "再请", "until": WANTED}), (grant_extension, {})):
        by = town.handler if deed is ask_extension else town.dispatcher
        with pytest.raises(Refusal) as again:
            deed(case_id=case, by=by, at=AT + hours(5), **facts)
        assert again.value.code == "case.not_allowed_here"


@pytest.mark.parametrize(
    ("until", "code"),
    [(date(2026, 11, 4), "case.extension_not_later"), (date(2020, 1, 1), "case.extension_not_later"),
     (date(2026, 12, 31), "case.extension_too_far"), (date(9999, 12, 31), "case.extension_too_far")],
)  # fmt: skip
def test_a_new_date_too_early_or_too_far_is_refused(town: Town, until: date, code: str) -> None:
    made = handling(town)
    with pytest.raises(Refusal) as refused:
        ask_extension(case_id=made.case_id, reason="灯杆要定做", until=until, by=town.handler, at=AT + hours(2))
    assert refused.value.code == code


def test_after_the_deadline_nothing_can_be_asked_and_the_wrong_office_cannot_ask(town: Town) -> None:
    made = handling(town)
    with pytest.raises(Refusal) as late:
        ask_extension(
            case_id=made.case_id, reason="灯杆要定做", until=date(2026, 11, 20), by=town.handler, at=LATE
        )  # fmt: skip
    assert late.value.code == "case.not_allowed_here"
    for name in ("other_handler", "dispatcher", "supervisor", "stranger"):
        with pytest.raises(Refusal):
            ask_extension(
                case_id=made.case_id, reason="要更久", until=WANTED, by=getattr(town, name), at=AT + hours(2)
            )  # fmt: skip


def test_a_request_that_nobody_answered_lapses_when_the_case_goes_elsewhere(town: Town) -> None:
    made = asked(town)
    case = send_back(case_id=made.case_id, reason="不归我局", by=town.handler, at=AT + hours(3))
    assert (case.extension, case.wanted_until) == ("", None)


def test_a_parked_case_stands_apart_with_owner_and_date_and_comes_back_by_itself(town: Town) -> None:
    made = handling(town)
    before = page_of(made, town.dispatcher, LATE)
    assert before.is_late
    done = parking(town, made)
    assert (done.state, done.review_date) == ("parked", REVIEW)
    assert "case.parked_owner" in told(town.handler, made, LATE) or "case.parked" in told(town.handler, made, LATE)
    counts = waiting(viewer=town.dispatcher, at=LATE + hours(1))
    assert (counts.states["parked"], counts.overdue) == (1, 0)
    page = page_of(made, town.dispatcher, LATE + timedelta(days=3))
    assert (page.is_late, page.clock.used_minutes) == (False, page_of(made, town.dispatcher, LATE).clock.used_minutes)
    public = PublicCase.objects.get(number=made.number)
    assert (public.state, public.review_date) == ("parked", REVIEW)
    count_days(first=AT.date(), last=LATE.date(), by=JOB, at=LATE)
    sums = sums_of(TOWNSHIP, LATE.date(), LATE.date())
    assert (sums["parked"], sums["parkings"], sums.get("open", 0), sums.get("overdue", 0)) == (1, 1, 0, 0)
    early, day = LATE + timedelta(days=5), AT + timedelta(days=29)
    assert due_now("review", by=JOB, at=early) == []
    with pytest.raises(Refusal) as soon:
        end_parking(case_id=made.case_id, by=JOB, at=early)
    assert soon.value.code == "case.review_not_due"
    for expected in (1, 0):
        assert call_each(end_parking, due_now("review", by=JOB, at=day), by=JOB, at=day) == expected
    back = page_of(made, town.dispatcher, day)
    assert (back.state, back.apart.review_date, back.apart.owner) == ("review", None, None)
    assert back.clock.used_minutes == page.clock.used_minutes
    assert "case.review_due" in told(town.dispatcher, made, day)
    assert life_lines(by=JOB, at=day).broken == []


def test_parked_again_only_for_a_new_reason_and_ended_by_hand(town: Town) -> None:
    made = handling(town)
    parking(town, made)
    unpark(case_id=made.case_id, by=town.dispatcher, at=LATE + hours(1))
    for reason in ("等管线迁改", "等 管线迁改！"):
        with pytest.raises(Refusal) as same:
            parking(town, made, LATE + hours(2), reason=reason)
        assert same.value.code == "case.parked_for_the_same"
    parking(town, made, LATE + hours(2), reason="迁改完成，等灯杆到货")
    unpark(case_id=made.case_id, by=town.dispatcher, at=LATE + hours(3))
    sent = dispatch(
        case_id=made.case_id, to_area=COUNTY, to_kind="urban_management", by=town.dispatcher, at=LATE + hours(4)
    )  # fmt: skip
    assert sent.state == "dispatched"


def test_nothing_is_parked_before_its_limit_without_a_date_or_by_others(town: Town) -> None:
    made = handling(town)
    with pytest.raises(Refusal) as early:
        parking(town, made, AT + hours(2))
    assert early.value.code == "case.not_allowed_here"
    for review in (LATE.date(), date(2020, 1, 1), date(2027, 6, 1)):
        with pytest.raises(Refusal) as wrong:
            parking(town, made, review=review)
        assert wrong.value.code == "case.bad_review_date"
    with pytest.raises(Refusal) as silent:
        parking(town, made, reason=" ")
    assert silent.value.code == "case.missing"
    for area, kind, code in (
        (TOWNSHIP, "supervision", "case.office_elsewhere"), (OTHER_TOWNSHIP, "supervision", "case.office_elsewhere"),
        (COUNTY, "nobody", "access.no_office"),
    ):  # fmt: skip
        with pytest.raises(Refusal) as office:
            parking(town, made, owner_area=area, owner_kind=kind)
        assert office.value.code == code
    for name in ("handler", "supervisor", "worker", "coordinator", "stranger"):
        with pytest.raises(Refusal):
            park(
                case_id=made.case_id, owner_area=COUNTY, owner_kind="urban_management", reason="等管线迁改",
                review=REVIEW, by=getattr(town, name), at=LATE,
            )  # fmt: skip


def test_what_was_extended_may_be_parked_before_its_new_limit(town: Town) -> None:
    made = asked(town)
    grant_extension(case_id=made.case_id, by=town.dispatcher, at=AT + hours(4))
    assert parking(town, made, AT + hours(5)).state == "parked"


def test_an_ended_case_and_one_that_waits_for_its_check_are_not_parked(town: Town) -> None:
    done = closed(town)
    with pytest.raises(Refusal) as ended:
        parking(town, done)
    assert ended.value.code == "case.wrong_state"


def test_the_database_itself_refuses_a_parking_without_date_and_owner(town: Town) -> None:
    from django.db import IntegrityError, transaction

    made = filed(town)
    planted = viewing(JOB, AT, deed="test.planted")
    with pytest.raises(IntegrityError, match="case_parked_paired"), transaction.atomic(), planted:
        Case.objects.filter(pk=made.case_id).update(state="parked")


def test_a_case_that_waits_for_its_check_is_still_late_if_it_came_too_late(town: Town) -> None:
    made = handling(town)
    end(town, made, LATE)
    assert page_of(made, town.dispatcher, LATE + hours(2)).state == "closed"
