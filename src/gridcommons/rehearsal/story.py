"""A demo county's days: it is built, real requests are replayed through Open311, and a report says how it went."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Final

from gridcommons.access.actions import add_api_key, withdraw_api_keys
from gridcommons.access.identify import account, program
from gridcommons.cases.codes import ZONE
from gridcommons.cases.counting import count_days
from gridcommons.cases.measuring.counting import post_terms
from gridcommons.cases.reviewing import LifeLines, life_lines
from gridcommons.kit.clock import local_day
from gridcommons.kit.words import Words
from gridcommons.matters.queries import current
from gridcommons.outlook.indicators.terms import terms_over
from gridcommons.rehearsal.awaiting import left_to_check, left_to_file
from gridcommons.rehearsal.cast import gather
from gridcommons.rehearsal.door import Door
from gridcommons.rehearsal.extract import load_extract
from gridcommons.rehearsal.places import Places, Spot, read_places
from gridcommons.rehearsal.plan import PlannedRequest, make_plan, plan_end
from gridcommons.rehearsal.replay import Replay, Running
from gridcommons.rehearsal.residents import official_county
from gridcommons.rehearsal.score import score_mapping

Progress = Callable[[Words, int, int], None]
_JOB: Final = program("demo")
_TODAY_SEED: Final = 1_000
KEY_NAME: Final = "demo"
_RESIDENTS: Final = ("resident", "neighbour")
_WORKER: Final = "worker"


@dataclass
class Played:
    """What a replay came to: requests, how they ended, whether every life line is whole, the mapping's score."""

    requests: int = 0
    answered: int = 0
    closed: int = 0
    today: int = 0
    chains: int = 0
    through_open311: int = 0
    seconds: float = 0.0
    mapping: str = ""
    lines: LifeLines = field(default_factory=LifeLines)

    @property
    def closed_share(self) -> float:
        """The share of the replayed days' requests that came to an end."""
        return self.closed / self.requests if self.requests else 0.0

    def lines_in(self, language: str) -> list[str]:
        """The report, a line each."""
        whole = self.lines.total - len(self.lines.broken)
        told = (
            Words(
                f"重放 {self.requests} 件（其中部门接力 {self.chains} 件，经 Open311 {self.through_open311} 件），"
                f"办结 {self.closed} 件 = {self.closed_share:.1%}；不属于网格、已告知去处 {self.answered} 件；"
                f"今天到现在 {self.today} 件",
                f"replayed {self.requests} requests ({self.chains} chains over departments, "
                f"{self.through_open311} through Open311), {self.closed} closed = {self.closed_share:.1%}; "
                f"{self.answered} not for the grid, answered with the way to go; today so far {self.today}",
            ),
            Words(f"完整的办理过程 {whole}/{self.lines.total}", f"whole life lines {whole} of {self.lines.total}"),
            Words(f"类型对应的得分：{self.mapping}", f"mapping: {self.mapping}"),
            Words(f"用时 {self.seconds:.0f} 秒", f"took {self.seconds:.0f} s"),
        )
        return [words.in_language(language) for words in told]


def require_possible(
    *,
    url: str,
    county: str,
    days: int,
    seed: int,
    today: date,
    larger: Path | None,
    per_day: float | None,
    patience: float = 0.0,
) -> None:
    """Refuse what cannot be replayed before anything is built: a strange county, bad numbers, no file, no demo."""
    official_county(county)
    make_plan(load_extract(larger), days=days, per_day=per_day, start=today - timedelta(days=days), seed=seed)
    Door(url, "").require_demo(patience)


