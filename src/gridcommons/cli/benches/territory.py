"""What loading a province costs."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

import psycopg

from gridcommons.cli.benches import LIMIT, Row, bench
from gridcommons.cli.django_setup import OWNER_URL

_LIMIT: Final = 10.0


@bench("load-province", database=True)
def load_province_row() -> Iterable[Row]:
    """Reading and loading all 27,036 areas of Zhejiang, by a deed, history and ledger included."""
    from gridcommons.access.identify import program
    from gridcommons.rehearsal.province import load_province

    with psycopg.connect(os.environ[OWNER_URL], autocommit=True) as owner:
        owner.execute("TRUNCATE territory_area CASCADE")
    began = time.perf_counter()
    areas = load_province(by=program("bench"), at=datetime(2026, 11, 2, tzinfo=UTC))
    seconds = time.perf_counter() - began
    yield Row("load-province", seconds, LIMIT, _LIMIT, "s", f"{areas:,} areas read, checked, loaded")
