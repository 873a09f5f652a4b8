"""How far a campaign has come in an area, as an office may see it: the one reading of its numbers, for every page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from gridcommons.access.rules import GrantFacts, Viewer
from gridcommons.collection.campaigns import disclosing
from gridcommons.collection.campaigns import refusals as say
from gridcommons.collection.campaigns.disclosing import NOT_COUNTED, OUTCOMES, Counted, Coverage, in_steps
from gridcommons.collection.campaigns.models import DayCount, DayReturn, Goal, SilentDay
from gridcommons.collection.campaigns.policy import policy
from gridcommons.collection.campaigns.queries import CampaignFacts
from gridcommons.collection.concerning import stands
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import CHINA, within
from gridcommons.kit.disclosure import Shown, alone, exact
from gridcommons.kit.errors import refuse
from gridcommons.kit.lineage import in_force
from gridcommons.territory.queries import AreaFacts, area_on, children, names_of
from gridcommons.territory.succession import ZONE
from gridcommons.workforce.queries import only_server

STRIP_DAYS: Final = 14


@dataclass(frozen=True)
class DayMark:
    """A day of an area: how many of its grids reported. Of a grid itself: whether it did, and else why not."""

    day: date
    reported: int
    grids: int
    reason: str = ""
    is_confirmed: bool = False


@dataclass(frozen=True)
class AreaLine:
    """One area of the picture. `days`: from the oldest on; none of areas whose workers are few (charter 12)."""

    area: AreaFacts
    coverage: Coverage
    days: tuple[DayMark, ...]

    @property
    def is_hidden(self) -> bool:
        """Whether it was counted and nothing of it may be told."""
        told = self.coverage.reached is not None or self.coverage.quarter is not None or self.days
        return self.coverage.is_counted and not told


@dataclass(frozen=True)
class Returned:
    """What an area's office said of a day."""

    area: AreaFacts
    day: date
    note: str


@dataclass(frozen=True)
class Picture:
    """A campaign in one picture for an area: itself, the areas below, the days.

    `days`: those shown, of all up to `last_day`. `visits`: of each, by outcome; None of areas with few workers.
    `is_grids`: whether single grids are shown. `opens`: whether the areas below have pages that the viewer may read.
    `is_own`: a grid as the one who serves it alone sees it, with all its figures. `reasons`: how many grids gave which
    reason for the last day, in areas with workers enough.
    """

    whole: AreaLine
    parts: tuple[AreaLine, ...]
    days: tuple[date, ...]
    last_day: date
    visits: dict[date, dict[str, Shown]] | None
    is_grids: bool
    is_own: bool
    opens: bool
    reasons: dict[str, Shown]
    returns: tuple[Returned, ...]


@dataclass(frozen=True)
class _Way:
    """From the campaign's own area down to the one asked for, each with the codes directly below it."""

    codes: tuple[str, ...]
    below: tuple[tuple[str, ...], ...]

    @property
    def every(self) -> list[str]:
        """All codes of it."""
        return sorted({*self.codes, *(code for parts in self.below for code in parts)})


def picture(
    *, facts: CampaignFacts, area_code: str, viewer: Viewer, at: datetime, last: date | None = None
) -> Picture:  # fmt: skip
    """How far a campaign has come in an area; single grids are shown at the township and below alone.

    Of one whose area ended, as it stood on its last day, for whoever holds a part of that area today.
    """
    today = local_day(at, ZONE) if facts.gone_on is None else facts.gone_on - timedelta(days=1)
    if not within(area_code, (facts.area.code,)) or not _sees(viewer, area_code, at):
        raise refuse(say.UNKNOWN)
    here, parts = area_on(area_code, today), children(area_code, today)
    is_grids = here.level == "grid" or any(part.level == "grid" for part in parts)
    if is_grids and not _at_township(viewer, area_code, at):
        raise refuse(say.NUMBERS_ONLY)
    is_own = here.level == "grid" and serves_alone(viewer, here.code, facts.first, today)
    way, days = _way(facts, area_code, today), _days(facts, min(last or today, today, facts.last))
    goals = {row.area_code: row for row in Goal.objects.filter(campaign_id=facts.id, area_code__in=way.every)}
    own, below = _coverages(facts, way, goals, is_own=is_own)
    told = {code for code, row in goals.items() if row.by_day} | ({here.code} if is_own else set())
    marks = _marks(facts.id, told.intersection({here.code, *below}), days, goals)
    return Picture(
        whole=AreaLine(here, own, marks.get(here.code, ())),
        parts=tuple(AreaLine(part, below[part.code], marks.get(part.code, ())) for part in parts),
        days=days, last_day=min(today, facts.last),
        visits=_visits(facts.id, way, days, is_own=is_own) if here.code in told else None,
        is_grids=is_grids, is_own=is_own,
        opens=_at_township(viewer, area_code, at) or not any(part.level == "village" for part in parts),
        reasons=_reasons(facts.id, here.code, days[-1:]) if here.code in told and not is_own else {},
        returns=_returns(facts.id, [here.code, *below], days),
    )  # fmt: skip


def _sees(viewer: Viewer, area_code: str, at: datetime) -> bool:
    """Staff see the figures of their own areas and of what lies in them."""
    return viewer.everywhere or any(
        grant is not None and _reaches(grant, area_code) for _role, grant in viewer.roles_at(at)
    )


