"""The measures of each day and area that colours are read from, made from counts as they are known. Pure, on arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import gammaincc

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.outlook.colours.scheme import GIVEN, Scheme
from gridcommons.outlook.reproduction import WINDOW, discretised_interval, reproduction, serial_interval
from gridcommons.outlook.smoothing import Posterior, marshall, posterior

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.intp]

PER: Final = 100_000
ENOUGH: Final = 0.8
"""The share of a window's days that must be known; with fewer, its figures are only the least that can be true."""
NEVER: Final = 1_000_000
_TAIL: Final = 0.025
_SLACK: Final = 5
_LONGEST: Final = 100
_MOST: Final = 0.95

BAD_COUNTS = refusal_kind(
    "colours.bad_counts",
    status=400,
    zh="病例数与人口须为不小于0的数，输入病例不得多于当日病例。",
    en="Counts and populations are numbers not below 0, and imported cases not more than the cases of the day.",
)


@dataclass(frozen=True)
class Counts:
    """Daily counts as they are known: shape (days, areas), NaN where nothing was reported, which is not nought.

    `population`: shape (areas,). `imported`: cases infected elsewhere, among the cases. `given`: further measures by
    name (`scheme.GIVEN`), NaN where unknown. `from_nothing`: areas known to have had no case before the first day.
    `undated`: cases by area of which only the sum is known, in no window.
    """

    areas: tuple[str, ...]
    first: date
    cases: Floats
    population: Floats
    imported: Floats | None = None
    given: Mapping[str, Floats] = field(default_factory=dict)
    from_nothing: Bools | bool = False
    undated: Floats | float = 0.0

    @property
    def days(self) -> tuple[date, ...]:
        """The days of the rows."""
        return tuple(self.first + timedelta(n) for n in range(self.cases.shape[0]))

    def local(self) -> Floats:
        """Cases less those infected elsewhere."""
        return self.cases if self.imported is None else self.cases - np.nan_to_num(self.imported)


@dataclass(frozen=True)
class Measures:
    """What is known of each day and area, as of its last report: shape (days, areas); `population` (areas,).

    `values`: measures by name; NaN is unknown, and a name that is not there was never given. `rates`, `likely`: rates
    if days that are not known had no case, and if they were like the others. `missing`: days of the window unknown;
    `lacking`: so many of them that the figures are only the least that can be true. `age`: days since the last report;
    `fresh`: reported on that very day.
    """

    first: date
    areas: tuple[str, ...]
    population: Floats
    values: Mapping[str, Floats]
    rates: Posterior | None
    likely: Posterior | None
    missing: Whole
    lacking: Bools
    age: Whole
    fresh: Bools

    @property
    def days(self) -> tuple[date, ...]:
        """The days of the rows."""
        return tuple(self.first + timedelta(n) for n in range(self.age.shape[0]))

    def chance(self, cut: float) -> Floats:
        """The probability that the rate (per 100,000) is at least a cut, if days that are not known had no case.

        0 or 1 by the bare rate where none is smoothed. A whole window without a case has no rate, however small the
        area.
        """
        return self._chance(self.rates, "rate", cut)

    def likely_chance(self, cut: float) -> Floats:
        """The same if days that are not known were like those that are."""
        return self._chance(self.likely, "likely_rate", cut)

    def chance_at(self, cut: float, day: int, area: int) -> float:
        """`chance` of one day and area of a scheme that smooths."""
        if self.rates is None or (self.values["cases"][day, area] == 0 and not self.missing[day, area]):
            return 0.0
        return float(gammaincc(self.rates.shape[day, area], cut / PER * self.rates.exposure[day, area]))

    def _chance(self, rates: Posterior | None, name: str, cut: float) -> Floats:
        if rates is None:
            return (self.values[name] >= cut).astype(np.float64)
        none = (self.values["cases"] == 0) & (self.missing == 0)
        return np.where(none, 0.0, rates.above(cut / PER))


def measures(counts: Counts, scheme: Scheme, since: int = 0) -> Measures:
    """The measures that a scheme asks for, of the days from `since` (a row) on.

    Windows end with the last report. What is not known counts as nought where a level is raised. Where at least 80 % of
    a window's days are known, the others are taken to be like them before a level is lowered; else nothing is.
    Refuses (`BAD_COUNTS`) negative figures and more imported cases than cases.
    """
    _check(counts)
    known = ~np.isnan(counts.cases)
    held = np.nan_to_num(counts.local() if scheme.local else counts.cases)
    rows = np.arange(held.shape[0])[:, None]
    last = np.maximum.accumulate(np.where(known, rows, -1), axis=0)[since:]
    gaps = _at(_missing(known, scheme.window, counts.from_nothing), last)
    missing = np.where(last < 0, scheme.window, gaps).astype(np.intp)
    lacking = (missing > (1 - ENOUGH) * scheme.window) | _not_begun(known, last, scheme.window, counts.from_nothing)
    people = np.nan_to_num(counts.population)
    values = _counted(held, last, scheme.window, counts.undated)
    share = np.where(lacking, 1.0, 1 - missing / scheme.window)
    values["rate"] = _per(values["cases"], people)
    values |= {"likely_rate": _per(values["cases"], people * share)}
    values |= {name: _at(counts.given[name], last) for name in GIVEN if name in counts.given}
    if scheme.interval and "r_lower" in scheme.asked:
        values["r_lower"] = _at(_lower_bound(counts, scheme.interval, since), last)
    rates = likely = None
    if scheme.smoothed:
        among = np.where(people > 0, values["cases"], 0.0)
        # Whoever is not known lends nothing: areas without reports are no areas without cases.
        common = marshall(np.where(lacking, 0.0, among), np.where(lacking, 0.0, people * share))
        rates = posterior(among, people, common)
        likely = posterior(among, people * share, common) if missing.any() else rates
    age = np.where(last < 0, NEVER, rows[since:] - last)
    first = counts.first + timedelta(since)
    return Measures(first, counts.areas, people, values, rates, likely, missing, lacking, age, known[since:])


