"""Problems on their pages: the list, the table, every step by its form, the public page, and the stranger."""

from __future__ import annotations

from copy import copy
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from cases.drains import DRAIN, SECRET, WATCHER, as_it_is, blocked, measure_of, proposed, seat_of, taken_up
from gridcommons.cases.problems.actions import invite, join, plan, publish, reply
from gridcommons.cases.problems.models import Problem
from town import AT, COUNTY, Town
from web.office_town import HTML, LATER, client_of, refused_whole, stop_clock, text_of

STRANGERS = ("public", "resident", "far_supervisor", "other_handler", "county_officer", "next_worker")


@pytest.fixture
def town(standing_town: Town, db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    stop_clock(monkeypatch)
    return standing_town


@pytest.fixture(scope="module")
def standing_problem(standing_town: Town) -> Problem:
    blocked(standing_town, 6)
    [found] = proposed()
    return found


@pytest.fixture
def problem(standing_problem: Problem, town: Town) -> Problem:
    assert town
    return copy(standing_problem)


def do(client: Client, problem: Problem, move: str, **sent: object) -> object:
    data = {f"{move}-{name}": value for name, value in sent.items()} | {"sure": "1"}
    return client.post(f"/office/problem/{problem.pk}/do/{move}", data)


def beside(client: Client, problem: Problem, move: str, **sent: object) -> object:
    return client.post(f"/office/problem/{problem.pk}/do/{move}", sent)


def test_the_whole_way_by_forms(town: Town, problem: Problem, monkeypatch: pytest.MonkeyPatch) -> None:
    desk, owner, other = (client_of(town, name) for name in ("supervisor", "handler", "other_handler"))
    address = f"/office/problem/{problem.pk}"
    listed = text_of(desk.get("/office/problems?tab=proposed"))
    assert problem.number in listed
    assert "6件" in text_of(desk.get(address))
    office = f"{COUNTY}:urban_management"
    assert do(desk, problem, "accept", office=office, cause="worn", note="管径太小").status_code == 302  # type: ignore[attr-defined]
    assert owner.get(address).status_code == 200
    assert other.get(address).status_code == 404
    do(desk, problem, "invite", office=f"{COUNTY}:housing_construction", name="", kind="body")
    do(desk, problem, "invite", office="", name="腾龙社区议事会", kind="body")
    page = text_of(other.get(address))
    assert "参加" in page
    assert "另有6件" in page, "the office sees that there are cases and opens none that is not its own"
    reply = {"seat": seat_of(town, problem, "housing_construction"), "answer": "no"}
    assert refused_whole(beside(other, problem, "reply", **reply, note="长" * 4001), "长" * 4001)  # type: ignore[arg-type]
    beside(other, problem, "reply", **reply | {"answer": "yes"})
    day = LATER.date() + timedelta(days=10)
    seat = seat_of(town, problem, "housing_construction")
    do(desk, problem, "plan", what="换管", seat=seat, due=day.isoformat())
    do(desk, problem, "meet", held_on=LATER.date().isoformat(), place="", present="5", notes="先疏通再换管")
    do(desk, problem, "publish", note="正在换管")
    refused = do(desk, problem, "close", note="完了", review_on=(day + timedelta(days=30)).isoformat())
    assert refused.status_code == 409  # type: ignore[attr-defined]
    assert "1项措施" in text_of(refused)  # type: ignore[arg-type]
    told = {"measure": measure_of(town, problem, "换管"), "answer": "done"}
    long = beside(other, problem, "finish", **told, note="长" * 4001)
    assert refused_whole(long, "长" * 4001)  # type: ignore[arg-type]
    beside(other, problem, "finish", **told, note="换好了")
    review = LATER.date() + timedelta(days=30)
    do(desk, problem, "close", note="换好了", review_on=review.isoformat())
    assert as_it_is(town, problem).state == "closed"
    stop_clock(monkeypatch, LATER + timedelta(days=31))
    done = do(desk, problem, "review", note="去看过，不积水")
    assert done.status_code == 302  # type: ignore[attr-defined]
    assert as_it_is(town, problem).state == "settled"
    public = text_of(Client().get(f"/problems/{problem.number}", headers={"accept-language": "zh-hans"}))
    assert "换管" in public
    assert "6件" in public
    assert "措施" in text_of(desk.get(f"{address}?print=1"))


@pytest.mark.parametrize("move", ["decline", "close", "review"])
def test_what_nothing_takes_back_is_asked_about_first(town: Town, problem: Problem, move: str) -> None:
    if move != "decline":
        taken_up(town, problem)
    desk, day = client_of(town, "supervisor"), (LATER.date() + timedelta(days=30)).isoformat()
    sent = {f"{move}-reason": "不是", f"{move}-note": "不是", f"{move}-review_on": day}
    before = as_it_is(town, problem).state
    assert desk.post(f"/office/problem/{problem.pk}/do/{move}", sent).status_code == 400
    assert as_it_is(town, problem).state == before


def test_a_case_says_what_it_is_part_of_and_can_be_taken_out(town: Town, problem: Problem) -> None:
    desk = client_of(town, "supervisor")
    page = text_of(desk.get(f"/office/problem/{problem.pk}"))
    case = UUID(page.split('name="case" value="')[1][:36])
    assert problem.number in text_of(desk.get(f"/office/case/{case}"))
    beside(desk, problem, "unlink", case=case)
    desk.get("/office/problems")
    assert problem.number not in text_of(desk.get(f"/office/case/{case}"))
    number = text_of(desk.get(f"/office/case/{case}")).split('<span class="gc-code">')[1][:14]
    assert do(desk, problem, "link", number=number).status_code == 302  # type: ignore[attr-defined]
    assert problem.number in text_of(desk.get(f"/office/case/{case}"))


@pytest.mark.parametrize("name", STRANGERS)
def test_the_stranger_must_not(town: Town, problem: Problem, name: str) -> None:
    client, address = client_of(town, name), f"/office/problem/{problem.pk}"
    for path in (address, f"{address}?print=1"):
        answer = client.get(path)
        assert answer.status_code in {403, 404}
        assert problem.number not in text_of(answer)
    for move in ("accept", "decline", "invite", "plan", "publish", "close", "review", "amend", "link"):
        assert do(client, problem, move).status_code in {403, 404}  # type: ignore[attr-defined]
    for move in ("reply", "excuse", "finish", "unlink"):
        assert beside(client, problem, move).status_code in {403, 404}  # type: ignore[attr-defined]
    for path in ("/office/problems?tab=all", "/office/problems.csv", "/office/notices", "/problems"):
        assert problem.number not in text_of(client.get(path))
    assert client.get(f"/problems/{problem.number}").status_code == 404
    assert as_it_is(town, problem).state == "proposed"


@pytest.mark.parametrize("name", ["handler", "other_handler", "dispatcher", "worker"])
def test_who_sits_at_the_table_does_not_keep_it(town: Town, problem: Problem, name: str) -> None:
    taken_up(town, problem)
    invite(problem_id=problem.pk, office_area=COUNTY, office_kind="housing_construction", by=town.supervisor, at=LATER)
    client, day = client_of(town, name), (LATER.date() + timedelta(days=40)).isoformat()
    sent = {
        "close": {"note": "完了", "review_on": day}, "decline": {"reason": "不是"}, "publish": {"note": "已好"},
        "amend": {"office": f"{COUNTY}:water_utility", "cause": "worn", "note": "换"},
    }  # fmt: skip
    for move, facts in sent.items():
        assert do(client, problem, move, **facts).status_code in {403, 404, 409}  # type: ignore[attr-defined]
    other = seat_of(town, problem, "housing_construction")
    if name != "other_handler":
        assert beside(client, problem, "reply", seat=other, answer="yes").status_code in {403, 404}  # type: ignore[attr-defined]
    assert as_it_is(town, problem).state == "open"


def test_the_public_page_names_no_reporter_no_case_words_and_no_exact_place(town: Town, problem: Problem) -> None:
    taken_up(town, problem)
    seat = seat_of(town, problem, "urban_management")
    due = LATER.date() + timedelta(days=3)
    plan(problem_id=problem.pk, what=f"找13812345678{HTML}", seat_id=seat, due_date=due, by=town.supervisor, at=LATER)
    publish(problem_id=problem.pk, note="联系人13812345678", by=town.supervisor, at=LATER)
    body = text_of(Client().get(f"/problems/{problem.number}"))
    for secret in (SECRET, "13812345678", HTML, "管径太小，雨天必堵", "28.59050", "119.27050"):
        assert secret not in body


def test_a_private_matter_never_has_a_public_page(town: Town) -> None:
    blocked(town, 25, matter="housing_repairs")
    assert proposed() == [], "one grid alone could be one household"
    blocked(town, 3, matter="housing_repairs", east=0.02)
    assert proposed() == []


@pytest.mark.parametrize(
    "query", ["?tab=nonsense&page=9999999&area=%27&matter=x&q=%00", "?tab=late", "?tab=answer", "?page=2"]
)
def test_odd_addresses_are_answered(town: Town, problem: Problem, query: str) -> None:
    assert client_of(town, "supervisor").get(f"/office/problems{query}").status_code in {200, 400}
    assert Client().get(f"/problems{query}").status_code in {200, 400}


@pytest.mark.parametrize("move", ["reply", "excuse", "finish", "unlink", "accept", "plan", "nonsense"])
def test_nonsense_is_refused_in_one_sentence(town: Town, problem: Problem, move: str) -> None:
    taken_up(town, problem)
    odd = {"seat": "x", "measure": "1", "case": "' OR", f"{move}-seat": "x", f"{move}-due": "gestern"}
    answer = client_of(town, "supervisor").post(f"/office/problem/{problem.pk}/do/{move}", odd)
    assert answer.status_code in {400, 404}


def test_the_export_holds_what_the_filter_finds_and_no_formula(town: Town, problem: Problem) -> None:
    taken_up(town, problem)
    text = text_of(client_of(town, "supervisor", "en").get(f"/office/problems.csv?tab=open&matter={DRAIN}"))
    assert problem.number in text
    assert text.splitlines()[0].lstrip("\ufeff").startswith("number,matter")
    assert problem.number not in text_of(client_of(town, "supervisor").get("/office/problems.csv?tab=declined"))


def test_an_office_that_says_no_leaves_the_table_and_can_be_asked_again(town: Town, problem: Problem) -> None:
    taken_up(town, problem)
    asked = {"office_area": COUNTY, "office_kind": "housing_construction"}
    invite(problem_id=problem.pk, **asked, by=town.supervisor, at=AT)  # type: ignore[arg-type]
    seat = seat_of(town, problem, "housing_construction")
    reply(problem_id=problem.pk, seat_id=seat, answer="no", note="不是我们的管", by=town.other_handler, at=AT)
    client = client_of(town, "other_handler")
    join(by=WATCHER, at=AT)
    assert client.get(f"/office/problem/{problem.pk}").status_code == 404
    invite(problem_id=problem.pk, **asked, by=town.supervisor, at=AT)  # type: ignore[arg-type]
    assert client.get(f"/office/problem/{problem.pk}").status_code == 200
