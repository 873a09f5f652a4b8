"""The town of the tests of links: with second persons, and where a test asks for it at a moment that stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from town import Town


@pytest.fixture
def town(standing_more: Town, db: None) -> Town:
    """The town with its second persons: what a test does in it is undone after the test."""
    return standing_more


@pytest.fixture
def stopped_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every request comes at the moment of the links' tests."""
    from cases.partners.partner_town import NOW
    from web.office_town import stop_clock

    stop_clock(monkeypatch, NOW)
