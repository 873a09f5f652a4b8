"""Names known to whoever writes a signal: of people on the register that they read, and of the county's places."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from gridcommons.access.rules import Place, Viewer, missing
from gridcommons.access.scope import viewing
from gridcommons.collection.signals.policy import policy
from gridcommons.collection.signals.rules import Cleaned, Naming, Said, clean
from gridcommons.kit.codes import CHINA
from gridcommons.people.homes.naming import names_in_words
from gridcommons.territory.queries import below

_PLACES: Final = ("township", "village")


def naming_of(area_code: str, words: str, viewer: Viewer, at: datetime) -> Naming:
    """What hides names in words about a grid: of the register as far as the writer may read it there, and no further.

    Were more hidden, whoever reads their words again would learn by trying names who lives in a village.
    """
    village = CHINA.cut(area_code, "village")
    around = (village, *(grid.code for grid in below(village, "grid")))
    read = [code for code in around if _reads_register(viewer, code, at)]
    if not read:
        return Naming((), _places(area_code, words))
    with viewing(viewer, at):
        people = names_in_words(words, read)
    return Naming(people, _places(area_code, words))


def cleaned(said: Said, viewer: Viewer, at: datetime) -> Cleaned:
    """A signal as it is kept, and as whoever writes it sees it before."""
    return clean(said, policy(), naming_of(said.area_code, _words(said), viewer, at))


def _reads_register(viewer: Viewer, area_code: str, at: datetime) -> bool:
    place = Place(area_code, personal=True)
    return not missing(viewer, deed="look.household", place=place, purpose="register", at=at)


def _words(said: Said) -> str:
    return f"{said.place}\n{said.text}"


def _places(area_code: str, words: str) -> set[str]:
    """The names of the county's towns and villages that stand in the words, in either language."""
    county = CHINA.cut(area_code, "county")
    areas = [area for level in _PLACES for area in below(county, level)]
    return {name for area in areas for name in (area.name.zh, area.name.en) if name and name in words}
