"""Colours of areas in words and drawings: letters, states, rows of a list, features of a map."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from django.urls import reverse

from gridcommons.kit.words import Words
from gridcommons.outlook.painting.days import DayStand
from gridcommons.outlook.painting.package_lines import Bound, PackageLine, packages_for
from gridcommons.outlook.painting.packages import HEADS, place_kinds
from gridcommons.outlook.painting.queries import AreaNow, Step
from gridcommons.outlook.painting.renewed import Former
from gridcommons.outlook.painting.rules import STATE_WORDS, State
from gridcommons.territory.queries import AreaFacts, map_of
from gridcommons.web.case_words import LEVELS, name_of
from gridcommons.web.drawing import Sketch, sketch
from gridcommons.web.pieces import AREA_COLOURS, Status, say

LETTERS: Final[Mapping[str, str]] = {
    "green": "A", "white": "A", "blue": "B", "yellow": "C", "orange": "D", "red": "E", "dark-red": "E", "grey": "X",
}  # fmt: skip
_STATES: Final[Mapping[State, tuple[str, str]]] = {
    State.RULE: ("circle-check", "plain"), State.WAITING: ("clock", "now"), State.SIGNED: ("pencil", "plain"),
    State.REVIEW: ("alert-triangle", "late"), State.REFUSED: ("circle-x", "plain"),
    State.UNKNOWN: ("help-circle", "parked"),
}  # fmt: skip
STAND_STATES: Final[Mapping[str, Words]] = {
    "waiting": Words("待第二人确认", "waits for its second person"),
    "ahead": Words("已公布，尚未生效", "published, not yet in force"),
    "in_force": Words("生效中", "in force"),
    "ended": Words("已结束", "ended"),
    "declined": Words("第二人未予确认", "not confirmed by its second person"),
}
LABEL_HEIGHT: Final = 15


def letter_of(colour: str) -> str:
    """The letter of a colour; X where it is unknown."""
    return LETTERS.get(colour, "X")


def state_pill(state: State) -> Status:
    """The state as a pill."""
    icon, kind = _STATES[state]
    return Status(STATE_WORDS[state], kind, icon)


@dataclass(frozen=True)
class ColourRow:
    """An area in the list: its colour with all that is said beside it."""

    now: AreaNow
    name: Words
    url: str
    letter: str
    pill: Status
    package: PackageLine | None

    @property
    def level(self) -> Words:
        """The level of the area: county, township."""
        return LEVELS[self.now.area.level]


def rows_of(areas: Sequence[AreaNow], page: str, at: datetime) -> list[ColourRow]:
    """The rows of a list in the order of codes; `page`: where each leads."""
    bound = packages_for([_bound(one) for one in areas], at)
    return [
        ColourRow(
            one, name_of(one.area), reverse(page, args=[one.area.code]), letter_of(one.colour),
            state_pill(one.standing.state),
            bound.get(_bound(one)),
        )
        for one in areas
    ]  # fmt: skip


@dataclass(frozen=True)
class DayRow:
    """An area in the list of a past day."""

    stand: DayStand
    name: Words
    url: str
    letter: str
    pill: Status


def day_rows_of(areas: Sequence[DayStand], page: str) -> list[DayRow]:
    """The rows of a past day in the order of codes."""
    return [
        DayRow(one, name_of(one.area), reverse(page, args=[one.area.code]), letter_of(one.colour),
               state_pill(one.standing.state))
        for one in sorted(areas, key=lambda one: one.area.code)
    ]  # fmt: skip


def _bound(one: AreaNow) -> Bound:
    return one.area.code, one.scheme.key, one.standing.level


def features_of(areas: Sequence[AreaNow | DayStand], page: str, tongue: str, level: str) -> list[dict[str, Any]]:
    """GeoJSON features of the areas of one level with their colours; areas without an outline are left out."""
    known = {one.area.code: one for one in areas if one.area.level == level}
    drawn = cast(Mapping[str, Any], map_of(known))["features"] if known else []
    made = []
    for outline in drawn:
        one = known[outline["properties"]["code"]]
        letter, name = letter_of(one.colour), say(name_of(one.area), tongue)
        sign = AREA_COLOURS[letter].sign
        facts = {
            "code": one.area.code, "name": name, "short": f"{sign} {name}", "label": name, "sign": sign,
            "level": one.area.level, "synthetic": outline["properties"]["synthetic"],
            "url": reverse(page, args=[one.area.code]), "colour": letter, "unsure": one.hatched and letter != "X",
            "said": f"{sign} {say(one.name, tongue)} · {say(STATE_WORDS[one.standing.state], tongue)}",
        }  # fmt: skip
        made.append({"type": "Feature", "properties": facts, "geometry": outline["geometry"]})
    return made


def colour_sketch(features: Sequence[Mapping[str, Any]], name: str) -> Sketch | None:
    """The server's drawing of the colours; None where nothing is drawn."""
    return sketch(features, name=name, letters=LABEL_HEIGHT, fitted=True) if features else None


def map_level(areas: Sequence[AreaNow | DayStand]) -> str:
    """The level that is drawn: the finest that is coloured."""
    return max((one.area.level for one in areas), key=lambda level: level == "township", default="")


@dataclass(frozen=True)
class HistoryRow:
    """A step of an area's history in words."""

    step: Step
    letter: str
    pill: Status


def history_rows(steps: Sequence[Step]) -> list[HistoryRow]:
    """The steps with letter and pill."""
    return [HistoryRow(one, letter_of(one.colour), state_pill(one.state)) for one in steps]


def area_links(areas: Iterable[AreaFacts], page: str) -> list[tuple[Words, str]]:
    """Areas by name, each with its page of colours."""
    return [(name_of(one), reverse(page, args=[one.code])) for one in areas]


def former_links(formers: Iterable[Former], page: str) -> list[tuple[Words, str]]:
    """The areas that one came of, each with the page that tells how it stood."""
    return area_links((one.area for one in formers), page)


def parts_of(package: PackageLine) -> list[tuple[Words, list[Words]]]:
    """What a package says by heading, and where a pass may be asked for."""
    kinds = place_kinds()
    parts = [(HEADS[key], list(getattr(package.content, key))) for key in HEADS]
    places = [kinds[key].name for key in package.content.places if key in kinds]
    return [*parts, (Words("可以要求出示通行码的场所", "Kinds of places that may ask for a pass"), places)]


LEGEND: Final = ("A", "B", "C", "D", "E", "X")
