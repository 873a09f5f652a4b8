"""The client `georeport` reads the running door in both formats, and requests are posted to it over HTTP."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import requests
from georeport import GeoReport

from gridcommons.cases.actions import file_case, report_case
from gridcommons.cases.filing import Report
from open311_door import new_key, parsed_body, stop_clock
from serving import serving
from town import AT, HERE, Town, build_town

FORMATS = pytest.mark.parametrize("form", ["json", "xml"])


@pytest.fixture
def address(committed: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The program on a free port of this machine, with a committed town and one open public request."""
    stop_clock(monkeypatch)
    with serving() as url:
        yield url


@pytest.fixture
def town(address: str) -> Town:
    return build_town()


@pytest.fixture
def numbers(town: Town) -> list[str]:
    reports = [Report("street_lamps", "路灯不亮 & <b>闪</b>", *HERE), Report("roads", "路面塌了", *HERE)]
    at = [AT, AT - timedelta(hours=1)]
    made = [
        report_case(report=report, channel="page", by=town.public, at=when)
        for report, when in zip(reports, at, strict=True)
    ]
    file_case(case_id=made[0].case_id, by=town.supervisor, at=AT)
    return [one.number for one in made]


@FORMATS
def test_georeport_makes_its_four_calls(address: str, numbers: list[str], form: str) -> None:
    client = GeoReport(f"{address}/open311/v2", output_format=form)
    services = {row["service_code"]: row for row in client.get_service_list()}
    assert services["street_lamps"]["type"] == "realtime"
    definition = client.get_service_definition("street_lamps")
    attributes = definition["attributes"] if form == "json" else definition["attributes"]["attribute"]
    assert [attribute["code"] for attribute in attributes] == ["lamps_affected", "lamp_fault"]
    listed = client.get_service_requests(status="open")
    assert [row["service_request_id"] for row in listed] == numbers
    one = client.get_service_request(numbers[0])
    assert one["description"] == "路灯不亮 & <b>闪</b>"
    assert one["requested_datetime"] == "2026-11-02T09:00:00+08:00"


@FORMATS
def test_what_is_posted_at_a_moment_is_listed_with_it(address: str, town: Town, form: str) -> None:
    key, url = new_key(may_set_time=True), f"{address}/open311/v2/requests.{form}"
    fields = {"api_key": key, "description": "路灯不亮", "lat": HERE[1], "long": HERE[0]}
    headers = {"X-Gridcommons-Demo-Time": AT.isoformat()}
    answers = [
        requests.post(url, data={**fields, "service_code": code}, headers=headers, timeout=30)
        for code in ("street_lamps", "elder_visits")
    ]
    lamp, visit = (parsed_body(answer.content, form)[0] for answer in answers)
    listed = GeoReport(f"{address}/open311/v2", output_format="json").get_service_requests()
    assert [(row["service_request_id"], row["requested_datetime"]) for row in listed] == [
        (lamp["service_request_id"], "2026-11-02T09:00:00+08:00")
    ]
    assert len({lamp["tracking_code"], visit["tracking_code"], lamp["service_request_id"], visit["token"]}) == 4


@FORMATS
def test_an_upload_that_hangs_holds_up_nobody_else(address: str, numbers: list[str], form: str) -> None:
    """Half a form on an open connection: others are answered meanwhile, and the hanging one is simply never taken."""
    place = urlsplit(address)
    head = (
        f"POST /open311/v2/requests.{form} HTTP/1.1\r\nHost: {place.netloc}\r\nContent-Type: "
        "application/x-www-form-urlencoded\r\nContent-Length: 100000\r\n\r\napi_key="
    )
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=30) as hanging:
        hanging.sendall(head.encode())
        listed = requests.get(f"{address}/open311/v2/requests.{form}", timeout=30)
        assert listed.status_code == 200
        assert numbers[0] in listed.text


@FORMATS
@pytest.mark.parametrize(
    "bomb",
    [
        b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><l>&b;</l>',
        b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY f SYSTEM "file:///etc/hostname">]><l>&f;</l>',
    ],
)
def test_no_xml_from_outside_is_ever_read(address: str, town: Town, form: str, bomb: bytes) -> None:
    for kind in ("text/xml", "application/xml"):
        answer = requests.post(
            f"{address}/open311/v2/requests.{form}", data=bomb, headers={"Content-Type": kind}, timeout=30
        )
        assert answer.status_code == 415


def test_four_megabytes_are_refused_over_http(address: str, town: Town) -> None:
    body = {"api_key": "x", "description": "x" * 4_000_000}
    answer = requests.post(f"{address}/open311/v2/requests.json", data=body, timeout=30)
    assert (answer.status_code, len(answer.json())) == (413, 1)
