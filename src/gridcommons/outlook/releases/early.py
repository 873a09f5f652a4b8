"""What is told of a county before its day is released: the count alone, once, as it was when it first was whole.

A bulletin of the next morning cannot wait for the release, and the release is corrected until then. So the county's
count is told as the release's own method would tell it at that moment, it stays the same until the release, and the
release counts it among what its readers know. Of townships nothing is told before.
"""

from __future__ import annotations

from datetime import date, datetime

from gridcommons.kit.disclosure import THRESHOLD, Shown, alone
from gridcommons.outlook.releases.counting import areas_of, handed_sheet
from gridcommons.outlook.releases.listing import releasable
from gridcommons.outlook.releases.reckoning import cell_shown, first_told
from gridcommons.outlook.reported.queries import whole_since


def early_on(key: str, county: str, day: date, since: datetime, threshold: int = THRESHOLD) -> Shown | None:
    """The count of a county as it is told before the release; `since`: the moment at which it was whole first.

    A count that is never released by townships stands alone.
    """
    sheet = handed_sheet(key, areas_of(county, day), day, since)
    if not sheet.seen[0, 0]:
        return None
    if key not in releasable().handed:
        return alone(int(sheet.values[0, 0]), threshold)
    return cell_shown(first_told(sheet, threshold), county)


def early_of(county: str, day: date, at: datetime, threshold: int = THRESHOLD) -> dict[str, Shown]:
    """What may have been told of a county's day before its release, by measure."""
    parts, found = areas_of(county, day)[1:], dict[str, Shown]()
    for key in releasable().handed:
        since = whole_since(key, county, parts, day, day, at).get(day)
        told = early_on(key, county, day, since, threshold) if since else None
        if told is not None:
            found[key] = told
    return found
