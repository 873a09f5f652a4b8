"""From tables to what is scanned: which areas, which steps, what is expected, and what has to be said of it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt

from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.words import Words
from gridcommons.outlook.scanning import baselines
from gridcommons.outlook.scanning.null import Margins, margins_of
from gridcommons.outlook.scanning.reading import Areas, Cells, Noted, note_gaps
from gridcommons.outlook.scanning.scores import CONDITIONAL, Design, Model, Places, weights_of
from gridcommons.outlook.scanning.steps import Axis, Step, axis_of

Floats = npt.NDArray[np.float64]
Positions = npt.NDArray[np.intp]

NO_CASES = refusal_kind("scan.no_cases", status=400, zh="病例表没有任何一行。", en="The table of cases has no row.")
NO_POPULATION = refusal_kind(
    "scan.no_population",
    status=400,
    zh="模型 pb-poisson 需要人口表（--population）。",
    en="The model pb-poisson needs a population (--population).",
)
NOBODY = refusal_kind(
    "scan.nobody", status=400, zh="{day}没有任何区划有人口。", en="No area has any population on {day}."
)
NOTHING_EXPECTED = refusal_kind(
    "scan.nothing_expected",
    status=400,
    zh="无法得知应有多少病例：请给出 --baseline 或 --population，或给出在最长窗口（{steps}期）之前还有病例的序列。",
    en="Nothing tells what is to be expected: give --baseline or --population, or a series with cases before the "
    "longest window of {steps} steps.",
)
NONE_EXPECTED = refusal_kind(
    "scan.none_expected",
    status=400,
    zh="区划“{area}”{day}有病例，应有数却为零：请补上它的人口或应有数。",
    en="Area “{area}” has cases on {day} where none are expected: give its population or its expectation.",
)
NO_THETA = refusal_kind(
    "scan.no_theta",
    status=400,
    zh="--theta 须大于零，且只用于模型 eb-poisson 和 eb-negbin。",
    en="--theta is above 0, and for the models eb-poisson and eb-negbin only.",
)
ONE_AREA = refusal_kind(
    "scan.one_area",
    status=400,
    zh="模型 permutation 至少需要两个区划和两期。",
    en="The model permutation needs two areas and two steps at least.",
)
_POPULATION: Final = Words("人口", "population")
_BASELINE: Final = Words("应有数", "expectations")
_COUNTS: Final = Words("计数", "counts")
_STEP_NAMES: Final = {
    Step.DAY: Words("日", "day"),
    Step.WEEK: Words("周", "week"),
    Step.MONTH: Words("月", "month"),
    Step.YEAR: Words("年", "year"),
}
_BEYOND_CHANCE: Final = 2.33
_FEW: Final = 3
_APART: Final = 1.5


@dataclass(frozen=True)
class Study:
    """Areas and steps with counts, (areas, steps) in time order, and whatever tells what to expect."""

    areas: Areas
    axis: Axis
    counts: Floats
    population: Floats | None
    baseline: Floats | None

    def of(self, order: Positions) -> Study:
        """The same over some of the areas, in another order."""
        population = None if self.population is None else self.population[order]
        baseline = None if self.baseline is None else self.baseline[order]
        return replace(
            self, areas=self.areas.taken(order), counts=self.counts[order], population=population, baseline=baseline
        )


def laid_out(
    areas: Areas, axis: Axis, cases: Cells, population: Cells | None, baseline: Cells | None, noted: Noted
) -> Study:
    """The tables over one axis; gaps, areas without figures and late population are said."""
    counts, given = cases.laid_out(len(areas.codes), axis)
    note_gaps(given, areas.codes, _COUNTS, noted)
    silent = int((~given.any(axis=0)).sum())
    if silent:
        noted.add(
            f"{axis.steps}期中有{silent}期没有任何一行病例，按零计；如是没有上报，结果不可信。",
            f"{silent} of {axis.steps} steps have no row of cases at all and count as 0; if nothing was reported then, "
            "the result cannot be trusted.",
        )
    people = None if population is None else _population(population, areas, axis, noted)
    expected = None if baseline is None else _baseline(baseline, areas, axis, noted)
    study = Study(areas, axis, counts, people, expected)
    known = expected if expected is not None else people
    return study if known is None else _with_figures(study, known, noted)


def _baseline(cells: Cells, areas: Areas, axis: Axis, noted: Noted) -> Floats:
    figures, given = cells.laid_out(len(areas.codes), axis)
    note_gaps(given, areas.codes, _BASELINE, noted)
    return figures


def _population(cells: Cells, areas: Areas, axis: Axis, noted: Noted) -> Floats:
    """The population of each step: of the latest date on or before it in the table, before all of them of the first."""
    days = sorted(set(cells.day))
    at = {day: n for n, day in enumerate(days)}
    figures = np.zeros((len(areas.codes), len(days)))
    given = np.zeros(figures.shape, dtype=np.bool_)
    where = (np.array(cells.area, dtype=np.int64), np.array([at[day] for day in cells.day], dtype=np.int64))
    figures[where], given[where] = cells.value, True
    note_gaps(given, areas.codes, _POPULATION, noted)
    if not days:
        return np.zeros((len(areas.codes), axis.steps))
    dates = [axis.date(n) for n in range(axis.steps)]
    latest = [max(0, sum(day <= here for day in days) - 1) for here in dates]
    if len(days) > 1 and days[-1] > dates[-1]:
        noted.add(
            f"人口表到{days[-1]}，病例只到{dates[-1]}；要扫描到更晚请用 --last。",
            f"The population goes on to {days[-1]}, the scan ends on {dates[-1]}; to scan later give --last.",
        )
    return figures[:, latest]


def _with_figures(study: Study, known: Floats, noted: Noted) -> Study:
    """Leave out areas of which nothing is known and nothing counted: they are no part of what is looked at."""
    odd = (known > 0).any(axis=1) | (study.counts > 0).any(axis=1)
    if not odd.all():
        left = np.flatnonzero(~odd)
        noted.add(
            f"{left.size}个区划没有人口或应有数，未参与扫描（首个{study.areas.codes[left[0]]}）。",
            f"Areas without population or expectation, not scanned: {left.size} (first {study.areas.codes[left[0]]}).",
        )
    return study.of(np.flatnonzero(odd))


def expected_of(study: Study, model: Model, durations: int, noted: Noted) -> Floats:
    """What is expected by the model, (areas, steps) in time order; refuses cases where none are expected."""
    if model is Model.PERMUTATION:
        if min(study.counts.shape) <= 1:
            raise refuse(ONE_AREA)
        return baselines.from_margins(study.counts)
    expected = _population_based(study) if model is Model.PB_POISSON else _expectation(study, durations, noted)
    window = slice(max(0, study.axis.steps - durations), None)
    odd = np.argwhere((study.counts[:, window] > 0) & (expected[:, window] <= 0))
    if odd.size:
        area, step = odd[0]
        day = study.axis.date(int(step) + (window.start or 0))
        raise refuse(NONE_EXPECTED, area=study.areas.codes[area], day=day)
    return expected


def _population_based(study: Study) -> Floats:
    if study.population is None:
        raise refuse(NO_POPULATION)
    empty = np.flatnonzero(study.population.sum(axis=0) <= 0)
    if empty.size or not study.population.size:
        raise refuse(NOBODY, day=study.axis.date(int(empty[0]) if empty.size else 0))
    return baselines.population_based(study.population, float(study.counts.sum()))


def _expectation(study: Study, durations: int, noted: Noted) -> Floats:
    if study.baseline is not None:
        return study.baseline
    if study.population is not None:
        expected, known = baselines.from_population(study.counts, study.population, durations)
        if not known:
            noted.add(
                "最长窗口之前没有病例：应有数取自全部各期，聚集会显得较弱。",
                "There are no cases before the longest window: the expectation is from all steps, and a cluster shows "
                "less.",
            )
        return expected
    before = study.axis.steps - durations
    if before < 1 or study.counts[:, :before].sum() == 0:
        raise refuse(NOTHING_EXPECTED, steps=durations)
    noted.add(
        f"没有给出人口或应有数：应有数取自各区划在此前{before}期的水平。",
        f"No population or expectation was given: each area's own level of the {before} steps before is expected.",
    )
    return baselines.from_history(study.counts, durations)


def design_of(study: Study, near: Places, model: Model, durations: int, theta: float | None, noted: Noted) -> Design:
    """The design of a scan; theta is estimated for the negative binomial where none is given.

    near: (areas, k) in the study's order. Says where counts vary more than a Poisson's and no theta was given.
    """
    _require_theta(theta, model)
    expected = expected_of(study, model, durations, noted)
    late = np.ascontiguousarray(expected[:, ::-1][:, :durations])
    if model in CONDITIONAL:
        return Design(model, near, late, total=float(study.counts.sum()))
    theta = theta if theta is not None else _estimated(study, expected, model, durations, noted)
    weight = weights_of(late, theta) if model is Model.EB_NEGBIN and theta is not None else None
    _note_level(float(study.counts[:, -durations:].sum()), float(late.sum()), noted)
    return Design(model, near, late, weight=weight, theta=theta)


def _require_theta(theta: float | None, model: Model) -> None:
    if theta is not None and (model in CONDITIONAL or not 0 < theta < math.inf):
        raise refuse(NO_THETA)


def _estimated(study: Study, expected: Floats, model: Model, durations: int, noted: Noted) -> float | None:
    """The theta of the counts, from the steps before the longest window where there are as many, else from all."""
    before = study.axis.steps - durations
    some = slice(0, before) if before >= durations else slice(None)
    theta = baselines.theta_of(study.counts[:, some], expected[:, some])
    beyond = baselines.overdispersion(study.counts[:, some], expected[:, some]) > _BEYOND_CHANCE
    if model is Model.EB_NEGBIN:
        told = "∞" if math.isinf(theta) else f"{theta:.4g}"
        noted.add(f"theta 由数据估计为{told}。", f"theta was estimated from the counts: {told}.")
        return None if math.isinf(theta) else theta
    if beyond:
        noted.add(
            f"计数的变动大于泊松分布，p 偏小：可用 --theta {theta:.4g} 或eb-negbin。",
            f"The counts vary more than a Poisson's, and p is too small: use --theta {theta:.4g} or eb-negbin.",
        )
    return None


def _note_level(cases: float, expected: float, noted: Noted) -> None:
    """Say where the whole lies far from what is expected: then everything or nothing is a cluster."""
    if expected > 0 and not 1 / _APART <= cases / expected <= _APART:
        noted.add(
            f"窗口内共{cases:.0f}例，应有{expected:.4g}例：应有数整体偏离，窗口之间难以分辨。",
            f"There are {cases:.0f} cases against {expected:.4g} expected in all: the expectation is off everywhere, "
            "which hides what is local.",
        )


def note_size(study: Study, k: int, durations: int, noted: Noted) -> tuple[int, int]:
    """Neighbours and durations as far as there are such, and a word where there are fewer."""
    areas, steps = len(study.areas.codes), study.axis.steps
    if k > areas or areas < _FEW:
        most = min(k, areas)
        noted.add(f"只有{areas}个区划：区域最多含{most}个。", f"Areas in all: {areas}; a zone has {most} at most.")
    if durations > steps:
        noted.add(f"序列只有{steps}期，窗口不会更长。", f"Steps in all: {steps}; a window has no more.")
    return min(k, areas), min(durations, steps)


def margins_for(study: Study, model: Model) -> Margins | None:
    """What the permutation scan shuffles; nothing for other models."""
    return margins_of(study.counts) if model is Model.PERMUTATION else None


def axis_for(cases: Cells, baseline: Cells | None, step: Step | None, last: date | None, noted: Noted) -> Axis:
    """The steps that the tables of cases and of expectations tell of, up to `last` where it is given.

    Population makes no step: it may be of a census long ago. Says what step was found, and what lies after `last`.
    """
    days = set(cases.day) | set(baseline.day if baseline is not None else ())
    if not days:
        raise refuse(NO_CASES)
    late = sum(day > last for day in cases.day) if last is not None else 0
    if last is not None:
        days = {day for day in days if day <= last} | {last}
    if late:
        noted.add(f"{last}之后的{late}行病例未用。", f"Rows of cases after {last}, not used: {late}.")
    axis = axis_of(days, step)
    name = _STEP_NAMES[axis.step]
    noted.add(
        f"序列按{name.zh}，从{axis.first}到{axis.date(axis.steps - 1)}，共{axis.steps}期。",
        f"The series goes by {name.en}s from {axis.first} to {axis.date(axis.steps - 1)}: {axis.steps} steps.",
    )
    return axis
