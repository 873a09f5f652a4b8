"""A morning's facts of an area: what changed since the day before, what warns, how areas stand, what is not known.

Read from what the other rooms hold, at one moment. `plain`: small figures are hidden whoever asks, for a bulletin is
handed on. A part that was never counted says so: no figure is not nought.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from gridcommons.access.rules import Viewer
from gridcommons.kit.clock import local_day
from gridcommons.kit.disclosure import WITHHELD, Shown, alone, exact
from gridcommons.kit.words import Words
from gridcommons.outlook.deciding.beside import Painted, Warned, painted_below, warned_below
from gridcommons.outlook.deciding.handed import Handed, handed_in
from gridcommons.outlook.deciding.listed import as_listed, closed_week
from gridcommons.outlook.deciding.partly import Heard, Partly, heard_within, partly_in
from gridcommons.outlook.deciding.queries import Signals, signals_counted_until, signals_of
from gridcommons.outlook.periods import ZONE, Days
from gridcommons.outlook.releases.listing import releasable
from gridcommons.outlook.releases.telling import ToldDay, last_told
from gridcommons.outlook.reported.queries import hands_in_for
from gridcommons.outlook.situation import Situation, situation
from gridcommons.outlook.visited import Visited
from gridcommons.territory.queries import AreaFacts

WEEK: Final = 7
_DAY: Final = timedelta(days=1)
CHANGES: Final[Mapping[str, Words]] = {
    "reported": Words("上报", "reported"), "done": Words("办结", "settled"),
    "turned_late": Words("新超期", "newly overdue"), "reopened": Words("重开", "reopened"),
}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """One figure of yesterday, beside that of the day before where that is told."""

    key: str
    words: Words
    now: Shown
    before: Shown | None

    @property
    def difference(self) -> int | None:
        """How much it changed, where both days are told."""
        if self.before is None or self.now.value is None or self.before.value is None:
            return None
        return self.now.value - self.before.value


@dataclass(frozen=True)
class Morning:
    """What a leader is told of an area in the morning of `day`; `yesterday` is the last whole day.

    `warnings`, `colours`: None where that was never counted. `signals`: by area over seven days, the area's own among
    them; `silent`: parts with grids from which nothing came in seven days. `handed`: counts handed in, at their last
    day. `closed`: the whole week of which areas below and signals are told, where it is read plain; `reached`: the
    households of the last week that is out, likewise. `partly`: counts of a later day of which parts are missing, for
    who serves there; `heard`: of how many counties there are any. `settled`: warnings of the last days that were judged
    false or known.
    """

    area: AreaFacts
    trail: tuple[AreaFacts, ...]
    children: tuple[AreaFacts, ...]
    day: date
    as_of: datetime | None
    is_exact: bool
    changes: tuple[Change, ...]
    week: Situation
    warnings: tuple[Warned, ...] | None
    warned_until: date | None
    colours: tuple[Painted, ...] | None
    signals: Mapping[str, Signals]
    signals_until: date | None
    silent: tuple[AreaFacts, ...]
    handed: tuple[Handed, ...] = ()
    closed: Days | None = None
    reached: ToldDay | None = None
    partly: tuple[Partly, ...] = ()
    heard: Heard | None = None
    settled: int = 0

    @property
    def yesterday(self) -> date:
        """The last whole day."""
        return self.day - _DAY

    @property
    def visited(self) -> Visited | None:
        """Households reached of the last week closed."""
        return self.week.visited

    @property
    def workers(self) -> int | None:
        """How many workers serve here; None where that is not known or they are fewer than five."""
        own = self.signals.get(self.area.code)
        return own.workers if own else None

    @property
    def to_sign(self) -> tuple[Painted, ...]:
        """Areas whose colour waits for a named officer."""
        return tuple(one for one in self.colours or () if one.proposal)

    @property
    def to_review(self) -> tuple[Painted, ...]:
        """Areas whose signed colour is due for review."""
        return tuple(one for one in self.colours or () if one.is_review)

    @property
    def is_counted(self) -> bool:
        """Whether yesterday's cases were counted; what was not is no nought."""
        return self.as_of is not None and is_counted_to(self.week, self.yesterday)

    @property
    def is_quiet(self) -> bool:
        """Whether nothing is new: no figure of yesterday, no warning, nothing due, no colour changed.

        Never so where yesterday was not counted, no detector has looked, or no count of cases is known of it.
        """
        figures = [one.now for one in self.changes] + [one.now for one in self.handed]
        figures += [exact(one.now) for one in self.partly]
        stands = not (self.to_sign or self.to_review or any(one.changed for one in self.colours or ()))
        known = self.is_counted and self.warnings is not None and any(one.day == self.yesterday for one in self.handed)
        told = known and all(one.value == 0 for one in figures)
        return told and not self.warnings and stands and not self.newly_signalled

    @property
    def newly_signalled(self) -> int:
        """Signals of the area over seven days, nought where they are not told."""
        own = self.signals.get(self.area.code)
        return own.count if own else 0


