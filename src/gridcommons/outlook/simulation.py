"""What if: a small stochastic model of an epidemic by area: susceptible, exposed, infectious, removed. Pure, on arrays.

Each step is a binomial draw for every run and area at once (chain binomial; Keeling and Rohani, Modeling Infectious
Diseases in Humans and Animals, 2008, 6.4), `steps` of them a day. The chance of a contact is scaled so that one
infectious person causes R others on average whatever the step; hence the final size is that of Kermack and McKendrick.
It shows what would follow from what is assumed, as bands. It decides and orders nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

from gridcommons.kit.errors import refusal_kind, refuse

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

QUANTILES: Final = (0.05, 0.25, 0.5, 0.75, 0.95)
MOST_DAYS: Final = 365
MOST_RUNS: Final = 5_000
MOST_STEPS: Final = 96
MOST_R: Final = 30.0
MOST_CELLS: Final = 60_000_000
"""Areas x runs x days of one calculation: what fits into the memory of a small machine."""
_NEAR_ONE: Final = 1e-9
_SPAN: Final = float(2 * ndtri(0.975))

BAD_NUMBER = refusal_kind(
    "simulation.bad_number",
    status=400,
    zh="“{name}”须在{least}到{most}之间，现为{given}。",
    en="“{name}” must lie between {least} and {most}; given: {given}.",
)
BAD_SHAPE = refusal_kind(
    "simulation.bad_shape",
    status=400,
    zh="人口、起始感染和混合矩阵的区域数须一致，且至少一个区域。",
    en="Population, start and mixing matrix need the same areas, one at least.",
)
BAD_PEOPLE = refusal_kind(
    "simulation.bad_people",
    status=400,
    zh="人口须为正整数，起始感染和已免疫人数须为不小于0的整数，合计不得超过人口。",
    en="Population is a whole number above 0; those infected and immune at the start are whole numbers not below 0, "
    "together no more than the population.",
)
BAD_MIXING = refusal_kind(
    "simulation.bad_mixing",
    status=400,
    zh="混合矩阵的每个数须不小于0，每行之和须为1。",
    en="Every number of the mixing matrix is not below 0 and each row sums to 1.",
)
BAD_BAND = refusal_kind(
    "simulation.bad_band",
    status=400,
    zh="R的下限须大于0且不大于上限，上限不超过{most}；现为{low}到{high}。",
    en="The lower bound of R is above 0 and not above the upper one, which is {most} at most; given: {low} to {high}.",
)
TOO_LARGE = refusal_kind(
    "simulation.too_large",
    status=400,
    zh="区域数×次数×天数超过{most}，请减少天数或次数。",
    en="Areas x runs x days exceed {most}: ask for fewer days or runs.",
)


@dataclass(frozen=True)
class Disease:
    """How the disease passes on. R is drawn for each run, lognormal, `r_low` to `r_high` being its 95 % interval.

    `latent_days`, `infectious_days`: means of exponential spells; their sum is the mean generation interval. `found`:
    share of the infected that a test or clinic finds. `care`: share of the infected that needs care, `care_days` long.
    """

    r_low: float
    r_high: float
    latent_days: float
    infectious_days: float
    found: float
    care: float
    care_days: float

    @property
    def interval(self) -> float:
        """Mean generation interval in days."""
        return self.latent_days + self.infectious_days

    @property
    def interval_sd(self) -> float:
        """Standard deviation of the generation interval in days that exponential spells imply."""
        return float(np.hypot(self.latent_days, self.infectious_days))

    @property
    def r_middle(self) -> float:
        """The median of R."""
        return float(np.sqrt(self.r_low * self.r_high))


@dataclass(frozen=True)
class Levers:
    """What is supposed to be done. All nought: nothing.

    `fewer_contacts`: share of contacts given up from day `since` on. `isolated_by`: mean days after becoming infectious
    until a found case meets nobody any more; None for never. `vaccinated`: share vaccinated before day 0, of whom
    `protected` cannot be infected.
    """

    fewer_contacts: float = 0.0
    since: int = 0
    isolated_by: float | None = None
    vaccinated: float = 0.0
    protected: float = 1.0


@dataclass(frozen=True)
class Areas:
    """The areas: population, infectious on day 0, immune on day 0, and with whom each one's people meet.

    `mixing`: shape (areas, areas); row a is how the contacts of a's people share out over the areas, summing to 1.
    """

    population: Whole
    infectious: Whole
    mixing: Floats
    immune: Whole | None = None

    @property
    def count(self) -> int:
        """How many areas."""
        return int(self.population.size)


@dataclass(frozen=True)
class Paths:
    """Every run by day: newly infected, newly found, in care, shape (days, runs, areas); `end`: who is what at last.

    `begun`: who was susceptible on day 0, shape (areas,).
    """

    infected: Whole
    found: Whole
    in_care: Whole
    begun: Whole
    end: dict[str, Whole] = field(default_factory=dict)


@dataclass(frozen=True)
class Bands:
    """Quantiles over the runs, shape (quantiles, areas + 1, days); the last area is all together, run by run.

    `found_total`, `care_peak`: of each run's cases found over all days, and its most in care on one day; without days.
    """

    infected: Floats
    found: Floats
    in_care: Floats
    found_total: Floats
    care_peak: Floats
    quantiles: tuple[float, ...] = QUANTILES


def mixing_of(population: npt.ArrayLike, pairs: npt.ArrayLike, away: float) -> Floats:
    """A mixing matrix: a share `away` of contacts goes to neighbouring areas by their population, the rest stays.

    `pairs`: shape (n, 2), indices of areas that are neighbours, either way round. An area without any stays apart.
    """
    _within("away", away, 0, 1)
    people = np.asarray(population, dtype=np.float64)
    near = np.zeros((people.size, people.size))
    for a, b in np.asarray(pairs, dtype=np.intp).reshape(-1, 2):
        near[a, b], near[b, a] = people[b], people[a]
    np.fill_diagonal(near, 0)
    total = near.sum(axis=1, keepdims=True)
    shared = np.divide(near, total, out=np.zeros_like(near), where=total > 0)
    mixing: Floats = away * shared
    mixing[np.diag_indices(people.size)] = 1 - mixing.sum(axis=1)
    return mixing


def effective_r(disease: Disease, levers: Levers, day: int = 0) -> float:
    """The median R that the levers leave on a day, before anyone has become immune."""
    held = disease.r_middle * (1 - levers.fewer_contacts * (day >= levers.since))
    if levers.isolated_by is not None:
        kept = levers.isolated_by / (levers.isolated_by + disease.infectious_days)
        held *= 1 - disease.found * (1 - kept)
    return held * (1 - levers.vaccinated * levers.protected)


def simulate(
    areas: Areas, disease: Disease, levers: Levers, *, days: int, runs: int, seed: int, steps: int = 2
) -> Paths:
    """So many runs over so many days; the same seed gives the same runs. Refuses what cannot be."""
    require_sound(areas, disease, levers, days=days, runs=runs, steps=steps)
    rng = np.random.default_rng(seed)
    state = _begun(areas, disease, levers, runs)
    begun: Whole = state["susceptible"][0].copy()
    r = disease.r_middle * np.exp(rng.standard_normal(runs) * np.log(disease.r_high / disease.r_low) / _SPAN)
    shape = (days, runs, areas.count)
    infected, found, in_care = np.zeros((3, *shape), np.int64)
    paths = Paths(infected, found, in_care, begun, state)
    chances = _chances(disease, levers, steps)
    meets = (areas.mixing / areas.population).T
    for day in range(days):
        contact = r * chances.leave * (1 - levers.fewer_contacts * (day >= levers.since))
        for _step in range(steps):
            _advance(rng, state, paths, day, contact[:, None], meets, chances)
        paths.in_care[day] = state["care"]
    return paths


@dataclass(frozen=True)
class _Chances:
    """Chances of one step."""

    turn: float
    leave: float
    leave_found: float
    found: float
    care: float
    leave_care: float


def _chances(disease: Disease, levers: Levers, steps: int) -> _Chances:
    def of(rate: float) -> float:
        return float(-np.expm1(-rate / steps))

    removed = 1 / disease.infectious_days
    isolated = 0.0 if levers.isolated_by is None else 1 / levers.isolated_by
    return _Chances(
        turn=of(1 / disease.latent_days), leave=of(removed), leave_found=of(removed + isolated), found=disease.found,
        care=disease.care, leave_care=of(1 / disease.care_days),
    )  # fmt: skip


def _begun(areas: Areas, disease: Disease, levers: Levers, runs: int) -> dict[str, Whole]:
    """Day 0: with the infectious as many exposed as spells of that length hold at any moment; found ones by share."""
    people, infectious = areas.population, areas.infectious
    immune = np.zeros_like(people) if areas.immune is None else areas.immune
    free = people - infectious - immune
    exposed = np.minimum(np.rint(infectious * disease.latent_days / disease.infectious_days).astype(np.int64), free)
    kept = np.rint((free - exposed) * levers.vaccinated * levers.protected).astype(np.int64)
    known = np.rint(infectious * disease.found).astype(np.int64)
    start = {
        "susceptible": free - exposed - kept, "exposed": exposed, "known": known, "unknown": infectious - known,
        "removed": immune + kept, "care": np.zeros_like(people),
    }  # fmt: skip
    return {name: np.repeat(held[None, :], runs, axis=0) for name, held in start.items()}


def _advance(
    rng: np.random.Generator,
    state: dict[str, Whole],
    paths: Paths,
    day: int,
    contact: Floats,
    meets: Floats,
    chances: _Chances,
) -> None:
    """One step of all runs and areas: everybody moves by what stood at its beginning. In care beside, not instead."""
    force = contact * ((state["known"] + state["unknown"]) @ meets)
    caught = rng.binomial(state["susceptible"], -np.expm1(-force))
    turned = rng.binomial(state["exposed"], chances.turn)
    found = rng.binomial(turned, chances.found)
    gone_known = rng.binomial(state["known"], chances.leave_found)
    gone = rng.binomial(state["unknown"], chances.leave)
    state["care"] += rng.binomial(turned, chances.care) - rng.binomial(state["care"], chances.leave_care)
    state["susceptible"] -= caught
    state["exposed"] += caught - turned
    state["known"] += found - gone_known
    state["unknown"] += turned - found - gone
    state["removed"] += gone_known + gone
    paths.infected[day] += caught
    paths.found[day] += found


def bands(paths: Paths, quantiles: tuple[float, ...] = QUANTILES) -> Bands:
    """Quantiles of the runs by area and day; of all areas together those of each run's sum, not sums of quantiles."""
    infected, found, in_care = (_with_whole(held) for held in (paths.infected, paths.found, paths.in_care))
    held = (infected, found, in_care, found.sum(axis=0), in_care.max(axis=0))
    infected_bands, found_bands, care_bands, total, peak = (_band(one, quantiles) for one in held)
    return Bands(infected_bands, found_bands, care_bands, total, peak, quantiles)


