"""What was promised holds against what comes later: an objection, an acknowledgement, a second person's sign."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from collection.campaign_town import PROVINCE, SETUP, campaigning, plan
from collection.field_town import Field, furnish, paper, read_all
from gridcommons.access.actions import grant
from gridcommons.access.identify import viewer_of
from gridcommons.access.pairs import SAME_PERSON
from gridcommons.access.roles import ROLES
from gridcommons.access.rules import GrantFacts, Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.campaigns import actions as campaigns
from gridcommons.collection.inbox.actions import ask_replay, set_aside
from gridcommons.collection.inbox.models import Submission
from gridcommons.collection.inbox.queries import submission_page
from gridcommons.collection.visits.models import Visit
from gridcommons.kit.errors import Refusal
from gridcommons.kit.words import Words
from gridcommons.people.facts.models import Fact
from gridcommons.people.rights.actions import correct, object_to
from people.people_town import FATHER, people_in, private_login
from town import AT, Town
from web.office_town import stop_clock


@pytest.fixture
def field(town: Town, monkeypatch: pytest.MonkeyPatch) -> Field:
    stop_clock(monkeypatch, AT)
    return furnish(town)


def sizes() -> list[tuple[str, bool]]:
    """The household sizes in force, and whether they are held back."""
    with scoped(Scope("^")):
        rows = Fact.objects.filter(key="household.size", superseded_at__isnull=True)
        return list(rows.values_list("value", "held_back"))


def test_an_objection_outlasts_the_next_visit_and_a_replay(town: Town, field: Field) -> None:
    peopled = people_in(town)
    me, father = private_login(peopled, FATHER), peopled.people[FATHER]
    home = {"household": str(peopled.home), "outcome": "done"}
    field.post(paper(**home, size="3", instance="uuid:a"))
    read_all()
    with scoped(Scope("^")):
        fact = Fact.objects.get(key="household.size")
    object_to(person_id=father, thing=f"fact:{fact.pk}", by=me, at=AT)
    field.post(paper(**home, size="4", instance="uuid:b"))
    read_all(AT + timedelta(minutes=1))
    assert sizes() == [("4", True)]
    ask_replay(form_key="basics", version="1", by=town.county_officer, at=AT)
    read_all(AT + timedelta(minutes=2))
    assert {held for _value, held in sizes()} == {True}
    with scoped(Scope("^")):
        fact = Fact.objects.get(key="household.size", superseded_at__isnull=True)
    correct(person_id=father, thing=f"fact:{fact.pk}", value="5", by=me, at=AT + timedelta(minutes=3))
    assert sizes() == [("5", False)]


def test_a_number_beyond_its_limits_is_held_and_says_them(town: Town, field: Field) -> None:
    home = {"household": str(people_in(town).home), "outcome": "done"}
    assert field.post(paper(**home, size="41", instance="uuid:a")).status_code == 201
    read_all()
    with scoped(Scope("^")):
        held = Submission.objects.get(instance_id="uuid:a")
        assert (held.state, Visit.objects.count()) == ("held", 0)
    assert sizes() == []
    (reason,) = submission_page(submission_id=held.pk, viewer=town.supervisor, at=AT, purpose="service").line.reasons
    assert reason.words().en == "People who live here: a whole number from 1 to 40."
    assert reason.words().zh == "常住人数：应为1到40之间的整数。"


def test_what_a_set_aside_correction_was_to_correct_counts_again(town: Town, field: Field) -> None:
    home = {"household": str(people_in(town).home), "outcome": "done"}
    assert field.post(paper(**home, size="3", instance="uuid:a")).status_code == 201
    assert field.post(paper(**home, size="many", instance="uuid:b", deprecated="uuid:a")).status_code == 201
    read_all()
    with scoped(Scope("^")):
        held = Submission.objects.get(instance_id="uuid:b")
        assert (held.state, Visit.objects.count()) == ("held", 0)
    set_aside(submission_id=held.pk, reason="填错了", by=town.supervisor, at=AT)
    read_all()
    with scoped(Scope("^")):
        assert Visit.objects.filter(is_current=True).count() == 1
    assert sizes() == [("3", False)]
    assert field.post(paper(**home, size="4", instance="uuid:c", deprecated="uuid:a")).status_code == 201
    read_all(AT + timedelta(minutes=1))
    assert sizes() == [("4", False)]


def test_whoever_rewrote_a_campaign_is_no_second_person(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = campaigning(town, monkeypatch)
    first, second = stage.officers[PROVINCE], stage.second
    assert second.user_id is not None
    wanted = GrantFacts(
        "order_officer", (PROVINCE,), (), ROLES["order_officer"].purposes, AT - timedelta(days=2), None
    )  # fmt: skip
    grant(to=second.user_id, wanted=wanted, by=SETUP, at=AT)
    second = viewer_of(second.user_id)
    row = campaigns.draft(plan=plan(), by=first, at=stage.now)
    rewritten = plan(purpose=Words("全部重写", "rewritten whole"))
    campaigns.amend(campaign_id=row.pk, plan=rewritten, by=second, at=stage.now)
    campaigns.announce(campaign_id=row.pk, by=first, at=stage.now)
    with pytest.raises(Refusal) as refused:
        campaigns.approve(campaign_id=row.pk, by=second, at=stage.now)
    assert refused.value.code == SAME_PERSON


def test_a_login_of_half_signs_is_refused_and_breaks_nothing(town: Town) -> None:
    for email in ("\\ud800", "\\u0000"):
        body = b'{"email": "%s", "password": "x"}' % email.encode()
        assert Client().post("/v1/sessions", body, "application/json").status_code == 400
