"""Charter 13: whoever sent a form asks how it stands, and is told of a shielded home what is told of any other."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.test import Client

from collection.field_town import FIRST, HEADERS, Field, paper, read_all
from gridcommons.access.actions import add_user, grant
from gridcommons.access.identify import program, viewer_of
from gridcommons.access.queries import office_at
from gridcommons.access.roles import ROLES
from gridcommons.access.rules import GrantFacts, Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.devices.actions import make_own_device
from gridcommons.collection.inbox.actions import correct, forget, set_aside
from gridcommons.collection.inbox.models import Submission
from gridcommons.collection.inbox.rules import limits
from gridcommons.people.homes.actions import shield
from gridcommons.people.homes.calling import shelter_all
from gridcommons.people.rights.queries import looks_at_me
from people.people_town import CHILD, MOTHER, Peopled, private_login
from town import AT, GRID, TOWNSHIP, Town

pytest_plugins = ("collection.shelter_town",)
JOB, JOB_OF_TOWN = program("shelter"), program("test town")
SAID, OTHERS = "她怕前夫找来", "别人写的话"
LATER = AT + timedelta(hours=1)


def send(field: Field, home: UUID, instance: str, note: str = SAID, **more: str) -> int:
    """Send a form about a home, as its worker; returns the status."""
    said = {"household": str(home), "outcome": "done", "more__note": note} | more
    return int(field.post(paper(**said, instance=instance)).status_code)


def row(instance: str) -> Submission:
    with scoped(Scope("^")):
        return Submission.objects.get(instance_id=instance)


def told(field: Field, instance: str, home: UUID) -> tuple[int, dict[str, str], str]:
    """What the door answers: status, headers and bytes, without ids and the moment at which the form came."""
    answer = field.get(f"own/{instance}")
    text = answer.content.decode().replace(str(home), "HOME").replace(instance.partition("-")[0], "ID")
    came = row(instance).received_at.isoformat()
    headers = {name: value for name, value in answer.headers.items() if name != "Date"}
    return answer.status_code, headers, text.replace(came, "CAME")


def put_away(peopled: Peopled) -> None:
    shield(person_id=peopled.people[MOTHER], by=peopled.supervisor, at=AT)
    shelter_all(by=JOB, at=AT)


def both(field: Field, peopled: Peopled, **more: str) -> None:
    """The same form about the home of the person under threat and about its twin."""
    assert send(field, peopled.home, "uuid:threat", **more) == send(field, FIRST, "uuid:twin00", **more)


def spelt(words: str) -> str:
    """As it stands in the bytes of the answer."""
    return json.dumps(words)[1:-1]


def same(field: Field, peopled: Peopled, end: str = "") -> tuple[int, dict[str, str], str]:
    """The answer of which the two do not differ by a byte."""
    hidden, plain = told(field, f"uuid:threat{end}", peopled.home), told(field, f"uuid:twin00{end}", FIRST)
    assert hidden == plain
    return hidden


def test_a_form_that_was_read_is_told_alike(field: Field, peopled: Peopled) -> None:
    both(field, peopled)
    read_all()
    before = same(field, peopled)
    put_away(peopled)
    assert row("uuid:threat").area_code == ""
    assert same(field, peopled) == before
    status, _headers, text = before
    assert (status, spelt(SAID) in text, '"understood"' in text) == (200, True, True)


def test_a_form_that_nobody_could_read_yet_is_told_alike(field: Field, peopled: Peopled) -> None:
    both(field, peopled, outcome="asleep")
    read_all()
    put_away(peopled)
    assert row("uuid:threat").area_code == ""
    assert '"held"' in same(field, peopled)[2]


def test_a_chain_of_one_s_own_corrections_is_told_alike_by_the_id_of_any(field: Field, peopled: Peopled) -> None:
    both(field, peopled)
    for end, deprecated in (("-2", ""), ("-3", "-2")):
        send(field, peopled.home, f"uuid:threat{end}", f"改{end}", deprecated=f"uuid:threat{deprecated}")
        send(field, FIRST, f"uuid:twin00{end}", f"改{end}", deprecated=f"uuid:twin00{deprecated}")
    read_all()
    put_away(peopled)
    assert {row(f"uuid:threat{end}").area_code for end in ("", "-2", "-3")} == {""}
    for end in ("", "-2", "-3"):
        assert spelt("改-3") in same(field, peopled, end)[2]


def test_what_is_corrected_under_the_shield_is_told_alike(field: Field, peopled: Peopled) -> None:
    both(field, peopled)
    read_all()
    put_away(peopled)
    for home, first in ((peopled.home, "uuid:threat"), (FIRST, "uuid:twin00")):
        assert send(field, home, f"{first}-2", "改过", deprecated=first) == 201
    assert '"received"' in same(field, peopled)[2]
    read_all()
    shelter_all(by=JOB, at=AT)
    assert row("uuid:threat-2").area_code == ""
    assert '"understood"' in same(field, peopled)[2]


def test_what_another_hand_wrote_is_given_back_of_no_form_and_that_it_did_is_told_alike(
    field: Field, peopled: Peopled
) -> None:
    both(field, peopled, outcome="asleep")
    read_all()
    for home, instance in ((peopled.home, "uuid:threat"), (FIRST, "uuid:twin00")):
        mended = paper(household=str(home), outcome="done", more__note=OTHERS, instance=instance).encode()
        correct(submission_id=row(instance).pk, content=mended, reason="核实", by=peopled.supervisor, at=AT)
    read_all()
    before = same(field, peopled)
    put_away(peopled)
    assert row("uuid:threat").area_code == ""
    assert same(field, peopled) == before
    found = field.get("own/uuid:threat").json()
    assert (found["id"], found["state"], found["others"]) == ("uuid:threat", "understood", True)
    assert SAID in found["xml"]
    assert OTHERS not in found["xml"]


def test_what_another_hand_set_aside_is_told_by_one_s_own_words(field: Field, peopled: Peopled) -> None:
    both(field, peopled, outcome="asleep")
    read_all()
    for instance in ("uuid:threat", "uuid:twin00"):
        set_aside(submission_id=row(instance).pk, reason="重复", by=peopled.supervisor, at=AT)
    put_away(peopled)
    assert row("uuid:threat").area_code == ""
    assert '"aside"' in same(field, peopled)[2]
    assert not field.get("own/uuid:threat").json()["others"], "no word of it was changed"


def test_after_a_correction_by_another_hand_one_s_own_still_goes_through(field: Field, peopled: Peopled) -> None:
    """The phone is told that another version counts, asks for it, and its worker's choice is then taken."""
    send(field, peopled.home, "uuid:threat")
    with scoped(Scope("^"), deed="test.other"):
        first = Submission.objects.get(instance_id="uuid:threat")
        Submission.objects.filter(pk=first.pk).update(replaced_by="uuid:others")
        first.pk, first.instance_id, first.by_key = UUID(int=5), "uuid:others", peopled.supervisor.key
        first._state.adding = True
        first.parties = [peopled.supervisor.key]
        first.save()
        said = paper(household=str(peopled.home), outcome="done", more__note=OTHERS, instance="uuid:others")
        first.papers.create(number=0, by_key=peopled.supervisor.key, at=AT, content=said.encode())
    read_all()
    put_away(peopled)
    assert {row(one).area_code for one in ("uuid:threat", "uuid:others")} == {""}
    assert send(field, peopled.home, "uuid:mine", "我的", deprecated="uuid:threat") == 409
    found = field.get("own/uuid:threat").json()
    assert (SAID in found["xml"], OTHERS in found["xml"], found["others"]) == (True, False, True)
    assert send(field, peopled.home, "uuid:mine", "我的", deprecated=found["id"]) == 201
    assert row("uuid:others").replaced_by == "uuid:mine"


