"""Warnings as CAP 1.2 messages: written, checked, signed. Pure.

Common Alerting Protocol 1.2 (OASIS, 1 July 2010). A message says the same in Chinese and English; it always expires;
early warnings inside the administration are Restricted and carry no outline; Update and Cancel name what they follow;
drills are Exercise and say so where anybody reads. It holds no person and no area finer than a town; orange and red
name the signed decision that they stand on.

The signature lies beside the file: Ed25519 over its exact bytes, 64 bytes in `NAME.xml.sig`. An XML signature inside
would need canonical XML at the receiver, where most mistakes of XML signatures are made; over bytes anybody can verify:
`openssl pkeyutl -verify -pubin -inkey KEY.pem -rawin -in NAME.xml -sigfile NAME.xml.sig`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from gridcommons.kit.codes import CHINA, Scheme
from gridcommons.kit.errors import Reason, refusal_kind, require_none
from gridcommons.kit.words import Words
from gridcommons.outlook.categories import Category
from gridcommons.outlook.leaving import require_harmless, require_open

NAMESPACE: Final = "urn:oasis:names:tc:emergency:cap:1.2"
MEDIA_TYPE: Final = "application/cap+xml"
LANGUAGES: Final = (("zh-CN", "zh"), ("en", "en"))
DRILL: Final = Words("【演练】", "EXERCISE: ")
DRILL_NOTE: Final = "演练，请勿采取实际行动。This is an exercise: take no action."
SIGNED_COLOURS: Final = frozenset({"orange", "red"})
_NAME: Final = re.compile(r"[^\s,<&]+")
_PIECES: Final = re.compile(r"[^0-9A-Za-z]+")
_RING: Final = 4
_COUNTY_DIGITS: Final = 6
"""Corners of a polygon at least, the first said again at its end."""


class Status(StrEnum):
    """Whether a message is meant."""

    ACTUAL = "Actual"
    EXERCISE = "Exercise"
    TEST = "Test"


class Kind(StrEnum):
    """What a message does to those before it."""

    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"


class Scope(StrEnum):
    """Who may read it."""

    PUBLIC = "Public"
    RESTRICTED = "Restricted"


class Urgency(StrEnum):
    """How soon to act."""

    IMMEDIATE = "Immediate"
    EXPECTED = "Expected"
    FUTURE = "Future"
    PAST = "Past"
    UNKNOWN = "Unknown"


class Severity(StrEnum):
    """How bad it is."""

    EXTREME = "Extreme"
    SEVERE = "Severe"
    MODERATE = "Moderate"
    MINOR = "Minor"
    UNKNOWN = "Unknown"


class Certainty(StrEnum):
    """How sure it is."""

    OBSERVED = "Observed"
    LIKELY = "Likely"
    POSSIBLE = "Possible"
    UNLIKELY = "Unlikely"
    UNKNOWN = "Unknown"


class Response(StrEnum):
    """What to do, in a word; CAP's Assess is not for the public."""

    SHELTER = "Shelter"
    EVACUATE = "Evacuate"
    PREPARE = "Prepare"
    EXECUTE = "Execute"
    AVOID = "Avoid"
    MONITOR = "Monitor"
    ALL_CLEAR = "AllClear"
    NONE = "None"


NO_NAME = refusal_kind(
    "alert.name", status=400,
    zh="“{name}”不能作编号或发布者：不能为空，不能含空格、逗号、“<”或“&”。",
    en="“{name}” can be no identifier or sender: not empty, no blank, comma, “<” or “&”.",
)  # fmt: skip
NO_ZONE = refusal_kind(
    "alert.zone", status=400, zh="时间“{at}”没有时区。", en="The moment “{at}” has no time zone."
)  # fmt: skip
NO_EXPIRY = refusal_kind(
    "alert.expiry", status=400,
    zh="预警必须有晚于发布和生效时间的失效时间。", en="A warning expires, later than it is sent and takes effect.",
)  # fmt: skip
NO_PREDECESSOR = refusal_kind(
    "alert.predecessor", status=400,
    zh="更新和解除必须指明之前的消息，新预警则不能。",
    en="Update and Cancel name the messages before them; a new Alert names none.",
)  # fmt: skip
NO_READERS = refusal_kind(
    "alert.readers", status=400,
    zh="内部预警必须写明读者范围，公开预警则不写。",
    en="A restricted warning says to whom; a public one does not.",
)  # fmt: skip
NO_DECISION = refusal_kind(
    "alert.decision", status=409,
    zh="橙色和红色必须有署名的决定。", en="Orange and red stand on a signed decision, which is named.",
)  # fmt: skip
NO_OUTLINE = refusal_kind(
    "alert.outline", status=400,
    zh="范围线只能用在公开预警里，至少四个点，首尾相同，纬度在前。",
    en="An outline is for public warnings alone: four corners at least, the last the first again, latitude first.",
)  # fmt: skip
SAYS_NOTHING = refusal_kind(
    "alert.says_nothing", status=400,
    zh="两种语言的标题、事件、说明和区域名称都要写。",
    en="Event, headline, description and the area's name are said in both languages.",
)  # fmt: skip


