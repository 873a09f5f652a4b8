"""The job: all series of a house read, judged and posted, by day and by week; a second run changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from gridcommons.access.rules import Viewer
from gridcommons.access.scope import viewing
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA
from gridcommons.kit.words import Words
from gridcommons.outlook.periods import ZONE
from gridcommons.outlook.watching import judging
from gridcommons.outlook.watching.actions import NewAlarm, Watched, post_warnings
from gridcommons.outlook.watching.judging import Found, Judged, judge
from gridcommons.outlook.watching.listing import Watched as Series
from gridcommons.outlook.watching.listing import Watching, watching
from gridcommons.outlook.watching.models import WatchRun
from gridcommons.outlook.watching.series import Laid, by_week, laid_out, told_together
from gridcommons.territory.queries import below

Floats = npt.NDArray[np.float64]
_DAY: Final = timedelta(days=1)
_WEEK: Final = 7
_YEAR: Final = 52
_SPARE: Final = 4
"""Weeks beside whole years: the half window about the earliest date, and one."""


def areas_watched() -> list[str]:
    """The counties and townships of today, by code."""
    return [area.code for level in ("county", "township") for area in below("", level)]


def counties_of(codes: Sequence[str]) -> list[str]:
    """The county of each area, by which false alarms are held down."""
    return [CHINA.cut(code, "county") for code in codes]


@dataclass(frozen=True)
class Stack:
    """Many series of the same areas and steps, one below the other, with what stands behind each row."""

    laid: Sequence[Laid]
    codes: tuple[str, ...]
    days: tuple[date, ...]
    counts: Floats
    counties: npt.NDArray[np.intp]

    @property
    def keys(self) -> tuple[str, ...]:
        """The series in it."""
        return tuple(one.of.key for one in self.laid)

    def behind(self, row: int) -> tuple[Laid, str]:
        """The series and area of a row."""
        which, area = divmod(row, len(self.codes))
        return self.laid[which], self.codes[area]


def stacked(laid: Sequence[Laid], days: tuple[date, ...], counts: Sequence[Floats]) -> Stack:
    """Series put together; at least one."""
    codes = laid[0].codes
    _names, groups = np.unique(counties_of(codes), return_inverse=True)
    return Stack(laid, codes, days, np.concatenate(counts), np.tile(groups, len(laid)))


def watch_days(*, by: Viewer, at: datetime) -> WatchRun:
    """Judge the last days of every series against the same weekday of the weeks before; today as far as it has come."""
    held, today = watching(), local_day(at, ZONE)
    with viewing(by, at):
        stack = _read(held, today)
        if stack is None:
            return post_warnings(watched=_nothing(held, "default", today), by=by, at=at)
        first = len(stack.days) - held.rules.judged
        found = judge(stack.counts, stack.counties, first=first, share=held.rules.share)
        watched = _told(held, stack, found, first, "default", today)
    return post_warnings(watched=watched, by=by, at=at)


def _read(held: Watching, today: date) -> Stack | None:
    codes = areas_watched()
    laid = laid_out(held.judged, codes, today - (held.rules.history - 1) * _DAY, today) if codes else []
    return stacked(laid, laid[0].days, [one.counts for one in laid]) if laid else None


def watch_weeks(*, by: Viewer, at: datetime) -> WatchRun:
    """Judge the last whole week of every series against the season of earlier years, where these are known."""
    held, today = watching(), local_day(at, ZONE)
    sunday = today - (today.weekday() + 1) * _DAY
    with viewing(by, at):
        stack, notes = _read_weeks(held, sunday)
        if stack is None:
            nothing = replace(_nothing(held, "farrington", sunday), notes=notes)
            return post_warnings(watched=nothing, by=by, at=at)
        first = stack.counts.shape[1] - 1
        years = min(held.rules.years, first // _YEAR)
        found = judge(
            stack.counts, stack.counties, first=first, share=held.rules.share, method="farrington", days=stack.days,
            options={"years_back": years},
        )  # fmt: skip
        watched = replace(_told(held, stack, found, first, "farrington", today), notes=notes)
    return post_warnings(watched=watched, by=by, at=at)


def _read_weeks(held: Watching, sunday: date) -> tuple[Stack | None, tuple[dict[str, str], ...]]:
    """Weekly counts of the series that go back far enough; those that do not are named."""
    codes = areas_watched()
    first = sunday - (held.rules.years * _YEAR + _SPARE) * _WEEK * _DAY + _DAY
    kept: list[Laid] = []
    weekly: list[Floats] = []
    short: list[Words] = []
    weeks: tuple[date, ...] = ()
    for series in held.judged if codes else ():
        laid = laid_out([series], codes, first, sunday)[0]
        counts, weeks = by_week(laid.counts, laid.days)
        if _years_known(counts) < held.rules.fewest_years:
            short.append(series.name)
        else:
            kept.append(replace(laid, counts=np.zeros((0, 0))))
            weekly.append(counts)
    notes = (too_short(short, held.rules.fewest_years).as_dict(),) if short else ()
    if not kept:
        return None, notes
    begin = max(_first_known(counts) for counts in weekly)
    return stacked(kept, weeks[begin:], [counts[:, begin:] for counts in weekly]), notes


def _first_known(counts: Floats) -> int:
    known = np.flatnonzero(~np.isnan(counts).all(axis=0))
    return int(known[0]) if known.size else counts.shape[1]


def _years_known(counts: Floats) -> int:
    """Whole years before the last week of which anything is known."""
    return int(max(0, counts.shape[1] - 1 - _first_known(counts)) // _YEAR)


def too_short(names: Sequence[Words], years: int) -> Words:
    """A note of series that do not go back far enough."""
    zh, en = "、".join(one.zh for one in names), ", ".join(one.en for one in names)
    return Words(
        f"已知不足{years}年，未按往年同季判断：{zh}。",
        f"Known for less than {years} years, not judged by season: {en}.",
    )


def _nothing(held: Watching, method: str, last: date) -> Watched:
    """What a run over no area or no series comes to."""
    first = last - (held.rules.judged - 1) * _DAY if method == "default" else last
    return Watched(method, first, last, held.version, 0, 0, 0, 0, tuple(one.key for one in held.judged))


def _told(held: Watching, stack: Stack, found: Judged, first: int, method: str, today: date) -> Watched:
    alarms = tuple(_alarm(held, stack, found, one, method, today) for one in found.found)
    return Watched(
        method, stack.days[first], stack.days[-1], held.version, len(stack.counts), found.judged, found.unknown,
        found.dropped, stack.keys, alarms, notes=_notes_of_all(stack),
    )  # fmt: skip


def _notes_of_all(stack: Stack) -> tuple[dict[str, str], ...]:
    """What is to be said of whole series, each with its name."""
    return told_together((one.of.name, note) for one in stack.laid for note in one.notes)


def _alarm(held: Watching, stack: Stack, judged: Judged, one: Found, method: str, today: date) -> NewAlarm:
    laid, code = stack.behind(one.row)
    day = stack.days[one.at]
    notes = judging.notes_of(stack.counts, one, is_today=day == today)
    notes += _parts_note(stack, laid.of, code, one)
    return NewAlarm(
        code, CHINA.cut(code, "county"), laid.of.key, day, method, one.count, one.expected, one.upper, one.p, one.q,
        one.excess, one.place, _evidence(held, stack, judged, one), [note.as_dict() for note in notes],
    )  # fmt: skip


def _parts_note(stack: Stack, of: Series, code: str, one: Found) -> list[Words]:
    """Where a county's own figure that was handed in is not the sum of its townships'."""
    if of.source != "handed_in" or len(code) != CHINA.width("county"):
        return []
    start = one.row - stack.codes.index(code)
    rows = [start + n for n, other in enumerate(stack.codes) if other.startswith(code) and other != code]
    parts = stack.counts[rows, one.at]
    whole = float(np.nansum(parts))
    off = bool(rows) and (whole > one.count or (not np.isnan(parts).any() and whole != one.count))
    return [judging.DISAGREES] if off else []


def _evidence(held: Watching, stack: Stack, judged: Judged, one: Found) -> dict[str, Any]:
    """The last steps of the series with what was expected and the bound, None where not known."""
    span = slice(max(0, one.at - held.rules.evidence + 1), one.at + 1)

    def told(figures: Floats) -> list[float | None]:
        return [None if np.isnan(n) else round(float(n), 2) for n in figures[one.row, span]]

    return {
        "days": [str(day) for day in stack.days[span]], "counts": told(stack.counts),
        "expected": told(judged.bounds.expected), "bound": told(judged.bounds.upper),
    }  # fmt: skip
