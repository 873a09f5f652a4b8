"""The slice of ODK Central's REST: tables filtered and sorted, corrections, pictures, remarks, and what is refused."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from PIL import Image

from collection.field_town import FIRST, HELD, Field, admit, draft, lived_in, paper, read_all
from collection.xlsforms import basics
from gridcommons.collection.forms.actions import close_form, draft_form, publish_form
from gridcommons.collection.inbox.queries import said_in
from gridcommons.kit.errors import Refusal
from gridcommons.web.central import tables
from gridcommons.web.central.conditions import condition_of, order_of
from gridcommons.web.central.door import token_of
from town import AT, OTHER_TOWNSHIP, TOWNSHIP, Town
from web.office_town import picture, stop_clock


def small_picture() -> bytes:
    """Another photo."""
    out = BytesIO()
    Image.new("RGB", (32, 32), (90, 40, 40)).save(out, "JPEG")
    return out.getvalue()


PEOPLE = (
    "<people><called>甲</called><years>70</years></people><people><called>乙</called></people>"
    "<people><called>丙</called><years>4</years></people>"
)


@pytest.fixture
def field(standing_field: Field, town: Town, monkeypatch: pytest.MonkeyPatch) -> Iterator[Field]:
    stop_clock(monkeypatch, AT)
    with lived_in(HELD):
        yield standing_field


class Analyst:
    """An account at the door."""

    def __init__(self, name: str = "supervisor", project: str = TOWNSHIP) -> None:
        token = token_of(get_user_model().objects.get(username=name))
        self.client = Client(headers={"Authorization": f"Bearer {token}"})
        self.form = f"/v1/projects/{project}/forms/basics"

    def table(self, name: str = "Submissions", **options: Any) -> Any:
        """What a table answers; `top` for `$top`."""
        return self.client.get(f"{self.form}.svc/{name}", {f"${key}": value for key, value in options.items()})

    def pages(self, name: str, **options: Any) -> Iterator[Any]:
        """The pages of a table, each by the link of the one before."""
        found = self.table(name, **options).json()
        yield found
        while "@odata.nextLink" in found:
            found = self.client.get(found["@odata.nextLink"]).json()
            yield found

    def ids(self, **options: Any) -> list[str]:
        """The ids of its rows."""
        answer = self.table(**options)
        assert answer.status_code == 200, answer.content.decode()
        return [row["__id"] for row in answer.json()["value"]]

    def at(self, instance_id: str, more: str = "") -> str:
        """The address of a submission."""
        return f"{self.form}/submissions/{quote(instance_id, safe='')}{more}"

    def post(self, xml: str, **more: Any) -> Any:
        """Send a form in."""
        return self.client.post(f"{self.form}/submissions", xml, "application/xml", **more)

    def say(self, method: str, address: str, facts: Any) -> Any:
        """Send JSON."""
        return self.client.generic(method, address, json.dumps(facts), "application/json")


def _sent(field: Field, *names: str) -> None:
    """Submissions, a day after one another, each understood."""
    for day, name in enumerate(names):
        at = AT + timedelta(days=day)
        with pytest.MonkeyPatch.context() as patch:
            stop_clock(patch, at)
            xml = paper(household=str(FIRST), outcome="done", instance=f"uuid:{name}", more__note=name)
            assert field.post(xml).status_code == 201
            read_all(at)


def _peopled(analyst: Analyst, *names: str) -> None:
    """Submissions of one moment, each with three people."""
    for name in names:
        xml = paper(outcome="done", instance=f"uuid:{name}", more__note=name).replace("<more>", f"{PEOPLE}<more>")
        assert analyst.post(xml).status_code == 200
    read_all()


FILTERS = {
    "__system/submissionDate ge 2026-11-03": "cb",
    "__system/submissionDate lt '2026-11-03T00:00:00Z'": "a",
    "__system/submissionDate gt 2026-11-02T18:00:00 08:00 and not (__system/submissionDate gt 2026-11-04)": "b",
    "__system/submissionDate le now()": "cba",
    "day(__system/submissionDate) eq 2 or day(__system/submissionDate) eq 4": "ca",
    "day(__system/submissionDate) lt 3.5": "ba",
    "year(__system/submissionDate) ne 2026": "",
    "month(now()) eq 11": "cba",
    "__system/updatedAt eq null": "cb",
    "__system/updatedAt ne null": "a",
    "__system/updatedAt lt 2030-01-01": "a",
    "__system/reviewState eq 'approved'": "a",
    "__system/reviewState ne 'approved'": "cb",
    "__system/reviewState eq null": "cb",
    "null eq __system/reviewState and hour(__system/submissionDate) ge 1": "cb",
    "not not $root/Submissions/__system/reviewState eq 'approved'": "a",
}


def test_tables_are_filtered_as_central_filters_them(field: Field) -> None:
    analyst = Analyst()
    _sent(field, "a", "b", "c")
    assert analyst.say("PATCH", analyst.at("uuid:a"), {"reviewState": "approved"}).status_code == 200
    with pytest.MonkeyPatch.context() as patch:
        stop_clock(patch, AT + timedelta(days=3))
        assert "".join(one[5:] for one in analyst.ids()) == "cba"
        for text, found in FILTERS.items():
            assert "".join(one[5:] for one in analyst.ids(filter=text)) == found, text


UNREADABLE = {
    "": None,
    "__system/submissionDate": 400,
    "__system/submissionDate ge": 400,
    "__system/submissionDate ge 2026-13-01": 400,
    "__system/submissionDate ge 'yesterday'": 400,
    "__system/submissionDate ge 5": 400,
    "__system/submissionDate gt null": 400,
    "__system/reviewState eq 'approved": 400,
    "__system/reviewState eq '\0'": 400,
    "(__system/reviewState eq 'approved'": 400,
    "__system/reviewState eq 'approved')": 400,
    "__system/reviewState eq 'a' and": 400,
    "year(__system/reviewState) eq 2026": 400,
    "year(year(now())) eq 2026": 400,
    "(" * 60: 400,
    "x" * 3_000: 400,
    "; drop table": 400,
    "outcome eq 'done'": 501,
    "__system/submitterId eq 5": 501,
    "length(__system/reviewState) eq 5": 501,
    "__system/deviceId eq null": 501,
}


def test_a_condition_that_is_none_is_told_so_in_one_sentence(field: Field) -> None:
    analyst = Analyst()
    for text, status in UNREADABLE.items():
        answer = analyst.table(filter=text)
        assert answer.status_code == (status or 200), text
        if status:
            assert set(answer.json()) == {"code", "message"}, text
    for wrong in ({"orderby": "outcome"}, {"orderby": "__system/submissionDate up"}, {"search": "x"}, {"expand": "a"}):
        assert analyst.table(**wrong).status_code == 501, wrong
    for wrong in ({"top": "-1"}, {"skip": "x"}, {"top": "12345678"}, {"skiptoken": "x"}, {"skiptoken": "WzEsMV0"},
                  {"select": "nothing"}, {"select": "more/nothing"}):  # fmt: skip
        assert analyst.table(**wrong).status_code == 400, wrong


def test_conditions_read_without_a_database_too() -> None:
    assert order_of("__system/submissionDate desc,__system/updatedAt") == (
        ("submissionDate", True),
        ("updatedAt", False),
    )
    with pytest.raises(Refusal, match="charter 12"):
        condition_of("__system/submitterId eq 5", AT)
    with pytest.raises(Refusal, match="sign 32"):
        condition_of("__system/reviewState eq 'a' or or", AT)


def test_the_table_of_one_form_asks_no_more_where_there_are_more_forms(field: Field) -> None:
    analyst, officer = Analyst(), field.town.county_officer

    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert analyst.table().status_code == 200
        return len(asked)

    questions()
    before = questions()
    made = [draft(f"other{number}", basics()) for number in range(3)]
    admit(*made)
    for one in made:
        publish_form(version_id=draft_form(draft=one, by=officer, at=AT).pk, by=officer, at=AT)
    assert questions() == before


def test_pages_hold_together_while_more_comes_in(field: Field) -> None:
    analyst = Analyst()
    _sent(field, "a", "b", "c")
    with pytest.MonkeyPatch.context() as patch:
        stop_clock(patch, AT + timedelta(days=3))
        first = analyst.table(top=2, count="true").json()
    assert [row["__id"] for row in first["value"]] == ["uuid:c", "uuid:b"]
    assert first["@odata.count"] == 3
    with pytest.MonkeyPatch.context() as patch:
        stop_clock(patch, AT + timedelta(days=4))
        field.post(paper(household=str(FIRST), outcome="done", instance="uuid:late"))
        second = analyst.client.get(first["@odata.nextLink"]).json()
        assert analyst.ids(orderby="__system/submissionDate asc", top=1) == ["uuid:a"]
        assert analyst.ids(top=0) == []
        assert analyst.ids(skip=1, top=1) == ["uuid:c"]
    assert [row["__id"] for row in second["value"]] == ["uuid:a"]
    assert "@odata.nextLink" not in second


@pytest.mark.parametrize("order", [
    "", "__system/submissionDate asc", "__system/updatedAt", "__system/updatedAt desc", "__system/reviewState desc",
    "__system/reviewState,__system/updatedAt desc", "__system/updatedAt asc,__system/submissionDate desc",
])  # fmt: skip
def test_pages_of_any_size_and_order_give_every_row_once_in_the_order_of_the_whole(field: Field, order: str) -> None:
    analyst = Analyst()
    names = "abcdefg"
    for name in names:  # in one moment, so that the ids decide
        assert field.post(paper(outcome="done", instance=f"uuid:{name}")).status_code == 201
    read_all()
    better = paper(outcome="not_home", instance="uuid:b2", deprecated="uuid:b")
    assert field.post(better).status_code == 201
    for name, state in (("a", "approved"), ("d", "approved"), ("f", "hasIssues")):
        assert analyst.say("PATCH", analyst.at(f"uuid:{name}"), {"reviewState": state}).status_code == 200
    options = {"orderby": order} if order else {}
    whole = analyst.ids(**options)
    assert sorted(whole) == [f"uuid:{name}" for name in names]
    for size in (1, 2, 3, 7):
        found, answer = list[str](), analyst.table(top=size, count="true", **options).json()
        while True:
            assert answer["@odata.count"] == len(names)
            found += [row["__id"] for row in answer["value"]]
            if "@odata.nextLink" not in answer:
                break
            assert len(answer["value"]) == size
            answer = analyst.client.get(answer["@odata.nextLink"]).json()
        assert found == whole, size
    listed = [one["instanceId"] for one in analyst.client.get(f"{analyst.form}/submissions").json()]
    assert sorted(listed) == sorted(whole)


@pytest.mark.parametrize("table", ["Submissions", "Submissions.people"])
def test_the_number_of_all_is_counted_with_the_first_page_alone(
    field: Field, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    analyst = Analyst()
    _peopled(analyst, "a", "b", "c")
    asked = list[bool]()

    def listening(*, count: bool, **rest: Any) -> Any:
        asked.append(count)
        return said_in(count=count, **rest)

    monkeypatch.setattr(tables, "said_in", listening)
    pages = list(analyst.pages(table, top=1, count="true"))
    many = 3 if table == "Submissions" else 9
    assert [page["@odata.count"] for page in pages] == [many] * many
    assert asked == [True] + [False] * (many - 1)


def test_a_number_of_all_holds_for_its_reader_table_and_condition_alone(field: Field) -> None:
    analyst = Analyst()
    _peopled(analyst, "a", "b", "c")
    address = analyst.table(top=1, count="true").json()["@odata.nextLink"]
    token = parse_qs(urlsplit(address).query)["$skiptoken"][0]
    until, total, seal, *place = json.loads(urlsafe_b64decode(f"{token}{'=' * (-len(token) % 4)}"))
    assert total == 3
    _peopled(analyst, "d")
    assert analyst.client.get(address).json()["@odata.count"] == 3
    more = {"top": 1, "count": "true"}
    assert analyst.table(skiptoken=_token(until, 7, seal, *place), **more).json()["@odata.count"] == 4
    assert analyst.table(skiptoken=_token(until, 3, "é", *place), **more).json()["@odata.count"] == 4
    never = "__system/submissionDate lt 2020-01-01"
    assert analyst.table(skiptoken=token, filter=never, **more).json()["@odata.count"] == 0
    far = Analyst("far_supervisor")
    assert far.client.get(address).status_code == 404, "the address of a page opens nothing to a stranger"
    far = Analyst("far_supervisor", OTHER_TOWNSHIP)
    assert far.table(skiptoken=token, **more).json()["@odata.count"] == 0


def _token(*said: Any) -> str:
    return urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")


_UNTIL, _ROW = "2026-11-02T09:00:00+00:00", "01900000-0000-7000-8000-000000000000"
_FIRST_PAGE = (_UNTIL, None, "")


@pytest.mark.parametrize("said", [
    (), (_UNTIL,), (_UNTIL, 5), (_UNTIL, _UNTIL, _ROW), _FIRST_PAGE, (*_FIRST_PAGE, _UNTIL), (*_FIRST_PAGE, 5),
    (*_FIRST_PAGE, _UNTIL, "x", 0), (*_FIRST_PAGE, None, _ROW, 0), (*_FIRST_PAGE, "now", _ROW, 0),
    (*_FIRST_PAGE, _UNTIL, _UNTIL, _ROW, 0), (*_FIRST_PAGE, _UNTIL, 5, 0), (*_FIRST_PAGE, 5, _ROW, 0),
    (None, None, "", _UNTIL, _ROW, 0), ([], {}, []), ("9999-99-99", None, "", _UNTIL, _ROW, 0),
    (*_FIRST_PAGE, "a\0", _ROW, 0), (*_FIRST_PAGE, _UNTIL, _ROW, -1), (*_FIRST_PAGE, _UNTIL, _ROW, True),
    (*_FIRST_PAGE, _UNTIL, _ROW, 2), (*_FIRST_PAGE, _UNTIL, _ROW, "2"), (*_FIRST_PAGE, _UNTIL, _ROW),
    (_UNTIL, -1, "", _UNTIL, _ROW, 0), (_UNTIL, True, "", _UNTIL, _ROW, 0), (_UNTIL, 3, None, _UNTIL, _ROW, 0),
], ids=str)  # fmt: skip
def test_a_token_that_was_not_given_here_is_told_so(field: Field, said: tuple[Any, ...]) -> None:
    analyst = Analyst()
    assert analyst.table(skiptoken=_token(*said)).status_code == 400
    assert analyst.table(skiptoken=_token(*said), orderby="__system/reviewState").status_code in {200, 400}
    assert analyst.table("Submissions.people", skiptoken=_token(*said)).status_code in {200, 400}
    for text in ("", "[" * 3_000, "é", "W10", "////"):
        assert analyst.table(skiptoken=text or "x").status_code == 400


def test_a_token_may_name_a_row_that_is_gone(field: Field) -> None:
    analyst = Analyst()
    _peopled(analyst, "a")
    for table, many in (("Submissions", 0), ("Submissions.people", 2)):
        token = _token("2030-01-01T00:00:00+00:00", None, "", "2029-01-01T00:00:00+00:00", _ROW, many)
        assert len(analyst.table(table, skiptoken=token).json()["value"]) == (3 if many else 1)


def test_the_answers_of_a_closed_form_are_read_as_before(field: Field) -> None:
    analyst = Analyst()
    _sent(field, "a")
    close_form(form_id=field.basics.form_id, reason="换新表", by=field.town.county_officer, at=AT)
    assert analyst.ids() == ["uuid:a"]
    assert analyst.client.get(analyst.form).json()["state"] == "closed"
    assert analyst.post(paper(outcome="done")).status_code == 409


def test_what_is_selected_is_all_that_comes(field: Field) -> None:
    analyst = Analyst()
    _sent(field, "a")
    (row,) = analyst.table(select="__id,__system/reviewState,more/note").json()["value"]
    assert row == {"__id": "uuid:a", "__system": {"reviewState": None}, "more": {"note": "a"}}
    (whole,) = analyst.table().json()["value"]
    assert whole["size"] is None, "what was not answered is there as nothing"
    assert {"size_known", "size_still", "fuel_known_zh"} <= whole.keys()
    assert whole["meta"] == {"instanceID": "uuid:a", "instanceName": None}
    assert whole["people@odata.navigationLink"] == "Submissions('uuid%3Aa')/people"


def test_items_of_repeats_have_a_table_pages_and_links(field: Field) -> None:
    analyst = Analyst()
    _peopled(analyst, "a", "b")
    every = analyst.table("Submissions.people", count="true", orderby="__system/submissionDate").json()
    assert every["@odata.count"] == 6
    assert [one["called"] for one in every["value"]] == ["甲", "乙", "丙"] * 2
    assert {one["__Submissions-id"] for one in every["value"]} == {"uuid:a", "uuid:b"}
    page = analyst.table("Submissions.people", top=4, skip=2, orderby="__system/submissionDate").json()
    assert [(one["__Submissions-id"], one["called"]) for one in page["value"]] == [
        (one["__Submissions-id"], one["called"]) for one in every["value"][2:]
    ]
    first = analyst.table("Submissions.people", top=5).json()
    rest = analyst.client.get(first["@odata.nextLink"]).json()
    assert len({one["__id"] for one in (*first["value"], *rest["value"])}) == 6
    inner = {row["__id"]: row for row in analyst.table(expand="*").json()["value"]}["uuid:a"]
    assert [one["called"] for one in inner["people"]] == ["甲", "乙", "丙"]
    link = analyst.client.get(f"{analyst.form}.svc/{inner['people@odata.navigationLink']}").json()["value"]
    assert [one["years"] for one in link] == [70, None, 4]
    (alone,) = analyst.table("Submissions('uuid:b')").json()["value"]
    assert alone["__id"] == "uuid:b"
    for nowhere in ("Submissions('uuid:x')", "Submissions('uuid:b')/more", "Submissions.more", "Other"):
        assert analyst.table(nowhere).status_code == 404, nowhere


@pytest.mark.parametrize("order", ["", "__system/submissionDate asc", "__system/updatedAt desc"])
def test_items_of_repeats_come_once_on_pages_of_any_size(field: Field, order: str) -> None:
    analyst = Analyst()
    _peopled(analyst, "a", "b", "c")
    assert field.post(paper(outcome="done", instance="uuid:none")).status_code == 201
    read_all()
    options = {"orderby": order} if order else {}
    whole = [one["__id"] for one in analyst.table("Submissions.people", **options).json()["value"]]
    assert len(set(whole)) == len(whole) == 9
    for size in (1, 2, 3, 4, 8, 9, 10):
        pages = list(analyst.pages("Submissions.people", top=size, count="true", **options))
        assert [one["__id"] for page in pages for one in page["value"]] == whole, size
        assert {page["@odata.count"] for page in pages} == {9}
        assert len(pages) == -(-9 // size)
    for skip in range(10):
        first = next(analyst.pages("Submissions.people", skip=skip, top=2, **options))
        assert [one["__id"] for one in first["value"]] == whole[skip : skip + 2]
        assert ("@odata.nextLink" in first) == (skip < 7)


def test_items_are_found_behind_rows_that_have_none(field: Field) -> None:
    analyst = Analyst()
    _peopled(analyst, "a")
    for number in range(5):
        assert field.post(paper(outcome="done", instance=f"uuid:none{number}")).status_code == 201
    read_all()
    _peopled(analyst, "b")
    for number in range(5, 10):
        assert field.post(paper(outcome="done", instance=f"uuid:none{number}")).status_code == 201
    read_all()
    pages = list(analyst.pages("Submissions.people", top=1))
    assert [one["__id"] for page in pages for one in page["value"]] == [
        f"uuid:{name}-{number}" for name in "ba" for number in range(3)
    ]


def test_items_that_come_in_meanwhile_do_not_push_others_onto_the_next_page(field: Field) -> None:
    analyst = Analyst()
    _peopled(analyst, "a", "b")
    pages = analyst.pages("Submissions.people", top=2)
    seen = [one["__id"] for one in next(pages)["value"]]
    _peopled(analyst, "c")
    seen += [one["__id"] for page in pages for one in page["value"]]
    assert sorted(seen) == [f"uuid:{name}-{number}" for name in "ab" for number in range(3)]


def test_the_metadata_say_what_the_tables_hold(field: Field) -> None:
    analyst = Analyst()
    names = [one["name"] for one in analyst.client.get(f"{analyst.form}.svc").json()["value"]]
    assert names == ["Submissions", "Submissions.people"]
    text = analyst.table("$metadata").content.decode()
    for wanted in (
        'EntityType Name="Submissions.people"',
        'Property Name="years" Type="Edm.Int64"',
        'ComplexType Name="more"',
        'NavigationProperty Name="people" Type="Collection(org.gridcommons.form.basics.Submissions.people)"',
    ):
        assert wanted in text


def test_a_correction_keeps_the_id_of_the_first_one_and_its_pictures(field: Field) -> None:
    analyst = Analyst()
    xml = paper(household=str(FIRST), outcome="done", more__photo="a.jpg", instance="uuid:a")
    assert field.post(xml, **{"a.jpg": picture()}).status_code == 201
    read_all()
    better = paper(outcome="not_home", more__photo="a.jpg", instance="uuid:b", deprecated="uuid:a")
    stale = better.replace("uuid:b", "uuid:c")
    for _again in range(2):
        told = analyst.client.put(analyst.at("uuid:a"), better, "application/xml")
        assert told.status_code == 200, told.content
    assert (told.json()["instanceId"], told.json()["currentVersion"]["instanceId"]) == ("uuid:a", "uuid:b")
    assert told.json()["reviewState"] == "edited"
    assert analyst.client.put(analyst.at("uuid:a"), stale, "application/xml").status_code == 409
    assert analyst.client.put(analyst.at("uuid:x"), stale, "application/xml").status_code == 404
    (row,) = analyst.table().json()["value"]
    assert (row["__id"], row["__system"]["edits"], row["__system"]["attachmentsPresent"]) == ("uuid:a", 1, 1)
    assert analyst.client.get(analyst.at("uuid:a", "/attachments")).json() == [{"name": "a.jpg", "exists": True}]
    assert b"not_home" in analyst.client.get(analyst.at("uuid:a", ".xml")).content
    assert analyst.client.get(analyst.at("uuid:a")).json() == analyst.client.get(analyst.at("uuid:b")).json()


def test_pictures_are_listed_brought_and_read_by_name(field: Field) -> None:
    analyst = Analyst()
    assert analyst.post(paper(outcome="done", more__photo="a.jpg", instance="uuid:a")).status_code == 200
    listed = analyst.at("uuid:a", "/attachments")
    assert analyst.client.get(listed).json() == [{"name": "a.jpg", "exists": False}]
    assert analyst.client.get(f"{listed}/a.jpg").status_code == 404
    content, other = picture(), small_picture()
    for _again in range(2):
        brought = analyst.client.post(f"{listed}/a.jpg", content, "image/jpeg")
        assert (brought.status_code, brought.json()) == (200, {"success": True})
    assert analyst.client.get(listed).json() == [{"name": "a.jpg", "exists": True}]
    assert analyst.client.get(f"{listed}/a.jpg").content[:2] == b"\xff\xd8"
    wrong = [("b.jpg", content, 400), ("a.jpg", other, 409), ("a.jpg", b"no picture", 415)]
    assert [analyst.client.post(f"{listed}/{name}", body, "image/jpeg").status_code for name, body, _s in wrong] == [
        status for _name, _body, status in wrong
    ]


def test_remarks_and_reviews_stand_beside_what_was_sent(field: Field) -> None:
    analyst = Analyst()
    _sent(field, "a")
    said = analyst.at("uuid:a", "/comments")
    made = analyst.say("POST", said, {"body": "电话核对过"})
    assert (made.status_code, made.json()["body"], made.json()["actorId"]) == (200, "电话核对过", 0)
    assert [one["body"] for one in analyst.client.get(said).json()] == ["电话核对过"]
    reviewed = analyst.say("PATCH", analyst.at("uuid:a"), {"reviewState": "hasIssues"})
    assert reviewed.json()["reviewState"] == "hasIssues"
    wrong = [("POST", said, {"body": ""}), ("POST", said, {"body": 5}), ("POST", said, []),
             ("PATCH", analyst.at("uuid:a"), {"reviewState": "good"}), ("PATCH", analyst.at("uuid:a"), {})]  # fmt: skip
    for method, address, facts in wrong:
        assert analyst.say(method, address, facts).status_code == 400, facts
    assert analyst.say("POST", said, {"body": "长" * 2_001}).status_code in {400, 413, 422}
    held = paper(outcome="asleep", instance="uuid:held")
    assert analyst.post(held).status_code == 200
    read_all()
    assert analyst.client.get(analyst.at("uuid:held")).json()["reviewState"] == "hasIssues"
    assert analyst.say("PATCH", analyst.at("uuid:held"), {"reviewState": "approved"}).status_code == 409


ELSEWHERE = ("forms", "forms/basics/draft", "forms/basics/draft/publish", "forms/basics/draft/attachments/a.csv",
             "app-users", "forms/basics/assignments/2/5", "datasets", "datasets/homes/entities",
             "datasets/homes.svc/Entities", "datasets/homes/properties")  # fmt: skip


def test_what_central_has_and_this_house_has_not_is_refused_with_the_way_to_go(field: Field) -> None:
    analyst = Analyst()
    for path in ELSEWHERE:
        answer = analyst.say("POST", f"/v1/projects/{TOWNSHIP}/{path}", {})
        assert (answer.status_code, len(answer.json()["message"]) > 20) == (501, True), path
        assert Client().post(f"/v1/projects/{TOWNSHIP}/{path}").status_code == 401, path
    assert analyst.client.delete(analyst.at("uuid:a")).status_code == 405


WAYS = ("", ".xml", "/attachments", "/attachments/a.jpg", "/comments")


def test_a_stranger_learns_nothing_and_not_even_that_it_is_there(field: Field) -> None:
    _sent(field, "a")
    far = Analyst("far_supervisor", OTHER_TOWNSHIP)
    near = Analyst("far_supervisor", TOWNSHIP)
    for analyst in (far, near):
        for way in WAYS:
            there = analyst.client.get(analyst.at("uuid:a", way))
            absent = analyst.client.get(analyst.at("uuid:x", way))
            assert (there.status_code, there.content) == (absent.status_code, absent.content), way
            assert there.status_code == 404, way
        assert analyst.say("PATCH", analyst.at("uuid:a"), {"reviewState": "approved"}).status_code == 404
        assert analyst.say("POST", analyst.at("uuid:a", "/comments"), {"body": "x"}).status_code == 404
        assert analyst.client.post(analyst.at("uuid:a", "/attachments/a.jpg"), b"x", "image/jpeg").status_code == 404
        better = paper(outcome="done", instance="uuid:b", deprecated="uuid:a")
        assert analyst.client.put(analyst.at("uuid:a"), better, "application/xml").status_code == 404
    assert near.table("Submissions('uuid:a')").status_code == 404
    assert far.ids() == []
    for name in ("worker", "handler", "county_officer", "stranger"):
        assert Analyst(name).table().status_code == 404, name
    with override_settings(STAFF_SECOND_FACTOR=True):
        assert Analyst().table().status_code == 403
