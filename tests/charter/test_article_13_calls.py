"""Charter 1, 2, 12, 13 for calls at households: no matter no campaign, no barred choice, no worker, no consequence."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from collection.campaign_town import (
    COUNTING,
    FIRST,
    FORM,
    SETUP,
    TODAY,
    Campaigning,
    browser,
    campaigning,
    homes,
    one_serves,
    others_call,
    plan,
    publish_calls,
)
from gridcommons.access.roles import ROLES
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.campaigns import actions as campaigns
from gridcommons.collection.campaigns.models import Campaign, DayCount, Goal, SilentDay
from gridcommons.collection.campaigns.picturing import AreaLine, DayMark, Picture, picture
from gridcommons.collection.campaigns.queries import campaign_for
from gridcommons.collection.emergencies import emergency_over
from gridcommons.collection.rounds import actions as rounds
from gridcommons.collection.rounds.rules import Rule
from gridcommons.collection.selecting import Choice
from gridcommons.collection.visits import actions as visits
from gridcommons.collection.visits.models import VisitWish
from gridcommons.collection.visits.queries import calls_at, own_visits, wishes_of
from gridcommons.kit.disclosure import FEW
from gridcommons.kit.errors import Refusal
from gridcommons.kit.words import Words
from gridcommons.people.facts.models import Fact
from gridcommons.people.rights.actions import object_to
from gridcommons.people.rights.queries import held_page
from gridcommons.workforce.actions import add_worker, assign
from gridcommons.workforce.models import Assignment
from people.people_town import FATHER, people_in, private_login
from redrawn_town import member
from town import AT, COUNTY, FAR_GRID, GRID, NEXT_GRID, Town
from web.office_town import text_of

PROVINCE = "33"


@pytest.fixture
def stage(town: Town, monkeypatch: pytest.MonkeyPatch) -> Campaigning:
    return campaigning(town, monkeypatch)


def codes(act: Any) -> set[str]:
    with pytest.raises(Refusal) as refused:
        act()
    return {reason.code for reason in refused.value.reasons}


def test_article_1_no_campaign_without_an_admitted_matter_and_its_form(stage: Campaigning) -> None:
    by = stage.officers[PROVINCE]
    for more, wanted in (
        ({"matter_key": "choir_evening"}, "matter.unknown"),
        ({"matter_key": "street_lamps"}, "calls.no_form"),
        ({"form_key": "nothing"}, "calls.no_form"),
        ({"last": TODAY + timedelta(days=400)}, "campaign.bad_days"),
        ({"name": Words("每天到岗拍照打卡，上传位置", "Check-ins that prove presence")}, "matter.barred"),
    ):
        found = codes(lambda more=more: campaigns.draft(plan=plan(**more), by=by, at=AT))
        assert any(code.startswith(wanted) for code in found), (more, found)
    assert Campaign.objects.count() == 0


def test_article_2_nobody_is_called_on_by_a_barred_trait(stage: Campaigning) -> None:
    by = stage.officers[PROVINCE]
    for key in ("household.religion", "household.ethnicity", "household.宗教信仰", "household.petitions"):
        choice = Choice(key, "is", "yes")
        assert codes(lambda c=choice: campaigns.draft(plan=plan(choice=c), by=by, at=AT)) == {"matter.barred_name"}, key
        rule = Rule(PROVINCE, "home_fire_safety", FORM, Words("走访", "Calls"), 30, TODAY, TODAY, choice)
        assert codes(lambda r=rule: rounds.begin(rule=r, by=by, at=AT)) == {"matter.barred_name"}


def test_article_5_nobody_can_say_by_himself_that_it_is_an_emergency(stage: Campaigning) -> None:
    assert emergency_over(PROVINCE, TODAY) is None
    assert "emergency" not in {field.name for field in fields(plan())}
    assert stage.announced().notice_until == TODAY + timedelta(days=14)


def test_article_12_what_breaks_the_ceiling_is_refused_with_the_way_out(stage: Campaigning) -> None:
    by, short = stage.officers[PROVINCE], plan(last=FIRST + timedelta(days=6))
    row = campaigns.draft(plan=short, by=by, at=AT)
    assert codes(lambda: campaigns.announce(campaign_id=row.pk, by=by, at=AT)) >= {
        "load.over_ceiling", "calls.make_room",
    }  # fmt: skip
    month = FIRST + timedelta(days=27)
    first = stage.announced(last=month)
    second = campaigns.draft(plan=plan(last=month), by=by, at=AT)
    assert "load.over_ceiling" in codes(lambda: campaigns.announce(campaign_id=second.pk, by=by, at=AT))
    campaigns.withdraw(campaign_id=first.pk, reason="改期", by=by, at=AT)
    assert campaigns.announce(campaign_id=second.pk, by=by, at=AT).state == "notice"


def test_article_12_no_worker_and_no_figure_about_fewer_than_five(stage: Campaigning) -> None:
    for table in (Campaign, Goal, DayCount, SilentDay):
        assert not [field.name for field in table._meta.concrete_fields if "worker" in field.name]
    shown = {field.name for kind in (Picture, AreaLine, DayMark) for field in fields(kind)}
    assert not shown & {"worker", "workers", "by", "rank", "best", "worst"}
    row = stage.started()
    home = homes(stage.town, GRID, 1)[0]
    stage.call(home, "done")
    stage.count(row)
    by = stage.town.supervisor
    facts = campaign_for(campaign_id=row.pk, viewer=by, at=stage.now)
    served = picture(facts=facts, area_code=PROVINCE, viewer=stage.officers[PROVINCE], at=stage.now)
    assert (served.visits, served.whole.days) == (None, ()), "ten serve and one visited: his day, whoever serves beside"
    assert served.whole.coverage.reached is None
    others_call(home, workers=4, grid=FAR_GRID)
    stage.at(row.first + timedelta(days=1))
    stage.count(row)
    assert picture(facts=facts, area_code=PROVINCE, viewer=stage.officers[PROVINCE], at=stage.now).visits is None
    others_call(home, workers=1, grid=FAR_GRID)
    stage.at(row.first + timedelta(days=2))
    stage.count(row)
    town = picture(facts=facts, area_code=GRID[:9], viewer=by, at=stage.now)
    assert town.visits is None, "one worker came there"
    assert town.whole.days == ()
    village = picture(facts=facts, area_code=GRID[:12], viewer=by, at=stage.now)
    assert [line.area.code for line in village.parts] == [GRID, NEXT_GRID], "in the order of areas, whatever they did"
    whole = stage.officers[PROVINCE]
    top = picture(facts=facts, area_code=PROVINCE, viewer=whole, at=stage.now)
    assert top.visits is not None
    assert top.visits[row.first]["done"] == FEW, "one household alone is no figure"
    assert {line.days for line in village.parts} == {()}, "no day of a grid's few workers"
    shared = picture(facts=facts, area_code=GRID, viewer=stage.town.worker, at=stage.now)
    assert (shared.is_own, shared.whole.days) == (False, ()), "two serve there: one could reckon the other's day"
    one_serves(GRID, stage.town.worker)
    own = picture(facts=facts, area_code=GRID, viewer=stage.town.worker, at=stage.now)
    assert (own.is_own, own.whole.coverage.reached, own.whole.days[0].reported) == (True, 1, 1)
    above = picture(facts=facts, area_code=GRID, viewer=by, at=stage.now)
    assert (above.is_own, above.whole.coverage.reached, above.whole.days, above.visits) == (False, None, (), None)


@pytest.mark.parametrize("role", ["supervisor", "auditor", "grid_worker"])
def test_article_12_a_grant_over_the_grid_is_no_post_in_it(stage: Campaigning, role: str) -> None:
    """One worker's days are that worker's alone, also where somebody else's grant names the very grid."""
    one_serves(GRID, stage.town.worker)
    row = stage.started()
    for home in homes(stage.town, GRID, 3):
        stage.call(home, "done")
    stage.count(row)
    other = member("other", role, GRID)
    facts = campaign_for(campaign_id=row.pk, viewer=other, at=stage.now)
    seen = picture(facts=facts, area_code=GRID, viewer=other, at=stage.now)
    assert (seen.is_own, seen.whole.coverage.reached, seen.whole.days, seen.visits) == (False, None, (), None)


