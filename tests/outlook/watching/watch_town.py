"""Quiet weeks in the town's county and an outbreak at their end, handed in and counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np

from gridcommons.access.identify import program
from gridcommons.access.rules import Viewer
from gridcommons.outlook.actions import Count, post_counts
from gridcommons.outlook.reported.actions import hand_in
from gridcommons.outlook.watching.models import WatchRun
from gridcommons.outlook.watching.watch import watch_days
from outlook.reported.counts_town import sheet
from town import AT, COUNTY, GRID, OTHER_TOWNSHIP, TOWNSHIP

JOB = program("test watching")
TODAY = AT.date()
YESTERDAY = TODAY - timedelta(days=1)
WEEKS = 84
OUTBREAK = 60


def quiet(seed: int, mean: float = 8.0, days: int = WEEKS) -> list[int]:
    """Counts of days on which nothing happens."""
    drawn = np.random.default_rng(seed).poisson(mean, days)
    return [int(n) for n in drawn]


def lines(code: str, counts: list[int], last: date = YESTERDAY) -> Iterator[str]:
    """Counts as lines of a file, the last one of a day."""
    first = last - timedelta(days=len(counts) - 1)
    for n, count in enumerate(counts):
        yield f"{code},{first + timedelta(days=n)},{count},"


def hand_in_weeks(by: Viewer, *, outbreak: int = OUTBREAK, indicator: str = "fever") -> None:
    """Twelve quiet weeks of two townships; in the first one the last day stands out."""
    first, other = quiet(1), quiet(2)
    first[-1] = outbreak
    text = sheet(*lines(TOWNSHIP, first), *lines(OTHER_TOWNSHIP, other))
    hand_in(area_code=COUNTY, indicator=indicator, text=text, by=by, at=AT)


def count_weeks(*, last: int = 40, matter: str = "pests_rodents") -> None:
    """The same counted from cases in one grid: pests in twelve weeks, many on the last day."""
    days = [TODAY - timedelta(days=n) for n in range(WEEKS, -1, -1)]
    counts = [*quiet(3, 2.0, WEEKS - 1), last, 0]
    posted = [Count(GRID, day, matter, "reported", n) for day, n in zip(days, counts, strict=True) if n]
    post_counts(counts=posted, days=days, measures=["reported"], by=JOB, at=AT)


def watch(hours: float = 6) -> WatchRun:
    """The job of days, some hours after the figures came."""
    return watch_days(by=JOB, at=AT + timedelta(hours=hours))