def _reaches(grant: GrantFacts, area_code: str) -> bool:
    """Whether a grant covers an area; of one that ended, any area that took its place."""
    return grant.covers(area_code) or (
        not stands(area_code) and any(grant.covers(part) for part in in_force().spread(area_code))
    )


def _at_township(viewer: Viewer, area_code: str, at: datetime) -> bool:
    """Whether a viewer's own post lies at township level or below, and reaches the area."""
    return any(
        grant is not None and grant.is_local and _reaches(grant, area_code) for _role, grant in viewer.roles_at(at)
    )


def serves_alone(viewer: Viewer, grid: str, first: date, today: date) -> bool:
    """Whether a viewer is the one worker posted to a grid, today and since a first day: no day is another's.

    A grant over the grid is no post in it. Of two workers, each could reckon the other's day.
    """
    grid = in_force().follow(grid) or grid
    return viewer.user_id is not None and only_server(grid, min(first, today), today) == viewer.user_id


def levels_of(facts: CampaignFacts, area_code: str) -> tuple[str, ...]:
    """The codes from the campaign's own area down to one of its areas."""
    above = [code for code in CHINA.ancestors(area_code) if len(code) >= len(facts.area.code)]
    return (*above, area_code)


def _way(facts: CampaignFacts, area_code: str, today: date) -> _Way:
    known = names_of(levels_of(facts, area_code))
    codes = tuple(code for code in levels_of(facts, area_code) if code in known)
    return _Way(codes, tuple(tuple(part.code for part in children(code, today)) for code in codes))


def _days(facts: CampaignFacts, last: date) -> tuple[date, ...]:
    first = max(facts.first, last - timedelta(days=STRIP_DAYS - 1))
    return tuple(first + timedelta(days=n) for n in range((last - first).days + 1)) or (facts.first,)


def _coverages(
    facts: CampaignFacts, way: _Way, goals: Mapping[str, Goal], *, is_own: bool
) -> tuple[Coverage, dict[str, Coverage]]:  # fmt: skip
    counted = {
        code: Counted(row.households, row.reached, by_day=bool(row.by_day)) for code, row in goals.items()
    }  # fmt: skip
    levels = [
        (counted.get(code, Counted()), {part: counted.get(part, Counted()) for part in parts})
        for code, parts in zip(way.codes, way.below, strict=True)
    ]
    own, below = disclosing.coverages(levels, way.codes[1:], few_meant=bool(facts.choice.key))
    if is_own:
        whole = levels[-1][0]
        own = Coverage(exact(whole.households), whole.reached)
    below = {code: one if code in goals else NOT_COUNTED for code, one in below.items()}
    return own if way.codes[-1] in goals else NOT_COUNTED, below


def _marks(
    campaign_id: UUID, codes: set[str], days: Sequence[date], goals: Mapping[str, Goal]
) -> dict[str, tuple[DayMark, ...]]:  # fmt: skip
    key = {"campaign_id": campaign_id, "area_code__in": codes, "day__in": days}
    counts = {(row.area_code, row.day): row.grids for row in DayCount.objects.filter(**key)}
    reasons = {(row.area_code, row.day): row.reason for row in SilentDay.objects.filter(**key)}
    said = set(DayReturn.objects.filter(**key).values_list("area_code", "day"))
    grids = {code: row.grids for code, row in goals.items()}
    return {
        code: tuple(
            DayMark(
                day, counts.get((code, day), 0), grids.get(code, 0), reasons.get((code, day), ""), (code, day) in said
            )
            for day in days
        )
        for code in codes
    }


def _visits(
    campaign_id: UUID, way: _Way, days: Sequence[date], *, is_own: bool
) -> dict[date, dict[str, Shown]]:  # fmt: skip
    """Visits by day and how they ended; whoever serves the grid sees their own as they are."""
    rows = DayCount.objects.filter(campaign_id=campaign_id, area_code__in=way.every, day__in=days)
    found = {(row.area_code, row.day): {name: getattr(row, name) for name in OUTCOMES} for row in rows}
    told: dict[date, dict[str, Shown]] = {}
    for day in days:
        levels = [
            (found.get((code, day), {}), {part: found.get((part, day), {}) for part in parts})
            for code, parts in zip(way.codes, way.below, strict=True)
        ]
        whole = levels[-1][0]
        told[day] = (
            {name: exact(whole.get(name, 0)) for name in OUTCOMES}
            if is_own
            else disclosing.outcomes(levels, way.codes[1:])
        )
    return told


def _reasons(campaign_id: UUID, code: str, days: Sequence[date]) -> dict[str, Shown]:
    """How many grids gave which reason, whether or not something came after all."""
    rows = SilentDay.objects.filter(campaign_id=campaign_id, area_code__startswith=code, day__in=days)
    given = list(rows.values_list("reason", flat=True))
    return {key: in_steps(alone(given.count(key))) for key in policy().reasons if key in given}


def _returns(campaign_id: UUID, codes: Sequence[str], days: Sequence[date]) -> tuple[Returned, ...]:
    rows = DayReturn.objects.filter(campaign_id=campaign_id, area_code__in=codes, day__in=days).order_by(
        "-day", "area_code"
    )
    names = names_of(codes)
    return tuple(Returned(names[row.area_code], row.day, row.note) for row in rows)
