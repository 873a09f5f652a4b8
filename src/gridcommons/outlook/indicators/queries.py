"""Reads of the room: the indicators of an area over a period, of its parts, and how they went."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from django.db.models import Q

from gridcommons.access.rules import PUBLIC, Viewer
from gridcommons.kit.clock import local_day
from gridcommons.kit.errors import refuse
from gridcommons.outlook.indicators.formulas import Indicator, formulas
from gridcommons.outlook.indicators.models import Cell, CountedTerm
from gridcommons.outlook.indicators.recounting import NO_FORMER, formerly, held_back
from gridcommons.outlook.indicators.rules import Figure, Sums, Table, beside, figures
from gridcommons.outlook.indicators.tally import Total
from gridcommons.outlook.indicators.terms import FORMER, Term, former, lately, require_begun, term_on, week_beside
from gridcommons.outlook.periods import ZONE
from gridcommons.outlook.rules import Chain, is_local, require_staff
from gridcommons.territory.queries import AreaFacts, area_on, children, trail

By = Literal["area", "office", "matter", "source"]
BYS: Final[tuple[By, ...]] = ("area", "office", "matter", "source")
TREND: Final = 12
Row = Mapping[str, Figure]
"""Figures by indicator."""


@dataclass(frozen=True)
class Counted:
    """Until when a week or month was counted, and the hash of its cells."""

    counted_at: datetime
    changed_at: datetime
    version: str
    digest: str


def counted_terms(keys: Iterable[str] | None = None) -> dict[str, Counted]:
    """The weeks and months that were counted, by key."""
    every = CountedTerm.objects.exclude(term__contains=FORMER)
    rows = every if keys is None else CountedTerm.objects.filter(term__in=list(keys))
    return {row.term: Counted(row.counted_at, row.changed_at, row.version, row.digest) for row in rows}


def posted_cells(term: str) -> list[Total]:
    """The cells of a week or month as they stand in the table."""
    rows = Cell.objects.filter(term=term).values_list("area_code", "parent_code", "axis", "key", "counts", "hands")
    return [Total(*row) for row in rows]


@dataclass(frozen=True)
class Board:
    """The indicators of one area over a period, as a viewer may see them.

    `part`: the department, matter or source that they are told of, "" for all. `rows`: by part, in the order of
    `parts`. `before`, `year`: the period before, and the same a year before. `as_of`: until when it was counted.
    """

    area: AreaFacts
    trail: tuple[AreaFacts, ...]
    children: tuple[AreaFacts, ...]
    term: Term
    by: By
    part: str
    own: Row
    before: Row
    year: Row
    parts: tuple[str, ...]
    rows: Mapping[str, Row]
    is_exact: bool
    as_of: datetime | None
    trend: Mapping[str, Figure]


@dataclass(frozen=True)
class _Asked:
    """What is read: the areas from the top down, the children of the last, by what, whether of public matters alone."""

    codes: tuple[str, ...]
    parts: tuple[str, ...]
    by: By
    is_exact: bool
    public: bool

    @property
    def axis(self) -> str:
        return "public" if self.public else "all"


def board(
    *, code: str, term: Term, by: By = "area", part: str = "", show: str = "", number: int = 0, viewer: Viewer,
    at: datetime,
) -> Board:  # fmt: skip
    """The indicators of an area for members of staff; with `part` those of one department, matter or source in it.

    `show`: the indicator whose last twelve periods are told. `number`: a former count of a week or month, without its
    last periods. What the viewer may not see is not in it.
    """
    require_staff(viewer, at)
    exact = is_local(viewer, code, at)
    if not number:
        return _board(code, term, by, part, show, at, is_exact=exact, public=False)
    if not counted_terms([former(term, number).key]):
        raise refuse(NO_FORMER)
    return _board(code, former(term, number), by, part, "", at, is_exact=exact, public=False)


def public_board(*, code: str, term: Term, show: str = "", at: datetime, viewer: Viewer = PUBLIC) -> Board:
    """The indicators that everybody may see of an area: public matters, those marked public, small numbers hidden."""
    return _board(code, term, "area", "", show, at, is_exact=False, public=True)


def plain_board(*, code: str, term: Term, at: datetime) -> Board:
    """The indicators of an area with all small numbers hidden, whoever reads them: for reports that are handed on."""
    return _board(code, term, "area", "", "", at, is_exact=False, public=False)


def _board(code: str, term: Term, by: By, part: str, show: str, at: datetime, *, is_exact: bool, public: bool) -> Board:
    today = local_day(at, ZONE)
    require_begun(term, today)
    area, way, below = area_on(code, today), trail(code), children(code, today)
    asked = _Asked(tuple(one.code for one in way), tuple(one.code for one in below), by, is_exact, public)
    row = lately(term, TREND) if show else []
    read = _Reader(asked, [term, term.before(), term.year_before(), *row])
    told = [one for one in formulas().indicators.values() if one.public or not public]
    now = {one.key: read.found(one, term) for one in told}
    parts = asked.parts if by == "area" else tuple(sorted({key for found in now.values() for key in found[1]}))
    shown = formulas().get(show) if show else None
    return Board(
        area=area, trail=tuple(way), children=tuple(below), term=term, by=by, part=part,
        own=_pick(now, part), before=_row(told, read, term.before(), part),
        year=_row(told, read, term.year_before(), part), parts=parts,
        rows={} if part else {key: {name: found[1][key] for name, found in now.items()} for key in parts},
        is_exact=is_exact, as_of=as_of(term),
        trend={one.key: _pick({"": read.found(shown, one)}, part)[""] for one in row} if shown else {},
    )  # fmt: skip


class _Reader:
    """The tables of several periods, and the figures that may be shown of each beside the others."""

    def __init__(self, asked: _Asked, terms: Sequence[Term]) -> None:
        self.asked = asked
        plain = [term_on(one.kind, one.first) for one in terms]
        self._beside = {one.key: other for one in plain if one.kind == "week" and (other := week_beside(one))}
        self.tables = _read(asked, [*dict.fromkeys([*terms, *plain, *self._beside.values()])])
        self._held: dict[tuple[str, str], _Found] = {}

    def found(self, indicator: Indicator, term: Term) -> _Found:
        """The figures of a period: a former one as it may be told today, a week as it may stand beside the others."""
        if FORMER in term.key:
            return self._formerly(indicator, term)
        own, parts = self._of(indicator, term.key)
        if (other := self._beside.get(term.key)) is None:
            return own, parts
        before, before_parts = self._of(indicator, other.key)
        return beside(own, before), {
            key: beside(parts.get(key, _NOTHING), before_parts.get(key, _NOTHING)) for key in {**parts, **before_parts}
        }

    def is_beside(self, term: Term) -> bool:
        """Whether a period is a week of those that make up a month or quarter exactly."""
        return term.key in self._beside

    def _of(self, indicator: Indicator, key: str) -> _Found:
        """The figures of a period by itself."""
        if (indicator.key, key) not in self._held:
            self._held[indicator.key, key] = _of(indicator, self.asked, self.tables[key])
        return self._held[indicator.key, key]

    def _formerly(self, indicator: Indicator, term: Term) -> _Found:
        own, parts = self._of(indicator, term.key)
        if self.asked.is_exact:
            return own, parts
        plain = term_on(term.kind, term.first)
        own_now, parts_now = self.found(indicator, plain)
        whole, hidden = held_back(indicator, self.tables[term.key], self.tables[plain.key])
        return formerly(own, own_now, hidden=whole), {
            key: formerly(one, parts_now.get(key, _NOTHING), hidden=key in hidden) for key, one in parts.items()
        }


_Found = tuple[Figure, dict[str, Figure]]


def _row(told: Sequence[Indicator], read: _Reader, term: Term, part: str) -> Row:
    if not read.tables[term.key][-1].own.counts and not read.is_beside(term):
        return {one.key: _NOTHING for one in told}
    return _pick({one.key: read.found(one, term) for one in told}, part)


def _pick(found: Mapping[str, _Found], part: str) -> Row:
    """The figures of the whole, or of one part of it; a part without a row has nothing to divide."""
    return {key: (parts.get(part, _NOTHING) if part else own) for key, (own, parts) in found.items()}


def _of(indicator: Indicator, asked: _Asked, tables: list[Table]) -> _Found:
    last = asked.codes[-1]
    codes = (last,) if asked.is_exact else asked.codes
    chain = Chain(codes, tuple(tables[-1].parts), asked.is_exact)
    return figures(indicator, tables, asked.codes[1:], chain)


def _read(asked: _Asked, terms: Sequence[Term]) -> dict[str, list[Table]]:
    """The tables of all these periods, from the top area down, in two readings."""
    keys = sorted({part for term in terms for part in term.parts})
    last = asked.codes[-1]
    held: dict[str, dict[tuple[str, str], list[_Row]]] = defaultdict(lambda: defaultdict(list))
    rows = Cell.objects.filter(Q(area_code__in=asked.codes) | Q(parent_code__in=asked.codes), term__in=keys)
    for term, area, parent, counts, hands in rows.filter(axis=asked.axis).values_list(*_COLUMNS):
        held[term][parent, area].append((counts, hands))
    split: dict[str, dict[str, list[_Row]]] = defaultdict(lambda: defaultdict(list))
    if asked.by != "area":
        axes = Cell.objects.filter(area_code=last, term__in=keys, axis=asked.by)
        for term, key, counts, hands in axes.values_list("term", "key", "counts", "hands"):
            split[term][key].append((counts, hands))
    return {term.key: _tables(asked, term, held, split) for term in terms}


_Row = tuple[Mapping[str, int], Mapping[str, int]]
_COLUMNS: Final = ("term", "area_code", "parent_code", "counts", "hands")
_NOTHING: Final = figures(formulas().get("closing_rate"), [Table(Sums(), {})], (), Chain(("",), (), True))[0]


def _tables(
    asked: _Asked, term: Term, held: Mapping[str, Mapping[tuple[str, str], list[_Row]]],
    split: Mapping[str, Mapping[str, list[_Row]]],
) -> list[Table]:  # fmt: skip
    """One table an area of the chain: of its children, the last by what is asked."""
    own: defaultdict[str, Sums] = defaultdict(Sums)
    below: defaultdict[str, dict[str, Sums]] = defaultdict(dict)
    by_part: dict[str, Sums] = {}
    for part in term.parts:
        for (parent, area), rows in held.get(part, {}).items():
            for counts, hands in rows:
                if area in asked.codes:
                    own[area].add(counts, hands)
                if parent in asked.codes:
                    below[parent].setdefault(area, Sums()).add(counts, hands)
        for key, rows in split.get(part, {}).items():
            for counts, hands in rows:
                by_part.setdefault(key, Sums()).add(counts, hands)
    tables = [
        Table(own[code], _with(below[code], asked.codes[place + 1 : place + 2]))
        for place, code in enumerate(asked.codes)
    ]
    last = by_part if asked.by != "area" else _with(below[asked.codes[-1]], asked.parts)
    return [*tables[:-1], Table(own[asked.codes[-1]], last)]


def _with(parts: dict[str, Sums], keys: Sequence[str]) -> dict[str, Sums]:
    """Parts, and an empty one for each of these keys that has none."""
    return {key: Sums() for key in keys} | parts


def as_of(term: Term) -> datetime | None:
    """Until when a period was counted; None before the first time."""
    return min((row.counted_at for row in counted_terms(term.parts).values()), default=None)


def is_counted(term: Term, since: datetime | None = None) -> bool:
    """Whether a period has ended and was counted whole after its end, and not before `since`."""
    held, first = counted_terms(term.parts), max(term.ends, since or term.ends)
    return bool(held) and all(row.counted_at >= first for row in held.values())


def by_of(text: str) -> By:
    """By what a table is told, by area where an address says nothing or nonsense."""
    return next((by for by in BYS if by == text), "area")
