"""Places to choose from in forms and filters: the townships of the viewer's own county with their villages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from gridcommons.access.rules import Viewer
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.words import Words
from gridcommons.territory.queries import below, children, names_of
from gridcommons.web.pieces import say

Option = tuple[str, str]
_WHOLE: Final = Words("全部", "all of it")
AREAS_ENDED = refusal_kind(
    "web.areas_ended",
    status=409,
    zh="您的授权所在的区域已分设、合并或撤销。请找给您授权的人，在现在的区域重新授权；收件箱和交接单仍可查看。",
    en="The areas of your posts were divided, merged or ended. Ask whoever granted your post for one in the areas of "
    "today; your inbox and the hand-over lists stay open.",
)


def areas_held(viewer: Viewer, at: datetime) -> list[str]:
    """The areas of the viewer's posts by today's codes, the widest first; those that ended are left out."""
    codes = {code for grant in viewer.grants if grant.holds_at(at) for code in grant.areas_now}
    return sorted(codes, key=lambda code: (len(code), code))


def widest_area(viewer: Viewer, at: datetime) -> str:
    """The widest area of the viewer's posts; refuses whoever holds none any more."""
    held = areas_held(viewer, at)
    if not held:
        raise refuse(AREAS_ENDED)
    return held[0]


def county_places(viewer: Viewer, at: datetime, tongue: str) -> list[tuple[str, list[Option]]]:
    """The townships of the counties that the viewer serves in, each with its villages: groups of a list."""
    held = areas_held(viewer, at)
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
