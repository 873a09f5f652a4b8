"""Is there time for calls at households? Campaigns and visits that come again, held against the ceiling of `load`.

Each county that they reach is judged, beside its matters, its forms, and whatever else calls on households there. What
does not fit is refused with the sum, and with what would make room (charter 12).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Final
from uuid import UUID

from gridcommons.kit.codes import CHINA
from gridcommons.kit.dates import day_words
from gridcommons.kit.errors import Reason, refusal_kind, worded
from gridcommons.kit.verdict import Answer, Because, Verdict
from gridcommons.kit.words import Words
from gridcommons.load.admission.weighing import standing_duties
from gridcommons.load.ceiling.policy import ceiling_policy
from gridcommons.load.ceiling.rules import SUBJECT, Duty, Sum, judged, objections
from gridcommons.load.ceiling.standing import Ground, ground_of, sums_with
from gridcommons.territory.queries import below

MAKE_ROOM = refusal_kind(
    "calls.make_room",
    status=422,
    zh="怎样才排得下：至少用{weeks}周（现在是{now}周），或先停办别的事项，用时最多的有：{drops_zh}。",
    en="How it would fit: take {weeks} weeks at least (now {now}), or drop another matter first; most time goes to "
    "{drops_en}.",
)
NO_ROOM = refusal_kind(
    "calls.no_room",
    status=422,
    zh="工作时间已经用完，再长也排不下。请先停办别的事项，用时最多的有：{drops_zh}。",
    en="The time is used up already; no length would fit. Drop another matter first; most time goes to {drops_en}.",
)
_THOUSAND: Final = 1_000
_WEEKS_A_YEAR: Final = 365.25 / 7
_OFFERED: Final = 4
_LONGEST: Final = 520


@dataclass(frozen=True)
class Calls:
    """Calls asked of an area: minutes each; calls at each household of those meant within so many weeks.

    `meant`: how many households are expected, 0 for all. `first`, `last`: the days in which they take time.
    """

    key: str
    name: Words
    area_code: str
    minutes: float
    calls: float
    weeks: float
    first: date
    last: date
    meant: int = 0


@dataclass(frozen=True)
class Fit:
    """What calls take: households, minutes in all and of a week; why it does not fit; the same as a decision.

    `stated`: the households are all those that are stated for the areas, not those of the register, nor expected ones.
    """

    households: int
    minutes: int
    week: int
    against: tuple[Reason, ...]
    verdict: Verdict
    stated: bool


Standing = Callable[[], Iterable[Calls]]
_standing: Final[list[Standing]] = []


def calls_too(read: Standing) -> Standing:
    """Register what else calls on households: each room says what stands."""
    _standing.append(read)
    return read


@dataclass(frozen=True)
class _County:
    ground: Ground
    standing: tuple[Duty, ...]
    own: Duty
    found: tuple[Sum, ...]


def fit(asked: Calls, day: date, *, owner: Words, contest: Words, without: UUID | None = None) -> Fit:
    """Hold calls against the ceiling of every county they reach; `without`: a row whose own calls are left out."""
    grounds = {code: ground_of(code, day) for code in _counties(asked.area_code)}
    every = sum(_reached(ground, asked.area_code) for ground in grounds.values())
    meant = min(asked.meant, every) if asked.meant else every
    others = [one for one in _beside(asked) if not one.key.endswith(str(without))]
    counties = [_county(code, ground, asked, meant, every, others, day) for code, ground in grounds.items()]
    against = [reason for one in counties for reason in objections(one.found, ceiling_policy())]
    worst = max(counties, key=_fullness)
    against += [_way_out(worst, asked.weeks)] if against else []
    minutes = round(meant * asked.minutes * asked.calls)
    grids = sum(grid.startswith(asked.area_code) for ground in grounds.values() for grid in ground.households)
    cost = _cost(asked, meant, minutes, grids)
    verdict = _verdict(cost, worst, tuple(against), owner, contest)
    return Fit(meant, minutes, round(minutes / asked.weeks), tuple(against), verdict, stated=not asked.meant)


def _cost(asked: Calls, meant: int, minutes: int, grids: int) -> Words:
    """What the calls take: in all, of a week, and of a week in a grid."""
    week = minutes / asked.weeks
    each = f"{week / grids:,.0f}" if grids else "0"
    whose = Words("预计", "expected") if asked.meant else Words("区划资料所载", "as stated for the areas")
    return Words(
        f"{whose.zh}{meant:,}户，每户办理用时{asked.minutes:g}分钟，平均上门{asked.calls:g}次，"
        f"共{minutes:,}分钟，每周{week:,.0f}分钟，平均每个网格每周{each}分钟。",
        f"{meant:,} households {whose.en}, {asked.minutes:g} minutes of work each, {asked.calls:g} calls on the "
        f"average: {minutes:,} minutes of work in all, {week:,.0f} a week, {each} a week in a grid.",
    )


def calls_on(day: date, ground: Ground, area_code: str) -> list[Duty]:
    """What calls on households of an area on a day, as duties: campaigns and visits that come again."""
    return [
        _duty(one, _share(one, ground))
        for read in _standing
        for one in read()
        if one.first <= day <= one.last
        if one.area_code.startswith(area_code) or area_code.startswith(one.area_code)
    ]


@dataclass(frozen=True)
class Fullest:
    """The week ahead in which calls take most: its first day, their minutes in it, and what calls then."""

    day: date
    minutes: float
    names: tuple[Words, ...]


def fullest_week(area_code: str, day: date) -> Fullest | None:
    """What calls in force or announced take of a county's fullest week from a day on; None where nothing calls."""
    ground = ground_of(area_code, day)
    ahead = sorted({day, *(one.first for read in _standing for one in read() if one.first > day)})
    weeks = [_week_of(calls_on(first, ground, area_code), ground, first) for first in ahead]
    fullest = max(weeks, key=lambda one: one.minutes)
    return fullest if fullest.minutes > 0 else None


