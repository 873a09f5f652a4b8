"""Reading what a phone sent: safely (no entities, limited depth), first the envelope, later the answers. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final
from xml.etree.ElementTree import Element, ParseError, TreeBuilder, XMLParser

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from gridcommons.collection.asking import KNOWN, STILL, Question
from gridcommons.collection.inbox.rules import (
    BROKEN,
    FAR_DAY,
    ID_LIMIT,
    NO_CHOICE,
    NO_FORM,
    NO_ID,
    NO_XML,
    NOT_ASKED,
    TOO_DEEP,
    TOO_LARGE,
    TOO_LONG,
    UNSAFE,
    WRONG_TYPE,
    ZIPPED,
    Bounds,
    limits,
)
from gridcommons.kit.errors import Reason, refuse, worded
from gridcommons.kit.words import Words

Values = dict[str, Any]
ZIP: Final = b"PK\x03\x04"
_HEAD: Final = 200
_OTHER_SIGNS: Final = re.compile(rb"encoding\s*=\s*['\"](?!utf-?8['\"])", re.IGNORECASE)
_PLAIN_ELEMENTS: Final = 2_000


class _Counting(TreeBuilder):
    """A tree that stops where it has more levels or elements than any form."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = self.elements = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        """One element opens."""
        self.depth += 1
        self.elements += 1
        if self.depth > limits().most_depth or self.elements > limits().most_elements:
            raise refuse(TOO_DEEP)
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        """It closes."""
        self.depth -= 1
        return super().end(tag)


def tree_of(xml: bytes) -> Element:
    """The elements of an XML document; refuses what is too large, broken, too deep, or declares entities."""
    if not xml.strip():
        raise refuse(NO_XML)
    if len(xml) > limits().most_xml:
        raise refuse(TOO_LARGE, what="xml_submission_file", most=limits().most_xml)
    if xml.startswith(ZIP):
        raise refuse(ZIPPED)
    plain = _plain_tree(xml)
    return _careful_tree(xml) if plain is None else plain


def _plain_tree(xml: bytes) -> Element | None:
    """The elements of a document in which nothing can be declared, read in a tenth of the time; None for any other.

    Without `<!` in bytes that are UTF-8 there is no document type, so no entity either. What is unusual, deep or broken
    is left to the careful way, which says what is wrong.
    """
    if b"<!" in xml or b"\0" in xml or _OTHER_SIGNS.search(xml, 0, _HEAD) or xml.count(b"<") > _PLAIN_ELEMENTS:
        return None
    parser = XMLParser(target=TreeBuilder())  # noqa: S314 - of bytes that declare nothing, as asked above
    try:
        parser.feed(xml)
        root: Element = parser.close()
    except (ParseError, ValueError, LookupError):
        return None
    level, depth = [root], 1
    while level := [inner for one in level for inner in one]:
        depth += 1
    return root if depth <= limits().most_depth else None


def _careful_tree(xml: bytes) -> Element:
    try:
        parser = DefusedXMLParser(target=_Counting(), forbid_dtd=True)
        parser.feed(xml)
        root: Element = parser.close()
    except DefusedXmlException as fault:
        raise refuse(UNSAFE) from fault
    except (ParseError, ValueError, LookupError) as fault:
        raise refuse(BROKEN) from fault
    return root


def local(element: Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def child(element: Element, name: str) -> Element | None:
    """The first child of a name, whatever its namespace."""
    return next((one for one in element if local(one) == name), None)


def _text(element: Element | None) -> str:
    return (element.text or "").strip() if element is not None else ""


@dataclass(frozen=True)
class Envelope:
    """What a submission says of itself. `deprecated`: the one that it corrects; empty for a first one."""

    form_key: str
    version: str
    instance_id: str
    deprecated: str = ""


def envelope_of(root: Element) -> Envelope:
    """The form, the version and the id of a submission; refuses one that does not say them."""
    form_key, meta = root.get("id", "").strip(), child(root, "meta")
    if not 0 < len(form_key) <= ID_LIMIT or "\0" in form_key:
        raise refuse(NO_FORM, most=ID_LIMIT)
    instance_id = _text(child(meta, "instanceID") if meta is not None else None) or root.get("instanceID", "").strip()
    if not 0 < len(instance_id) <= ID_LIMIT:
        raise refuse(NO_ID, most=ID_LIMIT)
    deprecated = _text(child(meta, "deprecatedID") if meta is not None else None)
    return Envelope(form_key, root.get("version", "").strip(), instance_id, deprecated[: ID_LIMIT + 1])


def pictures_named(root: Element, questions: tuple[Question, ...]) -> tuple[str, ...]:
    """The names of the attachments that a submission speaks of."""
    paths = {question.path for question in questions if question.kind == "image"}
    return tuple(dict.fromkeys(text for path, text in _leaves(root) if path in paths and text))


def _leaves(element: Element, path: str = "") -> Iterator[tuple[str, str]]:
    """Every element without children, with its path from the root and its text; as deep as the limit goes."""
    for one in element:
        here = f"{path}/{local(one)}" if path else local(one)
        if len(one):
            yield from _leaves(one, here)
        else:
            yield here, _text(one)


@dataclass
class Answers:
    """The answers of a submission by name, groups inside groups, repeats as lists; and everything that is wrong."""

    values: Values = field(default_factory=dict)
    faults: list[Reason] = field(default_factory=list)

    def at(self, path: str) -> str:
        """The answer of a question outside of repeats, as text; empty where there is none."""
        here: Any = self.values
        for name in path.split("/"):
            here = here.get(name, "") if isinstance(here, Mapping) else ""
        return "" if here is None or isinstance(here, Mapping | list) else str(here)


@dataclass(frozen=True)
class Layout:
    """How a version's papers are laid out, worked out once for all of them: questions by path, groups and repeats.

    `beside`: lines that the compiler puts beside a question whose answer may be known. `keys`: of choices, by path.
    `bounds`: what answers are held against; nothing for papers that were read once.
    """

    known: Mapping[str, Question]
    groups: frozenset[str]
    repeats: frozenset[str]
    beside: frozenset[str]
    keys: Mapping[str, frozenset[str]]
    bounds: Bounds | None = None


BESIDE: Final = (KNOWN, STILL, f"{KNOWN}_zh", f"{KNOWN}_en")


def layout_of(questions: tuple[Question, ...]) -> Layout:
    """The layout of papers that answer these questions."""
    known = {question.path: question for question in questions}
    repeats = {question.repeat for question in questions if question.repeat}
    repeats |= {path for question in questions for path in question.within}
    return Layout(
        known,
        frozenset(up for path in known for up in _above(path)),
        frozenset(repeats),
        frozenset(f"{path}{end}" for path, one in known.items() if one.is_shown for end in BESIDE),
        {path: _keys(one) for path, one in known.items()},
    )


def _keys(asked: Question) -> frozenset[str]:
    return frozenset(choice.key for choice in asked.choices)


def answers_of(
    root: Element, questions: tuple[Question, ...] | Layout, bounds: Bounds | None = None
) -> Answers:  # fmt: skip
    """The answers, each checked against its question's type; nothing is guessed and nothing left out in silence."""
    answers = Answers()
    layout = questions if isinstance(questions, Layout) else layout_of(questions)
    answers.values = _read(root, "", replace(layout, bounds=bounds), answers.faults)
    return answers


