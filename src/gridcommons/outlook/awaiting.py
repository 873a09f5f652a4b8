"""All of outlook that waits for somebody's word or was declined: that something does and where, never a figure."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from gridcommons.outlook.awaited import Awaited, Declined
from gridcommons.outlook.cautions.queries import cautions_awaited, cautions_declined
from gridcommons.outlook.painting.awaiting import colours_awaited, colours_declined
from gridcommons.outlook.releases.queries import withdrawals_awaited

LATELY: Final = timedelta(days=7)
"""So long a word that was not given is told of, should the job have stood still."""


def awaited(at: datetime) -> list[Awaited]:
    """All that waits for somebody's word now."""
    return [*colours_awaited(at), *cautions_awaited(at), *withdrawals_awaited()]


def declined(at: datetime) -> list[Declined]:
    """All that a second person declined lately."""
    return [*colours_declined(at - LATELY), *cautions_declined(at - LATELY)]
