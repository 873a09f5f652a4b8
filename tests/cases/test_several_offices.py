"""Several offices on one case, and cases that are nobody's: one is responsible, and only that one feeds back."""

from __future__ import annotations

import pytest

from cases.higher import JOB, filed, handling, hours, mine, own_page, page_of, raise_town, told
from gridcommons.access.scope import viewing
from gridcommons.cases.actions import (
    accept,
    add_photo,
    close,
    contribute,
    dispatch,
    entrust,
    feed_back,
    involve,
    name_body,
    pass_on,
    reopen,
    send_back,
)
from gridcommons.cases.models import Case
from gridcommons.cases.queries import Filter, queue
from gridcommons.cases.reviewing import life_lines
from gridcommons.kit.errors import Refusal
from gridcommons.people.contacts import Contact
from gridcommons.people.queries import shared_contact
from town import AT, COUNTY, TOWNSHIP, Town
from web.office_town import picture

PART = "先停水再换管"


@pytest.fixture(scope="module")
def standing_more_town(standing_town: Town) -> Town:
    return raise_town(standing_town)


@pytest.fixture
def town(standing_more_town: Town, db: None) -> Town:
    return standing_more_town


def joint(town: Town, **more: object) -> object:
    """A case of urban management in which the water utility assists."""
    made = handling(town, **more)
    involve(
        case_id=made.case_id, to_area=COUNTY, to_kind="water_utility", part=PART, by=town.dispatcher, at=AT + hours(1)
    )  # fmt: skip
    return made


def test_an_assisting_office_reads_the_case_does_its_part_and_only_the_responsible_one_feeds_back(town: Town) -> None:
    alone = handling(town)
    with pytest.raises(Refusal):
        page_of(alone, town.water, AT + hours(1))
    made = joint(town)
    case = made.case_id  # type: ignore[attr-defined]
    assert "case.assists" in told(town.water, made, AT + hours(1))  # type: ignore[arg-type]
    page = page_of(made, town.water, AT + hours(1))  # type: ignore[arg-type]
    assert {action.key for action in page.may} == {"contribute"}
    assert [(part.office and part.office.kind, part.text) for part in page.apart.parts] == [("water_utility", PART)]
    assert [row.number for row in queue(wanted=Filter(handled_by_me=True), viewer=town.water, at=AT).rows] == [
        page.number
    ]
    add_photo(case_id=case, data=picture(), by=town.water, at=AT + hours(2))
    with pytest.raises(Refusal) as silent:
        contribute(case_id=case, evidence=" ", by=town.water, at=AT + hours(2))
    assert silent.value.code == "case.missing"
    contribute(case_id=case, evidence="已停水", is_done=True, by=town.water, at=AT + hours(2))
    assert queue(wanted=Filter(handled_by_me=True), viewer=town.water, at=AT).rows == ()
    for deed, facts in ((feed_back, {"evidence": "已办"}), (send_back, {"reason": "不归我"}), (accept, {})):
        with pytest.raises(Refusal) as other:
            deed(case_id=case, by=town.water, at=AT + hours(3), **facts)  # type: ignore[operator]
        assert other.value.code in {"case.not_in_charge", "case.wrong_state"}
    with pytest.raises(Refusal) as not_assisting:
        contribute(case_id=case, evidence="我也做了", by=town.handler, at=AT + hours(3))
    assert not_assisting.value.code == "case.not_in_charge"
    feed_back(case_id=case, evidence="管已换好", by=town.handler, at=AT + hours(4))
    done = page_of(made, town.second_supervisor, AT + hours(5))  # type: ignore[arg-type]
    assert done.apart.parts[0].done_at == AT + hours(2)
    assert life_lines(by=JOB, at=AT + hours(6)).broken == []


def test_the_reporter_sees_who_assists_but_not_what_offices_write_to_each_other(town: Town) -> None:
    made = joint(town)
    contribute(case_id=made.case_id, evidence="内部：阀门老化", by=town.water, at=AT + hours(2))  # type: ignore[attr-defined]
    page = own_page(town, made, AT + hours(3))  # type: ignore[arg-type]
    assert PART not in repr(page)
    assert "阀门" not in repr(page)
    assert [part.office and part.office.kind for part in page.apart.parts] == ["water_utility"]


