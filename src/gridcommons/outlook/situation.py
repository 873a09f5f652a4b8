"""Where an area stands: its figures, those of its children, by matter and by day, as a viewer may see them.

Members of staff see numbers of any area. Whoever holds a grant at township level or below over the area sees them as
they are, since they may read the cases; to everybody else small figures are hidden along the whole chain of levels.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.db.models import Max, Min, Q, QuerySet, Sum
from django.db.models.functions import Left

from gridcommons.access.rules import Viewer
from gridcommons.access.scope import current_code, lying_in
from gridcommons.kit.clock import local_day
from gridcommons.kit.disclosure import Shown, suppress
from gridcommons.outlook.models import DailyCount, PostedDay
from gridcommons.outlook.queries import as_of
from gridcommons.outlook.rules import Chain, derived, is_local, require_staff
from gridcommons.territory.queries import AreaFacts, area_on, children, grids_by_part, trail

ZONE: Final = ZoneInfo("Asia/Shanghai")
PERIODS: Final = (7, 14, 28)
"""Whole weeks, so that no period has a Sunday more than another."""
FLOWS: Final = ("reported", "closed", "late", "done", "back")
STOCKS: Final = ("open", "overdue")
BY_MATTER: Final = ("reported", "done")
_STOCK: Final = Q(measure__in=STOCKS)

Days = tuple[date, date]
Figures = Mapping[str, Shown]
"""Figures by measure."""


@dataclass(frozen=True)
class Situation:
    """The figures of one area over the last `period` days.

    `before`: the same span before, without the measures that were not counted then. `below`: by child, in the order of
    `children`. `matters`: what was reported and done of each. `daily`: every day of the period that was
    counted. `since`: the first day counted, where the period begins before it. `grids`: how many hold
    in the area today. `absent`: children without a grid and without a figure, where the program is not in use.
    """

    area: AreaFacts
    trail: tuple[AreaFacts, ...]
    children: tuple[AreaFacts, ...]
    period: int
    is_exact: bool
    as_of: datetime | None
    now: Figures
    before: Figures
    today: Figures
    yesterday: Figures
    below: Mapping[str, Figures]
    matters: Mapping[str, Figures]
    daily: Mapping[date, Figures]
    since: date | None = None
    grids: int = 0
    absent: frozenset[str] = frozenset()


def situation(*, code: str, period: int, viewer: Viewer, at: datetime) -> Situation:
    """The situation of an area over the last `period` days, today included; refuses whoever is no staff."""
    require_staff(viewer, at)
    today = local_day(at, ZONE)
    area, way, parts = area_on(code, today), trail(code), children(code, today)
    chain = _chain(code, way, parts, is_exact=is_local(viewer, code, at))
    spans = _spans(today, period)
    own, below = _by_area(chain, spans)
    grids, (first, last) = grids_by_part(code, chain.parts, today), spans["now"]
    counted = _first_counted()
    since = max(first, min(counted or first, last))
    return Situation(
        area=area, trail=tuple(way), children=tuple(parts), period=period, is_exact=chain.is_exact, as_of=as_of(),
        now=own["now"], before={m: own["before"][m] for m in _counted(spans["before"], counted)},
        today=own["today"], yesterday=own["yesterday"], below=below,
        matters=_by_matter(chain, spans["now"], own["now"]), daily=_by_day(chain, (since, last)),
        since=since if since > first else None,
        grids=grids.get(code, 0), absent=_absent(below, grids),
    )  # fmt: skip


def values_below(*, code: str, period: int, viewer: Viewer, at: datetime) -> Mapping[str, Figures]:
    """The figures of the areas directly below one, for its map; refuses whoever is no staff."""
    require_staff(viewer, at)
    today = local_day(at, ZONE)
    chain = _chain(code, trail(code), children(code, today), is_exact=is_local(viewer, code, at))
    return _by_area(chain, {"now": _spans(today, period)["now"]})[1]


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


def _spans(today: date, period: int) -> dict[str, Days]:
    """The spans of days that a page speaks of; stocks are those of a span's last day."""
    first, yesterday = today - timedelta(days=period - 1), today - timedelta(days=1)
    return {
        "now": (first, today),
        "before": (first - timedelta(days=period), first - timedelta(days=1)),
        "today": (today, today),
        "yesterday": (yesterday, yesterday),
    }


