"""One matter's whole journey, and who must not take part in it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gridcommons.access.scope import viewing
from gridcommons.cases.actions import (
    Reported,
    accept,
    add_photo,
    close,
    confirm,
    dispatch,
    feed_back,
    file_case,
    reopen,
    report_case,
    rework,
    send_back,
    settle,
    void,
)  # fmt: skip
from gridcommons.cases.filing import Report
from gridcommons.cases.models import Case, PublicCase
from gridcommons.cases.queries import Filter, case_page, queue, tracked_case, with_code
from gridcommons.kit.errors import Refusal
from gridcommons.people.contacts import Contact
from gridcommons.people.queries import reporter_contact, shared_contact
from town import AT, COUNTY, FAR, FAR_GRID, GRID, HERE, Town
from web.office_town import picture


def _report(town: Town, **more: object) -> Reported:
    facts = {"matter_key": "street_lamps", "text": "路灯坏了，请打13812345678", "lon": HERE[0], "lat": HERE[1]} | more
    return report_case(report=Report(**facts), channel="page", by=town.public, at=AT)  # type: ignore[arg-type]


def _state(town: Town, made: Reported) -> str:
    with viewing(town.supervisor, AT):
        return Case.objects.get(pk=made.case_id).state


def _to_handled(town: Town, made: Reported) -> None:
    case = made.case_id
    file_case(case_id=case, by=town.supervisor, at=AT + timedelta(minutes=10))
    dispatch(
        case_id=case, to_area=COUNTY, to_kind="urban_management", by=town.dispatcher, at=AT + timedelta(minutes=20)
    )
    accept(case_id=case, by=town.handler, at=AT + timedelta(minutes=30))
    feed_back(case_id=case, evidence="灯泡已更换", by=town.handler, at=AT + timedelta(hours=2))


def test_a_report_is_filed_sent_handled_checked_and_confirmed(town: Town) -> None:
    made = _report(town)
    assert made.area_code == GRID
    _to_handled(town, made)
    close(case_id=made.case_id, check="到现场看过，灯亮了", by=town.worker, at=AT + timedelta(hours=3))
    me = with_code(town.public, made.code)
    confirm(case_id=made.case_id, by=me, at=AT + timedelta(hours=5))
    page = tracked_case(code=made.code, viewer=me, at=AT + timedelta(hours=6))
    assert page.state == "confirmed"
    assert [step.action for step in page.steps] == [
        "report",
        "file",
        "dispatch",
        "accept",
        "feed_back",
        "close",
        "confirm",
    ]
    assert all(step.name == "" for step in page.steps)


def test_the_public_row_shows_no_phone_and_no_exact_place(town: Town) -> None:
    made = _report(town, lon=119.270543, lat=28.590512)
    row = PublicCase.objects.get(number=made.number)
    assert "13812345678" not in row.text
    assert (row.lon, row.lat) == (119.271, 28.591)


def test_the_handler_cannot_close_its_own_case(town: Town) -> None:
    made = _report(town)
    _to_handled(town, made)
    with pytest.raises(Refusal) as refused:
        close(case_id=made.case_id, check="好了好了", by=town.handler, at=AT + timedelta(hours=3))
    assert refused.value.status == 403
    assert _state(town, made) == "handled"


def test_sent_back_and_dispatched_again_then_reworked(town: Town) -> None:
    made = _report(town)
    case = made.case_id
    file_case(case_id=case, by=town.supervisor, at=AT)
    dispatch(case_id=case, to_area=COUNTY, to_kind="housing_construction", by=town.dispatcher, at=AT)
    send_back(case_id=case, reason="不属于我们", by=town.other_handler, at=AT + timedelta(hours=1))
    dispatch(case_id=case, to_area=COUNTY, to_kind="urban_management", by=town.dispatcher, at=AT + timedelta(hours=2))
    accept(case_id=case, by=town.handler, at=AT + timedelta(hours=2))
    feed_back(case_id=case, evidence="已修", by=town.handler, at=AT + timedelta(hours=3))
    rework(case_id=case, reason="还是不亮", by=town.worker, at=AT + timedelta(hours=4))
    feed_back(case_id=case, evidence="换了线路", by=town.handler, at=AT + timedelta(hours=5))
    done = close(case_id=case, check="亮了，附照片", by=town.worker, at=AT + timedelta(hours=6))
    assert (done.state, done.returns, done.reworks) == ("closed", 1, 1)


def test_an_office_that_sent_it_back_no_longer_sees_it_once_it_is_elsewhere(town: Town) -> None:
    made = _report(town)
    file_case(case_id=made.case_id, by=town.supervisor, at=AT)
    dispatch(case_id=made.case_id, to_area=COUNTY, to_kind="housing_construction", by=town.dispatcher, at=AT)
    send_back(case_id=made.case_id, reason="不属于我们", by=town.other_handler, at=AT)
    dispatch(case_id=made.case_id, to_area=COUNTY, to_kind="urban_management", by=town.dispatcher, at=AT)
    with pytest.raises(Refusal) as refused:
        case_page(case_id=made.case_id, viewer=town.other_handler, at=AT, purpose="service")
    assert refused.value.code == "case.unknown"


def test_the_resident_reopens_and_it_goes_to_the_dispatcher(town: Town) -> None:
    made = _report(town)
    _to_handled(town, made)
    close(case_id=made.case_id, check="看过了，亮了", by=town.worker, at=AT + timedelta(hours=3))
    again = reopen(
        case_id=made.case_id, reason="又不亮了", by=with_code(town.public, made.code), at=AT + timedelta(days=1)
    )
    assert (again.state, again.ended_at, again.reopens) == ("reopened", None, 1)


def test_a_worker_settles_on_the_spot_what_they_found(town: Town) -> None:
    made = report_case(
        report=Report("waste_litter", "垃圾袋堆在路边", *HERE),
        channel="worker",
        by=town.worker,
        at=AT,
        purpose="service",
    )
    done = settle(case_id=made.case_id, evidence="已清走", by=town.worker, at=AT)
    assert done.state == "settled"


@pytest.mark.parametrize(
    "name", ["next_worker", "far_supervisor", "handler", "county_officer", "auditor", "stranger", "public"]
)
def test_a_stranger_to_the_case_finds_nothing(town: Town, name: str) -> None:
    made = _report(town)
    viewer = getattr(town, name)
    with pytest.raises(Refusal) as refused:
        case_page(case_id=made.case_id, viewer=viewer, at=AT, purpose="service")
    assert refused.value.code == "case.unknown"
    with viewing(viewer, AT):
        assert not Case.objects.exists()


def test_the_worker_of_the_next_grid_has_an_empty_queue(town: Town) -> None:
    _report(town)
    assert queue(wanted=Filter(), viewer=town.worker, at=AT).total == 1
    assert queue(wanted=Filter(), viewer=town.next_worker, at=AT).total == 0


def test_contacts_are_sealed_and_read_only_by_those_who_may(town: Town) -> None:
    contact = Contact(name="测试甲", phone="10012345678")
    made = _report(town, contact=contact)
    _to_handled(town, made)
    with viewing(town.supervisor, AT):
        contact_id = Case.objects.get(pk=made.case_id).contact_id
    assert contact_id is not None
    assert reporter_contact(contact_id=contact_id, viewer=town.supervisor, at=AT, purpose="service") == contact
    for name in ("handler", "next_worker", "county_officer", "stranger"):
        with pytest.raises(Refusal):
            reporter_contact(contact_id=contact_id, viewer=getattr(town, name), at=AT, purpose="service")
        with pytest.raises(Refusal):
            shared_contact(contact_id=contact_id, viewer=getattr(town, name), at=AT, purpose="service")


def test_what_is_missing_is_named_all_at_once(town: Town) -> None:
    made = _report(town)
    with pytest.raises(Refusal) as refused:
        void(case_id=made.case_id, reason="", by=town.worker, at=AT)
    assert refused.value.code == "access.no_deed"


def test_a_point_outside_every_grid_says_how_far_the_nearest_is(town: Town) -> None:
    with pytest.raises(Refusal) as refused:
        _report(town, lon=FAR[0] + 0.1, lat=FAR[1])
    assert refused.value.status in {400, 422}
    assert "新路湾村第1网格" in refused.value.words().zh


def test_a_clock_that_went_back_changes_nothing(town: Town) -> None:
    made = _report(town)
    with pytest.raises(Refusal) as refused:
        file_case(case_id=made.case_id, by=town.supervisor, at=AT - timedelta(hours=1))
    assert refused.value.code == "case.clock_back"
    assert _state(town, made) == "reported"


def test_correcting_the_matter_can_hide_a_case_but_never_publish_it(town: Town) -> None:
    hidden = _report(town, matter_key="home_gas_electricity", text="家里煤气味很重")
    file_case(case_id=hidden.case_id, matter_key="street_lamps", by=town.supervisor, at=AT)
    assert not PublicCase.objects.filter(number=hidden.number).exists()
    shown = _report(town)
    file_case(case_id=shown.case_id, matter_key="home_gas_electricity", by=town.supervisor, at=AT)
    assert not PublicCase.objects.filter(number=shown.number).exists()


def test_a_case_that_waits_for_the_check_does_not_become_late_by_waiting(town: Town) -> None:
    made = _report(town)
    _to_handled(town, made)
    much_later = AT + timedelta(days=30)
    assert not queue(wanted=Filter(), viewer=town.worker, at=much_later).rows[0].is_late
    assert queue(wanted=Filter(overdue_at=much_later), viewer=town.worker, at=much_later).total == 0
    rework(case_id=made.case_id, reason="还是不亮", by=town.worker, at=much_later)
    end = much_later + timedelta(days=30)
    assert queue(wanted=Filter(overdue_at=end), viewer=town.worker, at=end).total == 1


def test_nobody_moves_a_case_out_of_their_own_sight(town: Town) -> None:
    made = _report(town)
    with pytest.raises(Refusal) as refused:
        file_case(case_id=made.case_id, area_code=FAR_GRID, by=town.supervisor, at=AT + timedelta(minutes=5))
    assert refused.value.code == "access.not_there"
    with viewing(town.supervisor, AT):
        case = Case.objects.get(pk=made.case_id)
    assert (case.area_code, case.state) == (GRID, "reported")


def test_the_loser_of_two_dispatchers_hears_that_it_was_done(town: Town) -> None:
    made = _report(town)
    file_case(case_id=made.case_id, by=town.supervisor, at=AT)
    at = AT + timedelta(minutes=20)
    dispatch(case_id=made.case_id, to_area=COUNTY, to_kind="urban_management", by=town.dispatcher, at=at)
    with pytest.raises(Refusal) as refused:
        dispatch(
            case_id=made.case_id, to_area=COUNTY, to_kind="housing_construction", by=town.dispatcher,
            at=at - timedelta(milliseconds=200),
        )  # fmt: skip
    assert refused.value.code == "case.wrong_state"


def test_who_waited_for_another_is_put_after_them(town: Town) -> None:
    made = _report(town)
    file_case(case_id=made.case_id, by=town.supervisor, at=AT + timedelta(minutes=20))
    dispatch(
        case_id=made.case_id, to_area=COUNTY, to_kind="urban_management", by=town.dispatcher,
        at=AT + timedelta(minutes=19, seconds=50),
    )  # fmt: skip
    page = case_page(case_id=made.case_id, viewer=town.supervisor, at=AT + timedelta(hours=1), purpose="service")
    assert page.steps[-1].at == page.steps[-2].at


def test_no_photo_is_added_to_a_case_that_has_ended(town: Town) -> None:
    made = _report(town)
    void(case_id=made.case_id, reason="重复件", by=town.supervisor, at=AT + timedelta(minutes=5))
    with pytest.raises(Refusal) as refused:
        add_photo(case_id=made.case_id, data=picture(), by=town.supervisor, at=AT + timedelta(minutes=6))
    assert refused.value.code == "case.photo_too_late"
