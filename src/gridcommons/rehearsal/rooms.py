"""The rooms of the office as somebody lives in them: plans, layers, links, reports, orders, concerns, mediations.

After the replay each room is filled with one or two examples by the deeds that people use, by two persons where two
are needed. A room that holds something is left as it is, so that a second filling adds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from gridcommons.access.identify import account, program
from gridcommons.access.rules import Viewer
from gridcommons.kit.calendar import WorkingCalendar
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import Reason, Refusal, refusal_kind, require_none, worded
from gridcommons.kit.shipped import shipped
from gridcommons.kit.words import Words
from gridcommons.rehearsal.cast import Cast, gather
from gridcommons.rehearsal.hours import at_desk
from gridcommons.rehearsal.phones import Phone
from gridcommons.rehearsal.places import Places, read_places
from gridcommons.territory.queries import AreaFacts, names_of
from gridcommons.territory.succession import ZONE

JOB: Final = program("demo")
_LATE: Final = time(22, 35)
_MORNING: Final = time(9, 10)
_STAFF: Final = "supervisor"
_WORKER: Final = "worker"
Hears = Callable[[Sequence[UUID]], datetime]

PACKAGE: Final = "gridcommons.rehearsal"

ROOM_BROKE = refusal_kind(
    "rehearsal.room_broke",
    status=409,
    zh="“{room_zh}”没有填好：{said_zh}",
    en="“{room_en}” was not filled: {said_en}",
)


def texts() -> dict[str, Any]:
    """What is written in the rooms."""
    return shipped(PACKAGE, "rooms.toml", dict)


@dataclass
class Stage:
    """A county with its staff at a moment.

    `hears`: waits until those who listen were told of these cases, and says when that was. `phone`: a phone by its key.
    """

    county: str
    now: datetime
    hears: Hears
    phone: Callable[[str], Phone]
    cast: Cast = field(init=False)

    def __post_init__(self) -> None:
        """Staff as it serves now."""
        self.cast = gather(self.now)

    def who(self, name: str) -> Viewer:
        """Somebody by their login name, with what they may do now."""
        return account(name)

    def ago(self, days: float = 0, minutes: float = 0) -> datetime:
        """A moment before now: minutes by the clock, days back in office hours."""
        moment = self.now - timedelta(days=days, minutes=minutes)
        return min(at_desk(moment, WorkingCalendar.load()), moment) if days >= 1 else moment

    def night(self, before: datetime) -> datetime:
        """Late in the evening of the day before a moment, when the duty office alone is there."""
        day = local_day(before, ZONE) - timedelta(days=1)
        return datetime.combine(day, _LATE, tzinfo=ZONE).astimezone(UTC)

    def opening(self, day: date) -> datetime:
        """A while after desks open on a day, or on the first working day after it."""
        calendar = WorkingCalendar.load()
        while not calendar.is_working(day):
            day += timedelta(days=1)
        return datetime.combine(day, _MORNING, tzinfo=ZONE).astimezone(UTC)

    @cached_property
    def township(self) -> str:
        """The township whose staff the demo shows."""
        return next(code for grant in account(_STAFF).grants for code in grant.included)

    @cached_property
    def grid(self) -> str:
        """The grid of the worker whom the demo shows."""
        return next(code for grant in account(_WORKER).grants for code in grant.included)

    @cached_property
    def places(self) -> Places:
        """The places of the county, which takes long to read."""
        return read_places(self.county, seed=1)

    @property
    def village(self) -> str:
        """The village of that grid."""
        return CHINA.cut(self.grid, "village")

    def area(self, code: str) -> AreaFacts:
        """An area by its code."""
        return names_of([code])[code]

    def said(self, text: str) -> str:
        """A text with the names of the places put in."""
        there = {"township": self.township, "village": self.village, "grid": self.grid}
        return text.format(**{key: self.area(code).name_zh for key, code in there.items()})


@dataclass(frozen=True)
class Room:
    """A room to be filled: what it is called, whether it holds something, and what fills it.

    `at_once`: whole or not at all; not where another process must see what was done so far.
    """

    name: Words
    is_filled: Callable[[Stage], bool]
    fill: Callable[[Stage], None]
    at_once: bool = True


def fill_rooms(stage: Stage, rooms: Sequence[Room], progress: Callable[[Words, int, int], None]) -> list[str]:
    """Fill the rooms that are empty, in their order; returns the names of those that were filled.

    One that breaks off leaves the others to be filled; what it said is raised at the end.
    """
    filled, broken = [], list[Reason]()
    for done, room in enumerate(rooms):
        progress(room.name, done, len(rooms))
        if room.is_filled(stage):
            continue
        try:
            with transaction.atomic() if room.at_once else nullcontext():
                room.fill(stage)
        except Refusal as refusal:
            broken.append(worded(ROOM_BROKE, room=room.name, said=refusal.words()))
        else:
            filled.append(room.name.en)
    require_none(tuple(broken))
    progress(Words("各项工作", "the office's rooms"), len(rooms), len(rooms))
    return filled
