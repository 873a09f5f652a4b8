"""Jobs of outlines: large layers are read beside the pages, and files that were left behind are removed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from procrastinate.contrib.django import app

from gridcommons.access.identify import program
from gridcommons.territory.outlines.taking_up import read_next, sweep

_JOB: Final = program("reading of layers")


@app.periodic(cron="* * * * * */5")
@app.task(queueing_lock="reading-layers", pass_context=False)
def read_layers(timestamp: int) -> int:
    """Read the layer that waits longest, also one whose reading was cut off; returns how many were read."""
    return read_next(by=_JOB, now=lambda: datetime.now(UTC))


@app.periodic(cron="43 * * * *")
@app.task(queueing_lock="sweeping-layers", pass_context=False)
def sweep_layers(timestamp: int) -> int:
    """Remove files of layers that no row names; returns how many."""
    return sweep(at=datetime.fromtimestamp(timestamp, UTC))
