"""Asking departments' Open311 how requests stand: every link gets its turn, whatever the others do."""

from __future__ import annotations

import socket
import threading
from datetime import datetime, timedelta
from typing import Any

import pytest

from cases.partners.partner_town import HERE, JOB, NOW, QUICK, linked, outbox, sent_out, terms
from cases.partners.systems import System, system
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.cases.models import Case
from gridcommons.cases.partners import actions
from gridcommons.cases.partners.calling import Caller, Failed, House
from gridcommons.cases.partners.delivery import Round
from gridcommons.cases.partners.models import Health, Link, Pairing, Sending
from gridcommons.cases.partners.outgoing import fared
from gridcommons.cases.partners.policy import policy
from gridcommons.cases.partners.rules import Outcome
from town import Town
from web.office_town import report

HOUR = timedelta(hours=1)
FIELDS = ("number", "matter", "address", "lon", "lat")
NOBODY = "http://127.0.0.1:9"


def followed(town: Town, url: str, *ids: str, since: datetime = NOW, name: str = "系统", token: str = "") -> Link:
    """A link to an Open311 over which requests are followed."""
    link = linked(town, terms("open311", url, name=name, fields=FIELDS))
    for one in ids:
        case = report(town).case_id
        with scoped(Scope("^"), deed="test"):
            held = Case.objects.get(pk=case)
            Pairing.objects.create(
                link=link, case=held, number=held.number, since=since, next_poll_at=since, remote_id=one, token=token
            )
    return link


def asked(at: datetime, most: int = 50) -> int:
    """A round of asking."""
    return Round(Caller(HERE, QUICK), JOB, at, lambda: 0.5).poll(most)


def knows(own: System, *ids: str) -> None:
    """Let a system know requests."""
    for one in ids:
        own.states[one] = {"status": "open", "status_notes": "", "updated_datetime": NOW.isoformat()}


def test_a_dead_system_takes_no_turn_of_a_living_one(town: Town) -> None:
    with system() as own:
        knows(own, "SR1")
        dead = followed(town, NOBODY, "X1", "X2", "X3", name="坏系统")
        good = followed(town, own.url, "SR1", since=NOW + timedelta(minutes=1), name="好系统")
        assert asked(NOW + HOUR, most=2) == 2
        assert Pairing.objects.get(link=good).next_poll_at == NOW + HOUR + policy().poll
    late = Pairing.objects.filter(link=dead, next_poll_at=NOW + HOUR + policy().poll)
    assert late.count() == 1, "the one that was asked about goes to the end of its line, and the others were spared"


def test_a_system_that_never_answers_is_left_alone_and_probed_again(town: Town) -> None:
    dead = followed(town, NOBODY, "X1")
    tries = [asked(NOW + n * HOUR) for n in range(1, policy().failures + 1)]
    health = Health.objects.get(pk=dead.pk)
    assert (tries, health.failures, health.reason) == ([1] * policy().failures, policy().failures, "unreachable")
    shut = health.shut_until
    assert shut is not None
    with scoped(Scope("^"), deed="test"):
        Pairing.objects.filter(link=dead).update(next_poll_at=NOW)
    assert asked(shut - timedelta(seconds=1)) == 0
    assert asked(shut + timedelta(seconds=1)) == 1


def test_an_answer_makes_a_link_sound_unless_what_goes_out_over_it_fails(town: Town) -> None:
    with system() as own:
        knows(own, "SR1")
        link = followed(town, own.url, "SR1")
        with scoped(Scope("^"), deed="test"):
            fared(link.pk, Outcome("later", "timeout", shut=True), NOW, asked=True)
        asked(NOW + HOUR)
        assert Health.objects.get(pk=link.pk).failures == 0
        sent_out(town)
        with scoped(Scope("^"), deed="test"):
            Sending.objects.filter(link=link).update(reason="refused_key")
            fared(link.pk, Outcome("later", "refused_key", shut=True), NOW + HOUR)
        assert asked(NOW + 2 * HOUR) == 1
        held = Health.objects.get(pk=link.pk)
        assert (held.failures, held.reason) == (1, "refused_key"), "that it answers says nothing of the key"


@pytest.mark.parametrize(
    ("misdeed", "failures"),
    [
        ("hang", 1), ("drip headers", 1), ((500, {}), 1), ((302, {}, {"Location": NOBODY}), 1), ((404, []), 0),
        ((400, []), 0), ("nonsense", 0), ((200, [{"service_request_id": "a\x00b", "status": "open"}]), 1),
    ],
    ids=str,
)  # fmt: skip
def test_whatever_it_says_it_had_its_turn(misdeed: Any, failures: int, town: Town) -> None:
    with system(misdeed) as own:
        link = followed(town, own.url, "", token="T1")
        assert asked(NOW + HOUR) == 1
    assert Pairing.objects.get(link=link).next_poll_at == NOW + HOUR + policy().poll
    assert Health.objects.get(pk=link.pk).failures == failures


def test_links_that_are_not_in_force_are_not_asked(town: Town) -> None:
    link = followed(town, NOBODY, "X1")
    other = terms("open311", NOBODY, name="系统", fields=("number", "matter", "address"))
    actions.amend(link_id=link.pk, terms=other, reason="不再提供坐标", by=town.county_officer, at=NOW)
    assert asked(NOW + HOUR) == 0, "it waits for the second person"


def test_a_name_server_that_hangs_holds_nobody_up(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    with system() as own:
        port = int(own.url.rpartition(":")[2])

        def hang(*_asked: object, **_more: object) -> list[Any]:
            over.wait(5)
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

        monkeypatch.setattr(socket, "getaddrinfo", hang)
        with pytest.raises(Failed) as failed:
            Caller(HERE, QUICK).call("GET", f"http://slow.example.org:{port}/services.json", headers={})
        over.set()
        assert (failed.value.reason, failed.value.reached, own.calls) == ("unreachable", False, [])


@pytest.mark.parametrize("number", ["64:ff9b::a9fe:a9fe", "64:ff9b:1::a00:1", "2002:7f00:1::", "::7f00:1", "fec0::1"])
def test_an_inner_address_in_another_dress_is_not_called(number: str) -> None:
    assert not HERE.may_call(number)
    assert not House().may_call(number)


def test_a_case_that_goes_out_is_not_held_up_by_a_single_question(town: Town) -> None:
    with system("hang") as own:
        link = followed(town, own.url, "SR1")
        actions.keep_key(link_id=link.pk, text="their-key", by=town.county_officer, at=NOW)
        assert asked(NOW + HOUR) == 1
        sent_out(town)
        assert Round(Caller(HERE), JOB, NOW + HOUR, lambda: 0.5).run() == 1
    assert outbox(link) == [("case.dispatched", "sent", "")]
    assert Health.objects.get(pk=link.pk).failures == 0


def test_https_is_never_spoken_to_whoever_proves_nothing() -> None:
    with system() as own, pytest.raises(Failed) as failed:
        Caller(HERE).call("GET", f"{own.url.replace('http:', 'https:')}/services.json", headers={})
    assert (failed.value.reason, own.calls) == ("tls", [])
