"""What became of area codes: pairs old -> new with a date, and what follows for scopes, sums and single records.

A record keeps the code it was made under. Where it lies today is read through the lineage that holds for the
transaction: `in_force()`. Every rule is one of prefixes, the longest prefix of a code decides:
*whole* pairs carry everything below along (the tail is kept); a pair that is not whole gathers what has no pair of
its own into the area named. An area with several successors is divided; one of them, the primary, takes what cannot
be placed by a point. An area may be among its own successors: it keeps its code and what did not leave it, changes
again, and goes along when an area above it moves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from itertools import groupby
from typing import Final

from gridcommons.kit.codes import within
from gridcommons.kit.errors import refusal_kind, refuse

RING = refusal_kind(
    "area.ring",
    status=409,
    zh="区划沿革成了环：“{code}”最终又变回它自己。请更正方案，代码撤销后不能再用。",
    en="The lineage runs in a ring: “{code}” would become itself again. Correct the plan; a code is never given twice.",
)
SHARES = refusal_kind(
    "area.shares",
    status=400,
    zh="“{code}”各去向的户数占比之和应为100%，并且只能有一个主要去向。",
    en="The shares of what becomes of “{code}” must add up to 100 %, with exactly one primary successor.",
)
_CLOSE: Final = 1e-6


@dataclass(frozen=True)
class Succession:
    """One pair: from `since` on, `share` (0 to 1, of the households) of `old` belongs to `new`.

    `whole`: everything below moved along under the same last digits.
    """

    old: str
    new: str
    since: date
    share: float = 1.0
    primary: bool = True
    whole: bool = True


@dataclass(frozen=True)
class _Departure:
    """What became of a code, and since when: its primary successor, all with shares, whether the tail is kept."""

    since: date
    new: str
    whole: bool
    stays: bool
    shares: tuple[tuple[str, float], ...]

    @property
    def is_division(self) -> bool:
        """Whether it parted the area in several."""
        return len(self.shares) > 1


@dataclass(frozen=True)
class Flip:
    """A prefix at which a reach begins or ends, and the longer prefixes at which it turns again."""

    prefix: str
    turns: tuple[Flip, ...] = ()

    def pattern(self, above: str = "") -> str:
        """The flip as a regular expression, without the prefix that stands before it already."""
        tail = re.escape(self.prefix[len(above) :])
        inner = "|".join(turn.pattern(self.prefix) for turn in self.turns)
        return f"{tail}(?!{inner})" if inner else tail


@dataclass(frozen=True)
class Reach:
    """The codes, as records carry them, that lie in some areas today.

    `included`, `excluded`: the areas by the codes they have now. `divided`: codes of which only some records lie there.
    """

    included: tuple[str, ...]
    excluded: tuple[str, ...]
    flips: tuple[Flip, ...]
    divided: tuple[str, ...]

    @property
    def pattern(self) -> str:
        """A regular expression over codes as records carry them; empty when nothing lies there."""
        return f"^(?:{'|'.join(flip.pattern() for flip in self.flips)})" if self.flips else ""


class Lineage:
    """The pairs that hold on one day. `day` is None for the lineage of nothing, before any area was reorganised."""

    def __init__(self, pairs: Iterable[Succession] = (), day: date | None = None) -> None:
        """Takes the pairs in force; refuses rings and shares that do not add up."""
        self.day = day
        self._changes = {old: _changes(old, of_old) for old, of_old in _by_code(pairs).items()}
        self._departures = {old: changes[-1] for old, changes in self._changes.items()}
        for old in self._departures:
            self._walk(old)

    def __bool__(self) -> bool:
        """Whether any area was ever reorganised."""
        return bool(self._departures)

    def current(self, code: str) -> str:
        """The code of the area that holds today what was filed under `code`; the primary one where it was divided."""
        return self._walk(code)[0] if self._departures else code

    def follow(self, code: str) -> str:
        """The code that this very area has today; empty where it ended by being divided, merged or dissolved."""
        while found := self._departure(code):
            old, departure = found
            if not departure.whole:
                return ""
            code = departure.new + code[len(old) :]
        return code

    def heirs(self, code: str) -> tuple[frozenset[str], ...]:
        """The areas into which all of this one went, one after another till one was divided: all codes of each."""
        found = list[frozenset[str]]()
        while (onward := self._departure(code)) and not onward[1].is_division:
            code = _into(code, *onward)
            found.append(frozenset(self._origins(code)))
        return tuple(found)

    def spread(self, code: str) -> tuple[str, ...]:
        """All areas of today that hold a part of what was filed under `code`, by code."""
        return tuple(sorted(dict(self.shares(code))))

    def shares(self, code: str, since: date = date.min) -> tuple[tuple[str, float], ...]:
        """The areas of today that hold a part of `code`, with their shares of its households; they add up to 1.

        `since`: only divisions from that day on part it; what came into an area is not parted by one before that.
        """
        found: dict[str, float] = {}
        ahead = [(code, 1.0, since)]
        while ahead:
            here, part, since = ahead.pop()
            own, onward = self._departures.get(here), self._departure(here)
            parts = own is not None and own.is_division and own.since >= since
            for new, share in own.shares if own and parts else ((here, 1.0),):
                if own and new != here:
                    ahead.append((new, part * share, own.since))
                elif onward is None:
                    found[here] = found.get(here, 0.0) + part * share
                else:
                    ahead.append((_into(here, *onward), part * share, max(since, onward[1].since)))
        return tuple(sorted(found.items()))

    def ever(self, code: str) -> frozenset[str]:
        """All areas of today in which something may lie that was filed under a code since it was first given."""
        found: set[str] = set()
        seen, ahead = {code}, [code]
        while ahead:
            here = ahead.pop()
            onward = self._departure(here)
            parts = {new for change in self._changes.get(here, ()) if change.is_division for new, _n in change.shares}
            parts |= {_into(here, *onward)} if onward else {here}
            found |= {here} if onward is None else set()
            ahead += parts - seen
            seen |= parts
        return frozenset(found)

    def origins(self, code: str) -> tuple[str, ...]:
        """All codes, its own among them, by which this very area was known: what stands under one of them is here."""
        return tuple(sorted(raw for raw in self._origins(code) if self.follow(raw) == code))

    def known_as(self, code: str) -> tuple[str, ...]:
        """All codes by which records name this very area, whichever of them is asked with; its own where it ended."""
        return tuple(sorted({code, *self.origins(self.follow(code) or code)}))

    def sources(self, code: str) -> frozenset[str]:
        """All codes by which records name an area that lie in it whole: its own, those of before, those gathered in."""
        return frozenset(self._sources(code, date.max))

    def divided_on(self, code: str) -> date | None:
        """Since when the records of a code have all been placed one by one; None for a code that was not divided."""
        if code not in self.divided:
            return None
        found, since, here = [date.min], date.min, code
        while True:
            days = (change.since for change in self._changes.get(here, ()) if change.is_division)
            found += [day for day in days if day >= since]
            onward = self._departure(here)
            if onward is None:
                return max(found)
            here, since = _into(here, *onward), onward[1].since

    @cached_property
    def _parted(self) -> frozenset[str]:
        """Codes under which an area was divided, even if more became of it since."""
        return frozenset(old for old, changes in self._changes.items() if any(one.is_division for one in changes))

    @cached_property
    def divided(self) -> frozenset[str]:
        """Codes as records carry them whose records have to be placed one by one."""
        return frozenset(raw for old in self._parted for raw in self._sources(old, self._last_parted(old)))

    def _last_parted(self, old: str) -> date:
        return max(change.since for change in self._changes[old] if change.is_division)

    def _sources(self, code: str, until: date) -> set[str]:
        """The code and every older one whose records came to it by a day: whole, gathered in, or as primary part."""
        found, ahead = {code}, [code]
        while ahead:
            here = ahead.pop()
            whole = {old + here[len(departure.new) :] for old, departure in self._whole_into(here)}
            for raw in (whole | self._gathered.get(here, set())) - found:
                onward = self._departure(raw)
                if onward is not None and _into(raw, *onward) == here and onward[1].since <= until:
                    found.add(raw)
                    ahead.append(raw)
        return found

    @cached_property
    def turning(self) -> tuple[str, ...]:
        """Every prefix, as records carry it, at which the answer of `current` changes its way; the longest first."""
        found = {raw for old in self._departures for raw in self._origins(old)}
        return tuple(sorted(found, key=lambda code: (-len(code), code)))

    def reach(self, included: tuple[str, ...], excluded: tuple[str, ...] = ()) -> Reach:
        """What lies today in the areas once named `included`, without those once named `excluded`.

        An included area that ended reaches nothing any more; an excluded one stays out wherever a part of it went.
        """
        return _reach(self, included, excluded)

    def covers(self, code: str, included: tuple[str, ...], excluded: tuple[str, ...] = ()) -> bool:
        """Whether what was filed under `code` lies today in such a reach."""
        if not self._departures:
            return within(code, included, excluded)
        reach = self.reach(included, excluded)
        return within(self.current(code), reach.included, reach.excluded)

    def _departure(self, code: str) -> tuple[str, _Departure] | None:
        """What takes a code away: the pairs of its longest prefix that did not keep its own code."""
        for width in range(len(code), 0, -1):
            found = self._departures.get(code[:width])
            if found is not None and not found.stays:
                return code[:width], found
        return None

    def _walk(self, code: str) -> tuple[str, bool]:
        """Where a code leads today, and whether its tail got lost on the way; refuses a ring."""
        lost, seen = False, {code}
        while found := self._departure(code):
            old, departure = found
            lost = lost or not departure.whole
            code = _into(code, old, departure)
            if code in seen:
                raise refuse(RING, code=old)
            seen.add(code)
        return code, lost

    def _origins(self, code: str) -> set[str]:
        """The code and every older one from which everything moved to it whole."""
        found, ahead = {code}, [code]
        while ahead:
            here = ahead.pop()
            for old, departure in self._whole_into(here):
                raw = old + here[len(departure.new) :]
                if raw not in found and self._walk(raw)[0] == self._walk(code)[0]:
                    found.add(raw)
                    ahead.append(raw)
        return found

    def _whole_into(self, code: str) -> Iterator[tuple[str, _Departure]]:
        for width in range(len(code), 0, -1):
            yield from self._arrivals.get(code[:width], ())

    @cached_property
    def _arrivals(self) -> dict[str, list[tuple[str, _Departure]]]:
        found: dict[str, list[tuple[str, _Departure]]] = {}
        for old, departure in self._departures.items():
            if departure.whole and not departure.stays:
                found.setdefault(departure.new, []).append((old, departure))
        return found

    @cached_property
    def _gathered(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for old, departure in self._departures.items():
            if not departure.whole and not departure.stays:
                found.setdefault(departure.new, set()).add(old)
        return found


def _into(code: str, old: str, departure: _Departure) -> str:
    """The code that a code below `old` leads to."""
    return departure.new + code[len(old) :] if departure.whole else departure.new


def _by_code(pairs: Iterable[Succession]) -> dict[str, list[Succession]]:
    found: dict[str, list[Succession]] = {}
    for pair in sorted(pairs, key=lambda pair: (pair.since, pair.old, pair.new)):
        found.setdefault(pair.old, []).append(pair)
    return found


def _changes(old: str, pairs: Iterable[Succession]) -> tuple[_Departure, ...]:
    """The changes of one code in their order: an area that kept its code may change again."""
    return tuple(_departure(old, list(same_day)) for _day, same_day in groupby(pairs, key=lambda pair: pair.since))


def _departure(old: str, pairs: list[Succession]) -> _Departure:
    primary = [pair.new for pair in pairs if pair.primary]
    if len(primary) != 1 or abs(sum(pair.share for pair in pairs) - 1.0) > _CLOSE:
        raise refuse(SHARES, code=old)
    whole = all(pair.whole for pair in pairs)
    shares = tuple((pair.new, pair.share) for pair in pairs)
    return _Departure(pairs[0].since, primary[0], whole and len(pairs) == 1, primary[0] == old, shares)


@lru_cache(maxsize=2_048)
def _reach(lineage: Lineage, included: tuple[str, ...], excluded: tuple[str, ...]) -> Reach:
    kept = tuple(sorted({now for code in included if (now := lineage.follow(code))}))
    out = tuple(sorted({now for code in excluded for now in lineage.spread(code)}))
    edges = {raw for code in (*kept, *out) for raw in lineage._origins(code)} | set(lineage.turning)
    inside = {edge: within(lineage.current(edge), kept, out) if kept else False for edge in edges}
    divided = [raw for raw in lineage.divided if any(within(to, kept, out) for to in lineage.ever(raw))]
    return Reach(kept, out, tuple(_flips(sorted(edges), inside)), tuple(sorted(divided)) if kept else ())


def _flips(edges: list[str], inside: dict[str, bool]) -> list[Flip]:
    """The outermost prefixes at which a reach begins, each with where it turns; `edges` in order."""
    stack: list[tuple[str, bool, list[Flip]]] = [("", False, [])]
    for edge in edges:
        while not edge.startswith(stack[-1][0]):
            _close(stack)
        if inside[edge] != stack[-1][1]:
            stack.append((edge, inside[edge], []))
    while len(stack) > 1:
        _close(stack)
    return stack[0][2]


def _close(stack: list[tuple[str, bool, list[Flip]]]) -> None:
    prefix, _is_inside, turns = stack.pop()
    stack[-1][2].append(Flip(prefix, tuple(turns)))


NOTHING: Final = Lineage()
_held: ContextVar[Callable[[], Lineage]] = ContextVar("lineage", default=lambda: NOTHING)


def in_force() -> Lineage:
    """The lineage that holds for the work under way: of the transaction, else of the request, else none."""
    return _held.get()()


@contextmanager
def holding(load: Callable[[], Lineage]) -> Iterator[None]:
    """Let a lineage hold inside; it is fetched once, when first asked for."""
    found: list[Lineage] = []

    def once() -> Lineage:
        if not found:
            found.append(load())
        return found[0]

    token = _held.set(once)
    try:
        yield
    finally:
        _held.reset(token)
