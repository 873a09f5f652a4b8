"""Past epidemics: the files of their counts, their replay by a scheme, and what other cuts would have made of them.

A file holds cumulative counts by area and day, with rows `TOTAL` for the published total; another holds how many people
live in each area that is coloured. Whatever else the total holds (travellers, a prison) may stand as an area without
people: it is counted and not coloured.
"""

from __future__ import annotations

import csv
import hashlib
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.shipped import Raw, shipped
from gridcommons.kit.words import Words
from gridcommons.outlook.colours.colouring import Summary, summary
from gridcommons.outlook.colours.replay import Replay, Report, replay
from gridcommons.outlook.colours.scheme import Scheme, recut, scheme_named
from gridcommons.outlook.painting.packages import PACKAGE

TOTAL: Final = "TOTAL"
MOST_BYTES: Final = 2_000_000
MOST_DAYS, MOST_AREAS = 400, 200
_AREA: Final = ("area", "city")
_COUNT: Final = ("count", "confirmed", "cumulative")

NO_COLUMN = refusal_kind(
    "past.no_column",
    status=400,
    zh="“{what}”缺少这一列：{column}。第一行应是列名。",
    en="{what} lacks the column {column}. The first line holds the names of the columns.",
)
BAD_LINE = refusal_kind(
    "past.bad_line",
    status=400,
    zh="“{what}”第{line}行读不懂：{said}。请改正这一行后重新上传。",
    en="Line {line} of {what} cannot be read: {said}. Correct it and send the file again.",
)
STRANGE_COLUMN = refusal_kind(
    "past.strange_column",
    status=422,
    zh="“{what}”里多出“{column}”这一列。这里只收日期、区域、数字，不收与人有关的任何内容。",
    en="{what} holds the column “{column}”. Days, areas and counts are taken here, and nothing about people.",
)
TOO_LARGE = refusal_kind(
    "past.too_large",
    status=413,
    zh="文件太大：最多{days}天、{areas}个区域。",
    en="The file is too large: {days} days and {areas} areas at most.",
)
NO_CUT = refusal_kind(
    "past.no_cut",
    status=400,
    zh="分界值须是大于0的数，而且从低到高排列：{said}。",
    en="Cuts are numbers above 0, rising from one level to the next: {said}.",
)
NOT_A_NUMBER = refusal_kind(
    "past.not_a_number",
    status=400,
    zh="“{text}”不是数：分界值须是大于0的数，例如25或0.5。",
    en="“{text}” is no number: a cut is a number above 0, such as 25 or 0.5.",
)
_COUNTS, _PEOPLE = Words("累计数文件", "the file of counts"), Words("人口文件", "the file of people")
_KNOWN_COLUMNS: Final = frozenset({"date", *_AREA, *_COUNT, "city_code", "code", "cured", "dead"})


@dataclass(frozen=True)
class PastCounts:
    """A past epidemic as it is replayed. `codes`: of areas, where the file names them."""

    reports: tuple[Report, ...]
    totals: Mapping[date, float]
    people: Mapping[str, float]
    codes: Mapping[str, str]


@dataclass(frozen=True)
class Known:
    """What ships about a past epidemic: its name and source, people by area, and where areas lie on a plain grid."""

    key: str
    name: Words
    source: Words
    people: Mapping[str, float]
    names: Mapping[str, str]
    places: Mapping[str, tuple[int, int]]
    file: str


def shipped_past() -> Known:
    """Zhejiang by city, 2020: all but the counts, which lie beside the program."""
    return shipped(PACKAGE, "zhejiang_2020.toml", _known)


def _known(raw: Raw) -> Known:
    areas = raw["areas"]
    return Known(
        raw["key"], Words(*raw["name"]), Words(*raw["source"]), {one["area"]: float(one["people"]) for one in areas},
        {one["area"]: one["en"] for one in areas}, {one["area"]: (one["at"][0], one["at"][1]) for one in areas},
        raw["file"],
    )  # fmt: skip


def digest_of(counts: str, people: str) -> str:
    """The mark by which one file is told from another."""
    return hashlib.sha256(f"{counts}\0{people}".encode()).hexdigest()


def require_past(counts: str, people: str) -> PastCounts:
    """The counts of two files; refuses the first thing that is wrong, with its line."""
    return read_counts(counts, people_of(people))


def _rows(text: str, what: Words, needed: tuple[tuple[str, ...], ...]) -> list[tuple[int, dict[str, str]]]:
    if len(text) > MOST_BYTES:
        raise refuse(TOO_LARGE, days=MOST_DAYS, areas=MOST_AREAS)
    table = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    heads = [head.strip() for head in table.fieldnames or []]
    for names in needed:
        if not set(names) & set(heads):
            raise refuse(NO_COLUMN, what=what.zh, column=names[0])
    if strange := [head for head in heads if head not in _KNOWN_COLUMNS | {"population", "people"}]:
        raise refuse(STRANGE_COLUMN, what=what.zh, column=strange[0][:40])
    return [(line, {k.strip(): (v or "").strip() for k, v in row.items() if k}) for line, row in enumerate(table, 2)]


