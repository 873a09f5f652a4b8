"""A file of daily counts as lines, and everything that is wrong with them, each named by its line. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from gridcommons.kit.errors import Reason, Refusal, refusal_kind, refuse
from gridcommons.kit.numbers import decimal_of
from gridcommons.kit.signs import decode, is_no_text

MOST_BYTES: Final = 1_000_000
MOST_LINES: Final = 20_000
MOST_COUNT: Final = 100_000_000
_EARLIEST: Final = 2000
_SHOWN: Final = 40
COLUMNS: Final = ("area", "date", "count")
_NAMES: Final[Mapping[str, str]] = {
    "area": "area", "区域": "area", "地区": "area", "区域代码": "area", "date": "date", "day": "date", "日期": "date",
    "count": "count", "数量": "count", "人数": "count", "例数": "count", "imported": "imported", "输入": "imported",
    "其中输入": "imported",
}  # fmt: skip

NO_FILE = refusal_kind(
    "reported.no_file",
    status=400,
    zh="没有收到数据。请上传CSV文件，或把表格贴到框里。",
    en="Nothing was received. Choose a CSV file, or paste the table into the box.",
)
NO_CSV = refusal_kind(
    "reported.no_csv",
    status=400,
    zh="这不是CSV文本。请在表格程序中另存为CSV（UTF-8）再上传。",
    en="This is no CSV text. Save it as CSV (UTF-8) in your spreadsheet program and send that.",
)
TOO_LARGE = refusal_kind(
    "reported.too_large",
    status=413,
    zh="文件太大：最多{bytes}字节、{lines}行。请分几次上报。",
    en="The file is too large: {bytes} bytes and {lines} lines at most. Hand it in in parts.",
)
NO_COLUMN = refusal_kind(
    "reported.no_column",
    status=400,
    zh="缺少“{name}”列。第一行须为：area,date,count[,imported]（或：区域,日期,数量[,其中输入]）。",
    en="There is no column “{name}”. The first line must be: area,date,count[,imported].",
)
NO_LINES = refusal_kind(
    "reported.no_lines",
    status=400,
    zh="标题行下面没有数据。",
    en="Nothing stands below the heading.",
)
UNKNOWN_AREA = refusal_kind(
    "reported.unknown_area",
    status=400,
    zh="第{line}行：“{text}”不是现有区域。请写区域代码，或写全称。",
    en="Line {line}: “{text}” is no area that stands today. Give its code or its full name.",
)
NOT_SERVED = refusal_kind(
    "reported.not_served",
    status=400,
    zh="第{line}行：{text}不在贵单位的范围内，不能代报。",
    en="Line {line}: your office does not serve {text}; it cannot hand in its counts.",
)
WRONG_LEVEL = refusal_kind(
    "reported.wrong_level",
    status=400,
    zh="第{line}行：这个指标不按{text}这一级上报。",
    en="Line {line}: this count is not given for areas of the level of {text}.",
)
NO_DAY = refusal_kind(
    "reported.no_day",
    status=400,
    zh="第{line}行：“{text}”不是日期，请写成2026-11-02这样。",
    en="Line {line}: “{text}” is no date; write it like 2026-11-02.",
)
DAY_TO_COME = refusal_kind(
    "reported.day_to_come",
    status=400,
    zh="第{line}行：{day}还没有到。",
    en="Line {line}: {day} has not come yet.",
)
NO_COUNT = refusal_kind(
    "reported.no_count",
    status=400,
    zh="第{line}行：“{text}”不是人数或件数：须为不小于零的整数；不知道的日子请不要写这一行。",
    en="Line {line}: “{text}” is no count: give a whole number from 0 up, and leave out a day that is not known.",
)
MORE_IMPORTED = refusal_kind(
    "reported.more_imported",
    status=400,
    zh="第{line}行：其中输入（{imported}）多于总数（{count}）。",
    en="Line {line}: more were infected elsewhere ({imported}) than there are ({count}).",
)
TWICE = refusal_kind(
    "reported.twice",
    status=400,
    zh="第{line}行：{area}的{day}在第{other}行已经有了。请只保留一行。",
    en="Line {line}: {area} on {day} stands on line {other} already. Keep one of them.",
)
MORE_FAULTS = refusal_kind(
    "reported.more_faults",
    status=400,
    zh="另有{n}处问题，改正以上各处后再看。",
    en="There are {n} more faults; correct these first.",
)


@dataclass(frozen=True)
class Line:
    """One line as it was written; `number` as a spreadsheet counts, the heading being the first."""

    number: int
    area: str
    day: str
    count: str
    imported: str


@dataclass(frozen=True)
class Row:
    """One line understood."""

    line: int
    area_code: str
    day: date
    count: int
    imported: int | None


@dataclass(frozen=True)
class Places:
    """What a line may name: areas by code and by full name; of these, the ones served and those of a fitting level."""

    by_code: Mapping[str, str]
    by_name: Mapping[str, str]
    served: Collection[str]
    fitting: Collection[str]

    def find(self, text: str) -> str:
        """The code of the area that a cell names; empty for none."""
        return text if text in self.by_code else self.by_name.get(text, "")


def text_of(content: bytes) -> str:
    """The text of a file; refuses what is too large or no text."""
    if len(content) > MOST_BYTES:
        raise refuse(TOO_LARGE, bytes=MOST_BYTES, lines=MOST_LINES)
    text = None if is_no_text(content) else decode(content)
    if text is None:
        raise refuse(NO_CSV)
    return text


def lines_of(text: str) -> list[Line]:
    """The lines of a CSV or of cells pasted from a spreadsheet; refuses what has no such heading or no line."""
    if len(text) > MOST_BYTES:
        raise refuse(TOO_LARGE, bytes=MOST_BYTES, lines=MOST_LINES)
    if not text.strip():
        raise refuse(NO_FILE)
    rows = _rows(text.lstrip("\ufeff"))
    heading = [_NAMES.get(cell.strip().lower(), "") for cell in next(rows, [])]
    lacking = [name for name in COLUMNS if name not in heading]
    if lacking:
        raise Refusal(tuple(refuse(NO_COLUMN, name=name).reasons[0] for name in lacking))
    at: dict[str, int] = {name: heading.index(name) for name in (*COLUMNS, "imported") if name in heading}
    found = [_line(number, row, at) for number, row in enumerate(rows, 2) if any(cell.strip() for cell in row)]
    if not found:
        raise refuse(NO_LINES)
    return found


def _rows(text: str) -> Iterator[list[str]]:
    first = text.partition("\n")[0]
    mark = max(",\t;，", key=first.count)
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=mark)):
            if number > MOST_LINES:
                raise refuse(TOO_LARGE, bytes=MOST_BYTES, lines=MOST_LINES)
            yield row
    except csv.Error as error:
        raise refuse(NO_CSV) from error


def _line(number: int, row: Sequence[str], at: Mapping[str, int]) -> Line:
    cells = {name: row[place].strip() if place < len(row) else "" for name, place in at.items()}
    return Line(number, cells["area"], cells["date"], cells["count"], cells.get("imported", ""))


def understand(lines: Sequence[Line], places: Places, today: date) -> tuple[list[Row], list[Reason]]:
    """The lines understood, and all faults in the order of lines; a line with a fault is not among the first."""
    rows: list[Row] = []
    faults: list[Reason] = []
    seen: dict[tuple[str, date], int] = {}
    for line in lines:
        try:
            row = _understood(line, places, today)
        except Refusal as refusal:
            faults += refusal.reasons
            continue
        other = seen.setdefault((row.area_code, row.day), row.line)
        if other == row.line:
            rows.append(row)
        else:
            faults += refuse(TWICE, line=row.line, area=line.area[:40], day=row.day, other=other).reasons
    return rows, faults


def few(faults: Sequence[Reason]) -> tuple[Reason, ...]:
    """The first faults, and how many more there are."""
    more = len(faults) - _SHOWN
    return (*faults[:_SHOWN], *(refuse(MORE_FAULTS, n=more).reasons if more > 0 else ()))


def _understood(line: Line, places: Places, today: date) -> Row:
    """One line; refuses with everything that is wrong with it."""
    faults: list[Reason] = []
    code, day = places.find(line.area), _day(line.day)
    if fault := _area_fault(line, code, places):
        faults.append(fault)
    if day is None:
        faults += refuse(NO_DAY, line=line.number, text=line.day[:40]).reasons
    elif day > today:
        faults += refuse(DAY_TO_COME, line=line.number, day=day).reasons
    count = _count(line.count)
    imported = _count(line.imported) if line.imported else None
    for text, number in ((line.count, count), (line.imported, 0 if not line.imported else imported)):
        if number is None:
            faults += refuse(NO_COUNT, line=line.number, text=text[:40]).reasons
    if count is not None and imported is not None and imported > count:
        faults += refuse(MORE_IMPORTED, line=line.number, imported=imported, count=count).reasons
    if faults or day is None or count is None:
        raise Refusal(tuple(faults))
    return Row(line.number, code, day, count, imported)


def _area_fault(line: Line, code: str, places: Places) -> Reason | None:
    facts = {"line": line.number, "text": line.area[:40]}
    if not code:
        return refuse(UNKNOWN_AREA, **facts).reasons[0]
    if code not in places.served:
        return refuse(NOT_SERVED, **facts).reasons[0]
    return None if code in places.fitting else refuse(WRONG_LEVEL, **facts).reasons[0]


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text.replace("/", "-"))
    except ValueError:
        return None
    return found if found.year >= _EARLIEST else None


def _count(text: str) -> int | None:
    """A whole number from nought up; None for anything else."""
    try:
        number = decimal_of(text)
    except ValueError:
        return None
    return int(number) if 0 <= number <= MOST_COUNT and number == int(number) else None