def _with_whole(held: Whole) -> Whole:
    return np.concatenate([held, held.sum(axis=-1, keepdims=True)], axis=-1)


def _band(held: Whole, quantiles: tuple[float, ...]) -> Floats:
    """Quantiles over the runs, the axis before the last; the days last."""
    made: Floats = np.moveaxis(np.quantile(held, quantiles, axis=-2), 1, -1)
    return made


def what_if(
    areas: Areas, disease: Disease, scenarios: tuple[Levers, ...], *, days: int, runs: int, seed: int
) -> list[Bands]:
    """The bands of several scenarios from the same start and seed, to be read side by side."""
    return [bands(simulate(areas, disease, one, days=days, runs=runs, seed=seed)) for one in scenarios]


def final_share(r: float, susceptible: float = 1.0) -> float:
    """The share of all people infected in the end when R others catch it from one (Kermack and McKendrick 1927)."""
    share = susceptible
    for _step in range(10_000):
        after = float(susceptible * -np.expm1(-r * share))
        if abs(after - share) < _NEAR_ONE:
            break
        share = after
    return share


def require_sound(areas: Areas, disease: Disease, levers: Levers, *, days: int, runs: int, steps: int = 1) -> None:
    """Refuse areas, a disease, levers or sizes that cannot be."""
    _require_areas(areas)
    _require_disease(disease)
    _within("fewer_contacts", levers.fewer_contacts, 0, 1)
    _within("vaccinated", levers.vaccinated, 0, 1)
    _within("protected", levers.protected, 0, 1)
    _within("since", levers.since, 0, MOST_DAYS)
    if levers.isolated_by is not None:
        _within("isolated_by", levers.isolated_by, 0.1, 60)
    _within("days", days, 1, MOST_DAYS)
    _within("runs", runs, 1, MOST_RUNS)
    _within("steps", steps, 1, MOST_STEPS)
    if areas.count * runs * days > MOST_CELLS:
        raise refuse(TOO_LARGE, most=f"{MOST_CELLS:,}")


