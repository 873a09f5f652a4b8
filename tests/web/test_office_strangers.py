"""The stranger must not: every door of the office and the field, for everybody who has no business there."""

from __future__ import annotations

import re
from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from gridcommons.access.roles import ROLES
from gridcommons.access.scope import viewing
from gridcommons.cases.actions import Reported, add_photo
from gridcommons.cases.models import Case, Photo
from gridcommons.kit.words import Words
from gridcommons.people.contacts import Contact
from gridcommons.web.office.ways import SHELVES, Shelf, Way, kept
from gridcommons.web.signposts import navigation
from town import GRID, TOWNSHIP, Town
from web.office_town import LATER, client_of, count, employ, picture, report, stop_clock, text_of, to_handled

SECRET = "墙后第三盏灯"
OUTSIDE = ("public", "resident", "neighbour", "stranger")
STRANGERS = (*OUTSIDE, "next_worker", "far_supervisor", "other_handler", "county_officer", "auditor")
STEPS = ("file", "void", "dispatch", "accept", "send_back", "pass_on", "feed_back", "rework", "close", "settle")


@pytest.fixture(scope="module")
def standing_staffed(standing_town: Town) -> Town:
    employ(standing_town)
    return standing_town


@pytest.fixture
def town(standing_staffed: Town, db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    stop_clock(monkeypatch)
    return standing_staffed


@pytest.fixture(scope="module")
def standing_made(standing_staffed: Town) -> Reported:
    contact = Contact(name="测试甲", phone="10012345678")
    case = report(standing_staffed, text=SECRET, contact=contact, share_with_handler=True)
    to_handled(standing_staffed, case.case_id)
    count()
    return case


@pytest.fixture
def made(standing_made: Reported, town: Town) -> Reported:
    assert town
    return standing_made


def photo_id(town: Town, case_id: UUID) -> UUID:
    return add_photo(case_id=case_id, data=picture(), by=town.supervisor, at=LATER).pk


def assert_shut(answer: object, made: Reported) -> None:
    assert answer.status_code in {403, 404}  # type: ignore[attr-defined]
    body = text_of(answer)  # type: ignore[arg-type]
    for secret in (SECRET, made.number, "10012345678", "测试甲", "灯泡已更换"):
        assert secret not in body


@pytest.mark.parametrize("name", STRANGERS)
def test_no_page_of_the_case_opens(town: Town, made: Reported, name: str) -> None:
    case, photo = made.case_id, photo_id(town, made.case_id)
    client = client_of(town, name)
    for address in (
        f"/office/case/{case}", f"/office/case/{case}?print=1", f"/office/case/{case}/looks",
        f"/office/case/{case}/photo/{photo}", f"/field/case/{case}",
    ):  # fmt: skip
        assert_shut(client.get(address), made)


@pytest.mark.parametrize("name", STRANGERS)
def test_no_step_is_taken_and_nothing_is_shown(town: Town, made: Reported, name: str) -> None:
    case, client = made.case_id, client_of(town, name)
    sent = {
        f"{step}-{field}": "试一试" for step in STEPS for field in ("reason", "note", "evidence", "check", "office")
    }
    for step in STEPS:
        assert_shut(client.post(f"/office/case/{case}/do/{step}", sent), made)
        assert_shut(client.post(f"/field/case/{case}/do/{step}", {"note": "试一试"}), made)
    assert_shut(client.post(f"/office/case/{case}/contact"), made)
    assert_shut(client.post(f"/office/case/{case}/photo"), made)
    with viewing(town.supervisor, LATER):
        assert Case.objects.get(pk=case).state == "handled"
        assert not Photo.objects.filter(case_id=case).exists()


@pytest.mark.parametrize("name", STRANGERS)
def test_no_list_holds_the_case(town: Town, made: Reported, name: str) -> None:
    client = client_of(town, name)
    for address in ("/office/queue?tab=all", "/office/queue.csv?tab=all", "/office/notices", "/field/", "/office/"):
        body = text_of(client.get(address, follow=True))
        assert SECRET not in body
        assert made.number not in body


@pytest.mark.parametrize("name", OUTSIDE)
@pytest.mark.parametrize(
    "address",
    ["/office/", f"/office/area/{GRID}", f"/office/area/{TOWNSHIP}/map.geojson", "/office/queue", "/office/queue.csv",
     "/office/notices", "/field/", "/field/report", "/field/report/matters?q=lamp", "/field/grids.geojson"],
)  # fmt: skip
def test_residents_and_the_public_are_refused(town: Town, name: str, address: str) -> None:
    assert client_of(town, name).get(address).status_code == 403


@pytest.mark.parametrize("name", ["supervisor", "dispatcher", "handler", "county_officer", "auditor"])
def test_the_field_is_for_grid_workers(town: Town, name: str) -> None:
    assert client_of(town, name).get("/field/").status_code == 403
    assert client_of(town, name).post("/field/report", {"text": "x"}).status_code == 403


def test_whoever_has_not_signed_in_is_shown_the_door(town: Town) -> None:
    answer = client_of(town, "public", "en").get("/office/queue")
    assert answer.status_code == 403
    assert "/accounts/login/?next=/office/queue" in text_of(answer)


@pytest.mark.parametrize("name", ["supervisor", "dispatcher", "handler", "worker"])
def test_a_case_that_is_none_and_one_of_others_answer_alike(town: Town, name: str) -> None:
    answer = client_of(town, name).get(f"/office/case/{uuid4()}")
    assert answer.status_code == 404


def test_a_photo_of_another_case_is_not_found_under_this_one(town: Town, made: Reported) -> None:
    other = report(town)
    photo = photo_id(town, made.case_id)
    assert client_of(town, "supervisor").get(f"/office/case/{other.case_id}/photo/{photo}").status_code == 404


def test_an_auditor_is_told_what_can_be_done_and_a_county_officer_why_there_is_no_queue(town: Town) -> None:
    page = text_of(client_of(town, "auditor", "en").get("/office/audit"))
    assert "gridcommons ledger verify" in page
    assert "/about/ledger" in page
    assert client_of(town, "resident").get("/office/audit").status_code == 403
    answer = client_of(town, "county_officer", "en").get("/office/queue")
    assert answer.status_code == 403
    assert "Your role has no queue" in text_of(answer)


def test_the_page_of_all_pages_shows_what_a_post_opens_and_nobody_without_a_post(town: Town) -> None:
    assert "What an auditor can do" in text_of(client_of(town, "auditor", "en").get("/office/more"))
    answers = {name: client_of(town, name).get("/office/more").status_code for name in OUTSIDE}
    assert answers == dict.fromkeys(OUTSIDE, 403)


def test_a_way_is_shown_to_the_posts_that_open_it() -> None:
    way = Way("office-audit", Words("甲", "one"), Words("乙", "two"), "shield-check", frozenset({"case.dream"}))
    gone = Way("office-not-there", Words("甲", "one"), Words("乙", "two"), "shield-check")
    assert gone.url == ""
    shelf = Shelf(Words("架", "shelf"), (way, gone))
    assert kept((shelf,), frozenset()) == ()
    assert [one.name for one in kept((shelf,), frozenset({"case.dream"}))[0].ways] == ["office-audit"]


@pytest.mark.parametrize("way", [way for shelf in SHELVES for way in shelf.ways], ids=lambda way: way.name)
def test_every_way_leads_to_a_page_and_its_deeds_are_known(way: Way) -> None:
    assert way.url.startswith("/office/")
    assert way.opened_by <= {deed for role in ROLES.values() for deed in role.deeds}


def test_a_page_on_a_shelf_lights_the_entry_more() -> None:
    lit = {item.url for item in navigation("/office/audit", signed_in=True) if item.current}
    assert lit == {"/office/more"}
    assert {item.url for item in navigation("/office/area/33", signed_in=True) if item.current} == {"/office/"}


@pytest.mark.parametrize("page", ["/office/homes", "/office/", "/office/signals/send", "/field/"])
def test_a_resident_reads_where_their_own_things_are(town: Town, page: str) -> None:
    answer = client_of(town, "resident", "en").get(page)
    text = text_of(answer)
    assert answer.status_code == 403
    assert "signed in as a resident" in text
    own = reverse("resident-me")
    assert f'class="btn btn-primary" href="{own}"' in text
    assert "Grants" not in text
    assert "post" not in re.sub(r"<[^>]+>", " ", text.partition("<main")[2].partition("</main>")[0])
    assert "/office/more" not in text, "the ways of staff lead nowhere for them"


def test_staff_whose_post_does_not_include_it_still_read_who_has_it(town: Town) -> None:
    text = text_of(client_of(town, "handler", "en").get("/office/homes"))
    assert "the page “Grants” says who has it" in text
    assert "signed in as a resident" not in text
