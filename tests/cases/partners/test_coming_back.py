"""What comes back: kept first, understood in any order and as often as it comes, never more than the office may."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases.partners.partner_town import (
    JOB,
    NOW,
    body_of,
    case,
    linked,
    number_of,
    pairing,
    papers,
    poll,
    says,
    secret,
    sent_out,
    state,
    terms,
    told,
)
from cases.partners.partner_town import deliver as deliver_now
from cases.partners.systems import system
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.cases.actions import close, rework
from gridcommons.cases.models import Step
from gridcommons.cases.partners import actions
from gridcommons.cases.partners.acting import viewer_for
from gridcommons.cases.partners.delivery import understand_new
from gridcommons.cases.partners.models import Arrival, Link, Sending
from gridcommons.cases.partners.policy import policy
from gridcommons.kit.errors import Refusal
from gridcommons.notices.signing import signature
from town import Town
from web.office_town import stop_clock

ACTS = ("accept", "send_back", "feed_back")


def last_step(case_id: Any) -> Step:
    with scoped(Scope("^")):
        return Step.objects.filter(case=case_id).order_by("-at", "-id")[0]


def test_the_office_acts_through_its_system_and_its_name_stands_on_the_life_line(town: Town) -> None:
    link = linked(town, terms())
    made = sent_out(town)
    number = number_of(made)
    assert says(link, number=number, status="accepted").state == "done"
    assert state(made) == "handling"
    assert says(link, NOW + timedelta(minutes=5), number=number, status="done", note="灯泡已更换").state == "done"
    step = last_step(made)
    assert (state(made), step.action, step.note, step.by_name) == ("handled", "feed_back", "灯泡已更换", "城管业务系统")
    assert (step.by_key, step.office_id, step.duty) == (f"partner:{link.pk}", link.office_id, "handler")
    assert told(made, "case.feed_back", who=f"partner:{link.pk}") == [], "a system does not hear of its own step"


def test_closed_at_once_is_handled_and_never_closed(town: Town) -> None:
    link = linked(town, terms())
    made = sent_out(town)
    arrival = says(link, number=number_of(made), status="CLOSED", note="已办结")
    assert (arrival.state, arrival.step, state(made)) == ("done", "accept+feed_back", "handled")
    close(case_id=made, check="看过了，灯亮", by=town.worker, at=NOW + timedelta(hours=1))
    assert state(made) == "closed"


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"status": "done"}, "no_words"), ({"status": "ruhig"}, "unknown_status"),
        ({"status": "accepted", "number": "261102-NOTOURS"}, "unknown_case"), ({"status": "accepted"}, "unknown_case"),
        ({"status": "accepted", "at": "2027-01-01T00:00:00+00:00"}, "future"), ({"status": ""}, "unreadable"),
        ({"status": 7}, "unreadable"), ({"status": "done", "at": "gestern"}, "unreadable"),
        ({"status": "returned"}, "no_words"),
    ],
    ids=str,
)  # fmt: skip
def test_what_cannot_be_used_waits_for_a_person(said: dict[str, Any], reason: str, town: Town) -> None:
    link = linked(town, terms())
    made = sent_out(town)
    named = {} if reason == "unknown_case" else {"number": number_of(made)}
    arrival = says(link, **(named | said))
    assert (arrival.state, arrival.reason, state(made)) == ("look", reason, "dispatched")


def test_what_a_link_may_not_do_is_left_to_a_person_of_the_office(town: Town) -> None:
    link = linked(town, terms(acts=("accept",)))
    made = sent_out(town)
    assert says(link, number=number_of(made), status="done", note="好了").reason == "asks_person"
    assert state(made) == "dispatched"
    assert says(link, number=number_of(made), status="accepted").state == "done"


def test_a_status_that_contradicts_is_looked_at_and_can_be_run_again(town: Town) -> None:
    link = linked(town, terms())
    made = sent_out(town)
    number = number_of(made)
    says(link, number=number, status="done", note="好了")
    later = NOW + timedelta(minutes=1)
    arrival = says(link, later, number=number, status="returned", note="其实不是我们")
    assert (arrival.reason, state(made)) == ("contradicts", "handled")
    rework(case_id=made, reason="没修好", by=town.worker, at=later)
    actions.rerun(arrival_id=arrival.pk, by=town.handler, at=later)
    understand_new(JOB, later)
    assert Arrival.objects.get(pk=arrival.pk).state == "look", "what is in rework cannot be sent back either"
    actions.set_aside(arrival_id=arrival.pk, reason="电话核对过，误报", by=town.handler, at=later)
    with pytest.raises(Refusal) as refused:
        actions.rerun(arrival_id=arrival.pk, by=town.handler, at=later)
    assert refused.value.code == "partner.over_already"


def test_after_a_rework_only_a_newer_word_counts(town: Town) -> None:
    link = linked(town, terms())
    made = sent_out(town)
    number, later = number_of(made), NOW + timedelta(hours=1)
    says(link, number=number, status="done", note="好了")
    rework(case_id=made, reason="没修好", by=town.worker, at=later)
    old = (NOW - timedelta(minutes=5)).isoformat()
    assert says(link, later, number=number, status="done", note="好了", at=old).reason == "older"
    assert state(made) == "rework"
    assert says(link, later + timedelta(minutes=1), number=number, status="done", note="又修了").state == "done"
    assert state(made) == "handled"


def test_a_case_that_left_the_office_is_not_moved_by_it(town: Town) -> None:
    link = linked(town, terms())
    made = sent_out(town)
    says(link, number=number_of(made), status="returned", note="不归我们管")
    told(made, "case.send_back", who=f"partner:{link.pk}")
    assert (state(made), pairing(link).there) == ("returned", False)
    arrival = says(link, NOW + timedelta(minutes=1), number=number_of(made), status="accepted")
    assert (arrival.state, arrival.reason) == ("look", "left_office")


def test_the_case_of_another_link_is_unknown(town: Town) -> None:
    link = linked(town, terms())
    other = linked(town, terms(name="住建系统"), kind="housing_construction")
    made = sent_out(town)
    assert says(other, number=number_of(made), status="accepted").reason == "unknown_case"
    assert says(link, number=number_of(made), id="R-else", status="accepted").state == "done"
    assert says(link, number=number_of(made), id="R-other", status="done", note="好了").reason == "unknown_case"


MOVES = ("accepted", "done", "returned", "in_progress", "note", "closed", "???")


@settings(max_examples=6, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(MOVES), st.integers(-3, 8), st.booleans(), st.booleans()), min_size=1, max_size=7
    )
)
def test_in_any_order_nothing_is_lost_doubled_or_closed(town: Town, said: list[tuple[str, int, bool, bool]]) -> None:
    link = linked(town, terms())
    made = sent_out(town)
    messages = [
        json.dumps(
            {"event_id": f"m{n}", "number": number_of(made), "status": status, "note": "有话" if words else "",
             "at": (NOW + timedelta(minutes=minute)).isoformat()}
        )
        for n, (status, minute, words, _twice) in enumerate(said)
    ]  # fmt: skip
    by = viewer_for(link)
    for text, (_s, _m, _w, twice) in zip(messages, said, strict=True):
        for _ in range(1 + twice):
            actions.arrive(link_id=link.pk, raw=text, event_id="", by=by, at=NOW)
            understand_new(JOB, NOW)
    rows = Arrival.objects.filter(link=link)
    assert rows.count() == len(said), "every message is kept, once"
    assert not rows.filter(state="new").exists()
    assert papers(rows.values_list("pk", flat=True)) == len(said)
    assert state(made) in {"dispatched", "handling", "handled", "returned"}
    with scoped(Scope("^")):
        steps = list(Step.objects.filter(case=made).values_list("action", flat=True))
    assert all(steps.count(step) <= 1 for step in ("accept", "feed_back", "send_back")), "no step is taken twice"


def post(link: Link, body: bytes, *, key: str = "", at: Any = NOW, secret_: bytes | None = None, path: str = "") -> Any:
    """A request of a partner's system."""
    where = path or f"/partners/{link.key}/status"
    moment = int(at.timestamp())
    signed = signature(secret_ or secret(link), time=moment, method="POST", path=where, body=body)
    return Client().post(
        where, body, content_type="application/json", HTTP_X_GRIDCOMMONS_TIME=str(moment),
        HTTP_X_GRIDCOMMONS_SIGNATURE=signed, HTTP_X_GRIDCOMMONS_KEY=key or f"{link.key}.{link.key_number}",
    )  # fmt: skip


