"""From a raw New York 311 file to facts: the import gate counts every row in, accepted, repaired or refused."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.rehearsal.mapping import Kind, Mapping

FILE_UNREADABLE = refusal_kind(
    "rehearsal.file_unreadable",
    status=400,
    zh="请求文件不是可读的 UTF-8 CSV（{why}）；请另存为 UTF-8 编码的 CSV 再试。",
    en="The request file is no readable UTF-8 CSV ({why}); save it as CSV in UTF-8 and try again.",
)
COLUMNS_MISSING = refusal_kind(
    "rehearsal.columns_missing",
    status=400,
    zh="请求文件缺少这些列：{columns}；请补上后再试。",
    en="The request file lacks these columns: {columns}; add them and try again.",
)
NOTHING_USABLE = refusal_kind(
    "rehearsal.nothing_usable",
    status=400,
    zh="请求文件的 {rows} 行没有一行可用（{reasons}）；请检查文件。",
    en="None of the {rows} rows of the request file can be used ({reasons}); check the file.",
)
NEEDED: Final = (
    *("unique_key", "created_date", "closed_date", "agency", "complaint_type", "descriptor"),
    *("latitude", "longitude"),
)
DATE_FORMS: Final = ("%m/%d/%Y %I:%M:%S %p", "%Y-%m-%dT%H:%M:%S.%f", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S")
CHANNELS: Final = {"phone": "phone", "online": "online", "mobile": "mobile", "web": "online", "open311": "mobile"}
LONGEST_WORDS: Final = 80
LAST_MERIDIAN: Final = 180.0
POLE: Final = 90.0
PERSONAL: Final = re.compile(r"\S@\S+\.\w|\d[\d\s().-]{5,}\d|\d{6}", re.ASCII)

Row = dict[str, str]


@dataclass(frozen=True)
class Gate:
    """Counts of one import: rows_in = accepted + repaired + refused; repairs may fall together on one row."""

    rows_in: int
    accepted: int
    repaired: int
    refused: int
    repairs: dict[str, int] = field(default_factory=dict)
    refusals: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Request:
    """Facts of one real request; x and y are ranks in 0..1 (None = place unknown), minute is local time of day.

    `day` counts from the earliest request of the file, `hours_to_close` is None while open or when it was dropped
    because the source closed the request before it was created; `matter` is None where no rule of the mapping fits.
    """

    id: int
    source: str
    half: str
    kind: Kind
    day: int
    weekday: int
    minute: int
    hours_to_close: float | None
    closed_before_created: bool
    due_hours: float | None
    channel: str
    x: float | None
    y: float | None
    matter: str | None


@dataclass(frozen=True)
class _Parsed:
    """One row understood, before places and days are set against the whole file."""

    request: Request
    created: datetime
    repairs: tuple[str, ...]


class _RowRefusedError(Exception):
    """One row cannot be used; the message is the reason's key."""


def half_of(key: str) -> str:
    """The half of the data a source key falls into: parity of its SHA-256, `a` even, `b` odd."""
    return "ab"[hashlib.sha256(key.encode("utf-8")).digest()[-1] & 1]


def read_rows(text: str) -> Iterator[Row]:
    """Rows of a CSV text by normalised column names; refuses a file that is no CSV or lacks needed columns."""
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        header = [name.strip().lower().replace(" ", "_") for name in next(reader, [])]
        missing = [name for name in NEEDED if name not in header]
        if missing:
            raise refuse(COLUMNS_MISSING, columns=", ".join(missing))
        for cells in reader:
            yield _row(header, cells)
    except csv.Error as problem:
        raise refuse(FILE_UNREADABLE, why=f"line {reader.line_num}: {problem}") from problem


def _row(header: Sequence[str], cells: Sequence[str]) -> Row:
    row = {name: cell.strip() for name, cell in zip(header, cells, strict=False)}
    return {**row, "": "ragged"} if len(cells) != len(header) else row


def convert_rows(rows: Iterable[Row], mapping: Mapping, *, source: str) -> tuple[tuple[Request, ...], Gate]:
    """Requests and gate counts of raw rows; refuses only when no row at all can be used.

    Dirt is named, never dropped in silence: closed before created loses its close time, missing coordinates become
    an unknown place; rows without key, kind or creation time, or with a repeated key, are refused with the reason.
    """
    kept: list[_Parsed] = []
    refusals: Counter[str] = Counter()
    seen: set[str] = set()
    for row in rows:
        try:
            kept.append(_parse(row, seen, mapping, source))
        except _RowRefusedError as reason:
            refusals[str(reason)] += 1
    gate = _gate(kept, refusals)
    if not kept:
        reasons = ", ".join(f"{name} {count}" for name, count in sorted(refusals.items()))
        raise refuse(NOTHING_USABLE, rows=gate.rows_in, reasons=reasons or "-")
    return _placed(kept), gate


