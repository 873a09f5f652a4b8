"""What residents had erased stays erased; what is read again is said once; a correction takes back what it drops."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from collection import erased_town
from collection.erased_town import (
    DAY,
    ELDERS,
    SIZE,
    Home,
    answers,
    facts,
    held_back,
    in_force,
    neighbours,
    papers,
    sent,
    thing_of,
)
from collection.field_town import READING, paper, read_all
from collection.test_central import Analyst, small_picture
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.forms.models import FormVersion
from gridcommons.collection.inbox.actions import correct, set_aside, understand
from gridcommons.collection.inbox.actions import forget as forget_papers
from gridcommons.collection.inbox.models import Attachment, Paper, Submission
from gridcommons.collection.inbox.queries import Wanted, said_in
from gridcommons.collection.inbox.queries import submission_page as page_of
from gridcommons.collection.inbox.rules import limits
from gridcommons.collection.visits.models import Visit
from gridcommons.kit.errors import Refusal
from gridcommons.people.facts.actions import confirm, forget_facts, record
from gridcommons.people.facts.models import Erased, Fact
from gridcommons.people.facts.queries import known
from gridcommons.people.facts.rules import Told
from gridcommons.people.homes.models import Household, Residence
from gridcommons.people.rights.actions import correct as say
from gridcommons.people.rights.actions import erase, object_to
from gridcommons.people.rights.queries import held_page
from people.people_town import MOTHER, private_login
from town import AT, GRID, NEXT_GRID
from web.office_town import picture

standing_field, home = erased_town.standing_field, erased_town.home


# --- erased by right -------------------------------------------------------------------------------------------------


def test_what_is_erased_goes_out_of_the_paper_and_the_answers_and_no_replay_brings_it_back(home: Home) -> None:
    home.send("uuid:a", size="3", elders="1")
    before = sent("uuid:a")
    home.later()
    done = home.erase()
    assert (done.done, done.changed) == (True, 2), "the fact and the form that says it"
    assert (facts(), in_force(ELDERS)) == ([], ["1"])
    assert ("<size>3" in papers(), "<elders>1" in papers()) == (False, True)
    assert [(one["size"], one["elders"], one["outcome"]) for one in answers()] == [(None, 1, "done")]
    home.replay()
    assert (facts(), in_force(ELDERS)) == ([], ["1"])
    after = sent("uuid:a")
    assert (after.pk, after.state, after.received_at) == (before.pk, "understood", before.received_at)
    assert after.erased_at == home.now
    with scoped(Scope("^")):
        assert Visit.objects.filter(is_current=True).count() == 1, "that somebody called stands"


def test_the_same_bytes_are_still_known_and_others_still_refused(home: Home) -> None:
    said = paper("census", household=str(home.peopled.home), outcome="done", size="3", instance="uuid:a")
    assert home.field.post(said).status_code == 201
    read_all()
    before = bytes(sent("uuid:a").sha256)
    home.later()
    home.erase()
    kept = bytes(sent("uuid:a").sha256)
    assert kept != before, "by the hash the erased answer could be found by trying"
    assert home.field.post(said).status_code == 201
    assert home.field.post(said.replace("<size>3", "<size>4")).status_code == 409
    read_all(home.now)
    assert facts() == []
    assert "<size>3" not in papers()


def test_all_forms_of_the_key_are_emptied_those_of_the_chain_too(home: Home) -> None:
    home.send("uuid:a", size="9")
    home.send("uuid:b", size="3", deprecated="uuid:a")
    home.later()
    home.send("uuid:c", size="4")
    home.later()
    home.erase()
    assert not [value for value in ("<size>9", "<size>3", "<size>4") if value in papers()]
    assert {one["size"] for one in answers()} == {None}


def test_a_form_filled_in_before_and_sent_afterwards_writes_nothing_and_keeps_nothing(home: Home) -> None:
    home.send("uuid:a", size="3")
    day = home.now.date().isoformat()
    home.later()
    home.erase()
    home.later()
    home.send("uuid:late", size="3", today=day, elders="1")
    assert (facts(), in_force(ELDERS)) == ([], ["1"])
    assert "<size>3" not in papers()
    assert sent("uuid:late").erased_at is not None
    with scoped(Scope("^")):
        assert Visit.objects.filter(is_current=True).count() == 2


def test_a_correction_of_the_same_day_that_still_says_it_writes_nothing(home: Home) -> None:
    home.send("uuid:a", size="3")
    home.later(timedelta(hours=1))
    home.erase()
    home.later(timedelta(hours=1))
    home.send("uuid:b", size="3", deprecated="uuid:a")
    assert facts() == []
    assert "<size>3" not in papers()


def test_what_waits_to_be_read_when_it_is_erased_is_not_written_when_it_is(home: Home) -> None:
    home.send("uuid:a", size="3")
    home.send("uuid:b", size="5", read=False)
    home.later(timedelta(hours=1))
    home.erase()
    read_all(home.now)
    assert facts() == []
    assert ("<size>3" in papers(), "<size>5" in papers()) == (False, False)


@pytest.mark.parametrize("together", [True, False])
def test_what_was_corrected_before_it_was_read_keeps_nothing_either(home: Home, together: bool) -> None:
    home.send("uuid:x", size="2")
    home.later(timedelta(hours=1))
    home.send("uuid:a", size="3", elders="1", read=False)
    home.send("uuid:b", size="3", elders="1", deprecated="uuid:a", read=False)
    home.later(timedelta(hours=1))
    home.erase()
    for name in () if together else ("uuid:a", "uuid:b"):
        understand(submission_ids=[sent(name).pk], by=READING, at=home.now)
    read_all(home.now)
    assert {sent(name).state for name in ("uuid:a", "uuid:b")} == {"understood"}
    assert (facts(), in_force(ELDERS)) == ([], ["1"])
    assert "<size>3" not in papers()
    assert {one["size"] for one in answers()} == {None}
    assert [one.get("elders") for one in answers()] == [None, 1, 1]


def test_what_is_held_or_set_aside_is_emptied_at_once(home: Home) -> None:
    home.send("uuid:a", size="3")
    for name in ("uuid:held", "uuid:aside"):
        home.send(name, size="7", more__since="no day")
    assert {sent(name).state for name in ("uuid:held", "uuid:aside")} == {"held"}
    set_aside(submission_id=sent("uuid:aside").pk, reason="填错", by=home.peopled.supervisor, at=home.now)
    home.later()
    home.erase()
    assert "<size>7" not in papers()
    assert "no day" in papers()


@pytest.mark.parametrize("alone", [True, False])
def test_the_last_of_a_home_who_erases_all_is_heard_by_forms_that_wait_too(home: Home, alone: bool) -> None:
    home.send("uuid:a", size="3")
    home.send("uuid:held", size="7", elders="2", more__since="no day")
    if alone:
        with scoped(Scope("^"), deed="test.alone"):
            Residence.objects.exclude(person_id=home.who).delete()
    home.later()
    assert erase(person_id=home.who, thing="", by=home.me, at=home.now).done
    assert [said for said in ("<size>3", "<size>7", "<elders>2") if said in papers()] == (
        [] if alone else ["<size>3", "<size>7", "<elders>2"]
    )
    held = sent("uuid:held")
    with scoped(Scope("^")):
        content = bytes(Paper.objects.get(submission=held).content)
    mended = content.replace(b"no day", b"").replace(b"<elders/>", b"<elders>2</elders>")
    desk: Any = {"by": home.peopled.supervisor, "at": home.now}
    correct(submission_id=held.pk, content=mended, reason="日期写错", **desk)
    home.send("uuid:late", size="8", today=AT.date().isoformat())
    assert sent("uuid:held").state == "understood"
    assert (in_force(), in_force(ELDERS)) == (([], []) if alone else (["8"], ["2"])), "of others it stays"
    assert ("<elders>2" in papers()) is not alone
    home.later()
    home.send("uuid:new", size="1")
    assert in_force() == ["1"], "whoever lives there afterwards is asked anew"


def test_another_household_and_another_key_keep_theirs(home: Home) -> None:
    home.send("uuid:a", size="3")
    said = paper("census", household=str(home.peopled.next_home), outcome="done", size="6", instance="uuid:next")
    assert home.field.post(said, home.field.next_key).status_code == 201
    read_all()
    home.later()
    home.erase()
    home.replay()
    assert facts() == [("6", True)]
    assert "<size>6" in papers()


def test_a_form_filled_in_for_the_wrong_home_and_corrected_leaves_the_other_home_its_answer(home: Home) -> None:
    other = neighbours(home)
    home.send("uuid:a", size="3")
    home.send("uuid:b", size="6", home=other, deprecated="uuid:a")
    home.later()
    home.send("uuid:c", size="4")
    home.later()
    home.erase()
    assert [value for value in ("<size>3", "<size>6", "<size>4") if value in papers()] == ["<size>6"]
    assert (in_force(), [one["size"] for one in answers()]) == (["6"], [None, 6, None])
    home.replay()
    assert (in_force(), "<size>6" in papers()) == (["6"], True)


def test_what_a_home_has_erased_goes_out_of_the_form_that_named_another_by_mistake_too(home: Home) -> None:
    other = neighbours(home)
    home.send("uuid:a", size="3", home=other)
    home.send("uuid:b", size="3", deprecated="uuid:a")
    home.send("uuid:c", size="5", home=other)
    home.later()
    home.erase()
    assert ("<size>3" in papers(), "<size>5" in papers()) == (False, True)
    assert in_force() == ["5"]


def test_a_late_form_for_the_wrong_home_that_was_corrected_keeps_what_the_other_home_says(home: Home) -> None:
    other = neighbours(home)
    home.send("uuid:x", size="2")
    home.later(timedelta(hours=1))
    home.send("uuid:a", size="6", home=other)
    home.send("uuid:b", size="3", deprecated="uuid:a", read=False)
    home.send("uuid:c", size="6", deprecated="uuid:b", home=other, read=False)
    home.later(timedelta(hours=1))
    home.erase()
    read_all(home.now)
    home.replay()
    assert (in_force(), papers().count("<size>6"), "<size>3" in papers()) == (["6"], 1, False)


def test_what_is_told_anew_after_it_was_erased_is_known(home: Home) -> None:
    home.send("uuid:a", size="3")
    home.later()
    home.erase()
    home.later()
    home.send("uuid:new", size="4")
    home.replay()
    assert facts() == [("4", True)]


def test_a_stale_phone_cannot_confirm_what_was_erased(home: Home) -> None:
    home.send("uuid:a", size="3")
    home.later()
    home.erase()
    home.later()
    home.send("uuid:b", size_known="3", size_still="yes")
    assert facts() == []
    assert "3</size_known>" not in papers()
    home.send("uuid:c", size="2")
    home.later()
    home.send("uuid:d", size_known="2", size_still="yes")
    assert in_force() == ["2"]


def test_what_a_person_gave_stays_theirs_when_a_form_confirms_it(home: Home) -> None:
    home.send("uuid:a", size="9")
    with scoped(Scope("^")):
        thing = f"fact:{Fact.objects.get(key=SIZE).pk}"
    say(person_id=home.who, thing=thing, value="3", by=home.me, at=home.now)
    home.later()
    home.send("uuid:b", size_known="3", size_still="yes")
    shown = {one.what.en: one for _part, several in _held(home).parts for one in several}
    assert shown["people who live here"].value == "3"
    home.later()
    home.send("uuid:c", size="5")
    shown = {one.what.en: one for _part, several in _held(home).parts for one in several}
    assert shown["people who live here"].value is None


def _held(home: Home) -> Any:
    return held_page(person_id=home.who, viewer=home.me, at=home.now)


def test_the_form_is_told_of_without_its_answers_and_exported_until_it_is_forgotten(home: Home) -> None:
    home.send("uuid:a", size="3")
    page = _held(home)
    (form,) = [one for _part, several in page.parts for one in several if one.key.startswith("submission:")]
    assert (form.since, form.may) == (AT.date(), {"contest"})
    assert "How many live here?" in str(form.value)
    assert "3" not in str(form.value), "of what was said the questions alone"
    assert form.until == AT.date() + timedelta(days=limits().keep_days)
    plain = [row for row in page.as_dict()["held"] if row["key"] == form.key]  # type: ignore[attr-defined]
    assert "3" not in str(plain[0]["value"])
    home.later(timedelta(days=limits().keep_days + 1))
    forget_papers(by=READING, at=home.now)
    assert not [one for _part, several in _held(home).parts for one in several if one.key == form.key]


def test_nobody_but_the_person_erases(home: Home) -> None:
    home.send("uuid:a", size="3")
    with scoped(Scope("^")):
        thing = f"fact:{Fact.objects.get(key=SIZE).pk}"
    for name in ("worker", "supervisor", "county_officer", "stranger", "public"):
        with pytest.raises(Refusal):
            erase(person_id=home.who, thing=thing, by=getattr(home.peopled, name), at=home.now)
    wife = private_login(home.peopled, MOTHER, "jumin02")
    with pytest.raises(Refusal):
        erase(person_id=home.who, thing=thing, by=wife, at=home.now)
    assert (in_force(), "<size>3" in papers()) == (["3"], True)


def test_the_office_and_analysis_see_that_it_was_erased_and_nothing_of_it(home: Home) -> None:
    home.send("uuid:a", size="3")
    home.later()
    home.erase()
    looking: Any = {"viewer": home.peopled.supervisor, "at": home.now, "purpose": "service"}
    shown = page_of(submission_id=sent("uuid:a").pk, **looking)
    assert shown.line.erased_at == home.now
    assert "<size>3" not in "".join(one.xml for one in shown.papers)
    (row,) = said_in(wanted=Wanted(form_key="census"), **looking).rows
    assert row.values is not None
    assert row.values["size"] is None


def test_what_was_erased_is_noted_without_its_value_and_for_a_time(home: Home) -> None:
    home.send("uuid:a", size="3")
    home.later()
    home.erase()
    with scoped(Scope("^")):
        assert {(row.key, row.said_in) for row in Erased.objects.all()} == {(SIZE, sent("uuid:a").pk), (SIZE, None)}
    assert forget_facts(by=READING, at=home.now + timedelta(days=300)) == 0
    assert forget_facts(by=READING, at=home.now + timedelta(days=366)) == 2


def test_a_desk_cannot_confirm_what_goes_in_the_same_moment(home: Home) -> None:
    home.send("uuid:a", size="3")
    with scoped(Scope("^")):
        fact = Fact.objects.get(key=SIZE)
    home.later()
    home.erase()
    with pytest.raises(Refusal):
        confirm(fact_ids=[fact.pk], by=home.peopled.worker, at=home.now)
    old = Told("household", home.peopled.home, SIZE, 3, "system", AT.date())
    done = record(told=[old], by=home.peopled.worker, at=home.now)
    assert (done.number, done.barred) == (0, (old,)), "an older list that still says it"
    assert facts() == []


def test_a_phone_is_told_that_its_row_is_older_when_something_was_erased_or_objected_to(home: Home) -> None:
    with scoped(Scope("^")):
        version = FormVersion.objects.get(form__key="census")

    def row() -> list[str]:
        listed = home.field.get(f"forms/{version.pk}/households.csv").content.decode().splitlines()
        (line,) = [one for one in listed if one.startswith(str(home.peopled.home))]
        return line.split(",")

    def changed() -> datetime:
        found = known(household_ids=[home.peopled.home], viewer=home.peopled.worker, at=home.now)
        return found.changes[home.peopled.home]

    home.send("uuid:a", size="3", elders="1")
    told, first = row(), changed()
    assert int(told[2]) == 1 + int((first - datetime(2020, 1, 1, tzinfo=UTC)).total_seconds())
    home.erase()
    erased, second = row(), changed()
    with scoped(Scope("^")):
        thing = f"fact:{Fact.objects.get(key=ELDERS).pk}"
    object_to(person_id=home.who, thing=thing, by=home.me, at=home.now)
    objected, third = row(), changed()
    assert first < second < third
    assert [("3" in one[4:], "1" in one[4:]) for one in (told, erased, objected)] == [
        (True, True), (False, True), (False, False),
    ]  # fmt: skip


def test_pictures_of_a_form_that_was_forgotten_are_not_kept_again(home: Home) -> None:
    said = paper("census", household=str(home.peopled.home), outcome="done", more__photo="a.jpg", instance="uuid:a")
    assert home.field.post(said).status_code in {201, 202}
    home.later(DAY)
    read_all(home.now)
    home.later(timedelta(days=limits().keep_days + 1))
    assert forget_papers(by=READING, at=home.now) == 1
    assert home.field.post(said, **{"a.jpg": picture()}).status_code == 201
    with scoped(Scope("^")):
        assert not Attachment.objects.exists()


def test_a_picture_is_still_brought_when_answers_of_its_form_were_erased(home: Home) -> None:
    home.send("uuid:a", read=False, size="3", more__photo="a.jpg")
    home.later(timedelta(hours=3))
    read_all(home.now)
    home.later()
    home.erase()
    analyst = Analyst()
    analyst.form = analyst.form.replace("basics", "census")
    address = analyst.at("uuid:a", "/attachments/a.jpg")
    for _again in range(2):
        brought = analyst.client.post(address, picture(), "image/jpeg")
        assert brought.status_code == 200, brought.content.decode()
    assert analyst.client.post(address, small_picture(), "image/jpeg").status_code == 409
    assert analyst.client.get(address).content[:2] == b"\xff\xd8"
    assert "<size>3" not in papers()
    said = {"household": str(home.peopled.home), "outcome": "done", "more__photo": "a.jpg", "instance": "uuid:a"}
    assert analyst.post(paper("census", **said, size="4")).status_code == 409, "the form itself is held to its bytes"
    stranger = Analyst("far_supervisor")
    stranger.form = analyst.form
    assert stranger.client.post(address, picture(), "image/jpeg").status_code == 404


# --- read again ------------------------------------------------------------------------------------------------------


def test_what_is_read_again_is_said_once(home: Home) -> None:
    home.send("uuid:a", size="3", elders="1")
    home.later()
    for _time in range(3):
        home.replay()
    assert facts() == [("3", True)]
    with scoped(Scope("^")):
        assert Fact.objects.count() == 2
        assert {row.said_in for row in Fact.objects.all()} == {sent("uuid:a").pk}


def test_what_a_person_said_on_the_same_day_stands_against_a_form_that_is_read_again(home: Home) -> None:
    home.send("uuid:a", size="9")
    home.later(timedelta(hours=1))
    with scoped(Scope("^")):
        thing = f"fact:{Fact.objects.get(key=SIZE).pk}"
    say(person_id=home.who, thing=thing, value="3", by=home.me, at=home.now)
    home.later(timedelta(hours=1))
    home.replay()
    assert in_force() == ["3"]
    home.send("uuid:evening", size="8")
    assert in_force() == ["3"], "of one day the person's own word counts"
    home.later()
    home.send("uuid:next", size="8")
    assert in_force() == ["8"]


def test_of_two_forms_of_one_day_the_later_counts_in_whatever_order_they_are_read(home: Home) -> None:
    home.send("uuid:a", size="9", read=False)
    home.later(timedelta(hours=1))
    home.send("uuid:b", size="3")
    assert in_force() == ["3"]
    home.later(timedelta(hours=1))
    home.replay()
    assert in_force() == ["3"]
    assert len(facts()) == 2


def test_an_objection_holds_when_its_form_is_read_again_or_corrected(home: Home) -> None:
    home.send("uuid:a", size="9")
    with scoped(Scope("^")):
        thing = f"fact:{Fact.objects.get(key=SIZE).pk}"
    object_to(person_id=home.who, thing=thing, by=home.me, at=home.now)
    home.replay()
    home.send("uuid:b", size="3", deprecated="uuid:a")
    with scoped(Scope("^")):
        assert [row.held_back for row in Fact.objects.filter(superseded_at__isnull=True)] == [True]


def test_an_objection_holds_when_an_older_form_came_late_before_it(home: Home) -> None:
    home.later(5 * DAY)
    home.send("uuid:a", size="3", today=(home.now - 2 * DAY).date().isoformat())
    home.later(timedelta(hours=1))
    home.send("uuid:late", size="9", today=(home.now - 4 * DAY).date().isoformat())
    assert object_to(person_id=home.who, thing=thing_of(), by=home.me, at=home.now).changed == 1
    home.later()
    home.send("uuid:b", size="4")
    assert held_back() == [("4", True)]
    for name in ("a", "b", "late"):
        home.send(f"uuid:{name}-empty", deprecated=f"uuid:{name}")
    assert held_back() == []
    home.later()
    home.send("uuid:c", size="5")
    assert held_back() == [("5", True)], "also when all was taken back meanwhile"
    say(person_id=home.who, thing=thing_of(), value="6", by=home.me, at=home.now)
    home.later()
    home.send("uuid:d", size="7")
    assert held_back() == [("7", False)], "until they say it otherwise"


def test_being_read_again_prolongs_no_retention_and_is_not_asked_for_hand_over_again(home: Home) -> None:
    home.send("uuid:a", size="3")
    with scoped(Scope("^"), deed="test.move"):
        Household.objects.filter(pk=home.peopled.home).update(area_code=NEXT_GRID)
    home.later(100 * DAY)
    home.replay()
    again = sent("uuid:a")
    assert (again.state, again.settled_at, in_force()) == ("understood", AT, ["3"])
    home.later(81 * DAY)
    assert forget_papers(by=READING, at=home.now) == 1


# --- corrected -------------------------------------------------------------------------------------------------------


def test_a_correction_that_takes_an_answer_back_withdraws_the_fact_and_the_former_one_counts_again(home: Home) -> None:
    home.send("uuid:old", size="2")
    home.later(30 * DAY)
    home.send("uuid:a", size="9", elders="1")
    assert in_force() == ["9"]
    home.send("uuid:b", elders="1", deprecated="uuid:a")
    assert (in_force(), in_force(ELDERS)) == (["2"], ["1"])
    assert facts() == [("2", True), ("9", False)], "what was said stays as history"
    with scoped(Scope("^")):
        assert Fact.objects.get(value="9").withdrawn_at == home.now
    home.replay()
    assert (in_force(), facts(ELDERS)) == (["2"], [("1", True)])


def test_a_correction_with_an_earlier_day_replaces_what_it_corrects(home: Home) -> None:
    home.later(10 * DAY)
    home.send("uuid:a", size="9")
    home.send("uuid:b", size="3", deprecated="uuid:a", today=AT.date().isoformat())
    assert in_force() == ["3"]


def test_a_correction_to_another_household_takes_the_facts_of_the_wrong_one_back(home: Home) -> None:
    with scoped(Scope("^"), deed="test.move"):
        Household.objects.filter(pk=home.peopled.next_home).update(area_code=GRID)
    home.send("uuid:a", size="9")
    home.send("uuid:b", size="9", deprecated="uuid:a", home=home.peopled.next_home)
    with scoped(Scope("^")):
        assert [row.subject_id for row in Fact.objects.filter(superseded_at__isnull=True)] == [home.peopled.next_home]


def test_a_correction_of_a_correction_and_all_in_one_reading(home: Home) -> None:
    home.send("uuid:a", size="9", read=False)
    home.send("uuid:b", size="8", deprecated="uuid:a", read=False)
    home.send("uuid:c", size="7", deprecated="uuid:b", read=False)
    read_all()
    home.replay()
    assert facts() == [("7", True)]


def test_a_correction_by_hand_that_empties_an_answer_takes_its_fact_back(home: Home) -> None:
    home.send("uuid:a", size="9")
    with scoped(Scope("^"), deed="test.hold"):
        Submission.objects.update(state="held", reasons=[["inbox.fault", []]])
    emptied = paper("census", household=str(home.peopled.home), outcome="done", instance="uuid:a")
    desk = {"submission_id": sent("uuid:a").pk, "by": home.peopled.supervisor, "at": home.now}
    correct(content=emptied.encode(), reason="填错了人数", **desk)
    read_all(home.now)
    assert (sent("uuid:a").state, in_force()) == ("understood", [])


def test_a_correction_set_aside_gives_the_former_one_back(home: Home) -> None:
    home.send("uuid:a", size="3")
    home.send("uuid:b", size="8", deprecated="uuid:a")
    assert in_force() == ["8"]
    with scoped(Scope("^"), deed="test.hold"):
        Submission.objects.filter(instance_id="uuid:b").update(state="held", reasons=[["inbox.fault", []]])
    set_aside(submission_id=sent("uuid:b").pk, reason="填错", by=home.peopled.supervisor, at=home.now)
    read_all(home.now)
    assert in_force() == ["3"]
    with scoped(Scope("^")):
        assert [row.submission_id for row in Visit.objects.filter(is_current=True)] == [sent("uuid:a").pk]
