"""Sums of every level are a fresh count, whatever came before it: cases, counts and changes of areas in any order."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

import pytest
import shapely

from gridcommons.access.identify import program
from gridcommons.access.scope import on_day, viewing
from gridcommons.cases.actions import file_case
from gridcommons.cases.counting import FLOWS, count_changes, count_days
from gridcommons.cases.models import Case
from gridcommons.kit.errors import Refusal
from gridcommons.outlook.models import Block, PostedDay
from gridcommons.outlook.queries import sums_of
from gridcommons.territory.models import Area
from gridcommons.territory.reorganising.rules import Change, Target
from gridcommons.territory.succession import areas_now
from redrawn_town import CITY, DAY, NEXT_COUNTY, SECOND_VILLAGE, carried_out, moved_away, redraw
from territory.test_reorganising import cut
from town import AT, COUNTY, FAR, GRID, NEXT_GRID, OTHER_TOWNSHIP, TOWNSHIP, Town
from web.office_town import report

_COUNTER = program("counting")
_CITY = ("city_officer", "second_city_officer")
MERGED = Change("merge", (TOWNSHIP, OTHER_TOWNSHIP), (Target(TOWNSHIP, "妙高街道"),))
Sums = dict[tuple[str, int], dict[str, int]]


@pytest.fixture
def town(standing_town: Town, db: None) -> Town:
    return redraw(standing_town)


def sums(at: datetime, days: int) -> Sums:
    """By area of every level and day what was counted, and what stands open today."""
    found: Sums = {}
    with on_day(at):
        for code in Area.objects.filter(valid_to__isnull=True).values_list("code", flat=True):
            for ago in range(days + 1):
                day = at.date() - timedelta(days=ago)
                kept = FLOWS if ago else (*FLOWS, "open")
                numbers = {name: n for name, n in sums_of(code, day, day).items() if n and name in kept}
                found |= {(code, ago): numbers} if numbers else {}
    return found


def anew(at: datetime, days: int) -> Sums:
    """The same after everything that was counted is thrown away and counted once, in the areas of today."""
    with viewing(_COUNTER, at, deed="outlook.post"):
        Block.objects.all().delete()
        PostedDay.objects.all().delete()
    count_days(first=at.date() - timedelta(days=days), last=at.date(), by=_COUNTER, at=at)
    return sums(at, days)


def standing(at: datetime) -> Counter[str]:
    """Open cases by the codes that hold the area of each today, from the cases alone."""
    found: Counter[str] = Counter()
    with viewing(_COUNTER, at):
        rows = dict(Case.objects.filter(ended_at__isnull=True).values_list("pk", "area_code"))
        for code in areas_now(rows).values():
            found.update(area for area in Area.objects.values_list("code", flat=True) if code.startswith(area))
    return found


def require_whole(at: datetime, days: int) -> None:
    """Refuse sums that are not a fresh count."""
    count_changes(by=_COUNTER, at=at)
    held = sums(at, days)
    opened = {code: numbers["open"] for (code, ago), numbers in held.items() if not ago and "open" in numbers}
    assert opened == standing(at)
    fresh = anew(at, days)
    assert {key: (held.get(key), fresh.get(key)) for key in held | fresh if held.get(key) != fresh.get(key)} == {}


def test_the_whole_goes_along_when_what_was_merged_moves(town: Town) -> None:
    report(town, lon=FAR[0], lat=FAR[1])
    report(town)
    count_changes(by=_COUNTER, at=AT + timedelta(hours=1))
    carried_out(town, MERGED, at=AT + timedelta(hours=2))
    moved_away(town, at=AT + timedelta(days=1))
    with on_day(AT + timedelta(days=1)):
        assert [sums_of(code, DAY, DAY).get("reported", 0) for code in (CITY, COUNTY, NEXT_COUNTY)] == [2, 0, 2]
    require_whole(AT + timedelta(days=1, hours=4), 1)


def test_neighbours_of_a_divided_grid_stay_counted(town: Town) -> None:
    west, _east = report(town, lon=119.265), report(town, lon=119.275)
    count_changes(by=_COUNTER, at=AT + timedelta(hours=1))
    carried_out(town, cut(keep=True), at=AT + timedelta(hours=2))
    file_case(case_id=west.case_id, by=town.supervisor, at=AT + timedelta(hours=3))
    require_whole(AT + timedelta(hours=4), 0)


def test_a_correction_days_after_a_division_takes_nothing_of_a_neighbour(town: Town) -> None:
    west, _east = report(town, lon=119.265), report(town, lon=119.275)
    for n in range(9):
        count_changes(by=_COUNTER, at=AT + timedelta(days=n, hours=1))
    carried_out(town, cut(keep=True), at=AT + timedelta(days=9))
    count_changes(by=_COUNTER, at=AT + timedelta(days=9, hours=1))
    file_case(case_id=west.case_id, by=town.supervisor, at=AT + timedelta(days=9, hours=2), area_code=NEXT_GRID)
    require_whole(AT + timedelta(days=9, hours=3), 9)


def test_a_case_that_is_given_back_to_the_grid_that_lives_on_takes_its_counts_along(town: Town) -> None:
    east = report(town, lon=119.275)
    count_changes(by=_COUNTER, at=AT + timedelta(hours=1))
    carried_out(town, cut(keep=True), at=AT + timedelta(hours=2))
    count_changes(by=_COUNTER, at=AT + timedelta(hours=3))
    file_case(case_id=east.case_id, by=town.supervisor, at=AT + timedelta(days=3, hours=1), area_code=GRID)
    require_whole(AT + timedelta(days=3, hours=2), 3)
    with on_day(AT):
        assert sums_of(GRID, DAY, DAY).get("reported") == 1


class _Life:
    """A town to which things happen by chance: what is possible next, and the moment."""

    def __init__(self, town: Town, seed: int) -> None:
        self.town, self.chance, self.at = town, random.Random(seed), AT
        self.waiting: list[UUID] = []
        self.plans = list(self._plans())
        self.chance.shuffle(self.plans)

    def _plans(self) -> Iterator[tuple[str, tuple[Change, ...]]]:
        """Changes of areas that may happen in any order that leaves their areas alive."""
        far = shapely.box(119.28, 28.58, 119.29, 28.60), shapely.box(119.29, 28.58, 119.30, 28.60)
        yield COUNTY, (cut(keep=self.chance.random() < 0.5),)
        yield COUNTY, (MERGED,)
        yield CITY, (Change("move", (TOWNSHIP,), (Target("331124101", "妙高街道"),)),)
        yield CITY, (Change("move", (OTHER_TOWNSHIP,), (Target("331124102", "云峰街道"),)),)
        yield COUNTY, (Change("merge", (GRID, NEXT_GRID), (Target(GRID, "腾龙社区第1网格"),)),)
        yield (
            COUNTY,
            (
                Change(
                    "split",
                    (NEXT_GRID,),
                    tuple(
                        Target(code, name, share, outline=shapely.to_wkb(box))
                        for code, name, share, box in zip(
                            (NEXT_GRID, f"{SECOND_VILLAGE}007"), ("第2网格", "第7网格"), (0.5, 0.5), far, strict=True
                        )
                    ),
                ),
            ),
        )

    def step(self) -> str:
        """Let one thing happen."""
        self.at += timedelta(hours=self.chance.choice((1, 2, 5)))
        if self.at.hour >= 14:  # the local day ends soon after
            self.at = self.at.replace(hour=1) + timedelta(days=self.chance.choice((1, 1, 2)))
        what = self.chance.choice(("report", "report", "report", "file", "correct", "count", "count", "plan"))
        getattr(self, f"_{what}")()
        return what

    def _report(self) -> None:
        lon, lat = self.chance.choice([(119.265, 28.59), (119.275, 28.59), (119.285, 28.59), (119.295, 28.59), FAR])
        made = report(self.town, at=self.at, lon=lon, lat=lat)
        self.waiting.append(made.case_id)

    def _file(self, area: str = "") -> None:
        if self.waiting:
            case = self.waiting.pop(self.chance.randrange(len(self.waiting)))
            with suppress(Refusal):  # it lies elsewhere by now, or is to go where the supervisor has no say
                file_case(case_id=case, by=self.town.supervisor, at=self.at, area_code=area)

    def _correct(self) -> None:
        with on_day(self.at):
            live = Area.objects.filter(level="grid", valid_to__isnull=True).order_by("code")
            self._file(self.chance.choice(list(live.values_list("code", flat=True))))

    def _count(self) -> None:
        count_changes(by=_COUNTER, at=self.at)

    def _plan(self) -> None:
        """The next change whose areas are alive; a plan that does not fit any more is left out."""
        if self.plans:
            self.at = self.at.replace(hour=1) + timedelta(days=1)  # what was made today cannot end today
            area, changes = self.plans.pop()
            who = _CITY if area == CITY else ("county_officer", "second_officer")
            old = {code for change in changes for code in change.old}
            if Area.objects.filter(code__in=old, valid_to__isnull=True).count() == len(old):
                carried_out(self.town, *changes, area=area, at=self.at, who=who)


@pytest.mark.parametrize("seed", [1, 3, 5])
def test_after_any_sequence_the_sums_are_a_fresh_count(town: Town, seed: int) -> None:
    life = _Life(town, seed)
    done = [life.step() for _step in range(40)]
    assert {"report", "count", "plan"} <= set(done)
    require_whole(life.at + timedelta(hours=1), (life.at.date() - DAY).days + 1)
