"""Verification of the ledger: every entry, every detail, every checkpoint, recomputed from nothing.

Finds a changed, removed, reordered or inserted row: the tree over the entries in order must give each
signed root again, numbers must run without a gap, and each detail must match its commitment.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from gridcommons.access.ledger import COMMITMENT_BYTES, LEAF_SQL, SALT_BYTES, parties_of
from gridcommons.access.sealer import frontier_of, note
from gridcommons.kit.merkle import Frontier

_CHUNK: Final = 20_000
_KIND_LETTERS: Final = 4
_ENTRIES: Final = f"""
SELECT e.seq,
       CASE WHEN length(e.kind) = {_KIND_LETTERS} AND octet_length(e.commitment) = {COMMITMENT_BYTES} AND isfinite(e.at)
            THEN {LEAF_SQL} ELSE ''::bytea END,
       CASE WHEN octet_length(d.salt) <> {SALT_BYTES} THEN ''::bytea ELSE d.salt || convert_to(d.body, 'UTF8') END,
       d.area_code, d.parties
FROM access_ledgerentry e LEFT JOIN access_ledgerdetail d ON d.entry = e.id
WHERE e.seq IS NOT NULL ORDER BY e.seq
"""  # noqa: S608 - put together from constants
_IN_ORDER: Final = "SET LOCAL enable_sort = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off"
_CHECKPOINTS: Final = "SELECT size, root, at, signature FROM access_checkpoint ORDER BY size"
_STRETCH: Final = _ENTRIES.replace("e.seq IS NOT NULL", "e.seq >= %s AND e.seq < %s")
_AROUND: Final = """
SELECT size, root, edge, at, signature FROM access_checkpoint
WHERE size >= coalesce((SELECT max(size) FROM access_checkpoint WHERE size <= %s), 0)
  AND size <= coalesce((SELECT min(size) FROM access_checkpoint WHERE size >= %s), 0) ORDER BY size
