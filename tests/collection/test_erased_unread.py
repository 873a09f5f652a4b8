"""What was erased goes out of forms that nobody asks, of what phones only showed, and of what was written beside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
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
    in_force,
    neighbours,
    papers,
    sent,
    thing_of,
)
from collection.field_town import READING, paper, read_all
from collection.test_central import Analyst
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.inbox.actions import correct, forget, remark, set_aside
from gridcommons.collection.inbox.models import Answered, Paper, Remark, Submission
from gridcommons.collection.inbox.queries import submission_page
from gridcommons.collection.visits.models import Visit
from gridcommons.people.facts.actions import forget_facts
from gridcommons.people.facts.models import Fact
from gridcommons.people.homes.models import Residence
from gridcommons.people.rights.actions import correct as say
from gridcommons.people.rights.actions import erase
from gridcommons.people.rights.queries import held_page
from people.people_town import FATHER, MOTHER, private_login
from web.office_town import client_of, text_of

HOUR = timedelta(hours=1)


standing_field, home = erased_town.standing_field, erased_town.home


def desk(home: Home, instance: str) -> dict[str, Any]:
    return {"submission_id": sent(instance).pk, "by": home.peopled.supervisor, "at": home.now}


def in_papers(*values: str) -> list[str]:
    kept = papers()
    return [value for value in values if value in kept]


# --- read late, and asked by nobody ---------------------------------------------------------------------------------


@pytest.mark.parametrize("correction_comes", ["before it is erased", "afterwards", "with the form, afterwards"])
def test_an_unread_form_that_is_corrected_to_another_home_keeps_nothing(home: Home, correction_comes: str) -> None:
    other, day = neighbours(home), home.now.date().isoformat()
    home.send("uuid:x", size="2")
    home.later(HOUR)
    if correction_comes != "with the form, afterwards":
        home.send("uuid:a", size="3", elders="1", read=False)
    if correction_comes == "before it is erased":
        home.send("uuid:b", size="6", deprecated="uuid:a", home=other, read=False)
    home.later()
    home.erase()
    home.later(DAY)
    if correction_comes == "with the form, afterwards":
        home.send("uuid:a", size="3", elders="1", today=day, read=False)
    if correction_comes != "before it is erased":
        home.send("uuid:b", size="6", deprecated="uuid:a", home=other, read=False)
    read_all(home.now)
    assert {sent(name).state for name in ("uuid:a", "uuid:b")} == {"understood"}
    assert in_papers("<size>3", "<size>6", "<elders>1") == ["<size>6", "<elders>1"]
    assert (in_force(), in_force(ELDERS)) == (["6"], [])
    home.replay()
    assert in_papers("<size>3", "<size>6") == ["<size>6"]


def test_what_was_told_anew_and_then_corrected_stays_as_it_was_told(home: Home) -> None:
    home.send("uuid:x", size="2")
    home.send("uuid:a", size="3", read=False)
    home.later(HOUR)
    home.erase()
    home.later(DAY)
    home.send("uuid:b", size="4", deprecated="uuid:a", read=False)
    read_all(home.now)
    assert in_papers("<size>3", "<size>4") == ["<size>4"], "the day after somebody said it anew"
    assert in_force() == ["4"]


@pytest.mark.parametrize("came", ["before", "after"])
def test_a_form_that_is_held_after_it_was_erased_keeps_nothing(home: Home, came: str) -> None:
    day = home.now.date().isoformat()
    home.send("uuid:x", size="2")
    if came == "before":
        home.send("uuid:held", size="7", more__since="no day", read=False)
    home.later()
    home.erase()
    home.later()
    if came == "after":
        home.send("uuid:held", size="7", more__since="no day", today=day, read=False)
    read_all(home.now)
    assert sent("uuid:held").state == "held"
    assert in_papers("<size>7", "no day") == ["no day"]
    set_aside(reason="住户已登记", **desk(home, "uuid:held"))
    assert in_papers("<size>7", "no day") == ["no day"]
    assert sent("uuid:held").erased_at == home.now


def test_what_is_told_anew_in_a_form_that_is_held_stays_until_it_is_repaired(home: Home) -> None:
    home.send("uuid:x", size="2")
    home.later()
    home.erase()
    home.later()
    home.send("uuid:held", size="7", more__since="no day")
    assert in_papers("<size>7") == ["<size>7"]
    with scoped(Scope("^")):
        content = bytes(Paper.objects.get(submission__instance_id="uuid:held").content)
    correct(content=content.replace(b"no day", b""), reason="日期写错", **desk(home, "uuid:held"))
    read_all(home.now)
    assert in_force() == ["7"]


@pytest.mark.parametrize("spelled", [str.upper, lambda home: home.replace("-", "")])
def test_a_held_form_that_spells_the_home_otherwise_is_found_too(home: Home, spelled: Callable[[str], str]) -> None:
    home.send("uuid:x", size="2")
    said = {"household": spelled(str(home.peopled.home)), "outcome": "done", "size": "7", "more__since": "no day"}
    assert home.field.post(paper("census", **said, instance="uuid:held")).status_code == 201
    read_all(home.now)
    assert set(held_forms(home)) == {"uuid:x", "uuid:held"}
    home.later()
    home.erase()
    assert in_papers("<size>7", "<size>2") == []


def test_a_held_correction_of_what_was_erased_keeps_it_neither(home: Home) -> None:
    home.send("uuid:a", size="3")
    home.later()
    home.erase()
    home.later()
    home.send("uuid:b", size="3", deprecated="uuid:a", more__since="no day")
    assert sent("uuid:b").state == "held"
    assert in_papers("<size>3", "no day") == ["no day"], "it corrects a form that said it, whatever its day"


# --- what a phone only showed ---------------------------------------------------------------------------------------


def test_what_other_forms_only_showed_as_known_goes_too(home: Home) -> None:
    home.send("uuid:a", size="3", elders="1")
    home.later()
    home.send("uuid:shown", size_known="3", elders_known="1", outcome="not_home")
    home.send("uuid:changed", size_known="3", size_still="no", size="4")
    home.send("uuid:held", size_known="3", more__since="no day")
    home.later()
    home.erase()
    assert in_papers("size_known>3", "<size>4", "<size>3") == []
    assert in_papers("elders_known>1") == ["elders_known>1"]
    assert "3" not in {one.get("size_known") for one in answers()}


def test_what_a_stale_phone_shows_after_it_was_erased_is_not_kept(home: Home) -> None:
    home.send("uuid:a", size="3")
    home.later()
    home.erase()
    home.later()
    home.send("uuid:shown", size_known="3", outcome="not_home")
    home.send("uuid:changed", size_known="3", size_still="no", size="4")
    home.send("uuid:held", size_known="3", more__since="no day")
    assert in_papers("size_known>3") == []
    assert in_papers("<size>4") == ["<size>4"]
    assert in_force() == ["4"]
    with scoped(Scope("^")):
        assert Visit.objects.filter(is_current=True).count() == 3


def test_what_is_known_anew_and_confirmed_stays_in_its_form(home: Home) -> None:
    home.send("uuid:a", size="3")
    home.later()
    home.erase()
    home.later()
    home.send("uuid:b", size="4")
    home.later()
    home.send("uuid:c", size_known="4", size_still="yes")
    assert (in_force(), in_papers("size_known>4")) == (["4"], ["size_known>4"])


def test_what_one_of_several_said_themselves_is_shown_in_no_form_afterwards(home: Home) -> None:
    home.send("uuid:a", size="9")
    say(person_id=home.who, thing=thing_of(), value="3", by=home.me, at=home.now)
    home.later()
    home.send("uuid:shown", size_known="3", outcome="not_home")
    home.later()
    assert erase(person_id=home.who, thing="", by=home.me, at=home.now).done
    assert in_papers("size_known>3", "<size>9") == ["<size>9"], "what others said of the household stays"


def test_forms_of_which_no_fact_is_left_are_found_by_their_home(home: Home) -> None:
    home.send("uuid:old", size="8")
    home.later()
    home.send("uuid:a", size="3")
    with scoped(Scope("^"), deed="test.expired"):
        Fact.objects.filter(value="8").update(forget_on=home.now.date())
    assert forget_facts(by=READING, at=home.now) == 1
    assert in_papers("<size>8") == ["<size>8"]
    home.later()
    home.erase()
    assert in_papers("<size>8", "<size>3") == []


def test_another_home_keeps_what_its_phone_showed(home: Home) -> None:
    other = neighbours(home)
    home.send("uuid:a", size="3")
    home.send("uuid:b", size="3", home=other)
    home.later()
    home.send("uuid:shown", size_known="3", outcome="not_home", home=other)
    home.later()
    home.erase()
    home.replay()
    assert in_papers("size_known>3", "<size>3") == ["size_known>3", "<size>3"]
    assert in_force() == ["3"]


# --- what an office wrote beside ------------------------------------------------------------------------------------


def test_what_an_office_wrote_beside_an_answer_goes_with_it(home: Home) -> None:
    home.send("uuid:a", size="3", more__since="no day")
    with scoped(Scope("^")):
        content = bytes(Paper.objects.get(submission__instance_id="uuid:a").content)
    correct(content=content.replace(b"no day", b""), reason="电话核对，是三口人", **desk(home, "uuid:a"))
    read_all(home.now)
    remark(body="邻居也说住了三个人", **desk(home, "uuid:a"))
    home.send("uuid:b", size="4", deprecated="uuid:a")
    home.later()
    assert "notes of an office beside it: 2" in str(_form_held(home))
    home.erase()
    looking: dict[str, Any] = {"viewer": home.peopled.supervisor, "at": home.now, "purpose": "service"}
    page = submission_page(submission_id=sent("uuid:a").pk, **looking)
    assert [one.reason for one in page.papers] == ["", ""]
    ((body, by_key, _at),) = [(one.body, one.by_key, one.at) for one in page.remarks]
    assert (body, by_key) == ("", home.peopled.supervisor.key), "who wrote, and when, stays"
    supervisor = client_of(home.field.town, "supervisor")
    shown = text_of(supervisor.get(f"/office/inbox/{sent('uuid:a').pk}"))
    assert "三口人" not in shown
    assert "三个人" not in shown
    assert "已随旁边的答案一并删去" in shown
    assert "what an office had written beside them went along" in str(_form_held(home))
    analyst = Analyst()
    analyst.form = analyst.form.replace("basics", "census")
    assert analyst.client.get(analyst.at("uuid:a", "/comments")).json() == []
    remark(body="住户要求删除，已告知", **desk(home, "uuid:b"))
    assert [one["body"] for one in analyst.client.get(analyst.at("uuid:a", "/comments")).json()] == [
        "住户要求删除，已告知"
    ]


def test_nothing_is_said_of_words_that_nobody_wrote(home: Home) -> None:
    home.send("uuid:b", size="3")
    home.later()
    home.erase()
    told = str(_form_held(home))
    assert "some answers were emptied as asked" in told
    assert "an office" not in told


def test_words_beside_forms_of_other_homes_and_other_keys_stay(home: Home) -> None:
    other = neighbours(home)
    home.send("uuid:a", elders="1")
    home.send("uuid:b", size="3", home=other)
    home.send("uuid:c", size="3")
    for name in ("uuid:a", "uuid:b", "uuid:c"):
        remark(body=f"备注{name}", **desk(home, name))
    home.later()
    home.erase()
    with scoped(Scope("^")):
        assert sorted(Remark.objects.values_list("body", flat=True)) == ["", "备注uuid:a", "备注uuid:b"]


def _form_held(home: Home) -> Any:
    page = held_page(person_id=home.who, viewer=home.me, at=home.now)
    return next(
        one for _part, several in page.parts for one in several if one.key == f"submission:{sent('uuid:b').pk}"
    ).value


# --- told and taken along -------------------------------------------------------------------------------------------


def held_forms(home: Home, me: Any = None, who: str = FATHER) -> dict[str, str]:
    page = held_page(person_id=home.peopled.people[who], viewer=me or home.me, at=home.now)
    told = [one for _part, several in page.parts for one in several if one.key.startswith("submission:")]
    return {one.code: str(one.value) for one in told}


def test_forms_that_caused_nothing_are_told_to_whoever_lives_there(home: Home) -> None:
    other = neighbours(home)
    home.send("uuid:held", size="7", more__since="no day")
    home.send("uuid:aside", size="7", more__since="no day")
    home.send("uuid:theirs", size="7", more__since="no day", home=other)
    set_aside(reason="填错", **desk(home, "uuid:aside"))
    told = held_forms(home)
    assert set(told) == {"uuid:held", "uuid:aside"}
    assert "waits for somebody to check it" in told["uuid:held"]
    assert "it was set aside and counts for nothing" in told["uuid:aside"]
    assert "7" not in str(told), "that something was answered, not what"
    assert set(held_forms(home, private_login(home.peopled, MOTHER, "jumin02"), MOTHER)) == set(told)
    with scoped(Scope("^"), deed="test.moved"):
        Residence.objects.filter(person_id=home.who).delete()
    assert held_forms(home) == {}, "whoever does not live there reads nothing of it"
    home.later(timedelta(days=181))
    forget(by=READING, at=home.now)
    with scoped(Scope("^")):
        assert not Submission.objects.get(instance_id="uuid:held").forgotten


def test_whoever_keeps_a_copy_by_what_changed_takes_the_emptied_one(home: Home) -> None:
    home.send("uuid:a", size="3")
    home.later()
    analyst = Analyst()
    analyst.form = analyst.form.replace("basics", "census")
    since = f"__system/updatedAt gt {home.now.isoformat()}"
    assert analyst.ids(filter=since) == []
    home.later(HOUR)
    home.erase()
    (row,) = analyst.table(filter=since).json()["value"]
    assert (row["__id"], row["size"]) == ("uuid:a", None)


def test_what_is_erased_in_one_reading_with_what_is_told_anew_goes_by_itself(home: Home) -> None:
    home.send("uuid:x", size="2")
    day = home.now.date().isoformat()
    home.later()
    home.erase()
    home.later()
    home.send("uuid:late", size="3", today=day, read=False)
    home.send("uuid:new", size="4", read=False)
    said = paper("census", household=str(home.peopled.home), outcome="done", size="5", today=day, instance="uuid:late2")
    home.field.post(said)
    read_all(home.now)
    assert in_papers("<size>3", "<size>4", "<size>5") == ["<size>4"]
    assert facts(SIZE) == [("4", True)]
    with scoped(Scope("^")):
        assert {one.values["size"] for one in Answered.objects.exclude(submission__instance_id="uuid:x")} == {None, 4}
