"""Every kind of message that the program writes is valid against the schema of CAP 1.2 itself; wrong ones are not."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from gridcommons.kit.words import Words
from gridcommons.outlook.alerts import (
    Alert,
    Certainty,
    Kind,
    Place,
    Severity,
    Status,
    Urgency,
    cap,
    is_signed,
    sign,
)
from gridcommons.outlook.categories import Category
from gridcommons.outlook.cautions.templates import filled, templates
from outlook.cap_schema import ELEMENTS, NAMESPACE, PRINT, print_of, read, schema_faults, schema_text
from outlook.test_alerts import ALERTS, AT, CANCEL, DRILL, INNER, PUBLIC, SAID, SQUARE, UPDATE

TEST = replace(PUBLIC, status=Status.TEST)
TWO_PLACES = replace(PUBLIC, warned=replace(SAID, place=Place(
    Words("妙高街道、云峰街道", "Miaogao, Yunfeng"), ("331123001", "331123002"), (SQUARE, SQUARE))))  # fmt: skip
BARE = replace(PUBLIC, warned=replace(
    SAID, instruction=Words("", ""), web="", contact="", colour="", decision="", rule="", onset=AT))  # fmt: skip
ALL = ALERTS | {"test": TEST, "two places": TWO_PLACES, "bare": BARE}


def test_the_schema_is_that_of_oasis_rule_by_rule() -> None:
    """Laid out anew or not: were one element, attribute or word of it another, the hash would be."""
    text = schema_text()
    assert b"Copyright OASIS Open 2010" in text
    assert read(text).get("targetNamespace") == NAMESPACE
    assert print_of(text) == (ELEMENTS, PRINT)
    for old, new in ((b'value="Infra"', b'value="Power"'), (b'"xs:language"', b'"xs:string"'), (b"[-,+]", b"[Z,+]")):
        assert print_of(text.replace(old, new)) != (ELEMENTS, PRINT)


def test_it_asks_for_nothing_from_elsewhere() -> None:
    """No import and no include: signatures of XML are let through unread, by its own words."""
    named = {one.tag.rpartition("}")[2] for one in read(schema_text()).iter("*")}
    assert not named & {"import", "include", "redefine", "override"}


@pytest.mark.parametrize("alert", ALL.values(), ids=ALL)
def test_every_kind_of_message_is_valid(alert: Alert) -> None:
    assert schema_faults(cap(alert)) == []


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("status", Status)
def test_every_status_of_every_kind_is_valid(status: Status, kind: Kind) -> None:
    alert = replace(PUBLIC if kind is Kind.ALERT else UPDATE, status=status, kind=kind)
    assert schema_faults(cap(alert)) == []


def test_every_word_of_urgency_severity_certainty_and_category_is_valid() -> None:
    for urgency, severity, certainty, category in product(Urgency, Severity, Certainty, Category):
        warned = replace(SAID, urgency=urgency, severity=severity, certainty=certainty, category=category)
        assert schema_faults(cap(replace(PUBLIC, warned=warned))) == []


@pytest.mark.parametrize("key", templates().of)
def test_every_template_makes_a_valid_message(key: str) -> None:
    """The words that ship with the program, with their urgency, severity, certainty, response and category."""
    held = templates().get(key)
    slots = {"area": SAID.place.name, "level": Words("橙色", "orange"), "count": Words("安全隐患", "hazards")}
    said = filled(held, slots, AT.date())
    own = Words("自己写的话", "words of one's own")
    parts = [one if one.zh.strip() and one.en.strip() else own
             for one in (said.event, said.headline, said.description, said.instruction)]  # fmt: skip
    warned = replace(
        SAID, event=parts[0], headline=parts[1], description=parts[2], instruction=parts[3], urgency=held.urgency,
        severity=held.severity, certainty=held.certainty, response=held.response, category=held.category,
    )  # fmt: skip
    assert schema_faults(cap(replace(PUBLIC, warned=warned))) == []


def test_a_signed_message_is_the_same_file_with_its_signature_beside_it() -> None:
    key, message = Ed25519PrivateKey.generate(), cap(CANCEL)
    assert is_signed(message, sign(message, key), key.public_key())
    assert schema_faults(message) == []


def test_a_signature_that_a_receiver_puts_inside_leaves_it_valid() -> None:
    """An aggregator may sign its copy in XML: the schema lets that one foreign element stand, and only there."""
    signature = b'<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo/></ds:Signature>'
    message = cap(DRILL)
    assert schema_faults(message.replace(b"</alert>", signature + b"</alert>")) == []
    assert schema_faults(message.replace(b"</info>", signature + b"</info>", 1))
    assert schema_faults(message.replace(b"</alert>", signature.replace(b"xmldsig", b"other") + b"</alert>"))


WRONG = {
    "no category": (b"<category>Health</category>", b""),
    "a category of nobody's list": (b"<category>Health", b"<category>Order"),
    "a word of no list": (b"<status>Actual", b"<status>Real"),
    "a moment in Zulu time": (b"<sent>2026-11-02T09:30:15+08:00", b"<sent>2026-11-02T01:30:15Z"),
    "no day of a calendar": (b"<sent>2026-11-02", b"<sent>2026-02-30"),
    "the wrong order": (b"<urgency>Expected</urgency>", b"<web>https://x.example</web>"),
    "another version": (b"cap:1.2", b"cap:1.1"),
    "a height that is no number": (b"</geocode>", b"</geocode><altitude>high</altitude>"),
}


@pytest.mark.parametrize("fault", WRONG)
def test_wrong_messages_are_refused(fault: str) -> None:
    old, new = WRONG[fault]
    message = cap(INNER)
    assert old in message
    assert schema_faults(message.replace(old, new))
