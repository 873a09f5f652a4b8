"""What a worker's day asks for besides cases: the households to visit in the grids of today, the most urgent first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from gridcommons.access.rules import Viewer
from gridcommons.collection.calling import Call, Series, next_call
from gridcommons.collection.campaigns.policy import policy as campaign_policy
from gridcommons.collection.campaigns.queries import CampaignFacts, running_in
from gridcommons.collection.households import Household, households
from gridcommons.collection.rounds.policy import policy as round_policy
from gridcommons.collection.rounds.queries import RoundFacts, rounds_in
from gridcommons.collection.selecting import Choice, meets
from gridcommons.collection.visits.queries import Calls, calls_at
from gridcommons.kit.clock import local_day
from gridcommons.kit.codes import within
from gridcommons.kit.natural import natural_key
from gridcommons.kit.words import Words
from gridcommons.territory.succession import ZONE


@dataclass(frozen=True)
class Due:
    """One visit that is due. `label`: as in the list of households. `because`: what asks for it, in both languages.

    `until`: the day by which; `appointment_at`: what the household asked for, if anything.
    """

    household_id: UUID
    area_code: str
    label: str
    form_key: str
    because: Words
    until: date
    appointment_at: datetime | None = None
    campaign_id: UUID | None = None


@dataclass(frozen=True)
class _Asking:
    """What asks for visits: its series, its words, where, and which households are meant."""

    series: Series
    name: Words
    area_code: str
    choice: Choice
    campaign_id: UUID | None = None


def visits_due(*, grids: Sequence[str], viewer: Viewer, at: datetime, purpose: str = "visit") -> tuple[Due, ...]:
    """The visits due in these grids, every one: appointments by their time, then what has to be done first.

    Each grid is looked at as its list of households is; nothing is looked at where nothing asks for visits.
    """
    day = local_day(at, ZONE)
    asking = [*map(_campaign, running_in(grids, day)), *map(_round, rounds_in(grids, day))]
    if not asking:
        return ()
    found = [due for grid in grids for due in _in_grid(grid, _over(grid, asking), viewer, at, purpose)]
    return tuple(sorted(found, key=urgency))


def _over(grid: str, asking: Sequence[_Asking]) -> list[_Asking]:
    return [one for one in asking if within(grid, (one.area_code,))]


def _campaign(one: CampaignFacts) -> _Asking:
    held = campaign_policy()
    series = Series(one.series, one.form_key, one.first, one.last, held.most_calls, held.again_days)
    return _Asking(series, one.name, one.area.code, one.choice, one.id)


def _round(one: RoundFacts) -> _Asking:
    held = round_policy()
    series = Series(
        one.series, one.form_key, one.first, one.last, held.most_calls, held.again_days, every=one.every_days,
        grace=held.grace_days, by_consent=one.by_consent,
    )  # fmt: skip
    return _Asking(series, one.name, one.area.code, one.choice)


def _in_grid(grid: str, asking: Sequence[_Asking], viewer: Viewer, at: datetime, purpose: str) -> Iterator[Due]:
    if not asking:
        return
    day, facts = local_day(at, ZONE), sorted({one.choice.key for one in asking} - {""})
    homes = households(grids=[grid], keys=facts, viewer=viewer, at=at, purpose=purpose)
    calls = calls_at(
        area_code=grid, kinds=sorted({one.series.kind for one in asking}),
        series=sorted(one.series.key for one in asking), since=min(one.series.first for one in asking), viewer=viewer,
        at=at, purpose=purpose,
    )  # fmt: skip
    for home in homes:
        yield from _at_home(home, asking, calls, day)


def _at_home(home: Household, asking: Sequence[_Asking], calls: Calls, day: date) -> Iterator[Due]:
    """One visit a form, however many things ask for it: the most urgent one says why."""
    found: dict[str, Due] = {}
    for one in asking:
        known = home.known.get(one.choice.key)
        if one.choice.key and (known is None or not meets(one.choice, known.on(day))):
            continue
        made = calls.made.get((home.id, one.series.kind), ())
        wishes: Mapping[str, bool] = calls.wishes.get(home.id, {})
        call = next_call(one.series, made, wishes.get(one.series.key), day)
        due = _due(home, one, call) if call is not None else None
        former = found.get(one.series.kind)
        if due is not None and (former is None or urgency(due) < urgency(former)):
            found[one.series.kind] = due
    yield from found.values()


def _due(home: Household, one: _Asking, call: Call) -> Due:
    return Due(
        home.id, home.area_code, home.label, one.series.kind, one.name, call.until, call.appointment_at,
        one.campaign_id,
    )  # fmt: skip


def urgency(due: Due) -> tuple[object, ...]:
    """What a list of visits is sorted by: who named a time, then the nearest end, then the address as people count."""
    moment = due.appointment_at
    return (moment is None, moment.isoformat() if moment else "", due.until, natural_key(due.label))
