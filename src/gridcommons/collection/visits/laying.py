"""The way of visits down: the days that changed are laid into the lake, and their counts handed on to outlook.

Every step may be repeated: a file is replaced whole, counts are posted in place of those before, and what was read is
noted last. So a stop in the middle costs the time of doing it again, and nothing else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final

from gridcommons.access.rules import Viewer
from gridcommons.access.scope import viewing
from gridcommons.cases.codes import ZONE
from gridcommons.collection.visits.actions import LAKE, Laid, note_read, write_day
from gridcommons.collection.visits.days import settled_until, touched
from gridcommons.collection.visits.models import LeftDay, ReadMark, WrittenDay
from gridcommons.collection.visits.rules import form_and_outcome, is_reached, keeping
from gridcommons.kit.clock import local_day
from gridcommons.lake.coverage import DAYS, last_seen
from gridcommons.lake.cubes import Cube
from gridcommons.lake.facts import Visits, only
from gridcommons.lake.handing import counts_of
from gridcommons.lake.store import Entry, Lake
from gridcommons.outlook.actions import Count, post_counts
from gridcommons.outlook.queries import posted
from gridcommons.outlook.rules import ALL_VISITS

SOURCE: Final = "visits"
FLOWS: Final = ("visits", "not_home", "declined", "appointment", "visit_minutes", "elsewhere", "reached_day")
STOCK: Final = "reached"
_BEGINNING: Final = datetime(2000, 1, 1, tzinfo=UTC)
_OF_CUBES: Final = ("visits", "visit_minutes")


def write_changes(*, lake: Lake, by: Viewer, at: datetime) -> int:
    """Write every day that changed since the last time, count it, and post it; returns how many days of counties.

    On a day's first run the households of the last seven days are posted for today wherever there are any.
    """
    today = local_day(at, ZONE)
    with viewing(by, at):
        until = settled_until()
        left = list(LeftDay.objects.values_list("id", flat=True))
        mark = ReadMark.objects.filter(name=LAKE).values_list("until", flat=True).first() or _BEGINNING
        found = sorted(touched(mark, left))
    written = _write(lake, found, today, by, at)
    _roll_on(lake, {county for county, _day in found}, today, by, at)
    if found or left:
        note_read(until=until, left=left, by=by, at=at)
    return written


def write_missing(*, lake: Lake, by: Viewer, at: datetime) -> int:
    """Write days again whose file is not what was written: lost, or brought back from elsewhere or from a backup."""
    today = local_day(at, ZONE)
    with viewing(by, at):
        known = list(WrittenDay.objects.order_by("county", "day").values_list("county", "day", "sha256"))
    there = {county: lake.days(county) for county in {county for county, _day, _sha in known}}
    lost = [(county, day) for county, day, sha in known if not _lies(lake, county, there[county].get(day), sha)]
    return _write(lake, lost, today, by, at)


def _lies(lake: Lake, county: str, entry: Entry | None, sha256: str) -> bool:
    """Whether a day's file is there and is the one that was written; a backup may miss one replaced as it ran."""
    return entry is not None and entry.sha256 == sha256 and lake.path(county, entry).exists()


def _write(lake: Lake, found: Sequence[tuple[str, date]], today: date, by: Viewer, at: datetime) -> int:
    """Write and post the days of each county; those that are kept no longer, and days to come, are passed over."""
    first, by_county = today - timedelta(days=keeping().keep_days), defaultdict(list)
    for county, day in found:
        if first <= day <= today:
            by_county[county].append(day)
    for county, days in by_county.items():
        laid = [write_day(lake=lake, county=county, day=day, by=by, at=at) for day in days]
        _hand_down(lake, county, laid, today, by, at)
    return sum(map(len, by_county.values()))


def _hand_down(lake: Lake, county: str, laid: Sequence[Laid], today: date, by: Viewer, at: datetime) -> None:
    """Post what happened on these days, and the households reached in each week that one of them lies in."""
    days = [one.day.day for one in laid]
    counts = [count for one in laid for count in counts_of_day(one)]
    post_counts(counts=counts, days=days, measures=FLOWS, under=county, source=SOURCE, by=by, at=at)
    ends = {day + timedelta(days=ahead) for day in days for ahead in range(DAYS)}
    _post_weeks(lake, county, sorted(day for day in ends if day <= today), by, at)


def _roll_on(lake: Lake, done: Iterable[str], today: date, by: Viewer, at: datetime) -> None:
    """Post today's last seven days of the counties of which nothing was written this time, once a day."""
    known = posted(SOURCE, today)
    if known is not None and known.day == today:
        return
    with viewing(by, at):
        recent = WrittenDay.objects.filter(day__gt=today - timedelta(days=DAYS), day__lte=today)
        counties = set(recent.values_list("county", flat=True)) - set(done)
    for county in sorted(counties):
        _post_weeks(lake, county, [today], by, at)


def _post_weeks(lake: Lake, county: str, ends: Sequence[date], by: Viewer, at: datetime) -> None:
    """Post the households reached in the seven days up to each of these."""
    there, counts = lake.days(county), []
    held: dict[date, Visits] = {}
    for end in ends:
        week = [day for back in range(DAYS) if (day := end - timedelta(days=back)) in there]
        held = {day: held[day] if day in held else _reached(lake.read(county, day)) for day in week}
        counts += [Count(grid, end, ALL_VISITS, STOCK, n) for grid, n in last_seen(held.values()).items()]
    post_counts(counts=counts, days=ends, measures=[STOCK], under=county, source=SOURCE, by=by, at=at)


def _reached(visits: Visits) -> Visits:
    return only(visits, [kind for kind in visits.kinds if is_reached(kind)])


def counts_of_day(laid: Laid) -> Iterator[Count]:
    """The numbers of a day by grid and matter: visits, how they ended, minutes, and the households reached."""
    day, added = laid.day.day, _added_up(laid.cube, laid.day.matters)
    yield from (Count(grid, day, matter, measure, n) for (grid, matter, measure), n in added.items())
    yield from (Count(area, day, matter, "elsewhere", n) for (area, matter), n in laid.day.elsewhere.items())
    seen = last_seen([_reached(laid.day.visits)])
    yield from (Count(grid, day, ALL_VISITS, "reached_day", n) for grid, n in seen.items())


def _added_up(cube: Cube, matters: Mapping[str, str]) -> dict[tuple[str, str, str], int]:
    """The cube's numbers by grid, matter and measure; kinds of one matter together."""
    added: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    for one in counts_of(cube):
        outcome = form_and_outcome(one.matter_key)[1]
        where = one.area_code, matters.get(one.matter_key, one.matter_key)
        if one.measure in _OF_CUBES:
            added[*where, one.measure] += one.n
        if one.measure == "visits" and outcome in FLOWS:
            added[*where, outcome] += one.n
    return dict(added)
