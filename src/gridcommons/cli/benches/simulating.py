"""The what-if model over the townships of a province, beside a plain loop over areas and runs."""

from __future__ import annotations

import math
import random
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from gridcommons.cli.benches import Row, bench

if TYPE_CHECKING:
    from gridcommons.outlook.simulation import Areas, Disease

AREAS: Final = 400
RUNS: Final = 100
DAYS: Final = 60
_PEER_AREAS, _PEER_RUNS, _PEER_DAYS = 20, 2, 20


@bench("what-if")
def what_if_rows() -> Iterable[Row]:
    """Areas x runs x days a second, ours and a plain loop's, in processor time of one thread."""
    from gridcommons.outlook.simulation import Levers, simulate

    areas, disease = _town_areas(AREAS)
    began = time.process_time()
    simulate(areas, disease, Levers(fewer_contacts=0.2, isolated_by=2.0), days=DAYS, runs=RUNS, seed=1)
    ours = AREAS * RUNS * DAYS / (time.process_time() - began)
    few, _same = _town_areas(_PEER_AREAS)
    began = time.process_time()
    _plain(few, disease)
    theirs = _PEER_AREAS * _PEER_RUNS * _PEER_DAYS / (time.process_time() - began)
    note = f"{AREAS} areas x {RUNS} runs x {DAYS} days, two steps a day; the peer draws person by person, scaled up"
    yield Row("what-if", ours, "plain Python loop", theirs, "area days/s", note, more_is_better=True)


def _town_areas(count: int) -> tuple[Areas, Disease]:
    """Synthetic townships in a row, each with neighbours on either side."""
    import numpy as np

    from gridcommons.outlook.simulation import Areas, Disease, mixing_of

    people = np.random.default_rng(3).integers(2_000, 6_000, count)
    pairs = [(n, n + step) for step in (1, 2) for n in range(count - step)]
    disease = Disease(1.3, 2.0, latent_days=1.6, infectious_days=2.0, found=0.4, care=0.02, care_days=6.0)
    return Areas(people, people // 500, mixing_of(people, pairs, 0.2)), disease


def _plain(areas: Areas, disease: Disease) -> int:
    """The same chain of draws in plain Python: every person's chance is a number of their own."""
    rng, infected = random.Random(1), 0  # noqa: S311 - a peer of the bench, no secret
    people, mixing = areas.population.tolist(), areas.mixing.tolist()
    turn, leave = (-math.expm1(-0.5 / days) for days in (disease.latent_days, disease.infectious_days))

    def drawn(count: int, chance: float) -> int:
        return sum(rng.random() < chance for _each in range(count))

    for _run in range(_PEER_RUNS):
        ill = areas.infectious.tolist()
        exposed, free = [0] * len(people), [n - i for n, i in zip(people, ill, strict=True)]
        for _step in range(2 * _PEER_DAYS):
            share = [i / n for i, n in zip(ill, people, strict=True)]
            for a, row in enumerate(mixing):
                force = disease.r_middle * leave * sum(m * s for m, s in zip(row, share, strict=True))
                caught, turned, gone = (
                    drawn(free[a], -math.expm1(-force)), drawn(exposed[a], turn), drawn(ill[a], leave)
                )  # fmt: skip
                free[a] -= caught
                exposed[a] += caught - turned
                ill[a] += turned - gone
                infected += caught
    return infected
