"""What of a campaign's numbers may be told, in one place for every page: of few households and of few workers nothing.

Three rules, each over all areas of the campaign, so that a figure is the same on every page that has it:

- *Few workers* (charter 12). Figures of a day, and exact ones, stand only where five workers or more made the visits
  (whoever holds a post there and never visits hides nobody); and beside the areas shown, whatever is left over of the
  area above them was visited by five or more too (`few_workers`). What is told once stays told, and more is told as
  more workers visit, so that yesterday's page beside today's is no more than today's. A campaign tells them of areas
  (`areas_by_day`): a single grid is seen by quarters, however many visit it.
- *Few households* (charter 4). Of 1 to 4 households that answered, or did not, no figure stands, and none from which it
  could be had over siblings and levels (`kit.disclosure`).
- *Small steps.* What is shown is rounded down to fives, so that two readings do not tell what came between.

Where an area has no figure it has a quarter: up to a quarter of its households, and so on. That is a fact about
households, and enough to see where help is needed; it is left out where it would narrow a figure to a few.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gridcommons.collection.few_workers import told_by_day
from gridcommons.kit.codes import CHINA
from gridcommons.kit.disclosure import THRESHOLD, WITHHELD, Shown, Table, descend, exact

QUARTERS: Final = 4
_GRID: Final = CHINA.width("grid")


# --- Few workers ----------------------------------------------------------------------------------------------------


def areas_by_day(
    area: str, visitors: Mapping[str, int], grids: Iterable[str], *, told: Collection[str] = ()
) -> set[str]:  # fmt: skip
    """The same of a campaign, by who made its visits: whole areas, and no grid."""
    return {code for code in told_by_day(area, visitors, grids, told=told) if len(code) < _GRID}


# --- Few households -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Counted:
    """An area as it was counted. `by_day`: enough workers made its visits."""

    households: int = 0
    reached: int = 0
    by_day: bool = False

    @property
    def open(self) -> int:
        """Households that have not answered."""
        return self.households - self.reached


@dataclass(frozen=True)
class Coverage:
    """Households that answered as they may be told: a number in fives, else a quarter (0 to 3), else nothing.

    `households`: how many are meant, as it may be told. `share`: of the number, from 0 to 1. `is_counted`: false where
    nothing was counted yet, so that no nought stands for what is not known.
    """

    households: Shown
    reached: int | None = None
    quarter: int | None = None
    is_counted: bool = True

    @property
    def share(self) -> float | None:
        """The share of households that answered, where it is told."""
        if self.reached is None or not self.households.value:
            return None
        return min(1.0, self.reached / self.households.value)


NOTHING: Final = Coverage(WITHHELD)
NOT_COUNTED: Final = Coverage(WITHHELD, is_counted=False)
Span = tuple[int, int]
"""Between which numbers something is known to lie, both included."""
Level = tuple[Counted, Mapping[str, Counted]]
"""An area of the way down and those directly below it."""


def coverages(levels: Sequence[Level], way: Sequence[str], *, few_meant: bool) -> tuple[Coverage, dict[str, Coverage]]:
    """Coverage of the last area of a way and of those below it. `way`: the child of each level that is the next one.

    `few_meant`: not all households are meant but those of whom something is known: how many is hidden as well.
    """
    own, parts = NOTHING, dict[str, Coverage]()
    known: Span = (0, 0)
    for place in range(len(levels)):
        exacts = {name: _exact(levels[: place + 1], way[:place], name) for name in ("households", "reached", "open")}
        whole, below = levels[place]
        here = own if place else _told("", whole, exacts, few_meant=few_meant)
        known = known if place else span_of(here, whole.households)
        parts = {code: _told(code, one, exacts, few_meant=few_meant) for code, one in below.items()}
        parts = _with_room(known, parts, below)
        if _is_settled(here, whole) or _is_wide(known, parts, below):
            parts = _saying_no_more(known, parts, below)
        else:
            parts = {code: _without_quarter(one) for code, one in parts.items()}
        if place < len(way):
            own, known = parts[way[place]], _narrowed(known, _spans(parts, below))[way[place]]
        else:
            own = here
    return own, parts


def _exact(levels: Sequence[Level], way: Sequence[str], name: str) -> dict[str, Shown]:
    """How one measure may be shown of the last area (under no name) and of its parts."""
    tables: list[Table] = []
    for whole, below in levels:
        counts = {code: getattr(one, name) for code, one in below.items()}
        tables.append((counts, max(getattr(whole, name), sum(counts.values()))))
    shown, parts = descend(tables, way)
    return {"": shown, **parts}


def _told(code: str, one: Counted, exacts: Mapping[str, Mapping[str, Shown]], *, few_meant: bool) -> Coverage:
    meant = exacts["households"][code] if few_meant else exact(one.households)
    if not meant.is_exact:
        return Coverage(meant)
    if one.by_day and exacts["reached"][code].is_exact and exacts["open"][code].is_exact:
        return Coverage(meant, in_fives(one.reached, one.households))
    if one.households < QUARTERS * THRESHOLD:
        return Coverage(meant)
    return Coverage(meant, quarter=min(QUARTERS - 1, QUARTERS * one.reached // one.households))


def in_fives(n: int, most: int | None = None) -> int:
    """A number rounded down to fives; a whole one as it is."""
    return n if n == most else n - n % THRESHOLD


def _without_quarter(one: Coverage) -> Coverage:
    return one if one.quarter is None else Coverage(one.households)


def span_of(one: Coverage, households: int) -> Span:
    """Between which numbers of answered households one who reads this knows it to lie."""
    if one.reached is not None:
        return (one.reached, min(households, one.reached + THRESHOLD - 1))
    if one.quarter is None:
        return (0, households)
    ends = [-(-households * quarter // QUARTERS) for quarter in (one.quarter, one.quarter + 1)]
    return (ends[0], households if one.quarter == QUARTERS - 1 else ends[1] - 1)


def _spans(parts: Mapping[str, Coverage], below: Mapping[str, Counted]) -> dict[str, Span]:
    return {code: span_of(one, below[code].households) for code, one in parts.items()}


def _sum_of(spans: Iterable[Span]) -> Span:
    lows, highs = zip(*spans, strict=True) if (spans := list(spans)) else ((), ())
    return (sum(lows), sum(highs))


def _narrowed(whole: Span, spans: Mapping[str, Span]) -> dict[str, Span]:
    """What is known of each part beside the sum and the other parts."""
    lows, highs = _sum_of(spans.values())
    return {
        code: (max(low, whole[0] - (highs - high)), min(high, whole[1] - (lows - low)))
        for code, (low, high) in spans.items()
    }


def _is_settled(own: Coverage, whole: Counted) -> bool:
    """Whether nobody or everybody answered and that is told: then each part says the same."""
    return whole.reached in {0, whole.households} and own.reached is not None


def _is_wide(whole: Span, parts: Mapping[str, Coverage], below: Mapping[str, Counted]) -> bool:
    """Whether every quarter still stands for six numbers or more beside the sum and the other parts."""
    known = _narrowed(whole, _spans(parts, below))
    return all(known[code][1] - known[code][0] >= THRESHOLD for code, one in parts.items() if one.quarter is not None)


def _with_room(
    whole: Span, parts: Mapping[str, Coverage], below: Mapping[str, Counted]
) -> dict[str, Coverage]:  # fmt: skip
    """Parts whose figures leave room of four numbers to each that is not told to the last household.

    Else who is told so is rounded down as the others are, and then the largest lose their figure: what is known of a
    part to the household would give away a few below it, on a page that does not show them.
    """
    kept = dict(parts)
    for change in (_rounded, _without_figure):
        for code in sorted(parts, key=lambda one: (-below[one].households, one)):
            if not _is_pinned(whole, kept, below):
                return kept
            kept[code] = change(kept[code])
    return kept


def _is_pinned(whole: Span, parts: Mapping[str, Coverage], below: Mapping[str, Counted]) -> bool:
    spans = _spans(parts, below)
    open_ones = [code for code, (low, high) in spans.items() if low < high and below[code].households >= THRESHOLD]
    known = _narrowed(whole, spans)
    return any(known[code][1] - known[code][0] < THRESHOLD - 2 for code in open_ones)


def _rounded(one: Coverage) -> Coverage:
    return one if one.reached is None else Coverage(one.households, in_fives(one.reached))


def _without_figure(one: Coverage) -> Coverage:
    return one if one.reached is None else Coverage(one.households)


def _saying_no_more(
    whole: Span, parts: Mapping[str, Coverage], below: Mapping[str, Counted]
) -> dict[str, Coverage]:  # fmt: skip
    """Parts whose quarters together say no more of their sum than is known of it: else the largest lose theirs.

    What they said more would narrow the areas beside their sum, on a page that does not show them.
    """
    kept = dict(parts)
    for code in sorted(parts, key=lambda one: (-below[one].households, one)):
        low, high = _sum_of(_spans(kept, below).values())
        if low <= whole[0] and whole[1] <= high:
            break
        kept[code] = _without_quarter(kept[code])
    return kept


# --- Days -----------------------------------------------------------------------------------------------------------

OUTCOMES: Final = ("done", "declined", "not_home", "appointment")
_TOGETHER: Final = ("done", "declined")
"""Who was met and who declined add up to who answered: where one of them is hidden, so is the other."""


def outcomes(levels: Sequence[tuple[Mapping[str, int], Mapping[str, Mapping[str, int]]]], way: Sequence[str]) -> dict[
    str, Shown
]:  # fmt: skip
    """One day's visits of the last area of a way by how they ended, in fives."""
    found = {}
    for name in OUTCOMES:
        tables: list[Table] = []
        for whole, below in levels:
            counts = {code: one.get(name, 0) for code, one in below.items()}
            tables.append((counts, max(whole.get(name, 0), sum(counts.values()))))
        found[name] = descend(tables, way)[0]
    if not all(found[name].is_exact for name in _TOGETHER):
        found |= {name: WITHHELD for name in _TOGETHER if found[name].is_exact}
    return {name: in_steps(one) for name, one in found.items()}


def in_steps(shown: Shown) -> Shown:
    """A figure rounded down to fives; a mark as it is."""
    return shown if shown.value is None else exact(in_fives(shown.value))
