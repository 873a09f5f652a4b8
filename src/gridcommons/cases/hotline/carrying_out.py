"""Taking a hotline's file over, deed by deed: a run that broke goes on where it stopped, a second changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from gridcommons.access.rules import Viewer
from gridcommons.access.scope import on_day
from gridcommons.cases.hotline.actions import begin_import, take_rows
from gridcommons.cases.hotline.entries import Reading
from gridcommons.cases.hotline.lines import lines_of
from gridcommons.cases.hotline.mapping import Scheme
from gridcommons.cases.hotline.queries import ground_of
from gridcommons.cases.hotline.understanding import understand

Progress = Callable[[int, int], None]
_BATCH: Final = 200


def read_file(content: bytes, scheme: Scheme, at: datetime) -> Reading:
    """What a file asks for, held against the county as it stands; nothing is written."""
    with on_day(at):
        today = scheme.today()
        return understand(lines_of(content, today), today, ground_of(today.county, at))


def carry_out(reading: Reading, *, by: Viewer, at: datetime, progress: Progress | None = None) -> int:
    """Take over what is new or changed; returns how many rows were written."""
    wanted, county = reading.to_do(), reading.scheme.county
    if not wanted:
        return 0
    run = begin_import(county_code=county, reading=reading, by=by, at=at)
    for start in range(0, len(wanted), _BATCH):
        take_rows(county_code=county, import_id=run.pk, entries=wanted[start : start + _BATCH], by=by, at=at)
        if progress is not None:
            progress(min(start + _BATCH, len(wanted)), len(wanted))
    return len(wanted)
