"""Marks of cases added up into the cells of a period: what each area, department, matter and source comes to. Pure."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

ENOUGH: Final = 5
"""More people than this are never told apart; so many are needed for a figure to be shown (charter 12)."""
Axis = tuple[str, str]
CellKey = tuple[str, str, str]
"""Area, axis, key on the axis."""


@dataclass(frozen=True)
class Mark:
    """Something counted of one case: what, how much, for which office, and by whose work (keys that go no further)."""

    measure: str
    n: int = 1
    office: str = ""
    hands: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Counted:
    """What was counted of a case that lies in an area: its matter, source and whether it is public."""

    area_code: str
    matter: str
    source: str
    public: bool
    marks: tuple[Mark, ...]


@dataclass
class Sum:
    """The counts of one cell, and whose work they rest on while they are added up."""

    parent: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    people: dict[str, set[str]] = field(default_factory=dict)

    def add(self, mark: Mark) -> None:
        """Add one mark."""
        self.counts[mark.measure] = self.counts.get(mark.measure, 0) + mark.n
        if mark.hands:
            held = self.people.setdefault(mark.measure, set())
            if len(held) < ENOUGH:
                held |= mark.hands


@dataclass(frozen=True)
class Total:
    """A cell as it is posted: numbers alone."""

    area_code: str
    parent_code: str
    axis: str
    key: str
    counts: Mapping[str, int]
    hands: Mapping[str, int]


def add_up(things: Iterable[Counted], over: Mapping[str, Sequence[tuple[str, str]]]) -> list[Total]:
    """All cells of a period. `over`: for each recorded code the areas that hold it, with the one above each."""
    sums: defaultdict[CellKey, Sum] = defaultdict(Sum)
    for one in things:
        for area, parent in over[one.area_code]:
            for axis, marks in _axes(one):
                cell = sums[(area, *axis)]
                cell.parent = parent
                for mark in marks:
                    cell.add(mark)
    return [_total(key, cell) for key, cell in sorted(sums.items()) if cell.counts]


def _axes(one: Counted) -> list[tuple[Axis, list[Mark]]]:
    """By what a case is told, with the marks that count there; an office counts what is its own."""
    marks = list(one.marks)
    found: list[tuple[Axis, list[Mark]]] = [(("all", ""), marks), (("matter", one.matter), marks)]
    found += [(("source", one.source), marks)] if one.source else []
    found += [(("public", ""), marks)] if one.public else []
    for office in {mark.office for mark in marks} - {""}:
        found.append((("office", office), [mark for mark in marks if mark.office == office]))
    return found


def _total(key: CellKey, cell: Sum) -> Total:
    area, axis, name = key
    counts = {measure: n for measure, n in sorted(cell.counts.items()) if n}
    hands = {measure: min(len(held), ENOUGH) for measure, held in sorted(cell.people.items())}
    return Total(area, cell.parent, axis, name, counts, hands)


def digest_of(cells: Iterable[Total]) -> str:
    """The SHA-256 of cells in one fixed writing: equal for equal counts, whatever computed them."""
    rows = sorted((one.area_code, one.axis, one.key, dict(one.counts), dict(one.hands)) for one in cells)
    said = json.dumps(rows, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(said.encode()).hexdigest()
