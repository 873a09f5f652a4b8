"""What figures that were handed in come to: days of running totals, totals against their parts, gaps. Pure, on arrays.

The rules, each told in a note:
- A day that nobody handed in is not known; it is never nought.
- Of a running total a day is the difference to the day before; after days that are missing the difference belongs to
  no single day and is put on none.
- A running total that falls was corrected: the correction is told, it is spread over no other day, and the day of the
  fall is not known, for what was new on it cannot be told from what was taken back.
- A total that is not the sum of its parts is told; both stand as they were handed in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from gridcommons.kit.dates import day_text
from gridcommons.kit.words import Words

Floats = npt.NDArray[np.float64]
_SHOWN: Final = 12


@dataclass(frozen=True)
class Fall:
    """A running total that fell: in which row and column, and by how much."""

    row: int
    at: int
    by: int


@dataclass(frozen=True)
class Undated:
    """What was new over days of which only the last was handed in: on no day."""

    row: int
    at: int
    days: int
    count: int


def by_day(totals: Floats) -> tuple[Floats, list[Fall], list[Undated]]:
    """Daily counts (areas, days) from running totals of one day more, with what could be put on no day."""
    days = np.full((totals.shape[0], totals.shape[1] - 1), np.nan)
    falls: list[Fall] = []
    undated: list[Undated] = []
    for row, line in enumerate(totals):
        known = np.flatnonzero(~np.isnan(line))
        for before, at in pairwise(known):
            step = int(line[at] - line[before])
            if step < 0:
                falls.append(Fall(row, int(at) - 1, -step))
            elif at - before == 1:
                days[row, at - 1] = step
            elif step:
                undated.append(Undated(row, int(at) - 1, int(at - before), step))
            else:
                days[row, before:at] = 0
    return days, falls, undated


@dataclass(frozen=True)
class Disagreement:
    """A day on which an area's own figure is not the sum of its parts; `whole`: all parts were handed in."""

    code: str
    day: date
    own: int
    parts: int
    whole: bool


def disagreements(
    counts: Floats, codes: Sequence[str], days: Sequence[date], parts: Mapping[str, Sequence[str]]
) -> list[Disagreement]:
    """Where totals disagree with their parts. `parts`: the areas directly below, those among `codes` are held."""
    at = {code: row for row, code in enumerate(codes)}
    found = []
    for code, below in parts.items():
        rows = [at[part] for part in below if part in at]
        if code not in at or not rows:
            continue
        held = counts[rows]
        whole = ~np.isnan(held).any(axis=0) & np.array(len(rows) == len(below))
        sums, own = np.nansum(held, axis=0), counts[at[code]]
        off = ~np.isnan(own) & ~np.isnan(held).all(axis=0) & ((sums > own) | (whole & (sums != own)))
        found += [
            Disagreement(code, days[n], int(own[n]), int(sums[n]), bool(whole[n])) for n in np.flatnonzero(off).tolist()
        ]
    return found


def fall_words(name: Words, day: date, by: int) -> Words:
    """A note of a running total that fell."""
    return Words(
        f"{name.zh}：{day_text(day, 'zh', this_year=0)}累计数减少{by}，是更正；不摊到其他日子，当日新增未知。",
        f"{name.en}: the total fell by {by} on {day_text(day, 'en', this_year=0)}, a correction. It is spread over no "
        "other day, and what was new that day is not known.",
    )


def undated_words(name: Words, day: date, days: int, count: int) -> Words:
    """A note of what was new over days that were not handed in."""
    zh, en = day_text(day, "zh", this_year=0), day_text(day, "en", this_year=0)
    return Words(
        f"{name.zh}：截至{zh}的{days}天共新增{count}，中间缺报，不记入任何一天。",
        f"{name.en}: {count} were new over the {days} days to {en}; days between were not handed in, so they are put "
        "on none.",
    )


def disagreement_words(name: Words, one: Disagreement) -> Words:
    """A note of a total that is not the sum of its parts."""
    zh, en = day_text(one.day, "zh", this_year=0), day_text(one.day, "en", this_year=0)
    missing = Words("", "") if one.whole else Words("（下级还有缺报）", " (not all parts were handed in)")
    return Words(
        f"{name.zh}：{zh}本级上报{one.own}，下级合计{one.parts}{missing.zh}；两个数都保留。",
        f"{name.en}: {one.own} on {en} by its own figure, {one.parts} by the sum of its parts{missing.en}. "
        "Both are kept.",
    )


def corrected_words(days: int) -> Words:
    """A note of figures that another one took the place of."""
    return Words(
        f"有{days}个日数经过更正，以最后上报的为准，原数保留。",
        f"{days} figures were corrected; the last one handed in holds, the former are kept.",
    )


def gap_words(days: int, of: int) -> Words:
    """A note of figures that nobody handed in."""
    return Words(
        f"应报{of}个日数，缺{days}个；缺报按未知处理，不当作零。",
        f"{days} of {of} figures were not handed in; they are not known, and not nought.",
    )


def divided_words(name: Words) -> Words:
    """A note of an area that was divided."""
    return Words(
        f"{name.zh}由分设而来：分设前上报的数是整片的，不能分到现在的区域，按未知处理。",
        f"{name.en} came of a division: what was handed in before it was of the whole and is not known of the parts.",
    )


def first_of(notes: Sequence[Words]) -> tuple[Words, ...]:
    """The first notes, and how many more there are."""
    more = len(notes) - _SHOWN
    if more <= 0:
        return tuple(notes)
    return (*notes[:_SHOWN], Words(f"另有{more}处同类情况。", f"{more} more of the kind."))
