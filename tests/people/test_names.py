"""Names and addresses of invented people."""

from __future__ import annotations

import numpy as np
import pytest

from gridcommons.people.assembly import Relation
from gridcommons.people.names import Address, Division, Names, draw_addresses, draw_names, surname_table
from gridcommons.people.official import read_county, read_model
from gridcommons.people.population import Population, synthesise

DIVISIONS = [Division("遂昌县", "妙高街道", "南门社区"), Division("遂昌县", "大柘镇", "联盟村")]


@pytest.fixture(scope="module")
def population() -> Population:
    county = read_county()
    return synthesise(county.marginals, read_model(), weights=[2, 1], reference_date=county.reference_date, seed=5)


@pytest.fixture(scope="module")
def names(population: Population) -> Names:
    return draw_names(population, seed=5)


def test_names_of_one_to_four_signs_occur(names: Names) -> None:
    lengths = np.bincount(np.strings.str_len(names.full()))
    assert lengths[0] == 0
    assert (lengths[1:5] > 20).all()
    assert lengths[3] > lengths[2] > lengths[4]


def test_compound_surnames_occur(names: Names) -> None:
    assert {"欧阳", "司马", "诸葛"} <= set(names.surname.tolist())


def test_signs_outside_the_basic_multilingual_plane_occur(names: Names) -> None:
    beyond = [name for name in names.full().tolist() if any(ord(sign) > 0xFFFF for sign in name)]
    assert 50 < len(beyond) < 1000
    assert {"𬱖", "𠮷"} <= {sign for name in beyond for sign in name}


def test_children_carry_a_parents_surname(population: Population, names: Names) -> None:
    first = population.first_persons()
    child = np.flatnonzero(population.persons["relation"] == Relation.CHILD)
    head = first[population.persons["household"][child]]
    partner = np.where(population.persons["relation"][head + 1] == Relation.PARTNER, head + 1, head)
    carried = (names.surname[child] == names.surname[head]) | (names.surname[child] == names.surname[partner])
    assert carried.all()


def test_brothers_and_sisters_share_their_surname(population: Population, names: Names) -> None:
    child = population.persons["relation"] == Relation.CHILD
    pairs = {}
    for household, surname in zip(
        population.persons["household"][child].tolist(), names.surname[child].tolist(), strict=True
    ):
        assert pairs.setdefault(household, surname) == surname


def test_partners_keep_their_own_surnames(population: Population, names: Names) -> None:
    partner = np.flatnonzero(population.persons["relation"] == Relation.PARTNER)
    assert (names.surname[partner] == names.surname[partner - 1]).mean() < 0.1


def test_usual_surnames_come_at_about_their_share(names: Names) -> None:
    for surname, share in (("王", 0.077), ("李", 0.069), ("张", 0.069)):
        assert (names.surname == surname).mean() == pytest.approx(share, abs=0.01)


def test_the_surname_table_is_a_distribution_without_repeats() -> None:
    surnames, shares = surname_table()
    assert len(set(surnames.tolist())) == len(surnames) >= 150
    assert shares.sum() == pytest.approx(1)
    assert shares.min() > 0


def test_names_follow_the_seed(population: Population, names: Names) -> None:
    assert (draw_names(population, seed=5).full() == names.full()).all()
    assert (draw_names(population, seed=6).full() != names.full()).any()


def test_every_household_has_an_address_of_its_own(population: Population) -> None:
    addresses = draw_addresses(population, DIVISIONS, seed=5)
    assert len(addresses) == len({str(address) for address in addresses}) == len(population.households)
    assert addresses == draw_addresses(population, DIVISIONS, seed=5)


def test_an_address_names_its_real_divisions(population: Population) -> None:
    addresses = draw_addresses(population, DIVISIONS, seed=5)
    assert [address.division for address in addresses] == [
        DIVISIONS[village] for village in population.households["village"]
    ]
    assert str(Address(DIVISIONS[1], "竹园弄", 12)) == "遂昌县大柘镇联盟村竹园弄12号"
