"""A worker's own week: their part of what their grids ask, against the ceiling. Nobody else's, of no other day.

What is admitted is reckoned by grid; whoever serves a grid bears it by the time that their post gives (charter 12).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from gridcommons.collection.fitting import calls_on
from gridcommons.kit.codes import CHINA
from gridcommons.kit.words import Words
from gridcommons.load.admission.weighing import standing_duties
from gridcommons.load.ceiling.policy import ceiling_policy
from gridcommons.load.ceiling.rules import FORM, Duty, budget_of_workers
from gridcommons.load.ceiling.standing import Ground, ground_of
from gridcommons.workforce.queries import grids_of, worker_ids

KINDS: Final = ("matter", "form", "campaign", "round")
_MARKS: Final = {FORM: "form", "campaign:": "campaign", "round:": "round"}


@dataclass(frozen=True)
class Part:
    """What one duty takes of the week, in minutes. `kind`: one of `KINDS`."""

    key: str
    kind: str
    name: Words
    minutes: float


@dataclass(frozen=True)
class OwnWeek:
    """A worker's week in minutes: its parts, the longest first, and the most that may be asked (`most`)."""

    grids: tuple[str, ...]
    parts: tuple[Part, ...]
    most: float

    @property
    def taken(self) -> float:
        """What all parts take together."""
        return sum(one.minutes for one in self.parts)

    @property
    def room(self) -> float:
        """What could still be asked; below nothing where it is too much already."""
        return self.most - self.taken

    def of_kind(self, kind: str) -> tuple[Part, ...]:
        """The parts of a kind."""
        return tuple(one for one in self.parts if one.kind == kind)


def own_week(user_id: UUID, day: date) -> OwnWeek:
    """The week of the worker behind an account on a day; an empty one where they serve no grid."""
    worker, grids = worker_ids({user_id}).get(user_id), grids_of(user_id, day)
    if worker is None or not grids:
        return OwnWeek(tuple(grids), (), 0.0)
    counties = sorted({CHINA.cut(grid, "county") for grid in grids})
    grounds = {code: ground_of(code, day) for code in counties}
    duties = {code: [*standing_duties(code, day), *calls_on(day, ground, code)] for code, ground in grounds.items()}
    posts = [post for ground in grounds.values() for post in ground.posts]
    budget = budget_of_workers(posts, ceiling_policy())
    shares = {grid: _share(budget, str(worker), grid) for grid in grids}
    most = sum(budget.get((str(worker), grid), 0.0) for grid in grids)
    return OwnWeek(tuple(grids), _parts(shares, grounds, duties), most)


def _share(budget: Mapping[tuple[str, str], float], worker: str, grid: str) -> float:
    """Which part of a grid a worker bears: their time in it out of everybody's."""
    whole = sum(minutes for (_worker, code), minutes in budget.items() if code == grid)
    return budget.get((worker, grid), 0.0) / whole if whole else 0.0


def _parts(
    shares: Mapping[str, float], grounds: Mapping[str, Ground], duties: Mapping[str, Sequence[Duty]]
) -> tuple[Part, ...]:
    minutes: dict[str, float] = defaultdict(float)
    names: dict[str, Words] = {}
    for grid, share in shares.items():
        county = CHINA.cut(grid, "county")
        households = grounds[county].households.get(grid, 0)
        for duty in _reaching(duties[county], grid):
            names[duty.key] = duty.name
            minutes[duty.key] += duty.week_of(households) * share
    found = [Part(key, _kind(key), names[key], taken) for key, taken in minutes.items() if taken > 0]
    return tuple(sorted(found, key=lambda one: (-one.minutes, one.key)))


def _reaching(duties: Iterable[Duty], grid: str) -> list[Duty]:
    return [duty for duty in duties if duty.reaches(grid)]


def _kind(key: str) -> str:
    return next((kind for mark, kind in _MARKS.items() if key.startswith(mark)), "matter")
