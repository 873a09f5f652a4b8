"""Charter 13: a shield is ended in the very moment in which the program puts something away: nothing is lost by it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from threading import Event
from typing import Any

import pytest
from django.db import connections

from gridcommons.access.identify import program
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.cases.actions import report_case
from gridcommons.cases.filing import Report
from gridcommons.cases.models import Case
from gridcommons.people.contacts import Contact
from gridcommons.people.homes import sheltering
from gridcommons.people.homes.actions import shield, unshield
from gridcommons.people.homes.calling import shelter_all
from gridcommons.people.models import ReporterContact
from people.people_town import ADDRESS, MOTHER, PHONES, people_in
from town import AT, GRID, HERE, build_town

JOB = program("shelter")
PATIENCE = 30


def _closing(act: Callable[[], Any]) -> Any:
    try:
        return act()
    finally:
        connections.close_all()


def test_the_end_of_a_shield_waits_for_what_is_being_put_away_and_puts_it_back(
    committed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    town = build_town()
    peopled = people_in(town)
    who = peopled.people[MOTHER]
    shield(person_id=who, by=peopled.supervisor, at=AT)
    said = Report("home_fire_safety", "请来看看", lon=HERE[0], lat=HERE[1], address=ADDRESS,
                  contact=Contact("测试母亲", PHONES[MOTHER]))  # fmt: skip
    made = report_case(report=said, channel="page", by=town.public, at=AT)
    put_away, go_on, shelter = Event(), Event(), sheltering.shelter

    def slowly(*given: Any) -> None:
        shelter(*given)
        put_away.set()
        assert go_on.wait(PATIENCE)

    monkeypatch.setattr(sheltering, "shelter", slowly)
    with ThreadPoolExecutor(2) as pool:
        sheltered = pool.submit(_closing, lambda: shelter_all(by=JOB, at=AT))
        assert put_away.wait(PATIENCE), "it is put away, and not committed"
        ended = pool.submit(_closing, lambda: unshield(person_id=who, by=peopled.supervisor, at=AT))
        wait([ended], timeout=1)
        assert not ended.done(), "it waits for the program"
        go_on.set()
        assert sheltered.result(PATIENCE) == 1
        ended.result(PATIENCE)
    with scoped(Scope("^")):
        case = Case.objects.get(pk=made.case_id)
        assert (case.address, ReporterContact.objects.get(pk=case.contact_id).area_code) == (ADDRESS, GRID)
    assert shelter_all(by=JOB, at=AT) == 0
