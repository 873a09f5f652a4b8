"""Rules on layers of outlines: what becomes of an area, which answers a finding takes, what the answers make. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import shapely

from gridcommons.kit.words import Words
from gridcommons.territory.mending import policy

ACCEPT: Final = "accept"
LEAVE_OUT: Final = "leave_out"
SAME_WITHIN: Final = 1e-6
"""Shares of an area below this are rounding: a centimetre around a grid."""
KINDS: Final[Mapping[str, Words]] = {
    "changed": Words("变动", "changes"), "new": Words("首次有边界", "first outline"), "same": Words("不变", "the same"),
    "unknown": Words("未知代码，不采用", "unknown code, not used"),
    "left_out": Words("没有剩下面，不采用", "no area is left, not used"),
}  # fmt: skip
MOST_SENT: Final = 5
"""Files of one area that may wait to be read at a time."""
MOST_TRIES: Final = 3
"""A file whose reading is cut off so often would take the worker down for ever."""
STAGES: Final[Mapping[str, Words]] = {
    "waiting": Words("等待读取", "waiting to be read"), "reading": Words("正在读取", "being read"),
    "mending": Words("正在修正和比对", "being mended and compared"), "done": Words("已读完", "read"),
    "failed": Words("没有读成", "could not be read"), "given_up": Words("已放弃", "given up"),
}  # fmt: skip
FINDINGS: Final[Mapping[str, Words]] = {
    "doubled_points": Words("重复的点，已删去", "points given twice, taken out"),
    "crossing": Words("边线自相交，已修正", "a ring crosses itself, mended"),
    "crossing_large": Words("边线自相交，修正后面积变化较大", "a ring crosses itself; mending changes its size much"),
    "crumb": Words("碎屑，已去掉", "a crumb, cut off"),
    "overlap": Words("窄小重叠，已合拢", "a narrow overlap, closed"),
    "overlap_large": Words("两处都画到的一块", "claimed by more than one area"),
    "gap": Words("窄小空隙，已合拢", "a narrow gap, closed"),
    "gap_large": Words("空隙或水面，保留", "a gap or water, left open"),
    "nothing_left": Words("没有面", "no area is left"),
}  # fmt: skip


def kind_of(*, known: bool, is_drawn: bool, change: float | None) -> str:
    """What becomes of an area of a layer."""
    if not known:
        return "unknown"
    if not is_drawn:
        return "left_out"
    if change is None:
        return "new"
    return "same" if change <= SAME_WITHIN else "changed"


def answers_for(kind: str, codes: Sequence[str]) -> tuple[str, ...]:
    """How a finding that is left to a person may be decided: whose the piece is, or to take or leave the outline."""
    if kind == "overlap_large":
        return (*codes, LEAVE_OUT)
    return (ACCEPT, LEAVE_OUT) if kind == "crossing_large" else (LEAVE_OUT,)


@dataclass(frozen=True)
class Answered:
    """A finding that was decided, with the piece that it is about, if it is about one."""

    kind: str
    codes: tuple[str, ...]
    piece: shapely.Geometry | None
    answer: str


def settled_shapes(
    shapes: Mapping[str, shapely.Geometry], answered: Sequence[Answered]
) -> dict[str, shapely.Geometry]:  # fmt: skip
    """The outlines as the answers make them: pieces go to whom they were given, what is left out falls away."""
    found, grain = dict(shapes), policy().grain_degrees
    for one in answered:
        if one.answer == LEAVE_OUT:
            found = {code: shape for code, shape in found.items() if code not in one.codes}
        elif one.kind == "overlap_large" and one.answer != one.codes[0] and one.piece is not None:
            holder, taker = one.codes[0], one.answer
            if holder in found and taker in found:
                found[holder] = shapely.difference(found[holder], one.piece, grid_size=grain)
                found[taker] = shapely.union(found[taker], one.piece, grid_size=grain)
    return {code: shape for code, shape in found.items() if not shape.is_empty}
