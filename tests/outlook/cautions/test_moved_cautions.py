"""Public warnings when areas change: they are read at the area of today, followed there, and asked for once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from gridcommons.access.scope import on_day
from gridcommons.kit.errors import Refusal
from gridcommons.kit.words import Words
from gridcommons.outlook.cautions import actions
from gridcommons.outlook.cautions.queries import grounds_near, message_files, warnings_in_force, warnings_out
from gridcommons.outlook.cautions.rules import State
from gridcommons.territory.reorganising.rules import Change, Target
from outlook.cautions.warned_town import AT, ask, colour_draft, hand_draft, issue, warned_town, words
from outlook.painting.painted_town import DAY, Painted
from redrawn_town import EAST, SPLIT, WEST, carried_out, redraw
from town import COUNTY, TOWNSHIP, Town

NEW = "331123077"
RECODE = Change("recode", (TOWNSHIP,), (Target(NEW, "妙高街道"),))
PLAN, LATER = AT + timedelta(hours=1), AT + timedelta(hours=2)


@pytest.fixture
def painted(town: Town) -> Painted:
    return warned_town(redraw(town))


def in_force_at(code: str) -> list[tuple[str, tuple[str, ...]]]:
    with on_day(LATER):
        return [(one.identifier, one.codes) for one in warnings_in_force(code, LATER)]


def test_a_warning_holds_on_and_is_followed_under_the_new_code(painted: Painted) -> None:
    row = issue(painted, ask(painted))
    carried_out(painted.town, RECODE, at=PLAN)
    assert in_force_at(NEW) == in_force_at(COUNTY) == [(row.identifier, (TOWNSHIP,))]
    with on_day(LATER):
        held = [one.key for one in grounds_near(COUNTY, viewer=painted.health, at=LATER) if one.kind == "colour"]
    assert held == [], "its colour has a warning already, whatever its code is now"
    amended = actions.amend_caution(
        caution_id=row.pk, said=words("更新"), last=DAY + timedelta(3), by=painted.health, at=LATER
    )
    done = issue(painted, amended, LATER)
    assert (done.area_code, done.codes, done.ground) == (NEW, [NEW], f"colour:{NEW}")
    assert NEW.encode() in message_files(done.identifier).message
    with on_day(LATER):
        assert [one.state for one in warnings_out(NEW, LATER)] == [State.IN_FORCE]
    off = actions.call_off_caution(caution_id=done.pk, why=Words("结束", "over"), by=painted.health, at=LATER)
    issue(painted, off, LATER)
    assert in_force_at(NEW) == []


def test_a_warning_that_waits_is_issued_for_the_area_that_goes_on(painted: Painted) -> None:
    row = ask(painted)
    carried_out(painted.town, RECODE, at=PLAN)
    assert issue(painted, row, LATER).codes == [NEW]


def test_a_warning_by_hand_holds_in_every_part_of_a_divided_area(painted: Painted) -> None:
    row = issue(painted, ask(painted, hand_draft(DAY + timedelta(3))))
    carried_out(painted.town, SPLIT, at=PLAN)
    for code in (WEST, EAST, COUNTY):
        assert in_force_at(code) == [(row.identifier, (TOWNSHIP,))]
    off = actions.call_off_caution(caution_id=row.pk, why=Words("结束", "over"), by=painted.health, at=LATER)
    assert set(issue(painted, off, LATER).codes) == {WEST, EAST}
    assert in_force_at(WEST) == in_force_at(EAST) == []


def test_a_colour_of_an_area_that_ended_is_no_ground_any_more(painted: Painted) -> None:
    row = ask(painted, colour_draft(painted))
    carried_out(painted.town, SPLIT, at=PLAN)
    with pytest.raises(Refusal) as caught:
        issue(painted, row, LATER)
    assert [reason.code for reason in caught.value.reasons] == ["caution.no_ground"]
