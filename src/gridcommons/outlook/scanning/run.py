"""One scan from a study to its windows: zones, design, null distribution."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from gridcommons.kit.words import Words
from gridcommons.outlook.scanning import zones
from gridcommons.outlook.scanning.kept import kept_by_size, kept_nearest, kept_null
from gridcommons.outlook.scanning.null import Null, replicated, replicated_by_size
from gridcommons.outlook.scanning.reading import Noted
from gridcommons.outlook.scanning.results import Window, best_windows, windows_apart
from gridcommons.outlook.scanning.scores import Design, Floats, Model
from gridcommons.outlook.scanning.sizes import ALL_ALIKE, Sizes, require_enough, sized
from gridcommons.outlook.scanning.study import Study, design_of, margins_for, note_size

DEGREES = Words(
    "坐标按经纬度（WGS 84）理解；如不是，请用 --distance plane。",
    "The coordinates are taken as longitude and latitude (WGS 84); if they are not, give --distance plane.",
)


_SMALL: Final = 2_000
"""Areas whose figures fit the processor's cache in any order."""


@dataclass(frozen=True)
class Wanted:
    """What is asked for. degrees: None to tell by the coordinates. kept: the folder of zones and null tables."""

    model: Model
    neighbours: int
    durations: int
    theta: float | None = None
    degrees: bool | None = None
    kept: Path | None = None


@dataclass(frozen=True)
class Scan:
    """A scan that is ready: the study in the order in which it is searched, counts by lag (areas, durations)."""

    study: Study
    design: Design
    counts: Floats
    geography: str
    kept: Path | None

    @property
    def greatest(self) -> float:
        """The score of the best window; 0 where none holds more than expected."""
        best = best_windows(self.design, self.counts, 1)
        return best[0].score if best else 0.0

    def null(self, replicates: int, seed: int, stop: int | None = None) -> Null:
        """The distribution of the greatest score where nothing happens; from the kept folder where one is named.

        stop: end once so many replicates reach the best window's score; such a table is of this day only, not kept.
        """
        margins = margins_for(self.study, self.design.model)
        if stop is None and self.kept is not None:
            return kept_null(self.kept, self.geography, self.design, replicates, seed, margins)[0]
        observed = self.greatest if stop is not None else None
        return replicated(self.design, replicates, seed, margins=margins, observed=observed, stop=stop)

    def all_alike(self, replicates: int, seed: int, stop: int | None = None) -> tuple[Sizes, Null]:
        """The plain scan in the form of `by_size`."""
        return ALL_ALIKE, self.null(replicates, seed, stop)

    def by_size(self, replicates: int, seed: int) -> tuple[Sizes, Null]:
        """What windows of each size score where nothing happens, and what then stands out most; kept as `null` is."""
        require_enough(replicates)
        margins = margins_for(self.study, self.design.model)
        if self.kept is None:
            maxima = replicated_by_size(self.design, replicates, seed, margins=margins)
        else:
            maxima = kept_by_size(self.kept, self.geography, self.design, replicates, seed, margins)[0]
        sizes, most = sized(maxima)
        return sizes, Null(most)

    def windows(self, *, apart: bool = False, sizes: Sizes = ALL_ALIKE) -> list[Window]:
        """The best windows; `apart`: such as share no area; `sizes`: those that stand out among their size."""
        best = windows_apart if apart else best_windows
        return best(self.design, self.counts, sizes=sizes)


def prepared(study: Study, wanted: Wanted, noted: Noted) -> Scan:
    """Zones and design of a study; refuses what cannot be scanned, and notes what is odd."""
    place = study.areas
    zones.require_places(place.codes, place.x, place.y)
    k, durations = note_size(study, wanted.neighbours, wanted.durations, noted)
    degrees = zones.is_in_degrees(place.x, place.y) if wanted.degrees is None else wanted.degrees
    if degrees and wanted.degrees is None:
        noted.words.append(DEGREES)
    points = zones.positions(place.x, place.y, degrees=degrees)
    order = zones.along(points) if len(points) > _SMALL else np.arange(len(points))
    study, points = study.of(order), points[order]
    mark = zones.fingerprint(study.areas.codes, points, k)
    near = _near(points, k, order, mark, wanted.kept)
    design = design_of(study, near, wanted.model, durations, wanted.theta, noted)
    counts = np.ascontiguousarray(study.counts[:, ::-1][:, :durations])
    return Scan(study, design, counts, mark, wanted.kept)


def _near(points: Floats, k: int, ranks: npt.NDArray[np.intp], mark: str, kept: Path | None) -> npt.NDArray[np.int32]:
    return zones.nearest(points, k, ranks) if kept is None else kept_nearest(kept, mark, points, k, ranks)[0]
