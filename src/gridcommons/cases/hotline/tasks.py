"""Jobs of the hotline: files that nobody carried out are forgotten, and followings when the words of the case are."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from procrastinate.contrib.django import app

from gridcommons.access.identify import program
from gridcommons.cases.hotline.actions import forget

_JOB: Final = program("hotline")


@app.periodic(cron="53 * * * *")
@app.task(queueing_lock="hotline", pass_context=False)
def forget_hotline(timestamp: int) -> int:
    """Forget; returns how many rows."""
    return forget(by=_JOB, at=datetime.fromtimestamp(timestamp, UTC))
