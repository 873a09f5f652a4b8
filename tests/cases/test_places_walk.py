"""Whatever becomes of areas, each case lies where the changes led it: for offices, on public pages and in the sums."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest
import shapely

from gridcommons.access.actions import open_office
from gridcommons.access.roles import ROLES
from gridcommons.access.rules import GrantFacts, Viewer
from gridcommons.access.scope import on_day, viewing
from gridcommons.cases.actions import report_case, republish_places
from gridcommons.cases.counting import count_changes
from gridcommons.cases.filing import Report
from gridcommons.cases.hotline.actions import follow_known
from gridcommons.cases.hotline.models import Follower
from gridcommons.cases.models import Case, PublicCase
from gridcommons.cases.queries import public_cases
from gridcommons.kit.errors import Refusal
from gridcommons.kit.lineage import in_force
from gridcommons.outlook.queries import sums_of
from gridcommons.people.contacts import Contact
from gridcommons.people.models import ReporterContact
from gridcommons.territory.actions import NewArea, draw_boundaries, load_areas
from gridcommons.territory.models import Area, Boundary, Succession
from gridcommons.territory.reorganising.rules import Change, Target
from gridcommons.territory.succession import things_in
from outlook.test_sums_hold import anew, sums
from redrawn_town import NEXT_TOWNSHIP, SETUP, carried_out, member, redraw
from town import AT, OTHER_TOWNSHIP, Town

PROVINCE = "33"
OFFICERS = ("province_officer", "second_province_officer")
VERBS = ("rename", "move", "recode", "merge", "split", "retire")
NEXT_VILLAGE, EMPTY = f"{NEXT_TOWNSHIP}300", f"{OTHER_TOWNSHIP}200002"
_HALF = 0.5


@pytest.fixture
def town(standing_town: Town, db: None) -> Town:
    """The redrawn town with a grid in the next county and one in which nobody lives."""
    found = redraw(standing_town)
    more = (
        (NEXT_VILLAGE, "village", NEXT_TOWNSHIP), (f"{NEXT_VILLAGE}001", "grid", NEXT_VILLAGE),
        (EMPTY, "grid", f"{OTHER_TOWNSHIP}200"),
    )  # fmt: skip
    load_areas(
        areas=[NewArea(code, level, f"新{code[-3:]}", parent, code) for code, level, parent in more], issuer="test",
        valid_from=date(2023, 6, 30), by=SETUP, at=AT,
    )  # fmt: skip
    shapes = {
        f"{NEXT_VILLAGE}001": shapely.box(119.32, 28.58, 119.34, 28.60),
        EMPTY: shapely.box(119.36, 28.58, 119.38, 28.60),
    }
    draw_boundaries(shapes=shapes, crs="EPSG:4490", source="test", synthetic=True, by=SETUP, at=AT)
    open_office(
        key=f"{NEXT_TOWNSHIP}:supervision", area_code=NEXT_TOWNSHIP, kind="supervision", side="supervision",
        name_zh="西屏监督站", name_en="Xiping supervision", by=SETUP, at=AT - timedelta(days=30),
    )  # fmt: skip
    return replace(found, cast={**found.cast, **{name: member(name, "county_officer", PROVINCE) for name in OFFICERS}})


def serving(area: str, role: str = "supervisor") -> Viewer:
    """Somebody with a post in an area as it is called today."""
    facts = GrantFacts(role, (area,), (), ROLES[role].purposes, AT - timedelta(days=1), None, None)
    return Viewer(f"user:{role}-{area}", grants=(facts,))


@dataclass
class Walk:
    """Areas that change by chance with cases filed in between; `lies`: where each case lies, told change by change."""

    town: Town
    seed: int
    at: datetime = AT
    lies: dict[UUID, str] = field(default_factory=dict)
    points: dict[UUID, shapely.Point | None] = field(default_factory=dict)
    numbers: dict[UUID, str] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)
    serial: int = 500
    joined: set[str] = field(default_factory=set)
    """Grids that were made of others: dividing them again is where cases are lost the easiest."""

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def report(self) -> None:
        """A case by its point or by its grid alone, perhaps with a contact, perhaps followed by a caller."""
        grid = self.chance.choice(self.living("grid"))
        point = self._point(grid) if self.chance.random() < 0.8 else None
        contact = Contact(phone=f"100{self.chance.randrange(10**8):08d}")
        where = {"lon": point.x, "lat": point.y} if point else {"area_code": grid}
        report = Report("street_lamps", "路灯不亮", contact=contact, **where)  # type: ignore[arg-type]
        made = report_case(report=report, channel="page", by=self.town.public, at=self.at)
        assert made.area_code == grid
        self.lies[made.case_id], self.points[made.case_id] = grid, point
        self.numbers[made.case_id] = made.number
        if self.chance.random() < 0.4:
            follow_known(
                case_id=made.case_id, channel="phone", contact=contact, language="zh-hans",
                by=serving(grid[:9], "clerk"), at=self.at,
            )  # fmt: skip

    def living(self, level: str) -> list[str]:
        """The areas of a level as they are today."""
        return sorted(Area.objects.filter(level=level, valid_to__isnull=True).values_list("code", flat=True))

    def _point(self, grid: str) -> shapely.Point:
        west, south, east, north = shapely.from_wkb(Boundary.objects.get(pk=grid).shape).bounds
        while True:
            x, y = self.chance.uniform(west, east), self.chance.uniform(south, north)
            point = shapely.Point(round(x, 5), round(y, 5))
            if shapely.from_wkb(Boundary.objects.get(pk=grid).shape).contains(point):
                return point

    def change(self, verb: str) -> bool:
        """Let one change come into force on the next day; False where this one is not possible."""
        self.at = self.at.replace(hour=1) + timedelta(days=1)
        change = getattr(self, f"_{verb}")()
        try:
            plan = carried_out(self.town, change, area=PROVINCE, at=self.at, who=OFFICERS)
        except Refusal:
            return False
        pairs = list(Succession.objects.filter(plan=plan.pk))
        self.lies = {case: self._led(code, self.points[case], pairs, change) for case, code in self.lies.items()}
        self.done[verb] += 1
        republish_places(by=SETUP, at=self.at)
        return True

    @staticmethod
    def _led(code: str, point: shapely.Point | None, pairs: list[Succession], change: Change) -> str:
        """Where one change leads a case: by its point into a part that has an outline, else as the plan says."""
        old = max((pair.old_code for pair in pairs if code.startswith(pair.old_code)), key=len, default="")
        mine = [pair for pair in pairs if pair.old_code == old]
        if not mine or (len(mine) == 1 and mine[0].is_whole):
            return mine[0].new_code + code[len(old) :] if mine else code
        if len(mine) > 1 and code != old and any(pair.is_primary and pair.new_code == old for pair in mine):
            return code  # what lies below a divided area and stays has no pair of its own
        parts = [target for target in change.into if target.outline] if len(mine) > 1 and point else []
        by_point = [part.code for part in parts if shapely.from_wkb(part.outline).contains(point)]
        return by_point[0] if by_point else next(pair.new_code for pair in mine if pair.is_primary)

    def _new(self, parent: str) -> str:
        self.serial += 1
        return f"{parent}{self.serial:03d}"

    def _rename(self) -> Change:
        code = self.chance.choice(self.living("grid"))
        return Change("rename", (code,), (Target(code, f"改名第{self.serial}网格"),))

    def _move(self) -> Change:
        level = self.chance.choice(("township", "village", "grid"))
        old = self.chance.choice(self.living(level))
        above = {"township": ["331123", "331124"], "village": self.living("township"), "grid": self.living("village")}
        parents = [code for code in above[level] if not old.startswith(code)]
        return Change("move", (old,), (Target(self._new(self.chance.choice(parents)), f"迁入{self.serial}"),))

    def _recode(self) -> Change:
        level = self.chance.choice(("township", "village", "grid"))
        old = self.chance.choice(self.living(level))
        return Change("recode", (old,), (Target(self._new(old[:-3]), f"变更{self.serial}"),))

    def _merge(self) -> Change:
        level = self.chance.choice(("township", "village", "grid", "grid"))
        first = self.chance.choice(self.living(level))
        beside = [code for code in self.living(level) if code[:-3] == first[:-3] and code != first] or [first]
        second = self.chance.choice(beside)
        return Change(
            "merge",
            (first, second),
            (Target(self.chance.choice((first, self._new(first[:-3]))), f"合并{self.serial}"),),
        )

    def _split(self) -> Change:
        above = [code for level in ("township", "village") for code in self.living(level) if len(self._parts(code)) > 1]
        return self._by_parts(self.chance.choice(above)) if above and self.chance.random() < _HALF else self._by_line()

    def _parts(self, code: str) -> list[str]:
        return [one for level in ("village", "grid") for one in self.living(level) if one[:-3] == code]

    def _by_parts(self, old: str) -> Change:
        """A township or village is divided by what lies below it."""
        parts = self._parts(old)
        self.chance.shuffle(parts)
        cut = self.chance.randrange(1, len(parts))
        first, second = self.chance.choice((old, self._new(old[:-3]))), self._new(old[:-3])
        targets = zip((first, second), (parts[:cut], parts[cut:]), strict=True)
        return Change("split", (old,), tuple(Target(to, f"分设{to[-3:]}", parts=tuple(own)) for to, own in targets))

    def _by_line(self) -> Change:
        """A grid is divided by a line through it."""
        living = self.living("grid")
        old = self.chance.choice([code for code in living if code in self.joined] or living)
        shape = shapely.from_wkb(Boundary.objects.get(pk=old).shape)
        west, south, east, north = shape.bounds
        half = (west + east) / 2
        halves = [shape & shapely.box(west, south, half, north), shape & shapely.box(half, south, east, north)]
        first = self.chance.choice((old, self._new(old[:-3])))
        second = self._new(self.chance.choice(self.living("village")))
        self.joined = {first, second}
        return Change(
            "split", (old,),
            tuple(
                Target(code, f"分设{code[-3:]}", share, outline=shapely.to_wkb(part))
                for code, share, part in zip((first, second), (0.6, 0.4), halves, strict=True)
            ),
        )  # fmt: skip

    def _retire(self) -> Change:
        return Change("retire", (self.chance.choice(self.living(self.chance.choice(("grid", "village")))),))

    def require_in_place(self) -> None:
        """Each township's office sees its own cases, contacts and followers and no other; lists and sums agree."""
        count_changes(by=SETUP, at=self.at)
        with viewing(SETUP, self.at):
            contacts = dict(Case.objects.values_list("contact_id", "pk")) | dict(
                Follower.objects.values_list("contact_id", "case_id")
            )
            followed = set(Follower.objects.values_list("case_id", flat=True))
        for area in self.living("township"):
            mine = {case for case, code in self.lies.items() if code.startswith(area)}
            with viewing(serving(area), self.at):
                assert set(Case.objects.values_list("pk", flat=True)) == mine
                assert {contacts[one] for one in ReporterContact.objects.values_list("pk", flat=True)} == mine
                assert set(Follower.objects.values_list("case_id", flat=True)) == followed & mine
            with viewing(SETUP, self.at):
                assert set(things_in(Case.objects.all(), (area,)).values_list("pk", flat=True)) == mine
            with on_day(self.at):
                shown = {row.number for row in public_cases(area_code=area, limit=500)}
                assert shown == {self.numbers[case] for case in mine}
        self._require_told_of_each_grid()

    def _require_told_of_each_grid(self) -> None:
        wanted = Counter(self.lies.values())
        with on_day(self.at):
            lying = on_pages(PublicCase.objects.values_list("number", "area_code"))
            assert {case: lying[number] for case, number in self.numbers.items()} == self.lies
            open_now = {
                code: sums_of(code, self.at.date(), self.at.date()).get("open", 0) for code in self.living("grid")
            }
        assert open_now == {code: wanted[code] for code in self.living("grid")}


def on_pages(rows: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Where public rows say that their cases lie, by the codes of today."""
    return {number: in_force().current(code) for number, code in rows}


def require_counted(at: datetime) -> None:
    """Sums that went along with every change are those of a fresh count."""
    held = sums(at, 3)
    assert held == anew(at, 3)


def walked(town: Town, seed: int, changes: int) -> Walk:
    """A walk of some changes, with cases before and between them, held against what is seen after each."""
    walk = Walk(town, seed)
    for _n in range(6):
        walk.report()
    while sum(walk.done.values()) < changes:
        for verb in walk.chance.sample(VERBS, len(VERBS)):
            if walk.change(verb):
                walk.require_in_place()
            walk.report()
    walk.require_in_place()
    return walk


@pytest.mark.parametrize("seed", [3])
def test_after_each_change_everything_lies_where_it_led(town: Town, seed: int) -> None:
    walk = walked(town, seed, 7)
    assert len(walk.done) >= 5
    require_counted(walk.at)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 16))
def test_after_long_histories_too(town: Town, seed: int) -> None:
    walk = walked(town, seed, 24)
    require_counted(walk.at)
