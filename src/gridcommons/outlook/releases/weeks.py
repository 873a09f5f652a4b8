"""A closed week's households as pages tell them: by the marks of open data, before it leaves and after.

The same count leaves twice, on pages and in files; hidden by two methods, each would show what the other hides. So a
county and its townships stand on a page as the county's release has them, and until there is one as it will: the week
was closed once, and both are reckoned from the same figures. Above counties a sum is told only where the hidden cells
below it leave one another open (`kit.disclosing`, from which the equations are); below townships pages cover by
themselves what the township's mark lets them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from gridcommons.kit.codes import CHINA
from gridcommons.kit.disclosing import EXACT, FEW
from gridcommons.kit.disclosure import FEW as SMALL
from gridcommons.kit.disclosure import THRESHOLD, WITHHELD, Shown, exact
from gridcommons.outlook.releases.counting import week_sheets
from gridcommons.outlook.releases.listing import releasable
from gridcommons.outlook.releases.models import Release
from gridcommons.outlook.releases.reckoning import Told, first_told, shown, told_of
from gridcommons.outlook.tables import Tables
from gridcommons.territory.queries import below

_WIDTH: Final = THRESHOLD - 2
"""How far a hidden count can move within its window."""


@dataclass(frozen=True)
class Cell:
    """A count as it is told; `down`: of a hidden one, how far below it its window reaches."""

    shown: Shown
    count: int
    down: int = 0


Cells = Mapping[str, Cell]
"""By area; one of which nothing may be told for its few workers is not among them."""


def week_as_released(tables: Tables, span: str, sunday: date) -> tuple[Shown, dict[str, Shown]]:
    """The households reached in a closed week of the chain's last area and of its children, for whoever sees marks."""
    codes, key = tables.chain.codes, releasable().weekly
    last = codes[-1]
    if not CHINA.depth_at_least(last, "county"):
        return _above(tables, span, sunday)
    held = county_weeks([CHINA.cut(last, "county")], sunday)[CHINA.cut(last, "county")]
    top = max((code for code in codes if code in held.codes), key=len, default=last)
    own = held.shown(top)
    divided = held.divided and not CHINA.depth_at_least(top, "township")
    if divided and last != top:  # a township that the release does not know: a cover of its own would tell
        return WITHHELD, dict.fromkeys(tables.chain.parts, WITHHELD)
    if divided:
        return own, {part: held.shown(part) for part in tables.chain.parts}
    return tables.show_under(span, key, top, own)


@dataclass(frozen=True)
class CountyWeek:
    """A county's week as it leaves. `codes`: the county and its townships; `cells`: those of which it may be told."""

    codes: tuple[str, ...]
    cells: Cells

    @property
    def divided(self) -> bool:
        """Whether there are townships; a county may have none."""
        return len(self.codes) > 1

    def shown(self, code: str) -> Shown:
        """How an area is told; withheld where it is not."""
        return self.cells[code].shown if code in self.cells else WITHHELD


def county_weeks(counties: Sequence[str], sunday: date) -> dict[str, CountyWeek]:
    """The week up to a Sunday of counties: as it left, withdrawn or not, else as it will leave."""
    rows = Release.objects.filter(area_code__in=counties, day=sunday).order_by("revision")
    out = {
        county: (told_of(kept), threshold)
        for county, kept, threshold in rows.values_list("area_code", f"basis__{releasable().weekly}", "threshold")
        if kept and any(any(row) for row in kept["seen"])
    }
    still = week_sheets([county for county in counties if county not in out], sunday)
    out |= {county: (first_told(sheet, THRESHOLD), THRESHOLD) for county, sheet in still.items()}
    return {county: _county(*out[county]) if county in out else CountyWeek((county,), {}) for county in counties}


def _county(told: Told, threshold: int) -> CountyWeek:
    """The cells of a sheet of one column; in its table the county stands first, then its townships by code."""
    sheet, cells = told.sheet, dict[str, Cell]()
    for code, mark, count, seen in zip(
        sheet.codes, told.marks[:, 0], sheet.values[:, 0], sheet.seen[:, 0], strict=False
    ):
        if seen:
            how = exact(int(count)) if mark == EXACT else SMALL if mark == FEW else WITHHELD
            cells[code] = Cell(how, int(count), int(count) - 1 if mark == FEW else 0)
    if (own := cells.get(sheet.codes[0])) is not None and own.shown == WITHHELD:
        cells[sheet.codes[0]] = Cell(WITHHELD, own.count, int(shown(told, threshold).down[0, 0]))
    return CountyWeek(sheet.codes, cells)


def _above(tables: Tables, span: str, sunday: date) -> tuple[Shown, dict[str, Shown]]:
    """Of a city or a province: sums of what its counties tell."""
    last = tables.chain.codes[-1]
    counties = county_weeks([one.code for one in below(last, "county")], sunday)
    counts, total = tables.counted(span, releasable().weekly)
    parts = {part: _part(part, n, counties) for part, n in counts.items()}
    own = whole_of(total, [one for one in parts.values() if one is not None])
    return own.shown, {part: one.shown if one else WITHHELD for part, one in parts.items()}


def _part(code: str, count: int, counties: Mapping[str, CountyWeek]) -> Cell | None:
    if code in counties:
        return counties[code].cells.get(code)
    own = [held.cells[county] for county, held in counties.items() if county.startswith(code) and county in held.cells]
    return whole_of(count, own)


def whole_of(count: int, parts: Iterable[Cell]) -> Cell:
    """How a sum is told above parts whose marks are out already: where it gives, else withheld with its own window.

    What lies in none of these parts is known to a reader unless it is so few that it is hidden itself.
    """
    held = list(parts)
    downs = [one.down for one in held if not one.shown.is_exact]
    if 0 < (rest := count - sum(one.count for one in held)) < THRESHOLD:
        downs.append(rest - 1)
    fall = sum(downs)
    if not downs or (count >= THRESHOLD and _WIDTH <= fall <= (len(downs) - 1) * _WIDTH):
        return Cell(exact(count), count)
    return Cell(WITHHELD, count, min(_WIDTH, fall, max(0, count - 1)))
