"""A colour goes on when its area gets another code or its scheme comes in force anew; nothing falls off the list."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from gridcommons.access.rules import PUBLIC
from gridcommons.access.scope import on_day
from gridcommons.kit.errors import Refusal
from gridcommons.outlook.awaiting import awaited
from gridcommons.outlook.painting import actions
from gridcommons.outlook.painting.days import days_shown, stands_on
from gridcommons.outlook.painting.models import Stood
from gridcommons.outlook.painting.queries import area_now, areas_now, history, readings_of
from gridcommons.territory.reorganising.rules import Change, Target
from outlook.painting.painted_town import DAY, Painted, cases, morning, paint_town, put_in_force, run_job
from redrawn_town import EAST, SPLIT, WEST, carried_out, redraw
from town import COUNTY, OTHER_TOWNSHIP, TOWNSHIP, Town
from web.office_town import client_of, stop_clock

NEW = "331123077"
RECODE = Change("recode", (TOWNSHIP,), (Target(NEW, "妙高街道"),))
NEXT = DAY + timedelta(1)


def signed(town: Town) -> Painted:
    """A township that stands at orange, signed this morning; the other one rests yellow."""
    made = paint_town(town)
    run_job(morning(DAY - timedelta(1)))
    cases(DAY - timedelta(1), {TOWNSHIP: 44, OTHER_TOWNSHIP: 7}, made.health, morning(DAY, 8))
    run_job(morning(DAY))
    now = area_now(TOWNSHIP, viewer=made.health, at=morning(DAY, 10))
    actions.sign(reading_id=now.reading_id, reason="病例集中", by=made.health, at=morning(DAY, 10))
    return made


def shown(at: datetime) -> dict[str, tuple[str, str]]:
    with on_day(at):
        found, _schemes = areas_now(COUNTY, viewer=PUBLIC, at=at, public=True)
    return {one.area.code: (one.colour, one.standing.state.value) for one in found}


def test_a_township_that_gets_another_code_stands_as_it_was_signed(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    redrawn = redraw(town)
    made = signed(redrawn)
    carried_out(redrawn, RECODE, at=morning(NEXT, 6))
    before_the_job, noon = morning(NEXT, 7), morning(NEXT, 12)
    orange = {NEW: ("orange", "signed"), OTHER_TOWNSHIP: ("yellow", "rule")}
    assert shown(before_the_job) == orange
    run_job(morning(NEXT, 9))
    assert shown(noon) == orange, "read under its new code, from where it stood"
    with on_day(noon):
        one = area_now(NEW, viewer=made.health, at=noon)
        assert one.decision is not None
        assert one.decision.answer == "signed"
        assert [step.level for step in history(NEW)[0]] == ["D", "C", "A"]
        assert [one.day for one in readings_of(NEW, viewer=made.health, at=noon)] == [
            NEXT, DAY, DAY - timedelta(1),
        ]  # fmt: skip
        assert stands_on(COUNTY, "township", DAY, noon)[NEW].colour == "orange", "the day before is as it was shown"
    stop_clock(monkeypatch, noon)
    assert client_of(redrawn, "public", "en").get(f"/colours/{NEW}").status_code == 200
    late = morning(DAY + timedelta(7), 7)
    with on_day(late):
        assert awaited(late) == [], "grey for want of figures by now"


def test_a_part_of_a_divided_township_is_unknown_until_it_is_read_and_its_past_is_that_of_the_whole(
    town: Town,
) -> None:
    redrawn = redraw(town)
    signed(redrawn)
    carried_out(redrawn, SPLIT, at=morning(NEXT, 6))
    at = morning(NEXT, 7)
    assert shown(at) == {
        WEST: ("grey", "unknown"), EAST: ("grey", "unknown"), OTHER_TOWNSHIP: ("yellow", "rule"),
    }  # fmt: skip
    with on_day(at):
        west = area_now(WEST, viewer=PUBLIC, at=at, public=True)
        assert "nothing was read here yet" in west.verdict.because[0].words.en
        assert west.since == morning(NEXT, 0)
        whole = stands_on(COUNTY, "township", DAY, at)
        assert {code: one.colour for code, one in whole.items()} == {
            WEST: "orange", EAST: "orange", OTHER_TOWNSHIP: "yellow",
        }  # fmt: skip
        assert DAY in days_shown(COUNTY, "township", NEXT)


def test_a_scheme_put_in_force_anew_goes_on_from_how_areas_stood(town: Town) -> None:
    made = signed(town)
    row = put_in_force(made.health, made.second, at=morning(DAY, 20))
    night, day = morning(NEXT, 21), DAY + timedelta(2)
    cases(DAY, {TOWNSHIP: 3, OTHER_TOWNSHIP: 0}, made.health, morning(NEXT, 8))
    run_job(morning(NEXT, 9))
    orange = {TOWNSHIP: ("orange", "signed"), OTHER_TOWNSHIP: ("yellow", "rule")}
    assert shown(night) == orange, "before the new row has read anything"
    run_job(morning(day, 6))
    assert shown(morning(day, 7)) == orange
    own = Stood.objects.filter(in_force=row, area_code=TOWNSHIP).get()
    assert (own.signed, own.until, own.decision is not None) == ("D", DAY + timedelta(7), True)
    old = readings_of(TOWNSHIP, viewer=made.health, at=morning(day, 7))[1]
    with pytest.raises(Refusal, match="No colour waits"):
        actions.sign(reading_id=old.id, reason="旧的", by=made.health, at=morning(day, 8))


def test_a_proposal_of_the_former_row_may_be_signed_until_the_new_one_has_read(town: Town) -> None:
    made = paint_town(town)
    put_in_force(made.health, made.second, at=morning(DAY - timedelta(1), 20))
    cases(DAY - timedelta(1), {TOWNSHIP: 44, OTHER_TOWNSHIP: 0}, made.health, morning(DAY, 8))
    run_job(morning(DAY))
    night = morning(DAY, 21)
    now = area_now(TOWNSHIP, viewer=made.health, at=night)
    assert now.standing.proposal == "D"
    assert [one.what.en for one in awaited(night)] == ["a colour to be signed"]
    actions.sign(reading_id=now.reading_id, reason="病例集中", by=made.health, at=night)
    assert shown(night)[TOWNSHIP] == ("orange", "signed")
    run_job(morning(NEXT, 6))
    assert shown(morning(NEXT, 7))[TOWNSHIP] == ("orange", "signed")


def test_another_scheme_begins_anew_and_what_it_has_not_read_stands_as_before(town: Town) -> None:
    made = signed(town)
    wish = {"area_code": COUNTY, "level": "township", "indicator": "cases", "reason": "换方案"}
    row = actions.ask_scheme(**wish, scheme="state-council-2020", by=made.health, at=morning(DAY, 19))
    actions.confirm_scheme(scheme_id=row.pk, by=made.second, at=morning(DAY, 20))
    assert shown(morning(NEXT, 21))[TOWNSHIP] == ("orange", "signed")
    run_job(morning(DAY + timedelta(2), 6))
    now = area_now(TOWNSHIP, viewer=made.health, at=morning(DAY + timedelta(2), 7))
    assert (now.scheme.key, now.standing.signed) == ("state-council-2020", "")
