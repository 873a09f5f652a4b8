"""The phone of a grid and the home of a person under threat, furnished once for the tests of the shield.

A file of such tests names this module in `pytest_plugins`; other files define their own fixtures of these names.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from collection.field_town import HELD, Field, lived_in
from gridcommons.collection import households as homes
from people.people_town import Peopled, people_in
from town import AT, GRID, Town
from web.office_town import stop_clock


@pytest.fixture
def peopled(standing_field: Field, town: Town) -> Peopled:
    return people_in(town)


@pytest.fixture
def field(standing_field: Field, peopled: Peopled, monkeypatch: pytest.MonkeyPatch) -> Iterator[Field]:
    """The field at a moment that stands still, its phones holding the home too."""
    stop_clock(monkeypatch, AT)
    with lived_in(HELD | {peopled.home: homes.Household(peopled.home, GRID, "北街12号")}):
        yield standing_field