def _week_of(calls: Sequence[Duty], ground: Ground, first: date) -> Fullest:
    return Fullest(first, sums_with(ground, calls)[0].load, tuple(duty.name for duty in calls))


def beside_calls(area_code: str, day: date, found: Sequence[Sum]) -> Because | None:
    """A sum of what is admitted, told with what calls take beside it; no figure about fewer than five workers.

    The admission of matters and forms is judged without them: they come and go, and are judged with what is admitted.
    """
    held, calls, whole = ceiling_policy(), fullest_week(area_code, day), found[0]
    if calls is None or whole.workers < held.least_workers:
        return None
    both, names = whole.load + calls.minutes, _called(calls.names)
    over = Words("超过上限。", "That is over the ceiling while they last.") if both > whole.most else Words("", "")
    first = day_words(calls.day, this_year=day.year)
    said = Words(
        f"此数不含上门走访。进行中或已公示的集中走访和定期走访，在最满的一周（{first.zh}起：{names.zh}）另需办理用时"
        f"{calls.minutes:,.0f}分钟，合计每周{both:,.0f}分钟，上限{whole.most:,.0f}分钟。{over.zh}",
        f"Calls on homes are not in this sum. Campaigns and visits that come again, in force or announced, take "
        f"{calls.minutes:,.0f} minutes of work more in their fullest week, from {first.en} ({names.en}): together "
        f"{both:,.0f} a week of {whole.most:,.0f}.{' ' if over.en else ''}{over.en}",
    )
    return Because(said, held.owner)


def _called(names: Sequence[Words]) -> Words:
    """Names in a line; of many the first ones, and how many more."""
    shown, more = names[:_OFFERED], len(names) - _OFFERED
    zh, en = "、".join(one.zh for one in shown), ", ".join(one.en for one in shown)
    return Words(f"{zh}等{len(names)}项", f"{en} and {more} more") if more > 0 else Words(zh, en)


