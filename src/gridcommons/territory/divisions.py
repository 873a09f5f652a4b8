"""Reading a list of divisions (`code,level,name,parent[,kind]`): every row checked, nothing silently dropped."""

from __future__ import annotations

import csv
import gzip
import unicodedata
import zlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from io import StringIO
from pathlib import Path
from typing import Final

from gridcommons.kit.codes import CHINA, Scheme
from gridcommons.kit.errors import Reason, Refusal, refusal_kind, refuse
from gridcommons.territory.pinyin import sort_key
from gridcommons.territory.rules import TWICE

COLUMNS: Final = ("code", "level", "name", "parent")
LONGEST_NAME: Final = 100
LONGEST_SHOWN: Final = 40
LAST_BASIC: Final = 0xFFFF

UNREADABLE = refusal_kind(
    "divisions.unreadable",
    status=400,
    zh="无法读取“{file}”：应为UTF-8编码的CSV文件（可用gzip压缩）。",
    en="“{file}” cannot be read: it must be a CSV file in UTF-8, plain or packed with gzip.",
)
COLUMNS_MISSING = refusal_kind(
    "divisions.columns",
    status=400,
    zh="区划表缺少这些列：{columns}。",
    en="The list of divisions lacks these columns: {columns}.",
)
LEVEL_UNKNOWN = refusal_kind(
    "divisions.level",
    status=400,
    zh="“{code}”的级别“{level}”不存在；可用的级别是：{levels}。",
    en="“{code}” has the unknown level “{level}”; the levels are: {levels}.",
)
LEVEL_UNFIT = refusal_kind(
    "divisions.width",
    status=400,
    zh="代码“{code}”的长度不合级别“{level}”；该级代码应为{width}位数字。",
    en="The code “{code}” does not fit the level “{level}”, whose codes are {width} digits.",
)
PARENT_UNKNOWN = refusal_kind(
    "divisions.parent",
    status=400,
    zh="“{code}”的上级“{parent}”不在表中，或不是它的上级。",
    en="The parent “{parent}” of “{code}” is not in the list or does not lie above it.",
)
TOO_MANY_CELLS = refusal_kind(
    "divisions.cells",
    status=400,
    zh="“{code}”这一行的格数多于表头；名称里的逗号要加引号。",
    en="The row of “{code}” has more cells than the heading; put a name with a comma in quotes.",
)
NAME_UNFIT = refusal_kind(
    "divisions.name",
    status=400,
    zh="“{code}”的名称缺失、超过{most}个字或含有控制字符。",
    en="The name of “{code}” is missing, longer than {most} characters, or holds control characters.",
)


@dataclass(frozen=True)
class Division:
    """One division; `kind` is the band of the last digits of a village code (a hint), else empty."""

    code: str
    level: str
    name: str
    parent: str
    kind: str
    sort_key: str


@dataclass(frozen=True)
class RowNote:
    """Something to know about a row that was kept."""

    line: int
    code: str
    what: str


@dataclass(frozen=True)
class RowRefusal:
    """A row that was refused, and why."""

    line: int
    reasons: tuple[Reason, ...]


@dataclass
class Gate:
    """The report of an import: `read` = `accepted` + refused; `repaired` and `notes` are among the accepted."""

    read: int = 0
    accepted: int = 0
    repaired: int = 0
    refused: list[RowRefusal] = field(default_factory=list)
    notes: list[RowNote] = field(default_factory=list)


@dataclass(frozen=True)
class _Row:
    line: int
    cells: dict[str, str]
    repaired: bool
    overlong: bool


def read_divisions(
    path: Path | None = None, *, gate: Gate | None = None, known: Collection[str] = (), scheme: Scheme = CHINA
) -> Iterator[Division]:
    """The divisions of a file, parents before children (by code); without a path those of Zhejiang 2023.

    With a `gate` a bad row is refused there and the rest goes on; without one the first bad row raises.
    `known`: codes that may be parents without being in the file. Refuses at once what is no such table.
    """
    report = gate if gate is not None else Gate()
    seen = set(known)
    listed: set[str] = set()
    for row in sorted(_rows(path), key=lambda row: (len(row.cells["code"]), row.cells["code"])):
        report.read += 1
        try:
            division = _checked(row, seen, listed, scheme)
        except Refusal as refusal:
            if gate is None:
                raise
            report.refused.append(RowRefusal(row.line, refusal.reasons))
            continue
        seen.add(division.code)
        listed.add(division.code)
        _count(report, row, division)
        yield division


