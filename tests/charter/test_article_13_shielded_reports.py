"""Article 13: what a person under threat reported leads nobody to them: no contact, no address, no pin, on no way."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from gridcommons.access.identify import program
from gridcommons.access.rules import Scope, Viewer
from gridcommons.access.scope import scoped, viewing
from gridcommons.cases.actions import Reported, accept, dispatch, feed_back, file_case, report_case
from gridcommons.cases.filing import Report
from gridcommons.cases.models import Case, PublicCase
from gridcommons.cases.queries import case_page
from gridcommons.kit.errors import Refusal
from gridcommons.notices.models import Notice
from gridcommons.people.contacts import Contact
from gridcommons.people.homes.actions import offer_shield, shelter, shield, take_shield, unshield
from gridcommons.people.homes.calling import shelter_all
from gridcommons.people.models import ReporterContact
from gridcommons.people.queries import contacts_of_phone, reporter_contact, shared_contact
from people.people_town import ADDRESS, MOTHER, PHONES, Peopled, people_in, private_login
from town import AT, COUNTY, FAR, HERE, OTHER_TOWNSHIP, Town
from web.office_town import client_of, stop_clock, text_of

LATER = AT + timedelta(hours=1)
JOB = program("shelter")
HOME_MATTER, STREET_MATTER = "home_fire_safety", "street_lamps"


@pytest.fixture
def peopled(town: Town, monkeypatch: pytest.MonkeyPatch) -> Peopled:
    stop_clock(monkeypatch, LATER)
    return people_in(town)


def _report(by: Viewer, matter: str = HOME_MATTER, phone: str = PHONES[MOTHER], **more: Any) -> Reported:
    given: dict[str, Any] = {
        "lon": HERE[0], "lat": HERE[1], "address": ADDRESS, "contact": Contact("测试母亲", phone),
        "share_with_handler": True,
    }  # fmt: skip
    return report_case(report=Report(matter, "请来看看", **(given | more)), channel="page", by=by, at=AT)


def _case(made: Reported) -> Case:
    with scoped(Scope("^")):
        return Case.objects.get(pk=made.case_id)


def _contact(made: Reported) -> ReporterContact:
    with scoped(Scope("^")):
        return ReporterContact.objects.get(pk=_case(made).contact_id)


def _to_handler(peopled: Peopled, case_id: UUID) -> None:
    file_case(case_id=case_id, by=peopled.supervisor, at=LATER)
    dispatch(case_id=case_id, to_area=COUNTY, to_kind="urban_management", by=peopled.dispatcher, at=LATER)
    accept(case_id=case_id, by=peopled.handler, at=LATER)


def _refused(look: Any, **facts: Any) -> bool:
    try:
        look(at=LATER, **facts)
    except Refusal as refusal:
        return refusal.status in (403, 404)
    return False


def test_whoever_reads_contacts_and_handles_learns_neither_who_nor_where(peopled: Peopled) -> None:
    made = _report(peopled.town.public)
    _to_handler(peopled, made.case_id)
    contact = _contact(made).pk
    assert (
        shared_contact(contact_id=contact, viewer=peopled.handler, at=LATER, purpose="service").phone == PHONES[MOTHER]
    )
    shield(person_id=peopled.people[MOTHER], by=peopled.supervisor, at=LATER)
    for viewer in (peopled.town.second_supervisor, peopled.dispatcher, peopled.county_officer, peopled.worker):
        assert _refused(reporter_contact, contact_id=contact, viewer=viewer, purpose="service"), viewer.name
    assert _refused(shared_contact, contact_id=contact, viewer=peopled.handler, purpose="service")
    with viewing(peopled.dispatcher, LATER):
        assert not ReporterContact.objects.filter(pk=contact).exists()
    try:
        found = contacts_of_phone(phone=PHONES[MOTHER], viewer=peopled.dispatcher, at=LATER, purpose="service")
    except Refusal:
        found = ()
    assert found == ()
    for viewer in (peopled.supervisor, peopled.dispatcher, peopled.handler, peopled.worker):
        try:
            page = case_page(case_id=made.case_id, viewer=viewer, at=LATER, purpose="service")
        except Refusal:
            continue
        assert (page.address, page.lon, page.lat) == ("", None, None), viewer.name


def test_pages_searches_exports_and_links_do_not_say_it(peopled: Peopled) -> None:
    made = _report(peopled.town.public)
    _to_handler(peopled, made.case_id)
    shield(person_id=peopled.people[MOTHER], by=peopled.supervisor, at=LATER)
    for name in ("supervisor", "dispatcher", "handler", "worker"):
        client = client_of(peopled.town, name, "en")
        for address in (f"/office/case/{made.case_id}", f"/field/case/{made.case_id}", "/office/", "/field/",
                        f"/office/search?q={ADDRESS}", "/office/export"):  # fmt: skip
            body = text_of(client.get(address, follow=True)).partition("<main")[2].replace(f'value="{ADDRESS}"', "")
            assert PHONES[MOTHER] not in body, (name, address)
            assert f"{HERE[0]}" not in body, (name, address)
            assert address.startswith("/office/search") or ADDRESS not in body, (name, address)
    case = _case(made)
    assert (case.address, case.lon, case.lat) == ("", None, None), "links, files and exports are written from this row"


def _pin(made: Reported) -> float | None:
    with scoped(Scope("^")):
        return PublicCase.objects.get(number=made.number).lon


def test_the_public_row_of_a_street_lamp_loses_its_pin_and_staff_keep_the_place(peopled: Peopled) -> None:
    me = private_login(peopled, MOTHER)
    before = _report(me, STREET_MATTER, address="北街路口")
    _to_handler(peopled, before.case_id)
    assert _pin(before) is not None
    shield(person_id=peopled.people[MOTHER], by=peopled.supervisor, at=LATER)
    since = _report(me, STREET_MATTER, address="北街路口", phone="")
    shelter_all(by=JOB, at=LATER)
    feed_back(case_id=before.case_id, evidence="已换", by=peopled.handler, at=LATER)
    for made in (before, since):
        assert _pin(made) is None
        assert _case(made).address == "北街路口"
    answer = client_of(peopled.town, "public").get(f"/open311/v2/requests/{before.number}.json")
    assert PHONES[MOTHER] not in answer.content.decode()
    assert not answer.json()[0].get("long")


@pytest.mark.parametrize("matter", [HOME_MATTER, STREET_MATTER])
def test_nobody_finds_out_by_a_report_of_their_own_whose_phone_is_under_a_shield(peopled: Peopled, matter: str) -> None:
    """Whoever looks for somebody reports by their phone, and looks at what they reported again and again."""
    made = _report(peopled.town.public, matter)
    client = client_of(peopled.town, "public")

    def seen() -> list[str]:
        client.post("/track", {"code": made.code})
        pages = [f"/open311/v2/requests/{made.number}.json", f"/cases/{made.number}", "/track/case", "/track/notices"]
        answers = [client.get(page, follow=True) for page in pages]
        said = [f"{one.status_code} {text_of(one).partition('<main')[2] or text_of(one)}" for one in answers]
        return [re.sub("csrf[^>]*>", "", one) for one in said]

    before = seen()
    assert any("200 " in one for one in before[2:])
    shield(person_id=peopled.people[MOTHER], by=peopled.supervisor, at=LATER)
    shelter_all(by=JOB, at=LATER)
    assert _contact(made).area_code == "", "it was put away"
    assert seen() == before


def test_another_person_s_reports_stay_as_they_are(peopled: Peopled) -> None:
    other = _report(peopled.town.public, phone="10000000099")
    shield(person_id=peopled.people[MOTHER], by=peopled.supervisor, at=LATER)
    assert (_case(other).address, _contact(other).area_code != "") == (ADDRESS, True)


def test_steps_leave_it_put_away_and_the_end_of_the_threat_puts_it_back(peopled: Peopled) -> None:
    made = _report(peopled.town.public)
    before = _contact(made)
    shield(person_id=peopled.people[MOTHER], by=peopled.supervisor, at=LATER)
    _to_handler(peopled, made.case_id)
    kept = [key for key in before.parties if not key.startswith("office:")]
    assert (_contact(made).area_code, _contact(made).parties) == ("", [*kept, peopled.supervisor.key])
    unshield(person_id=peopled.people[MOTHER], by=peopled.supervisor, at=LATER)
    after, case = _contact(made), _case(made)
    assert (after.area_code, after.parties, after.share_with_handler) == (before.area_code, before.parties, True)
    assert (case.address, case.lon, case.lat) == (ADDRESS, HERE[0], HERE[1])


def test_who_answers_from_now_on_is_told_to_the_person_by_their_private_login_alone(peopled: Peopled) -> None:
    login, who = private_login(peopled, MOTHER), peopled.people[MOTHER]
    other = peopled.town.second_supervisor
    shield(person_id=who, by=peopled.supervisor, at=AT)
    offer_shield(person_id=who, officer=other, by=peopled.supervisor, at=AT)
    with scoped(Scope("^")):
        assert not Notice.objects.filter(text_key="shield.handed").exists(), "nothing is handed over yet"
    take_shield(person_id=who, by=other, at=LATER)
    with scoped(Scope("^")):
        (told,) = Notice.objects.filter(text_key="shield.handed")
    assert (told.to, told.channel, told.private, told.area_code) == (login.key, "inside", True, "")
    assert told.parties == [login.key]
    assert not told.facts
    for viewer in (peopled.supervisor, peopled.dispatcher, peopled.worker, other):
        with viewing(viewer, LATER):
            assert not Notice.objects.filter(pk=told.pk).exists(), viewer.name


def test_what_is_reported_under_the_shield_and_in_another_township_is_put_away_too(peopled: Peopled) -> None:
    far = _report(peopled.town.public, lon=FAR[0], lat=FAR[1])
    assert _contact(far).area_code.startswith(OTHER_TOWNSHIP)
    shield(person_id=peopled.people[MOTHER], by=peopled.supervisor, at=LATER)
    new = _report(peopled.town.public)
    _to_handler(peopled, new.case_id)
    assert shelter_all(by=JOB, at=LATER) == 1
    assert shelter_all(by=JOB, at=LATER) == 0, "nothing is left"
    for made in (far, new):
        case = _case(made)
        assert (case.address, case.lon, case.lat) == ("", None, None)
        assert (_contact(made).area_code, _contact(made).share_with_handler) == ("", False)
        contact = _contact(made).pk
        for viewer in (peopled.town.second_supervisor, peopled.far_supervisor, peopled.handler):
            assert _refused(reporter_contact, contact_id=contact, viewer=viewer, purpose="service"), viewer.name
        found = reporter_contact(contact_id=contact, viewer=peopled.supervisor, at=LATER, purpose="service")
        assert found.phone == PHONES[MOTHER]
    unshield(person_id=peopled.people[MOTHER], by=peopled.supervisor, at=LATER)
    assert (_case(new).address, _case(far).address) == (ADDRESS, ""), "the other township is beyond the officer"
    shield(person_id=peopled.people[MOTHER], by=peopled.supervisor, at=LATER)
    unshield(person_id=peopled.people[MOTHER], by=peopled.supervisor, at=LATER)
    assert shelter_all(by=JOB, at=LATER) == 1, "so the program puts it back"
    assert shelter_all(by=JOB, at=LATER) == 0
    for made in (far, new):
        assert _case(made).address == ADDRESS
        assert _contact(made).area_code != ""


def test_who_takes_a_person_over_comes_to_what_was_put_away_and_whoever_hands_over_does_not(peopled: Peopled) -> None:
    shield(person_id=peopled.people[MOTHER], by=peopled.supervisor, at=LATER)
    made = _report(peopled.town.public)
    assert shelter_all(by=JOB, at=LATER) == 1
    other = peopled.town.second_supervisor
    offer_shield(person_id=peopled.people[MOTHER], officer=other, by=peopled.supervisor, at=LATER)
    take_shield(person_id=peopled.people[MOTHER], by=other, at=LATER)
    contact = _contact(made).pk
    facts: dict[str, Any] = {"contact_id": contact, "purpose": "service"}
    assert reporter_contact(**facts, viewer=other, at=LATER).phone == PHONES[MOTHER]
    assert _refused(reporter_contact, **facts, viewer=peopled.supervisor)
    assert shelter_all(by=JOB, at=LATER) == 0


def test_only_the_program_goes_over_shielded_persons(peopled: Peopled) -> None:
    shield(person_id=peopled.people[MOTHER], by=peopled.supervisor, at=LATER)
    for viewer in (peopled.supervisor, peopled.county_officer, peopled.worker, peopled.town.resident):
        assert _refused(shelter, person_id=peopled.people[MOTHER], by=viewer), viewer.name
