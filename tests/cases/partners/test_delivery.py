"""What goes out over a webhook: once per event, in order per case, whatever the other side does."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from cases.partners.partner_town import (
    NOW,
    body_of,
    case,
    deliver,
    linked,
    outbox,
    pairing,
    secret,
    sent_out,
    terms,
    told,
)
from cases.partners.systems import System, system
from gridcommons.cases.actions import accept, send_back
from gridcommons.cases.actions import dispatch as send
from gridcommons.cases.partners import actions
from gridcommons.cases.partners.acting import viewer_for
from gridcommons.cases.partners.calling import House
from gridcommons.cases.partners.models import Health, Link, Sending
from gridcommons.cases.partners.policy import policy
from gridcommons.kit.errors import Refusal
from town import COUNTY, Town


def joined(town: Town, own: System, **more: object) -> Link:
    link = linked(town, terms(url=f"{own.url}/in", **more))
    own.secret = secret(link)
    return link


def test_a_dispatched_case_reaches_the_departments_system_once_and_signed(town: Town) -> None:
    with system() as own:
        link = joined(town, own)
        made = sent_out(town)
        assert (deliver(), deliver()) == (1, 0)
        (event,) = own.events.values()
        assert own.unsigned == 0
    assert event["schema"] == "gridcommons.partner/1"
    assert (event["event"], event["sequence"], event["case"]["number"]) == ("case.dispatched", 1, case(made).number)
    assert set(event["case"]) == {"number", "matter", "matter_name", "state", "area_code", "area_name", "due_at"}
    assert outbox(link) == [("case.dispatched", "sent", "")]
    assert pairing(link).remote_id == "R1"


@pytest.mark.parametrize(
    ("misdeed", "reason", "state"),
    [
        ("hang", "timeout", "waiting"), ("take and hang", "timeout", "waiting"), ("drop", "unreachable", "waiting"),
        ("take and break", "unreachable", "waiting"), ("flood", "too_much", "waiting"),
        ("drip", "timeout", "waiting"), ("drip headers", "timeout", "waiting"), ("nonsense", "no_receipt", "waiting"),
        ("other receipt", "other_receipt", "stuck"), ((500, {}), "fault", "waiting"), ((429, {}), "busy", "waiting"),
        ((401, {}), "refused_key", "waiting"), ((404, {}), "not_found", "waiting"),
        ((422, {"code": "no"}), "turned_away", "stuck"), ((204, {}), "no_receipt", "waiting"),
        ((302, {}, {"Location": "http://127.0.0.1:1/"}), "redirect", "waiting"),
        ((200, {"receipt": ["a", "list"]}), "no_receipt", "waiting"), ((200, []), "no_receipt", "waiting"),
    ],
    ids=str,
)  # fmt: skip
def test_whatever_they_do_the_event_stands_right_and_comes_once_in_the_end(
    misdeed: object, reason: str, state: str, town: Town
) -> None:
    with system(misdeed) as own:
        link = joined(town, own)
        sent_out(town)
        assert deliver(quick=True) == 1
        assert outbox(link) == [("case.dispatched", state, reason)]
        row = Sending.objects.get(link=link)
        if state == "stuck":
            assert deliver(NOW + timedelta(days=2)) == 0, "nobody tries by himself what a person has to look at"
            actions.retry(link_id=link.pk, ids=[row.pk], by=town.county_officer, at=NOW, purpose="administration")
        assert deliver(NOW + timedelta(minutes=2)) == 1
        assert outbox(link) == [("case.dispatched", "sent", "")]
        assert list(own.events) == [str(row.pk)], "under one id, however often it came"
        assert len({bytes(body) for body in own.bodies}) == 1, "and with the same bytes"


def test_what_is_asked_to_wait_waits_and_what_fails_for_good_is_stuck(town: Town) -> None:
    tries = len(policy().pauses) + 1
    with system((503, {}, {"Retry-After": "7200"}), *[(500, {})] * (tries - 1)) as own:
        link = joined(town, own)
        sent_out(town)
        deliver()
        assert Sending.objects.get(link=link).next_at == NOW + timedelta(hours=2)
        for day in range(1, tries):
            assert deliver(NOW + timedelta(days=day)) == 1
        assert outbox(link) == [("case.dispatched", "stuck", "fault")]
        assert len(own.calls) == tries


def test_events_of_a_case_go_in_their_order_and_those_of_another_are_not_held_up(town: Town) -> None:
    with system((422, {})) as own:
        link = joined(town, own)
        made = sent_out(town)
        deliver()
        accept(case_id=made, by=town.handler, at=NOW)
        told(made, "case.accept")
        other = sent_out(town, text="另一盏灯")
        assert deliver() == 1
        assert [e["case"]["number"] for e in own.events.values()] == [case(other).number]
        first = Sending.objects.get(link=link, event="case.dispatched", state="stuck")
        actions.give_up(sending_id=first.pk, reason="对方已用电话登记过了", by=town.handler, at=NOW)
        assert deliver() == 1
        last = list(own.events.values())[-1]
        assert (last["event"], last["case"]["state"], last["sequence"]) == ("case.changed", "handling", 2)


def test_the_office_that_lost_a_case_is_told_so_and_nothing_else(town: Town) -> None:
    with system() as own:
        link = joined(town, own, fields=("number", "text", "address"))
        made = sent_out(town)
        deliver()
        send_back(case_id=made, reason="不归我们管", by=town.handler, at=NOW)
        told(made, "case.send_back")
        send(case_id=made, to_area=COUNTY, to_kind="housing_construction", by=town.dispatcher, at=NOW)
        assert told(made, "case.dispatch") == []
        deliver()
        events = list(own.events.values())
        assert [e["event"] for e in events] == ["case.dispatched", "case.withdrawn"]
        assert events[1]["case"] == {"number": case(made).number}
    assert not pairing(link).there


def test_what_left_the_office_before_it_was_sent_is_not_sent(town: Town) -> None:
    with system() as own:
        link = joined(town, own)
        made = sent_out(town)
        send_back(case_id=made, reason="不归我们管", by=town.handler, at=NOW)
        send(case_id=made, to_area=COUNTY, to_kind="housing_construction", by=town.dispatcher, at=NOW)
        told(made, "case.dispatch")
        deliver()
        assert [e["event"] for e in own.events.values()] == ["case.withdrawn"]
    assert outbox(link) == [("case.dispatched", "passed", "left_office"), ("case.withdrawn", "sent", "")]


def test_a_link_that_fails_is_left_alone_and_probed_by_one_event(town: Town) -> None:
    cases = policy().failures + 1
    with system(*[(500, {})] * policy().failures) as own:
        link = joined(town, own)
        for _ in range(cases):
            sent_out(town)
        tries = sum(deliver(NOW + timedelta(seconds=n)) for n in range(cases))
        assert tries == policy().failures == len(own.calls)
        shut = Health.objects.get(pk=link.pk).shut_until
        assert shut is not None
        assert deliver(shut - timedelta(seconds=1)) == 0
        assert deliver(shut + timedelta(hours=1)) == cases
        assert Health.objects.get(pk=link.pk).failures == 0


def test_one_link_that_hangs_holds_up_no_other(town: Town) -> None:
    with system("hang", "hang") as slow, system() as quick:
        joined(town, slow)
        other = linked(town, terms(url=f"{quick.url}/in", name="第二套系统"))
        quick.secret = secret(other)
        sent_out(town)
        sent_out(town)
        deliver(quick=True)
        assert len(quick.events) == 2
        assert len(slow.calls) == 1, "it is not tried again in the same round"


def test_an_address_inside_is_refused_unless_it_is_listed(town: Town) -> None:
    with system() as own:
        link = joined(town, own)
        sent_out(town)
        deliver(house=House())
        assert own.calls == []
    assert outbox(link) == [("case.dispatched", "waiting", "private_address")]


def test_what_was_cut_off_goes_again_under_its_id(town: Town) -> None:
    with system() as own:
        link = joined(town, own)
        sent_out(town)
        (row,) = Sending.objects.filter(link=link)
        assert actions.claim(sending_id=row.pk, by=viewer_for(link), at=NOW) is not None
        assert deliver(NOW + timedelta(minutes=1)) == 0
        assert deliver(NOW + policy().lost) == 1
        assert list(own.events) == [str(row.pk)]


def test_nothing_leaves_by_terms_that_nobody_agreed_to(town: Town) -> None:
    with system((422, {})) as own:
        link = joined(town, own, fields=("number", "text"))
        sent_out(town, text="灯杆漏电，请联系13812345678")
        deliver()
        assert "灯杆漏电" in own.bodies[0].decode()
        assert "13812345678" not in own.bodies[0].decode(), "masked whatever the list says"
        narrower = terms(url=f"{own.url}/in", fields=("number",))
        actions.amend(link_id=link.pk, terms=narrower, reason="不再发送描述", by=town.county_officer, at=NOW)
        row = Sending.objects.get(link=link)
        actions.retry(link_id=link.pk, ids=[row.pk], by=town.handler, at=NOW)
        assert deliver() == 0, "it waits for the second person"
        actions.confirm(link_id=link.pk, edition=2, by=town.second, at=NOW)
        assert deliver() == 1
        assert list(json.loads(own.bodies[1])["case"]) == ["number"], "what was written by the old terms is not sent"
        assert "灯杆漏电" not in body_of(row.pk)


def test_an_ended_link_sends_nothing_any_more(town: Town) -> None:
    with system() as own:
        link = joined(town, own)
        made = sent_out(town)
        actions.end(link_id=link.pk, by=town.county_officer, at=NOW)
        assert (deliver(), own.calls) == (0, [])
        accept(case_id=made, by=town.handler, at=NOW)
        assert told(made, "case.accept") == []
    assert outbox(link) == [("case.dispatched", "passed", "link_ended")]
    with pytest.raises(Refusal) as refused:
        actions.try_link(link_id=link.pk, by=town.county_officer, at=NOW)
    assert refused.value.code == "partner.not_now"
