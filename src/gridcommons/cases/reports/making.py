"""A report as it is made: the sheets of an area's indicators, written into a file. Nothing is stored here."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gridcommons.kit.sheets import BOM, Cell, csv_text, workbook
from gridcommons.kit.words import Words
from gridcommons.outlook.indicators.formulas import Indicator, formulas
from gridcommons.outlook.indicators.queries import Board, plain_board
from gridcommons.outlook.indicators.sheets import HEADS, about, figure_rows, part_rows, say, sheets_of
from gridcommons.outlook.indicators.terms import Term
from gridcommons.outlook.periods import ZONE


@dataclass(frozen=True)
class Made:
    """A file with its hash; `content`: the hash of its figures alone, equal while no figure changes."""

    data: bytes
    sha256: str
    content: str
    as_of: datetime
    version: str


def make(
    *, area_code: str, term: Term, indicators: Sequence[str], form: str, language: str, at: datetime, synthetic: bool
) -> Made:
    """The report of an area over a period, with all small numbers hidden, whoever reads it."""
    rules = formulas()
    told = [rules.get(key) for key in indicators] or list(rules.indicators.values())
    board = plain_board(code=area_code, term=term, at=at)
    names = {one.code: one.name for one in board.children}

    def name_of(key: str) -> Words | str:
        return names.get(key, key)

    rows = [*figure_rows(board, told, language), *part_rows(board, told, name_of, language)]
    content = hashlib.sha256(json.dumps([rules.version, rows], default=str, ensure_ascii=False).encode()).hexdigest()
    if form == "xlsx":
        data = workbook(sheets_of(board, told, name_of, language, synthetic=synthetic), zone=ZONE)
    else:
        data = (BOM + csv_text(_csv_rows(board, told, rows, language, synthetic=synthetic))).encode()
    return Made(data, hashlib.sha256(data).hexdigest(), content, board.as_of or at, rules.version)


def _csv_rows(
    board: Board, told: Sequence[Indicator], rows: Sequence[Sequence[Cell]], language: str, *, synthetic: bool
) -> list[Sequence[Cell]]:
    """One table after the other, an empty line between: figures, parts, what must be known of them."""
    count = len(told)
    said = about(board, told, language, synthetic=synthetic)
    parts = [say(Words("代码", "code"), language), say(Words("名称", "name"), language)]
    return [
        [say(head, language) for head in HEADS], *rows[:count], [],
        [*parts, *(say(one.name, language) for one in told)], *rows[count:], [],
        said.heads, *said.rows,
    ]  # fmt: skip
