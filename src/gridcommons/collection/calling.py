"""When a household is called on again: by a campaign, or by a visit that comes again. Pure.

Whoever was met or declined has answered and is left alone. Who is not at home is tried again a few times, on other
days, and then left with a card. An appointment is kept on its day and not before. A household's word that it wants no
visit ends the series for it; what is a convenience begins only with its word that it wants one (charter 13).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

ZONE: Final = ZoneInfo("Asia/Shanghai")
_ANSWERED: Final = frozenset({"done", "declined"})
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Made:
    """A call as it ended. `wanted_at`: for when the household asked. `no_more`: it wants no further one of its kind."""

    day: date
    outcome: str
    wanted_at: datetime | None = None
    no_more: bool = False


@dataclass(frozen=True)
class Series:
    """What asks for calls. `every`: days between them, None for a campaign, which asks for one within its days.

    `most_calls`: misses after which a card is left; `again`: days until the next try; `grace`: days that a visit that
    comes again may be late. `by_consent`: only households that said they want it.
    """

    key: str
    kind: str
    first: date
    last: date
    most_calls: int
    again: int
    every: int | None = None
    grace: int = 7
    by_consent: bool = False


@dataclass(frozen=True)
class Call:
    """A call that is due: from when, by when, and for which moment if the household asked for one."""

    since: date
    until: date
    appointment_at: datetime | None = None


def next_call(series: Series, made: Sequence[Made], wants: bool | None, day: date) -> Call | None:
    """The call that is due at a household on a day; None where none is. `made`: calls of this form, oldest first.

    `wants`: what the household said of the series, None where it said nothing.
    """
    if wants is False or (series.by_consent and not wants) or not series.first <= day <= series.last:
        return None
    if wants is None and any(one.no_more for one in made):
        return None
    found = _of_campaign(series, made) if series.every is None else _of_round(series, series.every, made)
    return found if found is not None and found.since <= day else None


def _of_campaign(series: Series, made: Sequence[Made]) -> Call | None:
    within = [one for one in made if series.first <= one.day <= series.last]
    if any(one.outcome in _ANSWERED for one in within):
        return None
    return _tried(series, within, Call(series.first, series.last))


def _of_round(series: Series, every: int, made: Sequence[Made]) -> Call | None:
    """The turn after the last answer; a turn whose tries are used up ends with its card, and the next one comes."""
    answered = [one.day for one in made if one.outcome in _ANSWERED]
    base = max(answered, default=None)
    start = series.first if base is None else max(series.first, base + every * _DAY)
    until = start + (every if base is None else series.grace) * _DAY
    since = [one for one in made if (base is None or one.day > base) and one.day >= series.first]
    turn = _tried(series, since[-series.most_calls :], Call(start, min(until, series.last)))
    if turn is not None or not since:
        return turn
    again = since[-1].day + every * _DAY
    return Call(again, min(again + series.grace * _DAY, series.last))


def _tried(series: Series, made: Sequence[Made], fresh: Call) -> Call | None:
    """What is due after calls that were not answered; None once a card was left."""
    if not made:
        return fresh
    last = made[-1]
    if last.outcome == "appointment":
        moment = last.wanted_at
        day = moment.astimezone(ZONE).date() if moment else last.day + _DAY
        return Call(day, max(day, fresh.until) if moment is None else day, moment)
    if sum(one.outcome == "not_home" for one in made) >= series.most_calls:
        return None
    return Call(max(last.day + series.again * _DAY, fresh.since), fresh.until)
