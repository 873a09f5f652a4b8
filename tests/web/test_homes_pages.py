"""Pages of homes and of residents' rights, through the browser's door; and who must not come to them."""

from __future__ import annotations

import json
import re
from datetime import date
from uuid import UUID

import pytest
from django.test import Client

from gridcommons.access.models import LedgerDetail, User
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.listing import households_on_phone
from gridcommons.notices.models import Preference
from gridcommons.people.facts.actions import record
from gridcommons.people.facts.rules import Told
from gridcommons.people.homes.actions import add_home, add_person, end_home, shield
from gridcommons.people.homes.models import Household, Person, Residence
from gridcommons.people.homes.queries import households
from gridcommons.people.homes.rules import NewHome, NewPerson
from gridcommons.people.merging.models import Join
from people.people_town import ADDRESS, CHILD, FATHER, MOTHER, NUMBERS, PASSWORD, PHONES, Peopled
from town import AT, COUNTY, GRID, NEXT_GRID
from web.office_town import BACKEND, ESCAPED, HTML, client_of, refused_whole, stop_clock, text_of

TODAY = date(2026, 11, 2)


@pytest.fixture
def peopled(standing_peopled: Peopled, db: None, monkeypatch: pytest.MonkeyPatch) -> Peopled:
    stop_clock(monkeypatch)
    return standing_peopled


def _slip(page: str) -> str:
    found = re.search(r"[2-9A-HJ-NP-Z]{4}(?:-[2-9A-HJ-NP-Z]{4}){4}", page)
    assert found
    return found.group()


def _own_client(peopled: Peopled, name: str = FATHER) -> Client:
    """The browser of a resident who made a login by the code that the desk handed out."""
    desk, who = client_of(peopled.town, "supervisor", "en"), peopled.people[name]
    handed = desk.post(f"/office/homes/person/{who}/do/invite", {"checked": "card"}, follow=True).content.decode()
    code = _slip(handed)
    mine = Client()
    mine.cookies["language"] = "en"
    wanted = {"code": code, "username": "jumin01", "first": PASSWORD, "second": PASSWORD}
    assert mine.post("/me/open", wanted).headers["Location"] == "/me/held"
    return mine


@pytest.mark.parametrize("name", ["handler", "dispatcher", "county_officer", "auditor", "stranger", "public"])
def test_the_stranger_must_not(name: str, peopled: Peopled) -> None:
    client, who = client_of(peopled.town, name), peopled.people[FATHER]
    pages = (
        "/office/homes", f"/office/homes?area={GRID}", f"/office/homes/household/{peopled.home}",
        f"/office/homes/person/{who}", "/office/homes/requests", "/office/homes/doubles",
        f"/office/homes/doubles?area={GRID}", f"/office/homes/person/{who}/joins",
        f"/office/homes/doubles/{who}/{peopled.people[MOTHER]}",
    )  # fmt: skip
    for page in pages:
        answer = client.get(page)
        assert answer.status_code in {403, 404}, page
        assert FATHER not in answer.content.decode()
    for form in (
        "/office/homes/find", "/office/homes/add", f"/office/homes/household/{peopled.home}/do/correct",
        f"/office/homes/person/{who}/do/invite",
    ):  # fmt: skip
        facts = {"phone": PHONES[FATHER], "area": GRID, "address": "x", "kind": "family", "checked": "card"}
        assert client.post(form, facts).status_code in {403, 404}, form


def test_the_next_worker_sees_only_the_own_grid(peopled: Peopled) -> None:
    client = client_of(peopled.town, "next_worker")
    page = client.get("/office/homes").content.decode()
    assert ADDRESS not in page
    assert "南街3号" in page
    other = client.get(f"/office/homes?area={GRID}")
    assert (other.status_code, ADDRESS in other.content.decode()) == (404, False)
    assert client.get(f"/office/homes/household/{peopled.home}").status_code == 404
    assert client.post("/office/homes/add", {"area": GRID, "address": "某地", "kind": "family"}).status_code == 403
    assert client.post("/office/homes/add", {"area": NEXT_GRID, "address": "某地", "kind": "family"}).status_code == 302


