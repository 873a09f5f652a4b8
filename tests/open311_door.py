"""A client of the Open311 door for tests: calls in both formats, XML read strictly, both brought to one shape."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from django.db import transaction
from django.test import Client

from gridcommons.access.actions import add_api_key
from gridcommons.access.identify import program
from town import AT, HERE

NOW = AT + timedelta(days=1)
BASE = "/open311/v2"
LISTS = {
    "services", "attributes", "values", "service_requests", "errors", "endpoints", "formats", "extensions",
    "jurisdictions", "service_request_updates",
}  # fmt: skip
FORM = "application/x-www-form-urlencoded"


class StoppedClock(datetime):
    """The front's clock, standing still."""

    @classmethod
    def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
        return NOW.astimezone(tz or UTC)


@contextmanager
def undone() -> Iterator[None]:
    """A transaction that is rolled back; one in another, so that a town can be built once for many tests."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def stop_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gridcommons.web.front.datetime", StoppedClock)


def new_key(*, door: str = "open311", may_set_time: bool = False) -> str:
    return add_api_key(name="test app", door=door, may_set_time=may_set_time, by=program("test"), at=AT)[1]


def from_xml(element: Element) -> Any:
    """Elements as JSON would say them, but every leaf as text."""
    if element.tag in LISTS:
        return [from_xml(child) for child in element]
    return {child.tag: from_xml(child) for child in element} if len(element) else element.text or ""


def as_text(value: Any) -> Any:
    """A JSON value with every leaf as the text that XML has for it."""
    if isinstance(value, dict):
        return {key: as_text(held) for key, held in value.items()}
    if isinstance(value, list):
        return [as_text(held) for held in value]
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


class Door:
    """The door as a machine client sees it."""

    def __init__(self, key: str = "") -> None:
        self.client, self.key = Client(), key

    def get(self, call: str, form: str = "json", **query: str) -> Any:
        return self.client.get(f"{BASE}/{call}.{form}", query)

    def read(self, call: str, form: str = "json", **query: str) -> Any:
        """The body of a call that answers 200."""
        response = self.get(call, form, **query)
        assert response.status_code == 200, response.content.decode()
        return parsed(response, form)

    def send(self, form: str = "json", headers: Any = None, **fields: str) -> Any:
        """POST a request as a form, with the key and a place unless said otherwise."""
        given = {"api_key": self.key, **fields}
        lang = given.pop("lang", "en")
        return self.client.post(
            f"{BASE}/requests.{form}?lang={lang}", urlencode(given), content_type=FORM, headers=headers
        )

    def report(self, **fields: str) -> dict[str, Any]:
        """A request that is taken; what the door answers."""
        response = self.send(
            "json", **{"service_code": "street_lamps", "lat": str(HERE[1]), "long": str(HERE[0]), **fields}
        )
        assert response.status_code == 201, response.content.decode()
        answer: dict[str, Any] = json.loads(response.content)[0]
        return answer

    def refusal(self, response: Any, form: str = "json") -> tuple[int, list[str]]:
        """Status and sentences of a refusal; its codes repeat the status."""
        rows = parsed(response, form)
        assert rows
        assert {str(row["code"]) for row in rows} == {str(response.status_code)}
        return response.status_code, [row["description"] for row in rows]


def parsed(response: Any, form: str) -> Any:
    """The body of a response, after a look at its headers."""
    kinds = {"json": "application/json; charset=utf-8", "xml": "text/xml; charset=utf-8"}
    assert response.headers["Content-Type"] == kinds[form]
    return parsed_body(response.content, form)


def parsed_body(body: bytes, form: str) -> Any:
    """A body in UTF-8; XML without entities and with its declaration."""
    text = body.decode("utf-8")
    if form == "json":
        return json.loads(text)
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n')
    return from_xml(fromstring(text))
