"""The pages of break-glass, exports, grants, ledger and roles: who may open them, what they say, bad input."""

from __future__ import annotations

import csv
import importlib
import re
from io import StringIO
from uuid import uuid4

import pytest

from glass_town import REASON, asked, handed, opened
from gridcommons.access.deeds import REGISTRY
from gridcommons.access.models import Grant
from gridcommons.access.naming import deed_names
from town import COUNTY, GRID, OTHER_TOWNSHIP, TOWNSHIP, VILLAGE, Town
from web.office_town import ESCAPED, HTML, LATER, client_of, refused_whole, stop_clock, text_of

SURE = {"sure": "1"}
OUTSIDE = ("public", "resident", "stranger", "worker")


@pytest.fixture
def town(standing_more: Town, db: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    stop_clock(monkeypatch)
    return standing_more


def _grant_of(town: Town, who: str) -> Grant:
    return Grant.objects.get(user_id=getattr(town, who).user_id)


def test_every_deed_and_look_has_a_name_in_both_languages() -> None:
    importlib.import_module("gridcommons.web.urls")  # every door is open, so that all of them are registered
    own = {key for key, one in REGISTRY.items() if one.function.__module__.startswith("gridcommons.")}
    assert deed_names().keys() == own


def test_everybody_reads_what_each_role_may_do(town: Town) -> None:
    for language, words in (
        ("zh-hans", "作为第二人确认应急查看"),
        ("en", "confirm break-glass reading as second person"),
    ):
        assert words in text_of(client_of(town, "public", language).get("/about/roles"))


@pytest.mark.parametrize("who", [*OUTSIDE, "elsewhere", "dispatcher"])
def test_no_stranger_sees_or_does_anything_with_a_glass(town: Town, who: str) -> None:
    glass, client = opened(town, at=LATER), client_of(town, who)
    for way in ("", "/read", f"/case/{uuid4()}", f"/case/{uuid4()}/photo/{uuid4()}"):
        answer = client.get(f"/office/glass/{glass}{way}")
        assert answer.status_code in {403, 404}
        assert REASON not in text_of(answer)
    for action in ("confirm", "end", "review"):
        assert client.post(f"/office/glass/{glass}/do/{action}", SURE).status_code in {403, 404}
    assert REASON not in text_of(client.get("/office/glass"))


def test_the_second_person_does_not_read_through_the_glass(town: Town) -> None:
    glass = opened(town, at=LATER)
    for who in ("second", "auditor", "county_officer"):
        assert client_of(town, who).get(f"/office/glass/{glass}").status_code == 200
        assert client_of(town, who).get(f"/office/glass/{glass}/read").status_code == 403


@pytest.mark.parametrize("who", OUTSIDE)
@pytest.mark.parametrize(
    "way", ["/office/glass", "/office/glass/ask", "/office/exports", "/office/exports/ask", "/office/grants",
            "/office/grants.csv", "/office/grants/give", "/office/ledger"],
)  # fmt: skip
def test_the_pages_are_shut_to_outsiders(town: Town, who: str, way: str) -> None:
    answer = client_of(town, who).get(way)
    assert answer.status_code == 403


@pytest.mark.parametrize("who", ["supervisor", "dispatcher", "handler", "second"])
def test_grants_and_ledger_are_for_those_who_answer_for_them(town: Town, who: str) -> None:
    client = client_of(town, who)
    held, user = _grant_of(town, "supervisor").pk, town.supervisor.user_id
    for way in ("grants", "grants.csv", f"grants/{held}", f"grants/person/{user}", "grants/give", "ledger",
                f"ledger/check/{uuid4()}", f"ledger/check/{uuid4()}.json"):  # fmt: skip
        assert client.get(f"/office/{way}").status_code == 403, way
    for way in (f"grants/{held}/revoke", f"grants/person/{user}/end", "ledger/check"):
        assert client.post(f"/office/{way}", SURE | {"reason": "试一试"}).status_code == 403, way
    assert _grant_of(town, "supervisor").revoked_at is None


def test_what_a_request_lacks_is_said_beside_its_field(town: Town) -> None:
    client = client_of(town, "supervisor", "en")
    sent = {"area": OTHER_TOWNSHIP, "number": "?", "stated": "service", "reason": "short"}
    answer = client.post("/office/glass/ask", sent)
    assert answer.status_code == 400
    assert client.post("/office/glass/ask", sent | {"area": COUNTY}).status_code == 400
    assert "looks like 261102-ABCDEFG" in text_of(answer)
    answer = client.post("/office/glass/ask", sent | {"area": TOWNSHIP, "number": ""})
    body = text_of(answer)
    assert "You can read this area by your own grant" in body
    assert "name no person and no phone" in body
    assert client.post("/office/glass/ask", {}).status_code == 400


def test_a_request_opens_on_no_place_and_offers_none_of_ones_own(town: Town) -> None:
    body = text_of(client_of(town, "supervisor").get("/office/glass/ask")).partition('name="area"')[2]
    places = body.partition("</select>")[0]
    assert '<option value="" selected>请选择……' in places
    assert f'value="{OTHER_TOWNSHIP}"' in places
    assert f'value="{TOWNSHIP}' not in places
    assert '<option value="" selected>' in body.partition('name="stated"')[2].partition("</select>")[0]


def test_a_reason_too_long_is_refused_whole(town: Town) -> None:
    client, glass = client_of(town, "supervisor", "en"), opened(town, "supervisor", at=LATER)
    ended = client.post(f"/office/glass/{glass}/do/end", SURE | {"why": "w" * 501})
    assert refused_whole(ended, "w" * 501)
    assert refused_whole(client.post("/office/exports/ask", {"reason": "w" * 501}), "w" * 501)


def test_what_is_typed_is_escaped_everywhere(town: Town) -> None:
    client = client_of(town, "supervisor")
    reason = f"须核对此处此前的反映 {HTML}"
    sent = {"area": OTHER_TOWNSHIP, "stated": "service", "reason": reason}
    page = str(client.post("/office/glass/ask", sent)["Location"])
    for way in (page, "/office/glass"):
        body = text_of(client.get(way))
        assert HTML not in body
        assert "&lt;script&gt;" in body
    body = text_of(client.get(page))
    assert ESCAPED in body


def test_an_auditor_finds_each_way_once(town: Town) -> None:
    ways = re.findall(r'gc-rows-head"><a href="([^"]+)"', text_of(client_of(town, "auditor").get("/office/audit")))
    assert len(ways) > 5
    assert sorted(set(ways)) == sorted(ways)


def test_a_list_is_filtered_by_its_state(town: Town) -> None:
    asked(town, at=LATER)
    client = client_of(town, "auditor")
    assert REASON in text_of(client.get("/office/glass?state=waiting"))
    assert REASON not in text_of(client.get("/office/glass?state=open"))
    assert REASON in text_of(client.get("/office/glass?state=nonsense&page=-1"))


def test_an_export_waits_on_the_page_of_both(town: Town) -> None:
    one = handed(town, at=LATER)
    mine = text_of(client_of(town, "supervisor", "en").get(f"/office/exports/{one}"))
    assert "Take it, once" in mine
    theirs = text_of(client_of(town, "second", "en").get(f"/office/exports/{one}"))
    assert "Take it, once" not in theirs
    assert "can be taken once" in text_of(client_of(town, "second", "en").get("/office/exports"))
    for who in ("dispatcher", "stranger", "public"):
        assert client_of(town, who).get(f"/office/exports/{one}").status_code in {403, 404}


def test_the_officer_finds_grants_by_person_role_area_and_office(town: Town) -> None:
    client = client_of(town, "county_officer", "en")
    every = text_of(client.get("/office/grants"))
    for name in ("worker", "supervisor", "far_supervisor", "second"):
        assert f">{name}</a>" in every
    office = _grant_of(town, "handler").office_id
    for query, here, away in (
        ("q=far_super", "far_supervisor", ">worker<"),
        ("role=dispatcher", ">dispatcher<", ">worker<"),
        (f"area={GRID}", ">worker<", ">next_worker<"),
        (f"area={VILLAGE}", ">next_worker<", ">far_supervisor<"),
        (f"area={TOWNSHIP}", ">supervisor<", ">far_supervisor<"),
        (f"office={office}", ">handler<", ">other_handler<"),
        ("state=in_force", ">worker<", "nobody here"),
    ):
        body = text_of(client.get(f"/office/grants?{query}"))
        assert here in body, query
        assert away not in body, query
    for query in ("state=ended", "q=nobodyofthisname", "state=revoked"):
        assert "No grant fits the filter" in text_of(client.get(f"/office/grants?{query}"))
    assert client.get("/office/grants?office=x&area=%27&role=king&page=zz").status_code == 200


def test_the_list_is_taken_along_as_a_table(town: Town) -> None:
    answer = client_of(town, "county_officer").get("/office/grants.csv?role=grid_worker")
    rows = list(csv.DictReader(StringIO(text_of(answer).removeprefix("\ufeff"))))
    assert {(row["登录名"], row["区域代码"]) for row in rows} == {
        ("worker", GRID), ("next_worker", f"{VILLAGE}002")
    }  # fmt: skip


def test_a_grant_is_taken_back_with_a_reason_after_asking(town: Town) -> None:
    held, client = _grant_of(town, "worker"), client_of(town, "county_officer", "en")
    way = f"/office/grants/{held.pk}/revoke"
    assert client.post(way, {"reason": "left"}).status_code == 400
    assert client.post(way, SURE).status_code == 400
    assert _grant_of(town, "worker").revoked_at is None
    assert refused_whole(client.post(way, SURE | {"reason": "w" * 301}), "w" * 301)
    assert _grant_of(town, "worker").revoked_at is None
    assert client.post(way, SURE | {"reason": "left the county"}).status_code == 302
    assert _grant_of(town, "worker").revoked_at == LATER
    page = text_of(client.get(f"/office/grants/{held.pk}"))
    assert "Taken back by county_officer" in page
    assert client.post(way, SURE | {"reason": "again"}).status_code == 404


def test_all_grants_of_somebody_who_leaves_end_together(town: Town) -> None:
    client, user = client_of(town, "county_officer", "en"), town.supervisor.user_id
    way = f"/office/grants/person/{user}/end"
    assert client.post(way, {"reason": "leaves"}).status_code == 400
    assert refused_whole(client.post(way, SURE | {"reason": "w" * 301}), "w" * 301)
    assert client.post(way, SURE | {"reason": "leaves"}).status_code == 302
    assert client_of(town, "supervisor").get("/office/queue").status_code == 403
    assert client.post(way, SURE | {"reason": "leaves"}).status_code == 404
    own = f"/office/grants/person/{town.county_officer.user_id}/end"
    assert client.post(own, SURE | {"reason": "leaves"}).status_code == 404, (
        "nobody gives or takes what they do not hold"
    )


def test_the_form_offers_what_the_officer_holds_and_gives_it(town: Town) -> None:
    client = client_of(town, "county_officer", "en")
    form = text_of(client.get("/office/grants/give?who=stranger&role=supervisor"))
    for offered in (COUNTY, TOWNSHIP, VILLAGE, "supervision office"):
        assert offered in form
    for other in ("urban_management office", ">auditor<", 'value="3311"'):
        assert other not in form
    sent = {"who": "stranger", "role": "supervisor", "area": [TOWNSHIP], "purpose": ["service"], "reason": "new post"}
    assert refused_whole(client.post("/office/grants/give", sent | {"reason": "w" * 301}), "w" * 301)
    page = str(client.post("/office/grants/give", sent | {"last": "2026-12-31"})["Location"])
    assert "31" in text_of(client.get(page))
    given = _grant_of(town, "stranger")
    assert (given.role, given.included, given.purposes, given.reason) == (
        "supervisor", [TOWNSHIP], ["service"], "new post"
    )  # fmt: skip
    assert client_of(town, "stranger").get("/office/queue").status_code == 200


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"who": "nobody"}, 404),
        ({"who": "county_officer"}, 403),
        ({"area": ["33"]}, 403),
        ({"area": []}, 403),
        ({"area": ["3311230"]}, 400),
        ({"purpose": ["audit"]}, 403),
        ({"last": "soon"}, 400),
        ({"first": "2026-12-01", "last": "2026-11-01"}, 400),
    ],
)
def test_what_may_not_be_given_is_refused_with_its_reason(town: Town, changes: dict[str, object], status: int) -> None:
    sent = {"who": "stranger", "role": "supervisor", "area": [TOWNSHIP], "purpose": ["service"], "reason": "x"}
    answer = client_of(town, "county_officer", "en").post("/office/grants/give", sent | changes)
    assert answer.status_code == status
    assert 'role="alert"' in text_of(answer)
    assert not Grant.objects.filter(user_id=town.stranger.user_id).exists()


