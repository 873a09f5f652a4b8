"""Whatever brings a form back honours an objection to it that was upheld, and nobody is told so before it holds."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from collection import erased_town
from collection.erased_town import Home, in_force, sent
from collection.field_town import read_all
from gridcommons.access.identify import program
from gridcommons.access.models import LedgerDetail
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.actions import lapse, press
from gridcommons.collection.inbox.actions import set_aside
from gridcommons.collection.inbox.rules import limits
from gridcommons.collection.visits.models import Visit
from gridcommons.kit.errors import Refusal
from gridcommons.people.rights.actions import answer, object_to
from gridcommons.people.rights.models import Request
from gridcommons.people.rights.queries import held_page
from web.office_town import client_of, text_of

WORDS = "那天没有人来过我家"
JOB = program("lapsing")

standing_field, home = erased_town.standing_field, erased_town.home


def objected(home: Home, instance: str) -> UUID:
    """The father objects to a form: the id of his request."""
    thing = f"submission:{sent(instance).pk}"
    object_to(person_id=home.who, thing=thing, words=WORDS, by=home.me, at=home.now)
    with scoped(Scope("^")):
        return Request.objects.get(thing=thing, state="open").pk


def corrected(home: Home, **said: str) -> UUID:
    """A form that the father objects to, and afterwards the worker corrects it: the id of his request."""
    home.send("uuid:a", size="3")
    request = objected(home, "uuid:a")
    home.later()
    home.send("uuid:b", deprecated="uuid:a", **(said or {"size": "4"}))
    return request


def aside(home: Home, instance: str) -> None:
    set_aside(submission_id=sent(instance).pk, reason="属实", by=home.peopled.supervisor, at=home.now)


def states(home: Home) -> list[str]:
    """How the father's requests stand, the newest first."""
    return [one.state for one in held_page(person_id=home.who, viewer=home.me, at=home.now).asked]


def visits() -> list[str]:
    """The forms whose visits count."""
    with scoped(Scope("^")):
        return sorted(Visit.objects.filter(is_current=True).values_list("root", flat=True))


def desk_of(home: Home, language: str = "en") -> Client:
    return client_of(home.field.town, "supervisor", language)


def test_what_was_objected_to_rightly_does_not_come_back_with_its_correction_set_aside(home: Home) -> None:
    first = corrected(home)
    desk = desk_of(home)
    asked = text_of(desk.get(f"/office/homes/requests/{first}"))
    assert "a later one corrects it: should that be set aside, this one counts once more" in asked
    assert ('value="1"' in asked, f"/office/inbox/{sent('uuid:a').pk}#aside" in asked) == (False, True)
    assert "这一份又会起作用" in text_of(desk_of(home, "zh-hans").get(f"/office/homes/requests/{first}"))
    with pytest.raises(Refusal) as refused:
        answer(request_id=first, done=True, by=home.peopled.supervisor, at=home.now)
    assert (refused.value.code, states(home)) == ("rights.still_counts", ["open"]), "not done, it is not called so"
    given = {"reason": "走错门", "sure": "1"}
    said = text_of(desk.post(f"/office/inbox/{sent('uuid:a').pk}/do/aside", given, follow=True))
    assert "That answers the objection" in said
    assert (states(home), in_force(), visits()) == (["done"], ["4"], ["uuid:a"]), "the correction counts on"
    home.later()
    objected(home, "uuid:b")
    aside(home, "uuid:b")
    read_all(home.now)
    home.replay()
    assert (states(home), in_force(), visits()) == (["done", "done"], [], [])
    assert [sent(one).state for one in ("uuid:a", "uuid:b")] == ["aside", "aside"]


def test_what_counts_while_its_correction_waits_for_repair_is_taken_back_at_once(home: Home) -> None:
    corrected(home, size="viele")
    assert (sent("uuid:b").state, in_force(), visits()) == ("held", ["3"], ["uuid:a"])
    aside(home, "uuid:a")
    assert (states(home), in_force(), visits()) == (["done"], [], [])


def called_done(request: UUID, home: Home) -> None:
    """The desk said so of a form that a later one corrected, as it could once."""
    with scoped(Scope("^"), deed="test.done"):
        facts = {"state": "done", "answered_at": home.now, "answered_by": home.peopled.supervisor.key}
        Request.objects.filter(pk=request).update(**facts)


def test_what_was_once_called_done_holds_though_the_form_was_not_set_aside(home: Home) -> None:
    """Of the chain that comes back which nobody objected to."""
    home.send("uuid:first", size="2")
    home.later()
    home.send("uuid:a", deprecated="uuid:first", size="3")
    request = objected(home, "uuid:a")
    home.later()
    home.send("uuid:b", deprecated="uuid:a", size="4")
    called_done(request, home)
    aside(home, "uuid:b")
    read_all(home.now)
    assert [sent(one).state for one in ("uuid:first", "uuid:a", "uuid:b")] == ["understood", "aside", "aside"]
    assert (in_force(), visits()) == (["2"], ["uuid:first"])
    with scoped(Scope("^")):
        body = next(one for one in LedgerDetail.objects.values_list("body", flat=True) if '"inbox.set_aside"' in one)
    assert f"submission:{sent('uuid:a').pk}" in body, "the ledger names it"


def test_so_it_does_when_the_correction_lapses(home: Home) -> None:
    called_done(corrected(home, size="viele"), home)
    for days in (limits().press_days + 1, limits().lapse_days + 1):
        home.later(timedelta(days=days))
        press(by=JOB, at=home.now)
        lapse(by=JOB, at=home.now)
    read_all(home.now)
    assert [sent(one).state for one in ("uuid:a", "uuid:b")] == ["aside", "aside"]
    assert (in_force(), visits()) == ([], [])


def test_a_refused_objection_brings_the_form_back_as_ever(home: Home) -> None:
    first = corrected(home)
    answer(request_id=first, done=False, reason="当天有签收记录", by=home.peopled.supervisor, at=home.now)
    aside(home, "uuid:b")
    read_all(home.now)
    assert (states(home), in_force(), sent("uuid:a").state) == (["refused"], ["3"], "understood")
