"""What is due in the field app: a visit from today's list to its form and away again; and a worker without any grid."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Locator, Playwright, expect

from browser.field_phone import Phone
from browser.field_stage import MISSING, PASSWORD, aside, employed_field, served, wrong
from browser.pictures import shoot
from browser.test_pages import _serious
from cases.orders.order_town import officer
from collection.campaign_town import FORM, MATTER, fire_calls, homes, plan
from collection.field_town import Field, admit, draft, paper, post, read_all
from gridcommons.access.actions import grant, revoke
from gridcommons.access.identify import program
from gridcommons.access.models import Grant
from gridcommons.access.roles import ROLES
from gridcommons.access.rules import GrantFacts, Scope
from gridcommons.access.scope import scoped
from gridcommons.cases.codes import ZONE
from gridcommons.collection.campaigns import actions as campaigns
from gridcommons.collection.forms.actions import draft_form, publish_form
from gridcommons.kit.clock import local_day
from gridcommons.kit.words import Words
from load.admitting import post_workers
from town import AT, COUNTY, GRID

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(bool(MISSING) and not os.environ.get("CI"), reason=f"missing: {', '.join(MISSING)}"),
]
SETUP = program("test town")
NAME, BECAUSE = "家庭消防走访", "冬季家庭消防走访"


@dataclass(frozen=True)
class Asked:
    """The town with a campaign that runs, and the households that it means."""

    field: Field
    households: list[UUID]


def _publish(field: Field) -> None:
    form = replace(draft(FORM, fire_calls(), "visit", MATTER), name=Words(NAME, "Fire calls"))
    admit(form)
    made = draft_form(draft=form, by=field.town.county_officer, at=AT)
    publish_form(version_id=made.pk, by=field.town.county_officer, at=AT)


def _campaign(today: date) -> None:
    """Announced three weeks ago, approved by a second person, running since the day before yesterday."""
    began = AT + timedelta(hours=1)
    first = max(today - timedelta(days=2), AT.date() + timedelta(days=15))
    wanted = plan(area_code=COUNTY, first=first, last=first + timedelta(days=60))
    by, second = officer(COUNTY), officer(COUNTY, "second_person")
    row = campaigns.draft(plan=wanted, by=by, at=began)
    campaigns.announce(campaign_id=row.pk, by=by, at=began)
    starts = datetime(first.year, first.month, first.day, 2, tzinfo=UTC)
    campaigns.approve(campaign_id=row.pk, by=second, at=starts)
    campaigns.start(campaign_id=row.pk, by=by, at=starts)


@pytest.fixture(scope="module")
def asked(own_cluster: object) -> Asked:
    field = employed_field("worker")
    post_workers(6)
    _publish(field)
    _campaign(local_day(datetime.now(UTC), ZONE))
    return Asked(field, homes(field.town, GRID, 3))


@pytest.fixture(scope="module")
def stage(asked: Asked) -> Iterator[tuple[Playwright, str]]:
    with served() as both:
        yield both


def due(one: Phone) -> Locator:
    """The visits in today's list."""
    one.go("today")
    expect(one.now.get_by_role("heading", name="今天", exact=True)).to_be_visible()
    return one.now.locator(".fa-thing", has_text=BECAUSE)


def test_a_visit_goes_from_the_list_of_today_to_its_form_and_away_again(mine: Phone, asked: Asked) -> None:
    mine.set_up("worker", PASSWORD)
    rows = due(mine)
    expect(rows).to_have_count(3)
    first = mine.now.locator(".fa-thing", has_text="北街1号")
    for words in (NAME, BECAUSE, "前"):
        expect(first).to_contain_text(words)
    shoot(mine.now, "field-app-due-zh-hans-390.png")
    first.click()
    expect(mine.now.get_by_role("heading", name="这次要走访")).to_be_visible()
    shoot(mine.now, "field-app-due-home-zh-hans-390.png")
    assert _serious(mine.now) == []
    mine.offline()
    mine.now.get_by_role("button", name=NAME, exact=True).click()
    mine.form_is_open()
    expect(mine.now.locator(".fa-form")).to_contain_text("北街1号")
    mine.choose("已见面")
    mine.finish()
    expect(due(mine)).to_have_count(3)
    expect(mine.now.locator(".fa-thing", has_text="北街1号")).to_contain_text("今天填过")
    mine.offline(away=False)
    mine.has_state("received")
    expect(due(mine)).to_have_count(2)
    assert aside(lambda: read_all(datetime.now(UTC))) == 1
    mine.sync()
    expect(due(mine)).to_have_count(2)
    _the_second_wants_another_time(mine, asked)


def _the_second_wants_another_time(mine: Phone, asked: Asked) -> None:
    """It was called on with another phone; the appointment stands first, with its time."""
    later = datetime.now(ZONE).replace(hour=23, minute=59, second=0, microsecond=0)
    said = paper(FORM, household=str(asked.households[1]), outcome="appointment", wanted=later.isoformat())
    assert aside(lambda: post(asked.field.url("submission"), said, {}).status_code) == 201
    assert aside(lambda: read_all(datetime.now(UTC))) == 1
    mine.sync()
    expect(due(mine)).to_have_count(2)
    expect(due(mine).first).to_contain_text("北街2号")
    expect(due(mine).first).to_contain_text("约在")
    expect(due(mine).first).to_contain_text("23:59")
    assert wrong(mine) == []


def _without_grid() -> None:
    with scoped(Scope("^")):
        held = Grant.objects.get(user__username="worker", role="grid_worker", revoked_at__isnull=True)
    revoke(grant_id=held.pk, reason="调岗", by=SETUP, at=datetime.now(UTC))


def _with_it_again(field: Field) -> None:
    user = field.town.worker.user_id
    at = datetime.now(UTC)
    assert user is not None
    wanted = GrantFacts("grid_worker", (GRID,), (), ROLES["grid_worker"].purposes, at, None, None)
    grant(to=user, wanted=wanted, by=SETUP, at=at)


def test_who_has_no_grid_any_more_holds_nobodys_data_and_what_was_filled_in_arrives(mine: Phone, asked: Asked) -> None:
    mine.set_up("worker", PASSWORD)
    mine.offline()
    mine.begin("北街3号", NAME)
    mine.choose("谢绝")
    mine.finish()
    aside(_without_grid)
    try:
        mine.offline(away=False)
        mine.has_state("kept")
        mine.go("today")
        expect(mine.now.get_by_text("您今天没有负责的网格")).to_be_visible()
        shoot(mine.now, "field-app-no-grid-zh-hans-390.png")
        assert _serious(mine.now) == []
        for place in ("today", "households", "map", "forms"):
            mine.go(place)
            assert "北街" not in mine.now.locator("main").inner_text(), place
        mine.again()
        mine.in_step()
        mine.go("households")
        expect(mine.now.get_by_text("手机里没有住户")).to_be_visible()
    finally:
        aside(lambda: _with_it_again(asked.field))
    mine.sync()
    mine.go("households")
    expect(mine.now.get_by_text("北街3号").first).to_be_visible()