def test_whoever_assisted_does_not_check_and_an_assisting_office_sees_no_shared_contact(town: Town) -> None:
    from gridcommons.access.rules import Viewer

    made = joint(town, contact=Contact(name="测试甲", phone="10012345678"), share_with_handler=True)
    case = made.case_id  # type: ignore[attr-defined]
    contact = page_of(made, town.handler, AT + hours(2)).contact_id  # type: ignore[arg-type]
    assert contact is not None
    with pytest.raises(Refusal):
        shared_contact(contact_id=contact, viewer=town.water, at=AT + hours(2), purpose="service")
    contribute(case_id=case, evidence="已停水", by=town.water, at=AT + hours(2))
    feed_back(case_id=case, evidence="管已换好", by=town.handler, at=AT + hours(3))
    both = Viewer(
        key=town.water.key, user_id=town.water.user_id, name="water",
        grants=(*town.water.grants, *town.second_supervisor.grants),
    )  # fmt: skip
    with pytest.raises(Refusal) as refused:
        close(case_id=case, check="看过了，好了", by=both, at=AT + hours(4))
    assert refused.value.code == "case.same_person"


def test_offices_that_cannot_assist_are_refused(town: Town) -> None:
    made = handling(town)
    for area, kind, code in (
        (COUNTY, "urban_management", "case.already_in_charge"), (TOWNSHIP, "supervision", "case.office_elsewhere"),
        (COUNTY, "nobody", "access.no_office"),
    ):  # fmt: skip
        with pytest.raises(Refusal) as refused:
            involve(case_id=made.case_id, to_area=area, to_kind=kind, part=PART, by=town.dispatcher, at=AT + hours(1))
        assert refused.value.code == code
    for part, code in ((" ", "case.missing"), ("长" * 1_001, "text.")):
        with pytest.raises(Refusal) as text:
            involve(
                case_id=made.case_id, to_area=COUNTY, to_kind="water_utility", part=part, by=town.dispatcher,
                at=AT + hours(1),
            )  # fmt: skip
        assert text.value.code.startswith(code)
    assert page_of(made, town.dispatcher, AT + hours(2)).apart.parts == ()


def test_an_assisting_office_that_gets_the_whole_has_no_part_any_more(town: Town) -> None:
    made = joint(town)
    send_back(case_id=made.case_id, reason="主要是水的事", by=town.handler, at=AT + hours(2))  # type: ignore[attr-defined]
    dispatch(case_id=made.case_id, to_area=COUNTY, to_kind="water_utility", by=town.dispatcher, at=AT + hours(3))  # type: ignore[attr-defined]
    page = page_of(made, town.water, AT + hours(4))  # type: ignore[arg-type]
    assert page.apart.parts == ()
    assert {action.key for action in page.may} == {"accept", "send_back"}


def test_nobody_s_case_goes_to_the_township_which_names_the_body_in_charge_first(town: Town) -> None:
    made = filed(town)
    with pytest.raises(Refusal) as silent:
        entrust(case_id=made.case_id, reason="", by=town.dispatcher, at=AT + hours(1))
    assert silent.value.code == "case.missing"
    entrust(case_id=made.case_id, reason="三家都说不归", by=town.dispatcher, at=AT + hours(1))
    assert "case.entrusted" in told(town.official, made, AT + hours(1))
    with pytest.raises(Refusal) as back:
        send_back(case_id=made.case_id, reason="也不归我们", by=town.official, at=AT + hours(2))
    assert back.value.code == "case.not_allowed_here"
    accept(case_id=made.case_id, by=town.official, at=AT + hours(2))
    with pytest.raises(Refusal) as on:
        pass_on(case_id=made.case_id, note="转下家", by=town.official, at=AT + hours(2))
    assert on.value.code == "case.not_allowed_here"
    with pytest.raises(Refusal) as nameless:
        feed_back(case_id=made.case_id, evidence="已处理", by=town.official, at=AT + hours(3))
    assert "name the body in charge" in nameless.value.words().en
    for body, code in (("", "case.missing"), ("长" * 201, "text.")):
        with pytest.raises(Refusal) as wrong:
            name_body(case_id=made.case_id, body=body, by=town.official, at=AT + hours(3))
        assert wrong.value.code.startswith(code)
    name_body(case_id=made.case_id, body="滨河路管线公司", by=town.official, at=AT + hours(3))
    feed_back(case_id=made.case_id, evidence="管线公司已加固", by=town.official, at=AT + hours(4))
    assert own_page(town, made, AT + hours(5)).apart.body == "滨河路管线公司"
    assert life_lines(by=JOB, at=AT + hours(6)).broken == []


