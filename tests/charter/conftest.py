"""One town for all tests of a file; what a test does in it is undone after the test."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from django.db import transaction

if TYPE_CHECKING:
    from town import Town


@pytest.fixture(scope="module")
def standing_town() -> Iterator[Town]:
    """The town, built once, in a transaction that is rolled back at the end of the file."""
    from town import build_town  # Django is set up after this file was read

    with transaction.atomic():
        yield build_town()
        transaction.set_rollback(True)


@pytest.fixture
def town(standing_town: Town) -> Iterator[Town]:
    """The town as it was built: the test runs in a savepoint."""
    with transaction.atomic():
        yield standing_town
        transaction.set_rollback(True)
