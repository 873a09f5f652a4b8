"""What a phone sends of a real household: listed for its worker, told once, known from then on."""

from __future__ import annotations

import tomllib

import pytest

from collection.field_town import READING, Field, paper, read_all
from gridcommons.access.scope import viewing
from gridcommons.collection.inbox.models import Submission
from gridcommons.collection.visits.models import Visit
from gridcommons.people.facts.keys import fact_keys
from gridcommons.people.facts.queries import known
from house.sources import ROOT
from people.people_town import ADDRESS, people_in
from town import AT, Town
from web.office_town import stop_clock

SHIPPED = sorted((ROOT / "src/gridcommons/collection/forms/data/shipped").glob("*.toml"))


@pytest.fixture
def field(standing_field: Field, town: Town, monkeypatch: pytest.MonkeyPatch) -> Field:
    stop_clock(monkeypatch, AT)
    return standing_field


def test_a_household_is_listed_told_and_known(town: Town, field: Field) -> None:
    peopled = people_in(town)
    address = f"forms/{field.basics.pk}/households.csv"
    before = field.get(address).content.decode()
    assert ADDRESS in before
    assert str(peopled.next_home) not in before, "the neighbour's grid is not this worker's"
    sent = paper(household=str(peopled.home), outcome="done", size="3")
    assert field.post(sent).status_code == 201
    read_all()
    with viewing(READING, AT):
        assert [(one.state, one.reasons) for one in Submission.objects.all()] == [("understood", [])]
        assert Visit.objects.get().household_id == peopled.home
    facts = known(household_ids=[peopled.home], keys=["household.size"], viewer=town.worker, at=AT).facts
    assert [(one.value, one.source) for one in facts] == [("3", "form")]
    (row,) = [line for line in field.get(address).content.decode().splitlines() if str(peopled.home) in line]
    assert ",3" in row, "shown the next time, and not asked"


def test_a_household_of_another_grid_is_held_for_a_person(town: Town, field: Field) -> None:
    peopled = people_in(town)
    assert field.post(paper(household=str(peopled.far_home), outcome="done", size="3")).status_code == 201
    read_all()
    with viewing(READING, AT):
        assert Submission.objects.get().state == "held"
        assert not Visit.objects.exists()


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_forms_say_facts_as_people_keep_them(path: object) -> None:
    form = tomllib.loads(path.read_text())  # type: ignore[attr-defined]
    for asked in form["ask"]:
        if "fact" in asked:
            key, (kind, *lists) = fact_keys()[asked["fact"]], asked["type"].split()
            assert kind == key.type
            names = set(form["choices"][lists[0]]) if lists else set()
            assert names == {name for name, _words in key.choices}
