"""The town with a campaign: a form in use in the province, order officers of its levels, households to call on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from cases.orders.order_town import officer
from collection.field_town import admit, paper, post, read_all
from collection.xlsforms import HOUSEHOLD, OUTCOME, OUTCOMES, ask, choose, workbook
from gridcommons.access.identify import program
from gridcommons.access.models import User
from gridcommons.access.rules import Scope, Viewer
from gridcommons.access.scope import scoped
from gridcommons.collection.campaigns import actions as campaigns
from gridcommons.collection.campaigns.models import Campaign
from gridcommons.collection.campaigns.rules import Plan
from gridcommons.collection.devices.actions import make_own_device
from gridcommons.collection.due import Due, visits_due
from gridcommons.collection.forms.actions import Draft, draft_form, publish_form
from gridcommons.collection.visits.models import Visit
from gridcommons.kit.ids import uuid7
from gridcommons.kit.words import Words
from gridcommons.people.homes.actions import add_home
from gridcommons.people.homes.rules import NewHome, NewPerson
from gridcommons.workforce.models import Assignment, Worker
from load.admitting import post_workers
from town import AT, COUNTY, FAR_GRID, GRID, NEXT_GRID, TOWNSHIP, VILLAGE, Town
from web.office_town import BACKEND, stop_clock

PROVINCE, CITY = "33", "3311"
LEVELS = (PROVINCE, CITY, COUNTY, TOWNSHIP, VILLAGE)
FORM, MATTER = "fire_calls", "home_fire_safety"
TODAY = AT.date()
FIRST, LAST = TODAY + timedelta(days=15), TODAY + timedelta(days=90)
COUNTING = program("campaigns")
SETUP = program("test town")


def fire_calls() -> bytes:
    """The form of the campaign: which household, how it ended, when else, whether never again."""
    yes_no = (choose("yes_no", "yes", "是", "yes"), choose("yes_no", "no", "否", "no"))
    survey = [
        HOUSEHOLD, OUTCOME,
        ask("dateTime", "wanted", "约什么时候？", "When instead?", means="visit.wanted_at"),
        ask("select_one yes_no", "never", "以后不再上门？", "No further visit?", means="visit.no_more"),
    ]  # fmt: skip
    return workbook(survey, (*OUTCOMES, *yes_no), version="1", form_title="家庭消防走访")


def publish_calls(area: str = PROVINCE, key: str = FORM, matter: str = MATTER) -> None:
    """Put the form in use."""
    form = Draft(key, Words("家庭消防走访", "Fire calls"), matter, area, "visit", fire_calls())
    admit(form, area=area)
    made = draft_form(draft=form, by=SETUP, at=AT)
    publish_form(version_id=made.pk, by=SETUP, at=AT)


def plan(**more: Any) -> Plan:
    """A campaign of the whole province about fire in homes."""
    facts: dict[str, Any] = {
        "area_code": PROVINCE, "matter_key": MATTER, "form_key": FORM,
        "name": Words("冬季家庭消防走访", "Fire safety of homes this winter"),
        "purpose": Words("讲清用火用电安全，发现隐患。", "Explain fire and power safety, and find hazards."),
        "first": FIRST, "last": LAST,
    }  # fmt: skip
    return Plan(**(facts | more))


def browser(viewer: Viewer, language: str = "en") -> Client:
    """Somebody signed in at a browser."""
    client = Client()
    client.force_login(User.objects.get(pk=viewer.user_id), backend=BACKEND)
    client.cookies["language"] = language
    return client


def homes(town: Town, grid: str, number: int) -> list[UUID]:
    """So many households of a grid, each with somebody in it."""
    by = {GRID: town.worker, NEXT_GRID: town.next_worker}.get(grid, town.far_supervisor)
    return [
        add_home(home=NewHome(grid, f"北街{n}号", people=(NewPerson(f"测试户{n}"),)), by=by, at=AT).households[0]
        for n in range(1, number + 1)
    ]


def one_serves(grid: str, who: Viewer) -> None:
    """Let one of a grid's workers serve it alone, with this account, and all others elsewhere."""
    with scoped(Scope("^"), deed="test.move"):
        first, *others = Assignment.objects.filter(grid_code=grid).order_by("id")
        Assignment.objects.filter(pk__in=[one.pk for one in others]).update(grid_code=FAR_GRID)
        Worker.objects.filter(pk=first.worker_id).update(user_id=who.user_id)


