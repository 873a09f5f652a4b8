"""Where an area stands: its figures, those of its children, by matter and by day, as a viewer may see them.

Members of staff see numbers of any area. Whoever holds a grant at township level or below over the area sees them as
they are, since they may read the cases; to everybody else small figures are hidden along the whole chain of levels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from gridcommons.access.rules import Viewer
from gridcommons.kit.calendar import WorkingCalendar
from gridcommons.kit.clock import local_day
from gridcommons.kit.disclosure import WITHHELD, Shown, covered, exact
from gridcommons.outlook.adding_up import held_apart
from gridcommons.outlook.gathering import Span
from gridcommons.outlook.periods import BY_DAY, PERIODS, USUAL, ZONE, Asked, Days, counted_days, each_day, last_days
from gridcommons.outlook.queries import counting, first_counted, stocks_known
from gridcommons.outlook.rules import FLOWS, STOCKS, Chain, is_local, left_over, require_staff
from gridcommons.outlook.tables import Tables, read_tables
from gridcommons.outlook.visited import Households, Registered, Visited, guarded, households_of, registered, visited
from gridcommons.territory.queries import AreaFacts, around, children, grids_by_part, maps_edition, trail

__all__ = [
    "BY_MATTER", "LATELY", "PERIODS", "QUIET", "Figures", "Situation", "absent_below", "situation", "spans_of",
    "values_below",
]  # fmt: skip

BY_MATTER: Final = ("reported", "done")
LATELY: Final = ("reported", "done", "turned_late", "reopened")
QUIET: Final = (3, 7, 14, 28)
"""Choices for how long an area may have reported nothing before it is named."""

Figures = Mapping[str, Shown]
"""Figures by measure."""


@dataclass(frozen=True)
class Situation:
    """The figures of one area over a period.

    `before`: the span compared with, without the measures that were not counted then. `below`: by child, in the order
    of `children`. `lately`, `quiet`: by child since yesterday's midnight, and reported of the last `quiet_days` days.
    `matters`: what was reported and done of each. `daily`: every day of the period that was counted, or every month of
    a long one. `since`: the first day counted, where the period begins before it. `grids`: how many hold in the area
    today. `absent`: children without a grid and without a figure, where the program is not in use.
    `as_of`: None where no day of the period was counted. `until`: the last day counted, where days after it were not.
    `counted_from`: the first day ever counted.
    `visited`: households reached in the last week closed, where visits are posted. `registered`: households of the
    register as they were counted last, where they ever were.
    `unserved`: children without a grid, whatever else is known or hidden of them. `beside`: the children of the area
    above. `edition`: of the maps.
    """

    area: AreaFacts
    trail: tuple[AreaFacts, ...]
    children: tuple[AreaFacts, ...]
    asked: Asked
    is_exact: bool
    as_of: datetime | None
    now: Figures
    before: Figures
    today: Figures
    yesterday: Figures
    below: Mapping[str, Figures]
    matters: Mapping[str, Figures]
    daily: Mapping[date, Figures]
    lately: Mapping[str, Figures] = field(default_factory=dict)
    quiet: Mapping[str, Figures] = field(default_factory=dict)
    quiet_days: int = 7
    since: date | None = None
    grids: int = 0
    absent: frozenset[str] = frozenset()
    unserved: frozenset[str] = frozenset()
    until: date | None = None
    counted_from: date | None = None
    beside: tuple[AreaFacts, ...] = ()
    edition: str = ""
    visited: Visited | None = None
    registered: Registered | None = None

    @property
    def unplaced(self) -> Figures:
        """What of the area's figures lies in none of its children, by measure, where it may be told and is any."""
        return self._in_none(self.now, self.below)

    @property
    def lately_unplaced(self) -> Figures:
        """The same since yesterday's midnight."""
        both = {
            measure: exact(today.value + yesterday.value)
            for measure, today in self.today.items()
            if today.value is not None and (yesterday := self.yesterday[measure]).value is not None
        }
        return self._in_none(both, self.lately)

    def _in_none(self, own: Figures, below: Mapping[str, Figures]) -> Figures:
        found = {
            measure: left_over(shown, [below[part.code][measure] for part in self.children], is_exact=self.is_exact)
            for measure, shown in own.items()
            if self.children
        }
        return {measure: shown for measure, shown in found.items() if shown is not None}

    @property
    def is_compared(self) -> bool:
        """Whether all days of the span compared with were counted, so that a change can be told."""
        return not self.counted_from or self.counted_from <= self.asked.before[0]

    @property
    def households(self) -> Households | None:
        """The households of the area, one number for the whole page; None where none is known or may be told."""
        return households_of(self.area.households, self.registered)

    @property
    def period(self) -> int:
        """How many days the period has."""
        return self.asked.length


