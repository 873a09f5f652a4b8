"""A level up: when the clock runs out or after repeated sending back; the level appoints, and that binds."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from cases.higher import (
    JOB,
    SETUP,
    closed,
    end,
    filed,
    handling,
    hours,
    member,
    mine,
    own_page,
    page_of,
    raise_town,
    reported,
    told,
)
from gridcommons.access.actions import open_office
from gridcommons.cases.actions import (
    Reported,
    accept,
    appoint,
    ask_extension,
    ask_level,
    dispatch,
    entrust,
    feed_back,
    file_case,
    involve,
    park,
    pass_on,
    press_filing,
    raise_case,
    refuse_extension,
    reopen,
    send_back,
    unpark,
)
from gridcommons.cases.calling import call_each, due_now
from gridcommons.cases.queries import Filter, queue
from gridcommons.cases.reviewing import life_lines
from gridcommons.cases.waiting import waiting
from gridcommons.kit.errors import Refusal
from town import AT, COUNTY, TOWNSHIP, Town

LATE = AT + timedelta(days=4)
"""A day after the deadline of a street lamp."""


@pytest.fixture
def town(standing_town: Town, db: None) -> Town:
    return raise_town(standing_town)


def escalate(at: datetime) -> int:
    return call_each(raise_case, due_now("raise", by=JOB, at=at), by=JOB, at=at)


def raised(town: Town) -> Reported:
    """A case that three offices sent back, raised to the county."""
    made = filed(town)
    for number, (kind, who) in enumerate(
        [
            ("urban_management", town.handler),
            ("housing_construction", town.other_handler),
            ("water_utility", town.water),
        ]
    ):
        at = AT + hours(1 + number)
        dispatch(case_id=made.case_id, to_area=COUNTY, to_kind=kind, by=town.dispatcher, at=at)
        send_back(case_id=made.case_id, reason=f"不归我们（{number}）", by=who, at=at + hours(0.5))
    assert escalate(AT + hours(5)) == 1
    return made


def test_what_ran_out_of_time_goes_to_the_level_above_which_sees_this_very_case(town: Town) -> None:
    made, other = handling(town), filed(town)
    assert escalate(AT + hours(3)) == 0
    with pytest.raises(Refusal) as stranger:
        page_of(made, town.coordinator, AT + hours(3))
    assert stranger.value.status == 404
    assert escalate(LATE) == 2
    assert escalate(LATE) == 0
    page = page_of(made, town.coordinator, LATE)
    assert (page.state, page.apart.raised_level, page.apart.raised_to and page.apart.raised_to.area_code) == (
        "handling", "county", COUNTY,
    )  # fmt: skip
    assert "case.raised" in told(town.coordinator, made, LATE)
    assert {"case.raised_below"} <= set(told(town.handler, made, LATE))
    own = own_page(town, made, LATE)
    line = next(step for step in own.steps if step.action == "raise")
    assert line.to_office is not None
    assert line.to_office.kind == "command"
    assert line.note == "办理期限已过。"
    found = queue(wanted=Filter(raised_to_me=True), viewer=town.coordinator, at=LATE)
    assert {row.number for row in found.rows} == {made.number, other.number}
    assert waiting(viewer=town.coordinator, at=LATE).raised == 2


def press(at: datetime) -> int:
    return call_each(press_filing, due_now("press", by=JOB, at=at), by=JOB, at=at)


def test_what_nobody_files_in_time_is_told_once_to_the_desk_and_to_the_level_above(town: Town) -> None:
    made, other = reported(town, by="resident"), filed(town)
    assert press(AT + hours(1)) == 0
    assert press(LATE) == 1
    assert press(LATE) == 0
    assert "case.filing_late" in told(town.supervisor, made, LATE)
    assert "case.filing_late_below" in told(town.coordinator, made, LATE)
    assert "case.filing_late" not in told(town.supervisor, other, LATE)
    with pytest.raises(Refusal) as unseen:  # told, but no party: its words stay below
        page_of(made, town.coordinator, LATE)
    assert unseen.value.status == 404
    line = next(step for step in own_page(town, made, LATE).steps if step.action == "press")
    assert line.note == "受理期限已过，尚未立案。"
    file_case(case_id=made.case_id, by=town.supervisor, at=LATE)
    assert press(LATE + timedelta(days=9)) == 0


def test_a_level_without_anybody_is_passed_over_and_none_at_all_raises_nothing(standing_town: Town, db: None) -> None:
    made = handling(standing_town)
    assert escalate(LATE) == 0
    with pytest.raises(Refusal) as nobody:
        raise_case(case_id=made.case_id, by=JOB, at=LATE)
    assert nobody.value.code == "case.not_to_raise"


def test_sent_back_three_times_it_is_raised_before_it_is_due(town: Town) -> None:
    made = raised(town)
    page = page_of(made, town.coordinator, AT + hours(6))
    assert (page.returns, page.is_late, page.apart.raised_level) == (3, False, "county")
    assert life_lines(by=JOB, at=LATE).broken == []


def test_the_appointed_office_keeps_it_and_may_only_ask(town: Town) -> None:
    made = raised(town)
    case, at = made.case_id, AT + hours(6)
    for deed, facts in (
        (dispatch, {"to_area": COUNTY, "to_kind": "urban_management"}),
        (entrust, {"reason": "没人要"}),
    ):
        with pytest.raises(Refusal) as below:
            deed(case_id=case, by=town.dispatcher, at=at, **facts)
        assert below.value.code == "case.not_allowed_here"
    appoint(case_id=case, to_area=COUNTY, to_kind="urban_management", by=town.coordinator, at=at)
    assert waiting(viewer=town.coordinator, at=at).raised == 0
    assert "case.appointed" in told(town.handler, made, at)
    with pytest.raises(Refusal) as back:
        send_back(case_id=case, reason="还是不归我们", by=town.handler, at=at + hours(1))
    assert back.value.code == "case.not_allowed_here"
    accept(case_id=case, by=town.handler, at=at + hours(1))
    with pytest.raises(Refusal) as on:
        pass_on(case_id=case, note="下一家", by=town.handler, at=at + hours(1))
    assert on.value.code == "case.not_allowed_here"
    ask_level(case_id=case, reason="灯杆属供电公司，请协调", by=town.handler, at=at + hours(1))
    assert "case.asks_level" in told(town.coordinator, made, at + hours(1))
    involve(
        case_id=case, to_area=COUNTY, to_kind="water_utility", part="配合断电", by=town.coordinator, at=at + hours(1)
    )  # fmt: skip
    appoint(
        case_id=case, to_area=COUNTY, to_kind="housing_construction", note="由住建承办", by=town.coordinator,
        at=at + hours(2),
    )  # fmt: skip
    accept(case_id=case, by=town.other_handler, at=at + hours(2))
    with pytest.raises(Refusal) as gone:
        page_of(made, town.handler, at + hours(3))
    assert gone.value.code == "case.unknown"
    with pytest.raises(Refusal) as former:
        feed_back(case_id=case, evidence="已修好", by=town.handler, at=at + hours(3))
    assert former.value.status == 404
    feed_back(case_id=case, evidence="已修好", by=town.other_handler, at=at + hours(3))
    assert life_lines(by=JOB, at=LATE).broken == []


@pytest.mark.parametrize("name", ["dispatcher", "supervisor", "county_officer", "handler", "stranger", "resident"])
def test_only_the_level_it_was_raised_to_appoints(town: Town, name: str) -> None:
    made = raised(town)
    with pytest.raises(Refusal):
        appoint(
            case_id=made.case_id, to_area=COUNTY, to_kind="urban_management", by=getattr(town, name), at=AT + hours(6)
        )  # fmt: skip


def test_the_coordinator_sees_no_case_that_was_not_raised_and_a_coordinator_elsewhere_none(town: Town) -> None:
    made = filed(town)
    assert queue(wanted=Filter(), viewer=town.coordinator, at=AT + hours(1)).rows == ()
    with pytest.raises(Refusal):
        appoint(
            case_id=made.case_id, to_area=COUNTY, to_kind="urban_management", by=town.coordinator, at=AT + hours(1)
        )  # fmt: skip
    open_office(
        key="3311:command", area_code="3311", kind="command", side="command", name_zh="市指挥中心", name_en="City",
        by=SETUP, at=AT - timedelta(days=30),
    )  # fmt: skip
    city = member("city", "coordinator", "3311", "3311", "command")
    assert escalate(LATE) == 1
    assert queue(wanted=Filter(), viewer=city, at=LATE).rows == ()
    later = LATE + timedelta(days=7)
    assert escalate(later) == 1
    assert page_of(made, city, later).apart.raised_level == "city"
    with pytest.raises(Refusal) as former:
        page_of(made, town.coordinator, later)
    assert former.value.code == "case.unknown"


def test_an_appointment_gives_the_level_its_time_again(town: Town) -> None:
    made = handling(town)
    open_office(
        key="3311:command", area_code="3311", kind="command", side="command", name_zh="市指挥中心", name_en="City",
        by=SETUP, at=AT - timedelta(days=30),
    )  # fmt: skip
    member("city", "coordinator", "3311", "3311", "command")
    escalate(LATE)
    at = LATE + timedelta(days=4)
    appoint(case_id=made.case_id, to_area=COUNTY, to_kind="water_utility", by=town.coordinator, at=at)
    assert escalate(at + timedelta(days=1)) == 0
    assert escalate(at + timedelta(days=6)) == 1


def test_a_village_s_own_office_is_raised_to_its_township_first(town: Town) -> None:
    from town import VILLAGE

    open_office(
        key=f"{VILLAGE}:village_committee", area_code=VILLAGE, kind="village_committee", side="command",
        name_zh="居委会", name_en="Committee", by=SETUP, at=AT - timedelta(days=30),
    )  # fmt: skip
    made = filed(town)
    dispatch(
        case_id=made.case_id, to_area=VILLAGE, to_kind="village_committee", by=town.dispatcher, at=AT + hours(1)
    )  # fmt: skip
    escalate(LATE)
    page = page_of(made, town.dispatcher, LATE)
    assert (page.apart.raised_level, page.apart.raised_to and page.apart.raised_to.area_code) == ("township", TOWNSHIP)
    assert "appoint" in {action.key for action in page.may}
    appoint(case_id=made.case_id, to_area=COUNTY, to_kind="urban_management", by=town.dispatcher, at=LATE)


def test_what_waits_or_has_ended_is_not_raised_and_a_reopened_case_begins_at_its_own_level(town: Town) -> None:
    done = closed(town)
    made = handling(town)
    escalate(LATE)
    end(town, made, LATE + hours(1))
    assert escalate(LATE + timedelta(days=9)) == 0
    back = reopen(case_id=made.case_id, reason="又灭了", by=mine(town, made), at=LATE + timedelta(days=1))
    assert (back.raised_level, back.appointed) == ("", False)
    assert page_of(done, town.dispatcher, LATE).apart.raised_level == ""


@pytest.mark.parametrize("name", ["dispatcher", "coordinator"])
def test_what_was_raised_is_put_off_by_its_level_and_not_by_the_township(town: Town, name: str) -> None:
    made = handling(town)
    ask_extension(
        case_id=made.case_id, reason="灯具缺货", until=(AT + timedelta(days=9)).date(), by=town.handler,
        at=AT + hours(1),
    )  # fmt: skip
    assert escalate(LATE) == 1
    who, at = getattr(town, name), LATE + hours(1)
    more = {"by": who, "at": at, "case_id": made.case_id}
    deeds = (
        lambda: involve(to_area=COUNTY, to_kind="water_utility", part="配合断电", **more),
        lambda: refuse_extension(reason="再等不妥", **more),
        lambda: park(
            owner_area=COUNTY, owner_kind="urban_management", reason="等管线迁改", **more,
            review=(at + timedelta(days=80)).date(),
        ),
        lambda: unpark(**more),
    )  # fmt: skip
    if name == "coordinator":
        for deed in deeds:
            deed()
        assert page_of(made, who, at).state == "review"
        assert "case.unparked" in told(who, made, at)
        return
    for deed in deeds[:3]:
        with pytest.raises(Refusal) as below:
            deed()
        assert below.value.code == "case.not_in_charge"
    park(
        case_id=made.case_id, owner_area=COUNTY, owner_kind="urban_management", reason="等管线迁改",
        review=(at + timedelta(days=80)).date(), by=town.coordinator, at=at,
    )  # fmt: skip
    with pytest.raises(Refusal) as still:
        unpark(**more)
    assert still.value.code == "case.not_in_charge"
    assert "case.parked" in told(town.coordinator, made, at)


def test_what_was_sent_back_before_a_reopening_raises_nothing_in_the_new_round(town: Town) -> None:
    made, at = handling(town), AT + hours(1)
    for _ in range(3):
        send_back(case_id=made.case_id, reason="不归我们", by=town.handler, at=at)
        dispatch(case_id=made.case_id, to_area=COUNTY, to_kind="urban_management", by=town.dispatcher, at=at)
        accept(case_id=made.case_id, by=town.handler, at=at)
    end(town, made, at + hours(1))
    reopen(case_id=made.case_id, reason="又灭了", by=mine(town, made), at=at + hours(3))
    assert escalate(at + hours(4)) == 0
    for n in range(3):
        dispatch(
            case_id=made.case_id, to_area=COUNTY, to_kind="urban_management", by=town.dispatcher, at=at + hours(5 + n)
        )  # fmt: skip
        send_back(case_id=made.case_id, reason="不归我们", by=town.handler, at=at + hours(5.5 + n))
    assert escalate(at + hours(9)) == 1
