"""How a reading holds on the day on which it is looked at: by figures older than its scheme takes, an area is unknown.

The job reads every day, and ages what it reads. Where it does not run, or fails for one scheme, the last reading would
stand for good; so whoever shows or uses a colour asks here, by the day of the look.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Final

from gridcommons.kit.dates import day_words
from gridcommons.kit.words import Words
from gridcommons.outlook.colours.scheme import GREY, Scheme
from gridcommons.outlook.painting.models import Reading, Stood
from gridcommons.outlook.painting.rules import Standing, State

STANDING: Final = tuple(one.name for one in fields(Standing))


@dataclass(frozen=True)
class Seen:
    """A reading on a day: the level that it still gives. `since`: from which day on its figures are too old."""

    level: str
    day: date
    read_on: date
    as_of: date | None
    most: int
    since: date | None

    @property
    def is_stale(self) -> bool:
        """Whether its figures became too old after it was made."""
        return self.since is not None

    def reasons(self) -> Iterator[Words]:
        """Why it is unknown, where that is for its age: no figure of the area, only days."""
        if self.since is None or self.as_of is None:
            return
        age = (self.day - self.as_of).days
        read = day_words(self.read_on, this_year=self.day.year)
        yield Words(
            f"颜色依据的最近一次报告已过{age}天，超过{self.most}天即为未知",
            f"the last report that was read is {age} days old; over {self.most} days an area is unknown",
        )
        yield Words(
            f"{read.zh}之后没有再读数，所以不显示那天的颜色",
            f"nothing was read after {read.en}, so the colour of that day is not shown",
        )


def seen_on(scheme: Scheme, reading: Reading, day: date) -> Seen:
    """How a reading holds on a day; a day later than its figures allow, it is grey whatever it said."""
    most, as_of, since = scheme.grey.older_than_days, reading.as_of, None
    if reading.day < day and as_of is not None and (day - as_of).days > most:
        since = max(reading.day, as_of + timedelta(most)) + timedelta(1)
    return Seen(GREY if since else reading.level, day, reading.day, as_of, most, since)


def standing_of(row: Stood | None) -> Standing:
    """How an area stands, from its last row."""
    if row is None:
        return Standing()
    held = {name: getattr(row, name) for name in STANDING}
    return Standing(**{**held, "state": State(row.state)})
