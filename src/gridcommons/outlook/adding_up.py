"""Spans of days that add up to one another on one page: what one of them hides, the others do not give back. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache

from gridcommons.kit.disclosure import Shown, covered

Dates = frozenset[date]
"""The days of a span: two spans of the same days are the same figure."""


def held_apart(counts: Mapping[Dates, int], shown: Mapping[Dates, Shown]) -> dict[Dates, Shown]:
    """How the figures of one measure may stand beside each other, by the days they are of.

    Wherever spans make up another, so many more are hidden that none that is hidden can be had by subtraction.
    """
    held = dict(shown)
    if all(one.is_exact for one in held.values()):
        return held
    spans = tuple(counts)
    sums = [(whole, parts) for whole in spans if (parts := _parts_of(whole, spans))]
    done: dict[Dates, tuple[bool, ...]] = {}
    while True:
        open_ones = [(whole, parts) for whole, parts in sums if done.get(whole) != _marks(held, whole, parts)]
        if not open_ones:
            return held
        for whole, parts in open_ones:
            named = {f"{min(part)}": part for part in parts}
            told = covered(
                {name: counts[part] for name, part in named.items()},
                {name: held[part] for name, part in named.items()},
                held[whole],
            )
            held |= {named[name]: shown for name, shown in told.items()}
            done[whole] = _marks(held, whole, parts)


def _marks(held: Mapping[Dates, Shown], whole: Dates, parts: Iterable[Dates]) -> tuple[bool, ...]:
    """Which figures of a sum are shown: only where this changed is it to be covered anew."""
    return tuple(held[days].is_exact for days in (whole, *parts))


@lru_cache(maxsize=1_024)
def _parts_of(whole: Dates, spans: tuple[Dates, ...]) -> tuple[Dates, ...]:
    """The spans that together are another, the longest first; none where they are not the whole of it.

    Every measure of a page asks for the same ones.
    """
    parts: list[Dates] = []
    left = set(whole)
    for span in sorted((one for one in spans if one and one < whole), key=lambda one: (-len(one), min(one))):
        if span <= left:
            parts.append(span)
            left -= span
    return () if left else tuple(parts)