def situation(
    *, code: str, period: int | Asked = USUAL, viewer: Viewer, at: datetime, quiet_days: int = 7, plain: bool = False
) -> Situation:
    """The situation of an area over the last days, today included, or over a period asked for; staff only.

    `plain`: small figures are hidden whoever asks, for what is handed on.
    """
    require_staff(viewer, at)
    today = local_day(at, ZONE)
    asked = last_days(period, today) if isinstance(period, int) else period
    place, edition = around(code, today), maps_edition()
    chain = _chain(code, place.way, place.parts, is_exact=not plain and is_local(viewer, code, at))
    counted = counting(until=asked.last, on=asked.before[1])
    until, since = counted.until, max(asked.first, min(counted.first or asked.first, asked.last))
    points = _points((since, asked.last))
    spans = _spans(asked, counted.stood or until, today, quiet_days)
    daily, known = asked.length <= BY_DAY, counted.visits
    spans |= (known.spans() if known else {}) | (counted.homes.spans() if counted.homes else {})
    if not daily:
        spans |= {f"{point}": Span(_span(asked, days).flows) for point, days in points.items()}
    tables = read_tables(chain, spans, list(points) if daily else [], told=("now",))
    below = tables.show("now", (*FLOWS, *STOCKS))[1]
    own = _own(tables, spans, points, daily=daily, before=_told(asked.before, counted.first, counted.holds))
    grids = grids_by_part(code, chain.parts, today, edition)
    return Situation(
        area=place.area, trail=place.way, children=place.parts, asked=asked, is_exact=chain.is_exact,
        as_of=counted.at if until is not None and until >= asked.first else None, until=_lagging(until, asked, today),
        counted_from=counted.first,
        now=own["now"], before=own["before"], below=below,
        lately=_lately(tables, own), quiet=tables.show("quiet", ("reported",))[1], quiet_days=quiet_days,
        today=own["today"], yesterday=own["yesterday"], matters=_by_matter(chain, tables, own["now"]),
        daily={point: own[f"{point}"] for point in points},
        since=since if since > asked.first else None, grids=grids.get(code, 0), absent=_absent(below, grids),
        unserved=frozenset(part for part in chain.parts if not grids.get(part)), beside=place.beside, edition=edition,
        visited=guarded(visited(known, tables), code, viewer, at), registered=registered(counted.homes, tables),
    )  # fmt: skip


def _lagging(until: date | None, asked: Asked, today: date) -> date | None:
    """The last day counted, where a whole day of the period after it was not; None where the count keeps up."""
    ended = min(asked.last, today - timedelta(days=1))
    return until if until is not None and asked.first <= until < ended else None


def _own(
    tables: Tables, spans: Mapping[str, Span], points: Mapping[date, Days], *, daily: bool, before: Sequence[str]
) -> dict[str, dict[str, Shown]]:
    """The area's own figures by span and measure; the points of the chart are spans too, named by their first day.

    Today, yesterday, the points and the period add up: what is hidden of one is not to be had from the others.
    """
    wanted: dict[str, Sequence[str]] = {
        "now": (*FLOWS, *STOCKS), "before": before, "today": LATELY, "yesterday": LATELY,
        **{f"{point}": BY_MATTER for point in points},
    }  # fmt: skip
    single = {f"{point}": point for point in points} if daily else {}
    days = {name: frozenset((single[name],) if name in single else spans[name].flows) for name in wanted}
    found = {
        name: tables.show_day(single[name], keys) if name in single else tables.show_whole(name, keys)
        for name, keys in wanted.items()
    }
    for measure in FLOWS:
        names = [name for name, figures in found.items() if measure in figures]
        counts = {
            days[name]: tables.count_day(single[name], measure) if name in single else tables.count(name, measure)
            for name in names
        }
        apart = held_apart(counts, {days[name]: found[name][measure] for name in names})
        for name in names:
            found[name][measure] = apart[days[name]]
    return found


def _lately(tables: Tables, own: Mapping[str, Figures]) -> dict[str, dict[str, Shown]]:
    """What happened below since yesterday's midnight, by child: told only where neither of the two days is hidden.

    The children's add up to the two days of the area, which stand beside them.
    """
    days = [tables.show(name, LATELY)[1] for name in ("today", "yesterday")]
    told = {measure for measure in LATELY if all(own[name][measure].is_exact for name in ("today", "yesterday"))}
    return {
        part: {
            measure: shown if measure in told and all(day[part][measure].is_exact for day in days) else WITHHELD
            for measure, shown in figures.items()
        }
        for part, figures in tables.show("lately", LATELY)[1].items()
    }


