"""A board of indicators as sheets: figures, parts, and what must be known of them. For CSV, XLSX and reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from gridcommons.kit.dates import moment_text
from gridcommons.kit.sheets import Cell, Sheet
from gridcommons.kit.words import Words
from gridcommons.kit.zones import zone_words
from gridcommons.outlook.indicators.formulas import Indicator, formulas
from gridcommons.outlook.indicators.queries import Board
from gridcommons.outlook.indicators.rules import Figure, Why
from gridcommons.outlook.periods import ZONE

NameOf = Callable[[str], Words | str]
HIDDEN: Final[Mapping[Why, Words]] = {
    Why.NOTHING: Words("—", "—"), Why.FEW_PEOPLE: Words("不足5人，不显示", "fewer than 5 people"),
    Why.COVERS_PEOPLE: Words("…", "…"), Why.SMALL: Words("<5", "<5"), Why.COVERS: Words("…", "…"),
}  # fmt: skip
"""What stands in the place of a figure that is not shown."""
UNITS: Final[Mapping[str, Words]] = {
    "percent": Words("百分比", "per cent"), "count": Words("件", "cases"), "minutes": Words("分钟", "minutes"),
}  # fmt: skip
HEADS: Final[Sequence[Words]] = (
    Words("指标代码", "key"), Words("指标", "indicator"), Words("数值", "value"), Words("单位", "unit"),
    Words("分子", "numerator"), Words("分母", "denominator"), Words("上期", "period before"),
    Words("上年同期", "year before"),
)  # fmt: skip


def say(text: Words | str, tongue: str) -> str:
    """A text in a language; a plain one is the same in both."""
    return text.in_language(tongue) if isinstance(text, Words) else text


def cell_of(figure: Figure, tongue: str) -> Cell:
    """A value as a cell of a sheet: a number, or in words why there is none."""
    return say(HIDDEN[figure.why], tongue) if figure.value is None else figure.value


def figure_rows(board: Board, told: Sequence[Indicator], tongue: str) -> list[tuple[Cell, ...]]:
    """The indicators, a row each."""
    return [
        (
            one.key, say(one.name, tongue), cell_of(board.own[one.key], tongue), say(UNITS[one.unit], tongue),
            board.own[one.key].over, board.own[one.key].under, cell_of(board.before[one.key], tongue),
            cell_of(board.year[one.key], tongue),
        )
        for one in told
        if one.key in board.own
    ]  # fmt: skip


def part_rows(board: Board, told: Sequence[Indicator], name_of: NameOf, tongue: str) -> list[tuple[Cell, ...]]:
    """The parts (areas, departments, matters, sources), a row each, an indicator a column, in their own order."""
    shown = [one for one in told if one.key in board.own]
    return [
        (part, say(name_of(part), tongue), *(cell_of(board.rows[part][one.key], tongue) for one in shown))
        for part in board.parts
        if part in board.rows
    ]


def sheets_of(board: Board, told: Sequence[Indicator], name_of: NameOf, tongue: str, *, synthetic: bool) -> list[Sheet]:
    """The whole workbook: figures, parts, and the sheet about them."""
    shown = [one for one in told if one.key in board.own]
    found = [Sheet(say(Words("指标", "Indicators"), tongue), _said(HEADS, tongue), figure_rows(board, told, tongue))]
    if board.rows:
        heads = [
            *_said((Words("代码", "code"), Words("名称", "name")), tongue),
            *(say(one.name, tongue) for one in shown),
        ]
        found.append(Sheet(say(Words("分项", "Parts"), tongue), heads, part_rows(board, told, name_of, tongue)))
    return [*found, about(board, shown, tongue, synthetic=synthetic)]


def _said(words: Sequence[Words], tongue: str) -> list[str]:
    return [say(one, tongue) for one in words]


def about(board: Board, told: Sequence[Indicator], tongue: str, *, synthetic: bool) -> Sheet:
    """What must be known of the figures: period, as-of, edition, what is hidden and why, and every formula."""
    rules, zone = formulas(), zone_words(ZONE)
    counted = moment_text(board.as_of, tongue, zone=ZONE, now=board.as_of) if board.as_of else "—"
    facts: list[tuple[Words, str]] = [
        (Words("区域", "area"), f"{say(board.area.name, tongue)} {board.area.code}"),
        (Words("统计期", "period"), f"{say(board.term.words, tongue)} {board.term.first} – {board.term.last}"),
        (Words(f"统计截至（{zone.zh}）", f"as of ({zone.en})"), counted),
        (Words("指标版本", "edition of the indicators"), f"{rules.version}, {say(rules.owner, tongue)}"),
        (Words("不显示的数", "what is not shown"), say(_NOT_SHOWN, tongue)),
    ]
    if synthetic:
        facts.append((Words("演示数据", "demo data"), say(_SYNTHETIC, tongue)))
    rows: list[tuple[Cell, ...]] = [(say(head, tongue), text, "", "") for head, text in facts]
    rows += [(say(one.name, tongue), _formula(one), say(one.rule, tongue), say(one.source, tongue)) for one in told]
    heads = _said((Words("项目", "what"), Words("内容或算式", "content or formula"), Words("口径", "rule"),
                   Words("依据", "source")), tongue)  # fmt: skip
    return Sheet(say(Words("说明", "About"), tongue), heads, rows)


def _formula(one: Indicator) -> str:
    over = " + ".join(one.over).replace("+ -", "- ")
    return f"({over}) / ({' + '.join(one.under)})" if one.under else over


_NOT_SHOWN: Final = Words(
    "出自不足5人工作的数不显示，旁边能反推出它的数也不显示；在乡镇以上，1到4件的小数不显示。",
    "What rests on the work of fewer than five people is not shown, nor a neighbour that would give it away; above the "
    "township, numbers from 1 to 4 are not shown.",
)
_SYNTHETIC: Final = Words("合成的演示数据，不是真实情况。", "Synthetic data of a demo, not of any real place.")
