"""The course of an indicator: a period that nobody counted is a gap with its word, never nought."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

from gridcommons.outlook.indicators.queries import _NOTHING
from gridcommons.outlook.indicators.rules import Why
from gridcommons.outlook.indicators.terms import lately, term_on
from gridcommons.web.indicator_words import trend_rows


def test_a_month_that_was_never_counted_is_no_nought() -> None:
    term = term_on("month", date(2026, 11, 2))
    before, now = (one.key for one in lately(term, 2))
    nought = replace(_NOTHING, why=Why.SHOWN, value=Decimal(0))
    board = SimpleNamespace(term=term, trend={now: nought, before: nought}, uncounted=frozenset({before}))
    rows = trend_rows(cast(Any, board), "zh")
    assert [row[1] for row in rows] == ["未统计", Decimal(0)]
