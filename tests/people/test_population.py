"""The invented residents meet every official figure and make sensible households."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gridcommons.kit.errors import Refusal
from gridcommons.people.assembly import Relation
from gridcommons.people.fitting import fit_margins, households_by_size, round_shares, round_table, tilt_to_mean
from gridcommons.people.identity import Sex
from gridcommons.people.official import CLASSES, Marginals, read_county, read_model
from gridcommons.people.population import (
    FAMILY,
    HOUSEHOLD_DTYPE,
    PERSON_DTYPE,
    Population,
    ages_on,
    fit_report,
    plan_population,
    synthesise,
)

WEIGHTS = np.linspace(0.2, 3.0, 214)


def made(seed: int = 1, weights: np.ndarray = WEIGHTS) -> Population:
    county = read_county()
    return synthesise(county.marginals, read_model(), weights=weights, reference_date=county.reference_date, seed=seed)


@pytest.fixture(scope="module")
def suichang() -> Population:
    return made()


def by_household(population: Population, values: np.ndarray, how: np.ufunc, start: int) -> np.ndarray:
    out = np.full(len(population.households), start, dtype=np.int64)
    how.at(out, population.persons["household"], values)
    return out


def test_every_official_figure_of_suichang_has_residual_zero(suichang: Population) -> None:
    report = fit_report(suichang, read_county().marginals, read_model())
    official = {row.item: row.official for row in report}
    assert [row for row in report if row.residual] == []
    assert official.items() >= {
        ("residents", 194_385), ("male", 99_820), ("female", 94_565), ("age_0_14", 25_597), ("age_15_59", 115_737),
        ("age_60_plus", 53_051), ("age_65_plus", 37_920), ("family_households", 78_203), ("family_persons", 185_106),
        ("collective_households", 1_690), ("collective_persons", 9_279),
    }  # fmt: skip


def test_a_report_shows_a_missing_person_and_a_wrong_sex(suichang: Population) -> None:
    persons = suichang.persons[1:].copy()
    gone = "male" if suichang.persons["sex"][0] == Sex.MALE else "female"
    report = fit_report(replace(suichang, persons=persons), read_county().marginals, read_model())
    wrong = {row.item: row.residual for row in report}
    assert (wrong["residents"], wrong[gone]) == (-1, -1)
    persons["sex"] = Sex.MALE
    report = fit_report(replace(suichang, persons=persons), read_county().marginals, read_model())
    assert {row.item: row.synthetic for row in report}["female"] == 0


def test_the_fit_converges_before_it_is_rounded(suichang: Population) -> None:
    assert suichang.plan.fit.largest_error < 1e-6
    assert suichang.plan.fit.rounds < 100
    assert np.abs(suichang.plan.table.sum(axis=2) - suichang.plan.fit.table.sum(axis=2)).max() <= 1


def test_the_same_seed_gives_the_same_people_and_another_seed_others(suichang: Population) -> None:
    again, other = made(seed=1), made(seed=2)
    assert (again.persons == suichang.persons).all()
    assert (again.households == suichang.households).all()
    assert not (other.persons["birth"] == suichang.persons["birth"]).all()


def test_a_person_has_no_attribute_but_these() -> None:
    assert PERSON_DTYPE.names == ("household", "sex", "age", "birth", "relation")
    assert HOUSEHOLD_DTYPE.names == ("size", "kind", "village")


def test_every_household_has_an_adult(suichang: Population) -> None:
    assert by_household(suichang, suichang.persons["age"], np.maximum, 0).min() >= 18


def test_sizes_of_households_are_the_persons_in_them(suichang: Population) -> None:
    counted = np.bincount(suichang.persons["household"], minlength=len(suichang.households))
    assert (counted == suichang.households["size"]).all()
    assert (np.diff(suichang.persons["household"]) >= 0).all()


def test_each_family_has_one_head_who_stands_first(suichang: Population) -> None:
    heads = suichang.persons["relation"] == Relation.HEAD
    families = suichang.households["kind"] == FAMILY
    assert (by_household(suichang, heads, np.add, 0) == families).all()
    assert heads[suichang.first_persons()[families]].all()


def test_partners_are_of_similar_age_and_stand_beside_the_head(suichang: Population) -> None:
    persons = suichang.persons
    partner = np.flatnonzero(persons["relation"] == Relation.PARTNER)
    assert len(partner) > 30_000
    assert (persons["relation"][partner - 1] == Relation.HEAD).all()
    assert (persons["household"][partner - 1] == persons["household"][partner]).all()
    assert np.abs(persons["age"][partner].astype(int) - persons["age"][partner - 1]).max() <= 6


def test_children_live_with_somebody_a_generation_older(suichang: Population) -> None:
    persons = suichang.persons
    in_family = suichang.households["kind"][persons["household"]] == FAMILY
    child = (persons["age"] < 15) & in_family
    assert (persons["relation"][child] == Relation.CHILD).mean() > 0.99
    gap = persons["age"][suichang.first_persons()][persons["household"]].astype(int) - persons["age"]
    assert gap[persons["relation"] == Relation.CHILD].min() >= 16


def test_old_people_live_alone_at_the_declared_rate(suichang: Population) -> None:
    size = suichang.households["size"][suichang.persons["household"]]
    family = suichang.households["kind"][suichang.persons["household"]] == FAMILY
    old = suichang.persons["age"] >= 60
    assert (old & family & (size == 1)).sum() == round(0.14 * 53_051)


def test_birth_dates_give_the_ages_on_the_reference_day(suichang: Population) -> None:
    assert (ages_on(suichang.persons["birth"], suichang.reference_date) == suichang.persons["age"]).all()
    assert suichang.persons["age"].max() <= 100
    assert np.bincount(suichang.persons["age"])[:96].min() > 0


def test_the_young_in_collectives_are_of_all_ages(suichang: Population) -> None:
    persons = suichang.persons
    collective = suichang.households["kind"][persons["household"]] != FAMILY
    working_age = persons["age"][collective & (persons["age"] >= 15) & (persons["age"] < 60)]
    everyone = persons["age"][(persons["age"] >= 15) & (persons["age"] < 60)]
    assert (working_age < 18).mean() < 1.5 * (everyone < 18).mean()


def test_households_are_shared_out_over_the_villages_by_weight(suichang: Population) -> None:
    counts = np.bincount(suichang.households["village"], minlength=len(WEIGHTS))
    assert counts.sum() == 78_203 + 1_690
    assert np.abs(counts - WEIGHTS / WEIGHTS.sum() * 79_893).max() <= 2


def test_a_village_of_weight_zero_stays_empty() -> None:
    weights = np.array([1.0, 0.0, 2.0])
    assert np.bincount(made(weights=weights).households["village"], minlength=3)[1] == 0


@pytest.mark.parametrize("weights", [[], [0.0, 0.0], [1.0, -1.0], [float("nan")], [[1.0], [2.0]]])
def test_weights_that_mean_nothing_are_refused(weights: list[float]) -> None:
    with pytest.raises(Refusal) as caught:
        made(weights=np.array(weights))
    assert caught.value.code == "people.no_fit"


def test_totals_that_contradict_each_other_are_refused_with_every_fault() -> None:
    right = read_county().marginals
    with pytest.raises(Refusal) as caught:
        replace(right, male=1, age_65_plus=90_000)
    assert len(caught.value.reasons) == 2


def test_a_parameter_outside_its_declared_range_is_refused() -> None:
    with pytest.raises(Refusal) as caught:
        read_model({"elders_alone_share": 0.6})
    assert caught.value.code == "people.parameter_out_of_range"


@pytest.mark.parametrize("share", [0.08, 0.25])
@pytest.mark.parametrize("one_person", [0.27, 0.36])
def test_both_ends_of_the_declared_ranges_can_be_fitted(share: float, one_person: float) -> None:
    model = read_model({"elders_alone_share": share, "one_person_share": one_person})
    county = read_county()
    population = synthesise(county.marginals, model, weights=[1.0], reference_date=county.reference_date, seed=3)
    assert {row.residual for row in fit_report(population, county.marginals, model)} == {0}


@settings(max_examples=20, deadline=None)
@given(
    ages=st.tuples(st.integers(300, 1500), st.integers(3000, 6000), st.integers(300, 700), st.integers(600, 1500)),
    males=st.floats(0.4, 0.6),
    collective=st.integers(0, 40),
    seed=st.integers(0, 2**32),
    day=st.dates(date(2000, 1, 1), date(2030, 12, 31)) | st.just(date(2024, 2, 29)),
)
def test_any_plausible_county_is_met_exactly(
    ages: tuple[int, ...], males: float, collective: int, seed: int, day: date
) -> None:
    total, inside = sum(ages), collective * 5
    male = int(total * males)
    marginals = Marginals(
        residents=total, male=male, female=total - male, age_0_14=ages[0], age_15_59=ages[1],
        age_60_plus=ages[2] + ages[3], age_65_plus=ages[3], family_households=int((total - inside) / 2.4),
        family_persons=total - inside, collective_households=collective, collective_persons=inside,
    )  # fmt: skip
    population = synthesise(marginals, read_model(), weights=[1, 2, 3], reference_date=day, seed=seed)
    assert {row.residual for row in fit_report(population, marginals, read_model())} == {0}
    assert (ages_on(population.persons["birth"], day) == population.persons["age"]).all()
    assert by_household(population, population.persons["age"], np.maximum, 0).min() >= 18


def test_the_fit_refuses_a_target_that_only_zeros_could_meet() -> None:
    with pytest.raises(Refusal):
        fit_margins(np.array([[0.0, 0.0], [1.0, 1.0]]), [np.array([3, 3]), np.array([3, 3])], most_rounds=50)


@given(st.lists(st.floats(0.01, 100), min_size=1, max_size=30), st.integers(0, 10_000))
def test_shares_are_rounded_to_the_exact_total(shares: list[float], total: int) -> None:
    values = np.array(shares)
    rounded = round_shares(values, total)
    assert rounded.sum() == total
    assert np.abs(rounded - values / values.sum() * total).max() < 1 + 1e-6


@settings(max_examples=100, deadline=None)
@given(st.integers(1, 8), st.integers(1, 8), st.integers(0, 2**32))
def test_a_table_is_rounded_with_both_margins_kept(rows: int, columns: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    whole = rng.integers(0, 5, (rows, columns)) + np.eye(rows, columns, dtype=np.int64)
    targets = [np.maximum(whole.sum(axis=1), 0), whole.sum(axis=0)]
    table = fit_margins(rng.random((rows, columns)) + 0.1, targets).table
    rounded = round_table(table, targets[0], targets[1])
    assert (rounded.sum(axis=1) == targets[0]).all()
    assert (rounded.sum(axis=0) == targets[1]).all()
    assert np.abs(rounded - table).max() < 1 + 1e-6


def test_the_anchors_of_2020_support_the_declared_share_of_one_person_households() -> None:
    shape, sizes = np.array(read_model().size_shape), np.arange(1.0, 7.0)
    rest = tilt_to_mean(shape[1:], sizes[1:], (2.62 - 0.2539) / (1 - 0.2539))
    china_2020 = np.concatenate(([0.2539], (1 - 0.2539) * rest))
    assert tilt_to_mean(china_2020, sizes, 185_106 / 78_203)[0] == pytest.approx(0.316, abs=0.001)
    assert tilt_to_mean(shape, sizes, 185_106 / 78_203)[0] == pytest.approx(0.274, abs=0.001)


def test_households_by_size_hold_both_totals() -> None:
    counts = households_by_size(np.array(read_model().size_shape), 0.316, 78_203, 185_106)
    assert (counts.sum(), int(counts @ np.arange(1, 7))) == (78_203, 185_106)


def test_the_plan_has_no_child_and_no_old_person_where_none_may_be() -> None:
    table = plan_population(read_county().marginals, read_model()).table
    assert table[CLASSES.index("one_under_60"), [0, 2, 3]].sum() == 0
    assert table[CLASSES.index("one_60_plus"), :2].sum() == 0
    assert table.shape == (len(CLASSES), 4, len(Sex))
