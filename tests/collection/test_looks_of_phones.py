"""What a phone is sent of homes is one look: it says what was read and for what, and names a home once a day."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from collection.field_town import Field, paper, read_all
from collection.test_field_doors import entries
from gridcommons.access.identify import viewer_of
from gridcommons.access.models import User
from gridcommons.access.rules import Scope, Viewer
from gridcommons.access.scope import scoped
from gridcommons.collection.devices.actions import make_own_device, withdraw_own_device
from gridcommons.collection.devices.models import DevicePack
from gridcommons.collection.queries import homes_for_phone
from gridcommons.kit.errors import Refusal
from gridcommons.people.facts.actions import record
from gridcommons.people.facts.rules import Told
from gridcommons.people.homes.actions import move_out
from gridcommons.people.homes.models import Residence
from gridcommons.people.homes.queries import household_page, households
from gridcommons.people.rights.queries import held_page, looks_at_me
from people.people_town import FATHER, MOTHER, SECRETS, Peopled, people_in, private_login
from town import AT, GRID, NEXT_GRID, Town
from web.office_town import BACKEND, client_of, stop_clock, text_of

DAY = timedelta(days=1)


@dataclass
class Phone:
    """A family in the worker's grid, the father's account, the worker's phone."""

    field: Field
    peopled: Peopled
    me: Viewer
    set_clock: Callable[[datetime], None]

    def sync(self, at: datetime = AT) -> dict[str, Any]:
        self.set_clock(at)
        answer = self.field.get("pack")
        assert answer.status_code == 200
        found: dict[str, Any] = json.loads(answer.content)
        return found

    def named(self) -> list[bool]:
        """Of each sync whether its entry names the family's home."""
        return [f"household:{self.peopled.home}" in body["subjects"] for body, _parties in entries("look.pack")]


@pytest.fixture
def phone(standing_field: Field, town: Town, monkeypatch: pytest.MonkeyPatch) -> Phone:
    def set_clock(now: datetime) -> None:
        stop_clock(monkeypatch, now)

    set_clock(AT)
    peopled = people_in(town)
    return Phone(standing_field, peopled, private_login(peopled, FATHER), set_clock)


def browser(me: Viewer, language: str = "en") -> Client:
    client = Client()
    client.cookies["language"] = language
    client.force_login(User.objects.get(pk=me.user_id), backend=BACKEND)
    return client


def size(phone: Phone, value: str, at: datetime = AT) -> None:
    told = Told("household", phone.peopled.home, "household.size", value, "visit", at.date())
    record(told=[told], by=phone.peopled.worker, at=at)


# --- what is written down --------------------------------------------------------------------------------------------


def test_a_pack_is_one_look_that_names_a_home_once_a_day_and_again_when_something_is_new(phone: Phone) -> None:
    for minute in range(3):
        phone.sync(AT + timedelta(minutes=minute))
    assert phone.named() == [True, False, False], "every sync is an entry; what the phone had already is no news"
    size(phone, "3")
    phone.sync(AT + timedelta(minutes=5))
    phone.sync(AT + DAY)
    assert phone.named() == [True, False, False, True, True]
    assert [entries(what) for what in ("look.households", "look.addresses", "look.facts", "look.calls")] == [[]] * 4
    body, parties = entries("look.pack")[0]
    assert (body["purpose"], body["by"], body["area"]) == ("visit", phone.peopled.worker.key, GRID)
    assert body["facts"]["made_of"] == ["look.addresses", "look.facts"]
    assert not [key for key in parties if key.startswith("person:")], "a phone holds no name"
    assert not [secret for secret in SECRETS if secret in json.dumps(phone.sync(), ensure_ascii=False)]


def test_another_phone_is_sent_the_home_anew_and_a_withdrawn_one_is_forgotten(phone: Phone) -> None:
    phone.sync()
    made = make_own_device(name="新手机", by=phone.peopled.worker, at=AT)
    assert phone.field.get("pack", made.text).status_code == 200
    assert phone.named() == [True, True]
    assert DevicePack.objects.filter(what="pack").count() == 2
    withdraw_own_device(key_id=made.id, reason="丢失", by=phone.peopled.worker, at=AT)
    assert DevicePack.objects.filter(what="pack").count() == 1


def test_what_is_kept_of_a_pack_tells_no_answer(phone: Phone) -> None:
    size(phone, "3")
    phone.sync()
    kept = DevicePack.objects.get(what="pack")
    assert set(kept.marks) == {str(phone.peopled.home)}
    assert re.fullmatch(r"[0-9a-f]{12}", kept.marks[str(phone.peopled.home)])
    before = kept.marks
    size(phone, "4", AT)
    phone.sync()
    assert DevicePack.objects.get(what="pack").marks != before


