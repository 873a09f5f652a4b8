"""Places as a caller names them: a village or grid by name, a code, a pin as numbers; elsewhere, whose desk it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from gridcommons.access.queries import OfficeFacts, find_office
from gridcommons.access.rules import Viewer
from gridcommons.kit.codes import CHINA, within
from gridcommons.kit.digits import is_digits
from gridcommons.kit.errors import Refusal
from gridcommons.kit.numbers import decimal_of
from gridcommons.kit.words import Words
from gridcommons.territory.queries import AreaFacts, grid_at, named, names_of, trail

_LEVELS: Final = ("village", "grid")
_PIN: Final = re.compile(r"\s*(-?\d{1,3}\.\d+)\s*[,，;；\s]\s*(-?\d{1,3}\.\d+)\s*")
_LAT_MOST: Final = 90
MOST: Final = 6
_LONGEST: Final = 60


@dataclass(frozen=True)
class Place:
    """A place that somebody may mean. `desk`: who takes it, where it is not this clerk."""

    code: str
    name: Words
    within: Words
    desk: OfficeFacts | None = None
    elsewhere: bool = False

    @property
    def desk_name(self) -> Words:
        """The desk that takes it."""
        return Words(self.desk.name_zh, self.desk.name_en) if self.desk else Words("12345", "12345")


def own_areas(viewer: Viewer, deed: str, at: object) -> tuple[str, ...]:
    """The areas whose calls a clerk takes."""
    held = [
        grant
        for role, grant in viewer.roles_at(at)  # type: ignore[arg-type]
        if grant is not None and deed in role.deeds and grant.is_local
    ]
    return tuple(sorted({code for grant in held for code in grant.areas_now}))


def pin_in(text: str) -> tuple[float, float] | None:
    """Longitude and latitude typed as two numbers, whichever comes first where only one order is possible."""
    parts = _PIN.fullmatch(text)
    if parts is None:
        return None
    first, second = decimal_of(parts[1]), decimal_of(parts[2])
    return (second, first) if abs(first) <= _LAT_MOST < abs(second) else (first, second)


def places_for(text: str, own: Sequence[str]) -> list[Place]:
    """The places that words, a code or a pin may mean, the clerk's own first; at most six."""
    text = text.strip()[:_LONGEST]
    if not text or not own:
        return []
    pin = pin_in(text)
    if pin is not None:
        try:
            return _described(list(names_of([grid_at(*pin)]).values()), own)
        except Refusal:
            return []
    if is_digits(text):
        found = [area for area in names_of([text]).values() if CHINA.depth_at_least(area.code, "village")]
        return _described(found, own)
    counties = sorted({CHINA.cut(code, "county") for code in own})
    every = [area for county in counties for area in named(text, under=county, levels=_LEVELS, limit=40)]
    ordered = sorted(every, key=lambda area: (not within(area.code, own), len(area.code), area.name_zh != text))
    return _described(ordered[:MOST], own)


def _described(found: Sequence[AreaFacts], own: Sequence[str]) -> list[Place]:
    places = []
    for area in found:
        above = [one.name for one in trail(area.code)[:-1] if len(one.code) >= CHINA.width("township")]
        where = Words("".join(one.zh for one in above), ", ".join(one.en for one in reversed(above)))
        is_own = within(area.code, own)
        desk = None if is_own else find_office(CHINA.cut(area.code, "township"), "supervision")
        places.append(Place(area.code, area.name, where, desk, elsewhere=not is_own))
    return places


def exactly(text: str, places: Sequence[Place]) -> str:
    """The code of the one place that the words name whole (its very name, its code, a pin); else empty."""
    own = [place for place in places if not place.elsewhere]
    if len(own) != 1:
        named_so = [place for place in own if text.strip() in {place.name.zh, place.name.en, place.code}]
        return named_so[0].code if len(named_so) == 1 else ""
    [one] = own
    is_whole = text.strip() in {one.name.zh, one.name.en, one.code} or pin_in(text) is not None
    return one.code if is_whole else ""
