"""Who may see which figures of an area, and how they are shown. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

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

_DERIVED: Final[Mapping[str, tuple[tuple[str, int], ...]]] = {
    "closed": (("done", 1), ("late", 1)),
    "settled": (("done", 1),),
    "closed_on_time": (("late", -1),),
    "sent_back": (("back", 1),),
    "reopened": (("back", 1),),
}
"""Measures made of others: done = closed + settled, late = closed - closed on time, back = sent back + reopened."""

Counts = Mapping[str, int]
"""Counts by key: an area, a matter."""


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


def derived(rows: Iterable[tuple[str, str, int]]) -> Mapping[str, dict[str, int]]:
    """Counts (key, measure, n) by measure and key, with the measures that are made of others; never below zero."""
    table: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for key, measure, n in rows:
        for name, sign in ((measure, 1), *_DERIVED.get(measure, ())):
            table[name][key] += sign * n
    return defaultdict(dict, {name: {key: max(0, n) for key, n in parts.items()} for name, parts in table.items()})


@dataclass(frozen=True)
class Chain:
    """The areas from the top down to the one looked at, whose children are `parts`.

    `is_exact`: the viewer sees figures as they are; then the chain is that one area alone.
    """

    codes: tuple[str, ...]
    parts: tuple[str, ...]
    is_exact: bool

    @property
    def widths(self) -> tuple[int, ...]:
        """How much of a code names the child in each table; the whole of the longest where levels are mixed."""
        here = self.codes[-1]
        return (*(len(code) for code in self.codes[1:]), max((len(part) for part in self.parts), default=len(here)))

    def show(self, counts: Sequence[Counts]) -> tuple[Shown, dict[str, Shown]]:
        """One measure: the figure of the last area and of its children; `counts` by child, a table for each area."""
        own = dict.fromkeys(self.parts, 0)
        for key, n in counts[-1].items():
            home = next((part for part in self.parts if key.startswith(part)), None)
            if home is not None:
                own[home] += n
        total = sum(counts[-1].values())
        if self.is_exact:
            return exact(total), {part: exact(n) for part, n in own.items()}
        path = self.codes[1:]
        above = [({child: 0} | dict(table), sum(table.values())) for child, table in zip(path, counts, strict=False)]
        return descend([*above, (own, total)], path)


def share(closed: Shown, late: Shown) -> tuple[int, int] | None:
    """(closed on time, closed), None where one of them or their difference is too small to be told."""
    if closed.value is None or late.value is None:
        return None
    on_time = closed.value - late.value
    return (on_time, closed.value) if alone(on_time).is_exact else None


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
        because=(Because(few if mark is Mark.FEW else covers, "kit.disclosure"),),
        rule="outlook.disclosure",
        version="2026.1",
        owner=Words("县统计局", "County statistics office"),
        contest=Words(
            "乡镇及以下、负责这一片的工作人员可看到确切的数。",
            "Staff of the township or below who serve this area see the figure itself.",
        ),
    )
