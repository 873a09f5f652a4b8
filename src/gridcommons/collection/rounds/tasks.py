"""Jobs of visits that come again: ended with their area."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from procrastinate.contrib.django import app

from gridcommons.access.identify import program
from gridcommons.collection.rounds import actions

_ENDING: Final = program("rounds")


@app.periodic(cron="*/5 * * * *")
@app.task(queueing_lock="dissolving-rounds", pass_context=False)
def dissolve_rounds(timestamp: int) -> int:
    """End visits that come again whose area was divided, merged or dissolved; returns how many."""
    return len(actions.dissolve(by=_ENDING, at=datetime.fromtimestamp(timestamp, UTC)))
