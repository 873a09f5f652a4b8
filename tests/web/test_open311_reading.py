"""The reading calls of the Open311 door, in both formats, against answers written by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from gridcommons.cases.actions import accept, close, dispatch, feed_back, file_case, report_case, void
from gridcommons.cases.filing import Report
from gridcommons.matters.barred import check_names
from gridcommons.matters.catalogue import shipped_catalogue
from gridcommons.web.open311 import reading
from gridcommons.web.open311.attributes import all_attributes
from open311_door import BASE, Door, as_text, parsed, stop_clock, undone
from town import AT, COUNTY, GRID, NEXT_GRID, TOWNSHIP, Town

FORMATS = pytest.mark.parametrize("form", ["json", "xml"])


@pytest.fixture
def town(standing_town: Town, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    stop_clock(monkeypatch)
    with undone():
        yield standing_town


@pytest.fixture
def door(town: Town) -> Door:
    return Door()


def _report(town: Town, text: str = "路灯不亮", matter: str = "street_lamps", days: int = 0) -> tuple[str, object]:
    report = Report(matter, text, lon=119.270543, lat=28.590512)
    made = report_case(report=report, channel="page", by=town.public, at=AT - timedelta(days=days))
    return made.number, made.case_id


def _file_and_dispatch(town: Town, case: object) -> None:
    file_case(case_id=case, by=town.supervisor, at=AT + timedelta(minutes=10))
    dispatch(
        case_id=case, to_area=COUNTY, to_kind="urban_management", by=town.dispatcher, at=AT + timedelta(minutes=20)
    )


def _close(town: Town, case: object) -> None:
    _file_and_dispatch(town, case)
    accept(case_id=case, by=town.handler, at=AT + timedelta(minutes=30))
    feed_back(case_id=case, evidence="灯泡已更换", by=town.handler, at=AT + timedelta(hours=2))
    close(case_id=case, check="灯亮了，电话13812345678", by=town.worker, at=AT + timedelta(hours=3))


@pytest.mark.parametrize("call", ["discovery", "services", "services/street_lamps", "requests"])
def test_both_formats_say_the_same(door: Door, town: Town, call: str) -> None:
    _report(town)
    assert door.read(call, "xml", lang="en") == as_text(door.read(call, "json", lang="en"))


@FORMATS
def test_discovery_says_where_the_door_is_and_what_it_speaks(door: Door, form: str) -> None:
    found = door.read("discovery", form, lang="en")
    assert list(found) == ["changeset", "contact", "key_service", "endpoints", "extensions", "jurisdictions"]
    assert found["changeset"] == "2026-01-01T00:00:00+08:00"
    assert found["endpoints"] == [
        {
            "specification": "http://wiki.open311.org/GeoReport_v2",
            "url": "http://testserver/open311/v2",
            "changeset": "2026-01-01T00:00:00+08:00",
            "type": "test",
            "formats": ["text/xml", "application/json"],
        }
    ]


@FORMATS
def test_a_service_is_listed_with_its_questions_kind_and_words(door: Door, form: str) -> None:
    found = {row["service_code"]: row for row in door.read("services", form, lang="en")}
    lamps = found["street_lamps"]
    keywords = lamps.pop("keywords").split(",")
    assert as_text(lamps) == {
        "service_code": "street_lamps",
        "service_name": "Street lamps",
        "description": "Lamps that are out, flicker or burn by day, leaning poles, bare wires; "
        "broken traffic lights too.",
        "metadata": "true",
        "type": "realtime",
        "group": "Streets and water",
    }
    assert len(keywords) > 3
    assert found["elder_visits"]["type"] == "blackbox"
    assert as_text(found["elder_visits"]["metadata"]) == "false"


def test_services_are_exactly_the_admitted_matters(door: Door) -> None:
    listed = {row["service_code"]: row["type"] for row in door.read("services")}
    admitted = shipped_catalogue().admitted()
    assert listed == {matter.key: "realtime" if matter.public else "blackbox" for matter in admitted}
    assert "consumer_complaints" not in listed


def test_a_definition_in_json_is_as_the_standard_has_it(door: Door) -> None:
    first, second = door.read("services/street_lamps", lang="en")["attributes"]
    assert first == {
        "variable": True,
        "code": "lamps_affected",
        "datatype": "number",
        "required": False,
        "datatype_description": "A whole number from 1 to 500",
        "order": 1,
        "description": "Number of lamps affected",
        "values": [],
    }
    assert second["values"][1] == {"key": "flickers", "name": "It flickers"}


def test_a_definition_in_xml_is_as_the_standard_has_it(door: Door) -> None:
    text = door.get("services/bulky_waste", "xml", lang="zh-hans").content.decode()
    assert text == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        "<service_definition><service_code>bulky_waste</service_code><attributes><attribute>"
        "<variable>true</variable><code>pieces</code><datatype>number</datatype><required>false</required>"
        "<datatype_description>1到1000的整数</datatype_description><order>1</order>"
        "<description>大件的件数</description><values /></attribute></attributes></service_definition>"
    )


def test_a_service_without_questions_has_an_empty_list(door: Door) -> None:
    assert door.read("services/waste_litter") == {"service_code": "waste_litter", "attributes": []}
    assert door.read("services/waste_litter", "xml") == {"service_code": "waste_litter", "attributes": []}


@FORMATS
@pytest.mark.parametrize(
    ("code", "status"), [("nothing", 404), ("consumer_complaints", 404), ("volunteers", 404), ("", 400)]
)
def test_a_definition_that_is_not_there(door: Door, form: str, code: str, status: int) -> None:
    got, said = door.refusal(door.get(f"services/{code}", form, lang="en"), form)
    assert got == status
    assert len(said) == 1


def test_what_is_not_for_the_grid_is_answered_with_the_way_to_go(door: Door) -> None:
    _status, said = door.refusal(door.get("services/consumer_complaints", lang="en"))
    assert "12315" in said[0] or "12345" in said[0]


def test_the_questions_ask_nothing_barred_about_anybody() -> None:
    known = shipped_catalogue()
    for attribute in all_attributes():
        assert known.get(attribute.matter).for_grid
        names = [words for _key, name in attribute.values for words in (name.zh, name.en)]
        check_names([attribute.code, attribute.question.zh, attribute.question.en, *names])


@FORMATS
def test_an_open_request_is_shown_as_the_standard_has_it(door: Door, town: Town, form: str) -> None:
    number, case = _report(town)
    _file_and_dispatch(town, case)
    (found,) = door.read(f"requests/{number}", form, lang="en")
    due = found.pop("expected_datetime")
    assert as_text(found) == {
        "service_request_id": number,
        "status": "open",
        "status_notes": "dispatched",
        "service_name": "Street lamps",
        "service_code": "street_lamps",
        "description": "路灯不亮",
        "agency_responsible": "urban_management office",
        "service_notice": f"urban_management office answers for it; it is due by {due[:10]} {due[11:16]}.",
        "requested_datetime": "2026-11-02T09:00:00+08:00",
        "updated_datetime": "2026-11-02T09:20:00+08:00",
        "address": "Tenglong Community Grid 1, Tenglong Community, Miaogao Subdistrict, Suichang County",
        "address_id": GRID,
        "zipcode": "",
        "lat": "28.591",
        "long": "119.271",
        "media_url": "",
    }
    assert due.endswith("+08:00")
    assert due > "2026-11-02T09:20:00+08:00"


def test_a_pin_that_was_corrected_is_shown_no_more(door: Door, town: Town) -> None:
    number, case = _report(town)
    file_case(case_id=case, area_code=NEXT_GRID, by=town.supervisor, at=AT)
    (found,) = door.read(f"requests/{number}", "json", lang="en")
    assert (found["address_id"], found["lat"], found["long"]) == (NEXT_GRID, None, None)


@FORMATS
def test_a_closed_request_says_what_was_found_without_phones(door: Door, town: Town, form: str) -> None:
    number, case = _report(town)
    _close(town, case)
    (found,) = door.read(f"requests/{number}", form, lang="zh-hans")
    assert found["status"] == "closed"
    assert found["status_notes"].startswith("灯亮了，电话")
    assert "13812345678" not in found["status_notes"]
    assert found["service_notice"] == "由urban_management办公室负责，2026-11-02 12:00已结案。"
    assert found["service_name"] == "路灯照明"
    assert found["address"] == "遂昌县妙高街道腾龙社区腾龙社区第1网格"


def test_a_request_that_was_not_filed_is_closed_with_the_reason(door: Door, town: Town) -> None:
    number, case = _report(town)
    void(case_id=case, reason="同一盏灯已有人报告", by=town.supervisor, at=AT + timedelta(hours=1))
    (found,) = door.read(f"requests/{number}")
    assert (found["status"], found["status_notes"]) == ("closed", "同一盏灯已有人报告")


def test_a_request_not_yet_filed_says_who_answers_for_it_and_for_how_long(door: Door, town: Town) -> None:
    number, _case = _report(town)
    (found,) = door.read(f"requests/{number}", lang="en")
    assert found["expected_datetime"] is None
    assert found["service_notice"].startswith("Urban management answers for it and has ")


def test_requests_are_found_by_service_status_time_and_number(door: Door, town: Town) -> None:
    lamp, case = _report(town)
    litter, _case = _report(town, "垃圾成堆", "waste_litter", days=2)
    _file_and_dispatch(town, case)

    def numbers(**query: str) -> list[str]:
        return [row["service_request_id"] for row in door.read("requests", **query)]

    assert numbers() == [lamp, litter]
    assert numbers(service_code="waste_litter") == [litter]
    assert numbers(service_code="waste_litter,street_lamps") == [lamp, litter]
    assert numbers(status="open") == [lamp, litter]
    assert numbers(status="closed") == []
    assert numbers(status="open,closed") == [lamp, litter]
    assert numbers(start_date="2026-11-02T00:00:00+08:00") == [lamp]
    assert numbers(start_date="2026-11-02T00:00:00 08:00") == [lamp]
    assert numbers(end_date="2026-11-01T23:59:59Z") == [litter]
    assert numbers(start_date="2026-10-01T00:00:00Z", end_date="2026-11-01T00:00:00Z") == [litter]
    assert numbers(service_request_id=f"{litter},{lamp}", status="closed") == [lamp, litter]
    assert numbers(service_request_id="999999-ZZZZZ") == []


def test_only_the_last_ninety_days_are_listed_unless_dates_are_given(door: Door, town: Town) -> None:
    old, _case = _report(town, days=90)
    assert door.read("requests") == []
    found = door.read("requests", start_date="2026-08-01T00:00:00+08:00")
    assert [row["service_request_id"] for row in found] == [old]


def test_no_more_are_listed_than_the_standard_allows(door: Door, town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    for days in range(4):
        _report(town, days=days)
    assert reading.MOST == 1_000
    monkeypatch.setattr(reading, "MOST", 3)
    assert [row["requested_datetime"][:10] for row in door.read("requests")] == [
        "2026-11-02",
        "2026-11-01",
        "2026-10-31",
    ]


@FORMATS
@pytest.mark.parametrize(
    "query",
    [
        {"start_date": "yesterday"},
        {"start_date": "2026-11-02T00:00:00"},
        {"start_date": "0001-01-01T00:00:00+14:00"},
        {"end_date": "9999-12-31T23:59:59-14:00"},
        {"start_date": "2026-11-02T00:00:00Z", "end_date": "2026-11-01T00:00:00Z"},
        {"page": "0"},
        {"page_size": "1001"},
        {"page": "²"},
        {"page": "101"},
        {"bbox": "119,28,120"},
        {"bbox": "120,28,119,29"},
        {"bbox": "119,nan,120,29"},
        {"bbox": "119,28,120,29,30"},
        {"status": "parked"},
    ],
)
def test_a_search_that_makes_no_sense_gets_one_sentence(door: Door, form: str, query: dict[str, str]) -> None:
    status, said = door.refusal(door.get("requests", form, lang="zh-hans", **query), form)
    assert status == 400
    assert len(said) == 1
    assert said[0].endswith("。") or "+08:00" in said[0]


def test_matters_inside_homes_and_others_not_public_are_nowhere_listed(door: Door, town: Town) -> None:
    number, _case = _report(town, "独居老人需要探访", "elder_visits")
    for query in ({}, {"service_code": "elder_visits"}, {"service_request_id": number}):
        for form in ("json", "xml"):
            response = door.get("requests", form, **query)
            assert parsed(response, form) == []
            assert number not in response.content.decode()


@FORMATS
def test_not_public_and_not_there_look_the_same(door: Door, town: Town, form: str) -> None:
    hidden, _case = _report(town, "夜里很吵", "noise")
    answers = [door.get(f"requests/{number}", form) for number in (hidden, "261102-ZZZZZ", "x")]
    assert {(a.status_code, a.content) for a in answers} == {(404, answers[0].content)}
    door.refusal(answers[0], form)
    searched = [door.get("requests", form, service_code=code).content for code in ("noise", "no_such_service")]
    assert searched[0] == searched[1]


@FORMATS
def test_no_html_comes_out_alive(door: Door, town: Town, form: str) -> None:
    number, case = _report(town, '<script>alert("1")</script> & <b>灯</b>')
    file_case(case_id=case, by=town.supervisor, at=AT)
    response = door.get(f"requests/{number}", form)
    (found,) = parsed(response, form)
    assert found["description"] == '<script>alert("1")</script> & <b>灯</b>'
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    if form == "xml":
        assert "<script>" not in response.content.decode()


@FORMATS
def test_phones_mails_and_identity_numbers_never_come_out(door: Door, town: Town, form: str) -> None:
    secret = ["13812345678", "0578-8123456", "zhang@example.com", "330102199003071234"]
    _report(town, "灯坏了，手机" + "，".join(secret))
    _report(town, "Lamp out. Call (212) 555-0147 or mail jane.doe@example.org", days=1)
    text = door.get("requests", form).content.decode()
    for number in [*secret, "555-0147", "jane.doe"]:
        assert number not in text


def test_signs_that_xml_cannot_carry_are_left_out(door: Door, town: Town) -> None:
    response = door.get("services/a%0Bb%EF%BF%BE", "xml", lang="en")
    assert door.refusal(response, "xml")[0] == 404


@pytest.mark.parametrize(
    ("wish", "header", "language"),
    [
        ("en", "zh", "en"),
        ("zh-CN", "en", "zh-Hans"),
        ("", "en-GB", "en"),
        ("xx", "en", "en"),
        ("", "", "zh-Hans"),
        ("z" * 900, "", "zh-Hans"),
    ],
)
def test_the_language_is_the_one_asked_for(door: Door, wish: str, header: str, language: str) -> None:
    response = door.client.get(
        f"{BASE}/services.json", {"lang": wish} if wish else {}, headers={"Accept-Language": header}
    )
    assert response.headers["Content-Language"] == language
    names = {row["service_name"] for row in parsed(response, "json")}
    assert ("Street lamps" in names) == (language == "en")


@FORMATS
@pytest.mark.parametrize("call", ["discovery", "services", "services/roads", "requests/1"])
@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_other_methods_are_refused_with_those_that_are_allowed(door: Door, form: str, call: str, method: str) -> None:
    response = getattr(door.client, method)(f"{BASE}/{call}.{form}")
    assert door.refusal(response, form)[0] == 405
    assert response.headers["Allow"] == "GET, HEAD"


def test_head_is_answered_like_get(door: Door) -> None:
    assert door.client.head(f"{BASE}/services.xml").status_code == 200


@pytest.mark.parametrize(
    "path", ["", "services", "services.yaml", "tokens.json", "tokens/1/2.xml", "requests/1/2.xml", "requests/a/b.json"]
)
def test_an_address_that_does_not_exist_says_where_to_start(door: Door, path: str) -> None:
    form = "json" if path.endswith(".json") else "xml"
    status, said = door.refusal(door.client.get(f"{BASE}/{path}"), form)
    assert status == 404
    assert "discovery" in said[0]


def test_the_place_is_never_nearer_than_a_thousandth_of_a_degree(door: Door, town: Town) -> None:
    _report(town)
    (found,) = door.read("requests")
    assert (found["lat"], found["long"]) == (28.591, 119.271)
    assert (found["lat"], found["long"]) != (28.590512, 119.270543)


def test_a_request_placed_by_name_only_has_no_coordinates(door: Door, town: Town) -> None:
    report_case(report=Report("roads", "路面塌了", area_code=TOWNSHIP), channel="page", by=town.public, at=AT)
    (found,) = door.read("requests")
    assert (found["lat"], found["long"], found["address_id"]) == (None, None, TOWNSHIP)
    (found,) = door.read("requests", "xml")
    assert (found["lat"], found["long"], found["address_id"]) == ("", "", TOWNSHIP)
