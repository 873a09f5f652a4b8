"""What tests of the field share: the field as it was furnished, at the hour of the town."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collection.field_town import Field
    from town import Town


@pytest.fixture
def field(standing_field: Field, town: Town, monkeypatch: pytest.MonkeyPatch) -> Field:
    """The field with the clock of its pages at the town's hour; files that need another define their own."""
    from town import AT
    from web.office_town import stop_clock

    stop_clock(monkeypatch, AT)
    return standing_field
