"""Alarms from series: found once, versions where figures change, what is unknown is never judged."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gridcommons.access.rules import Viewer
from gridcommons.outlook.reported.actions import hand_in, withdraw
from gridcommons.outlook.reported.models import HandIn
from gridcommons.outlook.watching.completeness import Coming, coming, completeness, grids_heard
from gridcommons.outlook.watching.models import Alarm, WatchRun
from gridcommons.outlook.watching.queries import standing_alarms
from gridcommons.outlook.watching.watch import watch_weeks
from outlook.reported.counts_town import health_officer, sheet
from outlook.watching.watch_town import (
    JOB,
    TODAY,
    YESTERDAY,
    count_weeks,
    hand_in_weeks,
    lines,
    quiet,
    watch,
)
from town import AT, COUNTY, OTHER_TOWNSHIP, TOWNSHIP, Town

LATER = AT + timedelta(hours=8)


@pytest.fixture
def officer(town: Town) -> Viewer:
    assert town
    return health_officer()


def test_an_outbreak_that_was_handed_in_is_one_alarm_with_its_evidence(officer: Viewer) -> None:
    hand_in_weeks(officer)
    run = watch()
    alarm = Alarm.objects.get(indicator="fever")
    assert (alarm.area_code, alarm.day, alarm.method) == (TOWNSHIP, YESTERDAY, "default")
    assert alarm.count == 60
    assert alarm.expected < alarm.bound < alarm.count
    assert 0 < alarm.p <= alarm.q <= 0.1
    assert alarm.place == 1
    assert alarm.stands
    assert alarm.rules
    assert alarm.evidence["counts"][-1] == 60
    assert len(alarm.evidence["days"]) == len(alarm.evidence["bound"]) == 28
    assert run.alarms == 1
    assert run.unknown > 0, "all that nobody handed in is told as not known"


def test_a_second_run_changes_nothing(officer: Viewer) -> None:
    hand_in_weeks(officer)
    watch()
    before = list(Alarm.objects.values())
    watch(7)
    assert list(Alarm.objects.values()) == before
    assert WatchRun.objects.count() == 2


def test_a_correction_writes_a_new_version_and_keeps_the_former(officer: Viewer) -> None:
    hand_in_weeks(officer)
    watch()
    text = sheet(f"{TOWNSHIP},{YESTERDAY},70,")
    made = hand_in(area_code=COUNTY, indicator="fever", text=text, reason="补报", by=officer, at=LATER)
    watch(9)
    old, new = Alarm.objects.order_by("version")
    assert (old.count, new.count) == (60, 70)
    assert old.until == new.as_of
    assert new.until is None
    withdraw(hand_in_id=made.pk, why="报错", by=officer, at=AT + timedelta(hours=10))
    watch(11)
    assert Alarm.objects.get(until__isnull=True).count == 60
    assert [row.version for row in Alarm.objects.order_by("version")] == [1, 2, 3]


def test_a_withdrawal_lifts_the_alarm_and_says_so(officer: Viewer) -> None:
    hand_in_weeks(officer)
    watch()
    assert len(standing_alarms([COUNTY], YESTERDAY, TODAY)) == 1
    withdraw(hand_in_id=HandIn.objects.get().pk, why="整份报错", by=officer, at=LATER)
    watch(9)
    now = Alarm.objects.get(until__isnull=True)
    assert (now.version, now.stands) == (2, False)
    assert standing_alarms([COUNTY], YESTERDAY, TODAY) == []
    assert len(standing_alarms([COUNTY], YESTERDAY, TODAY, AT + timedelta(hours=7))) == 1
    watch(10)
    assert Alarm.objects.count() == 2


def test_counts_of_cases_raise_alarms_for_the_township_and_its_county(officer: Viewer) -> None:
    count_weeks()
    watch()
    found = set(Alarm.objects.values_list("area_code", "indicator"))
    assert {(TOWNSHIP, "pests"), (COUNTY, "pests"), (TOWNSHIP, "reports")} <= found
    assert not any(code == OTHER_TOWNSHIP for code, _series in found)
    assert Alarm.objects.filter(indicator="hazards").count() == 0


def test_today_so_far_is_an_alarm_once_it_is_above_and_says_that_it_is_not_over(officer: Viewer) -> None:
    hand_in_weeks(officer, outbreak=8)
    assert watch().alarms == 0
    text = sheet(f"{OTHER_TOWNSHIP},{TODAY},50,")
    hand_in(area_code=COUNTY, indicator="fever", text=text, by=officer, at=LATER)
    watch(9)
    alarm = Alarm.objects.get()
    assert (alarm.day, alarm.area_code) == (TODAY, OTHER_TOWNSHIP)
    assert any("not over" in note["en"] for note in alarm.notes)


def test_an_unknown_day_is_not_judged_and_gaps_are_told(officer: Viewer) -> None:
    hand_in_weeks(officer)
    made = HandIn.objects.get()
    assert made.fresh == 168
    watch()
    alarm = Alarm.objects.get()
    assert any("not known" in note["en"] for note in alarm.notes) is False
    assert not Alarm.objects.filter(indicator="cases").exists()


def test_no_series_at_all_is_a_run_that_says_so(officer: Viewer) -> None:
    run = watch()
    assert (run.judged, run.alarms) == (0, 0)
    assert run.unknown == run.series * 8


def test_weeks_need_years_and_say_when_there_are_none(officer: Viewer) -> None:
    hand_in_weeks(officer)
    run = watch_weeks(by=JOB, at=AT)
    assert run.alarms == 0
    assert run.judged == 0
    assert "3 years" in run.notes[0]["en"]


def test_totals_that_disagree_are_judged_by_their_own_with_a_note(officer: Viewer) -> None:
    hand_in_weeks(officer, outbreak=8)
    days = [YESTERDAY - timedelta(days=n) for n in range(60)]
    text = sheet(*(f"{COUNTY},{day},{70 if day == YESTERDAY else 16}," for day in days))
    hand_in(area_code=COUNTY, indicator="fever", text=text, by=officer, at=LATER)
    watch(9)
    alarm = Alarm.objects.get(area_code=COUNTY)
    assert any("not the sum of its parts" in note["en"] for note in alarm.notes)
    assert any("least spread" in note["en"] for note in alarm.notes)


def test_what_the_last_days_will_come_to_by_how_late_figures_came(officer: Viewer) -> None:
    """Each day half of the figures come a day late; of yesterday half are known."""
    for back in range(9, 0, -1):
        day = TODAY - timedelta(days=back)
        for late, count in ((0, 10), (1, 20)):
            if back > late:
                text = sheet(f"{TOWNSHIP},{day},{count},", f"{OTHER_TOWNSHIP},{day},{count},")
                at = AT - timedelta(days=back - 1 - late) - timedelta(minutes=30 - late)
                hand_in(area_code=COUNTY, indicator="fever", text=text, reason="补报", by=officer, at=at)
    today, yesterday = coming("fever", COUNTY, TOWNSHIP, TODAY)
    assert (today.day, today.reported, today.expected) == (TODAY, None, None)
    _doubles(yesterday)
    assert coming("cases", COUNTY, TOWNSHIP, TODAY) == []


def _doubles(one: Coming) -> None:
    assert (one.day, one.reported) == (YESTERDAY, 10)
    assert 18 <= one.expected <= 22
    assert one.lower < one.expected < one.upper


def test_a_history_tells_nothing_of_how_late_figures_come(officer: Viewer) -> None:
    """Twelve weeks handed in on one day, then each day the morning after: nothing is open but the days not in yet."""
    moved_in = TODAY - timedelta(days=5)
    text = sheet(*lines(TOWNSHIP, quiet(1), moved_in), *lines(OTHER_TOWNSHIP, quiet(2), moved_in))
    hand_in(area_code=COUNTY, indicator="fever", text=text, by=officer, at=AT - timedelta(days=4))
    assert coming("fever", COUNTY, TOWNSHIP, TODAY) == [], "nothing was learned yet"
    for back in (4, 3, 2):
        day = TODAY - timedelta(days=back)
        codes = (TOWNSHIP, OTHER_TOWNSHIP) if back > 3 else (TOWNSHIP,)
        text = sheet(*(f"{code},{day},14," for code in codes))
        hand_in(area_code=COUNTY, indicator="fever", text=text, by=officer, at=AT - timedelta(days=back - 1))
    assert coming("fever", COUNTY, TOWNSHIP, TODAY) == [], "all came whole, and a township that is silent hides none"
    late = TODAY - timedelta(days=4)
    text = sheet(f"{TOWNSHIP},{late},28,")
    hand_in(area_code=COUNTY, indicator="fever", text=text, reason="补报", by=officer, at=AT - timedelta(days=1))
    told = coming("fever", COUNTY, TOWNSHIP, TODAY)
    assert [one.day for one in told] == [TODAY - timedelta(days=back) for back in range(3)]
    assert [one.reported for one in told] == [None, None, 14]
    assert 14 < told[2].expected < 28


def test_how_much_is_known_of_a_county(officer: Viewer) -> None:
    hand_in_weeks(officer)
    found = completeness(COUNTY, YESTERDAY)
    assert [(one.of.key, one.known, one.all, one.last) for one in found] == [("fever", 2, 2, YESTERDAY)]
    assert grids_heard(COUNTY, YESTERDAY) is None, "a county of three grids tells of none"


def test_a_week_is_judged_by_the_season_of_earlier_years_where_they_are_known(officer: Viewer) -> None:
    first, other = quiet(7, 3.0, 1_500), quiet(8, 3.0, 1_500)
    for back in range(1, 8):
        first[-back] += 12
    text = sheet(*lines(TOWNSHIP, first), *lines(OTHER_TOWNSHIP, other))
    hand_in(area_code=COUNTY, indicator="fever", text=text, by=officer, at=AT)
    run = watch_weeks(by=JOB, at=AT)
    alarm = Alarm.objects.get()
    assert (alarm.area_code, alarm.method, alarm.day) == (TOWNSHIP, "farrington", YESTERDAY)
    assert alarm.count == sum(first[-7:])
    assert alarm.bound < alarm.count
    assert run.judged == 2
    assert "fever" not in run.notes[0]["en"]
    watch_weeks(by=JOB, at=AT + timedelta(hours=1))
    assert Alarm.objects.count() == 1
