"""A campaign over HTTP in the test town: every household called at once, stopped and taken up again, told of after."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import connections

from collection.field_town import admit, read_all
from gridcommons.access.rules import Scope
from gridcommons.access.scope import scoped
from gridcommons.collection.devices.models import DeviceKey
from gridcommons.collection.forms.actions import Draft, draft_form, publish_form
from gridcommons.collection.forms.shipping import shipped_form
from gridcommons.collection.inbox.models import Submission
from gridcommons.collection.visits.models import Visit
from gridcommons.kit.errors import Refusal
from gridcommons.kit.words import Words
from gridcommons.lake.store import Lake
from gridcommons.people.homes.actions import settle
from gridcommons.people.homes.rules import NewHome
from gridcommons.rehearsal import campaign
from gridcommons.rehearsal.campaign import READING, Order, order_for, run_campaign
from gridcommons.rehearsal.doorstep import habits
from serving import serving
from town import COUNTY, GRID, NEXT_GRID, VILLAGE, Town, build_town

HOMES = 30
KEY = uuid4()


@pytest.fixture(scope="module")
def town(committed_for_module: None) -> Town:
    built = build_town()
    form, now = shipped_form(habits().form), datetime.now(UTC)
    draft = Draft(form.key, form.name, form.matter, COUNTY, form.kind, form.workbook())
    admit(draft, until=now.date() + timedelta(days=365))
    made = draft_form(draft=draft, by=built.county_officer, at=now)
    publish_form(version_id=made.pk, by=built.county_officer, at=now)
    homes = [NewHome((GRID, NEXT_GRID)[n % 2], f"腾龙路{n}号") for n in range(HOMES)]
    settle(area_code=VILLAGE, homes=homes, by=campaign._JOB, at=now)
    return built


@pytest.fixture(scope="module")
def url(town: Town) -> Iterator[str]:
    with serving() as address:
        yield address
    connections.close_all()


@pytest.fixture
def order(town: Town, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Order:
    workers = {GRID: town.worker, NEXT_GRID: town.next_worker}
    monkeypatch.setattr(campaign, "_workers", lambda _order, _at: workers)
    monkeypatch.setattr(campaign, "_members", lambda _order, _at: {(GRID, "腾龙路0号"): 7})
    monkeypatch.setattr(campaign, "_PAUSE", 0.0)
    return order_for(url=url, county=COUNTY, within="", seed=1, speed=0.0, folder=tmp_path)


def hear(words: Words, _done: int, _total: int) -> None:
    """What the program's own job does meanwhile."""
    if words == READING:
        read_all(datetime.now(UTC))


def run(order: Order, tmp_path: Path) -> campaign.Campaigned:
    return run_campaign(order, lake=Lake(tmp_path / "lake"), progress=hear)


def test_every_household_is_called_at_and_counted(order: Order, tmp_path: Path) -> None:
    found = run(order, tmp_path)
    assert (found.households, found.phones, found.before, found.accepted) == (HOMES, 2, 0, HOMES)
    assert found.standing.states == {"understood": HOMES}
    with scoped(Scope("^")):
        met = Visit.objects.filter(is_current=True).exclude(outcome="not_home").count()
        assert Visit.objects.filter(household_id__isnull=False, is_current=True).count() == HOMES
        assert not DeviceKey.objects.filter(withdrawn_at__isnull=True).exists(), "no key outlives it"
    assert (found.reached[-1].reached, found.reached[-1].homes) == (met, HOMES)
    text = "\n".join(found.lines("en"))
    assert f"{HOMES} households; 0 sent before, {HOMES} now, {HOMES} accepted" in text
    assert f"together: {met} of {HOMES}" in text
    assert f"{HOMES} 户" in "\n".join(found.lines("zh"))


def test_it_goes_on_where_it_was_stopped_and_nothing_is_there_twice(order: Order, tmp_path: Path) -> None:
    run(order, tmp_path)
    lines = order.sent.read_text().split()
    order.sent.write_text("\n".join(lines[:10]) + "\n")
    with scoped(Scope("^")):
        before = Submission.objects.count()
    found = run(order, tmp_path)
    assert found.before == 10
    assert sum(found.answers.values()) == HOMES - 10
    assert found.share == 1.0
    with scoped(Scope("^")):
        assert Submission.objects.count() == before
    assert set(order.sent.read_text().split()) == set(lines)


def test_a_finished_campaign_is_not_begun_again_on_its_day(order: Order, tmp_path: Path) -> None:
    run(order, tmp_path)
    again = order_for(url=order.url, county=COUNTY, within="", seed=1, speed=0.0, folder=tmp_path)
    assert again == order
    assert run(again, tmp_path).before == HOMES
    order.done.write_text("2020-01-01\n")
    order_for(url=order.url, county=COUNTY, within="", seed=1, speed=0.0, folder=tmp_path)
    assert not order.sent.exists(), "another day begins another one"


def test_refusals_say_what_is_missing(order: Order, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refusal, match="does not lie in"):
        order_for(url=order.url, county=COUNTY, within="331124001", seed=1, speed=0.0, folder=tmp_path)
    monkeypatch.setattr(campaign, "_workers", lambda _order, _at: {"331123001008999": _any(order)})
    with pytest.raises(Refusal, match="list no household"):
        run(replace(order, sent=tmp_path / "none"), tmp_path)


def _any(order: Order) -> object:
    return campaign.viewer_of(campaign.account_ids(["worker"])["worker"])


def test_for_a_campaign_of_past_days_the_doors_spread_over_them(
    order: Order, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is opened before the first door, counted after the last, and every one of its days has visits."""
    told: list[object] = []
    monkeypatch.setattr(campaign, "count_campaign", told.append)

    def announce(county: str, day: date) -> UUID:
        told.append((county, day))
        return KEY

    fresh = replace(order, seed=2, sent=tmp_path / "past")
    found = run_campaign(fresh, lake=Lake(tmp_path / "lake"), progress=hear, announce=announce)
    assert found.accepted == HOMES
    assert told == [(COUNTY, order.day), KEY]
    with scoped(Scope("^")):
        days = set(Visit.objects.filter(is_current=True, day__lte=order.day).values_list("day", flat=True))
    assert days == {order.day - timedelta(days=n) for n in range(campaign.DAYS)}
