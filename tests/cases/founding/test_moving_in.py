"""A county moves in with its spreadsheets: all of it, and a second time nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import TestCase

from cases.founding.sheets_of_a_county import AREAS, COUNTY, MATTERS, STAFF, book, county, with_row
from gridcommons.access.identify import account, program
from gridcommons.access.queries import offices_in
from gridcommons.access.scope import viewing
from gridcommons.cases.founding.books import Sent
from gridcommons.cases.founding.items import Asked
from gridcommons.cases.founding.plan import Plan, understand
from gridcommons.cases.founding.taking import take
from gridcommons.cases.models import Case
from gridcommons.kit.calendar import WorkingCalendar, use_house_calendar
from gridcommons.kit.errors import Refusal
from gridcommons.matters.queries import current, decided
from gridcommons.territory.queries import all_under, below
from gridcommons.workforce.queries import posting

AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
BY = program("start")


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, settings_data: None) -> Iterator[None]:
    yield


@pytest.fixture
def settings_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A data folder of the test's own, so that its calendar is nobody else's."""
    from django.conf import settings

    monkeypatch.setattr(settings, "DATA", tmp_path)
    use_house_calendar(tmp_path / "calendar.toml")
    yield
    use_house_calendar(Path(settings.DATA) / "calendar.toml")


def plan_of(sent: list[Sent], at: datetime = AT) -> Plan:
    return understand(sent, at=at)


def moved_in(sent: list[Sent], at: datetime = AT) -> int:
    plan = plan_of(sent, at)
    assert [one.reason.words().en for one in plan.findings.faults] == []
    with TestCase.captureOnCommitCallbacks(execute=True):
        return take(plan, by=BY, at=at)


def test_a_county_moves_in_whole(db: None) -> None:
    assert moved_in(county()) > 8
    assert [one.code for one in below("331123", "grid")] == [
        "331123001008001", "331123001008002", "331123102200001",
    ]  # fmt: skip
    assert all_under("331123")["33"].name_zh == "浙江省"
    assert len(offices_in("331123")) == 7
    assert posting("331123001008001", AT.date())[0].name == "丁示例"
    assert current().get("street_lamps").deadline.handle_minutes == 3 * 480
    assert [(one.matter_key, one.area_code, one.is_on) for one in decided("331123")] == [
        ("food_safety", "331123102", False)
    ]
    assert not WorkingCalendar.load().is_working(datetime(2026, 11, 20, tzinfo=UTC).date())
    with viewing(BY, AT):
        cases = {one.external_id: one for one in Case.objects.all()}
    assert {key: one.state for key, one in cases.items()} == {"former:YX-1": "reported", "former:YX-2": "dispatched"}
    assert cases["former:YX-2"].contact_id is not None
    assert account("wg.one").grants[0].included == ("331123001008001",)


def test_the_second_run_changes_nothing(db: None) -> None:
    moved_in(county())
    again = plan_of(county())
    assert again.findings.faults == []
    assert again.asked.is_done()
    assert take(again, by=BY, at=AT) == 0