def strange_signs(name: str) -> str:
    """What is unusual in the signs of a name: private use, or outside the Basic Multilingual Plane; else empty."""
    private = {sign for sign in name if unicodedata.category(sign) == "Co"}
    found = [
        f"{'private use' if sign in private else 'outside the basic plane'} U+{ord(sign):04X}"
        for sign in name
        if sign in private or ord(sign) > LAST_BASIC
    ]
    return ", ".join(found)


def _count(report: Gate, row: _Row, division: Division) -> None:
    report.accepted += 1
    report.repaired += row.repaired
    strange = strange_signs(division.name)
    if strange:
        report.notes.append(RowNote(row.line, division.code, strange))


def _checked(row: _Row, seen: set[str], listed: set[str], scheme: Scheme) -> Division:
    code, level, name, parent = (row.cells[column] for column in COLUMNS)
    shown = code[:LONGEST_SHOWN]
    if row.overlong:
        raise refuse(TOO_MANY_CELLS, code=shown)
    _check_code(code, level, scheme)
    if code in listed:
        raise refuse(TWICE, code=shown)
    is_top = not parent and level == scheme.levels[0].key
    if not is_top and (parent not in scheme.ancestors(code) or parent not in seen):
        raise refuse(PARENT_UNKNOWN, code=shown, parent=parent[:LONGEST_SHOWN])
    if not name or len(name) > LONGEST_NAME or any(unicodedata.category(sign) == "Cc" for sign in name):
        raise refuse(NAME_UNFIT, code=shown, most=LONGEST_NAME)
    return Division(code, level, name, parent, row.cells["kind"], sort_key(name))


def _check_code(code: str, level: str, scheme: Scheme) -> None:
    levels = [known.key for known in scheme.levels]
    shown = code[:LONGEST_SHOWN]
    if level not in levels:
        raise refuse(LEVEL_UNKNOWN, code=shown, level=level[:LONGEST_SHOWN], levels=", ".join(levels))
    if scheme.level_of(code).key != level:
        raise refuse(LEVEL_UNFIT, code=shown, level=level, width=scheme.width(level))


def _rows(path: Path | None) -> Iterator[_Row]:
    name = path.name if path else "zhejiang_2023.csv.gz"
    try:
        reader = csv.DictReader(StringIO(_text(path), newline=""))
        reader.fieldnames = [heading.strip() for heading in reader.fieldnames or ()]
        missing = [column for column in COLUMNS if column not in reader.fieldnames]
        if missing:
            raise refuse(COLUMNS_MISSING, columns=", ".join(missing))
        for raw in reader:
            yield _tidied(reader.line_num, raw)
    except (OSError, EOFError, UnicodeDecodeError, zlib.error, csv.Error) as error:
        raise refuse(UNREADABLE, file=name) from error


def _text(path: Path | None) -> str:
    raw = path.read_bytes() if path else _shipped()
    packed = raw[:2] == b"\x1f\x8b"
    return (gzip.decompress(raw) if packed else raw).decode("utf-8-sig")


@cache
def _shipped() -> bytes:
    return (files("gridcommons.territory") / "data" / "zhejiang_2023.csv.gz").read_bytes()


def _tidied(line: int, raw: dict[str | None, str | None]) -> _Row:
    """Blanks around a cell and full-width digits in a code are repaired; nothing else is touched."""
    given = {column: raw.get(column) or "" for column in (*COLUMNS, "kind")}
    cells = {column: cell.strip() for column, cell in given.items()}
    for column in ("code", "parent"):
        if not cells[column].isascii():
            cells[column] = "".join(_plain_digit(sign) for sign in cells[column])
    return _Row(line, cells, repaired=cells != given, overlong=None in raw)


def _plain_digit(sign: str) -> str:
    return unicodedata.normalize("NFKC", sign) if "０" <= sign <= "９" else sign