def replay_days(
    *, url: str, county: str, days: int, seed: int, now: datetime, larger: Path | None = None, progress: Progress,
    per_day: float | None = None, speed: float = 0.0,
) -> Played:  # fmt: skip
    """Replay `days` whole days up to yesterday, then today so far; the program must run at `url`."""
    _key, api_key = add_api_key(name=KEY_NAME, door="open311", may_set_time=True, by=_JOB, at=now)
    door = Door(url, api_key)
    door.require_demo()
    today = local_day(now, ZONE)
    extract = load_extract(larger)
    whole = make_plan(extract, days=days, per_day=per_day, start=today - timedelta(days=days), seed=seed)
    rate = len(whole) / days
    fresh = make_plan(extract, days=1, per_day=rate, start=today, seed=seed + _TODAY_SEED)
    replay = Replay(door, gather(now), current(), [account(name) for name in _RESIDENTS], speed=speed)
    midnight = plan_end(today - timedelta(days=days), days)
    ahead = _Days(whole, midnight, left_to_check(_taken(whole), midnight))
    now_on = _Days(fresh, now, left_to_file(_taken(fresh), now))
    try:
        past = _play(replay, ahead, county, seed, progress, PAST)
        ongoing = _play(replay, now_on, county, seed + 1, progress, TODAY)
    finally:  # a key that may say what time it is does not outlive the replay
        withdraw_api_keys(name=KEY_NAME, reason="the replay is over", by=_JOB, at=now)
    count_figures(today - timedelta(days=days), now, progress)
    ended = [running for running in past if running.plan.ends_at is not None and _ended(running)]
    taken = [running for running in past if not running.answered]
    return Played(
        requests=len(taken), answered=len(past) - len(taken), closed=len(ended),
        today=len([running for running in ongoing if running.case_id]),
        chains=sum(bool(running.plan.legs) for running in past),
        through_open311=sum(running.through_door for running in past),
        mapping=score_mapping().line(), lines=life_lines(by=_JOB, at=now),
    )  # fmt: skip


PAST: Final = Words("重放过去几天的事项", "replaying the past days")
TODAY: Final = Words("重放今天到现在的事项", "replaying today so far")
COUNTING: Final = Words("汇总六级数字", "counting over six levels")


@dataclass(frozen=True)
class _Days:
    """Some days to replay: their requests, until when, and which of them stay with the worker of the demo."""

    plan: Sequence[PlannedRequest]
    until: datetime
    stops: Mapping[int, str]


def _play(
    replay: Replay, days: _Days, county: str, seed: int, progress: Progress, words: Words
) -> list[Running]:  # fmt: skip
    replay.by_serial = {}
    places, home = read_places(county, seed=seed), _grid_shown()
    spots = [_spot(places, request, home if request.serial in days.stops else "") for request in days.plan]
    replay.run(
        days.plan, spots, until=days.until, stops=days.stops,
        progress=lambda done, total: progress(words, done, total),
    )  # fmt: skip
    return list(replay.by_serial.values())


def _taken(plan: Sequence[PlannedRequest]) -> list[PlannedRequest]:
    """The requests that the grid takes; the others are answered with the way to go."""
    matters = current()
    return [request for request in plan if matters.get(request.matter).for_grid]


def _grid_shown() -> str:
    """The grid of the worker whom the demo shows: some work is left for them there."""
    return next(code for grant in account(_WORKER).grants for code in grant.included)


def _spot(places: Places, request: PlannedRequest, grid: str) -> Spot:
    known = _position_known(request)
    return places.within(grid, request.place, known=known) if grid else places.at(request.place, known=known)


def _position_known(request: PlannedRequest) -> bool:
    """A worker who settles a thing stands beside it, whatever the source knew."""
    return request.place_known or request.conduct.settled_on_the_spot


def _ended(running: Running) -> bool:
    return bool(running.done) and running.done[-1] in {"closed", "settled", "merged", "confirmed"}


def count_figures(first: date, now: datetime, progress: Progress) -> None:
    """Count the days from `first` to today anew: what was done in days gone by is no change since the last count."""
    last = local_day(now, ZONE)
    progress(COUNTING, 0, 1)
    count_days(first=first, last=last, by=_JOB, at=now)
    post_terms(terms_over(first, last), by=_JOB, at=now)
    progress(COUNTING, 1, 1)
