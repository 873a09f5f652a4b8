"""Jobs of the pages: sign-ins that have ended leave the database, outlines and grids of maps are drawn ahead."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from django.contrib.sessions.backends.db import SessionStore
from procrastinate.contrib.django import app

from gridcommons.access.scope import on_day
from gridcommons.outlook.painting.days import areas_mapped
from gridcommons.web.grid_tiles import draw_all
from gridcommons.web.map_files import forget_outlines, outlines_of

_HOURLY: Final = "27 * * * *"
_NIGHTLY: Final = "10 20 * * *"
_AFTER_COLOURS: Final = "45 21 * * *"


@app.periodic(cron=_HOURLY)
@app.task(queueing_lock="ended-sessions", pass_context=False)
def clear_sessions(timestamp: int) -> None:
    """Remove the sessions that have expired; the framework never does so by itself."""
    SessionStore.clear_expired()


@app.periodic(cron=_NIGHTLY)
@app.task(queueing_lock="map-outlines", pass_context=False)
def draw_outlines(timestamp: int) -> int:
    """Draw the outlines of every area that a scheme colours, 4:10 in the morning there; returns how many."""
    at = datetime.fromtimestamp(timestamp, UTC)
    forget_outlines(at)
    with on_day(at):
        return sum(bool(outlines_of(code, level).codes) for code, level in areas_mapped(at))


@app.periodic(cron=_AFTER_COLOURS)
@app.task(queueing_lock="grid-tiles", pass_context=False)
def draw_grid_tiles(timestamp: int) -> int:
    """Draw the grids of every coloured county with the morning's colours, 5:45 there; returns of how many counties."""
    at = datetime.fromtimestamp(timestamp, UTC)
    with on_day(at):
        return draw_all(at)
