"""Answers read for analysis as OData, page after page to the end, as pyodk and spreadsheets read them."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote
from urllib.request import Request, urlopen

import psycopg

from gridcommons.cli.benches import LIMIT, Row, bench
from gridcommons.cli.benches.fieldwork import queries, running
from gridcommons.cli.benches.ingest import phones
from gridcommons.cli.benches.phones import ADDRESS
from gridcommons.cli.django_setup import OWNER_URL

ROWS: Final = "GRIDCOMMONS_BENCH_ROWS"
_ROWS, _PAGE = 100_000, 1_000
_EACH_CORRECTED: Final = 50
_LIMIT_MS, _LIMIT_MB = 500.0, 120.0
_FORM: Final = "household_basics"
_FILL: Final = """
INSERT INTO inbox_submission (id, instance_id, root, replaced_by, form_key, version, version_id, sha256, by_key,
    area_code, parties, received_at, state, reasons, notes, waived, told, forgotten)
SELECT gen_random_uuid(), 'uuid:a' || n, 'uuid:a' || n, '', v.key, v.version, v.id, '', 'user:bench',
    (%(grids)s::text[])[1 + n %% %(many)s], '{}', now() - n * interval '7 seconds', 'understood', '[]', '{}', '{}', 1,
    false
FROM generate_series(1, %(rows)s) AS n,
    (SELECT f.key, v.version, v.id FROM forms_formversion AS v JOIN forms_form AS f ON f.id = v.form_id
     WHERE f.key = %(form)s AND v.published_at IS NOT NULL ORDER BY v.published_at DESC LIMIT 1) AS v
"""
_CORRECT: Final = """
WITH former AS (
    UPDATE inbox_submission SET replaced_by = instance_id || '-2'
    WHERE substring(instance_id from 7)::int %% %s = 0 RETURNING *
)
INSERT INTO inbox_submission (id, instance_id, root, replaced_by, form_key, version, version_id, sha256, by_key,
    area_code, parties, received_at, state, reasons, notes, waived, told, forgotten)
SELECT gen_random_uuid(), replaced_by, root, '', form_key, version, version_id, sha256, by_key, area_code, parties,
    received_at + interval '1 hour', state, reasons, notes, waived, told, forgotten FROM former
"""
_ANSWER: Final = """
INSERT INTO inbox_answered (submission_id, values)
SELECT id, jsonb_build_object('household', gen_random_uuid(), 'outcome', 'done', 'size', '3', 'rental', 'no',
    'gas', 'piped', 'note', '老人独居，腿脚不便，每周探访一次；子女在外地务工') FROM inbox_submission
"""


@dataclass(frozen=True)
class Read:
    """What reading a table to its end came to: rows, milliseconds of each page."""

    rows: int
    pages: tuple[float, ...]


def _fill(rows: int) -> tuple[str, str]:
    """So many understood submissions in one township; the township and the token of who reads there."""
    from django.contrib.auth import get_user_model

    from gridcommons.access.identify import staff_with_role
    from gridcommons.web.central.door import token_of

    phones()
    viewer, grant, _office = staff_with_role("supervisor", datetime.now(UTC))[0]
    town = grant.included[0]
    grids = [row[0] for row in queries("SELECT DISTINCT area_code FROM homes_household WHERE area_code ^@ %s", town)]
    with psycopg.connect(os.environ[OWNER_URL]) as owner:
        owner.execute("TRUNCATE inbox_submission CASCADE")  # what another bench of this run sent is not read here
        owner.execute(_FILL, {"grids": grids, "many": len(grids), "rows": rows, "form": _FORM})
        owner.execute(_CORRECT, [_EACH_CORRECTED])
        owner.execute(_ANSWER)
    with psycopg.connect(os.environ[OWNER_URL], autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")
    return town, token_of(get_user_model().objects.get(pk=str(viewer.user_id)))


def _pages(url: str, token: str) -> Iterator[tuple[dict[str, Any], float]]:
    """The pages behind an address and its links, each with the milliseconds that it took."""
    while url:
        began = time.perf_counter()
        with urlopen(Request(url, headers={"Authorization": f"Bearer {token}"}), timeout=120) as answer:
            found = json.load(answer)
        yield found, 1e3 * (time.perf_counter() - began)
        url = found.get("@odata.nextLink", "")


def _read(url: str, token: str, rows: int) -> Read:
    """Read all; a row that is missing or there twice is no figure."""
    seen, pages = set[str](), list[float]()
    for found, took in _pages(url, token):
        seen |= {row["__id"] for row in found["value"]}
        pages.append(took)
    if len(seen) != rows:
        raise AssertionError(f"{len(seen)} of {rows} rows were read")
    return Read(len(seen), tuple(pages))


@bench("odata", database=True)
def odata() -> Iterable[Row]:
    """A form's answers by OData, a thousand rows a page from the first to the last."""
    rows = int(os.environ.get(ROWS, "") or _ROWS)
    town, token = _fill(rows)
    with running(worker=False) as program:
        table = f"http://{ADDRESS}:{program.port}/v1/projects/{town}/forms/{_FORM}.svc/Submissions?$top={_PAGE}"
        warm = program.memory()
        for name, more in _WAYS.items():
            found = _read(f"{table}{more}", token, rows)
            few = len(found.pages) // 5 or 1
            first, last = (sorted(some)[few // 2] for some in (found.pages[:few], found.pages[-few:]))
            note = f"{len(found.pages)} pages, the first fifth {first:.0f} ms, the last fifth {last:.0f} ms"
            yield Row(f"odata{name}", max(first, last), LIMIT, _LIMIT_MS, "ms/page", f"{found.rows:,} rows; {note}")
        yield Row("odata-memory", program.memory() - warm, LIMIT, _LIMIT_MB, "MB", "the web server's growth by it")


_WAYS: Final = {
    "": "", "-counted": "&$count=true",
    "-filtered": f"&$filter={quote('__system/submissionDate gt 2020-01-01')}",
    "-sorted": f"&$orderby={quote('__system/updatedAt asc')}",
}  # fmt: skip
