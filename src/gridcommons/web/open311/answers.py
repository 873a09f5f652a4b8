"""Answers of the door: one plain value, written as XML by the GeoReport convention or as JSON with arrays on top."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final
from xml.etree import ElementTree as Tree

from django.http import HttpResponse

from gridcommons.kit.errors import Refusal

Value = str | int | float | bool | None | Mapping[str, "Value"] | Sequence["Value"]

CONTENT_TYPES: Final = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
_ITEM: Final = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
    "service_request_updates": "request_update",
    "extensions": "extension",
    "jurisdictions": "jurisdiction",
}
_NO_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot carry in any form; a lone surrogate breaks JSON in UTF-8 as well."""
_KEPT: Final = frozenset({400, 403, 405, 413, 415, 429, 503})
_NOT_FOUND: Final = frozenset({
    "matter.unknown", "matter.retired", "matter.not_for_grid", "matter.vitality", "matter.barred", "case.unknown",
    "open311.no_such_call", "open311.no_jurisdiction", "client.unknown_token",
})  # fmt: skip
"""GeoReport knows 404 for a service or request that is not there; everything else that is wrong is a 400."""


@dataclass(frozen=True)
class Answer:
    """What a call says: the root element's name, the value below it, the HTTP status, headers of its own."""

    root: str
    body: Value
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


def errors_of(refusal: Refusal, language: str) -> Answer:
    """A refusal as the standard's list of errors: one entry for each thing that stands in the way."""
    status = status_of(refusal)
    rows: list[Value] = [
        {"code": status, "description": reason.words().in_language(language)}
        for reason in dict.fromkeys(refusal.reasons)
    ]
    waits = {name: value for reason in refusal.reasons for name, value in reason.facts if name == "seconds"}
    return Answer("errors", rows, status, {"Retry-After": waits["seconds"]} if waits else {})


def status_of(refusal: Refusal) -> int:
    """The status that GeoReport has for a refusal."""
    if refusal.code in _NOT_FOUND:
        return 404
    return refusal.status if refusal.status in _KEPT else 400


def written(answer: Answer, form: str, language: str) -> HttpResponse:
    """The answer as an HTTP response in `xml` or `json`."""
    text = _xml(answer) if form == "xml" else json.dumps(_plain(answer.body), ensure_ascii=False, allow_nan=False)
    response = HttpResponse(text, status=answer.status, content_type=CONTENT_TYPES[form])
    response.headers["Content-Language"] = "zh-Hans" if language.startswith("zh") else "en"
    for name, value in answer.headers.items():
        response.headers[name] = value
    return response


def _plain(value: Value) -> Value:
    """The value without signs that no client can read."""
    if isinstance(value, str):
        return _NO_XML.sub("", value)
    if isinstance(value, Mapping):
        return {key: _plain(held) for key, held in value.items()}
    return [_plain(held) for held in value] if isinstance(value, Sequence) else value


def _xml(answer: Answer) -> str:
    root = _element(answer.root, answer.body)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Tree.tostring(root, encoding="unicode")


def _element(name: str, value: Value) -> Tree.Element:
    element = Tree.Element(name)
    if isinstance(value, Mapping):
        element.extend(_element(key, held) for key, held in value.items())
    elif isinstance(value, Sequence) and not isinstance(value, str):
        element.extend(_element(_ITEM[name], held) for held in value)
    elif value is not None:
        element.text = str(value).lower() if isinstance(value, bool) else _NO_XML.sub("", str(value))
    return element
