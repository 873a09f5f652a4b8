"""The grid-creep meter: matters, questions and minutes of a week over time, by class. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from gridcommons.kit.words import Words
from gridcommons.load.ceiling.policy import CeilingPolicy
from gridcommons.load.ceiling.rules import Duty

_CLASSES = ("order", "convenience")
_NOT_FOR_GRID = "not_for_grid"


@dataclass(frozen=True)
class InUse:
    """A form that may be used from a day up to another, not included: class, questions asked, minutes, times a year."""

    matter_class: str
    first: date
    last: date | None
    questions: int
    minutes: float
    per_year: float


@dataclass(frozen=True)
class Point:
    """The list on a day: by class, how many matters, forms, questions, and minutes of a week in a usual grid."""

    day: date
    matters: Mapping[str, int]
    forms: Mapping[str, int]
    questions: Mapping[str, int]
    minutes: Mapping[str, float]


def growth(
    editions: Sequence[tuple[date, Sequence[Mapping[str, Any]]]], forms: Sequence[InUse], today: date,
    policy: CeilingPolicy, stated: Mapping[str, float] | None = None,
) -> list[Point]:  # fmt: skip
    """One point for each day on which the list or the admitted forms changed, and one for today.

    Minutes are those of a usual grid by what the policy expects, not by what was counted: otherwise a quiet year would
    look like a shorter list. `stated`: times a year of the county's own matters, as they were proposed.
    """
    days = {day for day, _ in editions} | {one.first for one in forms} | {one.last for one in forms if one.last}
    return [
        _point(day, _at(editions, day), [one for one in forms if _is_used(one, day)], policy, stated or {})
        for day in sorted({*(day for day in days if day <= today), today})
    ]


def changed(points: Sequence[Point]) -> list[Point]:
    """The days on which the list became another one: the first, and each that differs from the one before."""
    before = (None, *points)
    return [one for one, last in zip(points, before, strict=False) if last is None or _figures(one) != _figures(last)]


def _figures(one: Point) -> tuple[Mapping[str, float], ...]:
    return one.matters, one.forms, one.questions, one.minutes


def _at(editions: Sequence[tuple[date, Sequence[Mapping[str, Any]]]], day: date) -> Sequence[Mapping[str, Any]]:
    """The matters of the last edition up to a day that still held on it."""
    held = [matters for since, matters in editions if since <= day]
    said = day.isoformat()
    return [
        one for one in (held[-1] if held else ())
        if one["kind"] != _NOT_FOR_GRID and str(one["valid_from"]) <= said <= str(one["review_date"])
    ]  # fmt: skip


def _is_used(one: InUse, day: date) -> bool:
    return one.first <= day and (one.last is None or day < one.last)


def _point(
    day: date, matters: Sequence[Mapping[str, Any]], forms: Sequence[InUse], policy: CeilingPolicy,
    stated: Mapping[str, float],
) -> Point:  # fmt: skip
    week = dict.fromkeys(_CLASSES, 0.0)
    for one in matters:
        week[one["matter_class"]] += _week(one["minutes"], stated.get(one["key"], policy.expected), policy)
    for form in forms:
        week[form.matter_class] += _week(form.minutes, form.per_year, policy)
    return Point(
        day,
        matters=_counted(one["matter_class"] for one in matters),
        forms=_counted(one.matter_class for one in forms),
        questions={key: sum(one.questions for one in forms if one.matter_class == key) for key in _CLASSES},
        minutes={key: round(value, 1) for key, value in week.items()},
    )


def _week(minutes: float, per_year: float, policy: CeilingPolicy) -> float:
    return Duty("", Words("", ""), minutes, per_year).week_of(policy.grid_households)


def _counted(classes: Iterable[str]) -> dict[str, int]:
    found = list(classes)
    return {key: found.count(key) for key in _CLASSES}
