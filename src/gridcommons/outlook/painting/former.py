"""What an area goes on from when its scheme is put in force anew: how it stood by the one that held before.

Until the scheme that holds has read an area, it stands as it stood before. The standing is carried over where levels
mean the same: another version of the same scheme whose level has the same key and colour. Another scheme begins anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from gridcommons.kit.lineage import in_force
from gridcommons.outlook.colours.scheme import GREY, Scheme
from gridcommons.outlook.painting.ageing import Seen, seen_on, standing_of
from gridcommons.outlook.painting.following import near_by, newest_read, newest_stood
from gridcommons.outlook.painting.keeping import scheme_of_row
from gridcommons.outlook.painting.models import Reading, SchemeInForce, Stood
from gridcommons.outlook.painting.reading import Before
from gridcommons.outlook.painting.rules import Standing, by_today


@dataclass(frozen=True)
class Last:
    """The last row and reading of an area, and the row of the scheme that made them."""

    row: SchemeInForce
    stood: Stood
    reading: Reading

    @property
    def scheme(self) -> Scheme:
        """The scheme that its levels are of."""
        return scheme_of_row(self.row)

    def seen(self, day: date) -> Seen:
        """How its reading holds on a day."""
        return seen_on(self.scheme, self.reading, day)

    def standing(self, day: date) -> Standing:
        """How the area stands on a day."""
        return by_today(self.scheme, standing_of(self.stood), self.seen(day).level, day)


def lasts(row: SchemeInForce, codes: Iterable[str], until: datetime | None = None) -> dict[str, Last]:
    """How areas of a scheme stood last, up to a moment: by that scheme, else by the one that held before it."""
    asked = list(codes)
    found = _lasts(row, asked, until)
    if lacking := [code for code in asked if code not in found]:
        for former in before_it(row):
            found = _lasts(former, lacking, until) | found
    return found


def _lasts(row: SchemeInForce, codes: list[str], until: datetime | None) -> dict[str, Last]:
    rows, readings = Stood.objects.select_related("decision", "in_force"), Reading.objects.all()
    if until is not None:
        rows, readings = rows.filter(at__lte=until), readings.filter(made_at__lte=until)
    stood, read = newest_stood(row, rows, codes), newest_read(row, readings, codes)
    return {code: Last(row, one, read[code]) for code, one in stood.items() if code in read}


def before_it(row: SchemeInForce) -> list[SchemeInForce]:
    """The schemes that coloured these areas before one, the latest last."""
    if row.holds_from is None:
        return []
    near = near_by(in_force().follow(row.area_code) or row.area_code)
    rows = SchemeInForce.objects.filter(near, level=row.level, holds_from__lt=row.holds_from).exclude(pk=row.pk)
    return list(rows.order_by("holds_from"))


def _same_levels(scheme: Scheme, former: Scheme) -> set[str]:
    """The levels that mean the same in both: of the same scheme, by key and colour."""
    own = {(one.key, one.colour) for one in scheme.levels} if scheme.key == former.key else set()
    return {one.key for one in former.levels if (one.key, one.colour) in own}


def standing_from(scheme: Scheme, row: SchemeInForce, last: Last | None) -> Standing:
    """How an area stood, for a scheme to go on from; nothing where the former one's levels meant something else."""
    if last is None:
        return Standing()
    held = standing_of(last.stood)
    named = {held.level, held.signed, held.refused} - {"", GREY}
    return held if last.row.pk == row.pk or named <= _same_levels(scheme, last.scheme) else Standing()


def carried_over(scheme: Scheme, row: SchemeInForce, codes: Iterable[str], day: date) -> dict[str, Before]:
    """What areas that a scheme has not read before a day go on from by the rules: their last reading by the former."""
    found: dict[str, Before] = {}
    asked = list(codes)
    for former in before_it(row) if asked else ():
        same = _same_levels(scheme, scheme_of_row(former))
        read = newest_read(former, Reading.objects.filter(day__lt=day), asked)
        found |= {code: Before(one.held, one.run, one.as_of) for code, one in read.items() if one.held in same}
    return found
