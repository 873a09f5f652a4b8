"""All of outlook that waits for somebody's word: that something does and where, never a colour or a figure."""

from __future__ import annotations

from datetime import datetime

from gridcommons.outlook.awaited import Awaited
from gridcommons.outlook.cautions.queries import cautions_awaited
from gridcommons.outlook.painting.awaiting import colours_awaited
from gridcommons.outlook.releases.queries import withdrawals_awaited


def awaited(at: datetime) -> list[Awaited]:
    """All that waits for somebody's word now."""
    return [*colours_awaited(at), *cautions_awaited(at), *withdrawals_awaited()]
