"""Which recurring cases propose a problem, what belongs to one, whether it helped. Pure: values in, verdicts out.

Nothing here knows a person: a case is its matter, its place, its day and how often it was done again.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from gridcommons.cases.problems.patterns import Pattern, Patterns
from gridcommons.kit.codes import CHINA
from gridcommons.kit.verdict import Answer, Because, Verdict
from gridcommons.kit.words import Words

_RULE: Final = "problems.patterns"
_PATTERN: Final = Words("共性问题的识别条件", "the conditions by which a problem is found")
_REPORTED: Final = Words("已上报的事项", "the cases that were reported")
_REVIEW: Final = Words("共性问题的见效标准", "the measure of whether it helped")
_METRES_PER_DEGREE: Final = 111_320.0
_SHOWN: Final = 12
"""So many case numbers are named in a reason; the page lists all."""
_CONTEST: Final = Words(
    "如认为不成立，请写明理由不予采纳；同一情形明显增多时才会再次提出。",
    "If it is none, decline it with a reason: it comes back only when there is clearly more of it.",
)


@dataclass(frozen=True)
class CaseFact:
    """What the patterns see of a case. `private`: its matter is never public, as inside a home."""

    id: UUID
    number: str
    matter_key: str
    area_code: str
    reported_at: datetime
    lon: float | None = None
    lat: float | None = None
    reopens: int = 0
    private: bool = False


@dataclass(frozen=True)
class Where:
    """Where a problem lies: an area, and for a point the centre with its radius in metres.

    `only`: the one case that it is about, where one case was done again and again.
    """

    matter_key: str
    area_code: str
    lon: float | None = None
    lat: float | None = None
    metres: int = 0
    only: frozenset[UUID] = frozenset()

    def holds(self, case: CaseFact) -> bool:
        """Whether a case belongs here."""
        if case.matter_key != self.matter_key:
            return False
        if self.only:
            return case.id in self.only
        if self.metres and self.lon is not None and self.lat is not None:
            return case.lon is not None and metres_between(self.lon, self.lat, case.lon, case.lat) <= self.metres
        return case.area_code.startswith(self.area_code)

    def overlaps(self, other: Where) -> bool:
        """Whether two places are about the same thing: one area in the other, or circles that touch."""
        if self.matter_key != other.matter_key:
            return False
        if self.only or other.only:
            return bool(self.only & other.only)
        if self.metres and other.metres and self.lon is not None and other.lon is not None:
            return metres_between(self.lon, self.lat, other.lon, other.lat) <= self.metres + other.metres
        return self.area_code.startswith(other.area_code) or other.area_code.startswith(self.area_code)


@dataclass(frozen=True)
class Found:
    """A pattern that was met: where, by which cases, and why as a verdict."""

    pattern: Pattern
    where: Where
    cases: tuple[CaseFact, ...]
    verdict: Verdict

    @property
    def private(self) -> bool:
        """Whether its cases are only counted."""
        return self.pattern.sort == "private"


def metres_between(lon: float | None, lat: float | None, lon2: float | None, lat2: float | None) -> float:
    """Distance of two points in degrees (WGS 84), in metres on a flat earth, good to 0.1 % below 10 km."""
    if lon is None or lat is None or lon2 is None or lat2 is None:
        return math.inf
    east = (lon2 - lon) * math.cos(math.radians((lat + lat2) / 2))
    return math.hypot(east, lat2 - lat) * _METRES_PER_DEGREE


def find(cases: Iterable[CaseFact], patterns: Patterns, *, now: datetime, names: Mapping[str, Words]) -> list[Found]:
    """All patterns that cases meet now, each case speaking for one at most, by matter and in the order of the data.

    `names`: of matters, for the reasons. Linear in the cases but for those near one another.
    """
    by_matter: dict[str, list[CaseFact]] = defaultdict(list)
    for case in cases:
        by_matter[case.matter_key].append(case)
    found: list[Found] = []
    for matter_key in sorted(by_matter):
        left = sorted(by_matter[matter_key], key=lambda one: (one.reported_at, one.id))
        for row in patterns.rows:
            pattern = patterns.of(row.key, matter_key)
            recent = [one for one in left if one.reported_at > now - timedelta(days=pattern.days)]
            for where, group in _SORTS[pattern.sort](recent, pattern):
                taken = {one.id for one in group}
                left = [one for one in left if one.id not in taken]
                verdict = _proposal(pattern, group, patterns, names.get(matter_key, Words(matter_key, matter_key)))
                found.append(Found(pattern, where, tuple(group), verdict))
    return found


Groups = Iterator[tuple[Where, list[CaseFact]]]


def _reopened(cases: Sequence[CaseFact], pattern: Pattern) -> Groups:
    """Single cases of public matters; one of a home would be a household."""
    for case in cases:
        if not case.private and case.reopens >= pattern.cases:
            yield Where(case.matter_key, case.area_code, case.lon, case.lat, only=frozenset({case.id})), [case]


def _near(cases: Sequence[CaseFact], pattern: Pattern) -> Groups:
    """Circles around cases, the fullest first, without what a fuller one holds."""
    points = [one for one in cases if not one.private and one.lon is not None]
    beside = _neighbours(points, pattern.metres)
    free = {one.id for one in points}
    while True:
        full = [one for one in points if one.id in free and len(beside[one.id] & free) >= pattern.cases]
        if not full:
            return
        centre = max(full, key=lambda one: (len(beside[one.id] & free), -one.reported_at.timestamp(), one.id.int))
        group = [one for one in points if one.id in beside[centre.id] & free]
        free -= beside[centre.id]
        yield _circle(centre, group, pattern), group


def _circle(centre: CaseFact, group: Sequence[CaseFact], pattern: Pattern) -> Where:
    """The circle, in the smallest area that holds all its cases; across townships the centre's own."""
    shared = _common([one.area_code for one in group])
    area = shared if CHINA.depth_at_least(shared, "township") else CHINA.cut(centre.area_code, "township")
    return Where(centre.matter_key, area, centre.lon, centre.lat, pattern.metres)


