"""Rows of cases for tables: names looked up once for all rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.urls import reverse

from gridcommons.access.queries import OfficeFacts, offices
from gridcommons.cases.queries import QueueRow
from gridcommons.kit.codes import CHINA
from gridcommons.kit.words import Words
from gridcommons.territory.queries import AreaFacts, names_of
from gridcommons.web.case_clock import row_clock
from gridcommons.web.case_words import listed, name_of, office_name, status_of
from gridcommons.web.pieces import QueueRow as ShownRow
from gridcommons.web.pieces import Status

_REPORTED: Final = "reported"
_WORDS: Final = 80
_TO_FILE: Final = Words("立案不晚于", "to be filed by")
_PAUSED: Final = Words("计时已暂停", "clock paused")
_REVIEW: Final = Words("复核", "to be reviewed")
MARKS: Final = {
    "asked": Status(Words("申请延期", "more time asked"), "plain", "hourglass"),
    "raised": Status(Words("已提级", "raised"), "now", "arrow-up"),
}


def never(_row: QueueRow) -> bool:
    """For tables in which nothing is to be picked or assigned."""
    return False


def shown_rows(
    rows: Sequence[QueueRow],
    at: datetime,
    *,
    assigns: Callable[[QueueRow], bool] = never,
    picks: Callable[[QueueRow], bool] = never,
) -> list[ShownRow]:
    """Rows as the queue shows them at a moment. `assigns`: whether the viewer may dispatch it; `picks`: has a box."""
    codes = {code for row in rows for code in (row.area_code, CHINA.cut(row.area_code, "village"))}
    names = _Names(names_of(codes), offices([row.handler_office_id for row in rows]))
    return [_shown(row, names, at, assign=assigns(row), pick=picks(row)) for row in rows]


@dataclass(frozen=True)
class _Names:
    """What the rows of a table are called by."""

    places: dict[str, AreaFacts]
    offices: dict[UUID, OfficeFacts]


def _shown(row: QueueRow, names: _Names, at: datetime, *, assign: bool, pick: bool) -> ShownRow:
    url = reverse("office-case", args=[row.id])
    matter = row.matter
    office = names.offices.get(row.handler_office_id) if row.handler_office_id else None
    waits = row.state == _REPORTED
    return ShownRow(
        code=row.number, what=what_of(matter.name, row.text), url=url, place=place_of(row.area_code, names.places),
        status=status_of(row.state, overdue=row.is_late), due_at=row.file_by or row.due_at,
        due_for=_TO_FILE if waits else _REVIEW if row.review_date else _PAUSED if row.paused else "",
        day=row.review_date, marks=tuple(MARKS[mark] for mark in row.marks),
        clock=row_clock(row, at), with_whom=office_name(office), assign_url=f"{url}#dispatch" if assign else "",
        private=not row.public, pick=str(row.id) if pick else "",
    )  # fmt: skip


def what_of(matter: Words, text: str) -> Words:
    """The matter and the first of the reporter's words."""
    short = text if len(text) <= _WORDS else f"{text[:_WORDS]}…"
    return Words(f"{matter.zh}：{short}", f"{matter.en}: {short}")


def place_of(code: str, places: dict[str, AreaFacts]) -> Words | str:
    """The name of an area; of a village before its grid where the grid's own name does not say it."""
    here, above = places.get(code), places.get(CHINA.cut(code, "village"))
    if here is None:
        return code
    if above is None or above.code == here.code or here.name_zh.startswith(above.name_zh.removesuffix("委会")):
        return name_of(here)
    return listed([name_of(above), name_of(here)])