@dataclass(frozen=True)
class Reference:
    """A message before this one."""

    sender: str
    identifier: str
    sent: datetime

    def text(self) -> str:
        """As CAP names it: sender, identifier, sent."""
        return f"{self.sender},{self.identifier},{moment(self.sent)}"


@dataclass(frozen=True)
class Place:
    """Where it holds: names, codes of counties or towns, and for public warnings outlines of (latitude, longitude).

    `issuer`: whose codes they are, where they are not those of the national standards.
    """

    name: Words
    codes: tuple[str, ...]
    outlines: tuple[tuple[tuple[float, float], ...], ...] = ()
    scheme: Scheme = CHINA
    issuer: str = ""

    def named(self, code: str) -> str:
        """What a code is of: six digits to the county are of one standard, nine to the township of another."""
        return self.issuer or ("GB/T 2260" if len(code) <= _COUNTY_DIGITS else "GB/T 10114")


@dataclass(frozen=True)
class Warned:
    """What is said. `colour`: of the five; `decision`: the signed decision, by its number; `rule`: the scheme's."""

    event: Words
    headline: Words
    description: Words
    instruction: Words
    sender_name: Words
    place: Place
    category: Category
    urgency: Urgency
    severity: Severity
    certainty: Certainty
    effective: datetime
    expires: datetime
    onset: datetime | None = None
    web: str = ""
    contact: str = ""
    response: Response = Response.MONITOR
    colour: str = ""
    decision: str = ""
    rule: str = ""


@dataclass(frozen=True)
class Alert:
    """A message. `restriction`: to whom a restricted one goes."""

    identifier: str
    sender: str
    sent: datetime
    status: Status
    kind: Kind
    scope: Scope
    warned: Warned
    restriction: str = ""
    references: tuple[Reference, ...] = ()

    def reference(self) -> Reference:
        """How a later message names this one."""
        return Reference(self.sender, self.identifier, self.sent)


def moment(at: datetime) -> str:
    """A moment as CAP writes it: seconds and an offset, UTC as -00:00, never Z."""
    text = at.replace(microsecond=0).isoformat()
    return text[:-6] + "-00:00" if at.utcoffset() == timedelta(0) else text


def cap(alert: Alert) -> bytes:
    """The message as a file, the same bytes for the same message.

    Refuses with everything that is missing: names that CAP cannot carry, moments without zone, no expiry, Update or
    Cancel without a predecessor, Restricted without readers, orange or red without a decision, an outline that is none;
    and (charter 4) an area finer than a town, a text with a long number.
    """
    require_none(tuple(_faults(alert)))
    require_open(alert.warned.place.codes, alert.warned.place.scheme)
    require_harmless(_texts(alert))
    root = Element("alert", xmlns=NAMESPACE)
    for tag, text in _head(alert):
        SubElement(root, tag).text = text
    for language, tongue in LANGUAGES:
        info = SubElement(root, "info")
        for tag, text in _info(alert, language, tongue):
            SubElement(info, tag).text = text
        _parameters(info, alert)
        _area(info, alert.warned.place, tongue)
    indent(root)
    return bytes(tostring(root, encoding="UTF-8", xml_declaration=True)) + b"\n"


def sign(message: bytes, key: Ed25519PrivateKey) -> bytes:
    """The signature to be laid beside the file: 64 bytes."""
    return key.sign(message)


