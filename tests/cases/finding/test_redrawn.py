"""Areas change, lines do not: after a move or a division each office finds what is its own today."""

from __future__ import annotations

import pytest

from cases.finding.asking import find, numbers
from redrawn_town import BEYOND, EAST, MOVED, SPLIT, WEST, carried_out, member, moved_away, redraw
from town import HERE, Town
from web.office_town import report


@pytest.fixture(scope="module")
def standing_more_town(standing_town: Town) -> Town:
    return redraw(standing_town)


@pytest.fixture
def town(standing_more_town: Town, db: None) -> Town:
    return standing_more_town


def test_a_moved_township_finds_what_was_filed_before(town: Town) -> None:
    made = report(town, text="三号楼有隐患")
    moved_away(town)
    assert numbers(find(town.supervisor, "隐患")) == [made.number]
    assert numbers(find(town.supervisor, "隐患", area_code=MOVED)) == [made.number]
    assert find(town.far_supervisor, "隐患").hits == ()


def test_of_a_divided_township_each_part_finds_its_own(town: Town) -> None:
    west = report(town, text="西边有隐患", lon=HERE[0], lat=HERE[1])
    east = report(town, text="东边有隐患", lon=BEYOND[0], lat=BEYOND[1])
    carried_out(town, SPLIT)
    assert numbers(find(member("w", "supervisor", WEST), "隐患")) == [west.number]
    assert numbers(find(member("e", "supervisor", EAST), "隐患")) == [east.number]
    assert find(town.supervisor, "隐患").hits == ()
