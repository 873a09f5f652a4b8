"""The feed of public warnings as Atom (RFC 4287), one in each language, for readers and machines that fetch. Pure.

An entry leads to its page, to the CAP file and to its signature; a feed to the one in the other language. A warning's
entry keeps its id when it is updated or cancelled:
that of the message that began it, so that a reader shows one thing and not three. What expired stays for `KEPT` and
says so; restricted messages are refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.words import Words
from gridcommons.outlook.alerts import DRILL, LANGUAGES, MEDIA_TYPE, Alert, Kind, Scope, Status, cap

ATOM: Final = "http://www.w3.org/2005/Atom"
FEED_TYPE: Final = "application/atom+xml"
KEPT: Final = timedelta(days=90)
SIGNATURE_SUFFIX: Final = ".sig"
_OVER: Final = Words("（已失效）", " (expired)")
_CANCELLED: Final = Words("（已解除）", " (cancelled)")

NOT_PUBLIC = refusal_kind(
    "feed.not_public", status=409,
    zh="“{identifier}”是内部预警，不能进入公开订阅。",
    en="“{identifier}” is restricted and cannot stand in the public feed.",
)  # fmt: skip


@dataclass(frozen=True)
class Feed:
    """What the feed is called, by whom, and where it and its files stand; addresses end without a slash."""

    title: Words
    author: Words
    address: str
    files: str


def atom(feed: Feed, alerts: Sequence[Alert], tongue: str, now: datetime) -> bytes:
    """The feed in a language (`zh` or `en`), newest first; of each warning the last message.

    Refuses a restricted message and whatever `cap` refuses.
    """
    for alert in alerts:
        if alert.scope is not Scope.PUBLIC:
            raise refuse(NOT_PUBLIC, identifier=alert.identifier)
        cap(alert)
    latest = sorted(_latest(alerts, now), key=lambda one: one[1].sent, reverse=True)
    language = next(tag for tag, own in LANGUAGES if own == tongue)
    root = Element("feed", {"xmlns": ATOM, "xml:lang": language})
    address = f"{feed.address}/{tongue}.atom"
    SubElement(root, "id").text = address
    SubElement(root, "title").text = feed.title.as_dict()[tongue]
    SubElement(root, "updated").text = _moment(max((last.sent for _first, last in latest), default=now))
    SubElement(root, "link", rel="self", type=FEED_TYPE, href=address)
    for tag, other in LANGUAGES:
        if other != tongue:
            SubElement(root, "link", rel="alternate", type=FEED_TYPE, hreflang=tag, href=f"{feed.address}/{other}.atom")
    SubElement(SubElement(root, "author"), "name").text = feed.author.as_dict()[tongue]
    for first, last in latest:
        _entry(root, feed, first, last, tongue, now)
    indent(root)
    return bytes(tostring(root, encoding="UTF-8", xml_declaration=True)) + b"\n"


def _latest(alerts: Sequence[Alert], now: datetime) -> Iterator[tuple[Alert, Alert]]:
    """Each warning as its first message there is and its last; those that ended longer ago than `KEPT` are left out."""
    begun: dict[str, Alert] = {}
    ended: dict[str, Alert] = {}
    origin: dict[str, str] = {}
    for alert in sorted(alerts, key=lambda one: one.sent):
        known = [origin[one.identifier] for one in alert.references if one.identifier in origin]
        origin[alert.identifier] = start = known[0] if known else alert.identifier
        begun.setdefault(start, alert)
        ended[start] = alert
    for start, last in ended.items():
        if last.warned.expires + KEPT > now:
            yield begun[start], last


def _entry(root: Element, feed: Feed, first: Alert, last: Alert, tongue: str, now: datetime) -> None:
    """One warning: its id from its first message, everything else from its last."""
    entry, page = SubElement(root, "entry"), f"{feed.files}/{last.identifier}"
    file, language = f"{page}.xml", next(tag for tag, own in LANGUAGES if own == tongue)
    SubElement(entry, "id").text = f"{feed.files}/{first.identifier}.xml"
    SubElement(entry, "title").text = _title(last, tongue, now)
    SubElement(entry, "updated").text = _moment(last.sent)
    SubElement(entry, "published").text = _moment(first.sent)
    SubElement(entry, "summary").text = last.warned.description.as_dict()[tongue]
    SubElement(entry, "link", rel="alternate", type="text/html", hreflang=language, href=page)
    SubElement(entry, "link", rel="alternate", type=MEDIA_TYPE, href=file)
    SubElement(entry, "link", rel="related", type="application/octet-stream", href=file + SIGNATURE_SUFFIX)
    for scheme, term in (("status", last.status), ("msgType", last.kind), ("severity", last.warned.severity)):
        SubElement(entry, "category", scheme=f"urn:oasis:names:tc:emergency:cap:1.2:{scheme}", term=term)


def _title(last: Alert, tongue: str, now: datetime) -> str:
    drill = DRILL.as_dict()[tongue] if last.status is Status.EXERCISE else ""
    ended = _CANCELLED if last.kind is Kind.CANCEL else _OVER if last.warned.expires <= now else Words("", "")
    return drill + last.warned.headline.as_dict()[tongue] + ended.as_dict()[tongue]


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")
