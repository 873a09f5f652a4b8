"""The scan of a night and of a working hour: townships near one another with more than chance gives, every series.

A day that is not known counts as expected: it can neither make nor hide a cluster; an area of which less than two
thirds is known is left out. What is expected is each area's own level of the weeks before, drawn towards the mean of
all where little is known.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from gridcommons.access.rules import Viewer
from gridcommons.access.scope import viewing
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA
from gridcommons.kit.words import Words
from gridcommons.outlook.periods import ZONE
from gridcommons.outlook.scanning.reading import Areas, Noted
from gridcommons.outlook.scanning.results import Window
from gridcommons.outlook.scanning.run import Scan, Wanted, prepared
from gridcommons.outlook.scanning.scores import Model
from gridcommons.outlook.scanning.steps import Axis, Step
from gridcommons.outlook.scanning.study import Study
from gridcommons.outlook.watching.actions import NewCluster, Watched, post_warnings
from gridcommons.outlook.watching.listing import Rules, watching
from gridcommons.outlook.watching.models import WatchRun
from gridcommons.outlook.watching.rules import p_class
from gridcommons.outlook.watching.series import Laid, laid_out, told_together
from gridcommons.territory.queries import AreaFacts, below

Floats = npt.NDArray[np.float64]
_DAY: Final = timedelta(days=1)
_SEED: Final = 20_261_128
_FEWEST_AREAS: Final = 3
_KNOWN: Final = 2 / 3
_PRIOR: Final = 7.0
"""Days of the mean of all areas that an area's own days are weighed against."""
_EARTH: Final = 6_371.0
_DIGITS: Final = 6

NO_NEIGHBOURS: Final = Words(
    "数字已知足够多天的乡镇街道少于三个，无法按空间比较。",
    "Fewer than three townships are known on enough days: nothing can be compared over space.",
)


@dataclass(frozen=True)
class Ground:
    """A study's areas with their counts and what is expected, ready for the scan."""

    areas: Sequence[AreaFacts]
    counts: Floats
    expected: Floats
    filled: int


def watch_clusters(*, kept: Path | None, by: Viewer, at: datetime) -> WatchRun:
    """Scan every judged series up to yesterday. `kept`: the folder of zones and null tables, which a night fills."""
    held, today = watching(), local_day(at, ZONE)
    last = today - _DAY
    with viewing(by, at):
        areas = [area for area in below("", "township") if area.lon is not None and area.lat is not None]
        first = last - (held.rules.scan_before + held.rules.scan_days - 1) * _DAY
        laid = laid_out(held.judged, [area.code for area in areas], first, last)
        found: list[NewCluster] = []
        notes: list[tuple[Words, Words]] = []
        judged = 0
        for one in laid:
            clusters, said = scanned(one, areas, held.rules, kept)
            judged += clusters is not None
            found += clusters or ()
            notes += [(one.of.name, note) for note in said]
    watched = Watched(
        "scan", last, last, held.version, len(laid), judged, len(laid) - judged, 0,
        tuple(one.key for one in held.judged), clusters=tuple(found), notes=told_together(notes),
    )  # fmt: skip
    return post_warnings(watched=watched, by=by, at=at)


@dataclass(frozen=True)
class Kind:
    """How areas of a level are scanned: so many neighbours, a chance of at most so much, what is said of too few."""

    neighbours: str
    p: str
    too_few: Words


TOWNSHIPS: Final = Kind("scan_neighbours", "scan_p", NO_NEIGHBOURS)
GRIDS: Final = Kind(
    "scan_grid_neighbours", "scan_grid_p",
    Words(
        "数字已知足够多天的网格少于三个，无法按空间比较。",
        "Fewer than three grids are known on enough days: nothing can be compared over space.",
    ),
)  # fmt: skip


