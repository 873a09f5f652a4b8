"""What was found in a hotline's file, as sheets to take away: a summary, what is not mapped by count, every finding."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

from gridcommons.cases.findings import GRADES, Finding, sorted_by_place
from gridcommons.cases.hotline.entries import OUTCOMES, WHAT, Reading
from gridcommons.kit.sheets import BOM, Cell, Sheet, csv_text, workbook

_HEADS = (
    "级别 grade", "行 row", "编号 number", "列 column", "内容 value", "问题与改法", "what is wrong and how to mend it",
)  # fmt: skip
_WORDS = ("种类", "what", "热线的写法 as the hotline writes it", "行数 rows")
_STANDS = {"new": ("新增", "new"), "same": ("已有，不变", "there already"), "changed": ("有变化", "changed")}


def error_book(reading: Reading) -> bytes:
    """The findings as a workbook."""
    counts = reading.counts()
    ways = [(words.zh, words.en, counts[way]) for way, words in OUTCOMES.items()]
    stand = [(*words, counts.get(status, 0)) for status, words in _STANDS.items()]
    listed: list[tuple[Cell, ...]] = [("总行数", "rows", counts["rows"]), *ways, *stand]
    sheets = [
        Sheet("汇总 Summary", ("去向", "way", "行数 rows"), listed),
        Sheet("对照表中没有 Not mapped", _WORDS, list(_unmapped(reading))),
        Sheet("逐行 Rows", _HEADS, [_line(one) for one in sorted_by_place(reading.findings.found)]),
    ]  # fmt: skip
    return workbook(sheets, zone=UTC)


def error_csv(reading: Reading) -> str:
    """The findings as CSV, a row each."""
    return BOM + csv_text([_HEADS, *(_line(one) for one in sorted_by_place(reading.findings.found))])


def _unmapped(reading: Reading) -> Iterator[tuple[Cell, ...]]:
    for what, counted in reading.unmapped.items():
        for value, n in counted.most_common():
            yield WHAT[what].zh, WHAT[what].en, value, n


def _line(one: Finding) -> tuple[Cell, ...]:
    grade, words = GRADES[one.grade], one.reason.words()
    return (
        f"{grade.zh} {grade.en}", one.spot.row, one.spot.file, one.heading.zh, one.value, words.zh, words.en,
    )  # fmt: skip
