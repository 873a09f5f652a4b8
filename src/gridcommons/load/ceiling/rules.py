"""Is there time for it? Pure: posts, households and duties go in, minutes of a week and a verdict come out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gridcommons.kit.errors import Reason, refusal_kind, worded
from gridcommons.kit.verdict import Answer, Because, Verdict
from gridcommons.kit.words import Words
from gridcommons.load.ceiling.policy import CeilingPolicy

_WEEKS: Final = 365.25 / 7
_THOUSAND: Final = 1_000
FORM: Final = "form:"
FILLING: Final = Words("填写用时", "to fill in")
WORK: Final = Words("办理用时", "of work")
CEILING_RULE: Final = "load.ceiling"
SUBJECT: Final = Words("工作时间够不够？", "Is there working time for it?")
OVER = refusal_kind(
    "load.over_ceiling",
    status=422,
    zh="{area_zh}：加上它，每周办理用时{load}分钟，上限{most}分钟（{workers}名网格员）。请同时减去别的事项，或减少它的分钟数。",
    en="{area_en}: with it a week takes {load} minutes of work; the ceiling is {most} ({workers} workers). "
    "Drop another matter in the same act, or ask for less.",
)
OVER_UNSHOWN = refusal_kind(
    "load.over_ceiling_few",
    status=422,
    zh="{area_zh}：加上它就超过工作时间上限（人数太少，不列数字）。请同时减去别的事项，或减少它的分钟数。",
    en="{area_en}: with it the ceiling is passed (too few workers for a figure). "
    "Drop another matter in the same act, or ask for less.",
)


@dataclass(frozen=True)
class Post:
    """A worker in a post of a grid, with the kind of employment."""

    worker: str
    grid: str
    post: str
    employment: str


@dataclass(frozen=True)
class Duty:
    """A matter or form: minutes each time, and times a year for 1,000 households. `areas`: all, or only these.

    `key`: a form's begins with `form:`.
    """

    key: str
    name: Words
    minutes: float
    per_year: float
    areas: tuple[str, ...] = ()

    @property
    def term(self) -> Words:
        """What its minutes are called: those that a form takes to fill in, else those of work."""
        return FILLING if self.key.startswith(FORM) else WORK

    def week_of(self, households: int) -> float:
        """Minutes of a week for so many households."""
        return self.minutes * self.per_year * households / _THOUSAND / _WEEKS

    def reaches(self, code: str) -> bool:
        """Whether it is done in an area."""
        return not self.areas or code.startswith(self.areas)


@dataclass(frozen=True)
class Sum:
    """What a week takes in an area and what it has: minutes, and how many workers that is."""

    area: str
    name: Words
    load: float
    most: float
    workers: int

    @property
    def is_over(self) -> bool:
        """Whether more is asked than there is time."""
        return self.load > self.most


def budget_of_workers(posts: Iterable[Post], policy: CeilingPolicy) -> dict[tuple[str, str], float]:
    """Minutes of a week by worker and grid: a worker's week once, spread equally over the grids they serve."""
    grids: dict[str, dict[str, float]] = defaultdict(dict)
    week: dict[str, int] = {}
    for one in posts:
        share = policy.post_share.get(one.post, 0.0)
        grids[one.worker][one.grid] = max(share, grids[one.worker].get(one.grid, 0.0))
        week[one.worker] = policy.week_minutes.get(one.employment, 0)
    return {
        (worker, grid): week[worker] * policy.share * share / len(held)
        for worker, held in grids.items()
        for grid, share in held.items()
    }


def load_of_grid(grid: str, households: int, duties: Iterable[Duty]) -> float:
    """Minutes that a week takes in a grid."""
    return sum(duty.week_of(households) for duty in duties if duty.reaches(grid))


def sums(
    areas: Sequence[tuple[str, Words]], households: Mapping[str, int], posts: Sequence[Post], duties: Sequence[Duty],
    policy: CeilingPolicy,
) -> list[Sum]:  # fmt: skip
    """What a week takes and has in each of these areas; `households` by grid."""
    budget = budget_of_workers(posts, policy)
    taken = {grid: load_of_grid(grid, number, duties) for grid, number in households.items()}
    return [
        Sum(
            code, name,
            load=sum(minutes for grid, minutes in taken.items() if grid.startswith(code)),
            most=sum(minutes for (_worker, grid), minutes in budget.items() if grid.startswith(code)),
            workers=len({worker for worker, grid in budget if grid.startswith(code)}),
        )
        for code, name in areas
    ]  # fmt: skip


def judged(found: Sequence[Sum], policy: CeilingPolicy) -> list[Sum]:
    """The sums that are held against the ceiling: the first (the county), and areas with workers enough."""
    return [one for place, one in enumerate(found) if place == 0 or one.workers >= policy.least_workers]


def objections(found: Sequence[Sum], policy: CeilingPolicy) -> tuple[Reason, ...]:
    """Why there is no time: each area that is over the ceiling; no figure about fewer than five workers."""
    return tuple(
        worded(OVER, area=one.name, load=f"{one.load:,.0f}", most=f"{one.most:,.0f}", workers=f"{one.workers:,}")
        if one.workers >= policy.least_workers
        else worded(OVER_UNSHOWN, area=one.name)
        for one in judged(found, policy)
        if one.is_over
    )


def ceiling_verdict(found: Sequence[Sum], name: Words, own: Duty, policy: CeilingPolicy) -> Verdict:
    """The sum as a decision with its reasons, for the Because card and for the ledger."""
    against = objections(found, policy)
    each = Words(
        f"“{name.zh}”每次{own.term.zh}{own.minutes:g}分钟，预计每千户每年{own.per_year:,g}次。",
        f"“{name.en}” takes {own.minutes:g} minutes {own.term.en} each time, {own.per_year:,g} times a year for 1,000 "
        "households.",
    )
    told = [reason.words() for reason in against] or [
        _within(one) for one in judged(found, policy)[:1] if one.workers >= policy.least_workers
    ]
    return Verdict(
        answer=Answer.NO if against else Answer.YES,
        subject=SUBJECT,
        because=tuple(Because(words, policy.owner) for words in (each, *told)),
        rule=CEILING_RULE,
        version=policy.version,
        owner=policy.owner,
        contest=policy.contest,
    )


def _within(one: Sum) -> Words:
    return Words(
        f"{one.name.zh}：加上它，准入的全部事项和表单每周办理用时{one.load:,.0f}分钟，上限{one.most:,.0f}分钟（{one.workers:,}名网格员）。",
        f"{one.name.en}: with it, all admitted matters and forms take {one.load:,.0f} minutes of work a week of "
        f"{one.most:,.0f} ({one.workers:,} workers).",
    )