def values_below(*, code: str, period: int | Asked = USUAL, viewer: Viewer, at: datetime) -> Mapping[str, Figures]:
    """The figures of the areas directly below one, for its map; refuses whoever is no staff."""
    require_staff(viewer, at)
    today = local_day(at, ZONE)
    asked = last_days(period, today) if isinstance(period, int) else period
    chain = _chain(code, trail(code), children(code, today), is_exact=is_local(viewer, code, at))
    counted = counting(until=asked.last, on=asked.last)
    return read_tables(chain, {"now": _now(asked, counted.stood or counted.until)}).show("now", (*FLOWS, *STOCKS))[1]


def spans_of(
    *, code: str, spans: Mapping[str, Days], working: bool = False, viewer: Viewer, at: datetime
) -> dict[str, Figures]:
    """The figures of an area over several spans of days, what stood being that of each span's last day."""
    require_staff(viewer, at)
    today = local_day(at, ZONE)
    chain = _chain(code, trail(code), children(code, today), is_exact=is_local(viewer, code, at))
    calendar = WorkingCalendar.load()
    wanted = {
        name: Span(counted_days(days, working=working, calendar=calendar), days[1]) for name, days in spans.items()
    }
    tables, counted = read_tables(chain, wanted), first_counted()
    return {name: tables.show_whole(name, _told(days, counted, stocks_known(days[1]))) for name, days in spans.items()}


def absent_below(*, code: str, below: Mapping[str, Figures], at: datetime) -> frozenset[str]:
    """Which of the areas directly below one do not use the program; `below`: their figures, as `values_below` gives."""
    return _absent(below, grids_by_part(code, tuple(below), local_day(at, ZONE)))


def _absent(below: Mapping[str, Figures], grids: Mapping[str, int]) -> frozenset[str]:
    """Without a grid nobody serves there; a figure, even a hidden one, speaks against that. Zero is told anyway."""
    return frozenset(
        code for code, figures in below.items() if not grids.get(code) and all(f.value == 0 for f in figures.values())
    )


def _chain(code: str, way: Sequence[AreaFacts], parts: Sequence[AreaFacts], *, is_exact: bool) -> Chain:
    codes = (code,) if is_exact else tuple(area.code for area in way)
    return Chain(codes, tuple(part.code for part in parts), is_exact)


def _spans(asked: Asked, stood: date | None, today: date, quiet_days: int) -> dict[str, Span]:
    """The spans of days that a page speaks of; what stood is that of a span's last day."""
    yesterday = today - timedelta(days=1)
    return {
        "now": _now(asked, stood),
        "before": _span(asked, asked.before),
        "today": Span((today,)),
        "yesterday": Span((yesterday,)),
        "lately": Span((yesterday, today)),
        "quiet": Span(tuple(each_day((today - timedelta(days=quiet_days - 1), today)))),
    }


def _now(asked: Asked, stood: date | None) -> Span:
    """The period itself; what stands now is that of the last day known of it, for today may not be counted yet."""
    flows = _span(asked, asked.days).flows
    return Span(flows, stood or asked.last)


def _span(asked: Asked, days: Days) -> Span:
    calendar = WorkingCalendar.load()
    return Span(counted_days(days, working=asked.working, calendar=calendar), days[1])


def _points(days: Days) -> dict[date, Days]:
    """The points of the chart with the days of each: every day, or the months of a long period."""
    if (days[1] - days[0]).days < BY_DAY:
        return {day: (day, day) for day in each_day(days)}
    found: dict[date, list[date]] = {}
    for day in each_day(days):
        found.setdefault(day.replace(day=1), []).append(day)
    return {month: (held[0], held[-1]) for month, held in found.items()}


def _told(span: Days, since: date | None, held: bool) -> tuple[str, ...]:
    """What was counted over a whole span, counting `since` a day: against days that nobody counted is no change.

    `held`: whether what stood at the end of its last day is known.
    """
    flows = FLOWS if since is not None and since <= span[0] else ()
    return (*flows, *(STOCKS if held else ()))


def _by_matter(chain: Chain, tables: Tables, whole: Figures) -> dict[str, Figures]:
    """What of each matter; hidden along the areas, and again where it would give back another matter."""
    keys = tables.matters("now", BY_MATTER)
    found: dict[str, dict[str, Shown]] = {key: {} for key in keys}
    for measure in BY_MATTER:
        laid = {key: tables.of_matter("now", key, measure) for key in keys}
        along = {key: chain.show_whole(table) for key, table in laid.items()}
        across = covered({key: table[-1][1] for key, table in laid.items()}, along, whole[measure])
        for key in keys:
            found[key][measure] = across[key]
    return dict(found)