def _gate(kept: Sequence[_Parsed], refusals: Counter[str]) -> Gate:
    repairs = Counter(name for item in kept for name in item.repairs)
    repaired = sum(bool(item.repairs) for item in kept)
    refused = refusals.total()
    return Gate(
        rows_in=len(kept) + refused,
        accepted=len(kept) - repaired,
        repaired=repaired,
        refused=refused,
        repairs=dict(sorted(repairs.items())),
        refusals=dict(sorted(refusals.items())),
    )


def _parse(row: Row, seen: set[str], mapping: Mapping, source: str) -> _Parsed:
    key = _key_of(row, seen)
    repairs: list[str] = []
    created = _moment(row["created_date"])
    if created is None:
        raise _RowRefusedError("created.unreadable")
    kind = _kind_of(row, repairs)
    x, y = _place_of(row, repairs)
    backwards, hours = _closing(row["closed_date"], created, repairs)
    seen.add(key)
    request = Request(
        id=len(seen),
        source=source,
        half=half_of(key),
        kind=kind,
        day=0,
        weekday=created.weekday(),
        minute=created.hour * 60 + created.minute,
        hours_to_close=hours,
        closed_before_created=backwards,
        due_hours=_due_of(row.get("due_date", ""), created, repairs),
        channel=CHANNELS.get(row.get("open_data_channel_type", "").lower(), "unknown"),
        x=x,
        y=y,
        matter=mapping.matter_of(kind),
    )
    return _Parsed(request, created, tuple(repairs))


def _key_of(row: Row, seen: set[str]) -> str:
    if "" in row:
        raise _RowRefusedError("cells.ragged")
    if not row["unique_key"]:
        raise _RowRefusedError("key.missing")
    if row["unique_key"] in seen:
        raise _RowRefusedError("key.repeated")
    return row["unique_key"]


def _kind_of(row: Row, repairs: list[str]) -> Kind:
    complaint_type = row["complaint_type"]
    if not complaint_type:
        raise _RowRefusedError("type.missing")
    if not _is_plain(complaint_type):
        raise _RowRefusedError("type.personal_or_long")
    others = [row["descriptor"], row.get("location_type", ""), row["agency"]]
    if not all(_is_plain(words) for words in others):
        repairs.append("words.personal_or_long")
        others = [words if _is_plain(words) else "" for words in others]
    return Kind(complaint_type, *others)


def _is_plain(words: str) -> bool:
    return len(words) <= LONGEST_WORDS and PERSONAL.search(words) is None


def _moment(text: str) -> datetime | None:
    for form in DATE_FORMS:
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 - the source publishes local wall times without a zone
        except ValueError:
            continue
    return None


def _hours(later: datetime, earlier: datetime) -> float:
    return round((later - earlier).total_seconds() / 3600, 4)


def _closing(text: str, created: datetime, repairs: list[str]) -> tuple[bool, float | None]:
    closed = _moment(text)
    if closed is None:
        if text:
            repairs.append("closed.unreadable")
        return False, None
    if closed < created:
        repairs.append("closed.before_created")
        return True, None
    return False, _hours(closed, created)


def _due_of(text: str, created: datetime, repairs: list[str]) -> float | None:
    due = _moment(text)
    if (text and due is None) or (due is not None and due < created):
        repairs.append("due.unusable")
        return None
    return None if due is None else _hours(due, created)


def _place_of(row: Row, repairs: list[str]) -> tuple[float | None, float | None]:
    try:
        y, x = float(row["latitude"]), float(row["longitude"])
    except ValueError:
        x = y = float("nan")
    if not (abs(x) <= LAST_MERIDIAN and abs(y) <= POLE) or x == y == 0:
        repairs.append("place.missing")
        return None, None
    return x, y


def _placed(kept: Sequence[_Parsed]) -> tuple[Request, ...]:
    start = min(item.created for item in kept).date()
    east = ranks([item.request.x for item in kept])
    north = ranks([item.request.y for item in kept])
    return tuple(
        replace(item.request, day=(item.created.date() - start).days, x=x, y=y)
        for item, x, y in zip(kept, east, north, strict=True)
    )


def ranks(values: Sequence[float | None]) -> list[float | None]:
    """Each value's mid-rank scaled into 0..1, four decimals; None stays None, a single value is 0.5.

    Ranks, not coordinates: no place of the source can be read back from them.
    """
    known = sorted(value for value in values if value is not None)
    last = len(known) - 1

    def rank(value: float) -> float:
        middle = (bisect_left(known, value) + bisect_right(known, value) - 1) / 2
        return round(middle / last, 4) if last else 0.5

    return [None if value is None else rank(value) for value in values]
