"""Names that are known where a signal is written: of people who live in the village, and of the county's places."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from gridcommons.access.rules import Place, Scope, Viewer, missing
from gridcommons.access.scope import scoped, viewing
from gridcommons.collection.signals.policy import policy
from gridcommons.collection.signals.rules import Cleaned, Naming, Said, clean
from gridcommons.kit.codes import CHINA
from gridcommons.people.homes.naming import names_in_words
from gridcommons.territory.queries import below

_ALL: Final = Scope(pattern="^")
_PLACES: Final = ("township", "village")


def naming_of(area_code: str, words: str) -> Naming:
    """What is known around a grid of the names in these words, of all who live there; inside a deed alone."""
    with scoped(_ALL):
        people = names_in_words(words, CHINA.cut(area_code, "village"))
    return Naming(people, _places(area_code, words))


def preview(said: Said, viewer: Viewer, at: datetime) -> Cleaned:
    """How a signal would stand, by names of the register that the viewer may read.

    To others a name that they try is never marked: they would learn by it who lives there. The deed hides it as well.
    """
    people: tuple[str, ...] = ()
    place = Place(said.area_code, personal=True)
    if not missing(viewer, deed="look.household", place=place, purpose="register", at=at):
        with viewing(viewer, at):
            people = names_in_words(_words(said), CHINA.cut(said.area_code, "village"))
    return clean(said, policy(), Naming(people, _places(said.area_code, _words(said))))


def cleaned(said: Said) -> Said:
    """A signal as it is kept; inside its deed."""
    return clean(said, policy(), naming_of(said.area_code, _words(said))).said


def _words(said: Said) -> str:
    return f"{said.place}\n{said.text}"


def _places(area_code: str, words: str) -> set[str]:
    """The names of the county's towns and villages that stand in the words."""
    county = CHINA.cut(area_code, "county")
    return {area.name.zh for level in _PLACES for area in below(county, level) if area.name.zh in words}
