"""The whole demo in small: the county is built, requests come in over HTTP, staff act until they are closed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from gridcommons.cases.codes import ZONE
from gridcommons.kit.clock import local_day
from gridcommons.outlook.queries import sums_by_child, sums_of
from gridcommons.rehearsal.county import build_county
from gridcommons.rehearsal.story import Played, replay_days
from serving import serving

NOW = datetime(2026, 11, 3, 4, 0, tzinfo=UTC)
DAYS = 2

pytestmark = pytest.mark.slow


@pytest.fixture
def played(committed: None) -> Iterator[Played]:
    build_county(seed=1, at=NOW - timedelta(days=40), staff="all")
    with serving() as url:
        yield replay_days(
            url=url, county="331123", days=DAYS, seed=1, now=NOW, per_day=20, progress=lambda words, done, total: None
        )


def test_a_replayed_county_closes_its_cases_and_counts_them_at_all_levels(played: Played) -> None:
    assert played.requests + played.answered == DAYS * 20
    assert played.closed_share >= 0.9
    assert played.lines.broken == []
    assert played.through_open311 > played.requests / 2
    first, last = local_day(NOW, ZONE) - timedelta(days=DAYS), local_day(NOW, ZONE)
    whole = sums_of("33", first, last)
    assert whole["reported"] == played.requests + played.today
    for code, level in (
        ("33", "city"),
        ("3311", "county"),
        ("331123", "township"),
        ("331123", "village"),
        ("331123", "grid"),
    ):
        parts = sums_by_child(code, level, first, last)
        assert sum(numbers.get("reported", 0) for numbers in parts.values()) == whole["reported"]