def test_roles_that_may_not_be_given_are_not_taken(town: Town) -> None:
    for role in ("county_officer", "auditor", "program", "glass_reader", "everyone", "king"):
        sent = {"who": "stranger", "role": role, "area": [TOWNSHIP], "purpose": ["service"], "reason": "x"}
        assert client_of(town, "county_officer").post("/office/grants/give", sent).status_code == 200
    assert not Grant.objects.filter(user_id=town.stranger.user_id).exists()


@pytest.mark.parametrize(
    ("who", "query", "said"),
    [
        ("supervisor", f"deed=case.file&area={OTHER_TOWNSHIP}", "只及于妙高街道"),
        ("supervisor", f"deed=case.dispatch&area={TOWNSHIP}", "有这项权限的岗位：派遣员。"),
        ("supervisor", f"deed=case.file&area={TOWNSHIP}&purpose=audit", "用途只有"),
        ("supervisor", f"deed=case.file&area={TOWNSHIP}", "允许"),
        ("handler", f"deed=case.accept&area={TOWNSHIP}", "只及于派给本单位的事项"),
        ("county_officer", f"deed=look.case&area={TOWNSHIP}", "不包括这件事"),
    ],
)
def test_why_somebody_cannot_is_said_in_the_words_of_the_rules(town: Town, who: str, query: str, said: str) -> None:
    user = getattr(town, who).user_id
    page = text_of(client_of(town, "county_officer").get(f"/office/grants/person/{user}?{query}"))
    assert said in page
    assert "access.rules.missing" in page


