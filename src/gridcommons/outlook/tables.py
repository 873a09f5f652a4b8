"""The counts of a chain of areas laid out for disclosure control: for each area its own and those of what is below."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from gridcommons.kit.disclosure import Shown, descend
from gridcommons.outlook.cube import Cells
from gridcommons.outlook.gathering import Span, Sums, gather
from gridcommons.outlook.rules import FLOWS, STOCKS, WEEK, Chain, Table, weights

MEASURES = (*FLOWS, *STOCKS, *WEEK.values(), "homes")
Parts = dict[str, Mapping[str, Shown]]
"""Figures of children by measure."""


def _shown(counted: Cells, by: Cells) -> Cells:
    """Counted measures as pages show them, in whole numbers, never below nought."""
    shown: Cells = np.maximum(np.einsum("...k,km->...m", counted, by), 0)
    return shown


@dataclass(frozen=True)
class Tables:
    """The sums of the areas of a chain and of those below each of them."""

    chain: Chain
    sums: Sums
    days: tuple[date, ...]

    @cached_property
    def _below(self) -> list[list[tuple[int, str]]]:
        """For each area of the chain the places and codes of what stands directly below it."""
        beside: dict[str, list[tuple[int, str]]] = {code: [] for code in self.chain.codes}
        for place, (code, parent) in enumerate(zip(self.sums.codes, self.sums.parents, strict=True)):
            if parent in beside and code != parent:
                beside[parent].append((place, code))
        return [beside[code] for code in self.chain.codes]

    @cached_property
    def _places(self) -> list[int | None]:
        """The places of the areas of the chain; None for one of which nothing was ever counted."""
        known = {code: place for place, code in enumerate(self.sums.codes)}
        return [known.get(code) for code in self.chain.codes]

    @cached_property
    def _weights(self) -> Cells:
        return weights(self.sums.on.measures, self.sums.on.shape[1], MEASURES)

    @cached_property
    def _by_matter(self) -> dict[str, Cells]:
        return {}

    def _matters(self, span: str) -> Cells:
        """Areas x matters x measures of one span as pages show them; of the others nobody asks for matters."""
        if span not in self._by_matter:
            self._by_matter[span] = _shown(self.sums.matters[span], self._weights)
        return self._by_matter[span]

    @cached_property
    def _totals(self) -> Cells:
        """Areas x spans x measures over all matters; what is made of others is made of the sums."""
        return _shown(self.sums.totals, self._weights)

    @cached_property
    def _daily(self) -> Cells:
        """Areas x days x measures as pages show them."""
        return _shown(self.sums.by_day, self._weights)

    def _laid(self, column: list[int]) -> list[Table]:
        """One number of every area as a table for each area of the chain.

        A part is never more than its whole: what is made of others, and never below nought, may add up to more.
        """
        laid: list[Table] = []
        for own, parts in zip(self._places, self._below, strict=True):
            held = {code: column[place] for place, code in parts}
            laid.append((held, max(0 if own is None else column[own], sum(held.values()))))
        return laid

    def _last(self, column: list[int]) -> int:
        """One number of the chain's last area alone, as its table has it."""
        own, parts = self._places[-1], self._below[-1]
        return max(0 if own is None else column[own], sum(column[place] for place, _code in parts))

    def show(self, span: str, measures: Sequence[str]) -> tuple[dict[str, Shown], Parts]:
        """The figures of the chain's last area over a span by measure, and those of each of its children."""
        totals = self._totals[:, self.sums.names.index(span)]
        own: dict[str, Shown] = {}
        below: dict[str, dict[str, Shown]] = {part: {} for part in self.chain.parts}
        for measure in measures:
            own[measure], parts = self.chain.show(self._laid(totals[:, MEASURES.index(measure)].tolist()))
            for part, shown in parts.items():
                below[part][measure] = shown
        return own, dict(below)

    def show_whole(self, span: str, measures: Sequence[str]) -> dict[str, Shown]:
        """The figures of the chain's last area over a span alone."""
        return self._whole(self._totals[:, self.sums.names.index(span)], measures)

    def show_under(self, span: str, measure: str, top: str, shown: Shown) -> tuple[Shown, dict[str, Shown]]:
        """One measure where the figure of an area of the chain is decided elsewhere: what lies below goes by that."""
        start = self.chain.codes.index(top)
        path, laid = self.chain.codes[start + 1 :], self._laid(self._column(span, measure))[start:-1]
        above = [({child: 0} | dict(table), n) for child, (table, n) in zip(path, laid, strict=True)]
        return descend([*above, self.counted(span, measure)], path, first=shown)

    def counted(self, span: str, measure: str) -> Table:
        """The figures of the chain's last area and of its children as they are, never to be shown as such."""
        below, total = self._laid(self._column(span, measure))[-1]
        return {part: below.get(part, 0) for part in self.chain.parts}, total

    def _column(self, span: str, measure: str) -> list[int]:
        column: list[int] = self._totals[:, self.sums.names.index(span), MEASURES.index(measure)].tolist()
        return column

    def _whole(self, cells: Cells, measures: Sequence[str]) -> dict[str, Shown]:
        return {m: self.chain.show_whole(self._laid(cells[:, MEASURES.index(m)].tolist())) for m in measures}

    def count(self, span: str, measure: str) -> int:
        """The figure of the chain's last area over a span as it is, never to be shown as such."""
        return self._last(self._column(span, measure))

    def count_day(self, day: date, measure: str) -> int:
        """The same on one day."""
        return self._last(self._daily[:, self.days.index(day), MEASURES.index(measure)].tolist())

    def show_day(self, day: date, measures: Sequence[str]) -> dict[str, Shown]:
        """The figures of the chain's last area on one day."""
        return self._whole(self._daily[:, self.days.index(day)], measures)

    def matters(self, span: str, measures: Sequence[str]) -> list[str]:
        """The matters of which the last area has anything in one of some measures, by key."""
        place = self._places[-1]
        if place is None:
            return []
        busy = self._matters(span)[place][:, [MEASURES.index(m) for m in measures]].any(axis=1)
        return sorted(key for key, matter in self.sums.on.matters.items() if busy[matter])

    def of_matter(self, span: str, key: str, measure: str) -> list[Table]:
        """One measure of one matter as tables."""
        return self._laid(self._matters(span)[:, self.sums.on.matters[key], MEASURES.index(measure)].tolist())


def read_tables(
    chain: Chain, spans: Mapping[str, Span], days: Sequence[date] = (), *, told: Sequence[str] = ()
) -> Tables:
    """The counts of a chain over spans and on single days, read at once; `told`: the spans that are told by matter."""
    return Tables(
        chain, gather(own=chain.codes, parents=chain.codes, spans=spans, by_day=days, matters=told), tuple(days)
    )
