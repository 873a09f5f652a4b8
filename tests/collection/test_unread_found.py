"""Forms that nobody read are found by the homes that they name, noted once, not by reading every paper there is."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from collection import erased_town
from collection.erased_town import ELDERS, Home, neighbours, papers, sent
from collection.field_town import paper, read_all
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.inbox.actions import ask_replay, correct, set_aside
from gridcommons.collection.inbox.models import Paper, Submission
from gridcommons.people.homes.actions import move_out
from gridcommons.people.homes.models import Residence
from gridcommons.people.rights.actions import erase
from gridcommons.people.rights.queries import held_page

VALUE = "<elders>17</elders>"


standing_field, home = erased_town.standing_field, erased_town.home


def known_first(home: Home) -> None:
    """Something is known of it, so that it can be erased."""
    home.send("uuid:first", elders="2")
    home.later()


def held(home: Home, instance: str = "uuid:held", spelt: str = "", **more: str) -> None:
    xml = paper("census", instance=instance, household=spelt or str(home.peopled.home), outcome="done", size="many",
                elders="17", **more)  # fmt: skip
    assert home.field.post(xml).status_code == 201
    read_all(home.now)
    assert sent(instance).state == "held"


def told_of(home: Home, instance: str) -> bool:
    page = held_page(person_id=home.who, viewer=home.me, at=home.now)
    return f"submission:{sent(instance).pk}" in [one.key for _part, several in page.parts for one in several]


@pytest.mark.parametrize("spelling", ["plain", "hex", "upper"])
def test_one_that_is_held(home: Home, spelling: str) -> None:
    known_first(home)
    own = home.peopled.home
    held(home, spelt={"plain": str(own), "hex": own.hex, "upper": str(own).upper()}[spelling])
    assert told_of(home, "uuid:held")
    home.erase(ELDERS)
    assert VALUE not in papers()


def test_one_that_was_set_aside(home: Home) -> None:
    known_first(home)
    held(home)
    facts: dict[str, Any] = {"by": home.peopled.supervisor, "at": home.now}
    set_aside(submission_id=sent("uuid:held").pk, reason="填错了", **facts)
    assert told_of(home, "uuid:held")
    home.erase(ELDERS)
    assert VALUE not in papers()


def test_one_that_was_corrected_by_hand_into_another_home_and_held_again(home: Home) -> None:
    """Both papers are searched, the one as it was sent too."""
    known_first(home)
    held(home)
    other = paper("census", instance="uuid:held", household=str(neighbours(home)), outcome="done", size="more",
                  elders="4")  # fmt: skip
    correct(submission_id=sent("uuid:held").pk, content=other.encode(), reason="别家", by=home.peopled.supervisor,
            at=home.now)  # fmt: skip
    read_all(home.now)
    assert sent("uuid:held").state == "held"
    home.erase(ELDERS)
    assert VALUE not in papers()
    assert "<elders>4</elders>" in papers()


def test_one_that_was_corrected_before_it_was_read(home: Home) -> None:
    known_first(home)
    home.send("uuid:a", read=False, elders="17")
    home.send("uuid:b", read=False, elders="17", deprecated="uuid:a", home=neighbours(home))
    home.erase(ELDERS)
    with scoped(Scope("^")):
        first = b"".join(bytes(one) for one in Paper.objects.filter(submission=sent("uuid:a")).values_list(
            "content", flat=True))  # fmt: skip
    assert VALUE not in first.decode()
    read_all(home.now)
    assert VALUE in papers(), "of the other home it stands"


def test_one_that_is_being_read_again_after_it_was_held(home: Home) -> None:
    known_first(home)
    held(home)
    home.send("uuid:after", read=False, elders="17", deprecated="uuid:held", home=neighbours(home))
    ask_replay(form_key="census", version="1", by=home.field.town.county_officer, at=home.now)
    with scoped(Scope("^"), deed="test.again"):
        Submission.objects.filter(instance_id="uuid:held").update(state="received", reasons=[])
    home.erase(ELDERS)
    with scoped(Scope("^")):
        content = bytes(Paper.objects.get(submission=sent("uuid:held")).content).decode()
    assert VALUE not in content


def test_a_neighbours_form_keeps_its_answer_and_is_not_told(home: Home) -> None:
    known_first(home)
    held(home, spelt=str(neighbours(home)))
    assert not told_of(home, "uuid:held")
    home.erase(ELDERS)
    assert VALUE in papers()


def test_erasing_everything_reads_no_paper_of_others(home: Home) -> None:
    """Nobody may write a fact meanwhile: it must not take longer the more forms wait in the province."""
    known_first(home)
    held(home)
    with scoped(Scope("^")):
        stays = list(Residence.objects.filter(household_id=home.peopled.home).exclude(person_id=home.who))
    for stay in stays:
        move_out(residence_id=stay.pk, until=home.now.date(), by=home.peopled.supervisor, at=home.now)
    with CaptureQueriesContext(connection) as asked:
        erase(person_id=home.who, thing="", by=home.me, at=home.now)
    assert VALUE not in papers()
    said = [one["sql"] for one in asked.captured_queries]
    assert not [one for one in said if "position(" in one.lower() or "encode(" in one], "no paper is searched"
    fresh = [one for one in said if "inbox_paper" in one and "'received'" in one]
    assert len(fresh) == 1, "those that were corrected unread are read once, whatever goes"
