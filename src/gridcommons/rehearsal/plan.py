"""The replay plan: which request comes when and where, in whose words, and what will become of it. Pure, by seed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.rehearsal.behaviour import (
    ENDS,
    FILED,
    MERGED,
    REOPENED,
    Behaviours,
    Conduct,
    conduct_of,
    load_behaviours,
    squeezed,
    stage_names,
    stage_shares,
)
from gridcommons.rehearsal.duplicates import Candidate, choose_duplicates
from gridcommons.rehearsal.extract import Extract
from gridcommons.rehearsal.legs import Leg, legs_of
from gridcommons.rehearsal.pool import Draft, pool_of, sampled
from gridcommons.rehearsal.texts import Texts, load_texts

PLAN_IMPOSSIBLE = refusal_kind(
    "rehearsal.plan_impossible",
    status=400,
    zh="演练计划无法制定：天数须为 1 到 {most_days}，每天件数须大于 0，总数在 1 到 {most} 之间，种子不能为负。",
    en="This rehearsal cannot be planned: days must be 1 to {most_days}, requests a day above 0 with 1 to {most} in "
    "all, and the seed must not be negative.",
)
MOST_DAYS: Final = 366
MOST_REQUESTS: Final = 1_000_000
SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
CONDUCT_DRAWS: Final = 7


@dataclass(frozen=True)
class Stage:
    """One thing that happens to a request: a name of `behaviour` and an aware UTC moment."""

    name: str
    at: datetime


@dataclass(frozen=True)
class PlannedRequest:
    """One request of the plan, in the order of `at`.

    serial: 1, 2, ... by time; origin, source: id of the extract's row or chain. place: (u, v) in 0..1, west-east and
    south-north, for the caller to map onto populated grids; place_known False = the source had none, drawn at random.
    stages: what happens when, rising; the last one ends the request unless it stays open. legs: only for chains, the
    departments in turn; they lie before the stage `closed`.
    """

    serial: int
    origin: int
    source: str
    at: datetime
    matter: str
    language: str
    text: str
    channel: str
    place: tuple[float, float]
    place_known: bool
    conduct: Conduct
    stages: tuple[Stage, ...]
    legs: tuple[Leg, ...] = ()

    @property
    def ends_at(self) -> datetime | None:
        """When the request is closed, settled or merged for good; None if it stays open."""
        last = self.stages[-1]
        return last.at if last.name in ENDS else None


@dataclass(frozen=True)
class _Timed:
    """A draft with its moment, random draws and conduct, before duplicates are chosen.

    `pause`: the hours for which it was quiet between its closing and its reopening, beside `hours`.
    """

    draft: Draft
    at: datetime
    hours: float
    draws: tuple[float, ...]
    conduct: Conduct
    place: tuple[float, float]
    pause: float = 0.0


def make_plan(
    extract: Extract,
    *,
    days: int,
    per_day: float | None = None,
    start: date,
    seed: int,
    zone: tzinfo = SHANGHAI,
    behaviours: Behaviours | None = None,
) -> list[PlannedRequest]:
    """The requests of `days` local days from `start`, sorted by time; the same arguments give the same plan.

    per_day None = every mapped request of the extract and every chain once; fewer are sampled, more are resampled
    with new places and texts. The time of day is the source's; days get equal numbers, because the extract's own
    days are an artefact of sampling. Refuses days, numbers and seeds out of bounds.
    """
    declared = behaviours or load_behaviours()
    pool = pool_of(extract)
    total = _total(len(pool), days, per_day, seed)
    rng = np.random.default_rng(seed)
    drafts = sampled(pool, total, rng, declared.times)
    moments = _moments(drafts, days, start, zone, rng)
    end = plan_end(start, days, zone)
    draws = rng.random((total, CONDUCT_DRAWS + 5))
    order = sorted(range(total), key=lambda place: moments[place])
    timed = [
        _timed(drafts[place], moments[place], tuple(draws[place].tolist()), declared, days=days, end=end)
        for place in order
    ]
    originals = choose_duplicates(
        [_candidate(item, declared) for item in timed], declared.rates.duplicate, rng.permutation(total).tolist()
    )
    texts = load_texts()
    return [_planned(place, timed, originals.get(place), declared, texts) for place in range(total)]


def plan_end(start: date, days: int, zone: tzinfo = SHANGHAI) -> datetime:
    """The aware UTC moment at which a plan of `days` local days from `start` is over."""
    return datetime.combine(start + timedelta(days=days), time(), tzinfo=zone).astimezone(UTC)


def closed_share(plan: Sequence[PlannedRequest], at: datetime) -> float:
    """The share of the plan's requests that are closed, settled or merged by a moment; 0.0 for an empty plan."""
    ended = sum(request.ends_at is not None and request.ends_at <= at for request in plan)
    return ended / len(plan) if plan else 0.0


def _total(pool: int, days: int, per_day: float | None, seed: int) -> int:
    refusal = refuse(PLAN_IMPOSSIBLE, most_days=MOST_DAYS, most=MOST_REQUESTS)
    if not 1 <= days <= MOST_DAYS or seed < 0 or not math.isfinite(per_day or 0.0):
        raise refusal
    total = pool if per_day is None else round(per_day * days)
    if not 1 <= total <= MOST_REQUESTS or not pool:
        raise refusal
    return total


