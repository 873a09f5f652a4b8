"""The scan of a night over the grids of a county, of what is counted by grid: a cluster smaller than a township.

What it finds is told to those who read the cases of that very place, and to nobody else: no list, bulletin, colour or
file of a higher level holds it (charter 4). Whoever reads no cases has the scan over townships.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from gridcommons.access.rules import Viewer
from gridcommons.access.scope import viewing
from gridcommons.kit.clock import local_day
from gridcommons.kit.words import Words
from gridcommons.outlook.periods import ZONE
from gridcommons.outlook.watching.actions import NewCluster, Watched, post_warnings
from gridcommons.outlook.watching.listing import Watched as Series
from gridcommons.outlook.watching.listing import Watching, watching
from gridcommons.outlook.watching.models import WatchRun
from gridcommons.outlook.watching.rules import SCAN_GRID
from gridcommons.outlook.watching.scans import GRIDS, scanned
from gridcommons.outlook.watching.series import laid_out, told_together
from gridcommons.territory.queries import below

_DAY: Final = timedelta(days=1)


def watch_grid_clusters(*, kept: Path | None, by: Viewer, at: datetime) -> WatchRun:
    """Scan every series that is counted by grid, county by county, up to yesterday."""
    held, last = watching(), local_day(at, ZONE) - _DAY
    series = [one for one in held.judged if one.source == "counted"]
    found: list[NewCluster] = []
    notes: list[tuple[Words, Words]] = []
    scans = judged = 0
    with viewing(by, at):
        for county in below("", "county"):
            for clusters, said in _of_county(held, series, county.code, last, kept):
                scans, judged = scans + 1, judged + (clusters is not None)
                found += clusters or ()
                notes += said
    watched = Watched(
        SCAN_GRID, last, last, held.version, scans, judged, scans - judged, 0, tuple(one.key for one in series),
        clusters=tuple(found), notes=told_together(dict.fromkeys(notes)),
    )  # fmt: skip
    return post_warnings(watched=watched, by=by, at=at)


_Scanned = tuple[list[NewCluster] | None, list[tuple[Words, Words]]]


def _of_county(
    held: Watching, series: Sequence[Series], county: str, last: date, kept: Path | None
) -> list[_Scanned]:  # fmt: skip
    areas = [area for area in below(county, "grid") if area.lon is not None and area.lat is not None]
    if not areas:
        return []
    first = last - (held.rules.scan_before + held.rules.scan_days - 1) * _DAY
    made: list[_Scanned] = []
    for one in laid_out(series, [area.code for area in areas], first, last):
        clusters, said = scanned(one, areas, held.rules, kept, GRIDS)
        made.append((clusters, [(one.of.name, note) for note in said]))
    return made
