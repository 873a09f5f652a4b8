"""What a link tells of a case whose township moved: where it lies today, not the code it was written under."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cases.partners.partner_town import terms
from gridcommons.access.identify import program
from gridcommons.access.scope import viewing
from gridcommons.cases.models import Case
from gridcommons.cases.partners.content import values_of
from redrawn_town import MOVED, moved_away, redraw
from town import AT, TOWNSHIP, Town
from web.office_town import report


@pytest.fixture(scope="module")
def standing_more_town(standing_town: Town) -> Town:
    return redraw(standing_town)


@pytest.fixture
def town(standing_more_town: Town, db: None) -> Town:
    return standing_more_town


def test_the_area_that_leaves_is_the_one_of_today(town: Town) -> None:
    made = report(town)
    wanted = terms(fields=("number", "area_code", "area_name"))
    moved_away(town)
    with viewing(program("links"), AT + timedelta(days=1)):
        values = values_of(Case.objects.get(pk=made.case_id), wanted)
        assert Case.objects.get(pk=made.case_id).area_code.startswith(TOWNSHIP)
    assert str(values["area_code"]).startswith(MOVED)
    assert values["area_name"] == "腾龙社区第1网格"
