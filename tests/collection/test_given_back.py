"""What is taken back stands as it did before, what is said lies where the home lies, and both are found by a key."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from collection import erased_town
from collection.campaign_town import Campaigning, campaigning, homes
from collection.erased_town import Home, in_force, sent
from collection.field_town import read_all
from collection.test_regrid_followed import let_pass, put, send, visits
from gridcommons.access.identify import program
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.inbox.actions import forget, set_aside
from gridcommons.collection.inbox.rules import limits
from gridcommons.collection.visits.actions import stay_away
from gridcommons.collection.visits.models import Visit
from gridcommons.kit.errors import Refusal
from gridcommons.people.rights.actions import answer, object_to
from gridcommons.people.rights.queries import held_page, open_requests
from town import GRID, NEXT_GRID, Town
from web.office_town import client_of

WORDS = "那天没有人来过我家"


standing_field, home = erased_town.standing_field, erased_town.home


def held(home: Home) -> list[Any]:
    page = held_page(person_id=home.who, viewer=home.me, at=home.now)
    return [one for _part, several in page.parts for one in several]


def current() -> int:
    with scoped(Scope("^")):
        return Visit.objects.filter(is_current=True).count()


def test_objection_to_a_visit_whose_form_was_forgotten(home: Home) -> None:
    home.send("uuid:a", size="3")
    home.later(timedelta(days=limits().keep_days + 1))
    forget(by=program("retention"), at=home.now)
    (visit,) = [one for one in held(home) if one.key.startswith("visit:")]
    assert "contest" in visit.may
    object_to(person_id=home.who, thing=visit.key, words=WORDS, by=home.me, at=home.now)
    (one,) = open_requests(viewer=home.peopled.supervisor, at=home.now)
    with pytest.raises(Refusal) as refused:
        answer(request_id=one.id, done=True, by=home.peopled.supervisor, at=home.now)
    assert (refused.value.code, in_force()) == ("rights.still_counts", ["3"]), "its facts count still"
    # what it caused is taken back without its words, and that answers
    set_aside(submission_id=UUID(one.about), reason="住户异议属实", by=home.peopled.supervisor, at=home.now)
    (told,) = held_page(person_id=home.who, viewer=home.me, at=home.now).asked
    assert (told.state, current(), in_force()) == ("done", 0, [])


@pytest.fixture
def stage(town: Town, monkeypatch: pytest.MonkeyPatch) -> Campaigning:
    return campaigning(town, monkeypatch)


def test_what_was_corrected_counts_where_it_was_made_once_the_correction_is_set_aside(stage: Campaigning) -> None:
    (home,) = homes(stage.town, GRID, 1)
    stage.started()
    first = stage.call(home, "not_home")
    put(stage, home)
    send(stage, home, "uuid:better", deprecated=first)
    let_pass(stage, "uuid:better")
    assert visits(home) == [(NEXT_GRID, GRID)]
    set_aside(submission_id=sent("uuid:better").pk, reason="走错门", by=stage.town.supervisor, at=stage.now)
    read_all(stage.now)
    assert visits(home) == [(NEXT_GRID, GRID)]


def _plans(asked: CaptureQueriesContext, *words: str) -> list[tuple[str, str]]:
    """The statements in which these words stand, each with how it is answered where no table may be read whole."""
    found = []
    for one in asked.captured_queries:
        sql = one["sql"].strip()
        if all(word in sql for word in words) and sql.startswith(("SELECT", "UPDATE", "WITH")):
            with scoped(Scope("^"), deed="test.plan"), connection.cursor() as cursor:
                cursor.execute("SET LOCAL enable_seqscan = off")
                cursor.execute(f"EXPLAIN {sql}")
                found.append((sql, "\n".join(row[0] for row in cursor.fetchall())))
    return found


def test_statements_whose_cost_must_not_grow_with_the_province(home: Home) -> None:
    home.send("uuid:a", size="3")
    home.send("uuid:b", size="4", deprecated="uuid:a")
    with CaptureQueriesContext(connection) as asked:
        held(home)
    plans = _plans(asked, '"visits_visit"."household_id" =')
    assert plans
    assert all('"area_code" IN' in sql or '"area_code" =' in sql for sql, _plan in plans), plans
    with CaptureQueriesContext(connection) as asked:
        client_of(home.field.town, "supervisor").get(f"/office/inbox/{sent('uuid:b').pk}")
    plans = _plans(asked, '"visits_visit"."submission_id" =')
    assert plans
    assert not [one for one in plans if "Seq Scan on visits_visit" in one[1]], plans
    with CaptureQueriesContext(connection) as asked:
        set_aside(submission_id=sent("uuid:b").pk, reason="x", by=home.peopled.supervisor, at=home.now)
    plans = _plans(asked, '"inbox_submission"."replaced_by" =')
    assert plans
    assert not [one for one in plans if "Seq Scan on inbox_submission" in one[1]], plans


def test_a_word_on_visits_lies_where_the_home_lies(stage: Campaigning) -> None:
    """The page read the home in one grid; before the word is written the home was put into the next one."""
    (home,) = homes(stage.town, GRID, 1)
    row = stage.started()
    put(stage, home)
    word = {"household_id": home, "area_code": GRID, "series": f"campaign:{row.pk}", "how": "said"}
    with pytest.raises(Refusal) as refused:
        stay_away(**word, by=stage.town.supervisor, at=stage.now)
    assert refused.value.code == "homes.no_household"
    stay_away(**word | {"area_code": NEXT_GRID}, by=stage.town.supervisor, at=stage.now)
    assert stage.due(NEXT_GRID, "next_worker") == ()
