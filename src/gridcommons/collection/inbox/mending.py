"""A paper corrected by question, not by markup: its answers as cells, and the paper that changed cells make. Pure.

A cell has the path of its element for a key, with `[n]` where more than one of a name stand side by side. What the
form does not ask is a cell too: it can be dropped, and is never lost by mistake.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from xml.dom.minidom import Document, Element
from xml.parsers.expat import ExpatError

from defusedxml import minidom

from gridcommons.collection.asking import KNOWN, STILL, Question
from gridcommons.collection.inbox.papers import fault_of, tree_of
from gridcommons.collection.inbox.rules import NOT_MENDED, Bounds
from gridcommons.collection.shapes import GROUP, REPEAT, Node, shape_of
from gridcommons.kit.cleaning import clean_text
from gridcommons.kit.errors import Reason, refuse

LONGEST: Final = 4_000
_SAID_ONLY: Final = frozenset({"note", "calculate", "text_known"})


@dataclass(frozen=True)
class Cell:
    """An answer as it stands. `asked`: None for what the form does not ask; `still`: asks whether what is known holds.

    `item`: the numbers of the repeats that it stands in, from the outermost; `is_there`: its element is in the paper.
    """

    key: str
    name: str
    text: str
    asked: Question | None = None
    fault: Reason | None = None
    item: tuple[int, ...] = ()
    is_there: bool = True
    still: bool = False
    known: str = ""


def cells_of(
    content: bytes,
    questions: tuple[Question, ...],
    typed: Mapping[str, str] | None = None,
    bounds: Bounds | None = None,
) -> list[Cell]:
    """The answers of a paper in the order of the form; refuses bytes that are no paper.

    `typed`: texts in the place of those that stand there, as they were typed. `bounds`: what no answer goes beyond.
    """
    root = _document(content).documentElement
    known = {one.path: one for one in questions}
    reader = _Reader(known, typed or {}, bounds)
    return list(reader.inside(root, shape_of([questions]), "", ()))


def _document(content: bytes) -> Document:
    """The paper as it can be written back; refuses what the inbox would not read."""
    tree_of(content)
    parse: Any = minidom.parseString
    try:
        document: Document = parse(content)
    except (ValueError, ExpatError) as fault:  # names that the inbox reads and this does not: a blank in an address
        raise refuse(NOT_MENDED) from fault
    return document


@dataclass(frozen=True)
class _Reader:
    """What is needed to read cells: the questions by path, what was typed, and what no answer goes beyond."""

    known: Mapping[str, Question]
    typed: Mapping[str, str]
    bounds: Bounds | None

    def inside(self, here: Element | None, node: Node, key: str, item: tuple[int, ...]) -> Iterator[Cell]:
        """The cells of a group, a repeat's item, or the whole: what is asked first, then what is not."""
        standing = _named(here)
        for one in node.inside.values():
            held = standing.pop(one.name, [])
            if one.kind in {GROUP, REPEAT}:
                yield from self._groups(held, one, key, item)
            elif one.kind not in _SAID_ONLY:
                yield from self._answers(here, held, one, key, item)
        for name, held in standing.items():
            if not key and name == "meta":
                continue
            if not _is_ours(name, node):
                yield from (self._foreign(element, _key(key, name, at)) for at, element in enumerate(held))

    def _groups(self, held: list[Element], node: Node, key: str, item: tuple[int, ...]) -> Iterator[Cell]:
        if node.kind == REPEAT:
            for at, element in enumerate(held):
                yield from self.inside(element, node, _key(key, node.name, at), (*item, at + 1))
        else:
            for at, group in enumerate(held or [None]):
                yield from self.inside(group, node, _key(key, node.name, at), item)

    def _answers(
        self, here: Element | None, held: list[Element], node: Node, key: str, item: tuple[int, ...]
    ) -> Iterator[Cell]:
        asked = self.known.get(node.path) or self.known.get(node.path.removesuffix(STILL))
        if asked is None:
            return
        still = node.path != asked.path
        known = _text(next(iter(_named(here).get(f"{asked.name}{KNOWN}", [])), None)) if asked.is_shown else ""
        for at, element in enumerate(held or [None]):
            own = _key(key, node.name, at)
            text = self.typed.get(own, _text(element))
            fault = None if still else fault_of(text, asked, self.bounds)
            yield Cell(own, node.name, text, asked, fault, item, element is not None, still, known)

    def _foreign(self, element: Element, key: str) -> Cell:
        return Cell(key, _local(element), _text(element))