"""
_LOOSE: Final = """
SELECT count(*) FROM access_ledgerdetail d WHERE NOT EXISTS (SELECT 1 FROM access_ledgerentry e WHERE e.id = d.entry)
"""
Row = tuple[int, bytes, bytes | None, str | None, list[str] | None]


@dataclass
class Finding:
    """One thing wrong: what, and at which place of the log."""

    what: str
    place: str


@dataclass
class Report:
    """What was verified and what was found."""

    entries: int = 0
    details: int = 0
    missing: int = 0
    checkpoints: int = 0
    waiting: int = 0
    root: str = ""
    findings: list[Finding] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def found(self, what: str, place: object) -> None:
        """Note one finding."""
        self.findings.append(Finding(what, str(place)))


Progress = Callable[[int], None]


def verify(
    connection: psycopg.Connection[Any],
    public: Ed25519PublicKey,
    progress: Progress | None = None,
    kept: Mapping[int, bytes] | None = None,
) -> Report:
    """Recompute the whole tree and hold it against every signed checkpoint.

    `connection`: a role that passes row-level security (an auditor's copy or the owner). `progress` is
    called with the number of entries read so far. `kept`: roots by size from checkpoints kept elsewhere,
    which find a ledger that was rewritten as a whole with the right key.
    """
    report = Report()
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        checkpoints = connection.execute(_CHECKPOINTS, binary=True).fetchall()
        _check_signatures(checkpoints, public, report)
        loose = connection.execute(_LOOSE).fetchone()
        if loose and loose[0]:
            report.found("details that no entry commits to: added", loose[0])
        walk = _Walk(report, {size: bytes(root) for size, root, _at, _signature in checkpoints}, dict(kept or {}))
        for rows in _chunks(connection):
            walk.take(rows)
            if progress is not None:
                progress(report.entries)
        walk.end()
        row = connection.execute("SELECT count(*) FROM access_ledgerentry WHERE seq IS NULL").fetchone()
        report.waiting = int(row[0]) if row else 0
    return report


def verify_stretch(connection: psycopg.Connection[Any], public: Ed25519PublicKey, first: int, last: int) -> Report:
    """Recompute the log between the signed checkpoints around two numbers, from the edge that the lower one stored.

    Shows that nothing between them was changed, removed or inserted; what lies before is as the lower root says.
    `connection`: one that reads the details of all areas. Numbers without an upper checkpoint are a finding.
    """
    report = Report()
    rows = [(size, bytes(root), bytes(edge), at, sign) for size, root, edge, at, sign in
            connection.execute(_AROUND, (first, last)).fetchall()]  # fmt: skip
    _check_signatures([(size, root, at, sign) for size, root, _edge, at, sign in rows], public, report)
    walk = _Walk(report, {size: root for size, root, _edge, _at, _sign in rows}, {})
    if rows and rows[0][0] <= first:
        walk.frontier = frontier_of(rows[0][0], rows[0][2])
        if walk.frontier.root() != rows[0][1]:
            report.found("the edge kept with a checkpoint does not give its signed root", rows[0][0])
    walk.expected = begin = walk.frontier.size
    end = max((size for size, *_rest in rows), default=begin)
    for low in range(begin, end, _CHUNK):
        walk.take(connection.execute(_STRETCH, (low, min(low + _CHUNK, end))).fetchall() or [])
    walk.end()
    return report


def _check_signatures(checkpoints: list[Any], public: Ed25519PublicKey, report: Report) -> None:
    for size, root, at, signature in checkpoints:
        report.checkpoints += 1
        try:
            public.verify(bytes(signature), note(size, bytes(root), at))
        except InvalidSignature:
            report.found("checkpoint not signed by this key", size)


def _chunks(connection: psycopg.Connection[Any]) -> Iterator[list[Row]]:
    """Numbered entries in order, the next ones being fetched while these are looked at.

    Entries are numbered in the order of their ids, so walking both indexes reads each page once and sorts nothing.
    """
    connection.execute(_IN_ORDER)
    with connection.cursor("verify") as cursor, ThreadPoolExecutor(1) as ahead:
        cursor.execute(_ENTRIES, binary=True)
        coming = ahead.submit(cursor.fetchmany, _CHUNK)
        while rows := coming.result():
            coming = ahead.submit(cursor.fetchmany, _CHUNK)
            yield rows


def _filed_as_said(detail: bytes, area: str | None, parties: list[str] | None) -> bool:
    """Whether the columns that decide who reads a detail are those that its committed text names."""
    try:
        body = json.loads(detail[SALT_BYTES:])
        return bool(area == body["area"] and parties == parties_of(body["by"], body["subjects"]))
    except (ValueError, KeyError, TypeError):  # no deed or look wrote this, whoever committed to it
        return False


class _Walk:
    """Goes through the entries in order, grows the tree and compares it at every checkpoint."""

    def __init__(self, report: Report, signed: dict[int, bytes], kept: dict[int, bytes]) -> None:
        self.report = report
        self.signed = signed
        self.kept = kept
        self.sizes = sorted(signed.keys() | kept.keys())
        self.frontier = Frontier()
        self.expected = 0
        self.broken = False

    def take(self, rows: Sequence[Row]) -> None:
        """The next rows: numbers without a gap, details as committed, roots as signed."""
        sha, report = hashlib.sha256, self.report
        if not rows:
            return
        numbers = range(self.expected, self.expected + len(rows))
        if any(row[0] != number for row, number in zip(rows, numbers, strict=True)):
            self._name_gaps(rows)
        self.expected = rows[-1][0] + 1
        self._grow([sha(b"\x00" + row[1]).digest() for row in rows])
        report.entries += len(rows)
        for number, entry, detail, area, parties in rows:
            if detail is None:
                report.missing += 1
                report.found("detail missing: what this entry says is gone", number)
            elif sha(detail).digest() != entry[-COMMITMENT_BYTES:]:
                report.found("detail changed, or the commitment to it", number)
            elif not _filed_as_said(detail, area, parties):
                report.found("area or parties of a detail are not those of its text", number)
        report.details = report.entries - report.missing

    def _name_gaps(self, rows: Sequence[Row]) -> None:
        expected = self.expected
        for row in rows:
            if row[0] != expected:
                self.report.found("number missing or taken twice: an entry was removed or inserted", expected)
            expected = row[0] + 1

    def _grow(self, leaves: list[bytes]) -> None:
        """Append leaves, stopping at each size that a checkpoint names."""
        begin, done = self.frontier.size, 0
        for size in self.sizes[bisect_right(self.sizes, begin) :]:
            if size > begin + len(leaves):
                break
            self.frontier.extend(leaves[done : size - begin])
            done = size - begin
            self._compare(size)
        self.frontier.extend(leaves[done:])

    def _compare(self, size: int) -> None:
        root, report = self.frontier.root(), self.report
        if self.signed.get(size, root) != root and not self.broken:
            report.found("tree differs from the signed root: an entry was changed or reordered before", size)
            self.broken = True
        if self.kept.get(size, root) != root:
            report.found("tree differs from the checkpoint kept elsewhere: history was rewritten before", size)

    def end(self) -> None:
        """What only shows at the end: entries cut off, or added after the last checkpoint."""
        sealed, report = max(self.signed, default=0), self.report
        if self.frontier.size < max(self.sizes, default=0):
            report.found("entries removed from the end", self.frontier.size)
        if self.frontier.size > sealed:
            report.found("numbered entries that no checkpoint covers: inserted", sealed)
        report.root = self.frontier.root().hex()