def _first_counted() -> date | None:
    found: date | None = PostedDay.objects.aggregate(first=Min("day"))["first"]
    return found


def _counted(span: Days, since: date | None) -> tuple[str, ...]:
    """What was counted over a whole span, counting `since` a day: against days that nobody counted is no change."""
    held = DailyCount.objects.filter(_STOCK, day=span[1]).exists()
    return (*(FLOWS if since is not None and since <= span[0] else ()), *(STOCKS if held else ()))


def _by_area(chain: Chain, spans: Mapping[str, Days]) -> tuple[dict[str, Figures], dict[str, Figures]]:
    """The area's own figures by span, and its children's for the present one."""
    last = spans["now"][1]
    latest = PostedDay.objects.filter(day__lte=last).aggregate(day=Max("day"))["day"] or last
    sums = {name: _sum(span, latest if name == "now" else span[1]) for name, span in spans.items()}
    first = min(latest, *(span[0] for span in spans.values()))
    tables = [
        list(_counts(code, (first, last)).values_list(_part(width), "measure").annotate(**sums))
        for code, width in zip(chain.codes, chain.widths, strict=True)
    ]
    own: dict[str, Figures] = {}
    below: dict[str, dict[str, Shown]] = {part: {} for part in chain.parts}
    for place, name in enumerate(spans, start=2):
        counts = [derived((row[0], row[1], row[place]) for row in rows) for rows in tables]
        shown = {measure: chain.show([table[measure] for table in counts]) for measure in (*FLOWS, *STOCKS)}
        own[name] = {measure: figure for measure, (figure, _parts) in shown.items()}
        for measure, (_figure, parts) in shown.items() if name == "now" else ():
            for part, figure in parts.items():
                below[part][measure] = figure
    return own, dict(below)


def _sum(span: Days, stock_day: date) -> Sum:
    """What happened in a span, and what stood on one day."""
    return Sum("n", filter=(Q(day__range=span) & ~_STOCK) | (Q(day=stock_day) & _STOCK), default=0)


def _counts(code: str, days: Days) -> QuerySet[DailyCount]:
    return DailyCount.objects.filter(lying_in("area_code", [code]), day__range=days).order_by()


def _part(width: int) -> Left:
    """The area in which a count lies today, by the first digits of its code."""
    return Left(current_code("area_code"), width)


def _by_matter(chain: Chain, days: Days, whole: Figures) -> dict[str, Figures]:
    """What of each matter; hidden along the areas, and again where it would give back another matter."""
    tables = [_by_third(code, width, days, "matter_key") for code, width in zip(chain.codes, chain.widths, strict=True)]
    keys = sorted(tables[-1])
    found: dict[str, dict[str, Shown]] = {key: {} for key in keys}
    for measure in BY_MATTER:
        totals = {key: sum(tables[-1][key][measure].values()) for key in keys}
        across = suppress(totals, sum(totals.values()), sealed=not whole[measure].is_exact)
        for key in keys:
            along, _parts = chain.show([table[key][measure] for table in tables])
            found[key][measure] = along if chain.is_exact or not along.is_exact else across[key]
    return dict(found)


def _by_day(chain: Chain, days: Days) -> dict[date, Figures]:
    """What came in and was done on each day of a span."""
    tables = [_by_third(code, width, days, "day") for code, width in zip(chain.codes, chain.widths, strict=True)]
    count = (days[1] - days[0]).days + 1
    return {
        day: {m: chain.show([table[day][m] for table in tables])[0] for m in BY_MATTER}
        for day in (days[0] + timedelta(days=i) for i in range(count))
    }


def _by_third(code: str, width: int, days: Days, column: str) -> Mapping[Any, Mapping[str, dict[str, int]]]:
    """Counts by a third thing (matter, day), measure and child; absent things have none."""
    wanted = _counts(code, days).filter(measure__in=("reported", "closed", "settled"))
    rows: defaultdict[Any, list[tuple[str, str, int]]] = defaultdict(list)
    for third, part, measure, n in wanted.values_list(
        column, Left(current_code("area_code"), width), "measure"
    ).annotate(s=Sum("n")):
        rows[third].append((part, measure, n))
    return defaultdict(lambda: derived(()), {third: derived(found) for third, found in rows.items()})
