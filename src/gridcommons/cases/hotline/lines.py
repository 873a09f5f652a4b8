"""A hotline's CSV as lines: any of the usual encodings, newlines inside quotes, numbers as the text they are. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from gridcommons.cases.cells import even
from gridcommons.cases.hotline import faults
from gridcommons.cases.hotline.mapping import Scheme
from gridcommons.kit.errors import Reason, Refusal, refuse
from gridcommons.kit.signs import decode, is_no_text, long_cells

MOST_BYTES: Final = 60_000_000
MOST_ROWS: Final = 200_000
MOST_CELLS: Final = 300
_MEGABYTE: Final = 1_000_000
_MARKS: Final = ",\t;|"
_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Line:
    """One record: its number as a spreadsheet counts rows, and its cells by what they mean, joined where several."""

    row: int
    cells: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    short: bool = False
    """Whether it has fewer or more cells than the heading."""

    def first(self, key: str) -> str:
        """The cell of a meaning, the first filled one where it has several columns."""
        return next((cell for cell in self.cells.get(key, ()) if cell), "")

    def joined(self, key: str, by: str = "\n") -> str:
        """All filled cells of a meaning, each said once."""
        return by.join(dict.fromkeys(cell for cell in self.cells.get(key, ()) if cell))


def lines_of(content: bytes, scheme: Scheme) -> list[Line]:
    """The lines of a file; refuses what is no CSV, too large, or lacks a column that the mapping names."""
    require_modest(len(content))
    if content.startswith((_ZIP, _OLE)) or is_no_text(content):
        raise refuse(faults.NO_CSV)
    text = decode(content)
    if text is None:
        raise refuse(faults.WRONG_SIGNS)
    # A cell may hold as much as the file: what is too long for a report is told at its line, not met as a broken file.
    with long_cells(MOST_BYTES):
        found = _found(_rows(text), scheme)
    if not found:
        raise refuse(faults.NO_ROWS)
    return found


def _found(rows: Iterator[list[str]], scheme: Scheme) -> list[Line]:
    heading = [cell.strip().lstrip("\ufeff") for cell in next(rows, [])]
    columns = _columns(heading, scheme)
    return [_line(number, row, columns, len(heading)) for number, row in enumerate(rows, 2) if any(map(str.strip, row))]


def require_modest(size: int) -> None:
    """Refuse a file that is too large, before it is read."""
    if size > MOST_BYTES:
        raise refuse(faults.TOO_LARGE, size=size // _MEGABYTE, most=MOST_BYTES // _MEGABYTE)


def _rows(text: str) -> Iterator[list[str]]:
    first = text.partition("\n")[0]
    mark = max(_MARKS, key=first.count)
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=mark), 1):
            if number > MOST_ROWS + 1:
                raise refuse(faults.TOO_MANY_ROWS, most=MOST_ROWS)
            yield row[:MOST_CELLS]
    except csv.Error as error:
        raise refuse(faults.NO_CSV) from error


def _columns(heading: Sequence[str], scheme: Scheme) -> dict[str, tuple[int, ...]]:
    """Where each meaning stands; refuses with every column that is not there."""
    places: dict[str, int] = {}
    for at, name in enumerate(heading):
        places.setdefault(even(name), at)
    named = {key: [(name, places.get(even(name))) for name in names] for key, names in scheme.columns.items()}
    missing = [name for several in named.values() for name, at in several if at is None]
    if missing:
        have = "、".join(name for name in heading[:12] if name) or "–"
        raise Refusal(tuple(_lacking(name, have) for name in missing))
    return {key: tuple(at for _name, at in several if at is not None) for key, several in named.items()}


def _lacking(name: str, have: str) -> Reason:
    return refuse(faults.NO_COLUMN, name=name[:60], have=have[:200]).reasons[0]


def _line(number: int, row: Sequence[str], columns: Mapping[str, tuple[int, ...]], wide: int) -> Line:
    cells = {key: tuple(row[at].strip() if at < len(row) else "" for at in places) for key, places in columns.items()}
    return Line(number, cells, short=len(row) != wide)
