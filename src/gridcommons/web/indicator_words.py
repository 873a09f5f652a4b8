"""Indicators as pages show them: values, sums, changes and why, in both languages. Values in, pieces out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from gridcommons.kit.errors import Refusal
from gridcommons.kit.verdict import Verdict
from gridcommons.kit.words import Words
from gridcommons.outlook.indicators.formulas import Formulas, Indicator, formulas
from gridcommons.outlook.indicators.queries import Board, as_of
from gridcommons.outlook.indicators.rules import Figure, Why, change, why
from gridcommons.outlook.indicators.sheets import HIDDEN
from gridcommons.outlook.indicators.terms import Term, term_on, term_wished
from gridcommons.web.formats import change_text, figure_text, minutes_text
from gridcommons.web.pieces import say

_ONE: Final = Decimal(1)
_FORMULA: Final = Words("算式", "formula")
_UNCOUNTED: Final = Words("未统计", "not counted yet")
"""What stands in the course for a period of which nothing was counted: no nought, and no point on the chart."""


USUAL: Final = "closing_rate"
"""The indicator that a page opens on, where it may be shown."""
_MARKS: Final[Mapping[frozenset[Why], Words]] = {
    frozenset({Why.SMALL}): Words("“<5”：1至4件，不显示具体数。", "“<5”: from 1 to 4, not shown."),
    frozenset({Why.COVERS, Why.COVERS_PEOPLE}): Words(
        "“…”：不显示，因为用它（分子、分母之差，或合计减各项）能推算出1至4这样的小数字，或不足5人的工作。",
        "“…”: not shown, because a number from 1 to 4, or the work of fewer than five people, could be had from it: "
        "from the difference of its two sums, or from a total and its parts.",
    ),
    frozenset({Why.FEW_PEOPLE}): Words(
        "“不足5人，不显示”：出自不足5人的工作。",
        "“fewer than 5 people”: it rests on the work of so few, and nobody sees it.",
    ),
}  # fmt: skip


def term_or_usual(wish: str, today: date) -> tuple[Term, Words | None]:
    """The period that an address asks for; the usual one with what is wrong, where it names none that can be shown."""
    if not wish:
        return usual_term(today), None
    try:
        return term_wished(wish, today), None
    except Refusal as refusal:
        return usual_term(today), refusal.words()


def usual_term(today: date) -> Term:
    """The last month that ended, or the running one where that was never counted."""
    running = term_on("month", today)
    ended = running.before()
    return running if as_of(ended) is None and as_of(running) is not None else ended


def first_shown(board: Board, told: Iterable[Indicator]) -> str:
    """The indicator that a page opens on: the usual one, or the first with a figure, also of a part where there is."""
    keys = [key for key in dict.fromkeys([USUAL, *(one.key for one in told)]) if key in board.own]
    shown = [key for key in keys if board.own[key].is_shown]
    of_parts = [key for key in shown if any(key in row and row[key].is_shown for row in board.rows.values())]
    return next(iter([*of_parts, *shown]), USUAL)


def marks_in(board: Board) -> list[Words]:
    """What the signs mean that stand for figures of this board which are not shown."""
    held = {figure.why for row in (board.own, *board.rows.values()) for figure in row.values()}
    return [words for reasons, words in _MARKS.items() if reasons & held]


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
    if not any(figure.is_shown for key, figure in board.trend.items() if key not in board.uncounted):
        return []
    return [
        (
            say(term.words, tongue),
            say(_UNCOUNTED, tongue) if term.key in board.uncounted else _point(board.trend[term.key], tongue),
        )
        for term in terms
    ]


def _terms(board: Board) -> Iterable[Term]:
    term = board.term
    for _one in board.trend:
        yield term
        term = term.before()


def _point(figure: Figure, tongue: str) -> object:
    return say(HIDDEN[figure.why], tongue) if figure.value is None else figure.value
