"""Pictures by address: only from listed hosts, over HTTPS, never from an inner network, never too much or too slow."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.cases.models import Photo
from gridcommons.web.open311 import media
from open311_door import Door, new_key, stop_clock, undone
from town import HERE, Town
from web.office_town import picture

HOST = "photos.example.org"
OUTER, LISTED = "93.184.216.34", f"https://{HOST}/lamp.jpg"
Called = list[httpx.Request]


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gridcommons.web.open311.media.settings.OPEN311_MEDIA_HOSTS", frozenset({HOST}))


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch, listed: None) -> Callable[..., Called]:
    """Let the network answer as a test says; what was called comes back."""

    def answering(answer: httpx.Response | Exception, *numbers: str) -> Called:
        called: Called = []

        def handle(request: httpx.Request) -> httpx.Response:
            called.append(request)
            if isinstance(answer, Exception):
                raise answer
            return answer

        def resolve(host: str, port: int, **_more: object) -> list[Any]:
            if not numbers:
                raise socket.gaierror
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, port)) for number in numbers]

        made = httpx.Client(transport=httpx.MockTransport(handle), follow_redirects=False, trust_env=False)
        monkeypatch.setattr(media, "client", lambda: made)
        monkeypatch.setattr(socket, "getaddrinfo", resolve)
        return called

    return answering


def test_a_listed_host_is_called_by_its_number_under_its_name(calls: Callable[..., Called]) -> None:
    called = calls(httpx.Response(200, content=b"picture"), OUTER)
    assert media.fetched(LISTED) == b"picture"
    (request,) = called
    assert (request.url.host, request.headers["Host"], request.extensions["sni_hostname"]) == (OUTER, HOST, HOST)


@pytest.mark.parametrize(
    "url",
    [
        "", "lamp.jpg", "//photos.example.org/x", f"http://{HOST}/lamp.jpg", f"https://{HOST}:8443/x", "file:///etc/passwd",
        f"https://user@{HOST}/x", f"https://{HOST}.evil.example/x", f"https://evil.example/?{HOST}", "https://127.0.0.1/",
        f"https://evil.example#@{HOST}/", f"https://{HOST}:x/", "https://[", f"https://{HOST}/" + "a" * 3000,
        f"gopher://{HOST}/", f"https://{HOST}\\@evil.example/", "https://photos.example。org/x", f"ftp://{HOST}/",
    ],
)  # fmt: skip
def test_no_other_address_is_ever_called(calls: Callable[..., Called], url: str) -> None:
    called = calls(httpx.Response(200, content=b"picture"), OUTER)
    assert media.fetched(url) is None
    assert called == []


@pytest.mark.parametrize(
    "numbers",
    [
        (), ("127.0.0.1",), ("10.1.2.3",), ("192.168.0.1",), ("172.16.0.1",), ("169.254.169.254",), ("0.0.0.0",),
        ("100.64.0.1",), ("::1",), ("fe80::1%eth0",), ("fd00::1",), ("::ffff:127.0.0.1",), (OUTER, "127.0.0.1"),
        ("64:ff9b::7f00:1",), ("2002:7f00:1::",), ("fec0::1",), ("224.0.0.1",),
    ],
)  # fmt: skip
def test_a_name_that_leads_inside_is_not_followed(calls: Callable[..., Called], numbers: tuple[str, ...]) -> None:
    called = calls(httpx.Response(200, content=b"picture"), *numbers)
    assert media.fetched(LISTED) is None
    assert called == []


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(302, headers={"Location": "https://127.0.0.1/"}),
        httpx.Response(404, content=b"x"),
        httpx.ConnectTimeout("slow"),
        httpx.ReadTimeout("hangs"),
        httpx.RemoteProtocolError("lies"),
    ],
)
def test_what_answers_otherwise_is_no_picture(calls: Callable[..., Called], answer: httpx.Response | Exception) -> None:
    called = calls(answer, OUTER)
    assert media.fetched(LISTED) is None
    assert len(called) == 1, "and nothing is followed"


def test_too_much_and_too_slow_are_cut_off(calls: Callable[..., Called], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "PHOTO_BYTES", 10)
    calls(httpx.Response(200, content=b"x" * 11), OUTER)
    assert media.fetched(LISTED) is None
    monkeypatch.setattr(media, "_LONGEST", -1.0)
    calls(httpx.Response(200, content=b"x"), OUTER)
    assert media.fetched(LISTED) is None


@pytest.fixture
def door(standing_town: Town, monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    stop_clock(monkeypatch)
    with undone():
        yield Door(new_key())


LAMP = {"service_code": "street_lamps", "lat": str(HERE[1]), "long": str(HERE[0])}


def test_a_picture_from_a_listed_host_is_written_anew_and_kept(door: Door, calls: Callable[..., Called]) -> None:
    calls(httpx.Response(200, content=picture()), OUTER)
    assert "picture was not taken" not in door.report(media_url=LISTED)["service_notice"]
    with scoped(Scope("^")):
        assert Photo.objects.count() == 1


def test_without_a_list_no_name_is_even_looked_up(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(media, "resolved", lambda *_a: pytest.fail("a name was looked up"))
    assert "picture was not taken" in door.report(media_url=LISTED)["service_notice"]


def test_what_a_listed_host_sends_instead_of_a_picture_is_refused(door: Door, calls: Callable[..., Called]) -> None:
    calls(httpx.Response(200, content=b"<html>"), OUTER)
    assert door.refusal(door.send(media_url=LISTED, **LAMP))[0] == 415
    many = [("media_url", f"{LISTED}?{n}") for n in range(5)]
    body = "&".join(f"{name}={value}" for name, value in [*LAMP.items(), ("api_key", door.key), *many])
    answer = door.client.post("/open311/v2/requests.json", body, content_type="application/x-www-form-urlencoded")
    assert door.refusal(answer)[0] == 400


def test_the_same_request_is_answered_alike_while_the_host_of_its_picture_is_slow(
    door: Door, calls: Callable[..., Called]
) -> None:
    calls(httpx.Response(200, content=picture()), OUTER)
    first = door.send(media_url=LISTED, external_id="A-1", **LAMP)
    called = calls(httpx.ConnectTimeout("slow"), OUTER)
    again = door.send(media_url=LISTED, external_id="A-1", **LAMP)
    assert (first.status_code, again.status_code, again.json()) == (201, 200, first.json())
    assert called == [], "what came before is answered without fetching"
    other = door.send(media_url=f"{LISTED}?2", external_id="A-1", **LAMP)
    assert "with other content" in door.refusal(other)[1][0]
    assert called == []
    with scoped(Scope("^")):
        assert Photo.objects.count() == 1


def test_an_update_is_answered_alike_too(door: Door, calls: Callable[..., Called]) -> None:
    number = door.report()["service_request_id"]
    calls(httpx.Response(200, content=picture()), OUTER)
    news = {"service_request_id": number, "update_id": "u1", "media_url": LISTED, "api_key": door.key}
    first = door.client.post("/open311/v2/servicerequestupdates.json", news)
    called = calls(httpx.ConnectTimeout("slow"), OUTER)
    again = door.client.post("/open311/v2/servicerequestupdates.json", news)
    assert (first.status_code, again.status_code, again.json()) == (201, 200, first.json())
    other = door.client.post("/open311/v2/servicerequestupdates.json", news | {"media_url": f"{LISTED}?2"})
    assert "u1" in door.refusal(other)[1][0], "with other content"
    assert called == []


def test_an_update_of_a_picture_alone_that_was_not_taken_says_nothing(door: Door, calls: Callable[..., Called]) -> None:
    number = door.report()["service_request_id"]
    calls(httpx.ConnectTimeout("slow"), OUTER)
    news = {"service_request_id": number, "update_id": "u1", "media_url": LISTED, "api_key": door.key}
    assert door.refusal(door.client.post("/open311/v2/servicerequestupdates.json", news))[0] == 400
    calls(httpx.Response(200, content=picture()), OUTER)
    assert door.client.post("/open311/v2/servicerequestupdates.json", news).status_code == 201
