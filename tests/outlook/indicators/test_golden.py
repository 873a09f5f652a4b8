"""The published example: a month of life lines, counted by the job, read as every page reads it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from gridcommons.outlook.indicators.formulas import formulas
from gridcommons.outlook.indicators.queries import Board, board, public_board
from gridcommons.outlook.indicators.rules import Why
from tianmen import MONTH, count, lay, tianmen
from town import AT, COUNTY, GRID, TOWNSHIP, Town


@pytest.fixture
def seen(town: Town) -> Board:
    lay(tianmen())
    count()
    return board(code=COUNTY, term=MONTH, show="closing_rate", viewer=town.county_officer, at=AT)


EXAMPLE = {
    "accepted": ("1054", 1054, None), "filed": ("996", 996, None), "closing_rate": ("93.72", 911, 972),
    "on_time_closing_rate": ("75.82", 737, 972), "public_report_rate": ("4.32", 43, 996),
    "component_share": ("2.51", 25, 996),
}  # fmt: skip


def test_the_published_month_comes_out_as_published(seen: Board, town: Town) -> None:
    own = {key: (str(seen.own[key].value), seen.own[key].over, seen.own[key].under) for key in EXAMPLE}
    assert own == EXAMPLE
    assert 100 - Decimal(own["public_report_rate"][0]) == Decimal("95.68"), "from patrol"
    assert round(100 - Decimal(own["component_share"][0]), 1) == Decimal("97.5"), "events"
    grid = board(code=GRID, term=MONTH, viewer=town.supervisor, at=AT)
    assert {key: grid.own[key].value for key in EXAMPLE} == {key: seen.own[key].value for key in EXAMPLE}
    assert seen.trend[MONTH.key].value == Decimal("93.72")
    by_part = {key: row["closing_rate"].value for key, row in seen.rows.items()}
    assert by_part == {TOWNSHIP: Decimal("93.72"), "331123102": None}
    found = public_board(code=COUNTY, term=MONTH, at=AT)
    assert set(found.own) == {one.key for one in formulas().indicators.values() if one.public}
    assert found.own["closing_rate"].value == Decimal("93.72")
    assert found.own["closing_rate"].why is Why.SHOWN