def test_article_12_a_successor_reads_no_day_of_who_served_before(stage: Campaigning) -> None:
    one_serves(GRID, stage.town.worker)
    row = stage.started()
    stage.call(homes(stage.town, GRID, 1)[0], "done")
    today = stage.at(row.first + timedelta(days=2)).date()
    with scoped(Scope("^"), deed="test.hand_over"):
        before = Assignment.objects.get(grid_code=GRID)
        before.days = DateRange(before.days.lower, today)
        before.save()
    other = member("other", "grid_worker", GRID)
    worker = add_worker(name="接任网格员", employment="employed", user_id=other.user_id, by=SETUP, at=stage.now)
    assign(worker_id=worker.pk, grid_code=GRID, post="full_time", since=today, by=SETUP, at=stage.now)
    stage.count(row)
    facts = campaign_for(campaign_id=row.pk, viewer=other, at=stage.now)
    for viewer in (other, stage.town.worker):
        seen = picture(facts=facts, area_code=GRID, viewer=viewer, at=stage.now)
        assert (seen.is_own, seen.whole.coverage.reached, seen.whole.days, seen.visits) == (False, None, (), None)


def test_article_12_workers_always_see_their_own_days_and_nobody_else_does(stage: Campaigning) -> None:
    """Also where somebody served beside them, and left; also what they did in a grid that is another's by now."""
    me = stage.town.worker
    one_serves(GRID, me)
    row = stage.started()
    first, second = homes(stage.town, GRID, 2)
    stage.call(first, "done")
    stage.at(row.first + timedelta(days=1))
    stage.call(second, "declined")
    beside, own = add_worker(name="同事", employment="employed", by=SETUP, at=stage.now), {"at": stage.now}
    assign(worker_id=beside.pk, grid_code=GRID, post="full_time", since=row.first, by=SETUP, at=stage.now)
    with scoped(Scope("^"), deed="test.leave"):
        Assignment.objects.filter(worker=beside).update(days=DateRange(row.first, stage.now.date()))
    asked: dict[str, Any] = {"kind": row.form_key, "first": row.first, "last": row.last, **own}
    seen = {row.first: {"done": 1}, row.first + timedelta(days=1): {"declined": 1}}
    assert own_visits(viewer=me, **asked) == seen
    stage.count(row)
    page = f"/office/campaigns/{row.pk}?area={GRID}"
    assert "Your own visits" in text_of(browser(me).get(page))
    for other in (stage.town.supervisor, stage.officers[COUNTY]):
        assert codes(lambda other=other: own_visits(viewer=other, **asked)) == {"access.no_deed"}
        assert "Your own visits" not in text_of(browser(other).get(page))
    assert own_visits(viewer=member("other", "grid_worker", GRID), **asked) == {}, "a grant over the grid is no work"
    with scoped(Scope("^"), deed="test.move"):
        Assignment.objects.filter(worker__user_id=me.user_id).update(grid_code=NEXT_GRID)
    assert own_visits(viewer=me, **asked) == seen


