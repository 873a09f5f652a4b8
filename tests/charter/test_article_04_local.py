"""Charter 4, Local: persons are read at township level or below, or by a party to that very case; above stand numbers.

The attacks: an officer of the county or the city asks by page, by list, by guessed id, by raw rows; a handler of the
same township reads the reporter; the worker of the next grid; a guessed code; a matter inside a home on a public page.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from django.apps import apps
from django.core.files.storage import FileSystemStorage
from django.db import ProgrammingError, connection, transaction
from django.test import Client, TestCase

from gridcommons.access.actions import grant
from gridcommons.access.identify import program, viewer_of
from gridcommons.access.models import LedgerDetail
from gridcommons.access.queries import office_at
from gridcommons.access.roles import ROLES
from gridcommons.access.rules import PUBLIC, GrantFacts, Scope, Viewer
from gridcommons.access.scope import scoped, viewing
from gridcommons.cases.actions import (
    Reported,
    accept,
    close,
    dispatch,
    feed_back,
    file_case,
    forget_words,
    reopen,
    report_case,
    send_back,
)
from gridcommons.cases.filing import Report
from gridcommons.cases.models import Case, Photo, PublicCase, Step
from gridcommons.cases.queries import Filter, case_page, looks_at_case, photo_of, queue, tracked_case, with_code
from gridcommons.kit.errors import Refusal
from gridcommons.matters.catalogue import shipped_catalogue
from gridcommons.matters.matter import Place
from gridcommons.notices.models import Notice
from gridcommons.notices.queries import inbox
from gridcommons.outlook.situation import situation
from gridcommons.people.actions import forget_contacts
from gridcommons.people.contacts import Contact
from gridcommons.people.models import ReporterContact
from gridcommons.people.queries import reporter_contact, shared_contact
from town import AT, COUNTY, GRID, HERE, NEXT_GRID, TOWNSHIP, Town
from web.office_town import client_of, count, picture, stop_clock

LATER = AT + timedelta(hours=2)
CATALOGUE = shipped_catalogue()
HOME = [m.key for m in CATALOGUE.admitted() if m.place is Place.HOME and m.collects_on(AT.date())]
SECRETS = ("测试甲", "10012345678", "reporter@example.org", "门口的灯")
CONTACT = Contact(name=SECRETS[0], phone=SECRETS[1], email=SECRETS[2])
TABLES = (Case, Step, Photo, ReporterContact, Notice, LedgerDetail)


def _report(town: Town, *, shared: bool = False, by: str = "resident", matter: str = "street_lamps") -> Reported:
    report = Report(matter, SECRETS[3], *HERE, contact=CONTACT, share_with_handler=shared, photos=(picture(),))
    return report_case(report=report, channel="page", by=getattr(town, by), at=AT)


def _sent(town: Town, *, shared: bool = False, by: str = "resident") -> Reported:
    made = _report(town, shared=shared, by=by)
    file_case(case_id=made.case_id, by=town.supervisor, at=AT)
    dispatch(case_id=made.case_id, to_area=COUNTY, to_kind="urban_management", by=town.dispatcher, at=AT)
    return made


def _handled(town: Town, *, shared: bool = False) -> Reported:
    made = _sent(town, shared=shared)
    accept(case_id=made.case_id, by=town.handler, at=AT)
    feed_back(case_id=made.case_id, evidence="修好了", by=town.handler, at=AT)
    return made


def _contact(made: Reported) -> UUID:
    with scoped(Scope("^")):
        found = Case.objects.get(pk=made.case_id).contact_id
    assert isinstance(found, UUID)
    return found


def _photo(made: Reported) -> UUID:
    with scoped(Scope("^")):
        found: UUID = Photo.objects.get(case_id=made.case_id).pk
    return found


def _granted(viewer: Viewer, role: str, area: str, kind: str = "", at_area: str = "") -> Viewer:
    """The viewer with one more grant, given by the program itself."""
    office = office_at(at_area or area, kind).id if kind else None
    assert viewer.user_id is not None
    wanted = GrantFacts(role, (area,), (), ROLES[role].purposes, AT - timedelta(days=1), None, office)
    grant(to=viewer.user_id, wanted=wanted, by=program("test"), at=AT - timedelta(days=1))
    return viewer_of(viewer.user_id)


def _rows_of(viewer: Viewer) -> dict[str, int]:
    with viewing(viewer, LATER):
        return {model.__name__: model.objects.count() for model in TABLES}  # type: ignore[attr-defined]


ATTEMPTS: dict[str, Callable[[Viewer, Reported], object]] = {
    "the case": lambda v, m: case_page(case_id=m.case_id, viewer=v, at=LATER, purpose="service"),
    "a photo": lambda v, m: photo_of(case_id=m.case_id, photo_id=_photo(m), viewer=v, at=LATER, purpose="service"),
    "the contact": lambda v, m: reporter_contact(contact_id=_contact(m), viewer=v, at=LATER, purpose="service"),
    "the shared contact": lambda v, m: shared_contact(contact_id=_contact(m), viewer=v, at=LATER, purpose="service"),
    "the looks": lambda v, m: looks_at_case(case_id=m.case_id, viewer=v, at=LATER, purpose="service"),
    "filing": lambda v, m: file_case(case_id=m.case_id, by=v, at=LATER),
    "closing": lambda v, m: close(case_id=m.case_id, check="看过了", by=v, at=LATER),
}
ABOVE = {"the county": COUNTY, "the city": "3311", "the province": "33"}


def _answers(viewer: Viewer, made: Reported) -> dict[str, Refusal]:
    """What a viewer is told who tries everything; each attempt must be refused without a word of the report."""
    told = {}
    for what, attempt in ATTEMPTS.items():
        with pytest.raises(Refusal) as refused:
            attempt(viewer, made)
        assert not [secret for secret in SECRETS if secret in str(refused.value)], what
        told[what] = refused.value
    return told


@pytest.mark.parametrize("role", ["supervisor", "grid_worker", "dispatcher", "handler"])
@pytest.mark.parametrize("where", ABOVE)
def test_above_the_township_nothing_about_a_person_is_read(where: str, role: str, town: Town) -> None:
    made = _sent(town, shared=True)
    told = _answers(_granted(town.stranger, role, ABOVE[where]), made)
    assert {refusal.code for refusal in told.values()} == {"case.unknown", "people.no_contact"}


@pytest.mark.parametrize("role", ["supervisor", "grid_worker", "dispatcher", "handler", "county_officer"])
@pytest.mark.parametrize("where", ABOVE)
def test_above_the_township_there_are_no_rows(where: str, role: str, town: Town) -> None:
    _sent(town)
    above = _granted(town.stranger, role, ABOVE[where])
    own = {"LedgerDetail": _rows_of(above)["LedgerDetail"]}
    assert _rows_of(above) == dict.fromkeys((model.__name__ for model in TABLES), 0) | own
    with viewing(above, LATER):
        assert not [row.body for row in LedgerDetail.objects.all() if str(above.user_id) not in row.body]
    if role != "county_officer":
        assert queue(wanted=Filter(), viewer=above, at=LATER).total == 0
        assert queue(wanted=Filter(area_code=GRID, words=SECRETS[3]), viewer=above, at=LATER).rows == ()


def test_a_grant_over_county_and_township_at_once_is_no_local_one(town: Town) -> None:
    _sent(town)
    assert town.stranger.user_id is not None
    wanted = GrantFacts("supervisor", (COUNTY, TOWNSHIP), (), ROLES["supervisor"].purposes, AT, None)
    grant(to=town.stranger.user_id, wanted=wanted, by=program("test"), at=AT)
    assert _rows_of(viewer_of(town.stranger.user_id))["Case"] == 0


@pytest.mark.parametrize("path", ["/office/queue?tab=open", "/office/", "/office/notices", f"/office/area/{COUNTY}"])
def test_the_pages_of_the_county_show_no_words_of_a_report(
    path: str, town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_clock(monkeypatch)
    made = _sent(town)
    count()
    text = client_of(town, "county_officer").get(path, follow=True).content.decode()
    assert text
    assert not [secret for secret in (*SECRETS, made.code, str(made.case_id)) if secret in text]
    page = client_of(town, "county_officer").get(f"/office/case/{made.case_id}")
    assert page.status_code == 404
    assert not [secret for secret in SECRETS if secret in page.content.decode()]


def test_the_county_sees_numbers_small_ones_hidden_and_the_township_sees_them_all(town: Town) -> None:
    for _ in range(3):
        _report(town)
    count()
    above = situation(code=COUNTY, period=7, viewer=town.county_officer, at=LATER)
    below = situation(code=TOWNSHIP, period=7, viewer=town.supervisor, at=LATER)
    assert (above.now["reported"].is_exact, above.now["reported"].value) == (False, None)
    assert not above.below[TOWNSHIP]["reported"].is_exact
    assert below.now["reported"].value == 3


@pytest.mark.parametrize("name", ["stranger", "neighbour", "resident", "public"])
def test_residents_see_no_figures_of_staff(name: str, town: Town) -> None:
    with pytest.raises(Refusal) as refused:
        situation(code=COUNTY, period=7, viewer=getattr(town, name), at=LATER)
    assert refused.value.code == "outlook.staff_only"


@pytest.mark.parametrize("name", ["worker", "supervisor", "dispatcher"])
def test_the_township_and_the_grid_see_the_case(name: str, town: Town) -> None:
    made = _sent(town)
    page = case_page(case_id=made.case_id, viewer=getattr(town, name), at=LATER, purpose="service")
    assert (page.number, page.text) == (made.number, SECRETS[3])


def test_the_office_in_charge_sees_the_case_and_others_of_the_county_do_not(town: Town) -> None:
    made = _sent(town)
    assert case_page(case_id=made.case_id, viewer=town.handler, at=LATER, purpose="service").text == SECRETS[3]
    with pytest.raises(Refusal):
        case_page(case_id=made.case_id, viewer=town.other_handler, at=LATER, purpose="service")


def test_a_party_sees_its_own_case_and_no_other(town: Town) -> None:
    mine, other = _report(town), _report(town, by="neighbour")
    assert tracked_case(code=mine.code, viewer=with_code(town.public, mine.code), at=LATER).mine
    for viewer in (town.resident, with_code(town.public, mine.code), with_code(town.stranger, mine.code)):
        with viewing(viewer, LATER):
            assert list(Case.objects.values_list("pk", flat=True)) == [mine.case_id]
        with pytest.raises(Refusal) as refused:
            reopen(case_id=other.case_id, reason="不是我的", by=viewer, at=LATER)
        assert refused.value.code == "case.unknown"


@pytest.mark.parametrize("name", ["next_worker", "far_supervisor", "auditor", "stranger", "neighbour", "public"])
def test_the_stranger_must_not(name: str, town: Town) -> None:
    told = _answers(getattr(town, name), _report(town, shared=True))
    assert {refusal.status for refusal in told.values()} <= {403, 404}


@pytest.mark.parametrize("name", ["worker", "handler", "county_officer", "stranger", "public"])
def test_a_guessed_id_and_one_that_is_not_there_are_answered_alike(name: str, town: Town) -> None:
    made = _report(town)
    viewer = town.next_worker if name == "worker" else getattr(town, name)
    codes = set()
    for case_id in (made.case_id, uuid.uuid4(), UUID(int=0), UUID(int=made.case_id.int + 1)):
        with pytest.raises(Refusal) as refused:
            case_page(case_id=case_id, viewer=viewer, at=LATER, purpose="service")
        codes.add((refused.value.code, refused.value.words()))
    assert len(codes) == 1


def test_a_guessed_code_opens_nothing(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    stop_clock(monkeypatch)
    made = _report(town)
    near = [made.code[:-1] + sign for sign in "23456789ABCDEFGHJKMNPQRSTVWXYZ" if sign != made.code[-1]]
    odd = ["", "-", "%", "' OR 1=1 --", made.number, str(made.case_id), made.code[:-1], f"{made.code}2"]
    guesses = [*odd, *near]
    for guess in guesses:
        with pytest.raises(Refusal) as refused:
            tracked_case(code=guess, viewer=with_code(town.public, guess), at=LATER)
        assert refused.value.code == "case.unknown"
    answers = {Client().post("/track", {"code": guess}).status_code for guess in guesses[:3]}
    assert answers == {404}
    with pytest.raises(Refusal):  # the code without its key held as a party
        tracked_case(code=made.code, viewer=town.public, at=LATER)


def test_neither_number_nor_digest_is_the_code(town: Town) -> None:
    made = _report(town)
    with scoped(Scope("^")), connection.cursor() as cursor:
        for table in ("cases_case", "cases_step", "cases_publiccase", "access_ledgerdetail", "people_reportercontact",
                      "notices_notice", "cases_caseevent"):  # fmt: skip
            cursor.execute(f"SELECT row_to_json(t)::text FROM {table} t")
            assert not [row for (row,) in cursor.fetchall() if made.code in row], table


# Who reported


def test_a_handler_does_not_see_who_reported(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    stop_clock(monkeypatch)
    made = _handled(town)
    page = case_page(case_id=made.case_id, viewer=town.handler, at=LATER, purpose="service")
    told = inbox(viewer=town.handler, language="zh-hans", at=LATER)
    reader = client_of(town, "handler")
    pages = [reader.get(f"/office/case/{made.case_id}"), reader.get(f"/office/case/{made.case_id}/looks"),
             reader.post(f"/office/case/{made.case_id}/contact", {"purpose": "service"}),
             reader.get("/office/queue?tab=open"), reader.get("/office/queue.csv?tab=open"),
             reader.get("/office/notices")]  # fmt: skip
    shown = [repr(page), repr(told), *(answer.getvalue().decode() for answer in pages)]
    assert SECRETS[3] in shown[0]
    who = (*SECRETS[:3], str(town.resident.user_id), town.resident.name, made.code)
    assert [secret for secret in who if any(secret in text for text in shown)] == []


@pytest.mark.parametrize("shared", [True, False])
def test_a_handler_of_the_same_township_still_cannot_read_the_contact(shared: bool, town: Town) -> None:
    made = _sent(town, shared=shared)
    local = _granted(town.stranger, "handler", TOWNSHIP, "township_government")
    with viewing(local, LATER):
        assert not ReporterContact.objects.filter(pk=_contact(made)).exists()
    with viewing(town.supervisor, LATER):
        assert ReporterContact.objects.filter(pk=_contact(made)).exists(), "there is a contact to be kept from them"
    for look in (reporter_contact, shared_contact):
        with pytest.raises(Refusal):
            look(contact_id=_contact(made), viewer=local, at=LATER, purpose="service")


def test_a_handler_reads_the_cases_of_its_office_and_no_others(town: Town) -> None:
    others = _report(town)
    own = _sent(town)
    local = _granted(town.stranger, "handler", TOWNSHIP, "urban_management", at_area=COUNTY)
    with viewing(local, LATER):
        assert set(Case.objects.values_list("id", flat=True)) == {own.case_id}
    found = queue(wanted=Filter(), viewer=local, at=LATER, purpose="service")
    assert [row.id for row in found.rows] == [own.case_id]
    with pytest.raises(Refusal):
        case_page(case_id=others.case_id, viewer=local, at=LATER, purpose="service")


def test_a_grant_that_reads_no_cases_widens_no_others_sight(town: Town) -> None:
    report = Report("street_lamps", SECRETS[3], 119.29, 28.59)
    far = report_case(report=report, channel="page", by=town.resident, at=AT)
    assert far.area_code == NEXT_GRID
    both = _granted(town.worker, "auditor", TOWNSHIP, "supervision")
    with viewing(both, LATER):
        assert not Case.objects.filter(pk=far.case_id).exists()


def test_the_sealed_row_holds_nothing_to_read(town: Town) -> None:
    made = _sent(town)
    with viewing(town.supervisor, LATER):
        row = ReporterContact.objects.get(pk=_contact(made))
    blobs = [bytes(blob) for blob in (row.name_sealed, row.phone_sealed, row.email_sealed, row.phone_index) if blob]
    assert len(blobs) == 4
    assert not [secret for secret in SECRETS for blob in blobs if secret.encode() in blob]


def test_who_agreed_is_known_to_the_office_in_charge_and_to_no_other(town: Town) -> None:
    made = _sent(town, shared=True)
    contact = _contact(made)
    assert shared_contact(contact_id=contact, viewer=town.handler, at=LATER, purpose="service") == CONTACT
    with pytest.raises(Refusal):
        shared_contact(contact_id=contact, viewer=town.other_handler, at=LATER, purpose="service")
    send_back(case_id=made.case_id, reason="不属于我们", by=town.handler, at=LATER)
    dispatch(case_id=made.case_id, to_area=COUNTY, to_kind="housing_construction", by=town.dispatcher, at=LATER)
    with pytest.raises(Refusal):
        shared_contact(contact_id=contact, viewer=town.handler, at=LATER, purpose="service")
    assert shared_contact(contact_id=contact, viewer=town.other_handler, at=LATER, purpose="service") == CONTACT


def test_an_officer_who_reports_as_a_resident_is_not_given_away_by_the_list_of_looks(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    stop_clock(monkeypatch)
    local = _granted(town.stranger, "handler", TOWNSHIP, "township_government")
    made = _report(town, by="far_supervisor")
    file_case(case_id=made.case_id, by=town.supervisor, at=AT)
    dispatch(case_id=made.case_id, to_area=TOWNSHIP, to_kind="township_government", by=town.dispatcher, at=AT)
    tracked_case(code=made.code, viewer=with_code(town.far_supervisor, made.code), at=LATER)
    entries = looks_at_case(case_id=made.case_id, viewer=town.supervisor, at=LATER, purpose="service")
    assert "look.own_case" in {entry.what for entry in entries}
    assert str(town.far_supervisor.user_id) not in repr(entries)
    page = client_of(town, "supervisor", "en").get(f"/office/case/{made.case_id}/looks").content.decode()
    assert "the reporter or the public" in page
    assert "look.own_case" not in {
        entry.what for entry in looks_at_case(case_id=made.case_id, viewer=local, at=LATER, purpose="service")
    }


def test_the_reporter_is_known_to_those_who_ask_back(town: Town) -> None:
    made = _handled(town)
    found = reporter_contact(contact_id=_contact(made), viewer=town.worker, at=LATER, purpose="verification")
    assert found == CONTACT


def test_a_contact_goes_with_its_case_and_is_forgotten_after_it(town: Town) -> None:
    made = _report(town)
    contact = _contact(made)
    file_case(case_id=made.case_id, area_code=NEXT_GRID, by=town.supervisor, at=AT)
    assert reporter_contact(contact_id=contact, viewer=town.next_worker, at=AT, purpose="service") == CONTACT
    with pytest.raises(Refusal):
        reporter_contact(contact_id=contact, viewer=town.worker, at=AT, purpose="service")
    dispatch(case_id=made.case_id, to_area=COUNTY, to_kind="urban_management", by=town.dispatcher, at=AT)
    accept(case_id=made.case_id, by=town.handler, at=AT)
    feed_back(case_id=made.case_id, evidence="修好了", by=town.handler, at=AT)
    close(case_id=made.case_id, check="看过了", by=town.next_worker, at=LATER)
    assert forget_contacts(by=program("retention"), at=LATER + timedelta(days=89)) == 0
    reopen(case_id=made.case_id, reason="又不亮了", by=town.resident, at=LATER)
    assert forget_contacts(by=program("retention"), at=LATER + timedelta(days=900)) == 0


def test_ninety_days_after_the_end_the_contact_is_gone_and_the_case_stays(town: Town) -> None:
    made = _handled(town)
    close(case_id=made.case_id, check="看过了", by=town.worker, at=LATER)
    assert forget_contacts(by=program("retention"), at=LATER + timedelta(days=90)) == 1
    with scoped(Scope("^")):
        assert not ReporterContact.objects.exists()
        assert Case.objects.get(pk=made.case_id).contact_id is None


def test_two_years_after_the_end_words_places_photos_and_persons_are_gone(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    media = FileSystemStorage(tmp_path)
    monkeypatch.setattr("gridcommons.cases.storing.default_storage", media)
    made = _handled(town)
    with scoped(Scope("^")):
        (path,) = Photo.objects.values_list("path", flat=True)
    close(case_id=made.case_id, check="看过了", by=town.worker, at=LATER)
    end = LATER + timedelta(days=730)
    assert forget_words(by=program("retention"), at=end - timedelta(seconds=1)) == []
    assert media.exists(path)
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert [case.number for case in forget_words(by=program("retention"), at=end)] == [made.number]
    assert not media.exists(path)
    with scoped(Scope("^")):
        case = Case.objects.get(pk=made.case_id)
        assert (case.text, case.address, case.lon, case.lat, case.state) == ("", "", None, None, "closed")
        assert all(party.startswith("office:") for party in case.parties)
        assert case.steps.count() > 4
        assert set(case.steps.values_list("note", flat=True)) == {""}
        assert not case.photos.exists()
    public = PublicCase.objects.get(number=made.number)
    assert (public.text, public.status_note, public.lon, public.lat, public.state) == ("", "", None, None, "closed")
    with pytest.raises(Refusal):
        tracked_case(code=made.code, viewer=with_code(PUBLIC, made.code), at=end)
    assert forget_words(by=program("retention"), at=end) == [], "once is enough"


def test_of_a_step_the_web_may_empty_the_note_and_change_nothing_else(town: Town) -> None:
    _handled(town)
    with viewing(program("retention"), LATER, deed="case.forget"):
        for change in ({"note": "another"}, {"note": "", "by_name": "x"}, {"at": LATER}):
            with pytest.raises(ProgrammingError), transaction.atomic():
                Step.objects.update(**change)
        with pytest.raises(ProgrammingError), transaction.atomic():
            Step.objects.all().delete()
        assert Step.objects.update(note="") > 0


def test_the_history_of_a_case_names_no_person() -> None:
    fields = {field.name for field in apps.get_model("cases", "CaseEvent")._meta.get_fields()}
    assert not fields & {"text", "address", "lon", "lat", "contact", "track_digest", "parties"}
    assert "state" in fields


# Homes


def test_there_are_matters_inside_homes() -> None:
    assert HOME
    assert not [m.key for m in CATALOGUE.public() if m.place is Place.HOME]


@pytest.mark.parametrize("matter", HOME)
def test_a_matter_inside_a_home_is_on_no_public_page(matter: str, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    stop_clock(monkeypatch)
    made = _report(town, matter=matter)
    file_case(case_id=made.case_id, by=town.supervisor, at=AT)
    assert not PublicCase.objects.exists()
    assert Client().get(f"/cases/{made.number}").status_code == 404
    for path in (
        "/",
        "/cases",
        f"/area/{GRID}",
        "/open311/v2/requests.json",
        f"/open311/v2/requests/{made.number}.json",
    ):
        text = Client().get(path).content.decode()
        assert made.number not in text, path
        assert SECRETS[3] not in text, path


def test_a_public_case_turned_into_one_inside_a_home_leaves_the_public_list(town: Town) -> None:
    made = _report(town)
    assert PublicCase.objects.filter(number=made.number).exists()
    file_case(case_id=made.case_id, matter_key=HOME[0], by=town.supervisor, at=AT)
    assert not PublicCase.objects.exists()


def test_a_public_page_shows_no_phone_and_no_name_of_the_reporter(town: Town) -> None:
    text = f"{SECRETS[3]}，请打{SECRETS[1]}或写信到{SECRETS[2]}"
    made = report_case(
        report=Report("street_lamps", text, 119.270543, 28.590512, contact=CONTACT), channel="page", by=town.resident,
        at=AT,
    )  # fmt: skip
    shown = "".join(
        Client().get(path).content.decode()
        for path in (f"/cases/{made.number}", "/cases", f"/open311/v2/requests/{made.number}.json")
    )
    assert made.number in shown
    hidden = (*SECRETS[:3], str(town.resident.user_id), made.code, str(made.case_id), "119.270543", "28.590512")
    assert [secret for secret in hidden if secret in shown] == []