def test_adding_stands_before_the_list_and_a_card_says_who_lives_there_once(peopled: Peopled) -> None:
    for language, add, head in (("en", "Add a household", "Who lives there"), ("zh-hans", "登记一户", "居住成员")):
        page = text_of(client_of(peopled.town, "worker", language).get("/office/homes"))
        before, _table, rows = page.partition("<tbody>")
        assert (add in before, 'id="add"' in before, add in rows) == (True, True, False)
        (row,) = [row for row in rows.split("<tr>")[1:] if ADDRESS in row]
        assert row.count("data-said=") == 3, "number, address, who lives there"
        said = row.partition(f'data-said="{head}">')[2]
        assert f"{FATHER}、{MOTHER}、{CHILD} " in said
        assert ">3<" in said


def test_the_worker_lists_opens_and_adds(peopled: Peopled) -> None:
    client = client_of(peopled.town, "worker", "en")
    assert "/office/homes" in client.get("/field/").content.decode()
    listed = text_of(client.get("/office/homes"))
    assert ADDRESS in listed
    assert FATHER in listed
    made = client.post("/office/homes/add", {"area": GRID, "address": HTML, "kind": "family"})
    page = client.get(made.headers["Location"]).content.decode()
    assert ESCAPED in page
    assert HTML not in page
    home = made.headers["Location"]
    client.post(f"{home}/do/add-person", {"name": "测试新人", "kind": "tenant", "year": ""})
    assert "测试新人" in client.get(home).content.decode()
    wrong = client.post(f"{home}/do/add-person", {"name": "测试", "kind": "tenant", "phone": "12"}, follow=True)
    assert "does not look like a phone" in wrong.content.decode()


def test_a_newcomer_gets_a_code_and_says_yes_or_no_alone(peopled: Peopled) -> None:
    client = client_of(peopled.town, "worker", "en")
    home = f"/office/homes/household/{peopled.home}"
    made = client.post(f"{home}/do/add-person", {"name": "测试新居民", "kind": "migrant"})
    assert (made.status_code, made.headers["Location"]) == (302, home), "reloading the page that follows adds nobody"
    assert "code is shown only now" not in client.get(f"/office/homes?area={GRID}").content.decode()
    shown = client.get(home).content.decode()
    code = _slip(shown)
    assert code not in client.get(home).content.decode(), "a single time"
    assert "waits for consent" in shown
    own = Client()
    own.cookies["language"] = "en"
    assert "Declining changes nothing" in own.get("/me/consent").content.decode()
    assert own.post("/me/consent", {"code": "AAAA-BBBB", "answer": "yes"}).status_code == 404
    agreed = own.post("/me/consent", {"code": code, "answer": "yes"})
    assert (agreed.status_code, agreed.headers["Location"]) == (302, "/me/consent")
    assert "You agreed" in own.get("/me/consent").content.decode()
    assert "You agreed" not in own.get("/me/consent").content.decode()
    assert "waits for consent" not in client.get(home).content.decode()
    assert "You did not agree" in own.post("/me/consent", {"code": code, "answer": "no"}, follow=True).content.decode()
    assert "测试新居民" not in client.get(home).content.decode()


def test_a_code_of_the_desk_is_shown_a_single_time_on_the_page_that_follows(peopled: Peopled) -> None:
    desk, page = client_of(peopled.town, "supervisor", "en"), f"/office/homes/person/{peopled.people[FATHER]}"
    made = desk.post(f"{page}/do/invite", {"checked": "card"})
    assert (made.status_code, made.headers["Location"]) == (302, page)
    assert "only now" not in desk.get(f"/office/homes/person/{peopled.people[MOTHER]}").content.decode()
    sealed = desk.cookies["once"]
    assert sealed["httponly"]
    code = _slip(desk.get(page).content.decode())
    assert code not in sealed.value
    assert code not in desk.get(page).content.decode()


