"""The rules of CAP 1.2, as strict readers of messages: which are broken.

By the official schema (`cap_schema`), and by the standard's text, which asks for more than a schema can say: elements,
their order and number, their words and shapes (OASIS, Common Alerting Protocol Version 1.2, 1 July 2010, section 3.2
to 3.4), written out here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final
from xml.etree.ElementTree import Element

from defusedxml.ElementTree import fromstring

from outlook.cap_schema import schema_faults

CAP: Final = "{urn:oasis:names:tc:emergency:cap:1.2}"
MANY: Final = 10**6
DATE: Final = r"\d\d\d\d-\d\d-\d\dT\d\d:\d\d:\d\d[-,+]\d\d:\d\d"
NAME: Final = r"[^\s,<&]+"
PAIR: Final = r"-?\d+(\.\d+)?,-?\d+(\.\d+)?"
REFERENCE: Final = rf"{NAME},{NAME},{DATE}"
ANY: Final = r"(?s).*\S.*"
Child = tuple[str, int, int, str | None]
"""Name, how often at least and at most, what its text matches; None for an element with children."""


def words(text: str) -> str:
    return "|".join(text.split())


PAIRED: Final[tuple[Child, ...]] = (("valueName", 1, 1, ANY), ("value", 1, 1, ANY))
RULES: Final[dict[str, tuple[Child, ...]]] = {
    "alert": (
        ("identifier", 1, 1, NAME), ("sender", 1, 1, NAME), ("sent", 1, 1, DATE),
        ("status", 1, 1, words("Actual Exercise System Test Draft")),
        ("msgType", 1, 1, words("Alert Update Cancel Ack Error")), ("source", 0, 1, ANY),
        ("scope", 1, 1, words("Public Restricted Private")), ("restriction", 0, 1, ANY), ("addresses", 0, 1, ANY),
        ("code", 0, MANY, ANY), ("note", 0, 1, ANY), ("references", 0, 1, rf"{REFERENCE}( {REFERENCE})*"),
        ("incidents", 0, 1, ANY), ("info", 0, MANY, None),
    ),
    "info": (
        ("language", 0, 1, r"[a-zA-Z]{1,8}(-[a-zA-Z0-9]{1,8})*"),
        ("category", 1, MANY, words("Geo Met Safety Security Rescue Fire Health Env Transport Infra CBRNE Other")),
        ("event", 1, 1, ANY),
        ("responseType", 0, MANY, words("Shelter Evacuate Prepare Execute Avoid Monitor Assess AllClear None")),
        ("urgency", 1, 1, words("Immediate Expected Future Past Unknown")),
        ("severity", 1, 1, words("Extreme Severe Moderate Minor Unknown")),
        ("certainty", 1, 1, words("Observed Likely Possible Unlikely Unknown")), ("audience", 0, 1, ANY),
        ("eventCode", 0, MANY, None), ("effective", 0, 1, DATE), ("onset", 0, 1, DATE), ("expires", 0, 1, DATE),
        ("senderName", 0, 1, ANY), ("headline", 0, 1, ANY), ("description", 0, 1, ANY), ("instruction", 0, 1, ANY),
        ("web", 0, 1, r"https?://\S+"), ("contact", 0, 1, ANY), ("parameter", 0, MANY, None),
        ("resource", 0, MANY, None), ("area", 0, MANY, None),
    ),
    "area": (
        ("areaDesc", 1, 1, ANY), ("polygon", 0, MANY, rf"{PAIR}( {PAIR}){{3,}}"),
        ("circle", 0, MANY, rf"{PAIR} \d+(\.\d+)?"), ("geocode", 0, MANY, None),
        ("altitude", 0, 1, r"-?\d+(\.\d+)?"), ("ceiling", 0, 1, r"-?\d+(\.\d+)?"),
    ),
    "parameter": PAIRED, "geocode": PAIRED, "eventCode": PAIRED,
}  # fmt: skip


def broken_rules(message: bytes) -> list[str]:
    """Everything that a message does against the official schema or the text of the standard."""
    return [*schema_faults(message), *rules_of_the_text(message)]


def rules_of_the_text(message: bytes) -> list[str]:
    """What it does against the standard as it is written out here."""
    root = fromstring(message)
    if root.tag != f"{CAP}alert":
        return [f"root {root.tag}"]
    return [*_element(root, "alert"), *_beyond(root)]


def _element(node: Element, name: str) -> Iterator[str]:
    if node.attrib:
        yield f"{name}: attributes"
    allowed = RULES[name]
    order = [child[0] for child in allowed]
    tags = [child.tag.removeprefix(CAP) for child in node]
    if set(tags) - set(order):
        yield f"{name}: unknown {sorted(set(tags) - set(order))}"
        return
    if [order.index(tag) for tag in tags] != sorted(order.index(tag) for tag in tags):
        yield f"{name}: order"
    for tag, least, most, shape in allowed:
        if not least <= tags.count(tag) <= most:
            yield f"{name}/{tag}: {tags.count(tag)} times"
        for child in node.findall(f"{CAP}{tag}"):
            if shape is None:
                yield from _element(child, tag)
            elif len(child) or not re.fullmatch(shape, child.text or ""):
                yield f"{name}/{tag}: {child.text!r}"


def _beyond(root: Element) -> Iterator[str]:
    """What the standard's text asks beyond the schema."""
    said = {child.tag.removeprefix(CAP): child.text or "" for child in root}
    if (said.get("scope") == "Restricted") != ("restriction" in said):
        yield "restriction goes with Restricted"
    if (said.get("scope") == "Private") != ("addresses" in said):
        yield "addresses go with Private"
    if said.get("msgType") in {"Update", "Cancel"} and "references" not in said:
        yield "references go with Update and Cancel"
    if said.get("status") == "Exercise" and "note" not in said:
        yield "an exercise has a note"
    for polygon in root.iter(f"{CAP}polygon"):
        pairs = (polygon.text or "").split()
        if pairs[0] != pairs[-1]:
            yield "a polygon is closed"
    languages = [one.text for one in root.iter(f"{CAP}language")]
    if len(set(languages)) != len(languages):
        yield "a language twice"
