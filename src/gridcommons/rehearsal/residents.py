"""The invented residents of the demo county, settled over its villages and grids: figures for every area, and names.

Pure and repeatable by seed. Figures add up without remainder: grids to villages, to townships, to the official county.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from gridcommons.kit.codes import CHINA
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.people.names import Names, draw_names
from gridcommons.people.official import County, read_county, read_model
from gridcommons.people.population import FAMILY, Population, Residual, fit_report, synthesise
from gridcommons.rehearsal.declared import declared
from gridcommons.territory.cells import grid_codes, grids_of
from gridcommons.territory.rules import Figures

WORKING_AGE: Final = (23, 58)
LEVELS_BELOW: Final = ("township", "village", "grid")
_STAFF_STREAM, _WEIGHT_STREAM = 3, 4

NO_FIGURES = refusal_kind(
    "rehearsal.no_figures",
    status=404,
    zh="演练数据里没有“{code}”的官方人口数字；目前只有{known}。",
    en="The rehearsal holds no official figures for “{code}”; it knows only {known}.",
)


@dataclass(frozen=True)
class Settled:
    """Residents and where they live: `villages` and `grids` in order of code, `figures` for every area of the county.

    `grid_of_household`: an index of `grids` for each household of the population.
    """

    county: County
    population: Population
    residuals: tuple[Residual, ...]
    villages: tuple[str, ...]
    grids: tuple[str, ...]
    grid_of_household: npt.NDArray[np.int64]
    figures: dict[str, Figures]

    def grids_of_village(self) -> dict[str, list[str]]:
        """Grid codes by village."""
        found: dict[str, list[str]] = {village: [] for village in self.villages}
        for grid in self.grids:
            found[CHINA.cut(grid, "village")].append(grid)
        return found

    def names_in(self, area_code: str, number: int) -> list[str]:
        """Names of that many residents of working age who live in an area, each another person."""
        rng = np.random.default_rng([self.population.seed, _STAFF_STREAM, *area_code.encode()])
        here = [index for index, village in enumerate(self.villages) if village.startswith(area_code)]
        village = self.population.households["village"][self.population.persons["household"]]
        able = np.flatnonzero(np.isin(village, here) & self._employable)
        chosen = rng.choice(able, size=number, replace=False)
        return [str(name) for name in self._names.full()[chosen]]

    def all_names(self) -> list[str]:
        """The name of every resident, in the order of the population's persons."""
        return [str(name) for name in self._names.full()]

    @cached_property
    def _names(self) -> Names:
        return draw_names(self.population, seed=self.population.seed)

    @cached_property
    def _employable(self) -> npt.NDArray[np.bool_]:
        """Of working age, in a family household, and with a given name."""
        persons = self.population.persons
        least, most = WORKING_AGE
        family = self.population.households["kind"][persons["household"]] == FAMILY
        able: npt.NDArray[np.bool_] = (persons["age"] >= least) & (persons["age"] <= most) & family
        able &= self._names.given != ""
        return able


def official_county(code: str) -> County:
    """The official figures of a county; refuses one for which none are shipped."""
    official = read_county()
    if official.code != code:
        raise refuse(NO_FIGURES, code=code[:20], known=official.code)
    return official


def settle(county: str, villages: Sequence[str], *, seed: int) -> Settled:
    """Invent the residents of a county by its official marginals and settle them over its village codes.

    Villages share the households by declared weights; each has grids of about 400 households, its own households
    in equal parts. The same villages and seed give the same residents. Refuses a county without official figures.
    """
    official = official_county(county)
    codes = tuple(sorted(villages))
    model = read_model()
    population = synthesise(
        official.marginals,
        model,
        weights=_weights(codes, seed),
        reference_date=official.reference_date,
        seed=seed,
    )
    grids, place = _gridded(codes, population)
    return Settled(
        county=official,
        population=population,
        residuals=tuple(fit_report(population, official.marginals, model)),
        villages=codes,
        grids=grids,
        grid_of_household=place,
        figures=_figures(county, grids, population.households["size"], place),
    )


def _weights(villages: tuple[str, ...], seed: int) -> npt.NDArray[np.float64]:
    """Shares of the county's households, as ratios: the declared one of a village's kind, spread by chance."""
    assumed = declared()
    rng = np.random.default_rng([seed, _WEIGHT_STREAM])
    usual = np.array([assumed.weight(code) for code in villages])
    return usual * np.exp(assumed.spread * rng.standard_normal(len(villages)))


def _gridded(villages: tuple[str, ...], population: Population) -> tuple[tuple[str, ...], npt.NDArray[np.int64]]:
    """All grids, and for each household the index of its grid: a village's households in equal parts, in order."""
    in_village = np.bincount(population.households["village"], minlength=len(villages))
    grids: list[str] = []
    place: list[npt.NDArray[np.int64]] = []
    for village, households in zip(villages, in_village.tolist(), strict=True):
        number = grids_of(households)
        place.append(len(grids) + np.arange(households) * number // max(households, 1))
        grids += grid_codes(village, number)
    return tuple(grids), np.concatenate(place)


def _figures(
    county: str, grids: Sequence[str], sizes: npt.NDArray[np.uint16], place: npt.NDArray[np.int64]
) -> dict[str, Figures]:
    """Households and residents of the county and of every area below it, each the sum of the areas below."""
    households = np.bincount(place, minlength=len(grids))
    residents = np.bincount(place, weights=sizes, minlength=len(grids)).astype(np.int64)
    total: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for grid, some_households, some_residents in zip(grids, households.tolist(), residents.tolist(), strict=True):
        for code in (county, *(CHINA.cut(grid, level) for level in LEVELS_BELOW)):
            total[code][0] += some_households
            total[code][1] += some_residents
    return {code: Figures(*both) for code, both in sorted(total.items())}