def test_the_page_of_a_person_says_what_they_see(town: Town) -> None:
    page = text_of(client_of(town, "auditor").get(f"/office/grants/person/{town.supervisor.user_id}"))
    assert "可查看具体事项的区域" in page
    assert "妙高街道" in page
    assert "全部收回" not in page, "an auditor reads and takes nothing"
    far = client_of(town, "town_auditor").get(f"/office/grants/person/{town.supervisor.user_id}")
    assert far.status_code == 404


def test_the_header_leads_there_whom_it_lets_in(town: Town) -> None:
    for who, ways in {
        "supervisor": {"/office/glass"}, "second": {"/office/glass"},
        "county_officer": {"/office/glass", "/office/grants"},
        "auditor": {"/office/glass", "/office/grants", "/office/ledger"}, "worker": set(),
    }.items():  # fmt: skip
        body = text_of(client_of(town, who).get("/office/more"))
        shown = {way for way in ("/office/glass", "/office/grants", "/office/ledger") if f'href="{way}"' in body}
        assert shown == ways, who


def test_the_ledger_before_anything_is_sealed_teaches(town: Town) -> None:
    client = client_of(town, "auditor", "en")
    body = text_of(client.get("/office/ledger?before=9&day=nonsense&what=%27&area=x&office=1"))
    assert "No entry of your areas" in body
    assert client.post("/office/ledger/check", {"first": "0", "last": "1"}).status_code == 400
