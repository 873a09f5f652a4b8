"""Shown by 7: a resident reads what is held, puts one right, objects to one, takes it along, and has all erased.

The attack: somebody looks for the erased in the ledger, the tables, a phone's list, and by the lake's number.
"""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.test import Client

from collection.field_town import READING, admit, draft
from collection.xlsforms import basics
from gridcommons.access.identify import program
from gridcommons.access.models import LedgerDetail
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.devices.actions import make_own_device
from gridcommons.collection.forms.actions import draft_form, publish_form
from gridcommons.collection.rounds.models import Round
from gridcommons.collection.visits.actions import Called, record_visit
from gridcommons.collection.visits.laying import write_changes
from gridcommons.kit.ids import uuid7
from gridcommons.lake.rolling import days_of
from gridcommons.lake.store import Lake
from gridcommons.people.facts.actions import record
from gridcommons.people.facts.models import Fact
from gridcommons.people.facts.rules import Told
from gridcommons.people.homes.models import Household, Person, Residence
from gridcommons.people.homes.queries import household_page
from people.people_town import PASSWORD, Peopled, people_in
from town import AT, NEXT_GRID, Town
from web.office_town import client_of, stop_clock, text_of

LATER = AT + timedelta(hours=6)
TODAY = AT.date()
NAME, ROUND = "测试邻居", "独居老人走访"
HEADERS = {"X-OpenRosa-Version": "1.0"}


@pytest.fixture
def peopled(town: Town, monkeypatch: pytest.MonkeyPatch) -> Peopled:
    stop_clock(monkeypatch, LATER)
    return people_in(town)


def _person() -> UUID:
    with scoped(Scope("^")):
        return Residence.objects.get(household__area_code=NEXT_GRID).person_id


def _lived(peopled: Peopled, lake: Lake) -> None:
    """What a year leaves behind: facts, a visit in rows and lake, visits that come again, somebody who looked."""
    me = f"person:{_person()}"
    with scoped(Scope("^")):
        dwelling = Household.objects.get(pk=peopled.next_home).dwelling_id
    told = [
        Told("household", peopled.next_home, "household.size", 3, "office", TODAY, me),
        Told("dwelling", dwelling, "dwelling.smoke_alarm", "yes", "office", TODAY, me),
        Told("person", _person(), "person.lives_alone", "yes", "office", TODAY, me),
    ]
    for one in told:
        record(told=[one], by=peopled.supervisor, at=AT)
    with scoped(Scope("^"), deed="test.story"):
        Round.objects.create(
            area_code=NEXT_GRID, matter_key="home_fire_safety", edition="-", form_key="fire_calls", name_zh=ROUND,
            name_en="Calls on the old", every_days=30, first=TODAY, last=date(2027, 6, 30), minutes=10,
            by_consent=False, begun_by="user:x", begun_at=AT,
        )  # fmt: skip
    submission = uuid7()
    called = Called(
        peopled.next_home, NEXT_GRID, TODAY, "basics", "done", 8, None, submission, f"uuid:{submission}",
        "dwellings_rentals",
    )  # fmt: skip
    record_visit(called=called, by=READING, at=AT)
    assert write_changes(lake=lake, by=program("counting"), at=AT) > 0
    household_page(household_id=peopled.next_home, viewer=peopled.next_worker, at=AT)


def _phone(peopled: Peopled) -> str:
    """The address of the list of households that the worker's phone is given."""
    made = draft("basics", basics())
    admit(made)
    version = draft_form(draft=made, by=peopled.town.county_officer, at=AT)
    publish_form(version_id=version.pk, by=peopled.town.county_officer, at=AT)
    key = make_own_device(name="手机", by=peopled.next_worker, at=AT).text
    manifest = Client().get(f"/openrosa/key/{key}/formList", headers=HEADERS).content.decode()
    address = re.search(r"<manifestUrl>[^<]*?(/openrosa[^<]*)</manifestUrl>", manifest)
    assert address, manifest
    media = Client().get(address[1], headers=HEADERS).content.decode()
    found = re.search(r"<downloadUrl>[^<]*?(/openrosa[^<]*households[^<]*)</downloadUrl>", media)
    assert found, media
    return found[1]


def _given(address: str) -> list[dict[str, str]]:
    body = b"".join(Client().get(address, headers=HEADERS))
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))