def joined(parts: Sequence[Measures]) -> Measures:
    """Measures of the same areas, one stretch of days after the other."""
    first = parts[0]
    return replace(
        first,
        values={name: np.concatenate([part.values[name] for part in parts]) for name in first.values},
        rates=_posteriors([part.rates for part in parts]),
        likely=_posteriors([part.likely for part in parts]),
        missing=np.concatenate([part.missing for part in parts]),
        lacking=np.concatenate([part.lacking for part in parts]),
        age=np.concatenate([part.age for part in parts]),
        fresh=np.concatenate([part.fresh for part in parts]),
    )


def _posteriors(parts: Sequence[Posterior | None]) -> Posterior | None:
    held = [part for part in parts if part is not None]
    if not held:
        return None
    return Posterior(np.concatenate([one.shape for one in held]), np.concatenate([one.exposure for one in held]))


def _check(counts: Counts) -> None:
    figures = [counts.cases, counts.population, counts.local(), *counts.given.values()]
    if any((figure < 0).any() for figure in figures) or (counts.imported is not None and (counts.imported < 0).any()):
        raise refuse(BAD_COUNTS)


def _per(cases: Floats, people: Floats) -> Floats:
    """Cases per 100,000; NaN where there is nobody."""
    people = np.broadcast_to(people, cases.shape)
    rate: Floats = np.divide(cases * PER, people, out=np.full(cases.shape, np.nan), where=people > 0)
    return rate


def _at(values: Floats | Whole, last: Whole) -> Floats:
    """The values of the days of the last reports; NaN where there never was one."""
    found = np.take_along_axis(values.astype(np.float64), np.maximum(last, 0), axis=0)
    found[last < 0] = np.nan
    return found


def _window_sums(values: Floats, window: int) -> Floats:
    """Sums of the last so many days up to each row."""
    whole = np.cumsum(values, axis=0)
    whole[window:] -= whole[:-window].copy()
    return whole


def _missing(known: Bools, window: int, from_nothing: Bools | bool) -> Floats:
    """How many days of each window are not known; days before the first row are, where there was nothing before."""
    before = np.maximum(0, window - 1 - np.arange(known.shape[0]))[:, None] * np.asarray(from_nothing, dtype=np.intp)
    missing: Floats = window - before - _window_sums(known.astype(np.float64), window)
    return missing


def _not_begun(known: Bools, last: Whole, window: int, from_nothing: Bools | bool) -> Bools:
    """Whether the window reaches back before the first report: of that time nothing is known at all."""
    first = np.where(known.any(axis=0), known.argmax(axis=0), NEVER)
    reaching: Bools = (last - first < window - 1) & ~((first == 0) & np.asarray(from_nothing))
    return reaching


def _counted(held: Floats, last: Whole, window: int, undated: Floats | float) -> dict[str, Floats]:
    rows = np.arange(held.shape[0])[:, None]
    latest = np.maximum.accumulate(np.where(held > 0, rows, -NEVER), axis=0)
    since = np.where(latest < 0, np.inf, rows - latest)
    cases, whole = _at(_window_sums(held, window), last), _at(np.cumsum(held, axis=0), last)
    nothing = {"cases": np.nan_to_num(cases), "cumulative": np.nan_to_num(whole) + undated}
    return {**nothing, "days_since": _at(since, last)}


def _lower_bound(counts: Counts, interval: tuple[float, float], since: int) -> Floats:
    """The lower bound of R over the last seven days: minus infinity where R is not estimable, so that nothing follows.

    NaN where it is not known, a day being missing in the window or among those that infected it: too few of these make
    R too high. Rows before `since` are only filled as far as a late report can look back.
    """
    found = np.full(counts.cases.shape, np.nan)
    mass = serial_interval(*interval, days=counts.cases.shape[0])
    reach = int(np.searchsorted(np.cumsum(discretised_interval(*interval, _LONGEST)), _MOST))
    missing = _missing(~np.isnan(counts.cases), WINDOW + reach, counts.from_nothing)
    start = max(0, since - WINDOW - mass.size - _SLACK)
    cases = np.nan_to_num(counts.cases[start:]).T
    if cases.shape[-1] <= WINDOW:
        return np.where(missing == 0, -np.inf, found)
    imported = None if counts.imported is None else np.nan_to_num(counts.imported[start:]).T
    r = reproduction(cases, mass, imported=imported)
    found[start + r.end] = np.where(r.estimable, r.quantile(_TAIL), -np.inf).T
    return np.where(missing == 0, found, np.nan)
