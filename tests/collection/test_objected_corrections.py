"""Whatever brings a form back honours an objection to it that was upheld, and nobody is told so before it holds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from collection import erased_town
from collection.erased_town import ELDERS, Home, in_force, papers, sent
from collection.field_town import read_all
from gridcommons.access.identify import program
from gridcommons.access.models import LedgerDetail
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.actions import drop, lapse, press
from gridcommons.collection.inbox.actions import ask_replay, replay, set_aside
from gridcommons.collection.inbox.counting import corrected_by
from gridcommons.collection.inbox.models import Submission
from gridcommons.collection.inbox.rules import limits
from gridcommons.collection.visits.models import Visit
from gridcommons.kit.errors import Refusal
from gridcommons.people.rights.actions import answer, object_to
from gridcommons.people.rights.models import Request
from gridcommons.people.rights.queries import held_page
from people.people_town import MOTHER, private_login
from web.office_town import client_of, text_of

WORDS = "那天没有人来过我家"
JOB = program("lapsing")

standing_field, home = erased_town.standing_field, erased_town.home


def objected(home: Home, instance: str) -> UUID:
    """The father objects to a form: the id of his request."""
    thing = f"submission:{sent(instance).pk}"
    object_to(person_id=home.who, thing=thing, words=WORDS, by=home.me, at=home.now)
    with scoped(Scope("^")):
        return Request.objects.get(kind="object", thing=thing, state="open").pk


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


@pytest.mark.parametrize("was", ["understood", "held", "received"])
def test_what_waits_to_be_emptied_counts_still_and_is_set_aside_once_it_waits_no_more(home: Home, was: str) -> None:
    home.send_breaking("uuid:a", size="3", elders="1")
    mother = private_login(home.peopled, MOTHER, "jumin02")
    hers: dict[str, Any] = {"person_id": home.peopled.people[MOTHER], "by": mother, "at": home.now}
    object_to(thing=f"submission:{sent('uuid:a').pk}", words=WORDS, **hers)
    with scoped(Scope("^")):
        request = Request.objects.get(kind="object").pk
    assert home.erase().left == 1
    with scoped(Scope("^"), deed="test.again"):  # read again, it broke or was not reached
        facts = {"state": was, "reasons": [["inbox.fault", [["what", "x"]]]] if was == "held" else []}
        Submission.objects.filter(pk=sent("uuid:a").pk).update(**facts)
    desk, form = desk_of(home), f"/office/inbox/{sent('uuid:a').pk}"
    asked = text_of(desk.get(f"/office/homes/requests/{request}"))
    assert "answers in it wait to be erased and nobody reads it, and what it led to counts still" in asked
    assert ('value="1"' in asked, "The form counts no more" in asked, f"{form}#aside" in asked) == (False, False, True)
    assert "This form counts still" in text_of(desk.post(f"/office/homes/requests/{request}", {"done": "1"}))
    page = text_of(desk.get(form))
    assert ("then set it aside: that answers them" in page, "do/aside" in page, 'href="#empty"' in page) == (
        True, False, True,
    )  # fmt: skip
    assert in_force(ELDERS) == ["1"]
    drop(submission_id=sent("uuid:a").pk, reason="改不了", by=home.peopled.supervisor, at=home.now)
    assert (sent("uuid:a").state, in_force(ELDERS), visits()) == ("understood", ["1"], ["uuid:a"]), "it counts on"
    assert "do/aside" in text_of(desk.get(form))
    aside(home, "uuid:a")
    (one,) = held_page(person_id=hers["person_id"], viewer=mother, at=home.now).asked
    assert (one.state, in_force(ELDERS), visits()) == ("done", [], [])


def test_the_visit_of_a_form_that_waits_is_objected_to_and_its_desk_reads_that_it_counts(home: Home) -> None:
    home.send_breaking("uuid:a", size="3", elders="1")
    assert home.erase().left == 1
    held = held_page(person_id=home.who, viewer=home.me, at=home.now)
    (visit,) = [one for _part, several in held.parts for one in several if one.key.startswith("visit:")]
    object_to(person_id=home.who, thing=visit.key, words=WORDS, by=home.me, at=home.now)
    with scoped(Scope("^")):
        request = Request.objects.get(kind="object", thing=f"submission:{sent('uuid:a').pk}").pk
    page = text_of(desk_of(home).get(f"/office/homes/requests/{request}"))
    assert "what it led to counts still" in page


def test_a_correction_s_page_tells_of_what_is_said_against_what_it_corrects(home: Home) -> None:
    first = corrected(home)
    home.later()
    home.send("uuid:c", deprecated="uuid:b", size="5")
    desk, corrects = desk_of(home), "A resident objects to what this form corrects"
    for instance in ("uuid:b", "uuid:c"):
        page = text_of(desk.get(f"/office/inbox/{sent(instance).pk}"))
        assert (corrects in page, WORDS in page, f"/office/homes/requests/{first}" in page) == (True, True, True)
        assert "A resident objects to this form" not in page
    assert "对被这份更正的那份表单" in text_of(desk_of(home, "zh-hans").get(f"/office/inbox/{sent('uuid:c').pk}"))
    assert corrects not in text_of(desk.get(f"/office/inbox/{sent('uuid:a').pk}")), "there it is said of itself"
    aside(home, "uuid:a")
    assert corrects not in text_of(desk.get(f"/office/inbox/{sent('uuid:c').pk}")), "answered"


def test_strangers_read_nothing_of_it_on_the_correction_s_page(home: Home) -> None:
    corrected(home)
    form = sent("uuid:b").pk
    for name in ("worker", "far_supervisor", "county_officer", "auditor", "stranger", "public"):
        page = client_of(home.field.town, name).get(f"/office/inbox/{form}")
        assert (page.status_code == 200, WORDS in text_of(page)) == (False, False), name
    for name in ("far_supervisor", "stranger", "public"):
        assert corrected_by(form, "uuid:a", viewer=getattr(home.peopled, name), at=home.now) == (), name


def test_a_form_that_is_to_be_read_again_is_set_aside_where_its_request_says_so(home: Home) -> None:
    home.send("uuid:a", size="3")
    request = objected(home, "uuid:a")
    ask_replay(form_key="census", version="1", by=home.field.town.county_officer, at=home.now)
    assert (replay(by=JOB, at=home.now), sent("uuid:a").state) == (1, "received")
    desk, form = desk_of(home), f"/office/inbox/{sent('uuid:a').pk}"
    assert f"{form}#aside" in text_of(desk.get(f"/office/homes/requests/{request}"))
    page = text_of(desk.get(form))
    assert ('id="aside"' in page, "counts no more: say so" in page) == (True, False)
    given = {"reason": "走错门", "sure": "1"}
    assert "That answers the objection" in text_of(desk.post(f"{form}/do/aside", given, follow=True))
    assert (read_all(home.now), states(home), in_force(), visits()) == (0, ["done"], [], [])


def test_one_set_aside_before_anybody_read_it_causes_nothing_and_is_emptied_as_any_other(home: Home) -> None:
    home.send("uuid:first", size="2", elders="1")
    home.later()
    home.send("uuid:a", read=False, deprecated="uuid:first", size="37")
    aside(home, "uuid:a")
    read_all(home.now)
    assert (sent("uuid:a").state, in_force(), visits()) == ("aside", ["2"], ["uuid:first"])
    home.later()
    home.erase()
    assert "<size>37" not in papers()
    with pytest.raises(Refusal):
        aside(home, "uuid:a")
