"""Of which areas figures of visits may be told, by how many workers made them (charter 12). Pure.

Of fewer than five nothing stands; and beside the areas told, whatever is left over of the area above them was visited
by five or more too. Whoever holds a post somewhere and never visits hides nobody.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from gridcommons.kit.codes import CHINA

FEWEST: Final = 5
"""Workers of whom together something may be told."""
_GRID: Final = CHINA.width("grid")


def told_by_day(
    area: str, workers: Mapping[str, int], grids: Iterable[str], *, told: Collection[str] = ()
) -> set[str]:  # fmt: skip
    """The areas of which figures of a day may be told. `workers`: by grid, each counted once.

    `told`: what was told before. It stays so as long as it may, and with workers who only become more it always may.
    """
    widths = [level.width for level in CHINA.levels if len(area) <= level.width <= _GRID]
    listed = list(grids)
    number = Counter({code[:width]: 0 for code in listed for width in widths})
    for grid in listed:
        for width in widths:
            number[grid[:width]] += workers.get(grid, 0)
    below: dict[str, list[str]] = {}
    for code in sorted(number):
        if len(code) > len(area):
            below.setdefault(code[: widths[widths.index(len(code)) - 1]], []).append(code)
    found, ahead = set[str](), [(area, number[area] < FEWEST)]
    while ahead:
        code, is_hidden = ahead.pop()
        if not is_hidden:
            found.add(code)
        parts = {part: number[part] for part in below.get(code, ())}
        shut = _shut(parts, told, sealed=is_hidden)
        ahead += [(part, part in shut) for part in parts]
    return found


def _shut(parts: Mapping[str, int], told: Collection[str], *, sealed: bool) -> set[str]:
    """Which parts of an area are hidden: those of few workers, and as many more as make five of what is left over."""
    shut = {part for part, n in parts.items() if n < FEWEST}
    if not shut and not sealed:
        return shut
    for part, _n in sorted(parts.items(), key=lambda item: (item[0] in told, item[1], item[0])):
        if sum(parts[one] for one in shut) >= FEWEST:
            break
        shut.add(part)
    return shut
