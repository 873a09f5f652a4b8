"""The extract: facts of real service requests, and the packaged or given file it is read from."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.rehearsal.chains import Chain, read_chain
from gridcommons.rehearsal.convert import FILE_UNREADABLE, Gate, Request, convert_rows, read_rows
from gridcommons.rehearsal.mapping import DATA, Kind, load_mapping

FILE_MISSING = refusal_kind(
    "rehearsal.file_missing",
    status=404,
    zh="没有找到请求文件 {path}；请检查路径，或不给文件，使用程序自带的摘录。",
    en="There is no request file {path}; check the path, or give none to use the extract that comes along.",
)
REQUESTS_FILE: Final = "requests.csv.gz"
CHAINS_FILE: Final = "chains.json"
COLUMNS: Final = (
    *("id", "source", "half", "complaint_type", "descriptor", "location_type", "agency", "day", "weekday", "minute"),
    *("hours_to_close", "closed_before_created", "due_hours", "channel", "x", "y", "matter"),
)


@dataclass(frozen=True)
class Extract:
    """Requests, chains, and what the import gate counted on the way in."""

    requests: tuple[Request, ...]
    chains: tuple[Chain, ...]
    gate: Gate
    chain_gate: Gate


def load_extract(path: Path | None = None) -> Extract:
    """The packaged extract, or a given CSV file in the New York 311 format with the packaged chains.

    The file may be gzipped. Refusals: file missing, file unreadable, columns missing, no usable row.
    """
    chains, gates = _packaged_chains()
    if path is None:
        return Extract(_packaged_requests(), chains, gates["requests"], gates["chains"])
    if not path.is_file():
        raise refuse(FILE_MISSING, path=path.name)
    requests, gate = convert_rows(read_rows(_text_of(path)), load_mapping(), source="file")
    return Extract(requests, chains, gate, gates["chains"])


def _text_of(path: Path) -> str:
    raw = path.read_bytes()
    try:
        return (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode("utf-8-sig")
    except (OSError, EOFError, UnicodeDecodeError) as problem:
        raise refuse(FILE_UNREADABLE, why=type(problem).__name__) from problem


def write_requests(requests: Iterable[Request]) -> bytes:
    """Requests as gzipped CSV; the same requests give the same bytes."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for item in requests:
        kind = item.kind
        words = (kind.complaint_type, kind.descriptor, kind.location_type, kind.agency)
        moment = (item.day, item.weekday, item.minute, item.hours_to_close, int(item.closed_before_created))
        place = (item.due_hours, item.channel, item.x, item.y, item.matter)
        writer.writerow((item.id, item.source, item.half, *words, *moment, *place))
    return gzip.compress(out.getvalue().encode("utf-8"), mtime=0)


def _packaged_requests() -> tuple[Request, ...]:
    text = gzip.decompress((DATA / REQUESTS_FILE).read_bytes()).decode("utf-8")
    return tuple(_request(row) for row in csv.DictReader(io.StringIO(text)))


def _request(row: dict[str, str]) -> Request:
    return Request(
        id=int(row["id"]),
        source=row["source"],
        half=row["half"],
        kind=Kind(row["complaint_type"], row["descriptor"], row["location_type"], row["agency"]),
        day=int(row["day"]),
        weekday=int(row["weekday"]),
        minute=int(row["minute"]),
        hours_to_close=_number(row["hours_to_close"]),
        closed_before_created=row["closed_before_created"] == "1",
        due_hours=_number(row["due_hours"]),
        channel=row["channel"],
        x=_number(row["x"]),
        y=_number(row["y"]),
        matter=row["matter"] or None,
    )


def _number(text: str) -> float | None:
    return float(text) if text else None


def _packaged_chains() -> tuple[tuple[Chain, ...], dict[str, Gate]]:
    raw = json.loads((DATA / CHAINS_FILE).read_text(encoding="utf-8"))
    gates = {name: Gate(**gate) for name, gate in raw["gates"].items()}
    return tuple(read_chain(item) for item in raw["chains"]), gates
