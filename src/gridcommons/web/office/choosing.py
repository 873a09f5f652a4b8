"""Places to choose from in forms and filters: the townships of the viewer's own county with their villages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from gridcommons.access.rules import Viewer
from gridcommons.kit.codes import CHINA
from gridcommons.kit.words import Words
from gridcommons.territory.queries import below, children, names_of
from gridcommons.web.pieces import say

Option = tuple[str, str]
_WHOLE: Final = Words("全部", "all of it")


def county_places(viewer: Viewer, at: datetime, tongue: str) -> list[tuple[str, list[Option]]]:
    """The townships of the counties that the viewer serves in, each with its villages: groups of a list."""
    held = {code for grant in viewer.grants if grant.holds_at(at) for code in grant.included}
    counties = sorted({CHINA.cut(code, "county") for code in held if CHINA.depth_at_least(code, "county")})
    found = []
    for county in counties:
        villages = below(county, "village")
        for township in below(county, "township"):
            name = say(township.name, tongue)
            inside = [(one.code, say(one.name, tongue)) for one in villages if one.parent_code == township.code]
            found.append((name, [(township.code, f"{name} ({say(_WHOLE, tongue)})"), *inside]))
    return found


def own_places(codes: Iterable[str], day: date, named: str, tongue: str) -> list[Option]:
    """Areas with what lies directly below them, and the one that is named already: for a filter."""
    held = sorted(set(codes))
    areas = [area for code in held for area in (*names_of([code]).values(), *children(code, day))]
    if named and named not in {area.code for area in areas}:
        areas += names_of([named]).values()
    return [(area.code, say(area.name, tongue)) for area in areas]
