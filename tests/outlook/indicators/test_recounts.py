"""Periods that stand as published: what is said of them, who has them counted anew, and what they were before."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cases.reports.report_town import counted
from gridcommons.access.identify import program
from gridcommons.cases.measuring.counting import post_asked, recompute
from gridcommons.kit.errors import Refusal
from gridcommons.outlook.indicators.actions import ask_recount
from gridcommons.outlook.indicators.models import CountedTerm, Recount
from gridcommons.outlook.indicators.queries import board, counted_terms
from gridcommons.outlook.indicators.rules import Why
from gridcommons.outlook.indicators.standing import stand_of, whole_stand_of
from gridcommons.outlook.indicators.terms import standing, term_of
from tianmen import MONTH, TO_HANDLING, Line, day, done, lay, walked
from town import AT, COUNTY, GRID, TOWNSHIP, Town

JOB = program("measuring")
LATER = AT + timedelta(days=150)
ASKED = LATER + timedelta(hours=1)
REASON = "补录了十月的返工记录"


def came_late(number: int, hour: int = 9) -> None:
    """So many cases of October were carried in long after."""
    ways = (*TO_HANDLING, *done(timedelta(hours=2)))
    lay([Line("parking_traffic", "worker", GRID, walked(n, day(13, hour), *ways)) for n in range(number)])


def asked(town: Town, name: str = "county_officer", **facts: str) -> Recount:
    wish = {"area_code": COUNTY, "term": MONTH.key, "reason": REASON} | facts
    return ask_recount(**wish, by=getattr(town, name), at=ASKED)


def refused(town: Town, name: str = "county_officer", **facts: str) -> str:
    with pytest.raises(Refusal) as refusal:
        asked(town, name, **facts)
    return refusal.value.code


def closed(town: Town, name: str, code: str, number: int = 0) -> int | None:
    return board(code=code, term=MONTH, number=number, viewer=getattr(town, name), at=ASKED).own["closing_rate"].over


def test_no_night_counts_an_old_period_anew_but_a_recount_does_and_keeps_what_was(town: Town) -> None:
    counted()
    came_late(20)
    before = counted_terms([MONTH.key])[MONTH.key]
    assert stand_of(MONTH, LATER).published_on == AT.date()
    row = asked(town)
    stand = whole_stand_of(MONTH, viewer=town.auditor, at=ASKED)
    assert (stand.waiting and stand.waiting.reason, stand.may_be_asked) == (REASON, False)
    assert refused(town) == "indicators.recount_waits"
    assert post_asked(by=JOB, at=ASKED + timedelta(minutes=2)) == 1
    assert post_asked(by=JOB, at=ASKED + timedelta(minutes=4)) == 0
    stand = whole_stand_of(MONTH, viewer=town.auditor, at=ASKED)
    assert (stand.waiting, stand.may_be_asked, [one.changed for one in stand.recounts]) == (None, True, [True])
    [former] = stand.formers
    assert (former.number, former.since, former.until) == (1, before.changed_at, ASKED + timedelta(minutes=2))
    assert CountedTerm.objects.get(pk=f"{MONTH.key}~1").digest == before.digest
    assert [one.is_equal for one in recompute([MONTH.key], by=JOB)] == [True]
    assert (closed(town, "supervisor", TOWNSHIP, 1), closed(town, "supervisor", TOWNSHIP)) == (60, 80)
    assert (closed(town, "county_officer", COUNTY, 1), closed(town, "county_officer", COUNTY)) == (60, 80)
    assert row.asked_by == town.county_officer.key


def test_a_recount_that_changes_nothing_says_so_and_leaves_no_former_figures(town: Town) -> None:
    counted()
    asked(town, term="2026-Q4")
    post_asked(by=JOB, at=ASKED)
    stand = whole_stand_of(MONTH, viewer=town.county_officer, at=ASKED)
    assert ([one.changed for one in stand.recounts], stand.formers) == ([False], ())
    assert counted_terms([MONTH.key])[MONTH.key].counted_at == ASKED


def test_former_figures_beside_todays_give_no_few_cases_away(town: Town) -> None:
    counted()
    came_late(1)
    asked(town)
    post_asked(by=JOB, at=ASKED)
    assert (closed(town, "supervisor", TOWNSHIP, 1), closed(town, "supervisor", TOWNSHIP)) == (60, 61)
    page = board(code=COUNTY, term=MONTH, number=1, viewer=town.county_officer, at=ASKED)
    assert page.own["closing_rate"].why is Why.COVERS
    assert page.rows[TOWNSHIP]["closing_rate"].why is Why.COVERS
    assert page.own["overdue_rate"].why is Why.COVERS, "what was late is the same, what was due is not"
    asked(town, reason="再次核对")
    came_late(9, hour=10)
    post_asked(by=JOB, at=ASKED)
    page = board(code=COUNTY, term=MONTH, number=2, viewer=town.county_officer, at=ASKED)
    assert (page.own["filed"].over, closed(town, "county_officer", COUNTY)) == (61, 70), "nine are not few"


@pytest.mark.parametrize(
    ("name", "facts", "code"),
    [
        ("supervisor", {}, "access.no_deed"), ("dispatcher", {}, "access.no_deed"), ("auditor", {}, "access.no_deed"),
        ("resident", {}, "access.no_deed"), ("stranger", {}, "access.no_deed"),
        ("county_officer", {"area_code": "33"}, "access.not_there"),
        ("county_officer", {"reason": " "}, "indicators.no_reason"),
        ("county_officer", {"reason": "电话10012345678的人投诉"}, "indicators.person_in_reason"),
        ("county_officer", {"term": "2027-03"}, "indicators.counted_nightly"),
        ("county_officer", {"term": "2026-09"}, "indicators.never_counted"),
        ("county_officer", {"term": "2026-10~1"}, "indicators.no_term"),
    ],
)  # fmt: skip
def test_who_may_not_ask_and_what_is_not_asked(town: Town, name: str, facts: dict[str, str], code: str) -> None:
    counted()
    assert refused(town, name, **facts) == code
    assert not Recount.objects.exists()


def test_a_former_count_that_there_is_not_and_those_who_may_not_read_one(town: Town) -> None:
    counted()
    with pytest.raises(Refusal) as refusal:
        closed(town, "county_officer", COUNTY, 1)
    assert refusal.value.code == "indicators.no_former"
    for name in ("resident", "stranger", "public"):
        with pytest.raises(Refusal) as refusal:
            whole_stand_of(MONTH, viewer=getattr(town, name), at=ASKED)
        assert refusal.value.code == "outlook.staff_only"


def test_only_what_ended_a_hundred_days_ago_stands() -> None:
    today = term_of("2026-10").last + timedelta(days=100)
    assert standing(MONTH, today) == ()
    assert standing(MONTH, today + timedelta(days=1)) == (MONTH,)
    assert [one.key for one in standing(term_of("2026"), today)][-1] == "2026-09"
