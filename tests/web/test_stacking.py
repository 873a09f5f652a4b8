"""Wide tables are read on a phone: they stack there, and each cell says what it holds."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

import gridcommons.web

TEMPLATES: Final = Path(gridcommons.web.__file__).parent / "templates"
_TABLE: Final = re.compile(r'<table class="gc-table[^"]*">.*?</table>', re.DOTALL)
_MOST: Final = 4
"""Columns that fit beside each other on 390 px."""
STACKED: Final = (
    "order", "orders", "outline", "outlines", "plan", "plans", "scheme", "indicator_table", "mediation", "partner",
)  # fmt: skip


def tables(file: Path) -> list[str]:
    return _TABLE.findall(file.read_text("utf-8"))


def test_no_table_of_an_office_page_is_wider_than_a_phone() -> None:
    wide = [
        file.name
        for file in sorted((TEMPLATES / "office").glob("*.html"))
        for table in tables(file)
        if table.count('<th scope="col"') > _MOST and "gc-stacks" not in table.partition(">")[0]
    ]
    assert wide == []


@pytest.mark.parametrize("name", STACKED)
def test_each_cell_of_a_stacked_table_says_what_it_holds(name: str) -> None:
    found = [table for table in tables(TEMPLATES / "office" / f"{name}.html") if "gc-stacks" in table.partition(">")[0]]
    assert found
    cells = [cell for table in found for cell in re.findall(r"<td(?: [^>]*)?>", table)]
    assert [cell for cell in cells if "data-said" not in cell] == []
