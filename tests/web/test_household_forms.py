"""The folded forms of a household's page: refused, they stand open with what was typed, each fault at its field."""

from __future__ import annotations

import re

import pytest

from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.people.homes.models import Residence
from people.people_town import ADDRESS, FATHER, Peopled
from web.office_town import client_of, stop_clock, text_of

LATER = "2026-12-24"
AHEAD = "cannot lie after today"


@pytest.fixture
def peopled(standing_peopled: Peopled, db: None, monkeypatch: pytest.MonkeyPatch) -> Peopled:
    stop_clock(monkeypatch)
    return standing_peopled


def _open(page: str, summary: str) -> bool:
    """Whether the folded part of a summary stands open."""
    found = re.search(r"<details([^>]*)><summary>" + re.escape(summary), page)
    assert found, summary
    return found[1].endswith(" open")


def _control(page: str, id_: str) -> str:
    found = re.search(rf'<input[^>]*id="{id_}"[^>]*>', page)
    assert found, id_
    return found[0]


def _living(peopled: Peopled) -> int:
    with scoped(Scope("^")):
        return Residence.objects.filter(household_id=peopled.home, days__upper_inf=True).count()


def test_a_refused_person_keeps_what_was_typed_and_every_faulty_field_is_marked(peopled: Peopled) -> None:
    client, home = client_of(peopled.town, "worker", "en"), f"/office/homes/household/{peopled.home}"
    before = _living(peopled)
    typed = {"name": "测试新人", "kind": "tenant", "phone": "12", "number": "99", "year": "abcd", "day": LATER}
    refused = client.post(f"{home}/do/add-person", typed)
    page = text_of(refused)
    assert refused.status_code == 400
    assert _open(page, "Add somebody")
    assert not _open(page, "Correct or end this household")
    for field in ("phone", "number", "year", "day"):
        assert f'value="{typed[field]}"' in _control(page, f"add-{field}"), field
        assert 'aria-invalid="true"' in _control(page, f"add-{field}"), field
        assert f'href="#add-{field}"' in page, field
    assert 'value="测试新人"' in _control(page, "add-name")
    assert "aria-invalid" not in _control(page, "add-name")
    assert re.search(r'<input[^>]*value="tenant"[^>]*checked', page)
    for words in ("does not look like a phone", "The year of birth is not one", AHEAD):
        assert words in page, words
    assert _living(peopled) == before
    right = typed | {"phone": "10012345678", "number": "", "year": "1980", "day": ""}
    assert client.post(f"{home}/do/add-person", right).headers["Location"] == home
    assert _living(peopled) == before + 1


def test_a_deed_that_refuses_says_it_in_the_form_that_was_sent(peopled: Peopled) -> None:
    """Nobody is moved out by it, and the household does not end."""
    client, home = client_of(peopled.town, "worker", "en"), f"/office/homes/household/{peopled.home}"
    with scoped(Scope("^")):
        row = Residence.objects.get(household_id=peopled.home, person_id=peopled.people[FATHER])
    out = text_of(client.post(f"{home}/do/move-out", {"residence": str(row.pk), "day": "1999-01-01"}))
    assert 'value="1999-01-01"' in _control(out, f"out-{row.pk}-day")
    assert 'aria-invalid="true"' in _control(out, f"out-{row.pk}-day")
    assert out.count('<details class="gc-reopen" open>') == 1, "only the form of that person"
    end = client.post(f"{home}/do/end", {"day": "2026-11-01"})
    assert end.status_code == 409
    assert "Somebody still lives in this household" in text_of(end)
    assert _open(text_of(end), "Correct or end this household")
    assert 'value="2026-11-01"' in _control(text_of(end), "end-day")
    bad = text_of(client.post(f"{home}/do/correct", {"address": " ", "kind": "collective"}))
    assert 'aria-invalid="true"' in _control(bad, "home-address")
    assert re.search(r'<input[^>]*value="collective"[^>]*checked', bad)
    after = text_of(client.get(home))
    assert ADDRESS in after
    assert "End the household" in after


def test_a_fact_that_is_refused_stands_in_its_field(peopled: Peopled) -> None:
    client, home = client_of(peopled.town, "worker", "en"), f"/office/homes/household/{peopled.home}"
    said = str(peopled.people[FATHER])
    refused = client.post(f"{home}/do/record", {"key": "household.size", "value": "many", "said_by": said})
    page = text_of(refused)
    assert refused.status_code in {400, 422}
    assert 'value="many"' in _control(page, "told")
    assert 'aria-invalid="true"' in _control(page, "told")
    assert f'<option value="{said}" selected>' in page
    assert client.post(f"{home}/do/record", {"key": "household.size", "value": "3"}).headers["Location"] == home


@pytest.mark.parametrize("name", ["next_worker", "handler", "stranger", "public"])
def test_the_stranger_must_not_be_shown_the_home_by_a_fault(name: str, peopled: Peopled) -> None:
    client = client_of(peopled.town, name)
    for what in ("add-person", "move-out", "correct", "end"):
        answer = client.post(f"/office/homes/household/{peopled.home}/do/{what}", {"day": LATER})
        assert answer.status_code in {403, 404}, what
        assert ADDRESS not in text_of(answer)