def _common(codes: Sequence[str]) -> str:
    """The smallest area of any level that holds all codes."""
    first, last = min(codes), max(codes)
    widths = [level.width for level in CHINA.levels if first[: level.width] == last[: level.width]]
    return first[: max((width for width in widths if width <= len(first)), default=0)]


def _neighbours(points: Sequence[CaseFact], metres: int) -> dict[UUID, set[UUID]]:
    """For each point those within `metres`, itself included; looked for in squares of that size alone."""
    squares: dict[tuple[int, int], list[CaseFact]] = defaultdict(list)
    for one in points:
        squares[_square(one, metres)].append(one)
    found: dict[UUID, set[UUID]] = {}
    for one in points:
        x, y = _square(one, metres)
        around = (other for dx in (-1, 0, 1) for dy in (-1, 0, 1) for other in squares.get((x + dx, y + dy), ()))
        found[one.id] = {o.id for o in around if metres_between(one.lon, one.lat, o.lon, o.lat) <= metres}
    return found


def _square(one: CaseFact, metres: int) -> tuple[int, int]:
    """A square at least `metres` wide: lines of longitude draw together, so the width is taken at 60 degrees."""
    lon, lat = one.lon or 0.0, one.lat or 0.0
    return math.floor(lon * _METRES_PER_DEGREE / 2 / metres), math.floor(lat * _METRES_PER_DEGREE / metres)


def _area(cases: Sequence[CaseFact], pattern: Pattern) -> Groups:
    yield from _by_area([one for one in cases if not one.private], pattern)


def _private(cases: Sequence[CaseFact], pattern: Pattern) -> Groups:
    """By township, and only where several grids have it: never one household."""
    for where, group in _by_area([one for one in cases if one.private], pattern):
        if len({CHINA.cut(one.area_code, "grid") for one in group}) >= pattern.grids:
            yield where, group


def _by_area(cases: Sequence[CaseFact], pattern: Pattern) -> Groups:
    groups: dict[str, list[CaseFact]] = defaultdict(list)
    for one in cases:
        if CHINA.depth_at_least(one.area_code, pattern.level):
            groups[CHINA.cut(one.area_code, pattern.level)].append(one)
    for code in sorted(groups):
        if len(groups[code]) >= pattern.cases:
            yield Where(groups[code][0].matter_key, code), groups[code]


