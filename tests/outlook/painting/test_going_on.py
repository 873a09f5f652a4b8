"""A colour goes on when its scheme is put in force anew: nothing falls off the list, no signature is lost."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from gridcommons.access.rules import PUBLIC
from gridcommons.access.scope import on_day
from gridcommons.kit.errors import Refusal
from gridcommons.outlook.awaiting import awaited
from gridcommons.outlook.painting import actions
from gridcommons.outlook.painting.models import Stood
from gridcommons.outlook.painting.queries import area_now, areas_now, readings_of
from outlook.painting.painted_town import DAY, Painted, cases, morning, paint_town, put_in_force, run_job
from town import COUNTY, OTHER_TOWNSHIP, TOWNSHIP, Town

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
