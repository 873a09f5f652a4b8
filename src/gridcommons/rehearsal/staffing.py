"""Who works in the demo county, planned purely and by seed: accounts, roles at offices, posts in grids."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from gridcommons.access.roles import ROLES
from gridcommons.people.identity import synthetic_phone
from gridcommons.rehearsal.declared import declared
from gridcommons.rehearsal.offices import (
    ADMISSION,
    COMMAND,
    COMMITTEE,
    DATA_OFFICE,
    DUTY,
    GRID,
    HEALTH,
    LEGAL,
    MEDIATION,
    REVIEW,
    STAFF_COUNCIL,
    SUPERVISION,
    office_key,
)

MENTOR: Final = "mentor"
COUNTY_OFFICERS: Final = 2
PHONES_OF_A_TOWNSHIP: Final = 1_000
_TOWNSHIP_OFFICES: Final = ("township_government", "township_public_safety", "township_public_service")
_DEMO_AT_COUNTY: Final = {
    "urban_management.1": "handler", "officer.1": "county", "officer.2": "county2", "auditor.1": "auditor",
    "reviewer.1": "reviewer", "mediator.1": "mediator", "second.1": "second",
    "orders.1": "orders", "reader.1": "reader", "command.1": "coordinator",
    "fire_rescue.proposer": "proposer", "law_reviewer.1": "law", "staff_reviewer.1": "council",
    "data_reviewer.1": "privacy", "admission_reviewer.1": "admission",
    "duty_desk.1": "duty", "health_desk.1": "health",
}  # fmt: skip
_DEMO_AT_TOWNSHIP: Final = {
    "supervision.1": "supervisor", "command.1": "dispatcher", "township_government.1": "handler2",
    "orders.1": "orders2", "clerk.1": "clerk", "clinic.1": "clinic",
}  # fmt: skip
_DEMO_IN_GRIDS: Final = ("worker", "worker2")
_ADMIT: Final = {
    "law_reviewer": LEGAL, "staff_reviewer": STAFF_COUNCIL, "data_reviewer": DATA_OFFICE,
    "admission_reviewer": ADMISSION,
}  # fmt: skip
_RESIDENTS: Final = ("resident", "neighbour")


@dataclass(frozen=True)
class Post:
    """What somebody does in grids: kind of employment, post, the grids, the work phone that is posted."""

    employment: str
    post: str
    grids: tuple[str, ...]
    phone: str


@dataclass(frozen=True)
class Hire:
    """One account: its login name, its role for an area at an office (both may be empty), its post in grids if any."""

    username: str
    role: str = ""
    area_code: str = ""
    office: str = ""
    post: Post | None = None

    @property
    def purposes(self) -> frozenset[str]:
        """The purposes of the grant: all that the role may be granted for."""
        return ROLES[self.role].purposes if self.role else frozenset()


def hires_at_county(county: str, kinds: Sequence[str], *, seed: int) -> list[Hire]:
    """Handlers and a proposer of each of the county's offices, one or two of every other post; the demo's residents."""
    rng = np.random.default_rng([seed, *county.encode()])
    hires = [hire for kind in kinds for hire in _desk("handler", county, kind, "department_handlers", rng)]
    hires += [Hire(f"{county}.officer.{number}", "county_officer", county) for number in range(1, COUNTY_OFFICERS + 1)]
    hires += [Hire(f"{county}.auditor.1", "auditor", county)]
    hires += [Hire(f"{county}.second.1", "second_person", county, office_key(county, DUTY))]
    hires += [Hire(f"{county}.duty_desk.1", "duty_officer", county, office_key(county, DUTY))]
    hires += [_independent(county, "reviewer", REVIEW, number) for number in range(1, 3)]
    hires += [_independent(county, "mediator", MEDIATION, number) for number in range(1, 3)]
    hires += [
        Hire(f"{county}.orders.1", "order_officer", county), Hire(f"{county}.reader.1", "situation_reader", county),
    ]  # fmt: skip
    hires += [Hire(f"{county}.{COMMAND}.1", "coordinator", county, office_key(county, COMMAND))]
    hires += [proposer(county, kind) for kind in kinds]
    hires += [_independent(county, role, kind, 1) for role, kind in _ADMIT.items()]
    hires += [Hire(f"{county}.health_desk.1", "health_officer", county, office_key(county, HEALTH))]
    demo = {f"{county}.{name}": short for name, short in _DEMO_AT_COUNTY.items()}
    return [*_renamed(hires, demo), *(Hire(username) for username in _RESIDENTS)]


def proposer(county: str, kind: str) -> Hire:
    """Who proposes matters and forms for a department."""
    return Hire(f"{county}.{kind}.proposer", "department_officer", county, office_key(county, kind))


def hires_at_city(city: str) -> list[Hire]:
    """The second instance of complaints: one reviewer, of no county."""
    return [_independent(city, "reviewer", REVIEW, 1)]


def _independent(area: str, role: str, kind: str, number: int) -> Hire:
    """Somebody who reviews, mediates or decides at an office of no department."""
    return Hire(f"{area}.{role}.{number}", role, area, office_key(area, kind))


def hires_at_township(
    township: str, grids: Mapping[str, Sequence[str]], *, serial: int, is_centre: bool, seed: int
) -> list[Hire]:
    """Everybody who works in a township: its desks and offices, its village committees, its grids.

    `grids`: grid codes by village code. `serial`: the township's number from 1 on, for work phones of its own.
    `is_centre`: whether some of them carry the login names of the demo.
    """
    rng = np.random.default_rng([seed, *township.encode()])
    every = [grid for below in grids.values() for grid in below]
    phones = (synthetic_phone(serial * PHONES_OF_A_TOWNSHIP + number) for number in range(PHONES_OF_A_TOWNSHIP))
    hires = _desk("supervisor", township, SUPERVISION, "supervisors", rng)
    hires += _desk("dispatcher", township, COMMAND, "dispatchers", rng)
    hires += [Hire(f"{township}.clerk.1", "clerk", township, office_key(township, SUPERVISION))]
    hires += [
        Hire(f"{township}.orders.1", "order_officer", township),
        Hire(f"{township}.clinic.1", "sentinel", township),
    ]
    officials = [
        hire for kind in _TOWNSHIP_OFFICES for hire in _desk("handler", township, kind, "township_handlers", rng)
    ]
    hires += _as_mentors(officials, every, phones)
    hires += [hire for village in grids for hire in _desk("handler", village, COMMITTEE, "village_handlers", rng)]
    hires += [hire for grid in every for hire in _grid_workers(grid, township, phones, rng)]
    return _renamed(hires, _demo_names(township, every)) if is_centre else hires


def _desk(role: str, area_code: str, kind: str, number: str, rng: np.random.Generator) -> list[Hire]:
    """The staff of one office, as many as declared."""
    least, most = declared().staff[number]
    return [
        Hire(f"{area_code}.{kind}.{serial}", role, area_code, office_key(area_code, kind))
        for serial in range(1, int(rng.integers(least, most + 1)) + 1)
    ]


def _as_mentors(officials: Sequence[Hire], grids: Sequence[str], phones: Iterator[str]) -> list[Hire]:
    """Township officials with the grids they are mentors of; each has some, as far as there are enough."""
    count = len(officials)
    parts = [tuple(grids[place * len(grids) // count : (place + 1) * len(grids) // count]) for place in range(count)]
    employment = next(iter(declared().employment[MENTOR]))
    return [
        replace(hire, post=Post(employment, MENTOR, part, next(phones))) if part else hire
        for hire, part in zip(officials, parts, strict=True)
    ]


def _grid_workers(grid: str, township: str, phones: Iterator[str], rng: np.random.Generator) -> list[Hire]:
    """A head and one or two full-time workers, who find and verify; one or two part-time ones, who handle."""
    assumed = declared()
    posts = [("head", 1)]
    posts += [("full_time", number + 1) for number in range(1 + int(rng.random() < assumed.second_full_time))]
    posts += [("part_time", number + 1) for number in range(1 + int(rng.random() < assumed.second_part_time))]
    return [_grid_worker(grid, township, post, number, next(phones), rng) for post, number in posts]


def _grid_worker(grid: str, township: str, post: str, number: int, phone: str, rng: np.random.Generator) -> Hire:
    shares = declared().employment[post]
    employment = str(rng.choice(list(shares), p=list(shares.values())))
    handles = post == "part_time"
    office = office_key(grid, GRID) if handles else office_key(township, SUPERVISION)
    held = Post(employment, post, (grid,), phone)
    return Hire(f"{grid}.{post}.{number}", "handler" if handles else "grid_worker", grid, office, held)


def _demo_names(township: str, grids: Sequence[str]) -> dict[str, str]:
    """Short login names of the demo by the long ones that they stand for."""
    names = {f"{township}.{name}": short for name, short in _DEMO_AT_TOWNSHIP.items()}
    workers = {f"{grid}.full_time.1": short for grid, short in zip(grids, _DEMO_IN_GRIDS, strict=False)}
    return names | workers


def _renamed(hires: Sequence[Hire], names: Mapping[str, str]) -> list[Hire]:
    return [replace(hire, username=names.get(hire.username, hire.username)) for hire in hires]
