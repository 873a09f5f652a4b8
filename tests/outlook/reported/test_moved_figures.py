"""Figures that were handed in when areas change: they follow what moved; what was of the whole is of no part."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from gridcommons.access.rules import Viewer
from gridcommons.access.scope import on_day
from gridcommons.kit.errors import Refusal
from gridcommons.outlook.reported.queries import known
from gridcommons.outlook.reported.standing import arrivals
from gridcommons.outlook.watching.series import parted_on
from gridcommons.territory.reorganising.rules import Change, Target
from outlook.reported.counts_town import handed, health_officer
from redrawn_town import DAY, EAST, MOVED, SPLIT, WEST, carried_out, moved_away, redraw
from town import AT, COUNTY, OTHER_TOWNSHIP, TOWNSHIP, Town

FIRST, LATER = DAY - timedelta(days=3), AT + timedelta(days=1)


@pytest.fixture
def town(standing_town: Town, db: None) -> Town:
    return redraw(standing_town)


@pytest.fixture
def officer(town: Town) -> Viewer:
    assert town
    return health_officer()


def told(code: str, first: date = FIRST, last: date = DAY) -> list[float]:
    with on_day(LATER):
        return [-1.0 if np.isnan(n) else float(n) for n in known("cases", [code], first, last).counts[0]]


def test_figures_of_a_township_that_moved_stand_under_its_new_code(town: Town, officer: Viewer) -> None:
    handed(officer, [f"{TOWNSHIP},{FIRST},3,", f"{TOWNSHIP},{DAY},4,"])
    moved_away(town)
    assert told(MOVED) == [3, -1, -1, 4]


def test_what_was_of_the_whole_is_of_no_part_and_a_note_says_so(town: Town, officer: Viewer) -> None:
    handed(officer, [f"{TOWNSHIP},{FIRST},3,", f"{COUNTY},{FIRST},3,"])
    carried_out(town, SPLIT)
    assert told(WEST) == told(EAST) == [-1] * 4
    assert told(COUNTY)[0] == 3
    with on_day(LATER):
        notes = known("cases", [WEST], FIRST, DAY).notes
        assert parted_on(WEST) == DAY
        assert parted_on(OTHER_TOWNSHIP) is None
    assert any("division" in note.en for note in notes)


def test_a_merged_area_is_known_on_days_on_which_all_its_parts_were(town: Town, officer: Viewer) -> None:
    lines = [f"{TOWNSHIP},{FIRST},3,", f"{OTHER_TOWNSHIP},{FIRST},5,", f"{TOWNSHIP},{FIRST + timedelta(days=1)},7,"]
    handed(officer, lines)
    merged = Change("merge", (TOWNSHIP, OTHER_TOWNSHIP), (Target("331123009", "妙高新镇"),))
    carried_out(town, merged)
    assert told("331123009")[:2] == [8, -1]


def test_what_is_handed_in_under_the_new_code_corrects_what_stood_under_the_old_one(
    town: Town, officer: Viewer
) -> None:
    handed(officer, [f"{TOWNSHIP},{FIRST},3,", f"{TOWNSHIP},{DAY},4,"])
    carried_out(town, Change("recode", (TOWNSHIP,), (Target("331123077", "妙高街道"),)))
    with pytest.raises(Refusal):
        handed(officer, [f"331123077,{FIRST},5,"], at=AT + timedelta(hours=1))
    handed(officer, [f"331123077,{FIRST},5,"], at=AT + timedelta(hours=1), reason="补报")
    assert told("331123077") == [5, -1, -1, 4], "one area, and not the sum of both"


def test_how_late_figures_came_and_what_was_taken_back_never_came(officer: Viewer) -> None:
    day = DAY - timedelta(days=4)
    handed(officer, [f"{TOWNSHIP},{day},4,"], at=AT - timedelta(days=3))
    handed(officer, [f"{TOWNSHIP},{day},9,"], at=AT - timedelta(days=2), reason="补报")
    handed(officer, [f"{TOWNSHIP},{day},8,"], at=AT - timedelta(days=1), reason="剔除重复")
    came = arrivals("cases", [TOWNSHIP], day, DAY, 8).came
    assert came.shape == (1, 5, 8)
    assert came[0, 0, :5].tolist() == [0, 4, 4, 0, 0]
    assert np.isnan(came[0, 0, 5:]).all()
    assert np.isnan(came[0, 1:]).all()
