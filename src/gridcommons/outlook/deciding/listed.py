"""The figures of cases that are handed on: of public matters alone, each of which stands in the public list.

So no difference between bulletins, areas or days tells more than that list does; `<5` keeps a page from making much of
little. What lies in homes and needs that stand in no list are not counted. Of the areas below, the last whole week.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from gridcommons.kit.disclosure import Shown, alone
from gridcommons.outlook.gathering import Span, Sums, gather
from gridcommons.outlook.periods import Days, each_day
from gridcommons.outlook.queries import counting
from gridcommons.outlook.releases.listing import releasable
from gridcommons.outlook.rules import STOCKS, weights
from gridcommons.outlook.situation import LATELY, Figures, Situation

_DAY: Final = timedelta(days=1)
_WEEK: Final = timedelta(days=7)
_MEASURES: Final = (*LATELY, *STOCKS)


def closed_week(today: date) -> Days:
    """The last whole week before a day, Monday to Sunday."""
    monday = today - timedelta(days=today.weekday()) - _WEEK
    return (monday, monday + _WEEK - _DAY)


def as_listed(week: Situation, today: date) -> Situation:
    """A situation with the figures of public matters in place of all: `below` of the last whole week."""
    codes, counted = [week.area.code, *(one.code for one in week.children)], counting(until=today, on=today)
    stood = counted.stood or counted.until or today
    spans = {
        "now": Span((), stood), "yesterday": Span((today - _DAY,)), "before": Span((today - 2 * _DAY,)),
        "closed": Span(tuple(each_day(closed_week(today))), stood),
        "quiet": Span(tuple(each_day((today - _WEEK, today - _DAY)))),
    }  # fmt: skip
    sums = gather(own=codes, spans=spans, matters=tuple(spans))
    own = {name: _of(sums, name, codes[:1])[codes[0]] for name in ("now", "yesterday", "before")}
    below = _of(sums, "closed", codes[1:])
    return replace(
        week, now=own["now"], yesterday=own["yesterday"], daily={today - 2 * _DAY: own["before"]}, below=below,
        quiet=_of(sums, "quiet", codes[1:]), matters={}, visited=None,
        absent=frozenset(code for code in week.unserved if all(one.value == 0 for one in below[code].values())),
    )  # fmt: skip


def _of(sums: Sums, span: str, codes: Sequence[str]) -> dict[str, Figures]:
    """The figures of a span by area."""
    at = {code: row for row, code in enumerate(sums.codes)}
    listed = [place for key, place in sums.on.matters.items() if key in releasable().listed_matters]
    by, cells = weights(sums.on.measures, sums.on.shape[1], _MEASURES), sums.matters[span]
    counts: Mapping[str, list[int]] = {
        code: (cells[at[code]][listed].sum(axis=0) @ by).tolist() if code in at else [0] * len(_MEASURES)
        for code in codes
    }
    return {code: dict(zip(_MEASURES, map(_told, counts[code]), strict=True)) for code in codes}


def _told(count: int) -> Shown:
    return alone(max(count, 0))
