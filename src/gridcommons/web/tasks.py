"""Jobs of the pages: sign-ins that have ended leave the database."""

from __future__ import annotations

from typing import Final

from django.contrib.sessions.backends.db import SessionStore
from procrastinate.contrib.django import app

_HOURLY: Final = "27 * * * *"


@app.periodic(cron=_HOURLY)
@app.task(queueing_lock="ended-sessions", pass_context=False)
def clear_sessions(timestamp: int) -> None:
    """Remove the sessions that have expired; the framework never does so by itself."""
    SessionStore.clear_expired()