def _one_of(row: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((row[name] for name in names if name in row), "")


def _number(text: str, what: Words, line: int) -> float:
    try:
        value = float(text)
    except ValueError as error:
        raise refuse(BAD_LINE, what=what.zh, line=line, said=text[:40]) from error
    if not math.isfinite(value) or value < 0:
        raise refuse(BAD_LINE, what=what.zh, line=line, said=text[:40])
    return value


def people_of(text: str) -> dict[str, float]:
    """Who lives in each area that is coloured, from its file."""
    rows = _rows(text, _PEOPLE, (_AREA, ("population", "people")))
    return {
        _one_of(row, _AREA): _number(_one_of(row, ("population", "people")), _PEOPLE, line) for line, row in rows
    }  # fmt: skip


def read_counts(text: str, people: Mapping[str, float]) -> PastCounts:
    """The counts of a file of whose areas the people are known."""
    reports: list[Report] = []
    totals: dict[date, float] = {}
    codes: dict[str, str] = {}
    for line, row in _rows(text, _COUNTS, (("date",), _AREA, _COUNT)):
        try:
            day = date.fromisoformat(row["date"])
        except ValueError as error:
            raise refuse(BAD_LINE, what=_COUNTS.zh, line=line, said=row["date"][:40]) from error
        area, value = _one_of(row, _AREA), _number(_one_of(row, _COUNT), _COUNTS, line)
        if area == TOTAL:
            totals[day] = value
        else:
            reports.append((day, area, value))
            codes.setdefault(area, _one_of(row, ("code", "city_code")))
    days = {day for day, _area, _n in reports} | totals.keys()
    if len(people) > MOST_AREAS or (days and (max(days) - min(days)).days >= MOST_DAYS):
        raise refuse(TOO_LARGE, days=MOST_DAYS, areas=MOST_AREAS)
    held = PastCounts(tuple(reports), totals, people, codes)
    replay(held.reports, held.people, scheme_named("default"), held.totals)
    return held


@lru_cache(maxsize=8)
def replayed(counts: str, people: tuple[tuple[str, float], ...], scheme: Scheme | str) -> Replay:
    """The replay of a file by a scheme, kept: the days of one epidemic are looked at one by one."""
    held = read_counts(counts, dict(people))
    return replay(held.reports, held.people, scheme_named(scheme) if isinstance(scheme, str) else scheme, held.totals)


# --- Other cuts ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Outcome:
    """What cuts would have done: days by colour, changes, and days of areas that were shown too green.

    `false_greens`: shown below the level from which figures are certain, and known today to have been at it or above.
    `false_alarms`: the other way round. `judged`: days of areas of which both are known.
    """

    scheme: Scheme
    summary: Summary
    false_greens: int
    false_alarms: int
    judged: int


def outcome(found: Replay, against: Replay | None = None) -> Outcome:
    """What a scheme did, held against what is known today by the scheme itself (`against`: by another)."""
    scheme, truth = found.coloured.scheme, (against or found).hindsight
    line = scheme.grey.shown_from
    shown, was = found.coloured.shown, truth.shown
    both = (shown >= 0) & (was >= 0)
    high = was >= truth.scheme.grey.shown_from
    return Outcome(
        scheme, summary(found.coloured), int((both & (shown < line) & high).sum()),
        int((both & (shown >= line) & ~high).sum()), int(both.sum()),
    )  # fmt: skip


def cuts_of(scheme: Scheme) -> tuple[tuple[str, float], ...]:
    """The cuts of a scheme that can be tried otherwise: measure and value, as its rules name them."""
    held = {(one.measure, one.cut) for rule in scheme.rules for one in rule.when if one.measure in ("rate", "cases")}
    return tuple(sorted(held, key=lambda one: (one[0], one[1])))


def with_cuts(scheme: Scheme, wanted: Mapping[tuple[str, float], float]) -> Scheme:
    """The scheme with other cuts; refuses those that cannot be, or that put a lower level above a higher one."""
    by: dict[str, dict[float, float]] = {}
    for (measure, old), new in wanted.items():
        if not (math.isfinite(new) and new > 0):
            raise refuse(NO_CUT, said=f"{new:g}")
        by.setdefault(measure, {})[old] = new
    for measure, cuts in by.items():
        held = sorted({cut for m, cut in cuts_of(scheme) if m == measure})
        now = [cuts.get(cut, cut) for cut in held]
        if now != sorted(now) or len(set(now)) < len(now):
            raise refuse(NO_CUT, said=", ".join(f"{cut:g}" for cut in now))
    return recut(scheme, by)