def _require_areas(areas: Areas) -> None:
    size, immune = areas.count, areas.immune
    arrays = [areas.population, areas.infectious, *([] if immune is None else [immune])]
    if not size or any(one.shape != (size,) for one in arrays) or areas.mixing.shape != (size, size):
        raise refuse(BAD_SHAPE)
    if any(one.dtype.kind not in "iu" or (one < 0).any() for one in arrays):
        raise refuse(BAD_PEOPLE)
    taken = areas.infectious + (0 if immune is None else immune)
    if (areas.population < 1).any() or (taken > areas.population).any():
        raise refuse(BAD_PEOPLE)
    rows = areas.mixing.sum(axis=1)
    if not np.isfinite(areas.mixing).all() or (areas.mixing < 0).any() or (np.abs(rows - 1) > _NEAR_ONE).any():
        raise refuse(BAD_MIXING)


def _require_disease(disease: Disease) -> None:
    low, high = disease.r_low, disease.r_high
    if not (np.isfinite([low, high]).all() and 0 < low <= high <= MOST_R):
        raise refuse(BAD_BAND, most=f"{MOST_R:g}", low=f"{low:g}", high=f"{high:g}")
    for name in ("latent_days", "infectious_days", "care_days"):
        _within(name, getattr(disease, name), 0.25, 90)
    for name in ("found", "care"):
        _within(name, getattr(disease, name), 0, 1)


def _within(name: str, given: float, least: float, most: float) -> None:
    """Refuse what is not a number of this range; what is not a number at all fails every comparison."""
    if not least <= given <= most:
        raise refuse(BAD_NUMBER, name=name, least=f"{least:g}", most=f"{most:g}", given=f"{given:g}")


def without(levers: Levers) -> Levers:
    """The same with nothing done: what the others are held against. Who is vaccinated already stays so."""
    return replace(levers, fewer_contacts=0.0, since=0, isolated_by=None)