def others_call(household: UUID, *, workers: int = 5, grid: str = "") -> None:
    """Let so many more have come on the day a household was called on, and found nobody: there, or elsewhere."""
    with scoped(Scope("^"), deed="test.call"):
        made = Visit.objects.filter(household_id=household, is_current=True).earliest("id")
        for n in range(workers):
            if grid:
                made.area_code, made.household_id = grid, uuid7()
            made.pk, made.outcome, made.chain = uuid7(), "not_home", uuid7()
            made.worker = Worker.objects.create(name=f"走访员{n}", employment="employed", added_at=AT)
            made.root = f"uuid:{made.pk}"
            made.save(force_insert=True)


@dataclass
class Campaigning:
    """Who takes part, and one call for each thing that happens."""

    town: Town
    officers: dict[str, Viewer]
    second: Viewer
    keys: dict[str, str]
    clock: Callable[[datetime], None]
    now: datetime = AT
    households: dict[str, list[UUID]] = field(default_factory=dict)

    def at(self, day: date, hour: int = 2) -> datetime:
        """Let it be a day, by default ten in the morning."""
        self.now = datetime(day.year, day.month, day.day, hour, 30, tzinfo=AT.tzinfo)
        self.clock(self.now)
        return self.now

    def announced(self, **more: Any) -> Campaign:
        """A campaign in public notice, by its own area's officer."""
        wanted = plan(**more)
        by = self.officers[wanted.area_code]
        row = campaigns.draft(plan=wanted, by=by, at=self.now)
        return campaigns.announce(campaign_id=row.pk, by=by, at=self.now)

    def started(self, **more: Any) -> Campaign:
        """One that runs since its first day."""
        row = self.announced(**more)
        self.at(row.first)
        campaigns.approve(campaign_id=row.pk, by=self.second, at=self.now)
        return campaigns.start(campaign_id=row.pk, by=self.officers[row.area_code], at=self.now)

    def call(self, household: UUID, outcome: str, *, by: str = "worker", form: str = FORM, **answers: str) -> str:
        """A call by a real submission over the phone's door, read by the inbox; returns its instance."""
        instance = answers.pop("instance", "") or f"uuid:{household}-{outcome}-{self.now:%m%d%H%M}"
        xml = paper(form, instance=instance, household=str(household), outcome=outcome, **answers)
        sent = post(f"/openrosa/key/{self.keys[by]}/submission", xml, {})
        assert sent.status_code == 201, sent.content.decode()
        assert read_all(self.now) == 1
        return instance

    def count(self, row: Campaign) -> None:
        """Let the job count."""
        campaigns.count(campaign_id=row.pk, by=COUNTING, at=self.now)

    def due(self, grid: str = GRID, by: str = "worker", most: int = 50) -> tuple[Due, ...]:
        """What is due in a grid."""
        return visits_due(grids=[grid], viewer=getattr(self.town, by), at=self.now)[:most]


def campaigning(town: Town, monkeypatch: pytest.MonkeyPatch, workers: int = 6) -> Campaigning:
    """The town with everything that a campaign needs."""
    stop_clock(monkeypatch, AT)
    post_workers(workers)
    publish_calls()
    officers = {area: officer(area) for area in LEVELS}
    keys = {
        name: make_own_device(name="手机", by=getattr(town, name), at=AT).text for name in ("worker", "next_worker")
    }

    def clock(at: datetime) -> None:
        stop_clock(monkeypatch, at)

    return Campaigning(town, officers, officer(PROVINCE, "second_person"), keys, clock)
