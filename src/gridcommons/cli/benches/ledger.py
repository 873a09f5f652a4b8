"""What the ledger costs: in the write, in the sealer, in the verification."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from typing import Final
from unittest.mock import patch
from uuid import UUID, uuid4

import psycopg
import shapely

from gridcommons.cli.benches import LIMIT, Row, bench
from gridcommons.cli.django_setup import OWNER_URL, SEALER_URL
from gridcommons.kit.codes import CHINA

ROUNDS: Final = 600
ENTRIES: Final = 1_000_000
_WARM: Final = 20
_GRID: Final = "331123001008001"
_LIMIT_WRITE: Final = 15.0
_LIMIT_SEALING: Final = 5_000.0
_LIMIT_VERIFYING: Final = 20.0

_FILL: Final = """
WITH facts AS MATERIALIZED (
    SELECT (lpad(to_hex(1790000000000 + n), 12, '0') || '7' || substr(md5('a' || n), 1, 3) || '8'
            || substr(md5('b' || n), 1, 15))::uuid AS id,
           timestamptz '2026-09-21 14:13:20+00' + n * interval '1 millisecond' AS at,
           decode(md5('s' || n), 'hex') AS salt, '331123' || lpad((n %% 999)::text, 3, '0') AS area,
           'user:' || gen_random_uuid() AS who, 'case:' || gen_random_uuid() AS about
    FROM generate_series(1, %s) AS n
), made AS MATERIALIZED (
    SELECT *, '{"area":"' || area || '","at":"2026-11-02T01:00:00+00:00","by":"' || who
           || '","facts":{"note":"路面破损，已派养护队"},"purpose":"service","subjects":["' || about
           || '"],"what":"case.dispatch"}' AS body
    FROM facts
), entries AS (
    INSERT INTO access_ledgerentry (id, at, kind, commitment)
    SELECT id, at, 'deed', sha256(salt || convert_to(body, 'UTF8')) FROM made
)
INSERT INTO access_ledgerdetail (entry, salt, body, area_code, parties)
SELECT id, salt, body, area, ARRAY[about, who] FROM made
"""


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def reporting() -> Callable[[], object]:
    """A resident's report of a street lamp, in a place made for it: what a case costs to take in."""
    from gridcommons.access.actions import open_office
    from gridcommons.access.identify import program
    from gridcommons.access.rules import PUBLIC
    from gridcommons.cases.actions import report_case
    from gridcommons.cases.filing import Report
    from gridcommons.matters.actions import publish
    from gridcommons.matters.catalogue import shipped_catalogue
    from gridcommons.territory.actions import NewArea, draw_boundaries, load_areas

    by, at = program("bench"), datetime.now(UTC)
    codes = [*CHINA.ancestors(_GRID), _GRID]
    above = ["", *codes[:-1]]
    areas = [NewArea(c, CHINA.level_of(c).key, c, parent, c) for parent, c in zip(above, codes, strict=True)]
    load_areas(areas=areas, issuer="bench", valid_from=date(2023, 6, 30), by=by, at=at)
    ground = {_GRID: shapely.box(119.26, 28.58, 119.28, 28.60)}
    draw_boundaries(shapes=ground, crs="EPSG:4490", source="bench", synthetic=True, by=by, at=at)
    open_office(
        key="bench:supervision", area_code=CHINA.cut(_GRID, "township"), kind="supervision", side="supervision",
        name_zh="测量", name_en="Bench", by=by, at=at,
    )  # fmt: skip
    publish(catalogue=shipped_catalogue(), by=by, at=at)
    report = Report(matter_key="street_lamps", text="路灯坏了，晚上很黑", lon=119.27, lat=28.59)
    return lambda: report_case(report=report, channel="page", by=PUBLIC, at=datetime.now(UTC))


def opening() -> Callable[[], object]:
    """The leanest deed there is: one row and its history."""
    from gridcommons.access.actions import open_office
    from gridcommons.access.identify import program

    by = program("bench")
    return lambda: open_office(
        key=uuid4().hex, area_code="331123", kind=uuid4().hex, side="command", name_zh="测量", name_en="Bench", by=by,
        at=datetime.now(UTC),
    )  # fmt: skip


def cost_of_writing(deed: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Median seconds of a committed deed with its ledger entry and of the same deed without, taken in turn."""
    from gridcommons.access import ledger

    def without(_record: ledger.Record) -> UUID:
        """Stands in the place of writing; the record was built all the same."""
        return uuid4()

    times: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds * 2):
        with nullcontext() if number % 2 else patch.object(ledger, "write", without):
            times[number % 2].append(_seconds(deed))
    return median(times[1][_WARM:]), median(times[0][_WARM:])


def seal_and_verify(entries: int) -> tuple[float, float]:
    """Seconds to seal so many entries by the real sealer, and to verify them by the real verification."""
    from gridcommons.access.audit import verify
    from gridcommons.access.sealer import Signer, seal

    with (
        psycopg.connect(os.environ[OWNER_URL], autocommit=True) as owner,
        psycopg.connect(os.environ[SEALER_URL], autocommit=True) as sealer,
        tempfile.TemporaryDirectory() as folder,
    ):
        signer = Signer.from_folder(Path(folder))
        owner.execute("TRUNCATE access_ledgerentry, access_ledgerdetail, access_checkpoint")
        owner.execute(_FILL, (entries,))
        owner.execute("VACUUM ANALYZE access_ledgerentry")
        owner.execute("VACUUM ANALYZE access_ledgerdetail")
        began, sealed = time.perf_counter(), 0
        while done := seal(sealer, signer, datetime.now(UTC)):
            sealed += done
        sealing = time.perf_counter() - began
        began = time.perf_counter()
        report = verify(owner, signer.public)
        verifying = time.perf_counter() - began
        if sealed != entries or not report.sound or report.entries != entries or report.details != entries:
            raise AssertionError(f"the benchmark's ledger is not sound: {report.findings[:3]}")
    return sealing, verifying


@bench("ledger", database=True)
def ledger() -> Iterable[Row]:
    """Cost in the write (limit 15 %), sealing (limit 5,000/s), verifying a million entries (limit 20 s)."""
    for name, made in (("ledger-write", reporting), ("ledger-write-leanest", opening)):
        written, bare = cost_of_writing(made(), ROUNDS)
        yield Row(
            name, 100 * (written - bare) / bare, LIMIT, _LIMIT_WRITE, "% of the write",
            f"lower is better; committed in {written * 1e3:.2f} ms with its entry, {bare * 1e3:.2f} ms without",
        )  # fmt: skip
    sealing, verifying = seal_and_verify(ENTRIES)
    yield Row(
        "ledger-seal",
        ENTRIES / sealing,
        LIMIT,
        _LIMIT_SEALING,
        "entries/s",
        "higher is better; 1 million entries",
        more_is_better=True,
    )
    yield Row(
        "ledger-verify", verifying, LIMIT, _LIMIT_VERIFYING, "s", "lower is better; 1 million entries with details"
    )