def _moments(drafts: Sequence[Draft], days: int, start: date, zone: tzinfo, rng: np.random.Generator) -> list[datetime]:
    turns = rng.permutation(len(drafts)).tolist()
    seconds = rng.integers(0, 60, size=len(drafts)).tolist()
    moments = []
    for draft, turn, second in zip(drafts, turns, seconds, strict=True):
        day = start + timedelta(days=turn * days // len(drafts))
        clock = time(draft.minute // 60, draft.minute % 60, second)
        moments.append(datetime.combine(day, clock, tzinfo=zone).astimezone(UTC))
    return moments


def _timed(
    draft: Draft, at: datetime, draws: tuple[float, ...], declared: Behaviours, *, days: int, end: datetime
) -> _Timed:
    times = declared.times
    conduct = Conduct(stays_open=True)
    hours, pause = times.open_filed_hours, 0.0
    if draft.hours is not None:
        conduct = conduct_of(draft.matter, draws[:CONDUCT_DRAWS], declared, chain=draft.chain is not None)
        room = (end - at).total_seconds() / 3600
        hours = squeezed(draft.hours, days=days, room_hours=room, times=times)
        conduct, pause = _reopening(conduct, hours, room, declared)
    place = draft.place or (draws[CONDUCT_DRAWS], draws[CONDUCT_DRAWS + 1])
    return _Timed(draft, at, hours, draws, conduct, place, pause)


def _reopening(conduct: Conduct, hours: float, room: float, declared: Behaviours) -> tuple[Conduct, float]:
    """How long it is quiet before it is reopened; without room for it in the plan it is not reopened at all."""
    if not conduct.reopened:
        return conduct, 0.0
    names = stage_names(conduct)
    shares, place = stage_shares(names, declared.weights), names.index(REOPENED)
    pause = max(0.0, declared.times.reopened_after_hours - hours * (shares[place] - shares[place - 1]))
    if hours + pause > declared.times.room_share * room:
        return replace(conduct, reopened=False), 0.0
    return conduct, pause


def _candidate(item: _Timed, declared: Behaviours) -> Candidate:
    names = stage_names(item.conduct)
    filed = _later(item, stage_shares(names, declared.weights)[0])
    return Candidate(
        matter=item.draft.matter,
        at=item.at,
        filed_at=filed if names[0] == FILED else None,
        ends_at=_end(item),
        may_repeat=item.draft.chain is None and not item.conduct.stays_open,
    )


def _planned(
    place: int, timed: Sequence[_Timed], original: int | None, declared: Behaviours, texts: Texts
) -> PlannedRequest:
    item = timed[place]
    draft = item.draft
    language = "zh" if item.draws[-1] < declared.rates.chinese else "en"
    where, conduct, stages = item, item.conduct, _stages(item, declared)
    if original is not None:
        where = timed[original]
        given, shown = item.conduct.contact_given, item.conduct.contact_shown
        conduct = Conduct(duplicate_of=original + 1, contact_given=given, contact_shown=shown)
        stages = (_merging(item, where),)
    return PlannedRequest(
        serial=place + 1,
        origin=draft.origin,
        source=draft.source,
        at=item.at,
        matter=draft.matter,
        language=language,
        text=texts.write(texts.family_of(draft.matter, where.draft.kind), language, (item.draws[-2], item.draws[-3])),
        channel=draft.channel,
        place=where.place,
        place_known=where.draft.place is not None,
        conduct=conduct,
        stages=stages,
        legs=_legs(item, stages),
    )


def _stages(item: _Timed, declared: Behaviours) -> tuple[Stage, ...]:
    names = stage_names(item.conduct)
    shares = stage_shares(names, declared.weights)
    quiet_until = names.index(REOPENED) if REOPENED in names else len(names)
    return tuple(
        Stage(name, _later(item, share, item.pause if number >= quiet_until else 0.0))
        for number, (name, share) in enumerate(zip(names, shares, strict=True))
    )


def _end(item: _Timed) -> datetime:
    return _later(item, 1.0, item.pause)


def _later(item: _Timed, share: float, pause: float = 0.0) -> datetime:
    return item.at + timedelta(seconds=round((item.hours * share + pause) * 3600))


def _merging(item: _Timed, original: _Timed) -> Stage:
    left = (_end(original) - item.at).total_seconds()
    return Stage(MERGED, item.at + timedelta(seconds=min(left // 2, 3600)))


def _legs(item: _Timed, stages: Sequence[Stage]) -> tuple[Leg, ...]:
    chain = item.draft.chain
    if chain is None:
        return ()
    begins, ends = (next(stage.at for stage in stages if stage.name == name) for name in ("dispatched", "handled"))
    whole = max(chain.hours_to_close, 1.0)

    def moment(hours: float) -> datetime:
        # The logarithm keeps a hand-over after two hours apart from one after a year within the same fortnight.
        share = min(1.0, math.log1p(hours) / math.log1p(whole))
        return begins + timedelta(seconds=round((ends - begins).total_seconds() * share))

    return legs_of(chain, moment)