def test_what_is_told_is_kept_confirmed_and_marked_when_it_expires(
    peopled: Peopled, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = client_of(peopled.town, "worker", "en")
    home = f"/office/homes/household/{peopled.home}"
    assert 'name="value"' in client.get(f"{home}?fact=dwelling.gas").content.decode()
    said = str(peopled.people[FATHER])
    far = client.post(f"{home}/do/record", {"key": "household.size", "value": "41"}, follow=True)
    assert "People who live here: a whole number from 1 to 40." in text_of(far)
    client.post(f"{home}/do/record", {"key": "dwelling.gas", "value": "bottled", "said_by": said})
    page = client.get(home).content.decode()
    assert "bottled" in page
    assert "fresh until" in page
    stop_clock(monkeypatch, AT.replace(year=2029))
    page = client.get(home).content.decode()
    assert "expired: ask again" in page
    (fact,) = re.findall(r'name="fact" value="([0-9a-f-]{36})"', page)
    client.post(f"{home}/do/confirm", {"fact": fact})
    assert "expired: ask again" not in client.get(home).content.decode()


def test_the_desk_finds_by_number_and_the_number_stands_in_no_address(peopled: Peopled) -> None:
    desk = client_of(peopled.town, "supervisor", "en")
    found = desk.post("/office/homes/find", {"number": NUMBERS[MOTHER]})
    assert MOTHER in found.content.decode()
    assert NUMBERS[MOTHER] not in found.content.decode()
    assert desk.get("/office/homes/find").status_code == 405
    assert desk.post("/office/homes/find", {}).status_code == 400
    assert "Nobody with this number" in desk.post("/office/homes/find", {"phone": "10000000098"}).content.decode()


def test_a_resident_reads_corrects_and_erases_and_the_ledger_shows_it(peopled: Peopled) -> None:
    mine, who = _own_client(peopled), peopled.people[FATHER]
    told = Told("household", peopled.home, "household.size", "9", "visit", TODAY)
    record(told=[told], by=peopled.worker, at=AT)
    page = mine.get("/me/held").content.decode()
    for words in (FATHER, PHONES[FATHER], ADDRESS, "People who live here", "not shown: somebody else said it"):
        assert words in page, words
    (thing,) = set(re.findall(r"fact:[0-9a-f-]{36}", page))
    far = mine.post("/me/held/do", {"wish": "correct", "thing": thing, "value": "41"}, follow=True)
    assert "People who live here: a whole number from 1 to 40." in text_of(far)
    done = mine.post("/me/held/do", {"wish": "correct", "thing": thing, "value": "3"}, follow=True)
    assert "Done, at once: " in done.content.decode()
    assert "People who live here</strong>: 3" in done.content.decode()
    wish = {"wish": "correct", "thing": f"name:{who}", "value": "测试改名"}
    assert "An office has to look at this" in mine.post("/me/held/do", wish, follow=True).content.decode()
    desk = client_of(peopled.town, "supervisor", "en")
    asked = desk.get("/office/homes/requests").content.decode()
    assert "测试改名" in asked
    (request,) = re.findall(r"/office/homes/requests/([0-9a-f-]{36})", asked)
    desk.post(f"/office/homes/requests/{request}", {"done": "0", "reason": "须出示户口簿"})
    assert "须出示户口簿" in mine.get("/me/held").content.decode()
    assert "supervision office" in mine.get("/me/held").content.decode()
    client_of(peopled.town, "worker").get(f"/office/homes/household/{peopled.home}")
    assert "opened your household" in mine.get("/me/looks").content.decode()
    assert "keep the register of homes right" in mine.get("/me/held").content.decode()
    held = json.loads(mine.get("/me/held.json").content)
    assert {one["key"]: one["value"] for one in held["held"]}[f"name:{who}"] == FATHER
    assert ADDRESS in mine.get("/me/held.csv").content.decode("utf-8-sig")
    assert mine.post("/me/held/do", {"wish": "erase"}).headers["Location"].endswith("all=1")
    with scoped(Scope("^")):
        assert Person.objects.filter(pk=who).exists()
    mine.post("/me/held/do", {"wish": "erase", "sure": "1"})
    with scoped(Scope("^")):
        assert not Person.objects.filter(pk=who).exists()
        assert not Residence.objects.filter(person_id=who).exists()
    assert "holds nobody" in mine.get("/me/held").content.decode()
    _ledger_shows(who)


def _ledger_shows(who: UUID) -> None:
    with scoped(Scope("^")):
        rows = LedgerDetail.objects.filter(parties__contains=[f"person:{who}"]).order_by("entry")
        bodies = list(rows.values_list("body", flat=True))
    whats = [json.loads(body)["what"] for body in bodies]
    for deed in ("rights.invite", "rights.accept", "look.held", "rights.correct", "rights.answer", "rights.erase"):
        assert deed in whats, deed
    assert whats[-1] == "rights.erase"
    said = (FATHER, NUMBERS[FATHER], PHONES[FATHER], ADDRESS, "测试改名")
    assert [body for body in bodies if any(one in body for one in said)] == []


def test_a_private_login_is_told_of_nothing_outside_the_program(peopled: Peopled) -> None:
    _own_client(peopled)
    account = User.objects.get(username="jumin01")
    with scoped(Scope("^")):
        wish = Preference.objects.get(to=f"user:{account.pk}")
    assert (wish.channel, wish.neutral) == ("inside", True)
    assert FATHER not in account.display_name


def test_a_shielded_person_disappears_from_the_pages_of_others(peopled: Peopled) -> None:
    desk, who = client_of(peopled.town, "supervisor", "en"), peopled.people[MOTHER]
    step = f"/office/homes/person/{who}/do/shield"
    assert desk.post(step).headers["Location"].endswith("shield=1")
    assert "Nothing is done yet" in desk.get(f"/office/homes/person/{who}?shield=1").content.decode()
    desk.post(step, {"sure": "1"})
    assert "shielded: you alone" in desk.get(f"/office/homes/person/{who}").content.decode()
    for name in ("worker", "second_supervisor"):
        other = client_of(peopled.town, name)
        assert MOTHER not in other.get(f"/office/homes?area={GRID}").content.decode()
        assert MOTHER not in other.get(f"/office/homes/household/{peopled.home}").content.decode()
        assert other.get(f"/office/homes/person/{who}").status_code == 404 or name == "worker"


def test_a_guardian_is_recorded_and_reads_what_is_held_of_the_child(peopled: Peopled) -> None:
    desk, child = client_of(peopled.town, "supervisor", "en"), peopled.people[CHILD]
    guard = {"guardian": str(peopled.people[FATHER])}
    desk.post(f"/office/homes/person/{child}/do/guardian", guard)
    assert "2036" in desk.get(f"/office/homes/person/{child}").content.decode()
    mine = _own_client(peopled)
    assert CHILD in mine.get(f"/me/held?person={child}").content.decode()
    stranger = Client()
    stranger.force_login(User.objects.get(pk=peopled.stranger.user_id), backend=BACKEND)
    assert CHILD not in stranger.get(f"/me/held?person={child}").content.decode()
    assert stranger.get(f"/me/held.json?person={child}").status_code == 404
    assert stranger.post("/me/held/do", {"wish": "erase", "person": str(child), "sure": "1"}).status_code == 404


def test_a_correction_leaves_what_is_empty_and_says_a_fault_at_its_field(peopled: Peopled) -> None:
    desk, page = client_of(peopled.town, "supervisor", "en"), f"/office/homes/person/{peopled.people[FATHER]}"
    assert "Remove the citizen number" in text_of(desk.get(page))
    wrong = desk.post(f"{page}/do/correct", {"name": "测试改名", "phone": "", "number": "", "year": "abcd"})
    assert wrong.status_code == 400
    html = wrong.content.decode()
    assert re.search(r'<details class="gc-reopen" open>', html)
    field = html[html.index("is-wrong") :]
    said = field[: field.index("</div>")]
    assert "four digits" in said, said
    assert 'value="abcd"' in field[: field.index("</div>")]
    assert 'value="测试改名"' in html, "what was typed is kept"
    assert "测试改名" not in desk.get(page).content.decode()
    both = desk.post(f"{page}/do/correct", {"phone": "10000000078", "forget_phone": "on"})
    assert (both.status_code, "not both" in text_of(both)) == (400, True)
    assert desk.post(f"{page}/do/correct", {"name": "测试改名"}).status_code == 302
    after = text_of(desk.get(page))
    assert "测试改名" in after
    assert PHONES[FATHER] in after
    assert "citizen number held" in after
    sent = {"name": "测试改名", "phone": PHONES[FATHER], "forget_phone": "on", "forget_number": "on"}
    assert desk.post(f"{page}/do/correct", sent).status_code == 302
    after = text_of(desk.get(page))
    assert PHONES[FATHER] not in after
    assert "citizen number held" not in after
    assert "born" in after
    assert "Remove the citizen number" not in after
    for name in ("next_worker", "stranger", "county_officer"):
        answer = client_of(peopled.town, name).post(f"{page}/do/correct", {"name": "x"})
        assert answer.status_code in {302, 403, 404}
    assert "测试改名" in text_of(desk.get(page))


def test_a_county_sees_no_households_on_the_shelf(peopled: Peopled) -> None:
    assert COUNTY
    assert "/office/homes" not in client_of(peopled.town, "county_officer").get("/office/more").content.decode()
    assert "/office/homes" in client_of(peopled.town, "supervisor").get("/office/more").content.decode()


def test_doubled_rows_are_compared_joined_and_parted_at_the_desk(peopled: Peopled) -> None:
    desk = client_of(peopled.town, "supervisor", "en")
    by = peopled.town.supervisor
    new = NewPerson(FATHER, "", PHONES[FATHER], 1980, "moved")
    twice = add_person(household_id=peopled.home, new=new, since=TODAY, by=by, at=AT).person_id
    first = peopled.people[FATHER]
    page = text_of(desk.get(f"/office/homes/doubles?area={GRID}"))
    for words in (FATHER, "perhaps the same person", "the same name", "the same phone", "in the same household"):
        assert words in page, words
    assert MOTHER not in page, "nobody is shown who is not doubled"
    way = f"/office/homes/doubles/{first}/{twice}"
    assert NUMBERS[FATHER] not in text_of(desk.get(way))
    assert PHONES[FATHER] not in text_of(desk.get(way))
    asked = desk.post(f"{way}/join", {"kept": str(first), "reason": "card seen"})
    assert asked.status_code == 409
    assert "card seen" in text_of(asked), "what was typed is kept"
    assert desk.post(f"{way}/join", {"kept": str(first), "reason": " ", "sure": "1"}).status_code == 400
    long = desk.post(f"{way}/join", {"kept": str(first), "reason": "w" * 301, "sure": "1"})
    assert refused_whole(long, "w" * 301)
    done = desk.post(f"{way}/join", {"kept": str(first), "reason": "card seen", "sure": "1"})
    assert done.headers["Location"] == f"/office/homes/person/{first}/joins"
    assert "card seen" in text_of(desk.get(done.headers["Location"]))
    assert desk.get(f"/office/homes/person/{twice}").status_code == 404
    (row,) = _joins()
    part = f"/office/homes/person/{first}/joins/{row}/part"
    for name in ("worker", "handler", "far_supervisor", "stranger"):
        assert client_of(peopled.town, name).post(part, {"reason": "x"}).status_code in {302, 403, 404}
        assert client_of(peopled.town, name).post(f"{way}/join", {"reason": "x", "sure": "1"}).status_code != 200
    assert refused_whole(desk.post(part, {"reason": "w" * 301}), "w" * 301)
    assert _joins() == [row]
    assert desk.post(part, {"reason": "two men"}).headers["Location"] == f"/office/homes/person/{first}"
    assert desk.get(f"/office/homes/person/{twice}").status_code == 200
    assert _joins() == []


def _joins() -> list[UUID]:
    with scoped(Scope("^")):
        return list(Join.objects.filter(undone_at__isnull=True).values_list("pk", flat=True))


def test_a_shield_is_handed_over_by_two(peopled: Peopled) -> None:
    who = peopled.people[MOTHER]
    desk, other = client_of(peopled.town, "supervisor", "en"), client_of(peopled.town, "second_supervisor", "en")
    page = f"/office/homes/person/{who}"
    assert desk.post(f"{page}/do/shield", {"sure": "1"}).status_code == 302
    assert other.get(page).status_code == 404
    desk.post(f"{page}/do/offer", {"login": "worker"})
    assert other.get(page).status_code == 404
    desk.post(f"{page}/do/offer", {"login": "second_supervisor"})
    assert "Take over" in text_of(other.get(page))
    other.post(f"{page}/do/take")
    assert desk.get(page).status_code == 404
    assert "End the shield" in text_of(other.get(page))


def test_a_household_bears_its_number_and_a_far_page_is_the_last_one(peopled: Peopled) -> None:
    client = client_of(peopled.town, "worker", "en")
    with scoped(Scope("^")):
        number = Household.objects.get(pk=peopled.home).number
    listed = text_of(client.get(f"/office/homes?area={GRID}"))
    assert "Household no." in listed
    assert f'class="gc-num">{number}</td>' in listed
    page = text_of(client.get(f"/office/homes/household/{peopled.home}"))
    assert f'Household no. <span class="gc-num">{number}</span>' in page
    far = text_of(client.get(f"/office/homes?area={GRID}&page=99"))
    assert "this is the last one, 1" in far
    assert ADDRESS in far
    assert client.get(f"/office/homes?area={NEXT_GRID}").status_code == 404


def test_the_office_and_a_phone_count_the_same_homes(peopled: Peopled) -> None:
    by = peopled.town.worker
    empty = add_home(home=NewHome(GRID, "空屋1号"), by=by, at=AT).households[0]
    over = add_home(home=NewHome(GRID, "已注销1号"), by=by, at=AT).households[0]
    end_home(household_id=over, until=TODAY, by=by, at=AT)
    shield(person_id=peopled.people[MOTHER], by=peopled.town.supervisor, at=AT)
    office = households(area_code=GRID, viewer=by, at=AT)
    phone = households_on_phone([], grids=[GRID], viewer=by, at=AT)
    assert {one.id for one in office.lines} == {one.id for one in phone} >= {empty, peopled.home}
    assert office.total == len(phone)


def test_a_fact_of_a_person_needs_the_person_and_says_so_where_the_form_stands(peopled: Peopled) -> None:
    home = f"/office/homes/household/{peopled.home}"
    sent = {"key": "person.lives_alone", "value": "no", "person": ""}
    answer = client_of(peopled.town, "worker", "en").post(f"{home}/do/record", sent)
    assert answer.status_code == 400
    assert "choose who of those living here" in text_of(answer)
    assert ADDRESS in text_of(answer), "the page of the home, with the form"


@pytest.mark.parametrize("url", ["/me/open", "/me/consent"])
def test_an_empty_code_is_said_at_its_field(url: str, peopled: Peopled) -> None:
    own = Client()
    own.cookies["language"] = "en"
    for typed in ("", "   "):
        answer = own.post(url, {"code": typed, "answer": "yes"})
        assert answer.status_code == 400
        assert 'aria-describedby="code_error"' in text_of(answer)
        assert "the five groups" in text_of(answer)


def test_a_code_is_taken_with_blanks_dashes_and_full_width_signs(peopled: Peopled) -> None:
    wide = {ord(sign): ord(sign) + 0xFEE0 for sign in "23456789ABCDEFGHJKMNPQRSTVWXYZ-"}
    for number, change in enumerate((lambda code: code.translate(wide), lambda code: code.replace("-", " ").lower())):
        new = NewPerson(f"测试来人{number}", kind="migrant")
        made = add_person(household_id=peopled.home, new=new, since=TODAY, by=peopled.town.worker, at=AT)
        answer = Client().post("/me/consent", {"code": change(made.code), "answer": "yes"})
        assert answer.status_code == 302, number


def test_who_gives_grants_is_not_sent_to_themselves(peopled: Peopled) -> None:
    said = {
        name: text_of(client_of(peopled.town, name, "en").get("/office/homes"))
        for name in ("county_officer", "handler")
    }
    assert "You give grants here yourself" in said["county_officer"]
    assert "ask your county" in said["handler"]
    assert "ask your county" not in said["county_officer"]


def test_a_kind_of_notice_stands_once_in_the_filter(peopled: Peopled) -> None:
    for name, url in (("resident", "/me/notices"), ("supervisor", "/office/notices")):
        page = text_of(client_of(peopled.town, name, "en").get(url))
        kinds = re.findall(r'<option value="[^"]+">([^<]+)</option>', page)
        assert len(kinds) > 5
        assert sorted(set(kinds)) == sorted(kinds)
