"""The shape of a form's answers: groups inside groups, repeats, questions. Pure.

All published versions together may make one shape: what an older one asked does not fall out of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from gridcommons.collection.asking import KNOWN, STILL, Question

GROUP, REPEAT = "group", "repeat"


@dataclass
class Node:
    """A group, a repeat, or a question by its kind; `inside`: what stands in a group or repeat."""

    name: str
    path: str
    kind: str
    inside: dict[str, Node] = field(default_factory=dict)

    def at(self, path: str) -> Node | None:
        """What stands at a path below."""
        here: Node | None = self
        for name in path.split("/"):
            here = here.inside.get(name) if here else None
        return here

    def walk(self) -> Iterator[Node]:
        """Everything below, each before what stands in it."""
        for one in self.inside.values():
            yield one
            yield from one.walk()


def shape_of(versions: Iterable[tuple[Question, ...]]) -> Node:
    """The shape of a form over its versions, those of the newest first."""
    root = Node("", "", GROUP)
    for questions in versions:
        repeats = {one.repeat for one in questions if one.repeat} | {path for one in questions for path in one.within}
        for asked in questions:
            for path, kind in _lines(asked):
                _put(root, path, kind, repeats)
    return root


def _lines(asked: Question) -> Iterator[tuple[str, str]]:
    """Where the answer of a question stands, after what the compiler puts before it."""
    if asked.is_shown:
        yield f"{asked.path}{KNOWN}", "text"
        if asked.choices:
            yield f"{asked.path}{KNOWN}_zh", "text"
            yield f"{asked.path}{KNOWN}_en", "text"
        yield f"{asked.path}{STILL}", "text"
    yield asked.path, asked.kind


def _put(root: Node, path: str, kind: str, repeats: set[str]) -> None:
    here, names = root, path.split("/")
    for at, name in enumerate(names, 1):
        inner = "/".join(names[:at])
        mine = kind if at == len(names) else REPEAT if inner in repeats else GROUP
        here = here.inside.setdefault(name, Node(name, inner, mine))


def repeats_of(shape: Node) -> list[str]:
    """The paths of the repeats."""
    return [one.path for one in shape.walk() if one.kind == REPEAT]
