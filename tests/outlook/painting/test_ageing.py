"""A job that stopped: the last reading is taken by the day of the look, on every page and in every file."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client

from gridcommons.access.rules import PUBLIC
from gridcommons.kit.errors import Refusal
from gridcommons.kit.verdict import Answer
from gridcommons.outlook.awaiting import awaited
from gridcommons.outlook.cautions.grounds import ground_of
from gridcommons.outlook.cautions.queries import grounds_near
from gridcommons.outlook.deciding.beside import painted_below
from gridcommons.outlook.painting import actions
from gridcommons.outlook.painting.days import days_shown, stands_on
from gridcommons.outlook.painting.queries import area_now
from gridcommons.outlook.painting.rules import State
from gridcommons.outlook.watching.models import WatchRun
from gridcommons.outlook.watching.queries import scanned_by
from gridcommons.web.map_files import day_of
from outlook.painting.painted_town import DAY, Painted, cases, draw_townships, morning, paint_town, run_job
from town import COUNTY, OTHER_TOWNSHIP, TOWNSHIP, Town
from web.office_town import client_of, stop_clock, text_of

FRESH, OLD = morning(DAY + timedelta(1), 12), morning(DAY + timedelta(20), 12)
"""The last report is of the day before `DAY - 1`; three days of age the scheme allows."""


@pytest.fixture
def silent(town: Town) -> Painted:
    """A town that was read once, green, on the day before `DAY`; then the job stopped."""
    made = paint_town(town)
    draw_townships()
    run_job(morning(DAY - timedelta(1)))
    return Painted(Town(town.cast | {"health": made.health}), made.health, made.second, made.far_health, made.in_force)


def colour(at: datetime, code: str = TOWNSHIP) -> tuple[str, str]:
    one = area_now(code, viewer=PUBLIC, at=at, public=True)
    return one.colour, one.standing.state.value


def test_a_green_of_old_figures_is_unknown_from_the_very_day_on_which_they_are_too_old(silent: Painted) -> None:
    told = [(colour(morning(DAY + timedelta(n)))) for n in range(-1, 4)]
    assert told == [("green", "rule")] * 3 + [("grey", "unknown")] * 2
    one = area_now(TOWNSHIP, viewer=PUBLIC, at=OLD, public=True)
    assert one.since == morning(DAY + timedelta(2), 0)
    assert (one.verdict.answer, one.verdict.until) == (Answer.CANNOT_TELL, None)
    assert one.verdict.rule == "default@2026.1/grey"
    said = [because.words.en for because in one.verdict.because]
    assert "22 days old" in said[0]
    assert "nothing was read after" in said[1]
    assert not any("no local case" in line or "no rule" in line for line in said)


def test_pages_files_and_past_days_show_it_grey(silent: Painted, monkeypatch: pytest.MonkeyPatch) -> None:
    stop_clock(monkeypatch, OLD)
    public, staff = Client(headers={"accept-language": "en"}), client_of(silent.town, "health", "en")
    for page in (
        public.get(f"/colours?area={COUNTY}"), public.get(f"/colours/{TOWNSHIP}"), public.get(f"/area/{TOWNSHIP}"),
        staff.get(f"/office/colours?area={COUNTY}"), staff.get(f"/office/colours/area/{TOWNSHIP}"),
        staff.get(f"/office/today/{COUNTY}"),
    ):  # fmt: skip
        assert page.status_code == 200
        stands = text_of(page).split("How it stood")[0].split("data-chip")[0]
        assert "stands by the rule" not in stands
    assert "22 days old" in text_of(public.get(f"/colours/{TOWNSHIP}"))
    features = json.loads(public.get(f"/colours/map.geojson?area={COUNTY}").content)["features"]
    assert {one["properties"]["colour"] for one in features} == {"X"}
    codes, today = (TOWNSHIP, OTHER_TOWNSHIP), DAY + timedelta(20)
    days = days_shown(COUNTY, "township", today)
    assert (days[0], days[-1]) == (today, DAY - timedelta(1))
    signs = {day: day_of(COUNTY, "township", codes, day, OLD).decode().upper() for day in days}
    green = [day for day, sign in signs.items() if "A" in sign]
    assert green == [DAY + timedelta(n) for n in (1, 0, -1)], "as it was shown on those days"
    assert {sign for day, sign in signs.items() if day not in green} == {"XX"}
    past = text_of(public.get(f"/colours?area={COUNTY}&day={DAY + timedelta(9)}"))
    assert "stands by the rule" not in past


def test_a_past_day_goes_on_to_be_shown_as_it_was_when_figures_come_back(silent: Painted) -> None:
    day = DAY + timedelta(20)
    cases(day - timedelta(1), {TOWNSHIP: 0, OTHER_TOWNSHIP: 0}, silent.health, morning(day, 8))
    run_job(morning(day))
    shown: dict[date, str] = {
        one: stands_on(COUNTY, "township", one, OLD)[TOWNSHIP].colour for one in days_shown(COUNTY, "township", day)
    }
    assert shown[DAY + timedelta(10)] == "grey"
    assert shown[DAY] == "green"


def signed_orange(silent: Painted) -> None:
    cases(DAY - timedelta(1), {TOWNSHIP: 44, OTHER_TOWNSHIP: 0}, silent.health, morning(DAY, 8))
    run_job(morning(DAY))
    now = area_now(TOWNSHIP, viewer=silent.health, at=morning(DAY, 10))
    actions.sign(reading_id=now.reading_id, reason="病例集中", by=silent.health, at=morning(DAY, 11))


def test_a_signed_orange_of_old_figures_grounds_nothing_and_says_that_it_goes_on(silent: Painted) -> None:
    signed_orange(silent)
    assert colour(morning(DAY + timedelta(2))) == ("orange", "signed")
    assert ground_of(f"colour:{TOWNSHIP}", (), silent.health, morning(DAY + timedelta(2))).colour == "orange"
    late = morning(DAY + timedelta(3))
    grey = area_now(TOWNSHIP, viewer=PUBLIC, at=late, public=True)
    assert (grey.colour, grey.standing.state, grey.standing.signed) == ("grey", State.UNKNOWN, "D")
    assert "is not revoked" in grey.verdict.because[0].words.en
    with pytest.raises(Refusal):
        ground_of(f"colour:{TOWNSHIP}", (), silent.health, late)
    assert grounds_near(COUNTY, viewer=silent.health, at=late) == []
    painted = painted_below(COUNTY, viewer=silent.health, at=late, plain=False)
    assert painted is not None
    assert {one.colour for one in painted} == {"grey"}
    assert all(one.changed for one in painted), "the morning page says that it turned unknown"


def test_nothing_is_signed_on_figures_too_old(silent: Painted) -> None:
    cases(DAY - timedelta(1), {TOWNSHIP: 44, OTHER_TOWNSHIP: 0}, silent.health, morning(DAY, 8))
    run_job(morning(DAY))
    now = area_now(TOWNSHIP, viewer=silent.health, at=FRESH)
    assert now.standing.proposal == "D"
    assert [one.what.en for one in awaited(FRESH)] == ["a colour to be signed"]
    assert awaited(OLD) == []
    with pytest.raises(Refusal, match="No colour waits"):
        actions.sign(reading_id=now.reading_id, reason="太晚", by=silent.health, at=OLD)


@pytest.mark.parametrize(("days", "known"), [(1, True), (2, True), (4, False), (30, False)])
def test_a_scan_that_stopped_says_nothing_of_clusters(silent: Painted, days: int, known: bool) -> None:
    at = morning(DAY, 6)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.deed', 'test', true)")
        WatchRun.objects.create(
            method="scan",
            first=DAY,
            last=DAY,
            rules="2026.1",
            at=at,
            series=1,
            judged=1,
            unknown=0,
            alarms=0,
            dropped=0,
        )
        cursor.execute("SELECT set_config('app.deed', '', true)")
    assert scanned_by(at + timedelta(days=days)) is known