def _above(path: str) -> list[str]:
    names = path.split("/")
    return ["/".join(names[:at]) for at in range(1, len(names))]


def _read(element: Element, path: str, layout: Layout, faults: list[Reason]) -> Values:
    found: Values = {}
    for one in element:
        name = local(one)
        here = f"{path}/{name}" if path else name
        if name == "meta" and not path:
            continue
        if here in layout.repeats:
            found.setdefault(name, []).append(_read(one, here, layout, faults))
        elif here in layout.groups:
            found[name] = _read(one, here, layout, faults)
        elif here in layout.known:
            found[name] = _value(_text(one), layout.known[here], layout.keys[here], faults, layout.bounds)
        elif here in layout.beside and not len(one):
            found[name] = _text(one)
        else:
            faults.append(Reason(NOT_ASKED, (("path", here[:120]),)))
    return found


def _value(
    text: str, asked: Question, keys: frozenset[str], faults: list[Reason], bounds: Bounds | None
) -> Any:  # fmt: skip
    """The value of an answer by its question's type; what does not fit is kept as text and told as a fault."""
    if not text:
        return None
    if keys:
        given = text.split() if asked.kind == "select_multiple" else [text]
        if not set(given) <= keys:
            faults.append(Reason(NO_CHOICE, (("path", asked.path),)))
        return text
    if asked.kind not in _TYPES:
        if bounds and asked.kind in _FREE and len(text) > bounds.most_text:
            faults.append(Reason(TOO_LONG, (("path", asked.path), ("most", str(bounds.most_text)))))
        return text
    words, read = _TYPES[asked.kind]
    try:
        found = read(text)
    except ValueError:
        faults.append(worded(WRONG_TYPE, path=asked.path, type=words))
        return text
    if bounds and asked.kind in _DAYS and not asked.means.startswith("visit."):
        faults += _far(text, asked.path, bounds)
    return found


_FREE: Final = frozenset({"text", "barcode"})
_DAYS: Final = frozenset({"date", "datetime"})
"""Days that somebody chose. That of a phone's clock, and of the visit itself, `intake` judges: the visit stands."""


def _far(text: str, path: str, bounds: Bounds) -> Iterator[Reason]:
    if not bounds.first <= date.fromisoformat(text[:10]) <= bounds.last:
        said = ("first", bounds.first.isoformat()), ("last", bounds.last.isoformat())
        yield Reason(FAR_DAY, (("path", path), *said))


_INTEGER: Final = re.compile(r"[+-]?[0-9]{1,15}")
_DECIMAL: Final = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,15})?([eE][+-]?[0-9]{1,2})?")


def _integer(text: str) -> int:
    if not _INTEGER.fullmatch(text):
        raise ValueError
    return int(text)


def _decimal(text: str) -> float:
    if not _DECIMAL.fullmatch(text):
        raise ValueError
    return float(text)


def _day(text: str) -> str:
    return date.fromisoformat(text[:10]).isoformat()


def _moment(text: str) -> str:
    datetime.fromisoformat(text)
    return text


def _point(text: str) -> str:
    lat, lon = (_decimal(part) for part in text.split()[:2])
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):  # noqa: PLR2004 - degrees of the globe
        raise ValueError
    return text


_TYPES: Final[Mapping[str, tuple[Words, Any]]] = {
    "integer": (Words("整数", "whole number"), _integer),
    "decimal": (Words("数", "number"), _decimal),
    "date": (Words("日期", "date"), _day),
    "today": (Words("日期", "date"), _day),
    "datetime": (Words("日期时间", "date and time"), _moment),
    "geopoint": (Words("位置", "place"), _point),
}


def fault_of(text: str, asked: Question, bounds: Bounds | None = None) -> Reason | None:
    """What is wrong with the text of one answer; None where it fits its question."""
    faults: list[Reason] = []
    _value(text, asked, _keys(asked), faults, bounds)
    return faults[0] if faults else None