def test_the_list_of_a_form_is_one_look_too(phone: Phone) -> None:
    for _again in range(2):
        assert phone.field.get(f"forms/{phone.field.basics.pk}/households.csv").status_code == 200
    found = [f"household:{phone.peopled.home}" in body["subjects"] for body, _parties in entries("look.pack_list")]
    assert found == [True, False]


def test_whether_a_home_left_the_grid_is_no_look_at_anybody(phone: Phone) -> None:
    ids = f"{phone.peopled.home},{phone.peopled.next_home},nobody"
    answer = phone.field.get(f"entities?id={ids}").content.decode()
    assert re.findall(r"deleted>(\w+)<", answer) == ["false", "true", "true"]
    assert entries("look.households") == entries("look.addresses") == []


def test_a_pack_of_a_grid_that_is_not_one_s_own_is_refused_and_names_nobody(phone: Phone) -> None:
    facts: dict[str, Any] = {"device_id": phone.peopled.home, "versions": (), "at": AT}
    for who, grid in (("worker", NEXT_GRID), ("next_worker", GRID), ("stranger", GRID), ("county_officer", GRID)):
        with pytest.raises(Refusal):
            homes_for_phone(grids=[grid], viewer=getattr(phone.peopled, who), **facts)
    with pytest.raises(Refusal):
        homes_for_phone(grids=[GRID, NEXT_GRID], viewer=phone.peopled.worker, **facts)
    assert entries("look.pack") == []


# --- who looked, as the resident reads it ---------------------------------------------------------------------------


def test_a_day_of_syncs_is_one_line_that_says_what_was_read_and_for_what(phone: Phone) -> None:
    for minute in range(20):
        size(phone, str(minute + 1), AT)
        phone.sync(AT + timedelta(minutes=minute))
    household_page(household_id=phone.peopled.home, viewer=phone.peopled.supervisor, at=AT + timedelta(hours=1))
    phone.set_clock(AT + timedelta(hours=2))
    page = browser(phone.me).get("/me/looks").content.decode()
    days = page[page.index('class="gc-looked-day"') :]
    assert days.count("<li>") - days.count('gc-num">') < 40
    assert days.count('href="/area/') == 2, "a line for the worker and one for the desk"
    text = text_of(browser(phone.me).get("/me/looks"))
    assert "your address and what forms know of your home went to the worker's phone" in text.replace("&#x27;", "'")
    assert "For what: visit homes" in text
    assert "For what: keep the register of homes right" in text
    assert "list of households" not in text
    assert "handle a case" not in text
    chinese = text_of(browser(phone.me, "zh-hans").get("/me/looks"))
    assert "上门走访" in chinese
    assert "没有姓名" in chinese
    shown = text_of(browser(phone.me).get("/me/looks?who=没有的单位"))
    assert "None of these looks is theirs" in shown


def test_a_list_with_names_says_so_and_a_list_without_does_not(phone: Phone) -> None:
    households(area_code=GRID, viewer=phone.peopled.worker, at=AT)
    phone.sync()
    assert {one.what for one in looks_at_me(viewer=phone.me, at=AT)} == {"look.households", "look.pack"}


def test_it_is_one_list_whichever_page_asks_and_the_desk_is_in_it(phone: Phone) -> None:
    phone.sync()
    held, looks = (text_of(browser(phone.me).get(f"/me/{one}")) for one in ("held", "looks"))
    for text in (held, looks):
        assert "visit homes" in text
    assert "day by day" in held
    rows = browser(phone.me).get("/me/looks.csv").content.decode("utf-8-sig")
    assert "visit homes" in rows
    assert "visit homes" in json.dumps(browser(phone.me).get("/me/export.json").json())


def test_neighbours_and_those_who_moved_out_read_no_look_at_the_home(phone: Phone) -> None:
    mother = private_login(phone.peopled, MOTHER, "jumin02")
    with scoped(Scope("^")):
        lives = Residence.objects.get(person_id=phone.peopled.people[MOTHER])
    phone.sync()
    out = (AT + 2 * DAY).date()
    move_out(residence_id=lives.pk, until=out, by=phone.peopled.supervisor, at=AT + 2 * DAY)
    phone.sync(AT + 3 * DAY)
    later: dict[str, Any] = {"at": AT + 4 * DAY}
    assert [one.what for one in looks_at_me(viewer=viewer_of(mother.user_id), **later)].count("look.pack") == 1
    assert [one.what for one in looks_at_me(viewer=phone.me, **later)].count("look.pack") == 2
    for who in ("neighbour", "stranger", "next_worker", "supervisor"):
        assert "look.pack" not in {one.what for one in looks_at_me(viewer=getattr(phone.peopled, who), **later)}
    with pytest.raises(Refusal):
        looks_at_me(viewer=phone.peopled.town.public, **later)