def test_a_form_of_somebody_else_is_not_told_shielded_or_not(field: Field, peopled: Peopled) -> None:
    both(field, peopled)
    read_all()
    put_away(peopled)
    answers = [field.get(f"own/{one}", field.next_key) for one in ("uuid:threat", "uuid:twin00", "uuid:never")]
    assert {(one.status_code, one.content) for one in answers} == {(404, answers[0].content)}


def test_what_is_kept_no_longer_is_told_alike(field: Field, peopled: Peopled) -> None:
    both(field, peopled)
    read_all()
    put_away(peopled)
    forget(by=program("retention"), at=AT + timedelta(days=limits().keep_days + 1))
    answers = [field.get(f"own/{one}") for one in ("uuid:threat", "uuid:twin00")]
    assert {(one.status_code, one.content) for one in answers} == {(404, answers[0].content)}


def test_whoever_lives_there_reads_that_the_sender_looked_again(field: Field, peopled: Peopled) -> None:
    me = private_login(peopled, CHILD)
    send(field, peopled.home, "uuid:threat")
    read_all()
    put_away(peopled)
    field.get("own/uuid:threat")
    assert "look.own_submission" in {one.what for one in looks_at_me(viewer=me, at=LATER)}


def colleague_in(town: Town) -> str:
    """The key of a phone of somebody who serves the same grid."""
    user = add_user(username="colleague", display_name="colleague", hashed="!", by=JOB_OF_TOWN, at=AT).id
    wanted = GrantFacts(
        "grid_worker", (GRID,), (), ROLES["grid_worker"].purposes, AT, None, office_at(TOWNSHIP, "supervision").id
    )
    grant(to=user, wanted=wanted, by=JOB_OF_TOWN, at=AT)
    return make_own_device(name="手机", by=viewer_of(user), at=AT).text


def test_a_phone_learns_nothing_of_what_a_colleague_of_its_grid_sent(field: Field, peopled: Peopled) -> None:
    """Whoever holds a copy of another's form could else ask by it whether that home is under a shield."""
    key = colleague_in(peopled.town)
    said: dict[str, Any] = {"outcome": "done", "more__note": SAID}
    both(field, peopled)
    read_all()

    def asked(instance: str, home: UUID) -> tuple[int, ...]:
        again = paper(household=str(home), **said, instance=instance)
        better = paper(household=str(home), **said, instance=f"{instance}-c", deprecated=instance)
        batch = json.dumps({"items": [{"xml": again}, {"xml": better}]})
        sent = Client().post(field.url("batch", key), batch, "application/json", headers=HEADERS).json()["items"]
        return (
            field.post(again, key).status_code, field.post(better, key).status_code, *(one["status"] for one in sent)
        )  # fmt: skip

    before = asked("uuid:threat", peopled.home)
    put_away(peopled)
    assert asked("uuid:threat", peopled.home) == before == asked("uuid:twin00", FIRST) == (409,) * 4
