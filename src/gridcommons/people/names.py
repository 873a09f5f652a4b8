"""Names and addresses of invented people, deterministic by seed.

Surnames are drawn per household: children carry a parent's, partners each their own. Shares are approximate
(`data/surnames.json`). A few people have a name of one sign only, a compound surname (three or four signs), or a sign
outside the Basic Multilingual Plane. Addresses join real division names given by the caller with invented roads.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from gridcommons.people.assembly import Relation
from gridcommons.people.identity import Sex
from gridcommons.people.official import read_data
from gridcommons.people.population import Population

Texts = npt.NDArray[np.str_]

FATHERS_SURNAME_SHARE: Final = 0.9
KIN_SURNAME_SHARE: Final = 0.5
_EITHER_SHARE: Final = 0.45
_GIVEN_WIDTH: Final = 3
_ROADS_PER_VILLAGE: Final = (2, 6)
_HOUSE_STEP: Final = 3
_NAME_STREAM, _ADDRESS_STREAM = 1, 2


@dataclass(frozen=True)
class Names:
    """One entry per person, in the order of `Population.persons`; `given` is empty for names of a surname alone."""

    surname: Texts
    given: Texts

    def full(self) -> Texts:
        """Surname and given name together, as written."""
        return np.strings.add(self.surname, self.given)


@dataclass(frozen=True)
class Division:
    """The names of the divisions above a household, from real lists."""

    county: str
    township: str
    village: str

    def __str__(self) -> str:
        return f"{self.county}{self.township}{self.village}"


@dataclass(frozen=True)
class Address:
    """An invented address: real divisions, invented road and house number."""

    division: Division
    road: str
    number: int

    def __str__(self) -> str:
        return f"{self.division}{self.road}{self.number}号"


def draw_names(population: Population, *, seed: int) -> Names:
    """A name for every person; surnames follow households."""
    rng = np.random.default_rng((seed, _NAME_STREAM))
    persons = population.persons
    surnames = _draw_surnames(len(persons), rng)
    head = population.first_persons()[persons["household"]]
    source = np.arange(len(persons))
    child = persons["relation"] == Relation.CHILD
    source[child] = _naming_parent(population, rng)[persons["household"][child]]
    # A father of the head, or a brother or sister, shares the head's surname; a mother brings her own.
    shares = (persons["relation"] == Relation.PARENT) & (persons["sex"] == Sex.MALE)
    shares |= (persons["relation"] == Relation.OTHER) & (rng.random(len(persons)) < KIN_SURNAME_SHARE)
    source[shares] = head[shares]
    return Names(surname=surnames[source], given=_draw_given(persons["sex"], rng))


def draw_addresses(population: Population, divisions: Sequence[Division], *, seed: int) -> list[Address]:
    """An address for every household, in the order of `Population.households`, no two alike in one village.

    `divisions` are indexed by a household's `village`.
    """
    rng = np.random.default_rng((seed, _ADDRESS_STREAM))
    roads = [draw_roads(rng) for _ in divisions]
    used = [0] * len(divisions)
    addresses = []
    gaps = rng.integers(0, _HOUSE_STEP, size=len(population.households)).tolist()
    for village, gap in zip(population.households["village"].tolist(), gaps, strict=True):
        row, road = divmod(used[village], len(roads[village]))
        addresses.append(Address(divisions[village], roads[village][road], 1 + row * _HOUSE_STEP + gap))
        used[village] += 1
    return addresses


def surname_table() -> tuple[Texts, npt.NDArray[np.float64]]:
    """All surnames and their probabilities (they sum to 1)."""
    raw = read_data("surnames.json")
    usual: dict[str, float] = raw["percent"]
    rare, compound = list(raw["rare"]), list(raw["compound"])
    left = 100 - sum(usual.values()) - raw["compound_percent"]
    percent = [
        *usual.values(),
        *[left / len(rare)] * len(rare),
        *[raw["compound_percent"] / len(compound)] * len(compound),
    ]
    shares = np.array(percent)
    return np.array([*usual, *rare, *compound]), shares / shares.sum()


def _draw_surnames(number: int, rng: np.random.Generator) -> Texts:
    surnames, shares = surname_table()
    return rng.choice(surnames, size=number, p=shares)


def _naming_parent(population: Population, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """For each household the person whose surname its children carry: mostly the father where there are two."""
    persons, first = population.persons, population.first_persons()
    second = np.minimum(first + 1, len(persons) - 1)
    is_couple = (population.households["size"] > 1) & (persons["relation"][second] == Relation.PARTNER)
    head_is_father = persons["sex"][first] == Sex.MALE
    by_father = rng.random(len(first)) < FATHERS_SURNAME_SHARE
    chosen: npt.NDArray[np.int64] = np.where(is_couple & (head_is_father != by_father), second, first)
    return chosen


def _draw_given(sex: npt.NDArray[np.uint8], rng: np.random.Generator) -> Texts:
    """Given names of none to three signs, from lists by sex and one for either."""
    raw = read_data("given_names.json")
    number = len(sex)
    signs = np.empty((number, _GIVEN_WIDTH), dtype="<U1")
    for code, key in ((Sex.MALE, "male"), (Sex.FEMALE, "female")):
        here = sex == code
        signs[here] = rng.choice(np.array(list(raw[key])), size=(int(here.sum()), _GIVEN_WIDTH))
    either = rng.random(signs.shape) < _EITHER_SHARE
    signs[either] = rng.choice(np.array(list(raw["either"])), size=int(either.sum()))
    rare = rng.random(number) < raw["rare_percent"] / 100
    signs[rare, 0] = rng.choice(np.array(list(raw["rare"])), size=int(rare.sum()))
    return _cut(signs, raw["length_percent"], rng)


def _cut(signs: Texts, length_percent: dict[str, Any], rng: np.random.Generator) -> Texts:
    """Keep none, one, two or three of the signs of each name, by the shares given."""
    shares = np.array([length_percent[key] for key in ("none", "one", "two", "three")])
    length = rng.choice(len(shares), size=len(signs), p=shares / shares.sum())
    given: Texts = np.full(len(signs), "", dtype=f"<U{_GIVEN_WIDTH}")
    for place in range(_GIVEN_WIDTH):
        given = np.strings.add(given, np.where(place < length, signs[:, place], ""))
    return given


def draw_roads(rng: np.random.Generator) -> list[str]:
    """The invented roads of one village, two to six of them."""
    raw = read_data("roads.json")
    low, high = _ROADS_PER_VILLAGE
    first = rng.choice(raw["first"], size=int(rng.integers(low, high + 1)), replace=False)
    return [f"{name}{rng.choice(raw['last'])}" for name in first]