def _signed_in(peopled: Peopled) -> Client:
    """By the code of the desk, with nobody beside."""
    desk, me = client_of(peopled.town, "supervisor", "en"), Client()
    me.cookies["language"] = "en"
    page = text_of(desk.post(f"/office/homes/person/{_person()}/do/invite", {"checked": "card"}, follow=True))
    code = re.search(r"/me/open\?code=([^&\"\s<]+)", page)
    assert code, page
    given = {"code": code[1], "username": "jumin07", "first": PASSWORD, "second": PASSWORD}
    assert me.post("/me/open", given)["Location"] == "/me/held"
    return me


def _thing(me: Client, what: str) -> str:
    """The key by which the page speaks of a thing."""
    body = me.get("/me/held").content.decode()
    after = body.partition(f">{what}<")[2] or body.partition(what)[2]
    found = re.search(r'name="thing" value="([^"]+)"', after)
    assert found, (what, text_of(me.get("/me/held")))
    return found[1]


def _entries() -> list[str]:
    """Every entry of the ledger with all that it says, as it lies in the database."""
    with scoped(Scope("^")):
        return [one.body for one in LedgerDetail.objects.order_by("entry")]


def _gone(who: UUID, peopled: Peopled, address: str, number: int, lake: Lake) -> None:
    """Nothing is left of them but that each thing was done."""
    with scoped(Scope("^")):
        assert not Person.objects.filter(pk=who).exists()
        assert not Residence.objects.filter(household_id=peopled.next_home).exists()
        assert not Fact.objects.filter(given_by=f"person:{who}").exists()
        assert not Fact.objects.filter(subject_id__in=[who, peopled.next_home]).exists()
    listed = json.dumps(_given(address), ensure_ascii=False)
    assert NAME not in listed
    assert not any(row["name"] == str(peopled.next_home) and row["household_size"] for row in _given(address))
    entries = _entries()
    for deed in ("rights.invite", "rights.accept", "look.held", "rights.correct", "rights.object", "rights.erase"):
        assert any(deed in body for body in entries), deed
    assert not any(NAME in body or "Calls on the old" in body for body in entries)
    _leads_nowhere(lake, number, who)


def _leads_nowhere(lake: Lake, number: int, who: UUID) -> None:
    """The lake still counts a visit at a number of the county; whose it was nothing tells any more."""
    (listed,) = days_of(lake).values()
    assert listed
    with scoped(Scope("^")):
        left = Household.objects.filter(number=number).values_list("pk", flat=True)
        assert not Residence.objects.filter(household_id__in=list(left)).exists()
    for file in lake.folder.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            assert NAME.encode() not in content
            assert str(who).encode() not in content
            assert who.bytes not in content


def test_a_resident_sees_corrects_objects_takes_along_and_erases(peopled: Peopled, tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake")
    _lived(peopled, lake)
    address, who = _phone(peopled), _person()
    assert str(peopled.next_home) in {row["name"] for row in _given(address)}, _given(address)
    me = _signed_in(peopled)

    page = text_of(me.get("/me/held"))
    for held in (NAME, "3", "Calls on the old", "opened"):
        assert held in page, held

    me.post("/me/held/do", {"wish": "correct", "thing": _thing(me, "People who live here"), "value": "2"})
    (row,) = [row for row in _given(address) if row["name"] == str(peopled.next_home)]
    assert row["household_size"] == "2", "what a phone is given is what the resident said"
    me.post("/me/held/do", {"wish": "object", "thing": _thing(me, "Calls on the old")})
    assert "nobody comes" in text_of(me.get("/me/held"))

    taken = json.loads(me.get("/me/held.json").content)
    assert NAME in json.dumps(taken, ensure_ascii=False)
    rows = list(csv.reader(io.StringIO(me.get("/me/held.csv").content.decode("utf-8-sig"))))
    assert any(NAME in cell for line in rows for cell in line)

    with scoped(Scope("^")):
        number = Household.objects.get(pk=peopled.next_home).number
    me.post("/me/held/do", {"wish": "erase"})
    assert _person() == who, "nothing goes before it is said once more"
    me.post("/me/held/do", {"wish": "erase", "sure": "1"})
    _gone(who, peopled, address, number, lake)
