"""Problems in words: states, life line, who and where. Values in, pieces out; it decides nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

import shapely

from gridcommons.cases.problems.moves import MOVES, STATES
from gridcommons.cases.problems.patterns import packaged
from gridcommons.cases.problems.queries import LifeLine, ProblemFacts, SeatLine
from gridcommons.kit.codes import CHINA
from gridcommons.kit.dates import day_text
from gridcommons.kit.words import Words
from gridcommons.territory.queries import children, names_of, trail
from gridcommons.web.case_words import office_name
from gridcommons.web.drawing import Sketch, sketch
from gridcommons.web.office.areas import plain_features
from gridcommons.web.office.rows import place_of
from gridcommons.web.pieces import Status, Step, say

_TONES: Final[Mapping[str, tuple[str, str]]] = {
    "proposed": ("now", "bulb"), "declined": ("done", "ban"), "open": ("now", "users-group"),
    "closed": ("plain", "eye"), "settled": ("done", "circle-check"),
}  # fmt: skip
_BY_SEAT: Final = frozenset({"said_yes", "said_no", "finish"})
_SHARE: Final = 1 / 40
"""A mark's half width, as a part of the drawing's."""
_MARK: Final = "mark"
Point = tuple[float, float]


def status_of(state: str, *, late: bool = False) -> Status:
    """A state as a pill; red only where a measure is over its day, and then it says so."""
    tone, icon = _TONES[state]
    words = STATES[state]
    if late and state == "open":
        return Status(Words(f"{words.zh}，措施逾期", f"{words.en}, a measure is overdue"), "late", icon)
    return Status(words, tone, icon)


def cause_words(key: str) -> Words | str:
    """A cause of the list in words."""
    return packaged().causes.get(key, "")


def places_of(codes: Sequence[str]) -> dict[str, Words | str]:
    """Where problems lie, by area code."""
    names = names_of({code for one in codes for code in (one, CHINA.cut(one, "village"))})
    return {code: place_of(code, names) for code in codes}


def seat_name(seat: SeatLine) -> Words | str:
    """Who sits there."""
    return office_name(seat.office) or seat.name


def seat_kind(seat: SeatLine) -> Words | str:
    """What kind of body sits there, nothing for an office."""
    return "" if seat.office else packaged().bodies.get(seat.kind, "")


def life_steps(life: Sequence[LifeLine], facts: ProblemFacts) -> list[Step]:
    """The life line, and what is still to come."""
    steps = [_step(line) for line in life]
    waits = {
        "proposed": Words("研判：采纳或不予采纳", "to be taken up or declined"),
        "open": Words("落实措施后办结", "measures, then closing"),
        "closed": Words("回头看：事项是否减少", "review: did cases fall"),
    }
    if facts.state in waits:
        who = Words("会商召集单位", "the office that keeps the table")
        steps.append(Step(did=waits[facts.state], who=who, role="office", state="next"))
    return steps


def _step(line: LifeLine) -> Step:
    role = "program" if line.action == "propose" else "department" if line.action in _BY_SEAT else "office"
    who = line.name or (Words("系统", "the program") if role == "program" else "")
    note = _day(line.note) if line.action == "meet" else line.note
    return Step(did=MOVES[line.action].did, who=who, office=office_name(line.office), role=role, at=line.at, note=note)


def _day(text: str) -> Words | str:
    """The day of a meeting as pages say it; empty once its words were forgotten."""
    if not text:
        return ""
    day = date.fromisoformat(text)
    return Words(*(day_text(day, tongue, this_year=0) for tongue in ("zh", "en")))


def place_names(code: str) -> list[Words]:
    """The names from the township down."""
    return [area.name for area in trail(code) if CHINA.depth_at_least(area.code, "township")]


def cluster_sketch(area_code: str, points: Sequence[Point], at: datetime, language: str) -> Sketch | None:
    """The areas around a problem with a mark at each point; None where nothing is drawn."""
    centre = area_code if not CHINA.depth_at_least(area_code, "grid") else CHINA.cut(area_code, "village")
    codes = {area.code for area in children(centre, at.date())} or {area_code}
    drawn = plain_features(codes, names_of(codes), language)
    if not drawn:
        return None
    for feature in drawn:
        feature["properties"]["own"] = 2 * feature["properties"]["code"].startswith(area_code)
    size = _SHARE * _width(drawn)
    drawn += [_mark(lon, lat, size) for lon, lat in points]
    name = say(Words("事项位置示意图", "Drawing of where the cases are"), language)
    return sketch(drawn, here=_MARK, value="own", edges=(1,), name=name, width=400, height=260)


def _width(features: Sequence[Mapping[str, Any]]) -> float:
    """How many degrees of longitude a drawing spans."""
    bounds = [shapely.geometry.shape(feature["geometry"]).bounds for feature in features]
    return float(max(east for _w, _s, east, _n in bounds) - min(west for west, _s, _e, _n in bounds))


def _mark(lon: float, lat: float, size: float) -> dict[str, Any]:
    ring = [(lon - size, lat), (lon, lat + size), (lon + size, lat), (lon, lat - size), (lon - size, lat)]
    return {
        "type": "Feature", "properties": {"code": _MARK, "name": ""},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }  # fmt: skip