_SORTS: Final[Mapping[str, Callable[[Sequence[CaseFact], Pattern], Groups]]] = {
    "reopened": _reopened, "near": _near, "area": _area, "private": _private,
}  # fmt: skip


def _proposal(pattern: Pattern, group: Sequence[CaseFact], patterns: Patterns, matter: Words) -> Verdict:
    because = [Because(_met(pattern, group, matter), _PATTERN)]
    if pattern.sort != "private":
        numbers = [one.number for one in group]
        more = len(numbers) - _SHOWN
        tail = Words(f"等{len(numbers)}件", f" and {more} more") if more > 0 else Words("", "")
        listed = "、".join(numbers[:_SHOWN]), ", ".join(numbers[:_SHOWN])
        because.append(Because(Words(f"事项：{listed[0]}{tail.zh}。", f"The cases: {listed[1]}{tail.en}.")))
    return Verdict(
        answer=Answer.YES,
        subject=Words(
            f"“{matter.zh}”反复出现，建议作为共性问题", f"“{matter.en}” keeps coming back: proposed as a problem"
        ),
        because=tuple(because), rule=_RULE, version=patterns.version, owner=patterns.owner, contest=_CONTEST,
    )  # fmt: skip


def _met(pattern: Pattern, group: Sequence[CaseFact], matter: Words) -> Words:
    """The pattern in words, with what was found beside what was asked."""
    n, least, days = len(group), pattern.cases, pattern.days
    if pattern.sort == "reopened":
        times = group[0].reopens
        return Words(
            f"同一事项被要求重办{times}次（标准：{least}次）。",
            f"One case was reopened {times} times (from {least} on).",
        )
    if pattern.sort == "near":
        return Words(
            f"{days}天内，{pattern.metres}米范围内出现{n:,}件“{matter.zh}”（标准：{least}件）。",
            f"{n:,} cases of “{matter.en}” within {pattern.metres} m in {days} days (from {least} on).",
        )
    return Words(
        f"{days}天内，本区域出现{n:,}件“{matter.zh}”（标准：{least}件）。",
        f"{n:,} cases of “{matter.en}” in this area in {days} days (from {least} on).",
    )


def is_held_back(found: Found, declined: Iterable[tuple[Where, int]], growth: float) -> bool:
    """Whether a proposal was declined already and has not grown enough since. `declined`: places with their sizes."""
    sizes = [size for where, size in declined if where.overlaps(found.where)]
    return bool(sizes) and size_of(found.pattern, found.cases) < growth * max(sizes)


def size_of(pattern: Pattern, cases: Sequence[CaseFact]) -> int:
    """How large a pattern is: its cases, or how often the one case was done again."""
    return cases[0].reopens if pattern.sort == "reopened" else len(cases)


def helped(*, before: int, after: int, days: int, patterns: Patterns) -> Verdict:
    """Whether cases fell after closing: at most `share` of those of as many days before are left.

    Where there were none before, one afterwards is no fall.
    """
    fell = after <= before * patterns.share if before else after == 0
    share = round(100 * patterns.share)
    counted = Words(
        f"提出前{days}天{before:,}件，办结后{days}天{after:,}件。",
        f"{before:,} in the {days} days before, {after:,} in the {days} days after closing.",
    )
    wanted = Words(f"降到{share}%以下算见效。", f"It counts as settled at {share} % of them or fewer.")
    return Verdict(
        answer=Answer.YES if fell else Answer.NO,
        subject=Words("整治是否见效", "Did it help"),
        because=(Because(counted, _REPORTED), Because(wanted, _REVIEW)),
        rule=f"{_RULE}/review", version=patterns.version, owner=patterns.owner,
        contest=Words(
            "数字按事项上报日期统计；如有遗漏，请补充关联事项后再回头看。",
            "Cases are counted by the day of the report; if some are missing, link them and review again.",
        ),
        way=None if fell else Words("重新会商", "back to the table"),
    )  # fmt: skip