def test_article_13_declining_ends_it_and_changes_nothing_else(stage: Campaigning) -> None:
    row = stage.started()
    home, other = homes(stage.town, GRID, 2)
    before = Fact.objects.count()
    stage.call(home, "declined")
    series = f"campaign:{row.pk}"
    visits.stay_away(
        household_id=other, area_code=GRID, series=series, how="paper", by=stage.town.supervisor, at=stage.now
    )
    for days in (1, 10, 40):
        stage.at(row.first + timedelta(days=days))
        assert stage.due() == ()
    stage.count(row)
    facts = campaign_for(campaign_id=row.pk, viewer=stage.town.supervisor, at=stage.now)
    one_serves(GRID, stage.town.worker)
    own = picture(facts=facts, area_code=GRID, viewer=stage.town.worker, at=stage.now)
    assert own.whole.coverage.reached == 2, "declining is an answer"
    assert Fact.objects.count() == before
    visits.come(household_id=other, area_code=GRID, series=series, how="said", by=stage.town.worker, at=stage.now)
    assert {due.household_id for due in stage.due()} == {other}


def test_article_13_a_convenience_begins_with_consent_and_ends_by_ones_own_page(stage: Campaigning) -> None:
    publish_calls(COUNTY, "elder_calls", "elder_visits")
    peopled = people_in(stage.town)
    rule = Rule(
        COUNTY, "elder_visits", "elder_calls", Words("每月探访", "A call each month"), 30, TODAY,
        TODAY + timedelta(days=200), households=50,
    )  # fmt: skip
    row = rounds.begin(rule=rule, by=stage.officers[COUNTY], at=AT)
    assert stage.due() == ()
    series = f"round:{row.pk}"
    wish: dict[str, Any] = {"household_id": peopled.home, "area_code": GRID, "series": series, "how": "said"}
    visits.come(**wish, by=stage.town.worker, at=AT)
    [due] = stage.due()
    assert (due.household_id, due.form_key, due.campaign_id) == (peopled.home, "elder_calls", None)
    me = private_login(peopled, FATHER)
    person = peopled.people[FATHER]
    held = [one for _part, listed in held_page(person_id=person, viewer=me, at=AT).parts for one in listed]
    [own] = [one for one in held if one.code == series]
    assert "您已同意" in own.value.zh  # type: ignore[union-attr]
    object_to(person_id=person, thing=own.key, by=me, at=AT)
    assert stage.due() == ()
    with scoped(Scope("^")):
        assert [(one.wants, one.how) for one in VisitWish.objects.all()] == [(False, "own")]


@pytest.mark.parametrize("name", ["public", "resident", "stranger", "handler", "county_officer", "far_supervisor"])
def test_the_stranger_must_not_read_or_write_of_homes(stage: Campaigning, name: str) -> None:
    home, by = homes(stage.town, GRID, 1)[0], getattr(stage.town, name)
    facts: dict[str, Any] = {"household_id": home, "area_code": GRID, "at": AT}
    for act in (
        lambda: calls_at(area_code=GRID, kinds=[FORM], series=[], since=TODAY, viewer=by, at=AT),
        lambda: wishes_of(viewer=by, **facts),
        lambda: visits.stay_away(series="campaign:x", how="paper", by=by, **facts),
        lambda: visits.come(series="campaign:x", how="paper", by=by, **facts),
    ):  # fmt: skip
        assert codes(act) <= {"access.no_deed", "access.not_there"}


def test_two_hands_and_no_role_has_both() -> None:
    for role in ROLES.values():
        assert not {"campaign.approve", "campaign.start"} <= role.deeds, role.key
    assert COUNTING.everywhere
    assert "campaign.start" not in ROLES["program"].deeds
    assert replace(plan(), households=1).households == 1
