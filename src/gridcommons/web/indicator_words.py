"""Indicators as pages show them: values, sums, changes and why, in both languages. Values in, pieces out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from gridcommons.kit.verdict import Verdict
from gridcommons.kit.words import Words
from gridcommons.outlook.indicators.formulas import Formulas, Indicator, formulas
from gridcommons.outlook.indicators.queries import Board
from gridcommons.outlook.indicators.rules import Figure, change, why
from gridcommons.outlook.indicators.sheets import HIDDEN
from gridcommons.outlook.indicators.terms import Term
from gridcommons.web.formats import change_text, figure_text, minutes_text
from gridcommons.web.pieces import say

_ONE: Final = Decimal(1)
_FORMULA: Final = Words("算式", "formula")


def value_words(indicator: Indicator, figure: Figure) -> Words:
    """A value as it is read: `93.72%`, `1,054`, `3小时20分`; or why there is none."""
    if figure.value is None:
        return HIDDEN[figure.why]
    if indicator.unit == "percent":
        return Words(f"{figure.value}%", f"{figure.value}%")
    if indicator.unit == "minutes":
        whole = int(figure.value.quantize(_ONE, ROUND_HALF_UP))
        return Words(minutes_text(whole, "zh"), minutes_text(whole, "en"))
    return Words(figure_text(int(figure.value)), figure_text(int(figure.value)))


def sum_text(figure: Figure) -> str:
    """Both sums, `911 / 972`; nothing for a count or what is not shown."""
    if figure.over is None or figure.under is None:
        return ""
    return f"{figure_text(figure.over)} / {figure_text(figure.under)}"


def change_words(indicator: Indicator, now: Figure, before: Figure) -> Words | str:
    """By how much it changed: points of per cent, a number, minutes; nothing where one of the two is not shown."""
    by = change(now, before)
    if by is None:
        return ""
    if indicator.unit == "percent":
        return Words(f"{change_text(by)}个百分点", f"{change_text(by)} points")
    whole = int(by.quantize(_ONE, ROUND_HALF_UP))
    if indicator.unit == "minutes":
        return Words(f"{change_text(whole)}分钟", f"{change_text(whole)} min")
    return change_text(whole)


@dataclass(frozen=True)
class Line:
    """One indicator of a board: value, both sums, changes, the reason behind it, and where its course is shown."""

    indicator: Indicator
    figure: Figure
    value: Words
    sums: str
    since: Words | str
    since_year: Words | str
    why: Verdict
    url: str = ""
    current: bool = False
    link: Words = _FORMULA


def lines(board: Board, told: Iterable[Indicator], urls: Mapping[str, str], show: str = "") -> list[Line]:
    """The indicators of a board in the order of the file."""
    rules = formulas()
    return [
        _line(one, board, rules, urls.get(one.key, ""), current=one.key == show) for one in told if one.key in board.own
    ]


def _line(one: Indicator, board: Board, rules: Formulas, url: str, *, current: bool) -> Line:
    figure = board.own[one.key]
    return Line(
        one, figure, value_words(one, figure), sum_text(figure), change_words(one, figure, board.before[one.key]),
        change_words(one, figure, board.year[one.key]), why(one, figure, term=board.term, rules=rules), url, current,
    )  # fmt: skip


def trend_rows(board: Board, tongue: str) -> list[tuple[object, ...]]:
    """The course of one indicator, a row a period; what is not shown is a gap. Empty where nothing is shown."""
    terms: list[Term] = sorted(_terms(board))
    if not any(figure.is_shown for figure in board.trend.values()):
        return []
    return [(say(term.words, tongue), _point(board.trend[term.key], tongue)) for term in terms]


def _terms(board: Board) -> Iterable[Term]:
    term = board.term
    for _one in board.trend:
        yield term
        term = term.before()


def _point(figure: Figure, tongue: str) -> object:
    return say(HIDDEN[figure.why], tongue) if figure.value is None else figure.value
