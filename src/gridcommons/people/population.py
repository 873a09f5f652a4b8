"""Synthetic residents of a county: invented persons and households that meet every official marginal exactly.

Method: iterative proportional fitting over kind of household x age group x sex, controlled rounding to integers,
single years of age by a declared smooth shape, then assembly into households. Same seed, same people.
No attribute beyond sex, age, household, place in it and village exists here (charter 2), not even to test by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from gridcommons.kit.errors import refuse
from gridcommons.people.assembly import ADULT_AGE, Placed, gather_collectives, gather_families
from gridcommons.people.fitting import (
    NO_FIT,
    Fit,
    Floats,
    Ints,
    fit_margins,
    households_by_size,
    round_shares,
    round_table,
)
from gridcommons.people.identity import Sex
from gridcommons.people.official import AGE_GROUPS, CLASSES, HouseholdModel, Marginals

FAMILY: Final = 0
COLLECTIVE: Final = 1
OLDEST: Final = 100
PERSON_DTYPE: Final = np.dtype(
    [("household", "i4"), ("sex", "u1"), ("age", "u1"), ("birth", "M8[D]"), ("relation", "u1")]
)
HOUSEHOLD_DTYPE: Final = np.dtype([("size", "u2"), ("kind", "u1"), ("village", "i4")])
_STARTS: Final = (0, 15, 60, 65, OLDEST + 1)
_ONE_UNDER_60: Final = CLASSES.index("one_under_60")

Records = npt.NDArray[Any]


@dataclass(frozen=True)
class Plan:
    """Counts before anyone is invented: `table` persons by `CLASSES` x `AGE_GROUPS` x (male, female).

    `households`: households by `CLASSES`. `fit`: the fit before rounding.
    """

    table: Ints
    households: Ints
    fit: Fit


@dataclass(frozen=True)
class Population:
    """Invented residents. `persons` (`PERSON_DTYPE`) stand household by household, the head first.

    `households` (`HOUSEHOLD_DTYPE`) stand village by village; a person's `household` is the index there and a
    household's `village` the index of the weight given. Ages are completed years on `reference_date`.
    """

    persons: Records
    households: Records
    plan: Plan
    reference_date: date
    seed: int

    def first_persons(self) -> Ints:
        """For each household the index of its first person (its head)."""
        sizes = self.households["size"].astype(np.int64)
        return np.cumsum(sizes) - sizes


@dataclass(frozen=True)
class Residual:
    """One marginal: what is official (or declared), what was made, and the difference."""

    item: str
    official: int
    synthetic: int

    @property
    def residual(self) -> int:
        """Synthetic minus official; 0 is the only acceptable value."""
        return self.synthetic - self.official


def plan_population(marginals: Marginals, model: HouseholdModel) -> Plan:
    """Fit and round the counts by kind of household, age group and sex; refuses what cannot be met."""
    households, persons = _class_totals(marginals, model)
    sexes = np.array([model.male_share_by_age, [1 - share for share in model.male_share_by_age]])
    seed = np.array(model.age_by_class)[:, :, None] * sexes.T[None, :, :]
    ages = np.array(marginals.by_age_group())
    both = np.array([marginals.male, marginals.female])
    fit = fit_margins(seed, [persons, ages, both])
    by_age = round_table(fit.table.sum(axis=2), persons, ages)
    return Plan(table=_split_by_sex(fit.table, by_age, both), households=households, fit=fit)


def synthesise(
    marginals: Marginals, model: HouseholdModel, *, weights: npt.ArrayLike, reference_date: date, seed: int
) -> Population:
    """Invent the residents of a county: `weights` are the villages' shares of its households, one number each.

    Deterministic by `seed`; every marginal is met exactly (`fit_report` shows it).
    """
    rng = np.random.default_rng(seed)
    plan = plan_population(marginals, model)
    pools = _draw_ages(plan.table, model, rng)
    parts: list[Records] = []
    done = 0
    for index, number in enumerate(plan.households.tolist()):
        age, sex = pools[index]
        is_family = CLASSES[index] != "collective"
        placed = gather_families(age, sex, number, model, rng) if is_family else gather_collectives(age, number, rng)
        parts.append(_as_persons(age, sex, placed, done))
        done += number
    persons = np.concatenate(parts)
    kinds = np.repeat(np.where(np.arange(len(CLASSES)) == 0, COLLECTIVE, FAMILY), plan.households)
    households = np.zeros(done, dtype=HOUSEHOLD_DTYPE)
    households["size"], households["kind"] = np.bincount(persons["household"], minlength=done), kinds
    households["village"] = _villages(kinds, np.asarray(weights, dtype=np.float64), rng)
    persons["birth"] = _birth_dates(persons["age"], reference_date, rng)
    persons, households = _in_order(persons, households, rng)
    return Population(persons, households, plan, reference_date, seed)


def fit_report(population: Population, marginals: Marginals, model: HouseholdModel) -> list[Residual]:
    """Every official marginal and every declared total beside what was made, counted anew from persons and households.

    Ages are taken from the birth dates.
    """
    persons, households = population.persons, population.households
    age = ages_on(persons["birth"], population.reference_date)
    kind = households["kind"][persons["household"]]
    made = {
        "residents": len(persons),
        "male": _count(persons["sex"] == Sex.MALE),
        "female": _count(persons["sex"] == Sex.FEMALE),
        "age_0_14": _count(age < _STARTS[1]),
        "age_15_59": _count((age >= _STARTS[1]) & (age < _STARTS[2])),
        "age_60_plus": _count(age >= _STARTS[2]),
        "age_65_plus": _count(age >= _STARTS[3]),
        "family_households": _count(households["kind"] == FAMILY),
        "family_persons": _count(kind == FAMILY),
        "collective_households": _count(households["kind"] == COLLECTIVE),
        "collective_persons": _count(kind == COLLECTIVE),
    }
    official = [Residual(item, getattr(marginals, item), number) for item, number in made.items()]
    return official + _declared(population, age, _class_totals(marginals, model)[0])


def ages_on(births: npt.NDArray[np.datetime64], day: date) -> Ints:
    """Completed years on `day`; someone born on 29 February completes a year on 1 March in other years."""
    month_of = births.astype("M8[M]")
    month_day = (month_of.astype(np.int64) % 12 + 1) * 100 + (births - month_of).astype(np.int64) + 1
    years = births.astype("M8[Y]").astype(np.int64) + 1970
    ages: Ints = day.year - years - (month_day > day.month * 100 + day.day)
    return ages


def _class_totals(marginals: Marginals, model: HouseholdModel) -> tuple[Ints, Ints]:
    """Households and persons by `CLASSES`; the elders who live alone take their part of the one-person households."""
    sizes = households_by_size(
        np.array(model.size_shape),
        model.one_person_share.value,
        marginals.family_households,
        marginals.family_persons,
    )
    alone = round(model.elders_alone_share.value * marginals.age_60_plus)
    if alone > sizes[0]:
        raise refuse(NO_FIT, what=f"{alone} old people alone but only {sizes[0]} one-person households")
    households = np.concatenate(([marginals.collective_households, sizes[0] - alone, alone], sizes[1:]))
    persons = np.concatenate(
        ([marginals.collective_persons, sizes[0] - alone, alone], sizes[1:] * np.arange(2, len(sizes) + 1))
    )
    return households, persons


def _split_by_sex(fitted: Floats, by_age: Ints, both: Ints) -> Ints:
    """Split integer cells by sex near the fitted shares, with the totals of both sexes exact."""
    cells = by_age.ravel().astype(np.float64)
    total = fitted.sum(axis=2)
    share = np.divide(fitted[:, :, 0], total, out=np.zeros_like(total), where=total > 0).ravel()
    males = share * cells
    males += (both[0] - males.sum()) * cells / cells.sum()
    if (males < 0).any() or (males > cells).any():
        raise refuse(NO_FIT, what="the split by sex")
    return round_table(np.column_stack((males, cells - males)), by_age.ravel(), both).reshape(fitted.shape)


def _draw_ages(table: Ints, model: HouseholdModel, rng: np.random.Generator) -> list[tuple[Ints, Ints]]:
    """Ages and sexes of the persons of each class, single years by the declared density inside each group."""
    ages: list[list[Ints]] = [[] for _ in CLASSES]
    sexes: list[list[Ints]] = [[] for _ in CLASSES]
    for group in range(len(AGE_GROUPS)):
        for column, sex in enumerate(Sex):
            numbers = table[:, group, column]
            pool = _ages_of_group(group, int(numbers.sum()), model, rng)
            for index, part in enumerate(_deal(pool, numbers, rng)):
                ages[index].append(part)
                sexes[index].append(np.full(len(part), sex, dtype=np.int64))
    return [(np.concatenate(age), np.concatenate(sex)) for age, sex in zip(ages, sexes, strict=True)]


def _ages_of_group(group: int, number: int, model: HouseholdModel, rng: np.random.Generator) -> Ints:
    years = np.arange(_STARTS[group], _STARTS[group + 1])
    knots = np.array(model.age_density)
    density = np.interp(years + 0.5, knots[:, 0], knots[:, 1])
    return rng.permutation(np.repeat(years, round_shares(density, number)))


def _deal(pool: Ints, numbers: Ints, rng: np.random.Generator) -> list[Ints]:
    """Cut a shuffled pool of ages into classes; nobody under 18 is dealt into a household of one."""
    adults = np.flatnonzero(pool >= ADULT_AGE)[: numbers[_ONE_UNDER_60]]
    if len(adults) < numbers[_ONE_UNDER_60]:
        raise refuse(NO_FIT, what="more one-person households than adults")
    # Shuffled again: with adults taken from its front the pool would deal its minors to the first class.
    others = rng.permutation(np.delete(pool, adults))
    cuts = numbers.copy()
    cuts[_ONE_UNDER_60] = 0
    dealt = np.split(others, np.cumsum(cuts)[:-1])
    dealt[_ONE_UNDER_60] = pool[adults]
    return dealt


def _as_persons(age: Ints, sex: Ints, placed: Placed, offset: int) -> Records:
    persons = np.zeros(len(age), dtype=PERSON_DTYPE)
    persons["household"] = placed.household + offset
    persons["sex"], persons["age"], persons["relation"] = sex, age, placed.relation
    return persons


def _villages(kinds: Ints, weights: Floats, rng: np.random.Generator) -> Ints:
    """A village for each household: both kinds are shared out by `weights` with exact totals, then shuffled."""
    if weights.ndim != 1 or not len(weights) or not np.isfinite(weights).all() or weights.min() < 0:
        raise refuse(NO_FIT, what="village weights must be numbers of 0 or more")
    if weights.sum() <= 0:
        raise refuse(NO_FIT, what="village weights add up to 0")
    village = np.zeros(len(kinds), dtype=np.int64)
    for kind in (FAMILY, COLLECTIVE):
        here = np.flatnonzero(kinds == kind)
        village[here] = rng.permutation(np.repeat(np.arange(len(weights)), round_shares(weights, len(here))))
    return village


def _birth_dates(age: Ints, day: date, rng: np.random.Generator) -> npt.NDArray[np.datetime64]:
    """A day drawn evenly from those that give each age on `day`."""
    latest = np.array([_years_before(day, years) for years in range(OLDEST + 2)], dtype="M8[D]")
    first, last = latest[age + 1] + np.timedelta64(1, "D"), latest[age]
    span = (last - first).astype(np.int64) + 1
    births: npt.NDArray[np.datetime64] = first + np.floor(rng.random(len(age)) * span).astype("m8[D]")
    return births


def _years_before(day: date, years: int) -> date:
    """The latest birth date that gives `years` on `day`: 29 February falls back to the 28th."""
    if (day.month, day.day) == (2, 29):
        try:
            return day.replace(year=day.year - years)
        except ValueError:
            return day.replace(year=day.year - years, day=28)
    return day.replace(year=day.year - years)


def _in_order(persons: Records, households: Records, rng: np.random.Generator) -> tuple[Records, Records]:
    """Households by village, in random order inside it; persons by household, head first, then by relation and age."""
    order = np.lexsort((rng.random(len(households)), households["village"]))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    persons["household"] = rank[persons["household"]]
    by = np.lexsort((-persons["age"].astype(np.int64), persons["relation"], persons["household"]))
    return persons[by], households[order]


def _declared(population: Population, age: Ints, households: Ints) -> list[Residual]:
    """The totals that the model declares: households by kind and size."""
    made = population.households
    families = made["kind"] == FAMILY
    alone = (families & (made["size"] == 1))[population.persons["household"]]
    counts = {
        "one_under_60": _count(alone & (age < _STARTS[2])),
        "one_60_plus": _count(alone & (age >= _STARTS[2])),
        **{str(size): _count(families & (made["size"] == size)) for size in range(2, 7)},
    }
    return [
        Residual(f"households_{key}", int(households[CLASSES.index(key)]), number) for key, number in counts.items()
    ]


def _count(mask: npt.NDArray[np.bool_]) -> int:
    return int(np.count_nonzero(mask))
