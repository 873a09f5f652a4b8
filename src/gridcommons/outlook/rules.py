"""Who may see which figures of an area, and how they are shown. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gridcommons.access.rules import Viewer, readers
from gridcommons.kit.disclosure import THRESHOLD, Mark, Shown, alone, descend, exact
from gridcommons.kit.errors import refusal_kind, refuse
from gridcommons.kit.verdict import Answer, Because, Verdict
from gridcommons.kit.words import Words

STAFF_ONLY = refusal_kind(
    "outlook.staff_only",
    status=403,
    zh="这里的数字供工作人员使用。公开的数字在首页和各地的公开页面上。",
    en="These figures are for members of staff. The public's stand on the home page and the pages of each area.",
)

FLOWS: Final = ("reported", "closed", "late", "done", "back", "reopened", "turned_late")
"""What happened, as pages show it."""
STOCKS: Final = ("open", "overdue", "parked")
"""What stood at the end of a day."""
VISITS: Final = ("visits", "not_home", "declined", "appointment")
"""Calls at homes, and how those ended that were not met: what happened."""
REACHED: Final = ("reached", "homes")
"""Households reached in the seven days up to a day, and households there are: what stood at its end."""
WEEK: Final[Mapping[str, str]] = {
    "visits": "week_visits", "not_home": "week_not_home", "declined": "week_declined",
    "appointment": "week_appointment", "reached": "week_reached",
}  # fmt: skip
"""The same of a whole week, as it was when the week was closed, standing at its Sunday: what pages show of visits."""
STANDING: Final = (*STOCKS, *REACHED, *WEEK.values())
ALL_VISITS: Final = "all_visits"
"""The place on the axis of matters of what does not add up over matters: households."""
_DERIVED: Final[Mapping[str, tuple[tuple[str, int], ...]]] = {
    "done": (("closed", 1), ("settled", 1)),
    "late": (("closed", 1), ("closed_on_time", -1)),
    "back": (("sent_back", 1), ("reopened", 1)),
}
"""Measures made of others."""

Counts = Mapping[str, int]
"""Counts by key: an area, a matter."""
Table = tuple[Counts, int]
"""Counts of the areas below one, and its own, which may be more: what is filed under it and under none of them."""
_FEW: Final = frozenset(range(1, THRESHOLD))
_SMALL: Final = Words("小数字保护规则", "the rule that protects small figures")


def is_staff(viewer: Viewer, at: datetime) -> bool:
    """Whether a viewer holds any grant in force: numbers, and only numbers, are open to all staff."""
    return viewer.everywhere or any(grant.holds_at(at) for grant in viewer.grants)


def require_staff(viewer: Viewer, at: datetime) -> None:
    """Refuse residents and the public."""
    if not is_staff(viewer, at):
        raise refuse(STAFF_ONLY)


def is_local(viewer: Viewer, code: str, at: datetime) -> bool:
    """Whether a viewer may read the cases of the whole area, and so its figures as they are (charter 4)."""
    return any(grant.covers(code) for grant in readers(viewer, at))


def weights(places: Mapping[str, int], width: int, shown: Sequence[str]) -> NDArray[np.int64]:
    """What each counted measure adds to each shown one, as (width, shown): cells times this are figures of pages.

    `places`: the place of every counted measure on an axis of `width`; one that was never counted adds nothing.
    """
    made = np.zeros((width, len(shown)), np.int64)
    for column, measure in enumerate(shown):
        for key, sign in _DERIVED.get(measure, ((measure, 1),)):
            if key in places:
                made[places[key], column] += sign
    return made


@dataclass(frozen=True)
class Chain:
    """The areas from the top down to the one looked at, whose children are `parts`.

    `is_exact`: the viewer sees figures as they are; then the chain is that one area alone.
    """

    codes: tuple[str, ...]
    parts: tuple[str, ...]
    is_exact: bool

    def show(self, tables: Sequence[Table]) -> tuple[Shown, dict[str, Shown]]:
        """One measure: the figure of the last area and of its children; a table for each area of the chain."""
        below, total = tables[-1]
        own = {part: below.get(part, 0) for part in self.parts}
        if self.is_exact:
            return exact(total), {part: exact(n) for part, n in own.items()}
        above, path = self._above(tables)
        return descend([*above, (own, total)], path)

    def show_whole(self, tables: Sequence[Table]) -> Shown:
        """The figure of the last area alone."""
        if self.is_exact:
            return exact(tables[-1][1])
        above, path = self._above(tables)
        return descend(above, path[:-1])[1][path[-1]] if above else alone(tables[-1][1])

    def _above(self, tables: Sequence[Table]) -> tuple[list[Table], tuple[str, ...]]:
        """The tables above the last one from the first that hides anything, and which child of each comes next."""
        start = next((i for i, (table, whole) in enumerate(tables[:-1]) if _hides(table, whole)), len(tables) - 1)
        path = self.codes[start + 1 :]
        return [({child: 0} | dict(table), n) for child, (table, n) in zip(path, tables[start:], strict=False)], path


def left_over(own: Shown, parts: Iterable[Shown], *, is_exact: bool) -> Shown | None:
    """What of an area's figure lies in none of its parts; None where nothing does, or where it may not be told.

    It is told only where the figure and all its parts are: then it says no more than they do, and with a part hidden it
    would give that part back. So few that it could point at a person, it is told to whoever sees figures as they are
    alone: the tables of everybody else cover it (`suppress`), so that no sum gives it back.
    """
    values = [part.value for part in parts]
    if own.value is None or None in values:
        return None
    left = own.value - sum(value or 0 for value in values)
    return exact(left) if left > 0 and (is_exact or left not in _FEW) else None


def _hides(table: Counts, whole: int) -> bool:
    """Whether a table hides anything by itself; one at the top that does not says nothing of those below it."""
    return not _FEW.isdisjoint((whole, whole - sum(table.values()), *table.values()))


def share(closed: Shown, late: Shown) -> tuple[int, int] | None:
    """(closed on time, closed), None where one of them or their difference is too small to be told."""
    if closed.value is None or late.value is None:
        return None
    on_time = closed.value - late.value
    return (on_time, closed.value) if alone(on_time).is_exact else None


FEW_WORKERS: Final = Words(
    "这一周在这一片上门的网格员不足五人，或与旁边的数一减就能算出这样的一片：走访数就是他们个人的工作量，不显示。",
    "Fewer than five workers made the visits of this week here, or such an area could be had by subtraction: they are "
    "what one person did, and are not told.",
)


def why_few_workers() -> Verdict:
    """Why nothing is told of visits that few workers made."""
    return replace(
        why_hidden(Mark.WITHHELD), because=(Because(FEW_WORKERS, _SMALL),),
        contest=Words(
            "谁也看不到这个数；只有独自服务这个网格的人看自己的。", "Nobody sees it but whoever serves the grid alone."
        ),
    )  # fmt: skip


def why_hidden(mark: Mark) -> Verdict:
    """Why a figure is not shown, as a decision like any other."""
    few = Words(
        f"这个数小于{THRESHOLD}：数字太小，可能让人认出具体的人。",
        f"The figure is below {THRESHOLD}: so small a figure could point at a person.",
    )
    covers = Words(
        "旁边有很小的数字；如果这个数也公布，用合计一减就能算出来。",
        "A very small figure stands beside it, and could be had by subtraction if this one were shown.",
    )
    return Verdict(
        answer=Answer.NO,
        subject=Words("是否显示这个数", "Is this figure shown"),
        because=(Because(few if mark is Mark.FEW else covers, _SMALL),),
        rule="outlook.disclosure",
        version="2026.1",
        owner=Words("县统计局", "County statistics office"),
        contest=Words(
            "乡镇及以下、负责这一片的工作人员可看到确切的数。",
            "Staff of the township or below who serve this area see the figure itself.",
        ),
    )
