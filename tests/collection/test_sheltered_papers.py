"""Charter 13: what papers say of the home of a person under threat is put away, and given back to the two who may."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from collection.field_town import HELD, READING, Field, paper, read_all
from gridcommons.access.identify import program
from gridcommons.access.rules import Scope, Viewer
from gridcommons.access.scope import scoped, viewing
from gridcommons.collection.inbox.actions import ask_replay, forget, replay, run_again, set_aside
from gridcommons.collection.inbox.models import Attachment, Paper, Submission
from gridcommons.collection.inbox.queries import Wanted, inbox_page, picture_of, said_in, submission_page
from gridcommons.collection.inbox.rules import limits
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import Refusal
from gridcommons.people.homes.actions import offer_shield, shield, take_shield, unshield
from gridcommons.people.homes.calling import shelter_all
from people.people_town import CHILD, MOTHER, Peopled
from town import AT, GRID, NEXT_GRID
from web.office_town import client_of, picture, text_of

pytest_plugins = ("collection.shelter_town",)
JOB = program("shelter")
SAID = "她怕前夫找来"


def send(field: Field, home: UUID, instance: str, outcome: str = "done", note: str = SAID) -> Submission:
    """A paper about a household, read as far as it can be."""
    field.post(paper(household=str(home), outcome=outcome, more__note=note, instance=instance))
    read_all()
    return row(instance)


def row(instance: str) -> Submission:
    with scoped(Scope("^")):
        return Submission.objects.get(instance_id=instance)


def reads(viewer: Viewer, sent: Submission) -> set[str]:
    """By which ways somebody of the office comes to a paper."""
    facts: dict[str, Any] = {"viewer": viewer, "at": AT, "purpose": "service"}
    found = set()
    with suppress(Refusal):
        found |= {"list"} if sent.pk in {one.id for one in inbox_page(wanted=Wanted(), **facts).rows} else set()
    with suppress(Refusal):
        found |= {"page"} if SAID in submission_page(submission_id=sent.pk, **facts).papers[0].xml else set()
    with suppress(Refusal):
        rows = said_in(wanted=Wanted(form_key="basics"), **facts).rows
        found |= {"export"} if SAID in str(rows) else set()
    with viewing(viewer, AT):
        found |= {"row"} if Paper.objects.filter(submission_id=sent.pk).exists() else set()
    return found


def test_papers_about_the_home_are_read_by_the_officer_who_answers_and_by_no_other(
    field: Field, peopled: Peopled
) -> None:
    sent = send(field, peopled.home, "uuid:before")
    held = send(field, peopled.home, "uuid:held", outcome="asleep")
    other = send(field, next(iter(HELD)), "uuid:other", note="都好")
    assert held.state == "held"
    assert reads(peopled.town.second_supervisor, sent) == {"list", "page", "export", "row"}
    shield(person_id=peopled.people[MOTHER], by=peopled.supervisor, at=AT)
    for one in (sent, held):
        assert row(one.instance_id).area_code == ""
        for stranger in ("second_supervisor", "worker", "far_supervisor", "county_officer", "dispatcher", "resident"):
            assert reads(getattr(peopled.town, stranger), one) == set(), stranger
    assert {"list", "page", "row"} <= reads(peopled.supervisor, sent)
    assert f"person:{peopled.people[MOTHER]}" in row("uuid:before").parties, "the person comes to it as well"
    assert "row" in reads(peopled.town.second_supervisor, other), "another household's papers stay"
    page = client_of(field.town, "second_supervisor").get(f"/office/inbox/{sent.pk}", follow=True)
    assert (page.status_code, SAID in text_of(page)) == (404, False)


def test_what_comes_under_the_shield_is_put_away_and_given_back_at_its_end(field: Field, peopled: Peopled) -> None:
    before = send(field, peopled.home, "uuid:before")
    shield(person_id=peopled.people[MOTHER], by=peopled.supervisor, at=AT)
    send(field, peopled.home, "uuid:since")
    assert row("uuid:since").area_code == GRID
    assert shelter_all(by=JOB, at=AT) == 1
    assert shelter_all(by=JOB, at=AT) == 0
    assert row("uuid:since").area_code == ""
    unshield(person_id=peopled.people[MOTHER], by=peopled.supervisor, at=AT)
    for instance in ("uuid:before", "uuid:since"):
        assert (row(instance).area_code, row(instance).parties) == (before.area_code, before.parties)
    assert reads(peopled.town.second_supervisor, before) == {"list", "page", "export", "row"}


def test_two_under_threat_in_one_home_both_have_to_be_safe_before_it_comes_back(field: Field, peopled: Peopled) -> None:
    send(field, peopled.home, "uuid:before")
    shield(person_id=peopled.people[MOTHER], by=peopled.supervisor, at=AT)
    shield(person_id=peopled.people[CHILD], by=peopled.supervisor, at=AT)
    unshield(person_id=peopled.people[MOTHER], by=peopled.supervisor, at=AT)
    shelter_all(by=JOB, at=AT)
    assert row("uuid:before").area_code == ""
    unshield(person_id=peopled.people[CHILD], by=peopled.supervisor, at=AT)
    assert row("uuid:before").area_code == GRID


def test_the_papers_go_with_the_person_to_the_officer_who_takes_over(field: Field, peopled: Peopled) -> None:
    sent = send(field, peopled.home, "uuid:before")
    shield(person_id=peopled.people[MOTHER], by=peopled.supervisor, at=AT)
    other = peopled.town.second_supervisor
    offer_shield(person_id=peopled.people[MOTHER], officer=other, by=peopled.supervisor, at=AT)
    take_shield(person_id=peopled.people[MOTHER], by=other, at=AT)
    assert "page" in reads(other, sent)
    assert reads(peopled.supervisor, sent) == set()


def test_a_version_read_again_gives_nothing_back(field: Field, peopled: Peopled) -> None:
    sent = send(field, peopled.home, "uuid:before")
    shield(person_id=peopled.people[MOTHER], by=peopled.supervisor, at=AT)
    ask_replay(form_key="basics", version="1", by=field.town.county_officer, at=AT)
    replay(by=READING, at=AT)
    read_all()
    shelter_all(by=JOB, at=AT)
    again = row("uuid:before")
    assert (again.state, again.area_code) == ("understood", "")
    assert reads(peopled.town.second_supervisor, sent) == set()


def test_a_paper_about_the_home_is_put_away_wherever_its_sender_serves(field: Field, peopled: Peopled) -> None:
    for instance in ("uuid:passed", "uuid:waits"):
        said = paper(household=str(peopled.home), outcome="done", more__note=SAID, instance=instance)
        assert field.post(said, field.next_key).status_code == 201
    read_all()
    sent = row("uuid:passed")
    assert (sent.state, sent.area_code) == ("held", NEXT_GRID)
    run_again(submission_id=sent.pk, waive=True, by=peopled.supervisor, at=AT)
    read_all()
    assert (row("uuid:passed").state, row("uuid:waits").state) == ("understood", "held")
    shield(person_id=peopled.people[MOTHER], by=peopled.supervisor, at=AT)
    shelter_all(by=JOB, at=AT)
    assert shelter_all(by=JOB, at=AT) == 0
    for instance in ("uuid:passed", "uuid:waits"):
        for stranger in ("second_supervisor", "next_worker", "worker"):
            assert reads(getattr(peopled.town, stranger), row(instance)) == set(), (instance, stranger)
        assert "page" in reads(peopled.supervisor, row(instance))
    unshield(person_id=peopled.people[MOTHER], by=peopled.supervisor, at=AT)
    shelter_all(by=JOB, at=AT)
    assert {row(one).area_code for one in ("uuid:passed", "uuid:waits")} == {NEXT_GRID}
    assert "page" in reads(peopled.town.second_supervisor, sent)


def test_a_paper_filed_under_the_whole_township_is_put_away_too(field: Field, peopled: Peopled) -> None:
    sent = send(field, peopled.home, "uuid:desk")
    with scoped(Scope("^"), deed="test.desk"):
        Submission.objects.filter(pk=sent.pk).update(area_code=CHINA.cut(GRID, "township"))
    assert "page" in reads(peopled.town.second_supervisor, sent)
    shield(person_id=peopled.people[MOTHER], by=peopled.supervisor, at=AT)
    shelter_all(by=JOB, at=AT)
    assert reads(peopled.town.second_supervisor, sent) == set()


def test_a_picture_of_the_home_goes_with_its_paper(field: Field, peopled: Peopled) -> None:
    said = paper("hazards", "2026-11", household=str(peopled.home), outcome="done", wrong=SAID, photo="a.jpg",
                 instance="uuid:picture")  # fmt: skip
    field.post(said, **{"a.jpg": picture()})
    read_all()
    with scoped(Scope("^")):
        photo = Attachment.objects.get(submission_id=row("uuid:picture").pk).pk
    sent: dict[str, Any] = {"submission_id": row("uuid:picture").pk, "picture_id": photo}
    facts: dict[str, Any] = {**sent, "at": AT, "purpose": "service"}
    assert picture_of(**facts, viewer=peopled.town.second_supervisor)
    shield(person_id=peopled.people[MOTHER], by=peopled.supervisor, at=AT)
    with pytest.raises(Refusal):
        picture_of(**facts, viewer=peopled.town.second_supervisor)
    assert picture_of(**facts, viewer=peopled.supervisor)


def test_the_phone_that_missed_the_answer_is_told_that_it_came(field: Field, peopled: Peopled) -> None:
    sent = send(field, peopled.home, "uuid:before")
    shield(person_id=peopled.people[MOTHER], by=peopled.supervisor, at=AT)
    again = paper(household=str(peopled.home), outcome="done", more__note=SAID, instance="uuid:before")
    assert field.post(again).status_code in {201, 202}
    assert field.post(again, field.next_key).status_code == 409, "what another sent is not his to know"
    other = paper(household=str(peopled.home), outcome="done", more__note="别的", instance="uuid:before")
    assert field.post(other).status_code == 409
    assert (row("uuid:before").area_code, reads(peopled.town.worker, sent)) == ("", set())


def test_a_worker_corrects_what_was_put_away_and_the_correction_is_put_away_too(field: Field, peopled: Peopled) -> None:
    send(field, peopled.home, "uuid:before")
    shield(person_id=peopled.people[MOTHER], by=peopled.supervisor, at=AT)
    said: dict[str, Any] = {"household": str(peopled.home), "outcome": "not_home", "deprecated": "uuid:before"}
    assert field.post(paper(**said, instance="uuid:strange"), field.next_key).status_code == 409
    assert field.post(paper(**said, instance="uuid:better")).status_code == 201
    read_all()
    assert (row("uuid:before").replaced_by, row("uuid:better").state) == ("uuid:better", "understood")
    shelter_all(by=JOB, at=AT)
    assert {row(one).area_code for one in ("uuid:before", "uuid:better")} == {""}
    unshield(person_id=peopled.people[MOTHER], by=peopled.supervisor, at=AT)
    for instance in ("uuid:before", "uuid:better"):
        assert (row(instance).area_code, row(instance).parties) == (GRID, [peopled.town.worker.key])


def test_a_picture_that_comes_late_is_kept_with_what_was_put_away(field: Field, peopled: Peopled) -> None:
    said = paper("hazards", "2026-11", household=str(peopled.home), outcome="done", wrong=SAID, photo="a.jpg",
                 instance="uuid:picture")  # fmt: skip
    field.post(said)
    read_all(AT + timedelta(hours=3))
    sent = row("uuid:picture")
    shield(person_id=peopled.people[MOTHER], by=peopled.supervisor, at=AT)
    assert field.post(said, **{"a.jpg": picture()}).status_code == 201
    with scoped(Scope("^")):
        assert Attachment.objects.filter(submission=sent, name="a.jpg").exists()
    assert (row("uuid:picture").area_code, reads(peopled.town.second_supervisor, sent)) == ("", set())


def test_what_a_paper_set_aside_was_to_correct_counts_again_though_it_is_put_away(
    field: Field, peopled: Peopled
) -> None:
    sent = send(field, peopled.home, "uuid:before")
    field.post(paper(household=str(next(iter(HELD))), outcome="asleep", instance="uuid:held", deprecated="uuid:before"))
    read_all()
    held = row("uuid:held")
    assert (held.state, row("uuid:before").replaced_by) == ("held", "uuid:held")
    shield(person_id=peopled.people[MOTHER], by=peopled.supervisor, at=AT)
    set_aside(submission_id=held.pk, reason="弄错了", by=peopled.town.second_supervisor, at=AT)
    read_all()
    assert (row("uuid:before").replaced_by, row("uuid:before").state) == ("", "understood")
    assert (row("uuid:before").area_code, reads(peopled.town.second_supervisor, sent)) == ("", set())


def test_what_was_forgotten_meanwhile_is_nobodys_again(field: Field, peopled: Peopled) -> None:
    send(field, peopled.home, "uuid:before")
    shield(person_id=peopled.people[MOTHER], by=peopled.supervisor, at=AT)
    assert forget(by=program("retention"), at=AT + timedelta(days=limits().keep_days + 1)) == 1
    other = peopled.town.second_supervisor
    offer_shield(person_id=peopled.people[MOTHER], officer=other, by=peopled.supervisor, at=AT)
    take_shield(person_id=peopled.people[MOTHER], by=other, at=AT)
    assert (row("uuid:before").forgotten, row("uuid:before").parties) == (True, [])
    unshield(person_id=peopled.people[MOTHER], by=other, at=AT)
    shelter_all(by=JOB, at=AT)
    gone = row("uuid:before")
    assert (gone.area_code, gone.parties) == (GRID, []), "it lies where it lay, and names nobody"