def test_where_the_township_has_no_government_the_county_s_coordinates(town: Town) -> None:
    from gridcommons.access.models import Office

    made = filed(town)
    with viewing(JOB, AT, deed="test.closed"):
        Office.objects.filter(key=f"{TOWNSHIP}:township_government").update(valid_to=AT)
    entrust(case_id=made.case_id, reason="没有单位承担", by=town.dispatcher, at=AT + hours(1))
    with viewing(JOB, AT):
        assert Case.objects.get(pk=made.case_id).handler_office.key == f"{COUNTY}:county_government"  # type: ignore[union-attr]
    accept(case_id=made.case_id, by=town.county_official, at=AT + hours(2))


def test_a_body_is_named_only_where_it_was_entrusted_and_by_who_has_it(town: Town) -> None:
    made = handling(town)
    for viewer in (town.handler, town.official, town.dispatcher):
        with pytest.raises(Refusal):
            name_body(case_id=made.case_id, body="某公司", by=viewer, at=AT + hours(1))


def test_a_part_that_was_not_reported_on_can_be_until_the_closing_and_ends_with_it(town: Town) -> None:
    made = joint(town)
    case = made.case_id  # type: ignore[attr-defined]
    at = AT + hours(2)
    feed_back(case_id=case, evidence="管已换好", by=town.handler, at=at)
    assert "case.part_open" in told(town.water, made, at)  # type: ignore[arg-type]
    contribute(case_id=case, evidence="还差关阀", by=town.water, at=at + hours(1))
    close(case_id=case, check="看过了，好了", by=town.worker, at=at + hours(2))
    assert "case.part_over" in told(town.water, made, at + hours(2))  # type: ignore[arg-type]
    last = own_page(town, made, at + hours(3)).steps[-1]  # type: ignore[arg-type]
    assert (last.action, last.to_office and last.to_office.kind, last.name) == ("part_over", "water_utility", "")
    with pytest.raises(Refusal) as over:
        contribute(case_id=case, evidence="阀门已关", by=town.water, at=at + hours(3))
    assert over.value.code == "case.wrong_state"
    assert life_lines(by=JOB, at=at + hours(3)).broken == []
    reopen(case_id=case, reason="又漏了", by=mine(town, made), at=at + hours(4))  # type: ignore[arg-type]
    assert "case.part_again" in told(town.water, made, at + hours(4))  # type: ignore[arg-type]


def test_a_part_that_is_done_neither_ends_nor_is_asked_for(town: Town) -> None:
    made = joint(town)
    case = made.case_id  # type: ignore[attr-defined]
    contribute(case_id=case, evidence="阀门已关", is_done=True, by=town.water, at=AT + hours(2))
    feed_back(case_id=case, evidence="管已换好", by=town.handler, at=AT + hours(3))
    close(case_id=case, check="看过了，好了", by=town.worker, at=AT + hours(4))
    assert not {"case.part_open", "case.part_over"} & set(told(town.water, made, AT + hours(4)))  # type: ignore[arg-type]
    assert own_page(town, made, AT + hours(5)).steps[-1].action == "close"  # type: ignore[arg-type]
