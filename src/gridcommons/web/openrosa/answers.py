"""The protocol's documents as XML text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from django.http import HttpResponse

XML: Final = "text/xml; charset=utf-8"
_RESPONSE: Final = "http://openrosa.org/http/response"


def document(root: Element, status: int = 200) -> HttpResponse:
    """An answer that holds one document."""
    text = tostring(root, encoding="unicode", short_empty_elements=True)
    return HttpResponse(f'<?xml version="1.0" encoding="UTF-8"?>\n{text}', XML, status)


def told(message: str, status: int, nature: str = "") -> HttpResponse:
    """The envelope of the protocol around one sentence."""
    root = Element("OpenRosaResponse", {"xmlns": _RESPONSE})
    SubElement(root, "message", {"nature": nature} if nature else {}).text = message
    return document(root, status)


def listed(
    root: str, namespace: str, item: str, rows: Iterable[tuple[Mapping[str, str], Mapping[str, str]]]
) -> Element:
    """A list: each row an element with attributes and its fields as children, empty ones left out."""
    made = Element(root, {"xmlns": namespace} if namespace else {})
    for attributes, fields in rows:
        one = SubElement(made, item, dict(attributes))
        for name, text in fields.items():
            if text:
                SubElement(one, name).text = text
    return made