def _is_ours(name: str, node: Node) -> bool:
    """Whether a line was put there by the compiler beside a question."""
    return any(name.removesuffix(end) in node.inside for end in (f"{KNOWN}_zh", f"{KNOWN}_en", KNOWN) if end in name)


def _named(here: Element | None) -> dict[str, list[Element]]:
    found: dict[str, list[Element]] = {}
    for one in _children(here):
        found.setdefault(_local(one), []).append(one)
    return found


def _children(here: Element | None) -> list[Element]:
    return [one for one in here.childNodes if one.nodeType == one.ELEMENT_NODE] if here is not None else []


def _local(element: Any) -> str:
    return str(element.tagName).rpartition(":")[2]


def _key(above: str, name: str, at: int) -> str:
    own = f"{name}[{at + 1}]" if at else name
    return f"{above}/{own}" if above else own


def _text(element: Any) -> str:
    """All text below an element."""
    if element is None:
        return ""
    kinds = {element.TEXT_NODE, element.CDATA_SECTION_NODE}
    parts = [one.data if one.nodeType in kinds else _text(one) for one in element.childNodes]
    return "".join(parts).strip()


def mended(content: bytes, texts: Mapping[str, str], dropped: Collection[str] = ()) -> bytes:
    """The paper with these texts in their cells and without what is dropped; the very bytes where nothing changes."""
    document = _document(content)
    root: Any = document.documentElement
    changed = [_put(document, root, key, clean_text(text, limit=LONGEST)) for key, text in texts.items()]
    gone = [_drop(root, key) for key in sorted(dropped, reverse=True)]
    if not any(changed) and not any(gone):
        return content
    written: bytes = document.toxml(encoding="utf-8")
    return written


def blanked(content: bytes, paths: Collection[str]) -> bytes:
    """The paper with nothing in the elements of these paths, wherever they stand; the very bytes if nothing was."""
    document = _document(content)
    held = [one for path in paths for one in _standing_at(document.documentElement, path.split("/"))]
    said = [_empty(one) for one in held]
    if not any(said):
        return content
    written: bytes = document.toxml(encoding="utf-8")
    return written


def _standing_at(here: Element | None, steps: list[str]) -> list[Element]:
    """The elements of a path below one, in every item of the repeats on the way."""
    held = _named(here).get(steps[0], [])
    return [inner for one in held for inner in _standing_at(one, steps[1:])] if steps[1:] else held


def _empty(here: Element) -> bool:
    """Take everything out of an element; says whether anything was there."""
    was_there = here.firstChild is not None
    while here.firstChild is not None:
        here.removeChild(here.firstChild)
    return was_there


def _steps(key: str) -> list[tuple[str, int]]:
    found = []
    for step in key.split("/"):
        name, _bracket, number = step.partition("[")
        found.append((name, int(number.rstrip("]")) - 1 if number else 0))
    return found


def _put(document: Document, root: Element, key: str, text: str) -> bool:
    """Write one text; what is not there is made, unless nothing is to be written. Says whether anything changed."""
    here = root
    for name, at in _steps(key):
        held = _named(here).get(name, [])
        if at < len(held):
            here = held[at]
        elif not text:
            return False
        else:
            here = here.appendChild(document.createElement(name))
    if _text(here) == text:
        return False
    _empty(here)
    if text:
        here.appendChild(document.createTextNode(text))
    return True


def _drop(root: Element, key: str) -> bool:
    here = root
    for name, at in _steps(key):
        held = _named(here).get(name, [])
        if at >= len(held):
            return False
        here = held[at]
    parent = here.parentNode
    if parent is None or here is root:
        return False
    parent.removeChild(here)
    return True