def scanned(
    laid: Laid, areas: Sequence[AreaFacts], rules: Rules, kept: Path | None, kind: Kind = TOWNSHIPS
) -> tuple[list[NewCluster] | None, list[Words]]:
    """The clusters of one series, and what is to be said of its input; None where it could not be scanned."""
    ground = prepare(laid, areas, rules.scan_days)
    if ground is None:
        return None, [kind.too_few]
    notes = [filled_words(ground.filled)] if ground.filled else []
    if not ground.counts[:, -rules.scan_days :].sum():
        return [], notes
    axis = Axis(laid.days[0], len(laid.days), Step.DAY)
    place = Areas(
        tuple(area.code for area in ground.areas), *(
            np.array([getattr(area, name) for area in ground.areas], np.float64) for name in ("lon", "lat")
        )
    )  # fmt: skip
    study = Study(place, axis, ground.counts, None, ground.expected)
    wanted = Wanted(Model.EB_NEGBIN, getattr(rules, kind.neighbours), rules.scan_days, degrees=True, kept=kept)
    scan = prepared(study, wanted, Noted())
    sizes, null = scan.by_size(rules.scan_replicates, _SEED)
    by_code = {area.code: area for area in ground.areas}
    found = []
    for window in scan.windows(apart=True, sizes=sizes):
        p = null.p(window.worth)
        chance = p_class(p)
        if not chance or p > getattr(rules, kind.p):
            break
        found.append(_cluster(laid, scan, window, by_code, chance, notes))
    return found, notes


def prepare(laid: Laid, areas: Sequence[AreaFacts], durations: int) -> Ground | None:
    """Counts without gaps and what is expected of each area and day; None where there is too little to compare."""
    known = ~np.isnan(laid.counts)
    rows = np.flatnonzero(known.mean(axis=1) >= _KNOWN)
    before = laid.counts.shape[1] - durations
    if rows.size < _FEWEST_AREAS or before < durations:
        return None
    counts, given = laid.counts[rows], known[rows]
    past = given[:, :before]
    sums, days = np.where(past, counts[:, :before], 0.0).sum(axis=1), past.sum(axis=1)
    mean = float(sums.sum() / max(days.sum(), 1))
    if mean <= 0:
        mean = 0.5 / counts.shape[0]
    rate = (sums + _PRIOR * mean) / (days + _PRIOR)
    expected = np.broadcast_to(rate[:, None], counts.shape).copy()
    filled = np.where(given, counts, np.rint(expected))
    return Ground([areas[row] for row in rows.tolist()], filled, expected, int((~given).sum()))


def filled_words(days: int) -> Words:
    """A note of unknown days in a scan."""
    return Words(
        f"有{days}个日数未知，扫描中按预期计，既不产生也不掩盖聚集。",
        f"{days} figures are not known and count as expected in the scan: they neither make nor hide a cluster.",
    )


def _cluster(
    laid: Laid, scan: Scan, window: Window, by_code: dict[str, AreaFacts], chance: str, notes: Sequence[Words]
) -> NewCluster:
    codes = [scan.study.areas.codes[place] for place in window.areas]
    centre = by_code[codes[0]]
    radius = max((_apart(centre, by_code[code]) for code in codes), default=0.0)
    end: date = laid.days[-1]
    return NewCluster(
        laid.of.key, centre.code, CHINA.cut(centre.code, "county"), tuple(sorted(codes)), math.ceil(radius),
        end - (window.duration - 1) * _DAY, end, window.cases, float(f"{window.expected:.{_DIGITS}g}"),
        float(f"{window.score:.{_DIGITS}g}"), chance, [note.as_dict() for note in notes],
    )  # fmt: skip


def _apart(one: AreaFacts, other: AreaFacts) -> float:
    """Kilometres between two areas' positions."""
    lon1, lat1, lon2, lat2 = (math.radians(n or 0.0) for n in (one.lon, one.lat, other.lon, other.lat))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * _EARTH * math.asin(math.sqrt(half))
