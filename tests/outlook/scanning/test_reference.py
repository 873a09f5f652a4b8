"""Scans of New Mexico equal the reference: zones, windows, scores, relative risks, and p within its band."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from gridcommons.outlook.scanning.null import replicated
from gridcommons.outlook.scanning.reading import Areas, Cells, Noted, areas_of, cases_of, figures_of
from gridcommons.outlook.scanning.results import best_windows, windows_apart
from gridcommons.outlook.scanning.run import Wanted, prepared
from gridcommons.outlook.scanning.scores import Model
from gridcommons.outlook.scanning.study import axis_for, laid_out
from new_mexico import NewMexico, new_mexico

BOTH = [Model.EB_POISSON, Model.PB_POISSON]
BANDS = {Model.EB_POISSON: (0.001, 0.015), Model.PB_POISSON: (0.008, 0.035)}


@pytest.fixture(scope="module")
def state(shared: Path) -> NewMexico:
    return new_mexico(shared)


def test_the_zones_are_those_of_the_reference(state: NewMexico) -> None:
    ours = {frozenset(state.near[n, : k + 1].tolist()) for n in range(32) for k in range(15)}
    assert ours == set(state.zones)
    assert len(ours) == 415


@pytest.mark.parametrize("model", BOTH)
def test_the_25_best_windows_are_those_of_the_reference(state: NewMexico, model: Model) -> None:
    ours, theirs = best_windows(state.design(model), state.late), state.best(model)
    assert len(ours) == len(theirs) == 25
    for window, (areas, duration, score, risk) in zip(ours, theirs, strict=True):
        assert (frozenset(window.areas), window.duration) == (areas, duration)
        assert abs(window.score - score) <= 1e-8
        assert abs(window.relative_risk - risk) <= 1e-8


@pytest.mark.parametrize("model", BOTH)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_p_lies_within_its_band(state: NewMexico, model: Model, seed: int) -> None:
    null = replicated(state.design(model), 999, seed)
    low, high = BANDS[model]
    best = state.best(model)[0][2]
    assert low <= null.p(best) <= high
    assert low / 2 <= null.tail(best) <= high * 2


def test_the_baseline_of_another_reading_gives_another_score(state: NewMexico) -> None:
    """Year totals instead of the mean of all years: 7.446290, as the reference notes say."""
    within = state.population / state.population.sum(axis=0) * state.counts.sum(axis=0)
    other = replace(state.design(Model.PB_POISSON), expected=within[:, ::-1].copy())
    assert abs(best_windows(other, state.late, 1)[0].score - 7.446290) <= 1e-6


def test_under_overdispersion_the_same_cluster_is_weaker(state: NewMexico) -> None:
    design, best = state.design(Model.EB_POISSON), state.best(Model.EB_POISSON)[0][2]
    assert replicated(replace(design, theta=10.0), 999, 1).p(best) > 5 * replicated(design, 999, 1).p(best)


@pytest.mark.parametrize("model", BOTH)
def test_windows_apart_share_no_county_and_begin_with_the_best(state: NewMexico, model: Model) -> None:
    design = state.design(model)
    apart = windows_apart(design, state.late)
    assert apart[0] == best_windows(design, state.late, 1)[0]
    areas = [area for window in apart for area in window.areas]
    assert len(areas) == len(set(areas))
    scores = [window.score for window in apart]
    assert scores == sorted(scores, reverse=True)


def test_the_table_is_the_same_whatever_it_is_searched_by(state: NewMexico) -> None:
    """All cylinders by hand for the expectation-based score."""
    design = state.design(Model.EB_POISSON)
    found = set()
    for zone in state.zones:
        some = sorted(zone)
        for d in range(1, 5):
            c, e = state.late[some, :d].sum(), design.expected[some, :d].sum()
            found.add((c * np.log(c / e) + e - c if c > e else 0.0, d, zone))
    best = sorted(found, key=lambda one: -one[0])[:25]
    ours = best_windows(design, state.late)
    assert [frozenset(w.areas) for w in ours] == [zone for _score, _d, zone in best]
    assert np.allclose([w.score for w in ours], [score for score, _d, _zone in best], atol=1e-12)


def _fever(shared: Path) -> tuple[Areas, Cells]:
    """SaTScan's sample of fever calls in New York City, November 2001: ZIP codes, one case a row."""
    folder = shared / "outlook"
    places = (line.split() for line in (folder / "NYCfever.geo").read_text().splitlines() if line.strip())
    areas = areas_of({"area": code, "x": lon, "y": lat} for code, lat, lon in places)
    calls = (line.split() for line in (folder / "NYCfever.cas").read_text().splitlines() if line.strip())
    found = ({"area": code, "date": date(*map(int, day.split("/"))), "count": count} for code, count, day in calls)
    return areas, cases_of(found, areas, Noted())


def test_the_fever_calls_of_new_york_are_scanned_by_permutation(shared: Path) -> None:
    """194 calls in 24 days over 192 ZIP codes; all margins are kept, and every window is scored as by hand."""
    areas, cases = _fever(shared)
    noted = Noted()
    axis = axis_for(cases, None, None, None, noted)
    assert (str(axis.first), axis.steps) == ("2001-11-01", 24)
    study = laid_out(areas, axis, cases, None, None, noted)
    ready = prepared(study, Wanted(Model.PERMUTATION, 50, 7), noted)
    assert ready.design.total == study.counts.sum() == 194
    windows = ready.windows()
    assert len(windows) == 25
    for window in windows:
        some = list(window.areas)
        c = ready.study.counts[some][:, -window.duration :].sum()
        e = ready.study.counts[some].sum() * ready.study.counts[:, -window.duration :].sum() / 194
        by_hand = c * np.log(c / e) + ((194 - c) * np.log((194 - c) / (194 - e)) if c < 194 else 0)
        assert abs(window.score - by_hand) <= 1e-10
    null = ready.null(199, 1)
    assert 0.005 <= null.p(windows[0].score) <= 1
    assert null.p(windows[0].score) <= null.p(windows[-1].score)


def test_the_sample_of_satscan_is_scanned_over_nineteen_years(shared: Path) -> None:
    """Cases one a row, population of three censuses: each holds until the next, and only the last steps are windows."""
    folder = shared / "outlook"
    places = [line.split() for line in (folder / "nm.geo").read_text().splitlines()]
    areas = areas_of({"area": code, "x": lon, "y": lat} for code, lat, lon in places)
    rows = [line.split() for line in (folder / "nm.cas").read_text().splitlines() if line.strip()]
    noted = Noted()
    cases = cases_of(({"area": r[0], "date": f"{r[2]}-01-01", "count": r[1]} for r in rows), areas, noted)
    people: dict[tuple[str, str], int] = {}
    for line in (folder / "nm.pop").read_text().splitlines():
        code, year, number, *_strata = line.split()
        people[code, f"19{year}-01-01"] = people.get((code, f"19{year}-01-01"), 0) + int(number)
    figures = ({"area": a, "date": day, "population": n} for (a, day), n in people.items())
    population = figures_of(figures, "population", areas, noted)
    axis = axis_for(cases, None, None, None, noted)
    assert axis.steps == 19
    study = laid_out(areas, axis, cases, population, None, noted)
    ready = prepared(study, Wanted(Model.PB_POISSON, 15, 4), noted)
    assert ready.design.total == len(rows) == study.counts.sum() == 1175
    assert np.isclose(ready.design.expected.sum(), 1175 * 4 / 19)
    best = ready.windows()[0]
    assert best.cases > best.expected
    assert any("added up" in words.en for words in noted.words)
