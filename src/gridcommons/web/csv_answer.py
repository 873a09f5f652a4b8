"""A table that a page hands out as CSV: the one way in which all of them leave."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from django.http import HttpResponse

from gridcommons.kit.sheets import BOM, Cell, csv_text
from gridcommons.territory.succession import ZONE

CSV: Final = "text/csv; charset=utf-8"


def csv_answer(rows: Iterable[Sequence[Cell]], name: str, *, keep: bool = False) -> HttpResponse:
    """Rows as a file of this name, with the mark that spreadsheets ask for; `keep`: everybody may read it anyway.

    Moments are written in the time of the house, which their headings say (`csv_heads`).
    """
    answer = HttpResponse(BOM + csv_text(rows, zone=ZONE), content_type=CSV)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    if not keep:
        answer["Cache-Control"] = "no-store"
    return answer
