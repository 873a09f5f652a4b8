"""What a matter is: plain frozen values, read from the catalogue's files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from gridcommons.kit.words import Words

WORKING_DAY_MINUTES: Final = 480
CALENDAR_DAY_MINUTES: Final = 1_440
LAST_RESORT: Final = "township_government"
LAST_RESORT_WITHOUT_TOWNSHIP: Final = "county_government"


class MatterClass(StrEnum):
    """Charter 1: what the grid does a matter for."""

    ORDER = "order"
    CONVENIENCE = "convenience"


class Kind(StrEnum):
    """The three lists of practice, the negative one apart: the grid's own duty, help to a department, or neither."""

    MUST_DO = "must_do"
    ASSIST = "assist"
    NOT_FOR_GRID = "not_for_grid"


class Clock(StrEnum):
    """Whether a deadline runs in office hours or around the clock."""

    WORKING = "working"
    CALENDAR = "calendar"


class Place(StrEnum):
    """Where a matter lies; one inside a home is never public (charter 4)."""

    PUBLIC_SPACE = "public_space"
    HOME = "home"
    WORKPLACE = "workplace"
    NONE = "none"

    @property
    def may_be_home(self) -> bool:
        """Whether where it lies may be somebody's home."""
        return self in {Place.HOME, Place.NONE}


class Verify(StrEnum):
    """How somebody other than the handler checks that it is done."""

    ON_SITE = "on_site"
    BY_PHONE = "by_phone"


@dataclass(frozen=True)
class Department:
    """An office that may own or handle a matter; `kind` is department or territory, `level` that of its area."""

    key: str
    name: Words
    kind: str
    level: str
    remit: Words


@dataclass(frozen=True)
class Group:
    """A shelf of the catalogue, for menus."""

    key: str
    name: Words


@dataclass(frozen=True)
class Route:
    """One step of a routing table: the office at a level, and when it is meant."""

    level: str
    office: str
    note: Words | None = None


@dataclass(frozen=True)
class Deadline:
    """Minutes to file and to handle, on the clock named; a working day has 480 minutes."""

    clock: Clock
    file_minutes: int
    handle_minutes: int

    def handle_words(self) -> Words:
        """The handling time in words: "5 working days"."""
        return span_words(self.handle_minutes, self.clock)

    def file_words(self) -> Words:
        """The filing time in words."""
        return span_words(self.file_minutes, self.clock)


@dataclass(frozen=True)
class Near:
    """How near another report counts as perhaps the same, in metres: to a reporter, and to staff."""

    public: int
    staff: int


@dataclass(frozen=True)
class Matter:
    """One admitted matter with all that charter 1 asks of it.

    `minutes`: a worker's time per case. `settle_on_spot`: a worker may settle it and only record it.
    `way`: where to turn when it is not for the grid. `call_first`: what to do first when there is danger.
    """

    key: str
    group: Group
    name: Words
    description: Words
    keywords_zh: tuple[str, ...]
    keywords_en: tuple[str, ...]
    matter_class: MatterClass
    kind: Kind
    legal_basis: Words
    purpose: Words
    owner: str
    minutes: int
    deadline: Deadline
    routes: tuple[Route, ...]
    settle_on_spot: bool
    public: bool
    place: Place
    verify: Verify
    icon: str
    valid_from: date
    review_date: date
    since_version: str
    near: Near = Near(250, 1_000)
    related: tuple[str, ...] = ()
    way: Words | None = None
    call_first: Words | None = None

    @property
    def for_grid(self) -> bool:
        """Whether it is on the must-do or the assist list."""
        return self.kind is not Kind.NOT_FOR_GRID

    def collects_on(self, on: date) -> bool:
        """Whether new cases may be taken on a day: from its start to its review date, both included."""
        return self.valid_from <= on <= self.review_date


@dataclass(frozen=True)
class Barrier:
    """What never enters the grid: barred (negative list) or residents' own (vitality), with the way instead.

    `words`: phrases by which somebody would bring it in. `subjects`: words by which somebody looks for the subject.
    """

    key: str
    name: Words
    reason: Words
    source: Words
    way: Words
    words_zh: tuple[str, ...]
    words_en: tuple[str, ...]
    subjects_zh: tuple[str, ...] = ()
    subjects_en: tuple[str, ...] = ()


def span_words(minutes: int, clock: Clock) -> Words:
    """A span in the largest unit that divides it, in both languages."""
    working = clock is Clock.WORKING
    day = WORKING_DAY_MINUTES if working else CALENDAR_DAY_MINUTES
    for size, zh, en in ((day, "天" if not working else "日", "day"), (60, "小时", "hour"), (1, "分钟", "minute")):
        if minutes % size == 0:
            count = minutes // size
            plural = en if count == 1 else f"{en}s"
            return (
                Words(zh=f"{count}个工作{zh}", en=f"{count} working {plural}")
                if working
                else Words(zh=f"{count}{zh}", en=f"{count} {plural}")
            )
    raise ValueError(f"{minutes} is no whole number of minutes")
