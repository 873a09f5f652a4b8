"""Charter 3, Bound: every look names a purpose that the grant allows, is logged, and is readable by the person.

The attacks: no purpose, another purpose, a purpose that the grant left out, an ended grant; reading the looks at
somebody else; a list of looks that tells about the others who stand in it.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client

from charter.deeds_of_campaigns import CAMPAIGN_LOOKS
from charter.deeds_of_people import PEOPLE_LOOKS
from gridcommons.access.deeds import REGISTRY
from gridcommons.access.queries import Entry, who_looked
from gridcommons.access.roles import ROLES
from gridcommons.access.rules import INDEPENDENT, GrantFacts, Scope, Viewer
from gridcommons.access.scope import scoped
from gridcommons.cases.actions import Reported, add_photo, dispatch, file_case, report_case
from gridcommons.cases.codes import track_key
from gridcommons.cases.filing import Report
from gridcommons.cases.finding.queries import cases_of_contacts, found_cases, own_searches
from gridcommons.cases.finding.rules import Wish, parse
from gridcommons.cases.founding.queries import sent_sheets
from gridcommons.cases.models import Case, Photo
from gridcommons.cases.queries import (
    Filter,
    case_page,
    looks_at_case,
    my_cases,
    own_case,
    own_photo,
    photo_of,
    queue,
    tracked_case,
    with_code,
)
from gridcommons.kit.errors import Refusal
from gridcommons.notices.queries import inbox, notices_about, own_wish, wish_of_reporter
from gridcommons.people.contacts import Contact
from gridcommons.people.queries import contacts_of_phone, reporter_contact, shared_contact
from quiet_town import QUIET_LOOKS
from town import AT, COUNTY, HERE, Town
from web.office_town import client_of, picture, stop_clock

LATER = AT + timedelta(hours=1)
READER = Contact(name="测试甲", phone="10012345678")


@pytest.fixture(scope="module")
def standing_report(standing_town: Town) -> Reported:
    """A report by the resident with a photo and a contact that may be shared, sent to an office."""
    town = standing_town
    report = Report("street_lamps", "路灯不亮", *HERE, contact=READER, share_with_handler=True, photos=(picture(),))
    done = report_case(report=report, channel="page", by=town.resident, at=AT)
    file_case(case_id=done.case_id, by=town.supervisor, at=AT)
    dispatch(case_id=done.case_id, to_area=COUNTY, to_kind="urban_management", by=town.dispatcher, at=AT)
    return done


@pytest.fixture
def made(standing_report: Reported, town: Town) -> Reported:
    assert town
    return standing_report


def _row(made: Reported) -> Case:
    with scoped(Scope("^")):
        return Case.objects.get(pk=made.case_id)


def _photo(made: Reported) -> UUID:
    with scoped(Scope("^")):
        found: UUID = Photo.objects.get(case_id=made.case_id).pk
    return found


def _contact(made: Reported) -> UUID:
    found = _row(made).contact_id
    assert isinstance(found, UUID)
    return found


def _details() -> list[tuple[dict[str, Any], list[str]]]:
    with scoped(Scope("^")), connection.cursor() as cursor:
        cursor.execute("SELECT body, parties FROM access_ledgerdetail ORDER BY entry")
        return [(json.loads(body), parties) for body, parties in cursor.fetchall()]


OF_THE_OFFICE = {"look.grants", "look.glass", "look.handouts", "look.ledger", "look.case_key", "look.keys",
                 "look.devices"}  # fmt: skip
"""Looks at what the office itself does: who holds which grant, what two persons agreed on, the ledger without words."""
BY_TWO = {"look.export"}
"""Tried in `test_article_03_two_persons.py`."""
BY_SYSTEMS = {
    "look.partner_case", "look.partner_photo", "look.partner_paper", "look.partner_file", "look.partner_visit",
}  # fmt: skip
"""What leaves over a link agreed on by two: `test_article_03_partners.py`; visits: `test_visits_linked.py`."""
OF_TABLES = {"look.problem", "look.concerns", "look.own_concern"}
"""Tried in `test_article_04_problems.py` and `test_article_10_opinions.py`: no person stands behind them."""
OF_THE_HOTLINE = {
    "look.caller_case", "look.same_caller", "look.unplaced", "look.own_hotline_file", "look.followed_case",
}  # fmt: skip
"""Tried in `tests/cases/hotline/test_desk.py` and `tests/web/test_clerk_pages.py`."""
OF_PEOPLE = set(PEOPLE_LOOKS | CAMPAIGN_LOOKS)
"""Done once in `deeds_of_people.py` and `deeds_of_campaigns.py`; tried, the stranger too, in the tests named there."""
FROM_THE_FIELD = {
    "look.inbox", "look.submission", "look.submission_picture", "look.submissions_said", "look.visits",
    "look.on_phone", "look.own_submission", "look.pack", "look.pack_list", "look.due",
}  # fmt: skip
"""Tried in `tests/collection/test_repairing.py`, `test_field_doors.py` and `test_looks_of_phones.py` beside it."""
Look = Callable[[Town, Reported, str], object]
LOOKS: dict[str, tuple[str, Look]] = {
    "a case": ("supervisor", lambda t, m, p: case_page(case_id=m.case_id, viewer=t.supervisor, at=LATER, purpose=p)),
    "a queue": ("worker", lambda t, m, p: queue(wanted=Filter(), viewer=t.worker, at=LATER, purpose=p)),
    "what a search found": (
        "supervisor",
        lambda t, m, p: found_cases(wish=Wish(parse("路灯")), viewer=t.supervisor, at=LATER, purpose=p),
    ),
    "a caller's contacts": (
        "supervisor",
        lambda t, m, p: contacts_of_phone(phone=READER.phone, viewer=t.supervisor, at=LATER, purpose=p),
    ),
    "a caller's cases": (
        "supervisor",
        lambda t, m, p: cases_of_contacts(contacts=[_contact(m)], viewer=t.supervisor, at=LATER, purpose=p),
    ),
    "a photo": (
        "handler",
        lambda t, m, p: photo_of(case_id=m.case_id, photo_id=_photo(m), viewer=t.handler, at=LATER, purpose=p),
    ),
    "a contact": (
        "supervisor",
        lambda t, m, p: reporter_contact(contact_id=_contact(m), viewer=t.supervisor, at=LATER, purpose=p),
    ),
    "a shared contact": (
        "handler",
        lambda t, m, p: shared_contact(contact_id=_contact(m), viewer=t.handler, at=LATER, purpose=p),
    ),
    "how to reach somebody": (
        "supervisor",
        lambda t, m, p: wish_of_reporter(contact_id=_contact(m), viewer=t.supervisor, at=LATER, purpose=p),
    ),
    "whether notices arrived": (
        "supervisor",
        lambda t, m, p: notices_about(about=f"case:{m.case_id}", viewer=t.supervisor, at=LATER, purpose=p),
    ),
    "the looks at a case": (
        "supervisor",
        lambda t, m, p: looks_at_case(case_id=m.case_id, viewer=t.supervisor, at=LATER, purpose=p),
    ),
}
OWN_LOOKS: dict[str, Look] = {
    "by code": lambda t, m, p: tracked_case(code=m.code, viewer=with_code(t.public, m.code), at=LATER, purpose=p),
    "by account": lambda t, m, p: own_case(case_id=m.case_id, viewer=t.resident, at=LATER, purpose=p),
    "own photo": lambda t, m, p: own_photo(
        case_id=m.case_id, photo_id=_photo(m), viewer=t.resident, at=LATER, purpose=p
    ),
    "own list": lambda t, m, p: my_cases(viewer=t.resident, at=LATER, purpose=p),
}


@pytest.mark.parametrize("what", LOOKS)
def test_each_look_writes_one_entry_with_reader_purpose_and_the_person(what: str, town: Town, made: Reported) -> None:
    name, look = LOOKS[what]
    before = len(_details())
    look(town, made, "service")
    entries = _details()[before:]
    assert len(entries) == 1
    body, parties = entries[0]
    assert body["what"].startswith("look.")
    assert (body["by"], body["purpose"]) == (getattr(town, name).key, "service")
    assert datetime.fromisoformat(body["at"]) == LATER
    assert {track_key(made.code), town.resident.key} <= set(parties)
    assert set(body["subjects"]) >= {track_key(made.code), town.resident.key}


@pytest.mark.parametrize("what", OWN_LOOKS)
def test_reading_what_is_ones_own_is_logged_too(what: str, town: Town, made: Reported) -> None:
    before = len(_details())
    OWN_LOOKS[what](town, made, "own_case")
    assert [body["what"] for body, _parties in _details()[before:]] == ["look.own_case"]


def test_every_kind_of_look_is_tried_here(town: Town, made: Reported) -> None:
    before = len(_details())
    for _name, look in LOOKS.values():
        look(town, made, "service")
    for look in OWN_LOOKS.values():
        look(town, made, "own_case")
    who_looked(about=town.resident.key, viewer=town.resident, at=LATER)
    inbox(viewer=town.resident, language="zh-hans", at=LATER)
    sent_sheets(viewer=town.county_officer, at=LATER)
    own_wish(to=town.resident.key, viewer=town.resident, at=LATER)
    own_searches(viewer=town.supervisor, at=LATER)
    tried = {body["what"] for body, _parties in _details()[before:]}
    importlib.import_module("gridcommons.web.urls")  # every page is there, and with it every look
    looks = {key for key, one in REGISTRY.items() if one.kind == "look" and one.function.__module__[:5] == "gridc"}
    assert (
        tried | OF_THE_OFFICE | BY_TWO | BY_SYSTEMS | OF_TABLES | OF_THE_HOTLINE | OF_PEOPLE | FROM_THE_FIELD
        == looks - QUIET_LOOKS
    ), "those of the quiet rooms are tried in test_quiet_rooms"


@pytest.mark.parametrize("purpose", ["", "audit", "administration", "curiosity", "operation"])
@pytest.mark.parametrize("what", LOOKS)
def test_without_a_purpose_of_the_grant_nothing_is_shown(what: str, purpose: str, town: Town, made: Reported) -> None:
    before = len(_details())
    with pytest.raises(Refusal) as refused:
        LOOKS[what][1](town, made, purpose)
    assert refused.value.code == "access.no_purpose"
    assert len(_details()) == before


def test_a_look_cannot_be_called_without_naming_a_purpose(town: Town, made: Reported) -> None:
    for look in (case_page, reporter_contact, shared_contact, photo_of, looks_at_case):
        with pytest.raises(KeyError, match="purpose"):
            look(viewer=town.supervisor, at=LATER)  # type: ignore[call-arg]


def _with_grant(viewer: Viewer, **changes: Any) -> Viewer:
    grants: list[GrantFacts] = [replace(grant, **changes) for grant in viewer.grants]
    return replace(viewer, grants=tuple(grants))


def test_a_grant_reads_for_its_own_purposes_and_in_its_own_time(town: Town, made: Reported) -> None:
    narrow = _with_grant(town.supervisor, purposes=frozenset({"verification"}))
    with pytest.raises(Refusal) as refused:
        case_page(case_id=made.case_id, viewer=narrow, at=LATER, purpose="service")
    assert refused.value.code == "access.no_purpose"
    assert (refused.value.words().zh, refused.value.words().en) == (
        "您的授权不包含用途“受理、派遣、处置事项”。",
        "Your grant does not cover the purpose “accept, dispatch and handle a case”.",
    )
    assert case_page(case_id=made.case_id, viewer=narrow, at=LATER, purpose="verification").number == made.number
    for ended in ({"valid_to": AT}, {"revoked_at": AT}, {"valid_from": LATER + timedelta(days=1)}):
        with pytest.raises(Refusal) as refused:
            case_page(case_id=made.case_id, viewer=_with_grant(town.supervisor, **ended), at=LATER, purpose="service")
        assert refused.value.code == "case.unknown"


def test_no_role_reads_persons_for_any_purpose_it_likes() -> None:
    for role in ROLES.values():
        if any(deed.startswith("look.") for deed in role.deeds - OF_THE_OFFICE) and role.grantable:
            allowed = {"review", "mediation"} if role.side == INDEPENDENT else {"service", "verification"}
            assert role.purposes <= allowed, role.key
            assert role.side != INDEPENDENT or len(role.purposes) == 1, role.key


def _seen(entries: list[Entry]) -> set[str]:
    return {entry.what for entry in entries}


def test_the_reporter_reads_who_looked_by_the_code_alone(town: Town, made: Reported) -> None:
    for _name, look in LOOKS.values():
        look(town, made, "service")
    me = with_code(town.public, made.code)
    entries = who_looked(about=track_key(made.code), viewer=me, at=LATER)
    assert _seen(entries) >= {"look.case", "look.queue", "look.reporter", "look.shared_reporter"}
    contact = next(entry for entry in entries if entry.what == "look.reporter")
    assert (contact.by, contact.purpose, contact.at) == (town.supervisor.key, "service", LATER)


def test_the_reporter_reads_who_looked_by_their_account(town: Town, made: Reported) -> None:
    for _name, look in LOOKS.values():
        look(town, made, "service")
    entries = who_looked(about=town.resident.key, viewer=town.resident, at=LATER, by_others=True)
    told = {"look.reporter_wish", "look.case_notices", "look.found", "look.caller"}
    assert _seen(entries) == {"look.case", "look.queue", "look.reporter", "look.shared_reporter"} | told
    assert len(entries) == len(LOOKS)


def test_the_case_page_of_the_code_shows_the_looks(town: Town, made: Reported, monkeypatch: pytest.MonkeyPatch) -> None:
    stop_clock(monkeypatch)
    reader = Client()
    reader.cookies["language"] = "en"
    assert reader.post("/track", {"code": made.code.lower().replace("-", " ")}).status_code == 302
    before = reader.get("/track/case").content.decode()
    assert "Nobody has looked" in before
    client_of(town, "supervisor").get(f"/office/case/{made.case_id}")
    client_of(town, "supervisor").post(f"/office/case/{made.case_id}/contact", {"purpose": "verification"})
    client_of(town, "supervisor").get("/office/queue?tab=open")
    after = reader.get("/track/case").content.decode()
    assert "Nobody has looked" not in after
    for words in ("opened the page of the case", "opened your contact", "saw the case in a list", "check on site"):
        assert words in after, words
    assert "supervision office" in after


@pytest.mark.parametrize(
    "name", ["neighbour", "stranger", "handler", "supervisor", "county_officer", "auditor", "public"]
)
def test_nobody_reads_who_looked_at_somebody_else(name: str, town: Town, made: Reported) -> None:
    viewer = getattr(town, name)
    before = len(_details())
    for about in (track_key(made.code), town.resident.key, f"case:{made.case_id}", "", "track:", "user:"):
        with pytest.raises(Refusal):
            who_looked(about=about, viewer=viewer, at=LATER)
    assert len(_details()) == before


def test_a_guessed_code_reads_no_looks(town: Town, made: Reported) -> None:
    guess = made.code[:-1] + ("2" if made.code[-1] != "2" else "3")
    me = with_code(town.public, guess)
    with pytest.raises(Refusal):
        who_looked(about=track_key(made.code), viewer=me, at=LATER)
    assert who_looked(about=track_key(guess), viewer=me, at=LATER) == []


def test_a_list_of_looks_tells_nothing_of_the_others_in_it(town: Town, made: Reported) -> None:
    other = report_case(
        report=Report("street_lamps", "还有一盏", *HERE),
        channel="page",
        by=town.neighbour,
        at=AT + timedelta(minutes=1),
    )
    queue(wanted=Filter(), viewer=town.worker, at=LATER)
    add_photo(case_id=other.case_id, data=picture(), by=town.worker, at=LATER)
    for viewer in (town.resident, town.worker):
        entries = who_looked(about=viewer.key, viewer=viewer, at=LATER)
        assert entries
        shown = {subject for entry in entries for subject in entry.subjects}
        assert not {s for s in shown if s.startswith(("user:", "track:"))} - viewer.parties_at(LATER)
    case_page(case_id=made.case_id, viewer=town.handler, at=LATER, purpose="service")
    staff = looks_at_case(case_id=made.case_id, viewer=town.supervisor, at=LATER, purpose="service")
    assert staff
    assert not [s for entry in staff for s in entry.subjects if s.startswith(("user:", "track:"))]
