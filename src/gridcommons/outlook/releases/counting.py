"""The counts of a day that may be released, as they are known now: reports by kind, counts handed in, households."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

import numpy as np
from django.db.models.functions import Length

from gridcommons.kit.codes import CHINA
from gridcommons.kit.counted import Counts
from gridcommons.outlook.gathering import Span, Sums, gather
from gridcommons.outlook.models import WeekTold
from gridcommons.outlook.releases.listing import Listed, releasable
from gridcommons.outlook.releases.reckoning import Sheet
from gridcommons.outlook.reported.queries import known
from gridcommons.territory.queries import children

REPORTS: Final = "reports"
_SUNDAY: Final = 6


def areas_of(county: str, day: date) -> tuple[str, ...]:
    """A county and its townships on a day."""
    return (county, *sorted(one.code for one in children(county, day) if one.level == "township"))


def sheets_of(county: str, day: date, at: datetime) -> dict[str, Sheet]:
    """The sheets of a day by name, with all that was known at a moment."""
    codes, listed = areas_of(county, day), releasable()
    found = gather(own=codes, spans={"day": Span((day,), day)}, matters=("day",))
    sheets = {REPORTS: _reports(codes, found, listed)}
    sheets |= {key: handed_sheet(key, codes, day, at) for key in listed.handed}
    if day.weekday() == _SUNDAY and listed.weekly in found.on.measures:
        sheets[listed.weekly] = _weekly(codes, found, listed.weekly, day)
    return sheets


def _reports(codes: Sequence[str], found: Sums, listed: Listed) -> Sheet:
    """Named matters alone; what an area has no block of is nought, for the day was counted."""
    columns = tuple(listed.kinds)
    values = np.zeros((len(codes), len(columns)), np.int64)
    place, cells = found.on.measures.get("reported"), found.matters.get("day")
    at = {code: row for row, code in enumerate(found.codes)}
    if place is None or cells is None:
        return Sheet(tuple(codes), columns, values, np.ones(values.shape, np.bool_))
    for column, matters in enumerate(listed.kinds.values()):
        of = [found.on.matters[key] for key in matters if key in found.on.matters]
        values[:, column] = [int(cells[at[code], of, place].sum()) if code in at else 0 for code in codes]
    return Sheet(tuple(codes), columns, values, np.ones(values.shape, np.bool_))


def handed_sheet(key: str, codes: Sequence[str], day: date, at: datetime) -> Sheet:
    """A count of a day as it was known at a moment.

    Where the county handed in nothing and all its townships did, it is their sum: any reader adds them up.
    """
    counts = known(key, codes, day, day, at).counts
    seen = ~np.isnan(counts)
    if len(codes) > 1 and not seen[0, 0] and seen[1:, 0].all():
        counts[0, 0], seen[0, 0] = counts[1:, 0].sum(), True
    return Sheet(tuple(codes), (key,), np.where(seen, counts, 0).astype(np.int64), seen)


def week_sheets(counties: Sequence[str], sunday: date) -> dict[str, Sheet]:
    """The households reached in the week up to a Sunday, by county: of those alone of which anything may be told."""
    told = _counties_told(sunday) if counties else set[str]()
    key, codes = releasable().weekly, {county: areas_of(county, sunday) for county in counties if county in told}
    found = gather(own=[one for of in codes.values() for one in of], spans={"week": Span((), sunday)})
    return {county: _weekly(of, found, key, sunday) for county, of in codes.items() if key in found.on.measures}


def _counties_told(sunday: date) -> set[str]:
    """The counties of whose week anything may be told: of themselves or of a township."""
    widths = [CHINA.width(level) for level in ("county", "township")]
    rows = WeekTold.objects.filter(last=sunday).annotate(width=Length("area_code")).filter(width__in=widths)
    return {CHINA.cut(code, "county") for code in rows.values_list("area_code", flat=True)}


def _weekly(codes: Sequence[str], found: Sums, key: str, sunday: date) -> Sheet:
    """Households reached in a week, where it may be told: nothing of what few workers did (charter 12).

    What was not settled when the week was closed is unknown here, and so is all of a week that is not closed.
    """
    place, at = found.on.measures[key], {code: row for row, code in enumerate(found.codes)}
    cells: Counts = np.array([[int(found.totals[at[code], 0, place])] if code in at else [0] for code in codes])
    told = set(WeekTold.objects.filter(last=sunday, area_code__in=codes).values_list("area_code", flat=True))
    seen = np.array([[code in told] for code in codes])
    return Sheet(tuple(codes), (key,), np.where(seen, cells, 0).reshape(len(codes), 1), seen)
