"""The deeds of what needs two persons and of the books, done one after the other to show that each is written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Protocol
from unittest.mock import patch

from glass_town import NOW, REASON, more_cast
from gridcommons.access import actions as access
from gridcommons.access.book import actions as book
from gridcommons.access.glass import actions as glass
from gridcommons.access.handout import actions as handout
from gridcommons.access.identify import program
from gridcommons.cases.beyond.actions import announce
from town import OTHER_TOWNSHIP, Town

_SETUP = program("test town")


class Do(Protocol):
    """Does one deed and holds what it left."""

    def __call__(self, key: str, deed: Callable[[], Any], *, within: tuple[str, ...] = ()) -> Any:
        """The result of the deed."""


def deeds_by_two(town: Town, do: Do) -> None:
    """Every deed of the rooms `glass`, `handout`, `book` and `beyond`, and the end of all grants of somebody."""
    more, late = more_cast(Town(dict(town.cast))), NOW + timedelta(hours=4)
    me, second = more.supervisor, more.second
    facts = {"area_code": OTHER_TOWNSHIP, "reason": REASON, "stated": "service"}
    one = do("glass.ask", lambda: glass.ask(**facts, by=me, at=NOW)).pk
    do("case.announce", lambda: announce(by=_SETUP, at=NOW), within=("glass.told",))
    do("glass.confirm", lambda: glass.confirm(glass_id=one, by=second, at=NOW))
    do("glass.end", lambda: glass.end(glass_id=one, by=me, at=NOW))
    answer = "险情属实，范围恰当，予以认可。"
    do("glass.review", lambda: glass.review(glass_id=one, right=True, answer=answer, by=more.auditor, at=late))
    paper = do("handout.ask", lambda: handout.ask(kind="queue", bound={}, reason=REASON, by=me, at=NOW)).pk
    do("case.announce", lambda: announce(by=_SETUP, at=late), within=("glass.told", "handout.told"))
    do("handout.confirm", lambda: handout.confirm(handout_id=paper, by=second, at=NOW))
    do("handout.take", lambda: handout.take(handout_id=paper, by=me, at=NOW))
    other = do("handout.ask", lambda: handout.ask(kind="queue", bound={}, reason=REASON, by=me, at=NOW)).pk
    do("handout.end", lambda: handout.end(handout_id=other, by=me, at=NOW))
    do("ledger.count", lambda: book.count_entries(zone="Asia/Shanghai", by=_SETUP, at=NOW))
    do("ledger.told", lambda: book.marks_told(marks=[1], by=_SETUP, at=NOW))
    with patch("gridcommons.access.book.actions.require_range"):  # nothing is sealed in a transaction that is undone
        wanted = {"first": 0, "last": 1, "kind": "check"}
        check = do("ledger.ask_check", lambda: book.ask_check(**wanted, by=more.auditor, at=NOW)).pk
    do("ledger.checked", lambda: book.checked(check_id=check, result={"sound": True}, by=_SETUP, at=NOW))
    leaver = more.third.user_id
    assert leaver is not None
    do("access.end_all", lambda: access.end_all(user_id=leaver, reason="离职", by=more.county_officer, at=NOW))
