"""Rooms of outlook: a health officer hands synthetic counts in, an outbreak raises warnings, officers judge some.

Every figure is drawn by a seed; none is anybody's. The centre of the outbreak is the township that the demo shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Final

import numpy as np

from gridcommons.kit.clock import local_day
from gridcommons.kit.words import Words
from gridcommons.outlook.reported import actions as reported
from gridcommons.outlook.reported.queries import hand_ins
from gridcommons.outlook.watching.actions import judge_warning
from gridcommons.outlook.watching.queries import WarningFacts, Wish, warnings
from gridcommons.outlook.watching.scans import watch_clusters
from gridcommons.outlook.watching.watch import watch_days
from gridcommons.rehearsal.rooms import JOB, Room, Stage, texts
from gridcommons.territory.queries import AreaFacts, below
from gridcommons.territory.succession import ZONE

_OFFICER: Final = "health"
_DUTY: Final = "duty"
_WEEKS: Final = 84
_LATE_DAYS: Final = 6
"""The last days are handed in one by one, each a day later, the rest at once before them."""
_MEANS: Final[Mapping[str, float]] = {"fever": 9.0, "diarrhoea": 3.0, "absent": 12.0}
"""Cases are handed in by the room of colours, day by day as they would have been known."""
_OUTBREAK: Final[Mapping[str, Sequence[float]]] = {"fever": (2.0, 3.0, 4.5, 6.0)}
"""How many times the usual count of the last days up to yesterday, in the centre; half of that beside it."""
_BESIDE: Final = 2
_SEED: Final = 34
_JUDGED: Final = (("true", _OFFICER), ("known", _DUTY), ("false", _OFFICER))


def _counts(town: int, indicator: str, usual: float, beside: float) -> list[int]:
    """Counts of a township's days up to yesterday; `beside`: how much of the outbreak reaches it."""
    rng = np.random.default_rng([_SEED, town, *indicator.encode()])
    week = np.array([1.2, 1.1, 1.0, 1.0, 1.05, 0.85, 0.8])[np.arange(_WEEKS) % 7]
    mean = usual * week * rng.gamma(20.0, 1 / 20.0, _WEEKS)
    times = _OUTBREAK.get(indicator, ())
    for back, factor in enumerate(reversed(times), 1):
        mean[-back] *= 1 + (factor - 1) * beside
    return [int(n) for n in rng.poisson(mean)]


def _near(stage: Stage) -> list[AreaFacts]:
    """The county's townships, the centre first, then by how near they are."""
    towns = below(stage.county, "township")
    centre = stage.area(stage.township)
    return sorted(towns, key=lambda one: (one.code != centre.code, _apart(one, centre), one.code))


def _apart(one: AreaFacts, other: AreaFacts) -> float:
    if None in {one.lon, one.lat, other.lon, other.lat}:
        return float("inf")
    assert one.lon is not None
    assert one.lat is not None
    assert other.lon is not None
    assert other.lat is not None
    return (one.lon - other.lon) ** 2 + (one.lat - other.lat) ** 2


def _lines(towns: Sequence[AreaFacts], indicator: str, last: date) -> dict[date, list[str]]:
    """The lines of each day."""
    found: dict[date, list[str]] = {}
    for number, town in enumerate(towns):
        beside = 1.0 if not number else 0.5 if number <= _BESIDE else 0.0
        share = 0.4 + 0.6 / (1 + number / 4)
        for back, count in enumerate(reversed(_counts(number, indicator, _MEANS[indicator] * share, beside))):
            day = last - timedelta(days=back)
            found.setdefault(day, []).append(f"{town.code},{day},{count},")
    return found


def _handed(stage: Stage) -> None:
    """Twelve weeks of three counts: the past at once, the last days singly; a correction; a file withdrawn again."""
    by, towns, said = stage.who(_OFFICER), _near(stage), texts()["counts"]
    yesterday = local_day(stage.now, ZONE) - timedelta(days=1)
    for indicator in _MEANS:
        days = _lines(towns, indicator, yesterday)
        for text, at in _files(stage, days, yesterday):
            reported.hand_in(
                area_code=stage.county, indicator=indicator, text=text, name=f"{indicator}.csv", by=by, at=at
            )
    wrong = reported.hand_in(
        area_code=stage.county, indicator="tests", text=f"{_HEAD}{towns[0].code},{yesterday},120,\n", by=by,
        at=stage.ago(minutes=55),
    )  # fmt: skip
    reported.withdraw(hand_in_id=wrong.pk, why=said["withdrawn"], by=by, at=stage.ago(minutes=50))
    watch_days(by=JOB, at=stage.ago(minutes=40))
    _corrected(stage, towns[0], yesterday, said["corrected"])
    watch_days(by=JOB, at=stage.ago(minutes=20))
    watch_clusters(kept=None, by=JOB, at=stage.ago(minutes=19))
    _judged(stage, said["words"])


_HEAD: Final = "area,date,count,imported\n"


def _files(stage: Stage, days: Mapping[date, list[str]], yesterday: date) -> Iterator[tuple[str, datetime]]:
    """The files with the moments at which they were handed in."""
    until = yesterday - timedelta(days=_LATE_DAYS)
    early = [line for day, lines in sorted(days.items()) if day <= until for line in lines]
    yield _HEAD + "\n".join(early) + "\n", stage.now - timedelta(days=_LATE_DAYS, minutes=60)
    for back in reversed(range(_LATE_DAYS)):
        text = _HEAD + "\n".join(days[yesterday - timedelta(days=back)]) + "\n"
        yield text, stage.now - timedelta(days=back, minutes=60)


def _corrected(stage: Stage, town: AreaFacts, day: date, why: str) -> None:
    """Some visits of the centre came later."""
    text = f"{_HEAD}{town.code},{day},{_counts(0, 'fever', _MEANS['fever'], 1.0)[-1] + 7},\n"
    reported.hand_in(
        area_code=stage.county,
        indicator="fever",
        text=text,
        reason=why,
        by=stage.who(_OFFICER),
        at=stage.ago(minutes=30),
    )


def _judged(stage: Stage, words: Sequence[str]) -> None:
    """Some of the warnings were looked at."""
    wish = Wish(stage.county, state="open")
    rows: list[WarningFacts] = warnings(
        wish=wish, viewer=stage.who(_OFFICER), at=stage.now, day=local_day(stage.now, ZONE)
    )
    for row, word, (verdict, name) in zip([one for one in rows if one.stands][2:], words, _JUDGED, strict=False):
        judge_warning(
            thread=row.thread, verdict=verdict, word=word, by=stage.who(name), at=stage.ago(minutes=10),
            purpose="service" if name == _DUTY else "overview",
        )  # fmt: skip


def _is_handed(stage: Stage) -> bool:
    return hand_ins(viewer=stage.who(_OFFICER), at=stage.now)[1] > 0


ROOMS: Final = (Room(Words("每日上报与预警", "daily counts and warnings"), _is_handed, _handed),)