def test_a_worker_who_reads_a_form_that_they_sent_about_a_home_has_looked_at_that_home(phone: Phone) -> None:
    _send(phone, size="3")
    assert phone.field.get("own/uuid:held").status_code == 200
    (read,) = (one for one in looks_at_me(viewer=phone.me, at=AT) if one.what == "look.own_submission")
    assert (read.by, read.subjects[-1]) == (phone.peopled.worker.key, f"household:{phone.peopled.home}")
    assert "read a form about your home that they had sent" in text_of(browser(phone.me).get("/me/looks"))
    for who in ("neighbour", "stranger", "next_worker"):
        found = looks_at_me(viewer=getattr(phone.peopled, who), at=AT)
        assert "look.own_submission" not in {one.what for one in found}


def test_others_in_the_same_entry_are_not_told_of(phone: Phone) -> None:
    households(area_code=GRID, viewer=phone.peopled.worker, at=AT)
    subjects = {key for one in looks_at_me(viewer=phone.me, at=AT) for key in one.subjects}
    assert f"person:{phone.peopled.people[FATHER]}" in subjects
    assert f"person:{phone.peopled.people[MOTHER]}" not in subjects


# --- what is held: visits and forms ---------------------------------------------------------------------------------


def _send(phone: Phone, instance: str = "uuid:held", **said: str) -> None:
    answers = {"household": str(phone.peopled.home), "outcome": "done", "today": AT.date().isoformat()} | said
    assert phone.field.post(paper("basics", **answers, instance=instance)).status_code == 201
    read_all(AT)


def held(phone: Phone, me: Viewer | None = None) -> dict[str, Any]:
    page = held_page(person_id=phone.peopled.people[FATHER], viewer=me or phone.me, at=AT)
    return {one.key.partition(":")[0]: one for _part, several in page.parts for one in several}


def test_held_tells_the_visit_and_the_form_with_its_office_what_was_asked_and_until_when(phone: Phone) -> None:
    _send(phone, size="3")
    found = held(phone)
    visit, form, fact = found["visit"], found["submission"], found["fact"]
    assert visit.since == AT.date()
    assert visit.until is not None
    assert visit.until > date(2027, 1, 1)
    assert form.what.en == "Household basics"
    assert "grid worker" in form.source.en
    assert form.until is not None
    assert (form.until - AT.date()).days in range(179, 182)
    assert "How many" in form.value.en or "人" in form.value.zh
    assert "3" not in form.value.zh.replace("13", ""), "what somebody else said is not shown back"
    assert "Household basics" in fact.source.en
    assert fact.stands_in == form.key
    assert "Household basics" in visit.source.en
    client = browser(phone.me)
    plain = client.get("/me/held.json").json()["held"]
    assert {one["key"].partition(":")[0] for one in plain} >= {"visit", "submission", "fact"}
    assert "Household basics" in client.get("/me/held.csv").content.decode("utf-8-sig")
    assert "Household basics" in text_of(client.get("/me/held"))
    assert "保存至" in browser(phone.me, "zh-hans").get("/me/held.csv").content.decode("utf-8-sig")


def test_the_neighbour_s_visit_is_not_told(phone: Phone) -> None:
    answers = {"household": str(phone.peopled.next_home), "outcome": "done", "today": AT.date().isoformat()}
    xml = paper("basics", **answers, instance="uuid:next")
    assert phone.field.post(xml, phone.field.next_key).status_code == 201
    read_all(AT)
    assert {"visit", "submission"} & held(phone).keys() == set()


def test_a_visit_after_moving_out_is_not_told(phone: Phone) -> None:
    with scoped(Scope("^")):
        lives = Residence.objects.get(person_id=phone.peopled.people[FATHER])
    move_out(residence_id=lives.pk, until=AT.date(), by=phone.peopled.supervisor, at=AT)
    _send(phone, "uuid:later")
    assert {"visit", "submission"} & held(phone).keys() == set()


def test_an_office_reads_a_form_by_its_address_and_its_day_in_words(phone: Phone) -> None:
    _send(phone, "uuid:read", size="3")
    desk = client_of(phone.peopled.town, "supervisor", "zh-hans")
    (link,) = set(re.findall(r"/office/inbox/[0-9a-f-]{36}", desk.get("/office/inbox").content.decode()))
    page = text_of(desk.get(link))
    answers = page[page.index("答案") : page.index("形成的结果")]
    assert "北街12号" in answers
    assert str(phone.peopled.home) not in answers
    assert "2026年11月2日 周一" in answers
