"""Under which areas a count stands: the one place that says so.

A count is posted under the area code of its record, which is never rewritten. It is summed up under the areas that
hold the code today: by the lineage (the primary successor of an area that was divided), and where a list of areas
retired one in favour of a single other without a plan, that one and what is above it.
Where areas are moved, `actions.roll_anew` brings the sums to what this says now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gridcommons.kit.codes import CHINA
from gridcommons.kit.lineage import in_force
from gridcommons.territory.queries import AreaPlace, parents_held, places_of

_MOST_MOVES = 8
"""An area that was replaced more often is taken where the last of these left it; a circle ends there too."""


@dataclass(frozen=True)
class Home:
    """Where a recorded code counts: the areas whose sums hold it, from the top down, and the one right above it.

    The code itself is among them where it has areas below: what is filed under a village counts in it and in no grid.
    """

    above: tuple[str, ...]

    @property
    def parent(self) -> str:
        """The area in whose list it stands."""
        return self.above[-1] if self.above else ""


def homes_of(codes: Iterable[str]) -> dict[str, Home]:
    """Where each of these recorded codes counts today."""
    lineage = in_force()
    today = {code: lineage.current(code) for code in codes}
    wanted = today.keys()
    known = _places({prefix for code in today.values() for prefix in (*CHINA.ancestors(code), code)})
    stands = {code: _standing(now, known) for code, now in today.items()}
    with_parts = parents_held(stands.values())
    return {code: _home(code, stands[code], known, with_parts) for code in wanted}


def _places(codes: set[str]) -> dict[str, AreaPlace]:
    """What is known of codes, and of those that took their place."""
    known = places_of(codes)
    for _move in range(_MOST_MOVES):
        ahead = {place.moved_to for place in known.values() if place.moved_to} - known.keys()
        lacking = {prefix for code in ahead for prefix in (*CHINA.ancestors(code), code)} - known.keys()
        found = places_of(lacking) if lacking else {}
        if not found:
            break
        known |= found
    return known


def _standing(code: str, known: Mapping[str, AreaPlace]) -> str:
    """The code under which a recorded one stands today: its longest retired prefix exchanged, as often as needed."""
    for _move in range(_MOST_MOVES):
        prefixes = [code, *reversed(CHINA.ancestors(code))]
        moved = next((p for p in prefixes if p in known and known[p].moved_to), "")
        if not moved:
            break
        code = known[moved].moved_to + code[len(moved) :]
    return code


def _home(code: str, stands: str, known: Mapping[str, AreaPlace], with_parts: set[str]) -> Home:
    above = [prefix for prefix in CHINA.ancestors(stands) if prefix in known]
    return Home((*above, stands) if stands in with_parts or stands != code else tuple(above))