def morning(*, code: str, viewer: Viewer, at: datetime, plain: bool = False) -> Morning:
    """The morning of an area for members of staff; with `plain` as everybody may read it."""
    today = local_day(at, ZONE)
    week = situation(code=code, period=WEEK, viewer=viewer, at=at, plain=plain)
    week, closed = (as_listed(week, today), closed_week(today)) if plain else (week, None)
    warned = warned_below(code, viewer=viewer, at=at, plain=plain)
    return Morning(
        area=week.area, trail=week.trail, children=week.children, day=today, as_of=week.as_of, is_exact=week.is_exact,
        changes=_changes(week, today), week=week, warnings=warned.warnings if warned else None,
        warned_until=warned.until if warned else None,
        colours=painted_below(code, viewer=viewer, at=at, plain=plain),
        signals=_signals(week, today, closed), signals_until=signals_counted_until(today),
        silent=tuple(
            one for one in week.children
            if one.code not in week.unserved and week.quiet[one.code]["reported"].value == 0
        ),
        handed=handed_in(week.area, today, at, is_exact=week.is_exact), closed=closed,
        reached=_reached(week.area, today, at) if plain else None,
        partly=partly_in(code, today, at) if not plain and _reads_parts(week, viewer, at) else (),
        heard=heard_within(code, today, at), settled=warned.settled if warned else 0,
    )  # fmt: skip


def _signals(week: Situation, today: date, closed: Days | None) -> dict[str, Signals]:
    """The signals of seven days by area; of the closed week, and above a county none, for what is handed on.

    The counties of a city beside their sum would give a small one away.
    """
    codes = [week.area.code, *(one.code for one in week.children)]
    if closed is None:
        return signals_of(codes, today - WEEK * _DAY, today - _DAY)
    return signals_of(codes, *closed) if week.area.level == "county" else {}


def _reached(area: AreaFacts, today: date, at: datetime) -> ToldDay | None:
    """The households reached in the last week that is out."""
    found = last_told(releasable().weekly, area, today - 3 * WEEK * _DAY, today - _DAY, at)
    return found[0] if found else None


def _reads_parts(week: Situation, viewer: Viewer, at: datetime) -> bool:
    """Whether a viewer reads the counts of the parts as they are: who serves there, and who hands them in."""
    return week.is_exact or hands_in_for(week.area.code, viewer=viewer, at=at)


def is_counted_to(week: Situation, day: date) -> bool:
    """Whether the cases of a day were counted, where any day of the week was."""
    return week.until is None or week.until >= day


def _changes(week: Situation, today: date) -> tuple[Change, ...]:
    """Yesterday's figures; only what was reported and settled stands beside the day before, held apart from it."""
    if week.as_of is None or not is_counted_to(week, today - _DAY):
        return ()
    before = week.daily.get(today - 2 * _DAY, {})
    return tuple(Change(key, words, week.yesterday[key], before.get(key)) for key, words in CHANGES.items())


def shown_count(count: int, *, is_exact: bool) -> Shown:
    """A count that stands in no table, hidden where it is small and the reader does not serve there."""
    return exact(count) if is_exact else alone(count)


def signal_count(found: Signals | None, *, is_exact: bool) -> Shown | None:
    """How many signals, for a reader: None where nothing was counted, withheld where few workers serve."""
    if found is None:
        return None
    return shown_count(found.count, is_exact=is_exact) if found.told else WITHHELD
