"""What somebody said themselves and what comes into force again is held back by the objections of others alone."""

from __future__ import annotations

import pytest

from collection import erased_town
from collection.erased_town import Home, held_back, sent, thing_of
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.inbox.actions import set_aside
from gridcommons.people.facts.models import Fact
from gridcommons.people.rights.actions import correct, object_to
from people.people_town import FATHER, MOTHER, private_login

standing_field, home = erased_town.standing_field, erased_town.home


@pytest.mark.parametrize(("who", "stands"), [(FATHER, False), (MOTHER, True)])
def test_it_is_held_back_by_whoever_else_objects(home: Home, who: str, stands: bool) -> None:
    home.send("uuid:old", size="2")
    viewer = home.me if who == FATHER else private_login(home.peopled, MOTHER, "jumin02")
    correct(person_id=home.peopled.people[who], thing=thing_of(), value="3", by=viewer, at=home.now)
    home.later()
    home.send("uuid:a", size="9")
    object_to(person_id=home.who, thing=thing_of(), by=home.me, at=home.now)
    set_aside(submission_id=sent("uuid:a").pk, reason="走错门", by=home.peopled.supervisor, at=home.now)
    assert held_back() == [("3", stands)], "the father objects: not to what he says himself"
    with scoped(Scope("^")):
        objectors = Fact.objects.get(superseded_at__isnull=True).objectors
    assert objectors == ([f"person:{home.who}"] if stands else [])
