"""Persons of one kind of household put together so that households make sense.

Every household has an adult; partners are of similar age; children and young people go to a household whose head
is about a generation older, old people to one a generation younger, as far as the counts allow.
Pure: numpy arrays and a random generator in, arrays out. Nothing but age, sex and place in the household is known here.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from gridcommons.kit.errors import refuse
from gridcommons.people.fitting import NO_FIT, Ints
from gridcommons.people.identity import Sex
from gridcommons.people.official import HouseholdModel


class Relation(IntEnum):
    """Place in a household, seen from the head. `CHILD` and `PARENT` hold any generation below and above."""

    HEAD = 0
    PARTNER = 1
    CHILD = 2
    PARENT = 3
    OTHER = 4
    RESIDENT = 5


ADULT_AGE: Final = 18
COUPLE_AGE: Final = 22
GENERATION_AT_LEAST: Final = 16
_BAND_YEARS: Final = 5
_CHILD_BELOW, _YOUNG_BELOW, _OLD_FROM = 15, 35, 60
_SETTLED_FROM: Final = 25
_SPREAD_YEARS: Final = 4.0
_EVEN: Final = 0.5
_NOBODY: Final = 999


@dataclass(frozen=True)
class Placed:
    """For each person of the class, in the order given: household (0 to n-1) and relation."""

    household: Ints
    relation: Ints


def gather_families(age: Ints, sex: Ints, households: int, model: HouseholdModel, rng: np.random.Generator) -> Placed:
    """Place persons (`age` in years, `sex`; equal length, a multiple of `households`) into households of one size.

    Refuses when there are fewer adults than households.
    """
    size = len(age) // max(households, 1)
    household = np.full(len(age), -1, dtype=np.int64)
    relation = np.full(len(age), Relation.OTHER, dtype=np.int64)
    couples = _couples(age, sex, model, rng)[:households] if size > 1 else np.empty((0, 2), dtype=np.int64)
    count = len(couples)
    household[couples[:, 0]] = household[couples[:, 1]] = np.arange(count)
    relation[couples[:, 0]], relation[couples[:, 1]] = Relation.HEAD, Relation.PARTNER
    heads = _single_heads(age, household < 0, households - count, rng)
    household[heads] = np.arange(count, households)
    relation[heads] = Relation.HEAD
    _place_rest(age, household, size, model, rng)
    _name_relations(age, household, relation)
    return Placed(household, relation)


def gather_collectives(age: Ints, households: int, rng: np.random.Generator) -> Placed:
    """Place persons into collective households of uneven size, an adult in each."""
    heads = _single_heads(age, np.ones(len(age), dtype=np.bool_), households, rng)
    household = np.full(len(age), -1, dtype=np.int64)
    household[heads] = np.arange(households)
    rest = np.flatnonzero(household < 0)
    weights = rng.gamma(1.0, size=households)
    household[rest] = rng.choice(households, size=len(rest), p=weights / weights.sum()) if households else 0
    return Placed(household, np.full(len(age), Relation.RESIDENT, dtype=np.int64))


def _couples(age: Ints, sex: Ints, model: HouseholdModel, rng: np.random.Generator) -> Ints:
    """Pairs of person indices (head, partner), shuffled; ages shifted by the usual gap fall in one five-year band."""
    knots = np.array(model.couple_share_by_age)
    lives_as_couple = rng.random(len(age)) < np.interp(age, knots[:, 0], knots[:, 1])
    men = _by_age((sex == Sex.MALE) & lives_as_couple & (age >= COUPLE_AGE), age, rng)
    women = _by_age((sex == Sex.FEMALE) & (age >= COUPLE_AGE), age, rng)
    bands_of_men = age[men] // _BAND_YEARS
    bands_of_women = (age[women] + int(model.years_between_partners.value)) // _BAND_YEARS
    pairs = []
    for band in np.intersect1d(bands_of_men, bands_of_women).tolist():
        here, there = men[bands_of_men == band], women[bands_of_women == band]
        number = min(len(here), len(there))
        pairs.append(np.column_stack([rng.choice(group, number, replace=False) for group in (here, there)]))
    all_pairs = rng.permutation(np.concatenate(pairs)) if pairs else np.empty((0, 2), dtype=np.int64)
    swapped = rng.random(len(all_pairs)) < _EVEN
    all_pairs[swapped] = all_pairs[swapped][:, ::-1]
    return all_pairs


def _by_age(chosen: npt.NDArray[np.bool_], age: Ints, rng: np.random.Generator) -> Ints:
    found = rng.permutation(np.flatnonzero(chosen))
    return found[np.argsort(age[found], kind="stable")]


def _single_heads(age: Ints, free: npt.NDArray[np.bool_], number: int, rng: np.random.Generator) -> Ints:
    """Adults to head `number` households; those under 25 come last."""
    adults = np.flatnonzero(free & (age >= ADULT_AGE))
    if len(adults) < number:
        raise refuse(NO_FIT, what=f"{number} households but only {len(adults)} adults to head them")
    order = rng.random(len(adults)) + (age[adults] < _SETTLED_FROM)
    return adults[np.argsort(order, kind="stable")[:number]]


def _place_rest(age: Ints, household: Ints, size: int, model: HouseholdModel, rng: np.random.Generator) -> None:
    """Fill the open places in `household` (changed in place): children first, then old, young, middle-aged people."""
    settled = household >= 0
    open_places = size - np.bincount(household[settled])
    core_age = np.full(len(open_places), _NOBODY)
    np.minimum.at(core_age, household[settled], age[settled])
    places = rng.permutation(np.repeat(np.arange(len(open_places)), open_places))
    years = model.years_between_generations.value
    rest = np.flatnonzero(~settled)
    goes_down = (age >= _OLD_FROM) | ((age >= _YOUNG_BELOW) & (rng.random(len(age)) < _EVEN))
    stage = np.select([age < _CHILD_BELOW, age >= _OLD_FROM, age < _YOUNG_BELOW, goes_down], [0, 1, 2, 3], 4)
    for number in range(5):
        group = rest[stage[rest] == number]
        side = -1 if number in (1, 3) else 1
        wish = side * age[group] + years + rng.normal(0, _SPREAD_YEARS, len(group))
        taken = _nearest_above(wish, side * core_age[places])
        household[group] = places[taken]
        places = np.delete(places, taken)


def _nearest_above(wish: npt.NDArray[np.float64], offered: Ints) -> Ints:
    """For each wish another index of `offered`, the nearest value at or above it where there is one (order kept)."""
    wishes, order = np.argsort(wish, kind="stable"), np.argsort(offered, kind="stable")
    rank = np.arange(len(wish))
    position = np.searchsorted(offered[order], wish[wishes])
    position = np.maximum.accumulate(position - rank) + rank if len(rank) else position
    position = np.minimum(position, len(offered) - len(wish) + rank)
    taken = np.empty(len(wish), dtype=np.int64)
    taken[wishes] = order[position]
    return taken


def _name_relations(age: Ints, household: Ints, relation: Ints) -> None:
    """Mark who is a generation below or above the whole couple (`relation` is changed in place)."""
    core = np.isin(relation, (Relation.HEAD, Relation.PARTNER))
    youngest, oldest = (
        np.full(household.max(initial=-1) + 1, _NOBODY),
        np.zeros(household.max(initial=-1) + 1, np.int64),
    )
    np.minimum.at(youngest, household[core], age[core])
    np.maximum.at(oldest, household[core], age[core])
    relation[~core & (youngest[household] - age >= GENERATION_AT_LEAST)] = Relation.CHILD
    relation[~core & (age - oldest[household] >= GENERATION_AT_LEAST)] = Relation.PARENT