def is_signed(message: bytes, signature: bytes, key: Ed25519PublicKey) -> bool:
    """Whether the signature beside a file is of this key over these very bytes."""
    try:
        key.verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _faults(alert: Alert) -> Iterator[Reason]:
    warned = alert.warned
    names = [alert.identifier, alert.sender, *(n for r in alert.references for n in (r.sender, r.identifier))]
    yield from (Reason(NO_NAME, (("name", name[:40]),)) for name in names if not _NAME.fullmatch(name))
    times = [alert.sent, warned.effective, warned.expires, warned.onset, *(r.sent for r in alert.references)]
    bare = [at for at in times if at is not None and at.utcoffset() is None]
    yield from (Reason(NO_ZONE, (("at", at.isoformat()),)) for at in bare)
    if not bare and warned.expires <= max(alert.sent, warned.effective):
        yield Reason(NO_EXPIRY)
    if (alert.kind is Kind.ALERT) == bool(alert.references):
        yield Reason(NO_PREDECESSOR)
    if (alert.scope is Scope.RESTRICTED) != bool(alert.restriction.strip()):
        yield Reason(NO_READERS)
    if warned.colour in SIGNED_COLOURS and not warned.decision:
        yield Reason(NO_DECISION)
    if any(not _is_outline(ring) or alert.scope is not Scope.PUBLIC for ring in warned.place.outlines):
        yield Reason(NO_OUTLINE)
    said = (warned.event, warned.headline, warned.description, warned.place.name)
    if not all(text.strip() for words in said for text in words.as_dict().values()):
        yield Reason(SAYS_NOTHING)


def _is_outline(ring: tuple[tuple[float, float], ...]) -> bool:
    on_earth = all(-90 <= lat <= 90 and -180 <= lon <= 180 for lat, lon in ring)  # noqa: PLR2004 - degrees
    return len(ring) >= _RING and ring[0] == ring[-1] and on_earth


def _texts(alert: Alert) -> Iterator[str]:
    """All that people read, where a number of a person or a grid could slip in."""
    warned = alert.warned
    for words in (warned.event, warned.headline, warned.description, warned.instruction, warned.sender_name,
                  warned.place.name):  # fmt: skip
        yield from words.as_dict().values()
    yield alert.restriction
    for name in (alert.identifier, warned.decision, warned.rule):
        yield from _PIECES.split(name)  # numbers of messages hold days and hours


def _head(alert: Alert) -> Iterator[tuple[str, str]]:
    """The message's own lines, in the order of the schema."""
    yield "identifier", alert.identifier
    yield "sender", alert.sender
    yield "sent", moment(alert.sent)
    yield "status", alert.status
    yield "msgType", alert.kind
    yield "scope", alert.scope
    if alert.restriction:
        yield "restriction", alert.restriction
    if alert.status is Status.EXERCISE:
        yield "note", DRILL_NOTE
    if alert.references:
        yield "references", " ".join(one.text() for one in alert.references)


def _info(alert: Alert, language: str, tongue: str) -> Iterator[tuple[str, str]]:
    """The lines of one language, in the order of the schema."""
    warned = alert.warned
    drill = DRILL.as_dict()[tongue] if alert.status is Status.EXERCISE else ""
    yield "language", language
    yield "category", warned.category
    yield "event", warned.event.as_dict()[tongue]
    yield "responseType", Response.ALL_CLEAR if alert.kind is Kind.CANCEL else warned.response
    yield "urgency", Urgency.PAST if alert.kind is Kind.CANCEL else warned.urgency
    yield "severity", warned.severity
    yield "certainty", warned.certainty
    yield "effective", moment(warned.effective)
    if warned.onset:
        yield "onset", moment(warned.onset)
    yield "expires", moment(warned.expires)
    yield "senderName", warned.sender_name.as_dict()[tongue]
    yield "headline", drill + warned.headline.as_dict()[tongue]
    yield "description", drill + warned.description.as_dict()[tongue]
    for tag, text in (("instruction", warned.instruction.as_dict()[tongue]), ("web", warned.web)):
        if text:
            yield tag, text
    if warned.contact:
        yield "contact", warned.contact


def _parameters(info: Element, alert: Alert) -> None:
    warned = alert.warned
    for name, value in (("colour", warned.colour), ("decision", warned.decision), ("rule", warned.rule)):
        if value:
            _pair(info, "parameter", name, value)


def _area(info: Element, place: Place, tongue: str) -> None:
    area = SubElement(info, "area")
    SubElement(area, "areaDesc").text = place.name.as_dict()[tongue]
    for ring in place.outlines:
        SubElement(area, "polygon").text = " ".join(f"{lat!r},{lon!r}" for lat, lon in ring)
    for code in place.codes:
        _pair(area, "geocode", place.named(code), code)


def _pair(above: Element, tag: str, name: str, value: str) -> None:
    pair = SubElement(above, tag)
    SubElement(pair, "valueName").text = name
    SubElement(pair, "value").text = value
