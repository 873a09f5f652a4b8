"""Disclosure control of counts: small figures are hidden so that subtraction within a table gives nothing. Pure.

Two marks. `FEW` is a count from 1 to threshold - 1, shown as `<5`. `WITHHELD` promises nothing: it covers a neighbour.
Zero may be shown: that nothing happened says nothing about a person.

What is proved (tests/kit/test_disclosure.py, by an attacker who adds and subtracts all figures of a tree of tables,
and knows what each mark can stand for): every FEW stays anywhere from 1 to threshold - 1, and so does what lies in no
child of a table, where it is so few.
The spans of days that one page shows are held apart as well (`covered`; tests/outlook/test_spans_hold.py).
What is not claimed: an attacker who compares several pages, measures or subjects with each other, who knows some cells
from elsewhere, or who replays the choice of the covering cells. The pages above township show few periods and few
measures. What is published as a file, over all levels, days and their sums at once, goes through `disclosing`, and
pages that tell the same count take its marks (`outlook.releases.weeks`).
After the practice of statistics offices: Hundepool et al., Statistical Disclosure Control (2012), chapter 4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

THRESHOLD: Final = 5


class Mark(StrEnum):
    """How a figure is shown: as it is, as "fewer than the threshold", or not at all."""

    EXACT = "exact"
    FEW = "few"
    WITHHELD = "withheld"


@dataclass(frozen=True)
class Shown:
    """A figure as it may leave: `value` only where it is exact, so that nothing hidden is carried along."""

    mark: Mark
    value: int | None = None

    def __post_init__(self) -> None:
        if (self.mark is Mark.EXACT) != (self.value is not None):
            raise ValueError("a figure carries its value exactly when it is shown")

    @property
    def is_exact(self) -> bool:
        """Whether the figure itself is shown."""
        return self.mark is Mark.EXACT


FEW: Final = Shown(Mark.FEW)
WITHHELD: Final = Shown(Mark.WITHHELD)


@lru_cache(maxsize=8_192)
def exact(n: int) -> Shown:
    """A figure shown as it is."""
    return Shown(Mark.EXACT, n)


def alone(n: int, threshold: int = THRESHOLD) -> Shown:
    """A figure that stands in no table: hidden where it is 1 to threshold - 1; refuses (ValueError) a negative one."""
    if n < 0:
        raise ValueError("a count is not negative")
    return FEW if 0 < n < threshold else exact(n)


def suppress(
    children: Mapping[str, int], total: int, threshold: int = THRESHOLD, *, sealed: bool = False
) -> Mapping[str, Shown]:
    """The counts of one table as they may stand beside their total.

    `total`: the count of the whole, at least the sum of the children (what lies in none of them may make it more).
    `sealed`: the total itself is withheld elsewhere, so the children must not give it back. Small children become FEW;
    then as many of the smallest others are WITHHELD as leave every FEW anywhere below the threshold. What lies in no
    child is a cell of the table too: where it is so few it is covered like a FEW, but it covers no other. Where that
    cannot be done, or the total itself is hidden for being small, no child is shown. Refuses (ValueError) negative
    counts and children that are more than the total.
    """
    rest = total - sum(children.values())
    if min(children.values(), default=0) < 0 or rest < 0:
        raise ValueError("counts are not negative, and parts are not more than the whole")
    if total < threshold and (total or sealed):
        return dict.fromkeys(children, WITHHELD)
    few = {key for key, n in children.items() if 0 < n < threshold}
    cover = _cover(children, threshold) if few or 0 < rest < threshold or sealed else frozenset()
    if cover is None:
        return dict.fromkeys(children, WITHHELD)
    return {key: WITHHELD if key in cover else FEW if key in few else exact(n) for key, n in children.items()}


def covered(
    counts: Mapping[str, int], shown: Mapping[str, Shown], whole: Shown, threshold: int = THRESHOLD
) -> dict[str, Shown]:
    """Figures hidden for reasons of their own, beside their sum: as many more are WITHHELD as keep each of them open.

    `counts`: what adds up to the whole; `shown`: how each may be shown by itself; `whole`: how the sum is shown. Where
    there is nothing large enough to cover the rest, none is shown.
    """
    free = {key: n for key, n in counts.items() if shown[key].is_exact}
    if whole.is_exact and len(free) == len(counts):
        return dict(shown)
    cover = _cover(free, threshold)
    return {key: WITHHELD if cover is None or key in cover else one for key, one in shown.items()}


def _cover(children: Mapping[str, int], threshold: int) -> frozenset[str] | None:
    """The smallest children that together exceed the threshold by enough to blur the rest; None if there are none.

    A withheld child may be the threshold or more. With a surplus of threshold - 2 over that, a FEW that is 1 could as
    well be threshold - 1, whatever the other FEW are.
    """
    chosen, surplus = set[str](), 0
    for key, n in sorted(children.items(), key=lambda item: (item[1], item[0])):
        if n >= threshold:
            chosen.add(key)
            surplus += n - threshold
            if surplus >= threshold - 2:
                return frozenset(chosen)
    return None


Table = tuple[Mapping[str, int], int]
"""Counts of the children and of the whole."""


def descend(
    tables: Sequence[Table], path: Sequence[str], threshold: int = THRESHOLD, *, first: Shown | None = None
) -> tuple[Shown, dict[str, Shown]]:
    """The figure and the children of the last of a row of tables, each the table of a child of the one before.

    `path[i]`: the key in `tables[i]` of the child whose table is `tables[i + 1]`. What a table above hides of an area
    stays hidden on the area's own page. `first`: how the figure of the first is shown, where that is decided elsewhere.
    """
    shown = first or alone(tables[0][1], threshold)
    children = suppress(*tables[0], threshold, sealed=shown.mark is Mark.WITHHELD)
    for key, (below, total) in zip(path, tables[1:], strict=True):
        shown = children[key]
        children = suppress(below, total, threshold, sealed=shown.mark is Mark.WITHHELD)
    return shown, dict(children)