def _counties(area: str) -> list[str]:
    if CHINA.depth_at_least(area, "county"):
        return [CHINA.cut(area, "county")]
    return [one.code for one in below(area, "county")]


def _reached(ground: Ground, area: str) -> int:
    return sum(n for grid, n in ground.households.items() if grid.startswith(area))


def _beside(asked: Calls) -> list[Calls]:
    """What else calls on households of the same places in the same days."""
    return [
        one
        for read in _standing
        for one in read()
        if one.first <= asked.last and one.last >= asked.first
        if one.area_code.startswith(asked.area_code) or asked.area_code.startswith(one.area_code)
    ]


def _county(
    code: str, ground: Ground, asked: Calls, meant: int, every: int, others: Sequence[Calls], day: date
) -> _County:  # fmt: skip
    standing = (*standing_duties(code, day), *(_duty(one, _share(one, ground)) for one in others))
    own = _duty(asked, meant / every if every else 1.0)
    return _County(ground, standing, own, tuple(sums_with(ground, [*standing, own])))


def _share(one: Calls, ground: Ground) -> float:
    reached = _reached(ground, one.area_code)
    return min(1.0, one.meant / reached) if one.meant and reached else 1.0


def _duty(one: Calls, share: float) -> Duty:
    """Calls as a duty: as often a year as keeps their pace."""
    per_year = _THOUSAND * share * one.calls * _WEEKS_A_YEAR / one.weeks
    return Duty(one.key, one.name, one.minutes, per_year, (one.area_code,))


def _fullness(one: _County) -> float:
    return max((part.load / max(part.most, 1.0) for part in judged(one.found, ceiling_policy())), default=0.0)


def _way_out(one: _County, weeks: float) -> Reason:
    """How long it would have to take, and which duties take most of the week."""
    relief = sorted(one.standing, key=lambda duty: (-duty.week_of(one.ground.total_households()), duty.key))[:_OFFERED]
    drops = Words("、".join(duty.name.zh for duty in relief) or "—", ", ".join(duty.name.en for duty in relief) or "—")
    needed = _weeks_needed(one, weeks)
    if needed is None:
        return worded(NO_ROOM, drops=drops)
    return worded(MAKE_ROOM, weeks=needed, now=ceil(weeks), drops=drops)


def _weeks_needed(one: _County, weeks: float) -> int | None:
    """The fewest whole weeks in which it fits everywhere; None where nothing is left at all."""
    before = {part.area: part.load for part in sums_with(one.ground, one.standing)}
    needed = 1.0
    for part in judged(one.found, ceiling_policy()):
        own, room = (part.load - before[part.area]) * weeks, part.most - before[part.area]
        if own > 0 and room <= 0:
            return None
        needed = max(needed, own / room) if own > 0 else needed
    return ceil(needed) if needed <= _LONGEST else None


def _verdict(cost: Words, worst: _County, against: tuple[Reason, ...], owner: Words, contest: Words) -> Verdict:
    held = ceiling_policy()
    told = [reason.words() for reason in against] or [
        Words(
            f"{one.name.zh}：加上它，连同准入的事项、表单和同期的其他走访，每周办理用时{one.load:,.0f}分钟，"
            f"上限{one.most:,.0f}分钟（{one.workers:,}名网格员，"
            f"平均每人{one.load / one.workers:,.0f}分钟，上限{one.most / one.workers:,.0f}分钟）。",
            f"{one.name.en}: with it, admitted matters and forms, and other calls of its days: {one.load:,.0f} minutes "
            f"of work a week of {one.most:,.0f} ({one.workers:,} workers, on the average "
            f"{one.load / one.workers:,.0f} of {one.most / one.workers:,.0f} each).",
        )
        for one in judged(worst.found, held)[:1]
        if one.workers >= held.least_workers
    ]
    return Verdict(
        answer=Answer.NO if against else Answer.YES, subject=SUBJECT,
        because=(Because(cost, owner), *(Because(words, held.owner) for words in told)),
        rule="calls.load", version=held.version, owner=held.owner, contest=contest,
    )  # fmt: skip
