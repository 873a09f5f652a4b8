"""The job that looks for patterns rests until a list of matters is published."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from gridcommons.cases.problems.tasks import watch
from gridcommons.matters.models import Edition


@pytest.mark.usefixtures("db")
def test_before_the_first_publication_the_job_finds_nothing_and_does_not_fail() -> None:
    assert not Edition.objects.exists()
    assert watch(int(datetime(2026, 11, 3, 8, 0, tzinfo=UTC).timestamp())) == 0