def test_the_door_keeps_what_is_signed_and_knows_it_again(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    stop_clock(monkeypatch, NOW)
    link = linked(town, terms())
    made = sent_out(town)
    body = json.dumps({"event_id": "e1", "number": number_of(made), "status": "accepted"}).encode()
    first, again = post(link, body), post(link, body)
    assert [(a.status_code, a.json()) for a in (first, again)] == [
        (202, {"receipt": "e1", "state": "kept"}), (202, {"receipt": "e1", "state": "known"}),
    ]  # fmt: skip
    assert state(made) == "dispatched", "acknowledged before it is understood"
    understand_new(JOB, NOW)
    assert (state(made), Arrival.objects.filter(link=link).count()) == ("handling", 1)
    other = json.dumps({"event_id": "e1", "number": number_of(made), "status": "returned", "note": "x"}).encode()
    answer = post(link, other)
    assert (answer.status_code, answer.json()["code"]) == (409, "partner.other_content")
    assert Arrival.objects.filter(link=link, state="look", reason="same_id").count() == 1, "and nothing is lost"


def test_what_cannot_be_read_is_kept_too(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    stop_clock(monkeypatch, NOW)
    link = linked(town, terms())
    for body in (b"<xml/>", b"\xff\xfe\x00", b"[1]", b"", b"[" * 5_000):
        assert post(link, body).status_code == 202, body
    understand_new(JOB, NOW)
    assert set(Arrival.objects.filter(link=link).values_list("state", "reason")) == {("look", "unreadable")}
    assert post(link, b"x" * (policy().inbox_bytes + 1)).status_code == 413


def test_strangers_replays_and_reflections_are_refused_alike(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    stop_clock(monkeypatch, NOW)
    link = linked(town, terms())
    other = linked(town, terms(name="住建系统"), kind="housing_construction")
    body = b'{"event_id": "e1", "status": "accepted"}'
    answers = [
        post(link, body, secret_=b"guess"), post(link, body, at=NOW - timedelta(minutes=6)),
        post(link, body, at=NOW + timedelta(minutes=6)), post(link, body, secret_=secret(other)),
        post(link, body, path="/partners/nosuchlink/status"), post(link, body, key=f"{link.key}.7"),
        Client().post(f"/partners/{link.key}/status", body, content_type="application/json"),
    ]  # fmt: skip
    assert {(a.status_code, a.content) for a in answers} == {(403, answers[0].content)}
    outgoing = signature(secret(link), time=int(NOW.timestamp()), method="POST", path="/in", body=body)
    mirrored = Client().post(
        f"/partners/{link.key}/status", body, content_type="application/json",
        HTTP_X_GRIDCOMMONS_TIME=str(int(NOW.timestamp())), HTTP_X_GRIDCOMMONS_SIGNATURE=outgoing,
    )  # fmt: skip
    assert mirrored.status_code == 403, "what we sent them opens nothing here"
    assert Arrival.objects.count() == 0
    assert Client().get(f"/partners/{link.key}/status").status_code == 405


def test_after_a_change_of_the_secret_the_old_one_opens_for_a_week(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    link = linked(town, terms())
    old = secret(link)
    changed = actions.rotate(link_id=link.pk, by=town.county_officer, at=NOW)
    body, week = b'{"event_id": "e1", "status": "note"}', policy().secret_life
    stop_clock(monkeypatch, NOW)
    assert post(link, body, secret_=old, key=f"{link.key}.1").status_code == 202
    assert post(changed, body, secret_=secret(changed)).status_code == 202
    stop_clock(monkeypatch, NOW + week)
    assert post(link, body, secret_=old, key=f"{link.key}.1", at=NOW + week).status_code == 403
    assert secret(changed) != old


def test_an_open311_request_is_filed_followed_and_reported_as_done(town: Town) -> None:
    with system() as own:
        wanted = terms("open311", own.url, fields=("number", "matter", "lon", "lat", "text", "address"),
                       mapping='{"codes": {"matter": {"street_lamps": "007"}}, "updates": true}')  # fmt: skip
        link = linked(town, wanted)
        made = sent_out(town)
        assert deliver_now() == 1
        assert own.requests == [], "without their api key nothing is posted"
        actions.keep_key(link_id=link.pk, text="their-key", by=town.county_officer, at=NOW)
        deliver_now(NOW + timedelta(hours=1))
        (form,) = own.requests
        assert (form["api_key"], form["service_code"], form["lat"]) == ("their-key", "007", str(case(made).lat))
        assert number_of(made) in form["description"]
        assert "their-key" not in body_of(Sending.objects.get(link=link).pk)
        said = {"status": "closed", "status_notes": "灯泡已更换"}
        own.states["SR1"] = said | {"updated_datetime": "2026-11-02T05:00:00+08:00"}
        assert poll(NOW + timedelta(hours=2)) == 1
        assert (state(made), Arrival.objects.get(link=link).reason) == ("dispatched", "before")
        own.states["SR1"] = said | {"updated_datetime": (NOW + timedelta(hours=2)).isoformat()}
        assert poll(NOW + timedelta(hours=3)) == poll(NOW + timedelta(hours=4)) == 1
    assert Arrival.objects.filter(link=link).count() == 2, "the same word again is no news"
    assert state(made) == "handled"


@pytest.mark.parametrize("form", ["json", "xml"])
def test_a_token_is_followed_to_its_request_in_both_formats(form: str, town: Town) -> None:
    with system() as own:
        own.gives_token = True
        link = linked(town, terms("open311", own.url, form=form, fields=("number", "matter", "address", "lon", "lat")))
        actions.keep_key(link_id=link.pk, text="their-key", by=town.county_officer, at=NOW)
        sent_out(town)
        deliver_now()
        assert (pairing(link).token, pairing(link).remote_id) == ("SR1", "")
        poll(NOW + timedelta(hours=1))
        assert (pairing(link).token, pairing(link).remote_id) == ("", "SR1")


@pytest.mark.parametrize(
    "misdeed", ["hang", "nonsense", "drop", (504, {}), (200, []), (200, [{"service_notice": "x"}])], ids=str
)
def test_a_request_is_never_posted_again_blindly(misdeed: Any, town: Town) -> None:
    with system(misdeed) as own:
        link = linked(town, terms("open311", own.url, fields=("number", "matter", "lon", "lat")))
        actions.keep_key(link_id=link.pk, text="their-key", by=town.county_officer, at=NOW)
        sent_out(town)
        deliver_now(quick=True)
        row = Sending.objects.get(link=link)
        assert (row.state, row.reason) == ("stuck", "uncertain")
        assert deliver_now(NOW + timedelta(days=1)) == 0
        actions.pair(sending_id=row.pk, remote_id="SR-9", by=town.handler, at=NOW)
        assert (Sending.objects.get(link=link).state, pairing(link).remote_id) == ("sent", "SR-9")
        assert len(own.calls) == 1


def test_a_matter_without_a_code_over_there_and_a_case_without_a_place_wait_for_a_person(town: Town) -> None:
    with system() as own:
        some = '{"codes": {"matter": {"noise": "1"}}}'
        coded = linked(town, terms("open311", own.url, fields=("number", "matter", "lon", "lat"), mapping=some))
        bare = linked(town, terms("open311", own.url, fields=("number", "matter")))
        for link in (coded, bare):
            actions.keep_key(link_id=link.pk, text="their-key", by=town.county_officer, at=NOW)
        sent_out(town)
        deliver_now()
        assert own.calls == []
    assert [Sending.objects.get(link=link).reason for link in (coded, bare)] == ["no_code", "no_place"]
